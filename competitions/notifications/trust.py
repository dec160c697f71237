"""Messages about what the nightly check found."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from competitions.models import NightCheck
from competitions.notifications import active_people
from sinovik import notifications
from sinovik.notifications.kinds import DECISION


@notifications.in_each_language
def tell_findings(check: NightCheck) -> None:
    """Something that must be true is not: the heads hear of it each night until it is."""
    notifications.notify(
        recipients=active_people(Role.SECRETARIAT_HEAD),
        kind=DECISION,
        subject=_("Pemeriksaan malam menemukan yang tidak benar"),
        body=ngettext(
            "%(count)d kalimat tidak benar: %(which)s Jangan ubah apa pun; baca rinciannya.",
            "%(count)d kalimat tidak benar: %(which)s Jangan ubah apa pun; baca rinciannya.",
            len(check.findings),
        )
        % {
            "count": len(check.findings),
            "which": " ".join(one["sentence"] for one in check.findings),
        },
        path=reverse("competitions:night_check"),
    )
