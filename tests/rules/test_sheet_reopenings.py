"""A sent sheet is reopened by the head, with a reason, in time; the database holds it too."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from competitions.actions.assignments import declare_conflict
from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.scoresheets import finalise_sheet, save_sheet, score_assignments
from competitions.actions.sheet_reopenings import reopen_sheet
from competitions.actions.stages import close_stage
from competitions.enums import SheetState
from competitions.exceptions import (
    ConflictOfInterest,
    NotEnoughSheets,
    StageClosed,
    WrongState,
)
from competitions.models import Assignment, Scoresheet, SheetReopening, Stage
from competitions.permissions import can_reopen_sheet
from competitions.queries import locks
from competitions.queries.ranking import contenders
from competitions.queries.sheet_history import history_of_sheet
from competitions.views.stages import blockers
from innovations.exceptions import StaleEdit
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import REVIEW, SECOND, WEIGHTS, Contest, sheet_for
from tests.owner import as_owner
from tests.pages import WatchfulClient
from tests.races import during, same

pytestmark = pytest.mark.django_db
races = pytest.mark.django_db(transaction=True)
REASON = "Nilai dua kriteria tertukar."


def sent(entries: int = 1, judges: int = 2, **options: Any) -> Contest:
    """A review in which every sheet is sent with marks of 4."""
    contest = factories.make_contest(REVIEW, entries=entries, judges=judges, **options)
    for row in contest.assignments(REVIEW):
        score_assignments(by=row.evaluator, sheets=[sheet_for(row, 4)])
    return contest


def sheet_of(row: Assignment) -> Scoresheet:
    return Scoresheet.objects.select_related("assignment__evaluator").get(assignment=row)


def send_again(row: Assignment, mark: int) -> None:
    number = sheet_of(row).edit_number
    judge = row.evaluator
    save_sheet(by=judge, assignment=row, edit_number=number, sheet=sheet_for(row, mark))
    finalise_sheet(by=judge, assignment=row)


def test_a_reopened_sheet_counts_again_when_sent_again_and_keeps_what_it_said() -> None:
    contest = sent()
    first, _second = contest.assignments(REVIEW)
    before = sheet_of(first)
    opened = reopen_sheet(by=contest.head, sheet=before, reason=f" {REASON} ")
    assert (opened.reason, opened.total, opened.finalised_at) == (
        REASON,
        Decimal(80),
        before.finalised_at,
    )
    assert opened.content["marks"] == dict.fromkeys(WEIGHTS, 4)
    row = sheet_of(first)
    assert (row.state, row.total, row.finalised_by) == (SheetState.DRAFT, None, None)
    (event,) = AuditEvent.objects.named("scoresheet_reopened")
    assert event.payload == {"reason": REASON}
    (note,) = Notification.objects.filter(subject="Lembar nilai Anda dibuka kembali")
    assert note.recipient == first.evaluator
    assert REASON in note.body
    # It counts nowhere, and the stage waits for it.
    assert contenders(contest.stage(REVIEW)) == ([], [first.entry_id])
    assert any(
        "dibuka kembali" in one["text"] for one in blockers(contest.stage(REVIEW), frozenset())
    )
    with pytest.raises(NotEnoughSheets):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
    # A screen that still shows the sent sheet is out of date.
    with pytest.raises(StaleEdit):
        save_sheet(
            by=first.evaluator,
            assignment=first,
            edit_number=before.edit_number,
            sheet=sheet_for(first, 5),
        )
    send_again(first, 5)
    history = history_of_sheet(sheet_of(first))
    assert history.totals == [80, 100]
    changed = {line.label for line in history.lines if line.has_changed}
    assert changed == {key.capitalize() for key in WEIGHTS}
    (found,) = contenders(contest.stage(REVIEW))[0]
    assert found.score == 90
    reopen_sheet(by=contest.head, sheet=sheet_of(first), reason="Sekali lagi.")
    assert SheetReopening.objects.count() == 2


def test_the_stage_waits_also_where_enough_others_are_sent() -> None:
    contest = sent(judges=4, extra=1, reviews=2)
    row = contest.assignments(REVIEW)[0]
    reopen_sheet(by=contest.head, sheet=sheet_of(row), reason=REASON)
    send_again(row, 2)
    (extra,) = Assignment.objects.filter(extra_reading__isnull=False)
    score_assignments(by=extra.evaluator, sheets=[sheet_for(extra, 3)])
    reopen_sheet(by=contest.head, sheet=sheet_of(row), reason=REASON)
    with pytest.raises(NotEnoughSheets, match="Masih ada lembar yang dibuka kembali"):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
    # Whoever steps back instead leaves two sheets that count.
    declare_conflict(by=row.evaluator, entry=row.entry, reason="Kerabat.")
    close_stage(by=contest.head, stage=contest.stage(REVIEW))


def test_who_may_not_reopen_is_told_why() -> None:
    contest = sent(entries=2, judges=3)
    row, other, *_rest = contest.assignments(REVIEW)
    sheet = sheet_of(row)
    with pytest.raises(Forbidden, match="Hanya kepala sekretariat"):
        reopen_sheet(by=contest.officer, sheet=sheet, reason=REASON)
    assert can_reopen_sheet(contest.head)
    assert can_reopen_sheet(contest.head, sheet)
    with pytest.raises(WrongState, match="alasan"):
        reopen_sheet(by=contest.head, sheet=sheet, reason="  ")
    reopen_sheet(by=contest.head, sheet=sheet, reason=REASON)
    with pytest.raises(WrongState, match="belum dikirim"):
        reopen_sheet(by=contest.head, sheet=sheet, reason=REASON)
    declare_conflict(by=contest.head, entry=other.entry, reason="Kerabat.")
    with pytest.raises(ConflictOfInterest):
        reopen_sheet(by=contest.head, sheet=sheet_of(other), reason=REASON)
    assert not can_reopen_sheet(contest.head, sheet_of(other))
    with clock.at(contest.stage(REVIEW).closes_at), pytest.raises(StageClosed):
        reopen_sheet(by=contest.head, sheet=sheet_of(other), reason=REASON)
    assert SheetReopening.objects.count() == 1


def test_nobody_reopens_the_own_sheet() -> None:
    contest = factories.make_contest(REVIEW, entries=1, judges=1, reviews=1)
    (row,) = contest.assignments(REVIEW)
    judge = row.evaluator
    score_assignments(by=judge, sheets=[sheet_for(row)])
    judge.memberships.create(
        agency=contest.head.memberships.get().agency,
        role=Role.SECRETARIAT_HEAD,
        started_at=clock.now(),
    )
    both = same(judge)
    with pytest.raises(Forbidden, match="Lembar Anda sendiri"):
        reopen_sheet(by=both, sheet=sheet_of(row), reason=REASON)
    insert = (
        "INSERT INTO competitions_sheetreopening (scoresheet_id, finalised_at, total, content,"
        " reason, reopened_at, reopened_by_id) SELECT id, finalised_at, {total}, '{{}}', 'x',"
        " now(), {person} FROM competitions_scoresheet"
    )
    for sql, said in (
        (insert.format(total="total", person=judge.pk), "own sheet"),
        (insert.format(total="1", person=contest.head.pk), "as it was sent"),
    ):
        refused(sql, said)


def refused(sql: str, said: str) -> None:
    with pytest.raises(IntegrityError, match=said), transaction.atomic(), as_owner() as cursor:
        cursor.execute(sql)


def test_raw_sql_opens_nothing_without_the_row_and_nothing_twice() -> None:
    contest = sent()
    row = contest.assignments(REVIEW)[0]
    free = (
        "UPDATE competitions_scoresheet SET state = 'draft', total = NULL, finalised_at = NULL,"
        f" finalised_by_id = NULL, edit_number = edit_number + 1 WHERE assignment_id = {row.pk}"
    )
    refused(free, "UPDATE refused")
    before = sheet_of(row)
    reopen_sheet(by=contest.head, sheet=before, reason=REASON)
    for sql in (
        "UPDATE competitions_sheetreopening SET reason = 'x'",
        "DELETE FROM competitions_sheetreopening",
    ):
        refused(sql, "refused")
    # Sent again at the very moment of the first sending, the old row would open it once more.
    assert before.finalised_at
    with (
        clock.at(before.finalised_at),
        pytest.raises(IntegrityError, match="later"),
        transaction.atomic(),
    ):
        send_again(row, 4)
    send_again(row, 4)
    refused(free, "UPDATE refused")


def test_once_a_list_is_drawn_no_sheet_of_its_stage_is_reopened() -> None:
    contest = factories.make_contest(SECOND, entries=3)
    for row in contest.assignments(SECOND):
        score_assignments(by=row.evaluator, sheets=[sheet_for(row, 4)])
    apply_cut_off(by=contest.head, stage=contest.stage(SECOND))
    row = contest.assignments(SECOND)[0]
    with pytest.raises(WrongState, match="Daftar sudah disusun"):
        reopen_sheet(by=contest.head, sheet=sheet_of(row), reason=REASON)
    old = contest.assignments(REVIEW)[0]
    with pytest.raises(StageClosed):
        reopen_sheet(by=contest.head, sheet=sheet_of(old), reason=REASON)


# The head reopens while somebody closes the stage


def reopen_while_closing(contest: Contest) -> tuple[Any, Any]:
    head, second, stage = same(contest.head), same(contest.head), contest.stage(REVIEW)
    sheet = sheet_of(contest.assignments(REVIEW)[0])
    return during(
        lambda: reopen_sheet(by=head, sheet=sheet, reason=REASON),
        lambda: close_stage(by=second, stage=stage),
    )


@races
def test_closing_waits_for_a_reopening_and_is_refused() -> None:
    opened, closing = reopen_while_closing(sent())
    assert isinstance(opened, SheetReopening)
    assert isinstance(closing, NotEnoughSheets)


@races
def test_control_unshared_the_stage_closes_over_a_reopened_sheet(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    contest = sent()
    monkeypatch.setattr(
        locks, "share_stage", lambda pk: Stage.objects.select_related("edition").get(pk=pk)
    )
    opened, closing = reopen_while_closing(contest)
    assert isinstance(opened, SheetReopening)
    assert isinstance(closing, Stage)
    assert Scoresheet.objects.filter(state=SheetState.DRAFT).exists()


# The pages


def test_the_head_reopens_from_the_sheet_and_others_see_no_marks(client: WatchfulClient) -> None:
    contest = sent(entries=3, judges=3)
    stage = contest.stage(REVIEW)
    row = contest.assignments(REVIEW, contest.evaluators[0])[0]
    listed = reverse("competitions:sheet_list", args=[stage.pk])
    page = reverse("competitions:sheet_detail", args=[stage.pk, row.pk])
    client.force_login(contest.officer)
    for address in (listed, page):
        body = client.get(address).content.decode()
        assert "hanya terlihat oleh kepala sekretariat" in body
        assert "80,00" not in body
    assert client.post(page, {"reason": REASON}).status_code == 403
    client.force_login(contest.observer)
    assert client.get(listed).status_code == 403
    client.force_login(contest.head)
    assert "80,00" in client.get(listed).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 422
    assert client.post(page, {"reason": REASON}, follow=True).status_code == 200
    assert client.post(page, {"reason": REASON}).status_code == 409
    opened = client.get(listed, {"status": "dibuka"}).content.decode()
    assert row.entry.innovation.title in opened
    assert "1 lembar nilai" in opened
    assert "6 lembar nilai" not in client.get(listed, {"status": "belum"}).content.decode()
    only = client.get(listed, {"status": "dikirim", "penilai": row.evaluator_id})
    assert row.entry.innovation.title not in only.content.decode().partition("<tbody>")[2]
    # Its judge reads why, and compares.
    client.force_login(row.evaluator)
    body = client.get(reverse("competitions:scoresheet_edit", args=[row.pk])).content.decode()
    assert REASON in body
    assert "Kirim dan lanjut" in body
    # What the head is in conflict with is not there.
    declare_conflict(by=contest.head, entry=row.entry, reason="Kerabat.")
    client.force_login(contest.head)
    assert client.get(page).status_code == 404
    assert row.entry.number not in client.get(listed).content.decode()


def test_the_list_costs_the_same_queries_at_one_and_at_three_entries(
    client: WatchfulClient,
) -> None:
    counted = []
    for number in (1, 3):
        contest = sent(entries=number)
        client.force_login(contest.head)
        with CaptureQueriesContext(connection) as queries:
            address = reverse("competitions:sheet_list", args=[contest.stage(REVIEW).pk])
            assert client.get(address).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 15
