"""The minutes of a plenary on paper, for the secretariat."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from competitions.models import Entry, Motion, Plenary, Stage
from competitions.permissions.plenary import check_can_read_minutes
from competitions.queries.plenary_minutes import ListedEntry, Minutes, minutes_of
from competitions.views.rankings import selection_stage
from sinovik.exports import PDF_TYPE, pdf_bytes
from sinovik.web.access import allowed
from sinovik.web.templatetags.web import moment

TEMPLATE = settings.BASE_DIR / "templates" / "exports" / "minutes.typ"


@require_safe
@allowed(check_can_read_minutes)
def minutes_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Minutes of a closed session, without what the reader is in conflict with."""
    stage = selection_stage(pk)
    rows = Plenary.objects.select_related("opened_by", "closed_by", "cut_off__applied_by")
    plenary = get_object_or_404(
        rows.filter(closed_at__isnull=False), cut_off__stage=stage, number=number
    )
    document = minutes_document(stage, plenary, minutes_of(plenary, stage, request.user))
    name = f"berita-acara-{stage.edition.year}-{stage.slug}-{number}.pdf"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    octets = pdf_bytes(TEMPLATE, document)
    return HttpResponse(octets, content_type=PDF_TYPE, headers=headers)


def minutes_document(stage: Stage, plenary: Plenary, minutes: Minutes) -> dict[str, Any]:
    """The inputs of templates/exports/minutes.typ."""
    day = timezone.localdate(plenary.closed_at)
    simulated = stage.edition.is_simulated or plenary.cut_off.applied_by.is_simulated
    lines = {"name": _(stage.name), "year": stage.edition.year, "number": plenary.number}
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "title": _("Berita acara sidang pleno %(name)s %(year)s") % lines,
        "sender": _("Sekretariat %(edition)s, lewat SINOVIK") % {"edition": stage.edition.name},
        "label": _("Data simulasi") if simulated else "",
        "facts": _facts(plenary),
        "sections": [
            {
                "title": _("Kehadiran"),
                "lines": [f"{seat.member.name}, {moment(seat.joined_at)}" for seat in minutes.seats]
                or [_("Tidak ada anggota yang menyatakan hadir.")],
            },
            {
                "title": _("Peserta yang dibahas"),
                "lines": [
                    f"{_called(row.entry)}, {moment(row.begun_at)}" for row in minutes.discussions
                ]
                or [_("Tidak ada peserta yang dibahas satu per satu.")],
            },
        ],
        "motions_title": _("Usulan dan pemungutan suara"),
        "motions": [_motion(one) for one in minutes.motions]
        or [{"title": _("Tidak ada usulan. Daftar mengikuti peringkat."), "lines": []}],
        "list_title": _("Daftar sebelum dan sesudah sidang"),
        "head": [
            _("Peringkat"),
            _("Nomor"),
            _("Inovasi dan instansi"),
            _("Sebelum"),
            _("Sesudah"),
        ],
        "rows": [_row(one) for one in minutes.listed],
        "notes": _notes(minutes),
        "issued": [day.year, day.month, day.day],
    }


def _facts(plenary: Plenary) -> list[list[str]]:
    """Label and value pairs of the session itself."""
    closer = plenary.closed_by.name if plenary.closed_by else ""
    return [
        [_("Sidang ke"), str(plenary.number)],
        [_("Dibuka"), f"{moment(plenary.opened_at)}, {plenary.opened_by.name}"],
        [_("Ditutup"), f"{moment(plenary.closed_at)}, {closer}"],
        [_("Jumlah kursi"), str(plenary.cut_off.seats)],
    ]


def _called(entry: Entry) -> str:
    return f"{entry.number} {entry.innovation.title}"


def _motion(motion: Motion) -> dict[str, Any]:
    """A motion's heading and its lines: who moves, why, how each member voted."""
    tally = motion.tally()
    lines = []
    if motion.entry_in:
        lines.append(_("Masuk: %(entry)s") % {"entry": _called(motion.entry_in)})
    if motion.entry_out:
        lines.append(_("Keluar: %(entry)s") % {"entry": _called(motion.entry_out)})
    lines.append(_("Pengusul: %(name)s") % {"name": motion.proposed_by.name})
    lines.append(f"{motion.get_reason_display()}: {motion.text}")
    if tally.eligible:
        counts = {
            "yes": tally.in_favour,
            "no": tally.against,
            "none": tally.abstained,
            "all": tally.eligible,
        }
        lines.append(
            _(
                "%(yes)s setuju, %(no)s tidak setuju, %(none)s abstain dari %(all)s anggota yang"
                " berhak bersuara"
            )
            % counts
        )
        lines += [f"{vote.member.name}: {vote.get_choice_display()}" for vote in motion.votes.all()]
    heading = _("Usulan %(number)s: %(state)s")
    return {
        "title": heading % {"number": motion.number, "state": motion.get_state_display()},
        "lines": lines,
    }


def _row(one: ListedEntry) -> list[str]:
    yes, no = _("terpilih"), "–"
    return [
        str(one.rank),
        one.entry.number,
        f"{one.entry.innovation.title}, {one.entry.agency.name}",
        yes if one.was_selected else no,
        yes if one.is_selected else no,
    ]


def _notes(minutes: Minutes) -> list[str]:
    if not minutes.is_masked:
        return []
    said = [_("Peserta yang berbenturan kepentingan dengan pengunduh tidak dimuat.")]
    if minutes.masked_motions:
        numbers = ", ".join(str(number) for number in minutes.masked_motions)
        said.append(_("Usulan yang karena itu tidak dimuat: %(numbers)s.") % {"numbers": numbers})
    return said
