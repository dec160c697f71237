"""What the panel's stage asks of judges: a visit to report on."""

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.enums import StageState, VisitState
from competitions.models import FieldVisit
from competitions.queries.work_home import Need

SHOWN = 5


def hearing_needs(user: User) -> list[Need]:
    """Drafts of a judge's reports; one query. The secretariat's stand under "Kunjungan saya"."""
    if user.is_secretariat or not user.has_role(Role.EVALUATOR, Role.PANELIST):
        return []
    visits = FieldVisit.objects.filter(
        verifier=user, state=VisitState.DRAFT, stage__state=StageState.OPEN
    ).select_related("entry__edition", "entry__agency")
    return [
        Need(
            _("Tulis laporan kunjungan %(number)s") % {"number": visit.entry.number},
            reverse("competitions:visit_edit", args=[visit.pk]),
            detail=visit.entry.agency.name,
        )
        for visit in visits.order_by("pk")[:SHOWN]
    ]
