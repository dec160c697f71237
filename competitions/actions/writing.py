"""Writing the text of a proposal while it is the unit's to write."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.exceptions import WrongState
from competitions.models import Entry
from competitions.permissions.entries import check_can_write_entry
from competitions.queries.tasks import WRITABLE, text_of
from competitions.queries.writing import lock_entry
from innovations.actions.dossiers import write_sections
from innovations.exceptions import StaleEdit
from innovations.models import Innovation
from innovations.queries.edits import changed_since


@transaction.atomic
def save_entry_section(
    *, by: User, entry: Entry, edit_number: int, key: str, text: str
) -> Innovation:
    """Write one section, naming the edit that was read. Never validates length.

    Another section saved in between is no conflict; this one is (StaleEdit). Raises
    WrongState where the unit no longer holds the proposal. After the close the text still
    goes into the dossier, which is the agency's own and outlives the edition; it is the
    submission that comes too late. Saving the text that is there already changes nothing.
    """
    row = lock_entry(entry.pk)
    check_can_write_entry(by, row)
    if row.state not in WRITABLE:
        raise WrongState(_("Proposal ini terkunci. Teks yang baru Anda tulis belum tersimpan."))
    if text_of(row.innovation, key) == text:
        return row.innovation
    if changed_since(row.innovation, edit_number, [key]):
        raise StaleEdit
    return write_sections(by=by, innovation=row.innovation, sections={key: text})
