"""The fields in which a judge is at home: an allocation prefers them."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import StageState
from competitions.exceptions import WrongState
from competitions.models import Appointment, Stage
from competitions.permissions import check_can_appoint
from competitions.queries.allocation_plans import appointments_in
from innovations.models import Category
from sinovik import audit


@transaction.atomic
def set_expertise(
    *, by: User, stage: Stage, fields: Mapping[int, Collection[int]]
) -> list[Appointment]:
    """Set the fields (category ids) of appointments of the stage's body, by appointment id.

    Returns those that changed. Raises WrongState once the stage is closed; what is handed out
    already stays.
    """
    check_can_appoint(by, stage.edition)
    row = Stage.objects.locked().get(pk=stage.pk)
    if row.state == StageState.CLOSED:
        raise WrongState(_("Tahap ini sudah ditutup; bidang keahlian tidak dipakai lagi."))
    offered = Category.objects.filter(pk__in=row.edition.edition_categories.values("category"))
    known = {category.pk: category for category in offered}
    changed = []
    for appointment in appointments_in(row).filter(pk__in=fields):
        wanted = {pk for pk in fields[appointment.pk] if pk in known}
        if wanted == {category.pk for category in appointment.expertise.all()}:
            continue
        appointment.expertise.set(wanted)
        slugs = sorted(known[pk].slug for pk in wanted)
        audit.record(by=by, event="expertise_set", obj=appointment, payload={"fields": slugs})
        changed.append(appointment)
    return changed
