"""Autosave: a form sends the fields that changed, naming the version they were typed over.

The form carries ``data-autosave-url``, ``data-version`` and ``data-user``; autosave.js sends
``PUT {"field": "text" | ["texts"]}`` with ``If-Match: "7"``. ``autosaved`` answers

204  saved; ``ETag`` is the next version, ``Saved-At`` the server's time as people read it
200  the same, with ``message`` to tell; ``held``: fields that are not whole yet; ``fresh``:
     other fields that somebody else saved meanwhile, so that the version covers them too;
     ``parts``: HTML that takes the place of each ``data-part`` of that name on the page
400  unreadable, an unknown field, or ``errors``: fields that can't be stored, with the reason
409  somebody saved one of these fields in between: ``version``, their ``fields`` and, where the
     form has one, a ``panel`` that shows both
423  refused, with the reason; 428 without a version

Nothing is validated for completeness: the button does that.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sinovik.web.access import Refusal
from sinovik.web.characters import UNSTORABLE
from sinovik.web.templatetags.web import clock as clock_of

Value = str | list[str]
Values = Mapping[str, Value]


class Stale(Refusal):
    """What was typed over is no longer the newest (HTTP 409)."""

    default_message = gettext_lazy("Ada versi lebih baru dari isian ini.")


@dataclass(frozen=True)
class Typed:
    """The fields that a person changed, and the version that was on the screen."""

    version: int
    fields: dict[str, Value]


@dataclass(frozen=True)
class Saved:
    """The version after saving, and when; fields not stored with the reason; what to tell.

    `held` fields are not whole yet (two boxes of a date), `errors` can't be stored as they are.
    `fresh` must name every field of the form that others saved since the version typed over:
    the page takes them over, for its next save claims to have seen them. `parts` are pieces of
    the page, by name, that read otherwise after saving.
    """

    version: int
    at: datetime
    held: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    fresh: Values = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """What is stored now in the fields that were typed, and a part of a page showing both."""

    version: int
    fields: Values
    panel: str = ""
    fresh: Values = field(default_factory=dict)


class Unreadable(Exception):
    """The request is not one that the form's script makes."""

    def __init__(self, message: str, status: int = 400) -> None:
        self.status = status
        super().__init__(message)


class Unstorable(Exception):
    """Nothing was saved: these fields can't be stored, each with the reason (HTTP 400)."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(self.errors)


def autosaved(
    request: HttpRequest,
    *,
    is_field: Callable[[str], bool],
    save: Callable[[Typed], Saved],
    conflict: Callable[[Typed], Conflict],
) -> HttpResponse:
    """Answer one PUT. `save` raises Unstorable, Stale (then `conflict` is asked), or a Refusal."""
    try:
        typed = read(request, is_field)
        if impossible := unstorable(typed.fields):
            raise Unstorable(impossible)
        saved = save(typed)
    except Unreadable as unreadable:
        return JsonResponse({"message": str(unreadable)}, status=unreadable.status)
    except Unstorable as refused:
        answer = {"message": _("Belum tersimpan."), "errors": refused.errors}
        return JsonResponse(answer, status=400)
    except Stale as stale:
        return _stale(stale, conflict(typed))
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal)}, status=423)
    return _ok(saved)


def read(request: HttpRequest, is_field: Callable[[str], bool]) -> Typed:
    """The version and the fields of a PUT; raises Unreadable."""
    version = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not version.isdecimal() or len(version) > 9:
        raise Unreadable(_("Sebutkan nomor suntingan di If-Match."), 428)
    try:
        fields = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(_("Isian tidak terbaca.")) from error
    if not isinstance(fields, dict) or not fields or not all(map(is_value, fields.values())):
        raise Unreadable(_("Isian tidak terbaca."))
    if unknown := sorted(name for name in fields if not is_field(name)):
        raise Unreadable(_("Isian “%s” tidak ada di formulir ini.") % unknown[0][:60])
    return Typed(int(version), fields)


def is_value(value: object) -> bool:
    """Whether a form control could hold this."""
    if isinstance(value, list):
        return all(isinstance(one, str) for one in value)
    return isinstance(value, str)


def unstorable(fields: Values) -> dict[str, str]:
    """Fields with characters that no database text can hold, each with what to do."""
    sentence = _("Teks memuat karakter yang tidak dapat disimpan. Hapus, lalu ketik ulang.")
    return {
        name: sentence
        for name, value in fields.items()
        if any(map(UNSTORABLE.search, [value] if isinstance(value, str) else value))
    }


def names(*known: str) -> Callable[[str], bool]:
    """`is_field` of a form whose fields are known by name."""
    found: Collection[str] = frozenset(known)
    return lambda name: name in found


def _ok(saved: Saved) -> HttpResponse:
    headers = {"ETag": f'"{saved.version}"', "Saved-At": clock_of(saved.at)}
    said = {
        "message": saved.message,
        "held": dict(saved.held),
        "errors": dict(saved.errors),
        "fresh": dict(saved.fresh),
        "parts": dict(saved.parts),
    }
    if not any(said.values()):
        return HttpResponse(status=204, headers=headers)
    return JsonResponse(said, headers=headers)


def _stale(stale: Stale, now: Conflict) -> HttpResponse:
    answer = {
        "message": str(stale),
        "version": now.version,
        "fields": dict(now.fields),
        "panel": now.panel,
        "fresh": dict(now.fresh),
    }
    return JsonResponse(answer, status=409)
