"""The board of a stage's judges: pace, severity, spread, disagreement; masked, ordered, quick."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.assignments import appoint
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.enums import PanelRole
from competitions.models import Assignment, Entry
from sinovik.audit import clock
from sinovik.notifications.kinds import NUDGE
from sinovik.notifications.models import Notification
from sinovik.web.templatetags.web import day
from tests import factories
from tests.factories import FIRST, REVIEW, Contest, sheet_for
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    """Nine sheets for three judges: one has sent all, one has sent one, one none."""
    contest = factories.make_contest(REVIEW, entries=3, reviews=3)
    first, second, _third = contest.evaluators
    rows = contest.assignments(REVIEW)
    marks = {first.pk: 5, second.pk: 3}
    sent = [row for row in rows if row.evaluator == first]
    score_assignments(by=first, sheets=[sheet_for(row, marks[first.pk]) for row in sent])
    (one, *_rest) = [row for row in rows if row.evaluator == second]
    score_assignments(by=second, sheets=[sheet_for(one, marks[second.pk])])
    return contest


def address(contest: Contest, query: str = "", slug: str = REVIEW) -> str:
    return reverse("competitions:judging_progress", args=[contest.stage(slug).pk]) + query


def read(client: WatchfulClient, contest: Contest, query: str = "", days: float = 2) -> str:
    """The page so many days later."""
    with clock.at(clock.now() + timedelta(days=days)):
        return client.get(address(contest, query)).content.decode()


def names_in_order(page: str, contest: Contest) -> list[str]:
    body = page.partition("<tbody>")[2]
    return sorted((judge.name for judge in contest.evaluators), key=body.index)


def test_each_judge_has_a_pace_and_a_day_on_which_it_ends(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    page = read(client, contest)
    assert "3 dari 3" in page
    assert "0,5 sehari" in page
    assert "tidak ada yang dikirim tujuh hari terakhir" in page
    # Two sheets at one in two days take four days more; three are left.
    done = clock.now() + timedelta(days=2 + 4)
    assert f"pada laju ini selesai {day(done)}" in page
    assert page.count("Berisiko terlambat</") == 2


def test_the_filter_leaves_those_who_will_be_late(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    page = read(client, contest, "?berisiko=1&urut=-nama")
    body = page.partition("<tbody>")[2]
    first, second, third = contest.evaluators
    assert first.name not in body
    assert body.index(max(second.name, third.name)) < body.index(min(second.name, third.name))


def test_nobody_at_risk_is_said_in_a_sentence(client: WatchfulClient) -> None:
    contest = factories.make_contest(REVIEW, entries=1)
    factories.score_all(contest, REVIEW)
    client.force_login(contest.officer)
    assert "semua penilai selesai sebelum tahap ditutup" in read(client, contest, "?berisiko=1")


@pytest.mark.parametrize(
    "order", ["nama", "kemajuan", "laju", "selesai", "aktif", "ketat", "sebaran"]
)
def test_each_column_orders_the_table_both_ways(
    client: WatchfulClient, contest: Contest, order: str
) -> None:
    client.force_login(contest.head)
    page = read(client, contest, f"?urut={order}")
    assert 'aria-sort="ascending"' in page
    assert f"?urut=-{order}" in page
    assert 'aria-sort="descending"' in read(client, contest, f"?urut=-{order}")


def test_pace_orders_from_the_slowest(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    first, second, third = (judge.name for judge in contest.evaluators)
    page = read(client, contest, "?urut=laju")
    assert names_in_order(page, contest) == [third, second, first]
    page = read(client, contest, "?urut=-laju")
    assert names_in_order(page, contest) == [first, second, third]


def test_an_order_that_nobody_knows_is_that_of_progress(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.officer)
    first, second, third = (judge.name for judge in contest.evaluators)
    assert names_in_order(read(client, contest, "?urut=x&page=y"), contest) == [
        third,
        second,
        first,
    ]


def test_marks_and_what_comes_of_them_are_the_heads_until_the_close(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.head)
    page = read(client, contest)
    # 100 and 60 on one entry: the judges lie 20 points above and below.
    assert "+20,0" in page
    assert "lebih ketat" in page
    assert "40,00" in page
    client.force_login(contest.officer)
    page = read(client, contest)
    for telling in ("+20,0", "40,00", "Keketatan", contest.entries[0].number):
        assert telling not in page
    client.force_login(contest.observer)
    assert client.get(address(contest)).status_code == 403


def test_after_the_close_the_observer_reads_it(client: WatchfulClient) -> None:
    contest = factories.make_contest(REVIEW, entries=2)
    factories.score_all(contest, REVIEW)
    with clock.at(contest.stage(REVIEW).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
    client.force_login(contest.observer)
    page = client.get(address(contest)).content.decode()
    assert "Keketatan" in page
    assert "sejalan" in page
    assert "Berisiko terlambat" not in page


def test_judges_who_read_nothing_in_common_are_not_compared(client: WatchfulClient) -> None:
    contest = factories.make_contest(REVIEW, entries=2, reviews=1, judges=2)
    factories.score_all(contest, REVIEW)
    client.force_login(contest.head)
    page = read(client, contest)
    assert "Keketatan belum dapat dibandingkan" in page
    assert "Belum ada proposal dengan dua lembar nilai" in page


def test_entries_in_conflict_with_the_reader_are_in_no_count(
    client: WatchfulClient, contest: Contest
) -> None:
    contest.head.employer = contest.entries[0].agency
    contest.head.save()
    client.force_login(contest.head)
    page = read(client, contest)
    assert "berbenturan kepentingan dengan Anda" in page
    assert "0 dari 0" in page
    for telling in ("3 dari 3", "+20,0", "40,00", *(entry.number for entry in contest.entries)):
        assert telling not in page


def test_stage_ranked_by_another_has_no_judges_of_its_own(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.head)
    page = client.get(address(contest, slug=FIRST)).content.decode()
    assert "tidak memiliki lembar nilai sendiri" in page


def test_evaluator_is_refused(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.evaluators[0])
    answer = client.get(address(contest))
    assert answer.status_code == 403
    assert contest.evaluators[1].name not in answer.content.decode()


def test_boards_lead_to_it(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.head)
    stage = contest.stage(REVIEW)
    for name, args in (
        ("work_home", []),
        ("assignment_board", [stage.pk]),
        ("stage_detail", [stage.pk]),
    ):
        page = client.get(reverse(f"competitions:{name}", args=args)).content.decode()
        assert address(contest) in page


def test_board_costs_the_same_queries_at_one_and_at_three_rows(client: WatchfulClient) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(REVIEW, entries=number, judges=1 + number)
        factories.score_all(contest, REVIEW)
        assert Entry.objects.filter(edition=contest.edition).count() == number
        client.force_login(contest.head)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(contest))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 11


def nudge(client: WatchfulClient, contest: Contest, **sent: object) -> str:
    """What the board says after a click, two days later."""
    stage = contest.stage(REVIEW)
    with clock.at(clock.now() + timedelta(days=2)):
        answer = client.post(
            reverse("competitions:judging_nudge", args=[stage.pk]), sent, follow=True
        )
    return answer.content.decode()


def reminded(contest: Contest) -> list[str]:
    rows = Notification.objects.filter(kind=NUDGE.key).order_by("recipient")
    return [row.recipient.name for row in rows]


def test_one_click_reminds_one_judge(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    third = contest.evaluators[2]
    assert f'value="{third.pk}"' in read(client, contest)
    assert "1 penilai diingatkan" in nudge(client, contest, penilai=third.pk)
    assert reminded(contest) == [third.name]
    page = read(client, contest)
    assert page.count("Diingatkan hari ini") == 1
    assert f'value="{third.pk}"' not in page
    assert "1 sudah diingatkan hari ini" in nudge(client, contest, penilai=third.pk)


def test_one_click_reminds_all_who_will_be_late(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.head)
    assert "Ingatkan 2 penilai yang berisiko terlambat" in read(client, contest)
    assert "2 penilai diingatkan" in nudge(client, contest)
    assert reminded(contest) == [judge.name for judge in contest.evaluators[1:]]


def test_who_has_sent_all_is_not_reminded(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    page = nudge(client, contest, penilai=contest.evaluators[0].pk)
    assert "1 sudah mengirim semua lembarnya" in page
    assert "0 penilai diingatkan" in nudge(client, contest, penilai="x")
    assert reminded(contest) == []


def test_after_the_close_nobody_is_reminded(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    late = reverse("competitions:judging_nudge", args=[contest.stage(REVIEW).pk])
    with clock.at(contest.stage(REVIEW).closes_at):
        page = client.post(late, follow=True).content.decode()
    assert "sudah lewat" in page
    assert reminded(contest) == []


@pytest.mark.parametrize("who", ["observer", "evaluator"])
def test_others_remind_nobody(client: WatchfulClient, contest: Contest, who: str) -> None:
    client.force_login(contest.observer if who == "observer" else contest.evaluators[0])
    address = reverse("competitions:judging_nudge", args=[contest.stage(REVIEW).pk])
    assert client.post(address).status_code == 403
    assert reminded(contest) == []


def apart(judges: int) -> Contest:
    """One entry whose two sheets are 40 points apart, under a rule for one reader more."""
    contest = factories.make_contest(REVIEW, entries=1, judges=judges, extra=1)
    for row, mark in zip(contest.assignments(REVIEW), (5, 3), strict=True):
        score_assignments(by=row.evaluator, sheets=[sheet_for(row, mark)])
    return contest


def test_board_and_home_show_the_reader_whom_the_rule_called(client: WatchfulClient) -> None:
    contest = apart(judges=3)
    row = Assignment.objects.get(extra_reading__isnull=False)
    client.force_login(contest.head)
    page = read(client, contest)
    assert "berselisih 20 poin atau lebih, 1 pembaca lagi" in page
    assert "Dipanggil 1, sudah mengirim 0" in page
    assert "belum dikirim" in page
    stage = reverse("competitions:stage_detail", args=[contest.stage(REVIEW).pk])
    assert "1 bacaan tambahan belum dikirim" in client.get(stage).content.decode()
    client.force_login(row.evaluator)
    home = client.get(reverse("competitions:work_home")).content.decode()
    assert "Termasuk 1 bacaan tambahan" in home
    mine = client.get(reverse("competitions:assignment_list")).content.decode()
    assert "Bacaan tambahan" in mine
    assert "Termasuk 1 bacaan tambahan" in mine
    for page in (home, mine):
        assert "100,0" not in page
        assert "40,00" not in page
    score_assignments(by=row.evaluator, sheets=[sheet_for(row, 4)])
    client.force_login(contest.head)
    page = read(client, contest)
    assert "Dipanggil 1, sudah mengirim 1" in page
    assert "sudah dikirim" in page


def test_a_judges_home_says_when_the_own_work_ends(
    client: WatchfulClient, contest: Contest
) -> None:
    now = clock.now()
    _first, second, third = contest.evaluators
    for judge, said in (
        (second, f"2 lembar lagi: pada laju ini selesai {day(now + timedelta(days=6))}."),
        (third, "3 lembar lagi: tidak ada yang dikirim tujuh hari terakhir."),
    ):
        client.force_login(judge)
        for name in ("work_home", "assignment_list"):
            with clock.at(now + timedelta(days=2)):
                page = client.get(reverse(f"competitions:{name}")).content.decode()
            assert said in page
            assert "sehari sampai tahap ditutup" in page


def test_board_says_where_nobody_is_free_of_conflict(client: WatchfulClient) -> None:
    contest = apart(judges=2)
    client.force_login(contest.head)
    page = read(client, contest)
    assert "1 proposal berselisih jauh, tetapi tidak ada penilai yang bebas benturan" in page
    assert "Tidak ada penilai bebas benturan" in page
    new = factories.make_person(Role.EVALUATOR)
    appoint(by=contest.head, edition=contest.edition, users=[new], role=PanelRole.EVALUATOR)
    page = read(client, contest)
    assert "segera ditugaskan" in page
    assert "bebas benturan. Tunjuk" not in page


def test_a_head_in_conflict_hears_of_no_further_reader(client: WatchfulClient) -> None:
    contest = apart(judges=2)
    contest.head.employer = contest.entries[0].agency
    contest.head.save()
    client.force_login(contest.head)
    page = read(client, contest)
    assert "Dipanggil 0" in page
    assert "berselisih jauh, tetapi" not in page


def test_further_readers_cost_the_same_queries_at_one_and_at_three_rows(
    client: WatchfulClient,
) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(REVIEW, entries=number, judges=2, extra=1)
        for judge, mark in zip(contest.evaluators, (5, 1), strict=True):
            sheets = [sheet_for(row, mark) for row in contest.assignments(REVIEW, judge)]
            score_assignments(by=judge, sheets=sheets)
        client.force_login(contest.head)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(contest))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15
