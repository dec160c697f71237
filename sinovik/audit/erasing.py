"""A person's name leaves the log, and the log stays valid.

What the log states of who acted is a salted hash. Erased, the name and its salt are gone and
the hash stays in their place: every leaf, root and seal is as it was, and nobody can find the
name by trying names. The number of the account stays, and leads to an account without a name.
"""

from typing import TYPE_CHECKING

from django.db import transaction

from sinovik.audit.sealing import actor_hash_of

if TYPE_CHECKING:
    from django.db.models import Model

BATCH = 1000


@transaction.atomic
def forget_actor(person: "Model") -> int:
    """Erase the name of a person in every event they caused; how many there were.

    The one change of an event that the web role may make, one way. Run again it finds none.
    """
    from sinovik.audit.models import AuditEvent

    rows = AuditEvent.objects.filter(actor_id=person.pk, actor_hash="").order_by("pk")
    done = 0
    while batch := list(rows[:BATCH]):
        for event in batch:
            event.actor_hash = actor_hash_of(event)
            event.actor_label = event.actor_salt = ""
        AuditEvent.objects.bulk_update(batch, ["actor_hash", "actor_label", "actor_salt"])
        done += len(batch)
    return done
