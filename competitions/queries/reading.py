"""A submitted proposal as somebody reads it beside a sheet or a checklist.

Everything comes from the frozen version. Blindness is decided here and nowhere else: a
blind reading holds no agency, unit, place, person or link, no file but those that were
released to it, and none of the pieces of text that the secretariat hid.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from competitions.anonymity import Range, hide
from competitions.models import Assignment, Entry, FormSection
from competitions.queries.attachments import Annex, annexes_of, released_annexes
from competitions.queries.redactions import hidden_pieces
from competitions.queries.tasks import form_of
from innovations.enums import BenefitKind, NoveltyForm, NoveltyKind
from innovations.models import InnovationVersion, SustainableGoal
from innovations.versions import word_count

WORDS_A_MINUTE = 200
"""Pace of careful reading; only its ratio between proposals matters to an allocation."""


@dataclass(frozen=True)
class Piece:
    """A stretch of text; `hit` is the number of what was found there, 0 for nothing."""

    text: str
    hit: int = 0
    is_first: bool = False
    is_highlighted: bool = False


@dataclass(frozen=True)
class Part:
    """A section of the proposal; `text` is empty where nothing was written.

    `hidden` are the places in the whole text in whose stead `text` holds a mark.
    """

    key: str
    title: str
    text: str
    hidden: tuple[Range, ...] = ()
    marked: tuple[Piece, ...] = ()

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The text as it is drawn: one piece where nothing is marked."""
        return self.marked or (Piece(self.text),)

    @property
    def anchor(self) -> str:
        """The part's id on the page."""
        return f"bagian-{self.key}"


@dataclass(frozen=True)
class Proposal:
    """What the reading side of a split screen shows."""

    number: str
    title: str
    is_simulated: bool
    headline: list[str]
    facts: list[tuple[str, str]]
    parts: list[Part]
    started_on: date | None = None
    links: list[dict[str, str]] = field(default_factory=list)
    annexes: list[Annex] = field(default_factory=list)
    is_blind: bool = False


def read_proposal(
    entry: Entry,
    *,
    is_blind: bool,
    version: InnovationVersion | None = None,
    released: Sequence[Annex] = (),
) -> Proposal:
    """A frozen version with the edition's section titles and its files (3 to 5 queries).

    Of its files a blind reading shows those of `released` and no other.

    `version` is the one to read, else the one that the entry stands with. `entry` needs
    `edition` (and `version`) loaded; without any version it raises ValueError: nobody
    reads what was not sent.
    """
    frozen = version or entry.version
    if frozen is None:
        raise ValueError(f"entry {entry.pk} was never submitted")
    content: dict[str, Any] = frozen.content
    sections = form_of(entry.edition_id)
    texts = texts_of(content)
    hidden = hidden_pieces(entry, frozen, texts) if is_blind else {}
    started = content.get("started_on")
    keys = ("category",) if is_blind else ("agency", "category")
    return Proposal(
        number=entry.number,
        title=hide(texts["title"], hidden.get("title", ())),
        is_simulated=bool(content.get("simulated")),
        headline=[_(content[key]) for key in keys if content.get(key)],
        facts=[(label, value) for label, value in _facts(content, is_blind=is_blind) if value],
        parts=_parts(texts, sections, hidden),
        started_on=date.fromisoformat(started) if started else None,
        links=[] if is_blind else list(content.get("links", [])),
        annexes=list(released) if is_blind else _annexes(entry, frozen, sections),
        is_blind=is_blind,
    )


def _annexes(
    entry: Entry, frozen: InnovationVersion, sections: Iterable[FormSection]
) -> list[Annex]:
    # A version that is not kept yet names no file.
    return [] if frozen.pk is None else annexes_of(entry, frozen, sections)


def read_by_judge(assignment: Assignment, version: InnovationVersion | None = None) -> Proposal:
    """What the judge of an assignment reads: the version that it names, unless told.

    Needs `stage`, `entry__edition` and `version` loaded.
    """
    frozen = version or assignment.version
    return read_proposal(
        assignment.entry,
        is_blind=assignment.stage.is_blind,
        version=frozen,
        released=released_annexes(assignment, frozen),
    )


def filled_sections(content: dict[str, Any], keys: Iterable[str]) -> int:
    """How many of these sections hold text in a frozen version."""
    texts = {"summary": content["summary"], **content["sections"]}
    return sum(bool(str(texts.get(key, "")).strip()) for key in keys)


def texts_of(content: dict[str, Any]) -> dict[str, str]:
    """The texts of a frozen version by key, the title as `title`, without blank edges."""
    texts = {"summary": content.get("summary", ""), **content.get("sections", {})}
    texts["title"] = content["title"]
    return {key: text.strip() for key, text in texts.items()}


def _parts(
    texts: Mapping[str, str],
    sections: Iterable[FormSection],
    hidden: Mapping[str, tuple[Range, ...]],
) -> list[Part]:
    parts = []
    for one in sections:
        pieces = hidden.get(one.key, ())
        text = hide(texts.get(one.key, ""), pieces)
        parts.append(Part(one.key, _(one.title), text, pieces))
    return parts


def _facts(content: dict[str, Any], *, is_blind: bool) -> list[tuple[str, str]]:
    team = ", ".join(member["name"] for member in content.get("team", []))
    identity = [
        (_("Instansi"), content.get("agency", "")),
        (_("Unit pelayanan"), content.get("unit", "")),
        (_("Lokasi"), content.get("location", "")),
        (_("Tim"), team),
    ]
    nature = [
        (_("Kategori"), _(content.get("category", ""))),
        (_("Jenis kebaruan"), _label(NoveltyKind, content.get("novelty_kind", ""))),
        (_("Bentuk kebaruan"), _label(NoveltyForm, content.get("novelty_form", ""))),
        (_("Jenis manfaat"), _label(BenefitKind, content.get("benefit", ""))),
        *([] if is_blind else [(_("Mereplikasi"), content.get("replicates", ""))]),
        (_("TPB"), _goals(content.get("goals", []))),
    ]
    return nature if is_blind else [*identity, *nature]


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else ""


def _goals(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    goals = SustainableGoal.objects.in_bulk(list(numbers))
    return "; ".join(str(goals[number]) for number in numbers if number in goals)


def reading_minutes(entry_ids: Collection[int]) -> dict[int, float]:
    """Minutes that reading each submitted entry takes, at least one. One query."""
    versions = Entry.objects.filter(pk__in=entry_ids, version__isnull=False)
    minutes = {}
    for pk, content in versions.values_list("pk", "version__content").iterator(chunk_size=500):
        texts = [content["summary"], *content["sections"].values()]
        minutes[pk] = max(1.0, sum(map(word_count, texts)) / WORDS_A_MINUTE)
    return minutes
