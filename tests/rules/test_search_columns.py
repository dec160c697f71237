"""What the search holds in the process is what a reader of the database would see."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from agencies.models import Agency
from innovations.actions.archiving import archive_innovation
from innovations.actions.dossiers import publish_innovations
from innovations.models import Award, Innovation, SearchRow, SustainableGoal
from innovations.queries import hits
from innovations.queries.columns import Holder
from innovations.queries.facets import count_facets
from innovations.queries.hits import look
from innovations.queries.terms import FACETS, Terms
from sinovik.audit import clock
from tests.factories import make_innovations, make_published_innovation, make_team
from tests.owner import as_owner
from tests.races import during


@pytest.fixture(autouse=True)
def own_holder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hits, "holder", Holder())


def found(**facets: str) -> int:
    return look(Terms(facets={name: (value,) for name, value in facets.items()})).total


def naive() -> int:
    """What a reader would go by who asks for rows above the newest number."""
    newest: int = SearchRow.objects.order_by("-changed_in").values_list("changed_in", flat=True)[0]
    return newest


@pytest.mark.django_db(transaction=True)
def test_change_that_commits_after_a_later_one_is_seen() -> None:
    first, second = make_published_innovation(), make_published_innovation()
    assert found(kebaruan="adaptation") == 0
    seen: list[tuple[int, int]] = []

    def change(row: Innovation) -> None:
        Innovation.objects.filter(pk=row.pk).update(novelty_kind="adaptation")

    def other() -> None:
        with transaction.atomic():
            change(second)
        seen.append((found(kebaruan="adaptation"), naive()))

    assert during(lambda: change(first), other) == (None, None)
    ((count, newest),) = seen
    assert count == 1
    assert found(kebaruan="adaptation") == 2
    # The control: the late change lies below what the naive reader has already read.
    assert SearchRow.objects.get(pk=first.pk).changed_in < newest

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Innovation.objects.update(novelty_kind="original")
        assert found(kebaruan="original") == 2
        raise ZeroDivisionError
    assert (found(kebaruan="original"), found(kebaruan="adaptation")) == (0, 2)

    with as_owner() as cursor:
        cursor.execute("TRUNCATE innovations_searchrow")
    assert found() == 0


@pytest.mark.django_db
def test_each_source_of_a_facet_is_followed_and_the_clock_too() -> None:
    team = make_team()
    row = make_published_innovation(team)
    goal = SustainableGoal.objects.create(number=3, name="Sehat", color="#000000")
    assert (found(), found(tpb="3"), found(jenis="lembaga")) == (1, 0, 0)
    row.goals.add(goal)
    Agency.objects.filter(pk=team.agency.pk).update(agency_type="lembaga")
    instant = clock.now() + timedelta(hours=1)
    Award.objects.create(innovation=row, year=2019, band="top-45", band_name="Top 45", seats=45,
                         announced_at=instant)  # fmt: skip
    assert (found(tpb="3"), found(jenis="lembaga"), found(penghargaan="top-45")) == (1, 1, 0)
    assert count_facets(look(Terms())).options["penghargaan"] == []
    with clock.at(instant):
        assert found(penghargaan="top-45") == 1
    with clock.at(instant + timedelta(days=366)):
        assert found(keadaan="tanpa-kabar") == 1
    row.goals.remove(goal)
    assert found(tpb="3") == 0
    archive_innovation(by=team.admin, innovation=row, reason="Layanan sudah berhenti.")
    assert (found(), look(Terms("warga")).total) == (0, 0)


@pytest.mark.django_db
def test_row_is_written_once_when_a_dossier_is_published() -> None:
    team = make_team()
    goals = [SustainableGoal.objects.create(number=n, name="Sehat", color="#0") for n in (3, 4)]
    (draft,) = make_innovations(team, 1)
    draft.goals.add(*goals)
    earlier = writes()
    publish_innovations(by=team.admin, innovations=[draft])
    assert (writes() - earlier, found(tpb="3"), found(tpb="4")) == (1, 1, 1)
    draft.goals.remove(goals[0])
    Innovation.objects.filter(pk=draft.pk).update(title="Antar obat", novelty_kind="adaptation")
    assert (found(tpb="3"), found(tpb="4"), found(kebaruan="adaptation")) == (0, 1, 1)
    assert look(Terms("obat")).total == 1


def writes() -> int:
    """How often a search row has been made or changed, by what this connection remembers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT n_tup_ins + n_tup_upd FROM pg_stat_xact_user_tables"
            " WHERE relname = 'innovations_searchrow'"
        )
        (count,) = cursor.fetchone()
        return int(count)


@pytest.mark.django_db
def test_register_without_a_dossier_is_searched_in_vain() -> None:
    for terms in (Terms(), Terms("warga"), Terms("-warga"), Terms(facets={"tpb": ("3", "x")})):
        nothing = look(terms)
        assert (nothing.total, nothing.ids(0, 20)) == (0, [])
        assert set(count_facets(nothing).options) == set(FACETS)
