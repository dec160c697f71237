"""Whether mails reached the people of an agency. What they say stays the recipient's."""

from agencies.enums import Role
from agencies.models import Membership, User
from sinovik.notifications.models import Mail, MailQuerySet


def mails_seen_by(user: User) -> MailQuerySet:
    """Mails to the members of the person's agencies; to everybody for the secretariat."""
    mails = Mail.objects.filter(recipient__isnull=False).select_related("recipient")
    if user.is_secretariat:
        return mails.defer("text")
    members = Membership.objects.active().filter(agency__in=user.agency_ids(Role.AGENCY_ADMIN))
    return mails.filter(recipient__in=members.values("user")).defer("text")
