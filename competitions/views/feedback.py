"""What the judges said of an entry, for its own people, from the announcement on."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from competitions.models import Entry
from competitions.permissions.feedback import can_read_feedback
from competitions.queries.feedback import Feedback, Line, Released, feedback_of
from competitions.scoring import Standing
from competitions.views.entries import visible_entry
from sinovik.exports import PDF_TYPE, pdf_bytes
from sinovik.web.access import signed_in
from sinovik.web.templatetags.web import decimals, moment, number

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "feedback.typ"


@never_cache
@require_safe
@signed_in
def entry_feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """Result, marks in their field and released comments of each announced list."""
    entry, lists = _own_feedback(request, pk)
    context = {
        "entry": entry,
        "innovation": entry.innovation,
        "is_simulated": _is_simulated(entry, lists),
        "lists": [_shown(feedback) for feedback in lists],
    }
    return render(request, "competitions/entry_feedback.html", context)


@never_cache
@require_safe
@signed_in
def feedback_pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The same on paper, in the reader's language."""
    entry, lists = _own_feedback(request, pk)
    octets = pdf_bytes(TEMPLATE, _document(entry, lists))
    name = f"umpan-balik-{entry.number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(octets, content_type=PDF_TYPE, headers=headers)


def _own_feedback(request: HttpRequest, pk: int) -> tuple[Entry, list[Feedback]]:
    """The entry and its feedback for its own people; before the instant there is no such page."""
    entry = visible_entry(request, pk)
    lists = feedback_of(entry) if can_read_feedback(request.user, entry) else []
    if not lists:
        raise Http404
    return entry, lists


def _is_simulated(entry: Entry, lists: Sequence[Feedback]) -> bool:
    """A real innovation has simulated marks where somebody simulated drew up the list."""
    drawn = (feedback.result.cut_off.applied_by.is_simulated for feedback in lists)
    return entry.innovation.is_simulated or any(drawn)


def standing_label(found: Standing | None) -> str:
    """Where a value stands in its field, in words; empty where the field is too small."""
    return {
        None: "",
        Standing.TOP_QUARTER: _("Seperempat teratas"),
        Standing.UPPER_HALF: _("Di atas median"),
        Standing.MIDDLE: _("Tepat di median"),
        Standing.LOWER_HALF: _("Di bawah median"),
        Standing.BOTTOM_QUARTER: _("Seperempat terbawah"),
    }[found]


def _shown(feedback: Feedback) -> dict[str, Any]:
    return {
        "feedback": feedback,
        "stage": feedback.result.cut_off.stage,
        "announcement": feedback.result.cut_off.announcement,
        "rows": [_row(line) for line in (feedback.score, *feedback.lines)],
        "groups": _groups(feedback.comments),
    }


def _row(line: Line) -> dict[str, Any]:
    label = standing_label(line.standing)
    return {"line": line, "standing": label, "span": line.highest - line.lowest}


def _groups(comments: Sequence[Released]) -> list[dict[str, Any]]:
    """Comments under the heading that they belong to, in the order they come in."""
    groups: dict[str, list[Released]] = {}
    for one in comments:
        heading = _(one.criterion) if one.criterion else str(one.place.label)
        groups.setdefault(heading, []).append(one)
    return [{"heading": heading, "comments": own} for heading, own in groups.items()]


def outcome_text(feedback: Feedback) -> str:
    """Selected or not, with the band; no rank."""
    words = {"band": _(feedback.result.cut_off.stage.name)}
    if feedback.result.is_selected:
        return _("Terpilih sebagai %(band)s.") % words
    return _("Belum terpilih sebagai %(band)s.") % words


def field_text(feedback: Feedback) -> str:
    """What the marks are compared with."""
    if feedback.score.field is None:
        return _("Kelompok ini terlalu kecil untuk dibandingkan tanpa membuka nilai peserta lain.")
    return _("Dibandingkan dengan %(count)s peserta sekelompok yang dinilai.") % {
        "count": number(feedback.field_size)
    }


def _document(entry: Entry, lists: list[Feedback]) -> dict[str, Any]:
    """The inputs of templates/exports/feedback.typ."""
    now = timezone.localdate()
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": _("Umpan balik penilaian"),
        "number": entry.number,
        "subject": entry.innovation.title,
        "holder": f"{entry.agency.name} · {entry.edition.name}",
        "label": _("Data simulasi") if _is_simulated(entry, lists) else "",
        "head": [_("Ukuran"), _("Nilai Anda"), "P25", _("Median"), "P75", _("Letak")],
        "lists": [_list_document(feedback) for feedback in lists],
        "comments_title": _("Komentar penilai"),
        "notes": [
            _("Nilai tiap kriteria adalah rata-rata lembar nilai. Nama penilai tidak dibuka."),
            _("P25, median, P75: seperempat, separuh, tiga perempat peserta paling tinggi sekian."),
        ],
        "issued": [now.year, now.month, now.day],
    }


def _list_document(feedback: Feedback) -> dict[str, Any]:
    cut_off = feedback.result.cut_off
    announced = _("Diumumkan %(moment)s. %(decree)s.") % {
        "moment": moment(cut_off.announcement.announce_at),
        "decree": cut_off.announcement.decree_number,
    }
    rows = [(_("Nilai akhir (0 sampai 100)"), feedback.score)]
    rows += [(f"{_(line.name)} (1–{line.highest})", line) for line in feedback.lines]
    return {
        "title": _(cut_off.stage.name),
        "outcome": outcome_text(feedback),
        "announced": announced,
        "field": field_text(feedback),
        "rows": [[name, *_cells(line)] for name, line in rows],
        "comments": [
            [group["heading"], [_said(one) for one in group["comments"]]]
            for group in _groups(feedback.comments)
        ],
    }


def _cells(line: Line) -> list[str]:
    field = line.field
    places = [field.low, field.middle, field.high] if field else []
    told = [decimals(value) for value in places] or ["–"] * 3
    return [decimals(line.value), *told, standing_label(line.standing) or "–"]


def _said(one: Released) -> str:
    edited = _("(disunting sekretariat)")
    return f"{one.text} {edited}" if one.is_edited else one.text
