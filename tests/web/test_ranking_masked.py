"""The ranking board for people who are too close to an entry: as if it weren't there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import User
from competitions.actions.cut_offs import apply_cut_off, propose_lock
from tests import factories
from tests.factories import FIRST, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

CANARY = "Alasan kenari tujuh belas"


@pytest.fixture
def contest() -> Contest:
    """A list whose winner was moved out with a telling reason; the head works for its agency."""
    contest = factories.make_contest(FIRST, entries=4)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    factories.move(contest, entry_out=contest.entries[0], text=CANARY)
    return contest


def close_to_all(person: User, contest: Contest) -> None:
    """The entries of a contest share one agency: its employee is in conflict with each."""
    person.employer = contest.entries[0].agency
    person.save()


def at(name: str, contest: Contest, *more: int) -> str:
    return reverse(f"competitions:{name}", args=[contest.stage(FIRST).pk, *more])


def secrets(contest: Contest) -> list[str]:
    entry = contest.entries[0]
    return [entry.innovation.title, str(entry.number), CANARY]


PLACES = [
    ("ranking_board", {}),
    ("ranking_board", {"tampil": "semua"}),
    ("ranking_board", {"q": "Inovasi"}),
    ("ranking_board", {"tanda": "pleno"}),
    ("ranking_csv", {}),
    ("cut_off_lock", {}),
]


@pytest.mark.parametrize(("name", "query"), PLACES)
def test_head_in_conflict_reads_nothing_of_the_entry(
    client: WatchfulClient, contest: Contest, name: str, query: dict[str, str]
) -> None:
    client.force_login(contest.head)
    before = client.get(at(name, contest), query).content.decode()
    assert any(secret in before for secret in secrets(contest))
    close_to_all(contest.head, contest)
    after = client.get(at(name, contest), query).content.decode()
    for secret in secrets(contest):
        assert secret not in after
    if name == "ranking_csv":
        assert len(after.splitlines()) == 1
    else:
        assert "berbenturan kepentingan dengan Anda tidak ditampilkan" in after


def test_second_person_in_conflict_confirms_without_reading_the_move(
    client: WatchfulClient, contest: Contest
) -> None:
    cut_off = contest.cut_off(FIRST)
    factories.move(contest, entry_in=contest.entries[3])
    propose_lock(by=contest.head, cut_off=cut_off, reason="Hasil pleno.")
    client.force_login(contest.second)
    before = client.get(at("cut_off_confirm", contest)).content.decode()
    assert contest.entries[0].innovation.title in before
    close_to_all(contest.second, contest)
    page = client.get(at("cut_off_confirm", contest)).content.decode()
    for secret in secrets(contest):
        assert secret not in page


def test_others_are_told_of_no_mask(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    assert "berbenturan" not in client.get(at("ranking_board", contest)).content.decode()


def test_masked_board_stays_within_its_queries(client: WatchfulClient, contest: Contest) -> None:
    close_to_all(contest.head, contest)
    client.force_login(contest.head)
    with CaptureQueriesContext(connection) as queries:
        client.get(at("ranking_board", contest))
    assert len(queries) <= 15
