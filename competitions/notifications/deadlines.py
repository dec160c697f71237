"""Messages about deadlines that move, and about what is sent at the close."""

from django.utils.translation import gettext as _

from agencies.enums import AGENCY_ROLES, Role
from agencies.models import User
from competitions.models import DeadlineExtension
from competitions.notifications import WORK_HOME, active_people, in_site_language
from sinovik import notifications
from sinovik.notifications.kinds import DECISION, TASK
from sinovik.web.templatetags.web import zones


def extensions_path(extension: DeadlineExtension) -> str:
    """Where the secretariat decides about later deadlines of an edition."""
    return f"/kerja/edisi/{extension.stage.edition.year}/tenggat/"


def secretariat() -> list[User]:
    """Officers and heads of the secretariat."""
    return active_people(Role.SECRETARIAT_HEAD) + active_people(Role.SECRETARIAT_OFFICER)


def _whom(extension: DeadlineExtension) -> str:
    return extension.agency.name if extension.agency else _("semua instansi")


@in_site_language
def tell_extension_proposed(extension: DeadlineExtension) -> None:
    """The others of the secretariat: one of them is the second person."""
    notifications.notify(
        recipients=[one for one in secretariat() if one.pk != extension.proposed_by_id],
        subject=_("Perpanjangan tenggat menunggu konfirmasi Anda"),
        body=_("%(name)s mengusulkan tenggat %(stage)s untuk %(whom)s menjadi %(closes)s.")
        % {
            "name": extension.proposed_by.name,
            "stage": extension.stage.said,
            "whom": _whom(extension),
            "closes": zones(extension.new_closes_at),
        },
        path=extensions_path(extension),
        kind=TASK,
    )


@in_site_language
def tell_extended(extension: DeadlineExtension) -> None:
    """Entrants concerned, the secretariat and the observers read the new deadline."""
    entrants = User.objects.filter(
        is_active=True, memberships__role__in=AGENCY_ROLES, memberships__ended_at__isnull=True
    )
    if extension.agency_id:
        entrants = entrants.filter(memberships__agency=extension.agency_id)
    else:
        entrants = entrants.filter(memberships__agency__entries__edition=extension.stage.edition_id)
    body = _(
        "Tenggat %(stage)s untuk %(whom)s diperpanjang: semula %(before)s, kini %(after)s."
    ) % {
        "stage": extension.stage.said,
        "whom": _whom(extension),
        "before": zones(extension.previous_closes_at),
        "after": zones(extension.new_closes_at),
    }
    letter = _("Surat nomor %(letter)s.") % {"letter": extension.letter_number}
    staff = [*secretariat(), *active_people(Role.OBSERVER)]
    for people, path in ((entrants.distinct(), WORK_HOME), (staff, extensions_path(extension))):
        notifications.notify(
            recipients=people,
            subject=_("Tenggat %(stage)s diperpanjang") % {"stage": extension.stage.said},
            body=f"{body} {letter}",
            path=path,
            kind=DECISION,
        )


@in_site_language
def tell_extension_rejected(extension: DeadlineExtension) -> None:
    """The proposer reads why it was declined."""
    notifications.notify(
        recipients=[extension.proposed_by],
        subject=_("Usulan perpanjangan tenggat ditolak"),
        body=_("Tenggat %(stage)s untuk %(whom)s tidak berubah. Alasan: %(reason)s")
        % {
            "stage": extension.stage.said,
            "whom": _whom(extension),
            "reason": extension.decision_note,
        },
        path=extensions_path(extension),
        kind=DECISION,
    )
