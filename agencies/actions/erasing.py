"""Erasing a person from the register: the account loses its name, what was decided stays."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import models, transaction
from django.utils.translation import gettext as _

from agencies.actions.devices import end_sessions
from agencies.enums import Role
from agencies.exceptions import StillInOffice
from agencies.models import Invitation, Membership, User
from agencies.permissions import check_can_erase_person
from sinovik import audit, notifications
from sinovik.audit import clock
from sinovik.audit.erasing import forget_actor
from sinovik.audit.models import AuditEvent
from sinovik.notifications.kinds import DECISION

NAME = "Pengguna yang dihapus"
ADDRESS = "dihapus-{pk}@sinovik.invalid"
ASKED = "erasure_asked"
PAUSE = timedelta(days=30)


@transaction.atomic
def erase_person(*, by: User, confirmed_by: User, person: User, reason: str) -> int:
    """Take name and address out of the account, the log and the invitations.

    Whatever hangs on the person alone is deleted: messages, mails, addresses, sign-in
    factors, saved filters, sessions. Marks, decisions and signed texts stay under the
    account's number: the law keeps them (archives), and a result must stay explicable.
    Returns how many events lost the name. Raises Forbidden, StillInOffice.
    """
    check_can_erase_person(by, confirmed_by, person)
    row = User.objects.select_for_update().get(pk=person.pk)
    if row.active_memberships:
        raise StillInOffice
    end_sessions(by=by, user=row)
    for relation in _own_relations():
        relation.related_model._default_manager.filter(**{relation.field.name: row}).delete()
    address = ADDRESS.format(pk=row.pk)
    Invitation.objects.filter(email__iexact=row.email).update(email=address)
    row.email, row.name = address, NAME
    row.is_active = row.is_staff = row.is_superuser = False
    row.set_unusable_password()
    row.save()
    events = forget_actor(row)
    audit.record(
        by=by,
        event="person_erased",
        obj=row,
        payload={"reason": reason, "confirmed_by": confirmed_by.pk, "events": events},
    )
    return events


def _own_relations() -> list[models.ManyToOneRel]:
    """What Django deletes with an account: it belongs to nobody else."""
    return [
        relation
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.CASCADE
    ]


@transaction.atomic
def ask_for_erasure(*, by: User) -> AuditEvent:
    """Tell the heads of the secretariat that a person wants to be erased; once in 30 days."""
    User.objects.select_for_update().get(pk=by.pk)
    asked = last_request(by)
    if asked:
        return asked
    heads = User.objects.filter(
        pk__in=Membership.objects.active().filter(role=Role.SECRETARIAT_HEAD).values("user")
    )
    _tell(heads, by)
    return audit.record(by=by, event=ASKED, obj=by)


def last_request(person: User) -> AuditEvent | None:
    """The request that still waits for an answer."""
    events = AuditEvent.objects.about(person).named(ASKED)
    return events.filter(at__gt=clock.now() - PAUSE).last()


@notifications.in_each_language
def _tell(heads: Iterable[User], person: User) -> None:
    notifications.notify(
        recipients=heads,
        kind=DECISION,
        subject=_("Permintaan penghapusan data pribadi"),
        body=_(
            "%(name)s (%(email)s) meminta data pribadinya dihapus. Jawab dalam 3 x 24 jam: akhiri "
            "perannya, lalu minta operator menjalankan manage.py erase_person."
        )
        % {"name": person.name, "email": person.email},
    )
