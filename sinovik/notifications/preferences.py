"""How people want their messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction

from sinovik import audit
from sinovik.notifications.kinds import Kind, Rhythm, optional_kinds
from sinovik.notifications.models import Preference, Subscription

if TYPE_CHECKING:
    from django.db.models import Model


@dataclass(frozen=True)
class Choices:
    """What a person has chosen, or the defaults; rhythms by kind."""

    language: str
    zone: str
    rhythms: Mapping[str, str]


def choices_of(user: "Model") -> Choices:
    """The choices that hold; two queries."""
    wanted = Preference.objects.filter(user=user.pk).first() or Preference()
    chosen = Subscription.objects.filter(user=user.pk).values_list("kind", "rhythm")
    rhythms = {kind.key: str(kind.rhythm) for kind in optional_kinds()}
    return Choices(wanted.language, wanted.zone, rhythms | dict(chosen))


@transaction.atomic
def choose(*, by: "Model", choices: Choices) -> None:
    """Keep what the person has chosen, for new messages."""
    Preference.objects.update_or_create(
        user_id=by.pk, defaults={"language": choices.language, "zone": choices.zone}
    )
    _keep(by.pk, choices.rhythms)
    audit.record(by=by, event="notifications_chosen", obj=by, payload=dict(choices.rhythms))


@transaction.atomic
def unsubscribe(*, user_id: int, kind: Kind) -> None:
    """No more e-mail of a kind: asked through the link in one, perhaps not signed in."""
    person = get_user_model().objects.filter(pk=user_id).first()
    if person is None:
        return
    _keep(user_id, {kind.key: Rhythm.APP_ONLY})
    audit.record(by=None, event="notifications_stopped", obj=person, payload={"kind": kind.key})


def _keep(user_id: int, rhythms: Mapping[str, str]) -> None:
    Subscription.objects.bulk_create(
        [Subscription(user_id=user_id, kind=key, rhythm=rhythm) for key, rhythm in rhythms.items()],
        update_conflicts=True,
        unique_fields=["user", "kind"],
        update_fields=["rhythm"],
    )
