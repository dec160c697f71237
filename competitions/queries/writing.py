"""What is asked each time a text saves itself, every few seconds by everybody who types."""

from collections.abc import Sequence
from functools import cache

from agencies.models import User
from competitions.enums import EntryState, StageKind
from competitions.models import Entry, EntryRemark, FormSection, Stage
from competitions.queries.reach import Visible
from sinovik.web.prepared import Prepared


@cache
def _open_to(related: tuple[str, ...]) -> Visible[Entry]:
    return Visible(
        lambda entries, pk: entries.filter(pk=pk).select_related(*related).order_by(), "pk"
    )


_SECTION = Prepared(
    lambda edition, key: FormSection.objects.filter(edition=edition, key=key).select_related(
        "edition"
    ),
    *("edition", "key"),
)
_LOCKED = Prepared(
    lambda pk: (
        Entry.objects.select_for_update(of=("self", "innovation"), no_key=True)
        .select_related("innovation")
        .filter(pk=pk)
        .order_by()
    ),
    "pk",
)
_WITH_AGENCY = Prepared(
    lambda innovation, state: (
        Entry.objects.filter(innovation=innovation, state=state).order_by().values_list("pk")
    ),
    *("innovation", "state"),
)
_REGISTRATION = Prepared(
    lambda edition, kind, agencies: (
        Stage.objects.with_deadline(agencies).filter(edition=edition, kind=kind).order_by()
    ),
    *("edition", "kind", "agencies"),
)
_REMARKS = Prepared(
    lambda entry: (
        EntryRemark.objects.filter(entry=entry, resolved_at=None)
        .select_related("written_by", "version")
        .defer("version__content")
    ),
    "entry",
)


def entry_open_to(user: User, pk: int, related: Sequence[str] = ()) -> Entry | None:
    """An entry, if the person may open its working pages (`visible_to`), with what it names."""
    return _open_to(tuple(related)).first(user, pk=pk)


def section_of(edition_id: int, key: str) -> FormSection | None:
    """A section of an edition's form, the edition with it."""
    return _SECTION.first(edition=edition_id, key=key)


def lock_entry(pk: int) -> Entry:
    """Both rows, entry and innovation, under lock by one query."""
    return _LOCKED.get(pk=pk)


def is_with_agency(innovation_id: int) -> bool:
    """Whether the agency's admin reads a proposal of the innovation."""
    return bool(_WITH_AGENCY.all(innovation=innovation_id, state=EntryState.WITH_AGENCY))


def registration_of(edition_id: int, agency_id: int) -> Stage:
    """The edition's registration with the `deadline` that holds for the agency."""
    return _REGISTRATION.get(edition=edition_id, kind=StageKind.REGISTRATION, agencies=[agency_id])


def open_remarks_on(entry_id: int) -> list[EntryRemark]:
    """Unresolved remarks on an entry, with who wrote them."""
    return _REMARKS.all(entry=entry_id)
