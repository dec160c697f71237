"""What an evaluator's pack holds: the proposals as the sheet shows them, and a sheet to fill."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import Assignment, Criterion, Stage
from competitions.models.judging import AssignmentQuerySet
from competitions.queries.conflicts import conflicting_entries
from competitions.queries.reading import Part, Proposal, read_by_judge
from sinovik.web.templatetags.web import day

VOLUME = 50
"""Proposals in one PDF."""
MOST_BOXES = 10
"""Above so many marks a sheet has a line to write on instead of a box for each."""


def packable(reader: User, stage: Stage) -> AssignmentQuerySet:
    """The reader's assignments of a stage, none in conflict, none given back, in reading order."""
    rows = Assignment.objects.for_evaluator(reader).filter(stage=stage)
    free = rows.exclude(entry__in=conflicting_entries(reader))
    return free.select_related("stage__edition", "entry__edition", "version").order_by(
        "reading_order", "pk"
    )


def volume_document(
    reader: User, stage: Stage, number: int, assignments: Sequence[Assignment], today: date
) -> dict[str, Any]:
    """The inputs of templates/exports/reading.typ; up to eight queries a proposal."""
    proposals = [read_by_judge(one) for one in assignments]
    simulated = _("Data simulasi")
    words = {"name": reader.name, "day": day(today), "number": number}
    return {
        "language": "id",
        "title": _("Paket bacaan"),
        "subject": f"{_(stage.name)} · {stage.edition.name}",
        "mark": _("Dibaca oleh %(name)s · %(day)s · jilid %(number)s") % words,
        "warning": _("Rahasia. Hanya untuk penilai ini; musnahkan setelah tahap ditutup."),
        "contents": _("Daftar isi"),
        "rubric_title": _("Kriteria dan jenjang nilai"),
        "rubric": [_criterion(one) for one in _criteria(stage)],
        "proposals": [
            {"place": str(given.reading_order), **_proposal(proposal, simulated)}
            for given, proposal in zip(assignments, proposals, strict=True)
        ],
        "sheet": {
            "title": _("Lembar catatan"),
            "head": [_("Kriteria"), _("Bobot"), _("Nilai"), _("Catatan")],
            "lines": [_("Kekuatan"), _("Kelemahan")],
            "note": _("Lembar ini bukan nilai. Nilai dihitung setelah dikirim di SINOVIK."),
        },
        "simulated": simulated if any(one.is_simulated for one in proposals) else "",
        "issued": [today.year, today.month, today.day],
    }


def _criteria(stage: Stage) -> list[Criterion]:
    return list(stage.criteria.prefetch_related("levels").order_by("position"))


def _criterion(criterion: Criterion) -> dict[str, Any]:
    top = criterion.scale_maximum
    return {
        "name": _(criterion.name),
        "question": _(criterion.question),
        "weight": f"{criterion.weight.normalize():f} %".replace(".", ","),
        "marks": [str(mark) for mark in range(1, top + 1)] if top <= MOST_BOXES else [],
        "scale": f"1–{top}",
        "levels": [
            [str(level.mark), _(level.label), _(level.descriptor)]
            for level in criterion.levels.all()
        ],
    }


def _proposal(proposal: Proposal, simulated: str) -> dict[str, Any]:
    facts = list(proposal.facts)
    if proposal.started_on:
        facts.append((_("Mulai diterapkan"), day(proposal.started_on)))
    lists = [
        [_("Lampiran"), [f"{one.name} ({one.purpose})" for one in proposal.annexes]],
        [_("Tautan"), [f"{one['title']}: {one['url']}" for one in proposal.links]],
    ]
    return {
        "number": proposal.number,
        "title": proposal.title,
        "simulated": simulated if proposal.is_simulated else "",
        "headline": " · ".join(proposal.headline),
        "facts": facts,
        "parts": [_part(part) for part in proposal.parts],
        "lists": [one for one in lists if one[1]],
        "note": _("Lampiran tidak ditampilkan pada penilaian tanpa identitas.")
        if proposal.is_blind and not proposal.annexes
        else "",
    }


def _part(part: Part) -> dict[str, Any]:
    paragraphs = [lines.split("\n") for lines in part.text.split("\n\n") if lines.strip()]
    return {"title": part.title, "paragraphs": paragraphs or [[_("Bagian ini kosong.")]]}
