"""Which submitted proposals have titles that are alike, as the queue tells it."""

import pytest
from django.db import IntegrityError, transaction

from competitions.actions.assignments import declare_conflict
from competitions.actions.title_pairs import refresh_title_pairs
from competitions.enums import RuleKey
from competitions.models import Entry, TitlePair
from competitions.queries.conflicts import hidden_in
from competitions.queries.title_pairs import alike_titles, checked_editions, twins_of
from competitions.tasks import pair_titles
from innovations.models import Innovation
from tests import factories
from tests.factories import ADMINISTRATIVE, FIRST, Contest

pytestmark = pytest.mark.django_db

TITLES = ("Antrean Puskesmas: Lewat Pesan", "antrean PUSKESMAS lewat pesan", "Bank Sampah Digital")


@pytest.fixture
def contest() -> Contest:
    contest = factories.make_contest(ADMINISTRATIVE, entries=3)
    name(contest, *TITLES)
    return contest


def name(contest: Contest, *titles: str) -> None:
    for entry, title in zip(contest.entries, titles, strict=True):
        Innovation.objects.filter(pk=entry.innovation_id).update(title=title)


def test_titles_alike_are_paired_from_either_side(contest: Contest) -> None:
    first, second, _third = contest.entries
    assert refresh_title_pairs(by=None, edition=contest.edition) == 2
    twins = twins_of(
        [entry.pk for entry in contest.entries], hidden_in(contest.edition.pk, contest.officer)
    )
    assert set(twins) == {first.pk, second.pk}
    assert twins[first.pk].entry_id == second.pk
    assert twins[first.pk].number == second.number
    assert twins[first.pk].is_same
    assert twins[first.pk].more == 0


def test_refreshed_pairs_follow_the_titles(contest: Contest) -> None:
    refresh_title_pairs(by=None, edition=contest.edition)
    before = set(TitlePair.objects.values_list("pk", flat=True))
    assert refresh_title_pairs(by=None, edition=contest.edition) == 2
    assert set(TitlePair.objects.values_list("pk", flat=True)) == before
    name(contest, TITLES[0], "lewat pesan antrean puskesmas", TITLES[2])
    refresh_title_pairs(by=None, edition=contest.edition)
    assert set(TitlePair.objects.values_list("pk", flat=True)) == before
    twin = twins_of(
        [entry.pk for entry in contest.entries], hidden_in(contest.edition.pk, contest.officer)
    )[contest.entries[0].pk]
    assert not twin.is_same
    name(contest, TITLES[0], "Perpustakaan keliling", TITLES[2])
    assert refresh_title_pairs(by=None, edition=contest.edition) == 0
    assert not TitlePair.objects.exists()


def test_titles_of_other_editions_and_of_drafts_are_no_pairs(contest: Contest) -> None:
    drafts = factories.make_contest(entries=1)
    name(drafts, TITLES[2])
    assert refresh_title_pairs(by=None, edition=drafts.edition) == 0
    refresh_title_pairs(by=None, edition=contest.edition)
    assert contest.entries[2].pk not in twins_of(
        [entry.pk for entry in contest.entries], hidden_in(contest.edition.pk, contest.officer)
    )


def test_an_entry_in_conflict_is_not_told_as_a_twin(contest: Contest) -> None:
    refresh_title_pairs(by=None, edition=contest.edition)
    declare_conflict(by=contest.officer, entry=contest.entries[1], reason="Saudara penulis.")
    assert contest.entries[0].pk not in twins_of(
        [entry.pk for entry in contest.entries], hidden_in(contest.edition.pk, contest.officer)
    )
    assert contest.entries[0].pk in twins_of(
        [entry.pk for entry in contest.entries], hidden_in(contest.edition.pk, contest.second)
    )


def test_the_likest_is_told_first_and_the_others_are_counted(contest: Contest) -> None:
    name(contest, TITLES[0], f"{TITLES[0]} Kita", TITLES[0].lower())
    refresh_title_pairs(by=None, edition=contest.edition)
    twin = twins_of(
        [entry.pk for entry in contest.entries], hidden_in(contest.edition.pk, contest.officer)
    )[contest.entries[0].pk]
    assert twin.entry_id == contest.entries[2].pk
    assert twin.is_same
    assert twin.more == 1


def test_the_job_compares_editions_whose_selection_has_not_ended(contest: Contest) -> None:
    ended = factories.make_contest(FIRST, entries=2)
    assert list(checked_editions()) == [contest.edition]
    name(ended, TITLES[0], TITLES[0])
    pair_titles(timestamp=0)
    assert set(TitlePair.objects.values_list("entry__edition", flat=True)) == {contest.edition.pk}


def test_a_long_list_is_compared_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {1: "a b", 2: "c d", 3: "b a", 4: "c  D", 5: "B A"}
    expected = alike_titles(whole)
    assert expected[3, 5] == expected[5, 3] == expected[2, 4] == 100
    assert expected[1, 3] == expected[1, 5] == 99
    assert len(expected) == 8
    monkeypatch.setattr("competitions.queries.title_pairs.CHUNK", 2)
    assert alike_titles(whole) == expected
    assert alike_titles({}) == {}


def test_the_database_refuses_a_pair_of_one(contest: Contest) -> None:
    entry = Entry.objects.get(pk=contest.entries[0].pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        TitlePair.objects.create(entry=entry, other=entry, likeness=100)


def test_what_the_rules_call_the_same_is_the_same_and_nothing_else() -> None:
    titles = {
        1: "e-KTP Kilat",
        2: "EKTP kilat",
        3: "Kilat e-KTP",
        4: "Kartu pintar",
        5: "…",
        6: "!",
    }
    found = alike_titles(titles)
    assert found[1, 2] == found[2, 1] == 100
    assert found[1, 3] == found[3, 1] == 99
    assert not any(key in pair for pair in found for key in (4, 5, 6))


def test_the_editions_own_threshold_counts(contest: Contest) -> None:
    name(contest, "Bank Sampah Digital", "Bank Sampah Digital Kota Batu", "Perahu sehat")
    assert refresh_title_pairs(by=None, edition=contest.edition) == 0
    rule = contest.edition.rules.get(key=RuleKey.SIMILAR_TITLE)
    type(rule).objects.filter(pk=rule.pk).update(parameters={"threshold": 70, "most": 3})
    assert refresh_title_pairs(by=None, edition=contest.edition) == 2
    type(rule).objects.filter(pk=rule.pk).update(is_on=False)
    assert refresh_title_pairs(by=None, edition=contest.edition) == 0
