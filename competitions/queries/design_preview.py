"""What a draft edition would show to those who enter it and those who judge in it.

Nothing is written: a specimen lives in memory only.
"""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.blueprints import OF_A_STAGE, Part
from competitions.models import Edition, Entry, FormSection, Group, Stage
from competitions.queries.calendar import registration_of, stages_by_position
from competitions.queries.design import Place
from competitions.queries.documents import asked_of, document_item
from competitions.queries.reading import Proposal, read_proposal
from competitions.queries.rules import statements_by_group
from competitions.queries.tasks import TASK_LABELS, TASK_TONES, TaskState
from innovations.models import InnovationVersion

NOBODY = 0
"""The number of a specimen: no entry has it."""


def preview_href(edition: Edition, place: Place, stages: Iterable[Stage]) -> str:
    """Where people will meet what the part decides."""
    if place.part == Part.DOCUMENTS:
        return reverse("competitions:preview_documents", args=[edition.year])
    if place.part in OF_A_STAGE and any(
        stage.slug == place.slug and stage.has_own_sheets for stage in stages
    ):
        return reverse("competitions:preview_sheet", args=[edition.year, place.slug])
    return reverse("competitions:preview_entrant", args=[edition.year])


def scored_stages(stages: Iterable[Stage]) -> list[Stage]:
    """Stages in which sheets are written."""
    return [stage for stage in stages if stage.has_own_sheets]


def section_items(edition: Edition) -> list[dict[str, Any]]:
    """The form's sections as lines of a task list, each with its limit."""
    return [
        {
            "title": _(section.title),
            "href": reverse("competitions:preview_section", args=[edition.year, section.key]),
            "status": str(TASK_LABELS[TaskState.EMPTY]),
            "tone": TASK_TONES[TaskState.EMPTY],
            "hint": limit_of(section),
        }
        for section in edition.sections.all()
    ]


def limit_of(section: FormSection) -> str:
    """How long a section's text may be, in words; empty without a limit."""
    words = section.maximum_words
    if not words:
        return ""
    return ngettext("paling banyak %(n)s kata", "paling banyak %(n)s kata", words) % {"n": words}


def document_items_of(edition: Edition) -> list[dict[str, Any]]:
    """The documents as lines of a task list, none of them there."""
    href = reverse("competitions:preview_documents", args=[edition.year])
    return [document_item(one, href) for one in asked_of(edition.documents.all(), [])]


def terms_of(edition: Edition) -> list[tuple[Group, list[Any]]] | None:
    """What each group asks, of an edition read `with_rules`; None while a rule can't be read."""
    try:
        return statements_by_group(edition, registration_of(stages_by_position(edition)))
    except ValueError:
        return None


def specimen(edition: Edition, stage: Stage) -> Proposal:
    """A proposal that nobody sent, as the stage's judges would read it."""
    sections = list(edition.sections.all())
    text = _("Di sini penilai membaca jawaban peserta untuk “%(question)s”")
    content: dict[str, Any] = {
        "title": _("Judul inovasi peserta"),
        "agency": _("Nama instansi"),
        "unit": _("Nama unit pelayanan"),
        "location": _("Kabupaten atau kota"),
        "category": _("Kategori"),
        "team": [{"name": _("Nama anggota tim")}],
        "simulated": True,
        "summary": "",
        "sections": {
            one.key: one.example or text % {"question": _(one.question)} for one in sections
        },
    }
    version = InnovationVersion(content=content)
    entry = Entry(pk=NOBODY, edition=edition)
    return read_proposal(entry, is_blind=stage.is_blind, version=version)
