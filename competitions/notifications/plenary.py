"""Messages about a plenary; they say that it sits and nothing of its list."""

from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import Stage
from competitions.notifications import in_site_language
from sinovik import notifications
from sinovik.notifications.kinds import TASK


def plenary_path(stage: Stage) -> str:
    """Where members follow a stage's plenary."""
    return f"/kerja/tahap/{stage.pk}/pleno/"


@in_site_language
def tell_plenary_opened(stage: Stage) -> None:
    """The judges of the edition may take their seats."""
    members = User.objects.filter(is_active=True, appointments__edition=stage.edition_id)
    notifications.notify(
        kind=TASK,
        recipients=list(members.distinct().order_by("pk")),
        subject=_("Sidang pleno dibuka"),
        body=_("Sidang pleno %(stage)s sedang berlangsung. Nyatakan kehadiran Anda.")
        % {"stage": stage.said},
        path=plenary_path(stage),
    )
