"""What waits for the secretariat where deadlines are concerned, and what everybody may read."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import ExtensionState, LateState
from competitions.models import DeadlineExtension, LateSubmission, Stage
from competitions.queries.conflicts import TIES, close_to, ties_of
from competitions.queries.work_home import Need
from sinovik.web.prepared import Prepared


def extension_needs(user: User) -> list[Need]:
    """Proposed extensions for which this person can be the second one. One query."""
    return [
        Need(
            _("Konfirmasi perpanjangan tenggat untuk %s")
            % (row.agency.name if row.agency else _("semua instansi")),
            reverse("competitions:extension_decide", args=[row.pk]),
            detail=row.stage.edition.name,
        )
        for row in _EXTENSIONS.all(person=user.pk)
    ]


_EXTENSIONS = Prepared(
    lambda person: (
        DeadlineExtension.objects.filter(state=ExtensionState.PROPOSED)
        .for_list()
        .exclude(proposed_by=person)
    ),
    "person",
)


def late_needs(user: User) -> list[Need]:
    """Late submissions to decide, but for those that wait for somebody else. One query.

    None about an entry that is in conflict with the person.
    """
    return [
        Need(
            _("Putuskan pengajuan terlambat %s") % row.entry.number,
            reverse("competitions:late_detail", args=[row.pk]),
            detail=row.entry.agency.name,
        )
        for row in _LATE.all(**ties_of(user))
        if row.state == LateState.KEPT or row.proposed_by_id != user.pk
    ]


_LATE = Prepared(
    lambda **ties: (
        LateSubmission.objects.undecided().exclude(entry__in=close_to(**ties)).for_list()
    ),
    *TIES,
)


@dataclass(frozen=True)
class PublicExtensions:
    """Extensions as the public reads them: those for all in full, the others as a number."""

    general: list[DeadlineExtension]
    individual: int


def public_extensions(stage: Stage) -> PublicExtensions:
    """What is announced of a stage's extensions, in the order of their decision. One query."""
    rows = list(DeadlineExtension.objects.confirmed().filter(stage=stage).order_by("decided_at"))
    general = [row for row in rows if row.agency_id is None]
    return PublicExtensions(general, len(rows) - len(general))
