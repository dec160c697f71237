"""What decides whether something came in time, at the last microsecond and at the next.

`bench.mutants deadlines` changes that code one place at a time and looks whether these tests
notice.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from agencies.models import Agency
from competitions.actions.automatic import cancel_automatic, order_automatic
from competitions.actions.checks import claim_checks
from competitions.actions.corrections import ask_correction
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.stages import close_stage, open_stage
from competitions.enums import CorrectionOutcome, EntryState, StageKind, StageState
from competitions.exceptions import StageClosed, TooLate
from competitions.models import (
    AdministrativeCheck,
    AutomaticSubmission,
    Correction,
    Objection,
    ObjectionWindow,
    Stage,
)
from competitions.queries import corrections, deadlines, locks, objections, windows
from competitions.queries.automatic import DueOrder, order_of, pending_orders
from competitions.queries.deadlines import Deadline
from sinovik.audit import clock
from sinovik.web.templatetags.web import exact, zones
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, REVIEW, Contest

TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OPENS = datetime(2026, 3, 2, 1, tzinfo=UTC)
CLOSES = datetime(2026, 3, 31, 16, 59, tzinfo=UTC)
GRACE = 5 * MINUTE


def stage(state: str = StageState.OPEN, **values: object) -> Stage:
    """A stage that nobody has written down."""
    times = {"opens_at": OPENS, "closes_at": CLOSES, "grace_minutes": 5}
    return Stage(name="Pendaftaran", state=state, **{**times, **values})


def arrives(at: datetime, state: str = StageState.OPEN) -> object:
    """What `check_open` says of what arrives at `at`."""
    with clock.at(at):
        try:
            return locks.check_open(stage(state), CLOSES, GRACE)
        except TooLate as refusal:
            return str(refusal), refusal.closes_at, refusal.instant
        except StageClosed as refusal:
            return str(refusal)


CLOSED = str(StageClosed.default_message)
PLANNED = "“Pendaftaran” belum dibuka. Tunggu sekretariat membukanya."


@pytest.mark.parametrize(
    ("at", "state", "answer"),
    [
        pytest.param(OPENS - TICK, StageState.OPEN, PLANNED, id="before it opens"),
        pytest.param(OPENS, StageState.OPEN, "in", id="as it opens"),
        pytest.param(CLOSES, StageState.OPEN, "in", id="in the grace"),
        pytest.param(CLOSES + GRACE - TICK, StageState.OPEN, "in", id="last microsecond"),
        pytest.param(CLOSES + GRACE, StageState.OPEN, "late", id="first that is late"),
        pytest.param(CLOSES + GRACE, StageState.CLOSED, "late", id="late and closed"),
        pytest.param(CLOSES - TICK, StageState.CLOSED, CLOSED, id="closed early"),
        pytest.param(CLOSES - TICK, StageState.PLANNED, PLANNED, id="planned"),
        pytest.param(CLOSES + GRACE, StageState.PLANNED, PLANNED, id="planned and past"),
    ],
)
def test_open_stage_takes_what_arrives_from_its_opening_until_its_grace_ends(
    at: datetime, state: str, answer: str
) -> None:
    told = {"in": at, "late": (locks.late_sentence(stage(state), CLOSES, at), CLOSES, at)}
    assert arrives(at, state) == told.get(answer, answer)


def test_who_is_late_reads_by_how_much_and_when() -> None:
    arrived = CLOSES + timedelta(seconds=3.2)
    assert locks.late_sentence(stage(), CLOSES, arrived) == (
        f"Tenggat “Pendaftaran” sudah lewat: {zones(CLOSES)}. Yang Anda kirim tiba"
        f" {exact(arrived)} menurut jam basis data, terlambat 3,2 detik."
    )


def test_deadline_of_pages() -> None:
    plain = Deadline(CLOSES, CLOSES)
    assert (plain.accepts_until, plain.is_extended) == (CLOSES, False)
    later = Deadline(CLOSES, CLOSES + TICK, GRACE)
    assert (later.accepts_until, later.is_extended) == (CLOSES + TICK + GRACE, True)


@pytest.mark.parametrize(
    ("moved", "kind"),
    [
        (timedelta(0), windows.WindowKind.REGISTRATION),
        (TICK, windows.WindowKind.EXTENSION),
    ],
)
def test_window_of_a_registration(moved: timedelta, kind: str) -> None:
    registration = stage()
    registration.deadline = CLOSES + moved  # type: ignore[attr-defined]
    window = windows.registration_window(registration)
    assert (window.kind, window.closes_at) == (kind, CLOSES + moved)
    assert [
        window.is_open(at)
        for at in (OPENS - TICK, OPENS, CLOSES + moved + GRACE - TICK, CLOSES + moved + GRACE)
    ] == [False, True, True, False]
    registration.state = StageState.CLOSED
    assert not windows.registration_window(registration).is_open(OPENS)


def test_objections_are_in_time_until_the_window_closes() -> None:
    window = ObjectionWindow(stage=stage(), opens_at=OPENS, closes_at=CLOSES)
    times = (OPENS - TICK, OPENS, CLOSES - TICK, CLOSES)
    assert [window.is_running(at) for at in times] == [False, True, True, False]
    objections.check_in_time(window, CLOSES - TICK)
    with pytest.raises(TooLate) as refused:
        objections.check_in_time(window, CLOSES + 2 * MINUTE)
    assert str(refused.value) == (
        f"Masa sanggah “Pendaftaran” sudah ditutup: {zones(CLOSES)}. Sanggahan Anda tiba"
        f" {exact(CLOSES + 2 * MINUTE)} menurut jam basis data, terlambat 2 menit. Isian Anda"
        " tetap ada di halaman ini."
    )
    assert (refused.value.closes_at, refused.value.instant) == (CLOSES, CLOSES + 2 * MINUTE)


def test_objection_window_and_answer_end_a_minute_before_midnight_in_jakarta() -> None:
    # 2 March, 08.00 in Jakarta; a window of seven days ends on the 9th at 23.59.
    judged = stage(objection_days=7, answer_days=3)
    assert objections.close_of(judged, OPENS) == datetime(2026, 3, 9, 16, 59, tzinfo=UTC)
    objection = Objection(stage=judged, filed_at=OPENS)
    due_at = datetime(2026, 3, 5, 16, 59, tzinfo=UTC)
    assert objection.due_at == due_at
    with clock.at(due_at):
        assert not objection.is_overdue
    with clock.at(due_at + TICK):
        assert objection.is_overdue


@pytest.mark.parametrize(
    ("ended", "outcome", "is_unmended"),
    [
        (False, "", {CLOSES - TICK: False, CLOSES: True}),
        (True, CorrectionOutcome.MENDED, {CLOSES - TICK: False, CLOSES: False}),
        (True, CorrectionOutcome.LAPSED, {CLOSES - TICK: True, CLOSES: True}),
    ],
)
def test_correction_is_unmended_from_its_due_instant_on(
    ended: bool, outcome: str, is_unmended: dict[datetime, bool]
) -> None:
    row = Correction(due_at=CLOSES, ended_at=CLOSES if ended else None, outcome=outcome)
    for at, expected in is_unmended.items():
        with clock.at(at):
            assert corrections.is_unmended(row) is expected
            assert not corrections.is_unmended(None)


def test_order_is_due_five_minutes_before_the_close_and_told_of_a_day_before() -> None:
    due = DueOrder(AutomaticSubmission(), CLOSES)
    begins = CLOSES - 5 * MINUTE
    assert [due.is_due(at) for at in (begins - TICK, begins, CLOSES)] == [False, True, True]
    told = (CLOSES - DAY - TICK, CLOSES - DAY, CLOSES - TICK, CLOSES)
    assert [due.wants_notice(at) for at in told] == [False, True, True, False]
    reminded = DueOrder(AutomaticSubmission(reminded_at=OPENS), CLOSES)
    assert not reminded.wants_notice(CLOSES - DAY)


def test_time_in_our_own_queue_is_taken_off_up_to_five_minutes(settings: LazySettings) -> None:
    with clock.at(CLOSES):
        for waited, arrived in (
            (-TICK, CLOSES),
            (2 * MINUTE, CLOSES - 2 * MINUTE),
            (5 * MINUTE + TICK, CLOSES - 5 * MINUTE),
        ):
            with clock.after(waited):
                assert clock.arrived() == arrived
            assert clock.arrived() == CLOSES
    settings.TRUSTED_PROXIES = []
    assert clock.longest_wait() == timedelta(0)
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert clock.longest_wait() == 5 * MINUTE


def test_stopped_clock_goes_on_after_its_block() -> None:
    assert not clock.is_stopped()
    with clock.at(CLOSES):
        assert clock.is_stopped()
        assert clock.now() == clock.database_now() == CLOSES
        # 23.59 of the 31st in Jakarta; two minutes later it is April there, not yet in UTC.
        assert clock.today().isoformat() == "2026-03-31"
    with clock.at(CLOSES + 2 * MINUTE), timezone.override(UTC):
        assert clock.today().isoformat() == "2026-04-01"
    assert not clock.is_stopped()
    assert abs(clock.now() - datetime.now(UTC)) < MINUTE
    with (
        pytest.raises(ValueError, match=r"^the clock needs an aware instant$"),
        clock.at(
            datetime(2026, 3, 31)  # noqa: DTZ001
        ),
    ):
        pass


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(entries=1, grace=5)


def extend(contest: Contest, agency: Agency | None, later: timedelta) -> None:
    """Two people move the close; the decision is looked at before and after the second."""
    registration = contest.stage(REGISTRATION)
    before = deadlines.closes_at_for(registration, agency and agency.pk)
    extension = propose_extension(
        by=contest.officer,
        stage=registration,
        new_closes_at=registration.closes_at + later,
        letter_number="B/1/2026",
        reason="Peladen padam.",
        agency=agency,
    )
    assert deadlines.closes_at_for(registration, agency and agency.pk) == before
    confirm_extension(by=contest.head, extension=extension)


def is_taken(act: Callable[[], object]) -> bool:
    """Whether it goes through; the refusal must be that it is late."""
    try:
        act()
    except TooLate:
        return False
    return True


@pytest.mark.django_db
def test_each_agency_has_the_latest_close_that_reaches_it(
    contest: Contest, settings: LazySettings
) -> None:
    own, other = contest.team.agency.pk, factories.make_agency().pk
    registration = contest.stage(REGISTRATION)
    closes_at = registration.closes_at
    assert deadlines.last_close(registration) == closes_at + GRACE
    extend(contest, None, HOUR)
    assert deadlines.deadlines(registration, [own, other]) == dict.fromkeys(
        (own, other), closes_at + HOUR
    )
    extend(contest, contest.team.agency, 2 * HOUR)
    expected = {own: closes_at + 2 * HOUR, other: closes_at + HOUR}
    assert deadlines.deadlines(registration, [own, other]) == expected
    assert deadlines.deadlines(registration, [other]) == {other: expected[other]}
    for agency, until in ({None: closes_at + HOUR} | expected).items():
        assert deadlines.closes_at_for(registration, agency) == until
        assert deadlines.deadline_of(registration, agency) == Deadline(closes_at, until, GRACE)
    assert deadlines.deadline_of(registration).closes_at == closes_at + HOUR
    assert deadlines.last_close(registration) == closes_at + 2 * HOUR + GRACE
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    assert deadlines.last_close(registration) == closes_at + 2 * HOUR + GRACE + 5 * MINUTE


@pytest.mark.django_db
def test_what_an_extension_reaches_is_taken_until_its_last_microsecond(contest: Contest) -> None:
    own, other = contest.team.agency.pk, factories.make_agency().pk
    registration = contest.stage(REGISTRATION)
    extend(contest, None, HOUR)
    extend(contest, contest.team.agency, 2 * HOUR)
    general, longest = (registration.closes_at + hours * HOUR for hours in (1, 2))
    edition = contest.edition
    cases: list[tuple[datetime, Callable[[], object]]] = [
        (longest + GRACE, lambda: locks.share_open_stage(registration.pk, own)),
        (general + GRACE, lambda: locks.share_open_stage(registration.pk, other)),
        (general + GRACE, lambda: locks.share_open_stage(registration.pk)),
        (longest + GRACE, lambda: locks.share_registration(edition, [own])),
        (general + GRACE, lambda: locks.share_registration(edition, [own, other])),
        (longest, lambda: locks.share_registration(edition, [own], has_grace=False)),
    ]
    for until, act in cases:
        with clock.at(until - TICK):
            assert is_taken(act)
        with clock.at(until):
            assert not is_taken(act)
    with clock.at(longest):
        held = locks.share_registration(edition, [own])
    assert (held.stage, held.received_at, held.closes_at) == (
        registration,
        longest,
        {own: longest},
    )
    window = windows.writing_window(contest.entries[0])
    assert (window.kind, window.accepts_until) == (windows.WindowKind.EXTENSION, longest + GRACE)


@pytest.mark.django_db
def test_lists_show_a_stage_until_its_last_microsecond(contest: Contest) -> None:
    own, other = contest.team.agency.pk, factories.make_agency().pk
    registration = contest.stage(REGISTRATION)
    extend(contest, contest.team.agency, HOUR)
    closes_at, longest = registration.closes_at, registration.closes_at + HOUR
    for agencies, until in (([], closes_at), ([other], closes_at), ([own, other], longest)):
        running = Stage.objects.of_kind(StageKind.REGISTRATION)
        assert running.with_deadline(agencies).get().deadline == until  # type: ignore[misc]
        assert running.before_deadline(until - TICK, agencies).exists()
        assert not running.before_deadline(until, agencies).exists()
        assert running.taking(until + GRACE - TICK, agencies).exists()
        assert not running.taking(until + GRACE, agencies).exists()
    # What comes next comes first, whatever its place.
    assert [one.pk for one in Stage.objects.before_deadline(closes_at - TICK)] == list(
        Stage.objects.order_by("closes_at").values_list("pk", flat=True)
    )
    assert Stage.objects.taking(registration.opens_at).get() == registration
    assert not Stage.objects.taking(registration.opens_at - TICK).exists()
    with clock.at(longest + GRACE):
        close_stage(by=contest.head, stage=registration)
    assert not Stage.objects.taking(registration.opens_at).exists()


@pytest.mark.django_db
def test_stage_is_held_while_it_is_asked(
    contest: Contest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    registration, checking = contest.stage(REGISTRATION), contest.stage(ADMINISTRATIVE)
    with pytest.raises(Stage.DoesNotExist):
        locks.share_stage(0)
    for act, text in (
        (lambda: locks.share_stage(registration.pk), "FOR SHARE"),
        (lambda: locks.share_registration_stage(contest.edition.pk), "FOR SHARE"),
        (lambda: locks.close_stage_alone(registration.pk), 'FOR UPDATE OF "competitions_stage"'),
    ):
        with django_assert_num_queries(1) as asked:
            assert act() == registration
        assert asked.captured_queries[0]["sql"].endswith(text)
    with django_assert_num_queries(1):
        assert locks.close_stage_alone(registration.pk).edition == contest.edition
    # Checks run ahead while registration is open, and not before or after it.
    with clock.at(registration.closes_at - TICK):
        assert locks.share_checking_stage(checking.pk) == checking
    with clock.at(registration.closes_at + GRACE):
        close_stage(by=contest.head, stage=registration)
        # Neither another edition's registration nor a later stage lets them run.
        with transaction.atomic():
            factories.make_contest(entries=0)
            Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(state=StageState.OPEN)
            with pytest.raises(StageClosed, match="belum dibuka"):
                locks.share_checking_stage(checking.pk)
            transaction.set_rollback(True)
    with clock.at(checking.opens_at):
        open_stage(by=contest.head, stage=checking)
        assert locks.share_checking_stage(checking.pk).state == StageState.OPEN
    with clock.at(checking.closes_at), pytest.raises(TooLate):
        locks.share_checking_stage(checking.pk)


@pytest.mark.django_db
def test_correction_comes_back_until_its_last_microsecond(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    contest = factories.make_contest(ADMINISTRATIVE, entries=1)
    entry = contest.entries[0]
    check = AdministrativeCheck.objects.get(stage_entry__entry=entry)
    claim_checks(by=contest.officer, checks=[check])
    row = ask_correction(by=contest.officer, check=check, remarks=[("", "Periksa ejaan.")])
    with clock.at(row.due_at - TICK):
        held, received_at = corrections.hold_correction_window(entry)
        assert (held, received_at) == (row, row.due_at - TICK)
    with django_assert_num_queries(0):
        assert held.check_of.stage_entry.entry_id == entry.pk
    sentence = "Masa perbaikan sudah lewat. Pemeriksaan dilanjutkan dengan isi yang ada."
    with clock.at(row.due_at), pytest.raises(StageClosed, match=f"^{sentence}$"):
        corrections.hold_correction_window(entry)
    entry.refresh_from_db()
    window = windows.writing_window(entry)
    assert window.kind == windows.WindowKind.CORRECTION
    assert [
        window.is_open(at)
        for at in (row.asked_at - TICK, row.asked_at, row.due_at - TICK, row.due_at)
    ] == [False, True, True, False]
    assert (window.closes_at, window.is_running) == (row.due_at, True)


@pytest.mark.django_db
def test_orders_have_the_close_of_their_agency(
    contest: Contest, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    assert order_of(entry) is None
    assert abs(clock.database_now() - clock.now()) < MINUTE
    order = order_automatic(by=contest.team.admin, entry=entry)
    extend(contest, contest.team.agency, HOUR)
    closes_at = contest.stage(REGISTRATION).closes_at
    with django_assert_num_queries(3):
        (due,) = pending_orders()
        assert due == DueOrder(order, closes_at + HOUR)
        assert due.order.ordered_by == contest.team.admin
        row = due.order.entry
        assert (row.edition, row.agency) == (contest.edition, contest.team.agency)
        assert row.innovation.agency_id == row.agency_id
        assert row.group.edition_id == row.edition_id
    with django_assert_num_queries(1):
        found = order_of(entry)
        assert (found, found and found.ordered_by) == (order, contest.team.admin)
    order = cancel_automatic(by=contest.team.admin, entry=entry)
    assert pending_orders() == []
    assert order_of(entry) == order
