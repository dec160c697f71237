"""Filters of the check queue that a person keeps."""

import pytest

from competitions.actions.saved_filters import MOST, delete_filter, save_filter
from competitions.exceptions import WrongState
from competitions.models import SavedFilter
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=0)


def test_the_same_name_again_keeps_the_later_filter(contest: Contest) -> None:
    save_filter(by=contest.officer, name="Lama", query="umur=7")
    save_filter(by=contest.officer, name="Lama", query="umur=14")
    save_filter(by=contest.second, name="Lama", query="umur=3")
    assert SavedFilter.objects.get(owner=contest.officer).query == "umur=14"
    assert SavedFilter.objects.get(owner=contest.second).query == "umur=3"


def test_nothing_filtered_and_too_many_are_refused(contest: Contest) -> None:
    with pytest.raises(WrongState, match="Belum ada yang disaring"):
        save_filter(by=contest.officer, name="Semua", query="")
    for number in range(MOST):
        save_filter(by=contest.officer, name=f"S{number}", query="umur=7")
    with pytest.raises(WrongState, match="Hapus satu"):
        save_filter(by=contest.officer, name="Satu lagi", query="umur=7")
    save_filter(by=contest.officer, name="S0", query="umur=3")
    assert SavedFilter.objects.count() == MOST


def test_only_the_owner_in_the_secretariat_keeps_and_forgets(contest: Contest) -> None:
    saved = save_filter(by=contest.officer, name="Lama", query="umur=7")
    with pytest.raises(Forbidden):
        save_filter(by=contest.observer, name="Lama", query="umur=7")
    with pytest.raises(Forbidden):
        delete_filter(by=contest.observer, saved=saved)
    delete_filter(by=contest.second, saved=saved)
    assert SavedFilter.objects.exists()
    delete_filter(by=contest.officer, saved=saved)
    delete_filter(by=contest.officer, saved=saved)
    assert not SavedFilter.objects.exists()
