"""Replication pages: asked for, under way, verified with a family, and the hub."""

from collections.abc import Iterator

from django.urls import reverse

from innovations.actions.dossiers import publish_innovations
from innovations.actions.replication_hub import NeedText, offer_innovation, post_need
from innovations.enums import ReplicationState as S
from tests.browser.visits import Visit, visits_of
from tests.factories import make_category, make_published_innovation, make_replication, make_team


def replication_visits() -> Iterator[Visit]:
    """Both agencies' pages in the states that look different, then what the public sees."""
    owner, asking = make_team(), make_team()
    origin = make_published_innovation(owner)
    world = make_replication(S.VERIFIED, origin=origin, origin_team=owner, asking=asking)
    replica = world.replication.replica
    assert replica is not None
    publish_innovations(by=asking.admin, innovations=[replica])
    reported = make_replication(S.REPORTED, origin=origin, origin_team=owner).replication
    agreed = make_replication(S.AGREED, origin=replica, origin_team=asking)
    asked = make_replication(origin=origin, origin_team=owner).replication
    offer_innovation(by=owner.admin, innovation=origin, text="Naskah SOP.", size=2)
    need = NeedText("Antrean rujukan lama", "Tiga jam menunggu.", make_category(), 2)
    post_need(by=asking.admin, agency=asking.agency, need=need)
    yield from visits_of(
        owner.admin,
        reverse("innovations:replication_list"),
        asked.get_absolute_url(),
        reported.get_absolute_url(),
        reverse("innovations:offer_create", args=[origin.pk]),
    )
    yield from visits_of(
        agreed.asking.admin,
        agreed.replication.get_absolute_url(),
        reverse("innovations:replication_request", args=[origin.slug]),
    )
    yield from visits_of(
        asking.admin,
        world.replication.get_absolute_url(),
        reverse("innovations:hub_posts"),
        reverse("innovations:need_create"),
    )
    hub = reverse("innovations:replication_hub")
    for address in (origin.get_absolute_url(), hub, f"{hub}?tampil=kebutuhan"):
        yield Visit(address)
