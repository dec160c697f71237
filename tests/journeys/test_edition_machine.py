"""A whole edition walked at random: thousands of right and wrong moves by anybody at any time.

Each step is one action of the product, by some person, on some object, at some instant. What it
refuses must leave nothing; what it lets through is held against rules written down here anew,
and against `invariants`. `forward` makes the move that is due, so that walks reach the end.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agencies.models import User
from competitions.actions.announcements import schedule_announcement
from competitions.actions.assignments import appoint, assign_stage, declare_conflict
from competitions.actions.automatic import cancel_automatic, order_automatic, run_orders
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    confirm_fails,
    pass_checks,
    propose_fails,
    reject_fail,
    release_check,
)
from competitions.actions.corrections import (
    ask_correction,
    end_overdue_corrections,
    resubmit_entry,
)
from competitions.actions.cut_offs import (
    apply_cut_off,
    confirm_lock,
    propose_lock,
    reject_lock,
)
from competitions.actions.entries import (
    create_entry,
    return_entry,
    send_entry,
    submit_entry,
    withdraw_entry,
)
from competitions.actions.extensions import (
    confirm_extension,
    propose_extension,
    reject_extension,
)
from competitions.actions.late import admit_late, decline_late, keep_late, propose_admission
from competitions.actions.motions import cast_vote, close_vote, open_vote, propose_motion
from competitions.actions.plenary import close_plenary, open_plenary, take_seat
from competitions.actions.reopening import reopen_entry, revive_entry
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage, open_stage
from competitions.actions.writing import save_entry_section
from competitions.enums import (
    CheckState,
    EntryState,
    FailReason,
    MoveReason,
    PanelRole,
    StageKind,
    StageState,
    VoteChoice,
)
from competitions.exceptions import TooLate
from competitions.models import (
    AdministrativeCheck,
    Announcement,
    Assignment,
    ConflictDeclaration,
    CutOff,
    DeadlineExtension,
    Entry,
    LateSubmission,
    Motion,
    Result,
    Stage,
)
from competitions.queries.invariants import broken_invariants
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.audit.sealing import seal_events, verify_log
from sinovik.web.access import Refusal
from tests.editions import REGISTRATION, REVIEW, SECOND
from tests.factories import Contest, Team, make_contest, make_innovations, make_team, sheet_for

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WALKS = 4
STEPS = 100_000 if os.environ.get("SINOVIK_WALKS") == "long" else 5_000
LENGTH = 250
"""Steps of one walk, from registration on; the walks share the steps."""

DOSSIERS = 3
HOUR, DAY, INSTANT = timedelta(hours=1), timedelta(days=1), timedelta(microseconds=1)
anyone = st.integers(0, 41)
anything = st.integers(0, 60)


WEIGHTS = {
    "forward": 4, "move": 6, "check_one": 7, "score": 4, "list_one": 4, "submit": 3, "wait": 3,
    "register": 2, "write": 4, "admit": 2, "resubmit": 2, "declare": 1, "extend": 1,
    "decide_extension": 2, "turn_stage": 2, "hand_out": 1, "clockwork": 1,
}  # fmt: skip
MOVES = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
MOVED_FROM: list[list[str]] = [
    ["draft", "returned"],
    ["with_agency"],
    [],
    ["submitted"],
    ["withdrawn"],
    ["with_agency"],
    ["with_agency"],
]
"""States from which send, return, withdraw, reopen, revive, order and cancel may start."""
ADMINS = (1, 3, 5, 6)
"""Moves of an entry that its agency's admin may make; the others are the innovator's."""


MUST_HAPPEN = {
    "create", "write", "send", "return", "submit", "keep_late", "claim", "pass", "score",
    "open_stage", "close_stage", "cut",
}  # fmt: skip
"""Moves that every test must have seen succeed: otherwise it walked nowhere."""


class Edition(RuleBasedStateMachine):
    """One edition with two agencies, and everybody who may be wrong in it."""

    base: Contest
    both: list[Team]
    people: list[User]
    tally: dict[str, list[int]]

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now = self.base.moment(REGISTRATION)
        self.has_changed = True
        self.declared: set[tuple[int, int]] = set()

    def teardown(self) -> None:
        """Seal and verify what the walk wrote, then undo it."""
        with clock.at(self.now):
            seal_events()
            verify_log()
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # What the rules choose from

    def who(self, number: int, *fitting: User | None) -> User:
        """Anybody, more often one who may; as a new request would know them."""
        able = [one for one in fitting if one]
        people = able if able and number >= len(self.people) else self.people
        return User.objects.get(pk=people[number % len(people)].pk)

    def pick(self, rows: Any, number: int) -> Any:
        """One of the rows, or None."""
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    def entry(self, number: int, *states: str) -> Any:
        """Some entry of the edition, mostly in one of the states."""
        entries = Entry.objects.filter(edition=self.base.edition)
        rows = entries.select_related("edition", "innovation", "agency")
        wanted = rows.filter(state__in=states) if number % 4 else rows
        return self.pick(wanted, number) or self.pick(rows, number)

    def stage(self, number: int) -> Stage:
        """Some stage of the edition."""
        stages = Stage.objects.filter(edition=self.base.edition).order_by("position")
        return list(stages)[number % 5]

    def check(self, number: int, *states: str) -> Any:
        """Some administrative check, where possible in one of the states."""
        checks = AdministrativeCheck.objects.select_related("stage_entry__entry")
        wanted = checks.filter(state__in=states) if states else checks
        return self.pick(wanted, number) or self.pick(checks, number)

    def attempt(self, name: str, work: Callable[[], Any]) -> Any:
        """Try it; the answer, or the refusal. Anything else is a fault of the product."""
        wins, losses = self.tally.setdefault(name, [0, 0])
        try:
            with clock.at(self.now), transaction.atomic():
                answer = work()
        except Refusal as refusal:
            self.tally[name] = [wins, losses + 1]
            return refusal
        self.tally[name] = [wins + 1, losses]
        self.has_changed |= bool(answer)
        return answer

    @rule(
        name=st.sampled_from(MOVES),
        who=anyone,
        number=anything,
        step=st.integers(0, 6),
        flag=st.booleans(),
    )
    def act(self, name: str, who: int, number: int, step: int, flag: bool) -> None:
        """One move. One rule for all: hypothesis leaves rules out of whole walks."""
        getattr(self, name)(who, number, step, flag)

    # What time does

    def wait(self, who: int, number: int, step: int, flag: bool) -> None:
        """Let some hours pass, or go to the edge of the next close: before, at, after it."""
        if number % 3:
            self.now += number * HOUR / 6
            return
        closes = Stage.objects.filter(edition=self.base.edition, closes_at__gt=self.now)
        instant = closes.order_by("closes_at").values_list("closes_at", flat=True).first()
        if instant:
            edges = (instant - INSTANT, instant, instant + INSTANT)
            self.now = max(self.now, edges[step % 3])

    def clockwork(self, who: int, number: int, step: int, flag: bool) -> None:
        """What runs by itself."""
        self.attempt("run_orders", run_orders)
        self.attempt("end_overdue", end_overdue_corrections)

    # The way to the ministry

    def register(self, who: int, number: int, step: int, flag: bool) -> None:
        innovation = self.pick(Innovation.objects.all(), number)
        by = self.who(who, *(team.innovator for team in self.both))
        (group,) = self.base.edition.groups.all()
        self.attempt(
            "create",
            lambda: create_entry(
                by=by, edition=self.base.edition, group=group, innovation=innovation
            ),
        )

    def write(self, who: int, number: int, step: int, flag: bool) -> None:
        if entry := self.entry(number, "draft", "returned", "correction"):
            edit = entry.innovation.edit_number - (number % 7 == 0)
            self.attempt(
                "write",
                lambda: save_entry_section(
                    by=self.who(who, self.team(entry).innovator),
                    entry=entry,
                    edit_number=edit,
                    key="novelty",
                    text=f"Lebih cepat daripada cara lama, tulisan ke-{number}.",
                ),
            )

    def move(self, who: int, number: int, step: int, flag: bool) -> None:
        if not (entry := self.entry(number, *MOVED_FROM[step])):
            return
        by = self.who(who, self.team(entry).admin if step in ADMINS else self.team(entry).innovator)
        moves: list[tuple[str, Callable[[], Any]]] = [
            ("send", lambda: send_entry(by=by, entry=entry)),
            ("return", lambda: return_entry(by=by, entry=entry, remarks=[("novelty", "Jelas?")])),
            ("withdraw", lambda: withdraw_entry(by=by, entry=entry)),
            ("reopen", lambda: reopen_entry(by=by, entry=entry)),
            ("revive", lambda: revive_entry(by=by, entry=entry)),
            ("order", lambda: order_automatic(by=by, entry=entry)),
            ("cancel", lambda: cancel_automatic(by=by, entry=entry)),
        ]
        self.attempt(*moves[step])

    def submit(self, who: int, number: int, step: int, flag: bool) -> None:
        if not (entry := self.entry(number, "with_agency")):
            return
        by = self.who(who, self.team(entry).admin)
        was, answer = entry.state, self.attempt("submit", lambda: submit_entry(by=by, entry=entry))
        if isinstance(answer, Entry) and was == EntryState.WITH_AGENCY:
            assert self.now < self.close_for(entry), "submitted after the close"
            assert by.pk == self.team(entry).admin.pk
        if isinstance(answer, TooLate):
            refusal = answer
            self.attempt("keep_late", lambda: keep_late(by=by, entry=entry, refusal=refusal))

    def admit(self, who: int, number: int, step: int, flag: bool) -> None:
        step %= 3
        late = self.pick(LateSubmission.objects.select_related("entry"), number)
        if late is None:
            return
        by = self.who(who, *self.secretaries)
        steps: list[tuple[str, Callable[[], Any]]] = [
            (
                "propose_admission",
                lambda: propose_admission(by=by, late=late, letter_number="1", reason="Padam."),
            ),
            ("admit", lambda: admit_late(by=by, late=late)),
            ("decline", lambda: decline_late(by=by, late=late, reason="Tanpa alasan.")),
        ]
        proposer, answer = late.proposed_by_id, self.attempt(*steps[step])
        if step == 1 and not isinstance(answer, Refusal):
            assert by.pk != proposer

    def extend(self, who: int, number: int, step: int, flag: bool) -> None:
        stage, by = self.stage(number % 2 * number), self.who(who, *self.secretaries)
        agency = self.both[number % 2].agency if flag else None
        self.attempt(
            "propose_extension",
            lambda: propose_extension(
                by=by,
                stage=stage,
                agency=agency,
                new_closes_at=stage.closes_at + (step - 1) * DAY,
                letter_number="7",
                reason="Peladen padam.",
            ),
        )

    def decide_extension(self, who: int, number: int, step: int, flag: bool) -> None:
        row, by = (
            self.pick(DeadlineExtension.objects.filter(state="proposed"), number),
            self.who(who, *self.secretaries),
        )
        if row is None:
            return
        answer = self.attempt(
            "confirm_extension" if flag else "reject_extension",
            lambda: (
                confirm_extension(by=by, extension=row)
                if flag
                else reject_extension(by=by, extension=row, reason="Tidak perlu.")
            ),
        )
        if flag and not isinstance(answer, Refusal):
            assert by.pk != row.proposed_by_id

    # The administrative check

    def check_one(self, who: int, number: int, step: int, flag: bool) -> None:
        states = {0: ["queued"], 5: ["fail_proposed"], 6: ["fail_proposed"]}.get(step, ["claimed"])
        if not (row := self.check(number, *states)):
            return
        by = self.who(who, *([row.claimed_by] if step in range(1, 5) else self.secretaries))
        decision = FailDecision(row, [FailReason.JUNK], "Isian kosong.")
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("claim", lambda: claim_checks(by=by, checks=[row])),
            ("release", lambda: release_check(by=by, check=row)),
            ("pass", lambda: pass_checks(by=by, checks=[row])),
            ("propose_fail", lambda: propose_fails(by=by, decisions=[decision])),
            (
                "ask_correction",
                lambda: ask_correction(by=by, check=row, remarks=[("novelty", "Bandingkan.")]),
            ),
            ("confirm_fail", lambda: confirm_fails(by=by, checks=[row])),
            ("reject_fail", lambda: reject_fail(by=by, check=row, note="Periksa lagi.")),
        ]
        answer = self.attempt(*steps[step])
        if step == 5 and not isinstance(answer, Refusal):
            assert by.pk != row.decided_by_id, "one person failed a proposal"

    def resubmit(self, who: int, number: int, step: int, flag: bool) -> None:
        if entry := self.entry(number, "correction"):
            by = self.who(who, self.team(entry).admin)
            self.attempt("resubmit", lambda: resubmit_entry(by=by, entry=entry))

    # Stages

    def turn_stage(self, who: int, number: int, step: int, flag: bool) -> None:
        stage, by = self.stage(number), self.who(who, self.head)
        work = open_stage if flag else close_stage
        answer = self.attempt(work.__name__, lambda: work(by=by, stage=stage))
        if isinstance(answer, Refusal):
            return
        others = Stage.objects.filter(edition=stage.edition_id)
        assert not others.filter(position__lt=stage.position).exclude(state="closed").exists()
        assert not others.filter(position__gt=stage.position).exclude(state="planned").exists()
        assert not flag or self.now >= stage.opens_at

    # Judging

    def hand_out(self, who: int, number: int, step: int, flag: bool) -> None:
        by, is_panel = self.who(who, self.head), number % 2 == 1
        users = self.base.panelists if is_panel else self.base.evaluators
        role = PanelRole.PANELIST if is_panel else PanelRole.EVALUATOR
        self.attempt(
            "appoint", lambda: appoint(by=by, edition=self.base.edition, users=users, role=role)
        )
        stage = self.base.stage(SECOND if is_panel else REVIEW)
        self.attempt("assign", lambda: assign_stage(by=by, stage=stage, seed=number))

    def declare(self, who: int, number: int, step: int, flag: bool) -> None:
        if not (entry := self.entry(number)):
            return
        by = self.who(who, *self.base.evaluators, *self.base.panelists)
        answer = self.attempt(
            "declare", lambda: declare_conflict(by=by, entry=entry, reason="Kerabat dekat.")
        )
        if isinstance(answer, ConflictDeclaration):
            self.declared.add((by.pk, entry.pk))

    def score(self, who: int, number: int, step: int, flag: bool) -> None:
        row = self.pick(Assignment.objects.select_related("stage"), number)
        if row is None:
            return
        by = User.objects.get(pk=row.evaluator_id) if flag else self.who(who)
        sheet = sheet_for(row, step)
        answer = self.attempt("score", lambda: score_assignments(by=by, sheets=[sheet]))
        if isinstance(answer, Refusal):
            return
        assert by.pk == row.evaluator_id, "a sheet by somebody else"
        assert (by.pk, row.entry_id) not in self.declared, "a sheet over a conflict"
        assert row.stage.state == StageState.OPEN, "a sheet for a stage that is not open"
        assert self.now < row.stage.closes_at, "a late sheet"
        assert 1 <= step <= 5

    # Lists

    def list_one(self, who: int, number: int, step: int, flag: bool) -> None:
        step %= 6
        by, stage = self.who(who, self.head, self.base.second), self.stage(3 + number % 2)
        cut_off = CutOff.objects.filter(stage=stage).select_related("stage__edition").first()
        result = self.pick(Result.objects.filter(cut_off__stage=stage), number)
        if (step and cut_off is None) or (step == 1 and result is None):
            return
        steps: list[tuple[str, Callable[[], Any]]] = [
            ("cut", lambda: apply_cut_off(by=by, stage=stage, seats=number % 4 or None)),
            (
                "plenary",
                lambda: self.sit_over(by, result, wants=number % 3 == 0),
            ),
            ("propose_lock", lambda: propose_lock(by=by, cut_off=cut_off, reason="Selesai.")),
            ("reject_lock", lambda: reject_lock(by=by, cut_off=cut_off, reason="Belum.")),
            ("confirm_lock", lambda: confirm_lock(by=by, cut_off=cut_off)),
            ("announce", lambda: self.announce(by, cut_off, hours=number % 5)),
        ]
        answer = self.attempt(*steps[step])
        if step == 4 and isinstance(answer, CutOff):
            assert by.pk != answer.lock_proposed_by_id, "one person locked a list"
            selected = Result.objects.filter(cut_off=answer, is_selected=True).count()
            assert selected == answer.seats

    @transaction.atomic
    def sit_over(self, by: User, result: Result, *, wants: bool) -> Motion:
        """A whole plenary that moves one entry, or nothing of it."""
        plenary = open_plenary(by=by, cut_off=result.cut_off)
        members = [one for one in self.base.evaluators if one.appointments.exists()]
        for member in members:
            take_seat(by=member, plenary=plenary)
        free = [one for one in members if (one.pk, result.entry_id) not in self.declared]
        motion = propose_motion(
            by=(free or members or [by])[0],
            plenary=plenary,
            entry_in=result.entry if wants else None,
            entry_out=None if wants else result.entry,
            reason=MoveReason.TIE,
            text="Pleno.",
        )
        open_vote(by=by, motion=motion)
        for member in free:
            vote = cast_vote(by=member, motion=motion, choice=VoteChoice.FOR)
            assert (vote.member_id, result.entry_id) not in self.declared
        motion = close_vote(by=by, motion=motion)
        close_plenary(by=by, plenary=plenary)
        return motion

    def announce(self, by: User, cut_off: CutOff, hours: int) -> Announcement:
        return schedule_announcement(
            by=by,
            cut_off=cut_off,
            decree_number="1/uji",
            decree_dated_on=date(2000, 1, 1),
            announce_at=self.now + hours * HOUR,
        )

    # The move that is due

    def forward(self, who: int, number: int, step: int, flag: bool) -> None:
        """Do what the edition waits for, by those who may."""
        stages = list(Stage.objects.filter(edition=self.base.edition).order_by("position"))
        stage = next((one for one in stages if one.state != StageState.CLOSED), None)
        if stage is None:
            return
        if stage.state == StageState.PLANNED:
            self.now = max(self.now, stage.opens_at)
            self.attempt("open_stage", lambda: open_stage(by=self.head, stage=stage))
        elif not self.work_on(stage, number):
            if stage.kind == StageKind.REGISTRATION:
                self.now = max(self.now, *(self.close_at(t.agency.pk) for t in self.both))
            self.attempt("close_stage", lambda: close_stage(by=self.head, stage=stage))

    def work_on(self, stage: Stage, number: int) -> bool:
        """One piece of the stage's work; False when none is left."""
        works: dict[str, Callable[[Stage, int], bool]] = {
            StageKind.REGISTRATION: self.bring_in,
            StageKind.ADMINISTRATIVE: self.decide,
            StageKind.REVIEW: self.judge,
            StageKind.SELECTION: self.select,
        }
        return works[stage.kind](stage, number)

    def bring_in(self, stage: Stage, number: int) -> bool:
        if self.now >= stage.closes_at:
            return False
        for team in self.both:
            entries = Entry.objects.filter(edition=stage.edition_id, agency=team.agency)
            if entry := entries.filter(state__in=["draft", "returned"]).first():
                self.attempt("send", partial(send_entry, by=team.innovator, entry=entry))
                return True
            if entry := entries.filter(state="with_agency").first():
                self.attempt("submit", partial(submit_entry, by=team.admin, entry=entry))
                return self.has_changed
            free = Innovation.objects.filter(agency=team.agency).exclude(entries__isnull=False)
            if innovation := free.first():
                self.register(self.people.index(team.innovator), self.place_of(innovation), 0, True)
                return True
        return False

    def place_of(self, innovation: Innovation) -> int:
        return list(Innovation.objects.order_by("pk")).index(innovation)

    def decide(self, stage: Stage, number: int) -> bool:
        here = AdministrativeCheck.objects.filter(
            stage_entry__stage=stage, stage_entry__left_at=None
        )
        row = here.exclude(state__in=[CheckState.PASSED, CheckState.FAILED]).first()
        if row is None:
            return False
        officer = row.claimed_by or self.base.officer
        if row.state == CheckState.QUEUED:
            self.attempt("claim", lambda: claim_checks(by=officer, checks=[row]))
        elif row.state == CheckState.CLAIMED:
            self.attempt("pass", lambda: pass_checks(by=officer, checks=[row]))
        elif row.state == CheckState.FAIL_PROPOSED:
            second = next(
                one for one in (self.head, self.base.second) if one.pk != row.decided_by_id
            )
            self.attempt("confirm_fail", lambda: confirm_fails(by=second, checks=[row]))
        else:
            self.now += DAY
            self.attempt("end_overdue", end_overdue_corrections)
        return True

    def judge(self, stage: Stage, number: int) -> bool:
        """Appoint and hand out, then send one sheet after another."""
        drafts = Assignment.objects.filter(stage=stage, scoresheet__state="draft")
        free = drafts.exclude(entry__conflicts__user=F("evaluator")).select_related("evaluator")
        if row := free.first():
            sheet = sheet_for(row, 1 + number % 5)
            self.attempt("score", lambda: score_assignments(by=row.evaluator, sheets=[sheet]))
            return self.now < stage.closes_at
        is_panel = stage.kind == StageKind.SELECTION
        before = Assignment.objects.count()
        self.hand_out(self.people.index(self.head), int(is_panel), 0, True)
        return Assignment.objects.count() > before

    def select(self, stage: Stage, number: int) -> bool:
        if stage.ranks_from_id is None and self.judge(stage, number):
            return True
        cut_off = CutOff.objects.filter(stage=stage).select_related("stage__edition").first()
        if cut_off is None:
            answer = self.attempt("cut", lambda: apply_cut_off(by=self.head, stage=stage))
            return not isinstance(answer, Refusal)
        if cut_off.state == "provisional":
            chosen = cut_off.results.filter(is_selected=True).count()
            if chosen != cut_off.seats:
                wants = chosen < cut_off.seats
                result = cut_off.results.filter(is_selected=not wants).first()
                self.attempt(
                    "plenary",
                    lambda: self.sit_over(self.head, result, wants=wants),
                )
                return True
            self.attempt(
                "propose_lock",
                lambda: propose_lock(by=self.head, cut_off=cut_off, reason="Selesai."),
            )
        elif cut_off.state == "lock_proposed":
            people = (self.head, self.base.second)
            second = next(one for one in people if one.pk != cut_off.lock_proposed_by_id)
            self.attempt("confirm_lock", lambda: confirm_lock(by=second, cut_off=cut_off))
        elif cut_off.state == "locked":
            self.attempt("announce", lambda: self.announce(self.head, cut_off, number % 3))
        else:
            return False
        return True

    # What is known without asking the product

    @property
    def head(self) -> User:
        return self.base.head

    @property
    def secretaries(self) -> list[User]:
        return [self.base.officer, self.base.second, self.head]

    def team(self, entry: Entry) -> Team:
        return next(team for team in self.both if team.agency.pk == entry.agency_id)

    def close_at(self, agency_id: int) -> datetime:
        """The close of registration for an agency, grace included, by its own reckoning."""
        stage = self.base.stage(REGISTRATION)
        moved = [
            row.new_closes_at
            for row in DeadlineExtension.objects.filter(stage=stage, state="confirmed")
            if row.agency_id in (None, agency_id)
        ]
        return max([stage.closes_at, *moved]) + timedelta(minutes=stage.grace_minutes)

    def close_for(self, entry: Entry) -> datetime:
        return self.close_at(entry.agency_id)

    @invariant()
    def nothing_contradicts(self) -> None:
        """Only what changed can have broken anything."""
        if self.has_changed:
            self.has_changed = False
            with clock.at(self.now):
                assert [(one.key, rows) for one, rows in broken_invariants()] == []
                early = Result.objects.announced(self.now).filter(
                    cut_off__announcement__announce_at__gt=self.now
                )
                assert not early.exists()


@pytest.mark.parametrize("walk", range(WALKS))
def test_no_walk_breaks_what_must_hold(walk: int) -> None:
    base = make_contest(REGISTRATION, entries=0, quota=4, grace=5, year=2190 + walk)
    both = [base.team, make_team()]
    for team in both:
        make_innovations(team, DOSSIERS)
    Edition.base, Edition.both, Edition.tally = base, both, {}
    Edition.people = [
        *(person for team in both for person in (team.innovator, team.admin)),
        base.head,
        base.officer,
        base.second,
        base.observer,
        *base.evaluators,
        *base.panelists,
    ]
    run = settings(
        max_examples=max(STEPS // WALKS // LENGTH, 1),
        stateful_step_count=LENGTH,
        deadline=None,
        phases=[Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(walk)(Edition), settings=run)
    reached = {name for name, (wins, _losses) in Edition.tally.items() if wins}
    assert reached >= MUST_HAPPEN, MUST_HAPPEN - reached
    for name in ("submit", "claim", "open_stage", "close_stage", "cut"):
        assert Edition.tally[name][1], f"{name} was never refused"
