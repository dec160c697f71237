"""Messages about proposals that are to be submitted by themselves at the close."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from competitions.models import AutomaticSubmission
from competitions.notifications import in_site_language
from competitions.notifications.late import agency_people, tasks_path
from sinovik import notifications
from sinovik.notifications.kinds import DECISION, REMINDER
from sinovik.web.templatetags.web import zones


@in_site_language
def tell_upcoming(order: AutomaticSubmission, closes_at: datetime, missing: Sequence[str]) -> None:
    """A day before: what is missing by name, or that all is ready."""
    title = order.entry.innovation.title
    if missing:
        subject = _("Besok ditutup: proposal yang dijadwalkan belum lengkap")
        body = _("“%(title)s” tidak akan terkirim selama ini belum beres: %(missing)s") % {
            "title": title,
            "missing": " ".join(missing),
        }
    else:
        subject = _("Besok ditutup: proposal siap terkirim otomatis")
        body = _("“%(title)s” lengkap dan akan terkirim otomatis menjelang penutupan.") % {
            "title": title
        }
    closing = _("Pendaftaran ditutup %(closes)s.") % {"closes": zones(closes_at)}
    notifications.notify(
        recipients=agency_people(order.entry),
        subject=subject,
        body=f"{body} {closing}",
        path=tasks_path(order.entry),
        kind=REMINDER,
    )


@in_site_language
def tell_refused(order: AutomaticSubmission, closes_at: datetime) -> None:
    """Minutes before the close: why it could not be sent, while there is time."""
    notifications.notify(
        recipients=agency_people(order.entry),
        subject=_("Proposal belum dapat terkirim otomatis"),
        body=_("“%(title)s” belum terkirim. %(why)s Masih dapat diajukan sampai %(closes)s.")
        % {
            "title": order.entry.innovation.title,
            "why": order.obstacle,
            "closes": zones(closes_at),
        },
        path=tasks_path(order.entry),
        kind=DECISION,
    )


@in_site_language
def tell_missed(order: AutomaticSubmission) -> None:
    """After the close: it was not sent, and why."""
    notifications.notify(
        recipients=agency_people(order.entry),
        subject=_("Proposal tidak terkirim otomatis"),
        body=_("“%(title)s” tidak terkirim sampai penutupan. %(why)s")
        % {"title": order.entry.innovation.title, "why": order.obstacle},
        path=tasks_path(order.entry),
        kind=DECISION,
    )
