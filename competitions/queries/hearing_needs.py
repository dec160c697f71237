"""What a stage asks of judges beside their sheets: a plenary to sit in, a visit to report on."""

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.enums import StageState, VisitState
from competitions.models import FieldVisit, Plenary
from competitions.queries.work_home import Need

SHOWN = 5


def hearing_needs(user: User) -> list[Need]:
    """Plenaries that sit, and drafts of a judge's reports; two queries.

    The secretariat's reports stand under "Kunjungan saya", and it opens plenaries itself.
    """
    if user.is_secretariat or not user.has_role(Role.EVALUATOR, Role.PANELIST):
        return []
    return [*_plenaries(user), *_visits(user)]


def _plenaries(user: User) -> list[Need]:
    own = Plenary.objects.open().filter(cut_off__stage__edition__appointments__user=user)
    rows = own.select_related("cut_off__stage__edition").order_by("pk").distinct()
    return [
        Need(
            _("Hadiri sidang pleno"),
            reverse("competitions:plenary_room", args=[row.cut_off.stage_id]),
            detail=row.cut_off.stage.said,
        )
        for row in rows[:SHOWN]
    ]


def _visits(user: User) -> list[Need]:
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
