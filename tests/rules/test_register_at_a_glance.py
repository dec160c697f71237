"""The register at a glance is what counting its rows anew would give."""

import pytest
from django.db.models import Count, Q

from innovations.models import Innovation
from innovations.queries.overview import PROVINCE, Totals, register_at_a_glance
from tests import factories

pytestmark = pytest.mark.django_db


def _counted() -> Totals:
    return Totals(
        **Innovation.objects.published().aggregate(
            innovations=Count("pk"),
            agencies=Count("agency", distinct=True),
            provinces=Count(PROVINCE, distinct=True),
            simulated=Count("pk", filter=Q(is_simulated=True)),
        )
    )


def test_the_glance_follows_every_row() -> None:
    before = register_at_a_glance()
    team, other = factories.make_team(), factories.make_team()
    made = [factories.make_published_innovation(team), factories.make_published_innovation(team)]
    made.append(factories.make_published_innovation(other))
    factories.make_innovations(team, 1)
    glance = register_at_a_glance()
    assert glance.totals == _counted()
    assert glance.totals.innovations == before.totals.innovations + 3
    assert glance.totals.agencies == before.totals.agencies + 2

    published = Innovation.objects.published()
    assert {one.slug: one.count for one in glance.categories if one.count} == dict(
        published.filter(category__isnull=False)
        .order_by()
        .values_list("category__slug")
        .annotate(n=Count("pk"))
    )
    assert glance.provinces == dict(
        published.exclude(agency__region=None, location=None)
        .order_by()
        .annotate(province=PROVINCE)
        .values_list("province")
        .annotate(n=Count("pk"))
    )

    Innovation.objects.filter(pk=made[-1].pk).update(category=None, is_simulated=True)
    assert register_at_a_glance().totals == _counted()
