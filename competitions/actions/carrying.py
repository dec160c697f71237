"""Using last year's proposal again, section by section."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.exceptions import WrongState
from competitions.models import Entry, FormSection
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.carrying import last_proposal, submitted_texts
from competitions.queries.tasks import WRITABLE
from innovations.actions.dossiers import save_sections
from innovations.exceptions import StaleEdit
from innovations.models import Innovation
from innovations.queries.edits import changed_since
from sinovik import audit


@transaction.atomic
def carry_over(
    *, by: User, entry: Entry, edit_number: int, sources: Mapping[str, str]
) -> Innovation:
    """Put texts of the last submitted proposal into sections of this one.

    `sources` maps a section of this form to the section of the last one whose text it takes;
    sections that are not named stay as they are. Raises StaleEdit where one of them was
    saved after `edit_number`, WrongState where the unit does not hold the proposal or
    nothing was submitted before, ValueError on a section that neither form has.
    """
    row = Entry.objects.locked().select_related("innovation__unit").get(pk=entry.pk)
    check_can_write_entry(by, row)
    earlier = last_proposal(row)
    if row.state not in WRITABLE or earlier is None:
        raise WrongState(_("Proposal ini tidak sedang ditulis, jadi tidak ada yang diganti."))
    texts = submitted_texts(earlier)
    asked = set(FormSection.objects.filter(edition=row.edition_id).values_list("key", flat=True))
    if unknown := (set(sources) - asked) | (set(sources.values()) - set(texts)):
        raise ValueError(f"no such section: {sorted(unknown)}")
    if changed_since(row.innovation, edit_number, list(sources)):
        raise StaleEdit
    if not sources:
        return row.innovation
    audit.record(
        by=by,
        event="entry_carried_over",
        obj=row,
        payload={"from": earlier.pk, "sections": dict(sources)},
    )
    return save_sections(
        by=by,
        innovation=row.innovation,
        edit_number=row.innovation.edit_number,
        sections={key: texts[source] for key, source in sources.items()},
    )
