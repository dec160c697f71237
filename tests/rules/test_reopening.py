"""Back to work before the close: reopening what was submitted, reviving what was withdrawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.enums import Role
from competitions.actions import checks as check_actions
from competitions.actions import reopening
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    claim_next,
    pass_checks,
    propose_fails,
    release_check,
)
from competitions.actions.entries import (
    return_entry,
    send_entries,
    send_entry,
    submit_entries,
    submit_entry,
    withdraw_entry,
)
from competitions.actions.reopening import reopen_entry, revive_entry
from competitions.actions.stages import close_stage
from competitions.actions.writing import save_entry_section
from competitions.enums import CheckState, EntryState, FailReason, Outcome, SentTo
from competitions.exceptions import NotEligible, StageClosed, WrongState
from competitions.models import AdministrativeCheck, Entry, Receipt, Sending, StageEntry
from competitions.permissions.entries import can_withdraw_entry
from competitions.queries.progress import stage_figures
from competitions.queries.tracking import steps_of
from competitions.queries.work_home import editions_with_stages, open_stages
from innovations.models import InnovationVersion
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.factories import (
    ADMINISTRATIVE,
    REGISTRATION,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_person,
    make_team,
    walk_entry,
)
from tests.rules.test_judging_races import outcome, same, start

SECOND = timedelta(microseconds=1)


@pytest.fixture
def contest(db: None) -> Contest:
    return make_contest(REGISTRATION, entries=1)


@pytest.fixture
def submitted(contest: Contest) -> Entry:
    return walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)


def check_of(entry: Entry) -> AdministrativeCheck:
    """The check that stands for the entry now."""
    return AdministrativeCheck.objects.get(
        stage_entry__entry=entry, stage_entry__outcome__in=("", Outcome.PASSED)
    )


def rewrite(contest: Contest, entry: Entry, text: str) -> None:
    entry.innovation.refresh_from_db()
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=entry.innovation.edit_number,
        key="novelty",
        text=text,
    )


class TestSendings:
    """Each sending is a frozen version of its own, with who and when."""

    def test_every_send_and_every_submission_freezes_a_version(self, contest: Contest) -> None:
        (entry,) = contest.entries
        team = contest.team
        send_entry(by=team.innovator, entry=entry)
        return_entry(by=team.admin, entry=entry, remarks=[("novelty", "Apa bedanya?")])
        rewrite(contest, entry, "Yang baru.")
        send_entry(by=team.innovator, entry=entry)
        submit_entry(by=team.admin, entry=entry)
        sent = list(Sending.objects.filter(entry=entry).select_related("version"))
        assert [(one.version.number, one.sent_to, one.sent_by) for one in sent] == [
            (1, SentTo.AGENCY, team.innovator),
            (2, SentTo.AGENCY, team.innovator),
            (3, SentTo.MINISTRY, team.admin),
        ]
        texts = [one.version.content["sections"]["novelty"] for one in sent]
        assert texts == ["Isi bagian novelty.", "Yang baru.", "Yang baru."]
        entry.refresh_from_db()
        assert entry.version == sent[-1].version
        assert Receipt.objects.get().version == sent[-1].version

    def test_remarks_name_the_version_they_are_about(self, contest: Contest) -> None:
        (entry,) = contest.entries
        send_entry(by=contest.team.innovator, entry=entry)
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Lengkapi.")])
        remark = entry.remarks.get()
        assert remark.version is not None
        assert remark.version.number == 1
        event = AuditEvent.objects.named("entry_returned").get()
        assert event.payload == {"remarks": 1, "version": 1}

    def test_entry_sent_before_sendings_were_kept_is_returned_all_the_same(
        self, contest: Contest
    ) -> None:
        (entry,) = contest.entries
        Entry.objects.filter(pk=entry.pk).update(state=EntryState.WITH_AGENCY)
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Lengkapi.")])
        assert entry.remarks.get().version is None


@contextmanager
def refused(message: str) -> Iterator[None]:
    with pytest.raises(IntegrityError, match=message), transaction.atomic():
        yield


class TestReopening:
    def test_entry_is_written_again_and_what_was_submitted_stays(
        self, contest: Contest, submitted: Entry
    ) -> None:
        first = Receipt.objects.get()
        entry = reopen_entry(by=contest.team.admin, entry=submitted)
        entry.refresh_from_db()
        assert (entry.state, entry.version, entry.submitted_at) == (EntryState.RETURNED, None, None)
        assert not Entry.objects.submitted().exists()
        rewrite(contest, entry, "Lebih jelas.")
        send_entry(by=contest.team.innovator, entry=entry)
        again = submit_entry(by=contest.team.admin, entry=entry)
        assert list(Receipt.objects.values_list("version__number", flat=True)) == [2, 4]
        assert again.version is not None
        assert again.version.content["sections"]["novelty"] == "Lebih jelas."
        assert first.version.content["sections"]["novelty"] == "Isi bagian novelty."
        assert check_of(again).state == CheckState.QUEUED

    def test_place_in_the_queue_is_left_and_taken_anew_behind_the_others(
        self, contest: Contest, submitted: Entry
    ) -> None:
        (other,) = enter(contest, make_innovations(contest.team))
        walk_entry(contest, other, EntryState.SUBMITTED)
        reopen_entry(by=contest.team.admin, entry=submitted)
        stage = contest.stage(ADMINISTRATIVE)
        assert stage_figures(contest.edition)[stage.pk].entered == 1
        assert stage_figures(contest.edition)[contest.stage(REGISTRATION).pk].present == 1
        submitted.refresh_from_db()
        send_entry(by=contest.team.innovator, entry=submitted)
        submit_entry(by=contest.team.admin, entry=submitted)
        taken = [claim_next(by=contest.officer, stage=stage) for _ in range(3)]
        assert [check and check.stage_entry.entry_id for check in taken] == [
            other.pk,
            submitted.pk,
            None,
        ]
        (running,) = open_stages(editions_with_stages(contest.head))
        assert (running.inside, running.entered) == (0, 2)  # type: ignore[attr-defined]

    def test_only_the_agencys_admin_may(self, contest: Contest, submitted: Entry) -> None:
        for user in (contest.team.innovator, make_team().admin, contest.head, contest.officer):
            with pytest.raises(Forbidden):
                reopen_entry(by=user, entry=submitted)

    def test_last_moment_counts_and_the_close_itself_is_late(
        self, contest: Contest, submitted: Entry
    ) -> None:
        closes_at = contest.stage(REGISTRATION).closes_at
        with clock.at(closes_at), pytest.raises(StageClosed):
            reopen_entry(by=contest.team.admin, entry=submitted)
        with clock.at(closes_at - SECOND):
            reopen_entry(by=contest.team.admin, entry=submitted)

    def test_begun_check_refuses_and_says_whom_to_ask(
        self, contest: Contest, submitted: Entry
    ) -> None:
        check = check_of(submitted)
        claim_checks(by=contest.officer, checks=[check])
        with pytest.raises(WrongState, match=f"Hubungi tim sekretariat.*{submitted.number}"):
            reopen_entry(by=contest.team.admin, entry=submitted)
        submitted.refresh_from_db()
        assert submitted.state == EntryState.SUBMITTED
        release_check(by=contest.officer, check=check)
        assert reopen_entry(by=contest.team.admin, entry=submitted).state == EntryState.RETURNED

    @pytest.mark.parametrize("decides", ["pass", "fail"])
    def test_refusal_does_not_tell_how_the_check_went(
        self, contest: Contest, submitted: Entry, decides: str
    ) -> None:
        check = check_of(submitted)
        claim_checks(by=contest.officer, checks=[check])
        with pytest.raises(WrongState) as while_claimed:
            reopen_entry(by=contest.team.admin, entry=submitted)
        if decides == "pass":
            pass_checks(by=contest.officer, checks=[check])
        else:
            decision = FailDecision(check, [FailReason.JUNK], "Isian kosong.")
            propose_fails(by=contest.officer, decisions=[decision])
        with pytest.raises(WrongState) as afterwards:
            reopen_entry(by=contest.team.admin, entry=submitted)
        assert str(while_claimed.value) == str(afterwards.value)

    def test_second_click_is_told_that_it_happened(
        self, contest: Contest, submitted: Entry
    ) -> None:
        reopen_entry(by=contest.team.admin, entry=submitted)
        with pytest.raises(WrongState):
            reopen_entry(by=contest.team.admin, entry=submitted)

    def test_quota_counts_anew_at_the_second_submission(self, db: None) -> None:
        contest = make_contest(REGISTRATION, entries=2, quota=1)
        sent = send_entries(by=contest.team.innovator, entries=contest.entries)
        first, second = submit_entries(by=contest.team.admin, entries=sent[:1]) + sent[1:]
        reopen_entry(by=contest.team.admin, entry=first)
        submit_entry(by=contest.team.admin, entry=second)
        send_entry(by=contest.team.innovator, entry=first)
        with pytest.raises(NotEligible, match="Kuota"):
            submit_entry(by=contest.team.admin, entry=first)

    def test_entry_not_submitted_again_lapses_at_the_close(
        self, contest: Contest, submitted: Entry
    ) -> None:
        reopen_entry(by=contest.team.admin, entry=submitted)
        registration = contest.stage(REGISTRATION)
        with clock.at(registration.closes_at):
            close_stage(by=contest.head, stage=registration)
        assert AuditEvent.objects.named("entry_lapsed").count() == 1
        figures = stage_figures(contest.edition)[registration.pk]
        assert (figures.entered, figures.passed, figures.failed) == (1, 0, 1)

    def test_people_are_told_and_the_ledger_names_the_version(
        self, contest: Contest, submitted: Entry
    ) -> None:
        other = make_person(Role.AGENCY_ADMIN, agency=contest.team.agency)
        Notification.objects.all().delete()
        reopen_entry(by=contest.team.admin, entry=submitted)
        told = Notification.objects.values_list("recipient", flat=True)
        assert set(told) == {contest.team.innovator.pk, other.pk}
        assert AuditEvent.objects.named("entry_reopened").get().payload == {"version": 2}

    def test_tracker_follows_the_check_that_stands(
        self, contest: Contest, submitted: Entry
    ) -> None:
        reopen_entry(by=contest.team.admin, entry=submitted)
        send_entry(by=contest.team.innovator, entry=submitted)
        again = submit_entry(by=contest.team.admin, entry=submitted)
        steps = steps_of(again)
        assert (steps[0].state, steps[0].at) == ("done", again.submitted_at)
        assert steps[1].state == "upcoming"


class TestReviving:
    def test_draft_comes_back_as_it_was(self, contest: Contest) -> None:
        (entry,) = contest.entries
        withdraw_entry(by=contest.team.innovator, entry=entry)
        revived = revive_entry(by=contest.team.innovator, entry=entry)
        assert revived.state == EntryState.DRAFT
        stays = StageEntry.objects.filter(entry=entry).standing()
        assert stays.get().stage.slug == REGISTRATION
        send_entry(by=contest.team.innovator, entry=entry)
        assert submit_entry(by=contest.team.admin, entry=entry).state == EntryState.SUBMITTED

    def test_once_submitted_only_the_admin_brings_it_back(
        self, contest: Contest, submitted: Entry
    ) -> None:
        gone = withdraw_entry(by=contest.team.admin, entry=submitted)
        assert not can_withdraw_entry(contest.team.innovator, gone)
        assert can_withdraw_entry(contest.team.admin, gone)
        with pytest.raises(Forbidden):
            revive_entry(by=contest.team.innovator, entry=gone)
        revived = revive_entry(by=contest.team.admin, entry=gone)
        assert (revived.submitted_at, revived.version) == (None, None)
        send_entry(by=contest.team.innovator, entry=revived)
        again = submit_entry(by=contest.team.admin, entry=revived)
        assert again.version is not None
        assert again.version.number == 4
        assert InnovationVersion.objects.count() == 4

    def test_revival_does_not_walk_around_the_quota(self, db: None) -> None:
        contest = make_contest(REGISTRATION, entries=2, quota=1)
        sent = send_entries(by=contest.team.innovator, entries=contest.entries)
        (first,) = submit_entries(by=contest.team.admin, entries=sent[:1])
        withdraw_entry(by=contest.team.admin, entry=first)
        submit_entry(by=contest.team.admin, entry=sent[1])
        with pytest.raises(NotEligible, match="terpakai 1 dari 1"):
            revive_entry(by=contest.team.admin, entry=first)
        withdraw_entry(by=contest.team.admin, entry=sent[1])
        assert revive_entry(by=contest.team.admin, entry=first).state == EntryState.DRAFT

    def test_other_states_and_late_revivals_are_refused(
        self, contest: Contest, submitted: Entry
    ) -> None:
        with pytest.raises(WrongState):
            revive_entry(by=contest.team.admin, entry=submitted)
        withdraw_entry(by=contest.team.admin, entry=submitted)
        with clock.at(contest.stage(REGISTRATION).closes_at), pytest.raises(StageClosed):
            revive_entry(by=contest.team.admin, entry=submitted)

    def test_failed_check_is_not_shaken_off_by_withdrawing(
        self, contest: Contest, submitted: Entry
    ) -> None:
        claim_checks(by=contest.officer, checks=[check_of(submitted)])
        withdraw_entry(by=contest.team.admin, entry=submitted)
        with pytest.raises(WrongState, match="Hubungi tim sekretariat"):
            revive_entry(by=contest.team.admin, entry=submitted)


class TestDatabase:
    """What raw SQL can't do either."""

    def test_submitted_entry_goes_back_only_out_of_the_queue(
        self, contest: Contest, submitted: Entry
    ) -> None:
        with refused("later stage"):
            Entry.objects.filter(pk=submitted.pk).update(
                state="returned", version=None, submitted_at=None, submitted_by=None
            )

    def test_pinned_version_is_let_go_of_only_on_the_way_back(
        self, contest: Contest, submitted: Entry
    ) -> None:
        with refused("final"):
            Entry.objects.filter(pk=submitted.pk).update(
                version=None, submitted_at=None, submitted_by=None
            )

    def test_entry_at_work_carries_no_submission(self, contest: Contest, submitted: Entry) -> None:
        StageEntry.objects.filter(entry=submitted, left_at=None).update(
            outcome=Outcome.REOPENED, left_at=clock.now(), left_by=contest.head
        )
        with refused("entry_at_work_is_not_submitted"):
            Entry.objects.filter(pk=submitted.pk).update(state="returned")

    def test_begun_check_keeps_its_stay(self, contest: Contest, submitted: Entry) -> None:
        claim_checks(by=contest.officer, checks=[check_of(submitted)])
        with refused("has begun"):
            StageEntry.objects.filter(entry=submitted, left_at=None).update(
                outcome=Outcome.REOPENED, left_at=clock.now(), left_by=contest.head
            )

    def test_reopened_stay_is_final_and_nothing_else_of_it_changes(
        self, contest: Contest, submitted: Entry
    ) -> None:
        ended = StageEntry.objects.filter(entry=submitted, outcome=Outcome.PASSED)
        pk = ended.get().pk
        with refused("final"):
            ended.update(outcome=Outcome.REOPENED, left_by=contest.head)
        reopen_entry(by=contest.team.admin, entry=submitted)
        with refused("final"):
            StageEntry.objects.filter(pk=pk).update(outcome=Outcome.PASSED)
        with refused("final"), connection.cursor() as cursor:
            cursor.execute("DELETE FROM competitions_stageentry WHERE id = %s", [pk])


@pytest.mark.django_db(transaction=True)
class TestRaces:
    """A reopening against an officer's claim; each control shows the race."""

    def claim_during_reopening(
        self, monkeypatch: pytest.MonkeyPatch, contest: Contest, entry: Entry
    ) -> tuple[object, object]:
        """An officer reads the queue before the reopening commits, and claims after it."""
        read, reopened = Event(), Event()
        original = check_actions.share_checking_stage

        def slow(stage_id: int) -> object:
            stage = original(stage_id)
            read.set()
            reopened.wait(5)
            return stage

        monkeypatch.setattr(check_actions, "share_checking_stage", slow)
        check = AdministrativeCheck.objects.get()
        officer, admin = same(contest.officer), same(contest.team.admin)
        claiming = start(lambda: claim_checks(by=officer, checks=[check]))
        assert read.wait(5)
        reopening_one = start(lambda: reopen_entry(by=admin, entry=entry))
        result = outcome(reopening_one)
        reopened.set()
        return outcome(claiming), result

    def test_claim_after_the_reopening_finds_the_entry_gone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contest = make_contest(REGISTRATION, entries=1)
        entry = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
        claimed, back = self.claim_during_reopening(monkeypatch, contest, entry)
        assert isinstance(claimed, WrongState)
        assert isinstance(back, Entry)
        assert AdministrativeCheck.objects.get().state == CheckState.QUEUED

    def hold_the_check(
        self, monkeypatch: pytest.MonkeyPatch, contest: Contest, entry: Entry
    ) -> tuple[object, object]:
        """The officer waits for the check that the reopening holds locked."""
        held, waiting = Event(), Event()
        original = reopening.enter_stage

        def slow(**arguments: object) -> object:
            held.set()
            waiting.wait(1)
            return original(**arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(reopening, "enter_stage", slow)
        check = AdministrativeCheck.objects.get()
        officer, admin = same(contest.officer), same(contest.team.admin)
        back = start(lambda: reopen_entry(by=admin, entry=entry))
        assert held.wait(5)
        claiming = start(lambda: claim_checks(by=officer, checks=[check]))
        return outcome(claiming), outcome(back)

    def test_claim_that_waited_for_the_lock_reads_the_stay_afresh(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contest = make_contest(REGISTRATION, entries=1)
        entry = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
        claimed, back = self.hold_the_check(monkeypatch, contest, entry)
        assert isinstance(claimed, WrongState)
        assert isinstance(back, Entry)

    def test_control_without_the_second_look_both_succeed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contest = make_contest(REGISTRATION, entries=1)
        entry = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
        monkeypatch.setattr(check_actions, "_check_still_there", lambda rows: None)
        claimed, back = self.hold_the_check(monkeypatch, contest, entry)
        assert isinstance(claimed, list)
        assert isinstance(back, Entry)

    def test_next_in_the_queue_skips_what_is_being_reopened(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        contest = make_contest(REGISTRATION, entries=1)
        entry = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
        held, done = Event(), Event()
        original = reopening.enter_stage

        def slow(**arguments: object) -> object:
            held.set()
            done.wait(5)
            return original(**arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(reopening, "enter_stage", slow)
        admin = same(contest.team.admin)
        back = start(lambda: reopen_entry(by=admin, entry=entry))
        assert held.wait(5)
        assert claim_next(by=contest.officer, stage=contest.stage(ADMINISTRATIVE)) is None
        done.set()
        assert isinstance(outcome(back), Entry)

    def test_two_revivals_at_once_do_not_pass_the_quota_with_a_submission(self) -> None:
        contest = make_contest(REGISTRATION, entries=2, quota=1)
        sent = send_entries(by=contest.team.innovator, entries=contest.entries)
        (first,) = submit_entries(by=contest.team.admin, entries=sent[:1])
        withdraw_entry(by=contest.team.admin, entry=first)
        one, two = same(contest.team.admin), same(contest.team.admin)
        results = [
            start(lambda: revive_entry(by=one, entry=first)),
            start(lambda: submit_entry(by=two, entry=sent[1])),
        ]
        kinds = [type(outcome(result)).__name__ for result in results]
        assert kinds[1] == "Entry"
        assert kinds[0] in ("Entry", "NotEligible")
        assert Entry.objects.filter(state=EntryState.SUBMITTED).count() == 1
