"""Last year's proposal beside this year's form: what is kept, asked anew, cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from competitions.models import Entry, FormSection
from competitions.queries.tasks import SUMMARY, form_of, text_of
from innovations.versions import Hunk, word_count, word_difference


class CarryState(StrEnum):
    """How a section of the new form stands to the proposal submitted before."""

    KEPT = "kept"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True)
class CarryRow:
    """A section of the new form. `present` is the dossier's text, `submitted` the earlier one."""

    key: str
    title: str
    question: str
    state: CarryState
    present: str
    submitted: str
    maximum: int | None
    hunks: list[Hunk] = field(default_factory=list)

    @property
    def excess(self) -> int:
        """Words of the dossier's text above the new limit."""
        return max(0, word_count(self.present) - self.maximum) if self.maximum else 0


@dataclass(frozen=True)
class CutSection:
    """A section that the new form no longer asks; its text stays in the dossier."""

    key: str
    title: str
    text: str


def last_proposal(entry: Entry) -> Entry | None:
    """The proposal about the same innovation that was submitted last before this one."""
    earlier = earlier_proposals(entry.innovation_id, entry.created_at).exclude(pk=entry.pk)
    return earlier.select_related("version", "edition").order_by("-submitted_at").first()


def earlier_proposals(innovation: Any, created_at: Any) -> QuerySet[Entry]:
    """Submitted proposals about an innovation begun until `created_at`; values or OuterRefs."""
    return Entry.objects.filter(
        innovation=innovation, version__isnull=False, created_at__lte=created_at
    )


def submitted_content(earlier: Entry) -> dict[str, Any]:
    """The frozen dossier of a submitted proposal; ValueError for one that never was."""
    if earlier.version is None:
        raise ValueError(f"entry {earlier.pk} was never submitted")
    content: dict[str, Any] = earlier.version.content
    return content


def submitted_texts(earlier: Entry) -> dict[str, str]:
    """The frozen texts by section key; empty ones are left out."""
    content = submitted_content(earlier)
    texts = {SUMMARY: content["summary"], **content["sections"]}
    return {key: text for key, text in texts.items() if text.strip()}


def carry_rows(
    entry: Entry, earlier: Entry, sections: Sequence[FormSection]
) -> tuple[list[CarryRow], list[CutSection]]:
    """Section by section of the new form, and what it no longer asks (1 query)."""
    texts = submitted_texts(earlier)
    asked = {section.key for section in sections}
    titles = {one.key: one.title for one in form_of(earlier.edition_id)}
    rows = [_row(entry, section, texts) for section in sections]
    cut = [
        CutSection(key, _(titles.get(key, key)), text)
        for key, text in texts.items()
        if key not in asked
    ]
    return rows, cut


def _row(entry: Entry, section: FormSection, texts: Mapping[str, str]) -> CarryRow:
    present, submitted = text_of(entry.innovation, section.key), texts.get(section.key, "")
    if not submitted:
        state = CarryState.NEW
    else:
        state = CarryState.KEPT if present == submitted else CarryState.CHANGED
    return CarryRow(
        key=section.key,
        title=_(section.title),
        question=_(section.question),
        state=state,
        present=present,
        submitted=submitted,
        maximum=section.maximum_words,
        hunks=word_difference(submitted, present) if state == CarryState.CHANGED else [],
    )
