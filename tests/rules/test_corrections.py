"""The third decision: a window to mend, a second version, back to the same officer."""

from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from pytest_django import Settings

from agencies.actions.people import end_membership
from agencies.models import Membership
from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import claim_checks, pass_checks, send_pass_letters
from competitions.actions.corrections import (
    ask_correction,
    end_overdue_corrections,
    resubmit_entry,
)
from competitions.actions.entries import withdraw_entry
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.stages import close_stage
from competitions.actions.writing import save_entry_section
from competitions.enums import CheckState, CorrectionOutcome, EntryState, LetterKind, StageKind
from competitions.exceptions import EntryIncomplete, NotEligible, StageClosed, WrongState
from competitions.models import (
    AdministrativeCheck,
    CheckItem,
    Correction,
    Entry,
    EntryRemark,
    Letter,
    Receipt,
    Stage,
)
from competitions.queries.corrections import is_unmended, last_correction, running_correction
from competitions.queries.quotas import quota_use
from competitions.queries.receipts import examine, receipt_file
from innovations.actions.dossiers import edit_innovation
from innovations.models import InnovationVersion
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, Contest
from tests.owner import as_owner

pytestmark = pytest.mark.django_db

REMARKS = [("novelty", "Bandingkan dengan cara lama."), ("", "Periksa ejaan.")]
MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=2, quota=2)


def check_of(entry: Entry) -> AdministrativeCheck:
    return AdministrativeCheck.objects.select_related("stage_entry__entry").get(
        stage_entry__entry=entry
    )


def asked(contest: Contest) -> Correction:
    check = check_of(contest.entries[0])
    claim_checks(by=contest.officer, checks=[check])
    return ask_correction(by=contest.officer, check=check, remarks=REMARKS)


def mend(contest: Contest, text: str = "Lebih cepat daripada cara lama.") -> None:
    entry = Entry.objects.select_related("innovation").get(pk=contest.entries[0].pk)
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=entry.innovation.edit_number,
        key="novelty",
        text=text,
    )


def fresh(contest: Contest) -> Entry:
    return Entry.objects.select_related("version", "edition", "innovation").get(
        pk=contest.entries[0].pk
    )


def test_correction_returns_the_entry_with_remarks_and_a_letter(contest: Contest) -> None:
    correction = asked(contest)
    entry, check = fresh(contest), check_of(contest.entries[0])
    assert (entry.state, check.state) == (EntryState.CORRECTION, CheckState.CORRECTION)
    assert check.claimed_by == contest.officer
    written = EntryRemark.objects.filter(entry=entry).values_list("section_key", "text")
    assert list(written) == REMARKS
    letter = Letter.objects.get(entry=entry)
    assert (letter.kind, letter.correction) == (LetterKind.CORRECTION, correction)
    assert "Novelty: Bandingkan dengan cara lama." in letter.body
    assert "WITA" in letter.body
    told = Notification.objects.filter(subject=letter.subject, body=letter.body)
    assert {one.recipient for one in told} == {contest.team.admin, contest.team.innovator}
    assert {one.path for one in told} == {f"/kerja/peserta/{entry.pk}/"}
    assert AuditEvent.objects.named("correction_asked").get().payload["number"] == 1


def test_window_ends_at_the_last_minute_of_its_last_day(contest: Contest) -> None:
    correction = asked(contest)
    local = correction.due_at.astimezone(ZoneInfo("Asia/Jakarta"))
    assert (local.hour, local.minute, local.second) == (23, 59, 0)
    asked_on = correction.asked_at.astimezone(ZoneInfo("Asia/Jakarta")).date()
    assert (local.date() - asked_on).days == contest.stage(ADMINISTRATIVE).correction_days


def test_correction_without_remark_by_another_or_undecided_is_refused(contest: Contest) -> None:
    check = check_of(contest.entries[0])
    with pytest.raises(WrongState):
        ask_correction(by=contest.officer, check=check, remarks=REMARKS)
    claim_checks(by=contest.officer, checks=[check])
    with pytest.raises(WrongState, match="satu catatan"):
        ask_correction(by=contest.officer, check=check, remarks=[("novelty", " ")])
    with pytest.raises(Forbidden):
        ask_correction(by=contest.second, check=check, remarks=REMARKS)
    with pytest.raises(Forbidden):
        ask_correction(by=contest.team.admin, check=check, remarks=REMARKS)
    assert not Correction.objects.exists()


def test_window_beyond_the_close_of_the_stage_is_not_promised(contest: Contest) -> None:
    stage = contest.stage(ADMINISTRATIVE)
    Stage.objects.filter(pk=stage.pk).update(correction_days=5)
    check = check_of(contest.entries[0])
    claim_checks(by=contest.officer, checks=[check])
    with pytest.raises(WrongState, match="memperpanjang"):
        ask_correction(by=contest.officer, check=check, remarks=REMARKS)
    extension = propose_extension(
        by=contest.officer,
        stage=stage,
        new_closes_at=stage.closes_at + timedelta(days=3),
        letter_number="B/1",
        reason="Memberi waktu perbaikan.",
    )
    confirm_extension(by=contest.head, extension=extension)
    assert ask_correction(by=contest.officer, check=check, remarks=REMARKS).number == 1


def test_correction_of_a_withdrawn_entry_is_refused() -> None:
    contest = factories.make_contest(REGISTRATION, entries=1)
    factories.submit_all(contest)
    check = check_of(contest.entries[0])
    claim_checks(by=contest.officer, checks=[check])
    withdraw_entry(by=contest.team.admin, entry=contest.entries[0])
    with pytest.raises(WrongState):
        ask_correction(by=contest.officer, check=check, remarks=REMARKS)


def test_entry_that_is_no_longer_held_can_not_be_asked_for(contest: Contest) -> None:
    check = check_of(contest.entries[0])
    claim_checks(by=contest.officer, checks=[check])
    Entry.objects.filter(pk=contest.entries[0].pk).update(state=EntryState.WITHDRAWN)
    with pytest.raises(WrongState):
        ask_correction(by=contest.officer, check=check, remarks=REMARKS)


def test_resubmission_makes_a_second_version_and_receipt_and_keeps_the_first(
    contest: Contest,
) -> None:
    first = Receipt.objects.get(entry=contest.entries[0])
    correction = asked(contest)
    mend(contest)
    entry = resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    old, new = Receipt.objects.filter(entry=entry)
    assert old == first
    assert (new.version, new.version.number) == (entry.version, old.version.number + 1)
    assert new.version.content["sections"]["novelty"] == "Lebih cepat daripada cara lama."
    assert old.version.content["sections"]["novelty"] == "Isi bagian novelty."
    for receipt in (old, new):
        assert examine(receipt_file(receipt)).receipt == receipt
    stored, check = fresh(contest), check_of(entry)
    assert (stored.state, stored.submitted_by) == (EntryState.SUBMITTED, contest.team.admin)
    assert stored.submitted_at == first.issued_at
    assert (check.state, check.claimed_by) == (CheckState.CLAIMED, contest.officer)
    assert check.filled_sections == 4
    correction.refresh_from_db()
    assert (correction.outcome, correction.mended_by) == ("mended", contest.team.admin)
    assert (correction.version, correction.mended_version) == (old.version, new.version)
    assert not EntryRemark.objects.filter(entry=entry, resolved_at=None).exists()
    told = Notification.objects.filter(recipient=contest.officer).first()
    assert told is not None
    assert entry.number in told.body
    assert running_correction(entry) is None
    pass_checks(by=contest.officer, checks=[check])


def test_resubmission_leaves_the_quota_as_it_was(contest: Contest) -> None:
    group = contest.edition.groups.get()
    assert quota_use(contest.team.agency, [group])[0].used == 2
    asked(contest)
    assert quota_use(contest.team.agency, [group])[0].used == 2
    mend(contest)
    resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    assert quota_use(contest.team.agency, [group])[0].used == 2


def test_the_same_resubmission_again_changes_nothing(contest: Contest) -> None:
    asked(contest)
    mend(contest)
    key = uuid4()
    resubmit_entry(by=contest.team.admin, entry=contest.entries[0], request_key=key)
    resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    colleague = factories.make_person("agency_admin", agency=contest.team.agency)
    resubmit_entry(by=colleague, entry=contest.entries[0], request_key=key)
    assert Receipt.objects.filter(entry=contest.entries[0]).count() == 2
    assert AuditEvent.objects.named("submission_repeated").count() == 2
    with pytest.raises(WrongState):
        resubmit_entry(by=colleague, entry=contest.entries[0])


def test_resubmission_of_what_nobody_asked_for_is_refused(contest: Contest) -> None:
    with pytest.raises(WrongState):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    asked(contest)
    with pytest.raises(EntryIncomplete, match="Belum ada yang diubah"):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    with pytest.raises(Forbidden):
        resubmit_entry(by=contest.team.innovator, entry=contest.entries[0])


def test_resubmission_with_an_empty_section_or_too_young_is_refused(contest: Contest) -> None:
    asked(contest)
    mend(contest, text="")
    with pytest.raises(EntryIncomplete, match="Novelty"):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    mend(contest)
    innovation = fresh(contest).innovation
    edit_innovation(
        by=contest.team.admin,
        innovation=innovation,
        edit_number=innovation.edit_number,
        changes={"started_on": clock.today()},
    )
    with pytest.raises(NotEligible):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    assert Receipt.objects.filter(entry=contest.entries[0]).count() == 1


def test_last_microsecond_is_in_time_and_the_instant_itself_is_late(contest: Contest) -> None:
    correction = asked(contest)
    mend(contest)
    with clock.at(correction.due_at):
        assert is_unmended(running_correction(contest.entries[0]))
    with clock.at(correction.due_at - MICROSECOND):
        assert not is_unmended(running_correction(contest.entries[0]))
    with clock.at(correction.due_at), pytest.raises(StageClosed, match="Masa perbaikan sudah"):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    with clock.at(correction.due_at - MICROSECOND):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    assert fresh(contest).state == EntryState.SUBMITTED


def test_what_is_in_line_at_its_deadline_is_waited_for(
    contest: Contest, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    correction = asked(contest)
    mend(contest)
    with clock.at(correction.due_at + 2 * MINUTE):
        assert end_overdue_corrections() == []
        with clock.after(1 * MINUTE), pytest.raises(StageClosed):
            resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
        with clock.after(2 * MINUTE + MICROSECOND):
            resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    correction.refresh_from_db()
    assert correction.outcome == CorrectionOutcome.MENDED
    assert Receipt.objects.latest("pk").issued_at == correction.due_at - MICROSECOND


def test_window_nobody_is_in_line_for_ends(contest: Contest, settings: Settings) -> None:
    settings.TRUSTED_PROXIES = 1
    correction = asked(contest)
    with clock.at(correction.due_at + clock.LONGEST_WAIT):
        assert end_overdue_corrections() == [correction]


def test_database_refuses_a_mending_at_its_deadline(contest: Contest) -> None:
    correction = asked(contest)
    correction.outcome, correction.ended_at = CorrectionOutcome.MENDED, correction.due_at
    correction.mended_by, correction.mended_version = contest.team.admin, correction.version
    with pytest.raises(IntegrityError), transaction.atomic():
        correction.save()


def test_window_that_passes_unused_returns_to_the_officer_and_fails_nobody(
    contest: Contest,
) -> None:
    correction = asked(contest)
    with clock.at(correction.due_at - MICROSECOND):
        assert end_overdue_corrections() == []
    with clock.at(correction.due_at):
        assert end_overdue_corrections() == [correction]
        assert end_overdue_corrections() == []
    entry, check = fresh(contest), check_of(contest.entries[0])
    assert (entry.state, entry.version) == (EntryState.SUBMITTED, correction.version)
    assert (check.state, check.claimed_by) == (CheckState.CLAIMED, contest.officer)
    assert is_unmended(last_correction(check))
    assert EntryRemark.objects.filter(entry=entry, resolved_at=None).count() == 2
    told = Notification.objects.filter(recipient=contest.officer).first()
    assert told is not None
    assert "tidak diperbaiki" in told.body
    assert AuditEvent.objects.named("correction_lapsed").get().actor_id is None
    assert not is_unmended(None)
    with clock.at(correction.due_at + timedelta(minutes=1)):
        pass_checks(by=contest.officer, checks=[check])


def test_second_round_needs_the_edition_to_say_so(contest: Contest) -> None:
    asked(contest)
    mend(contest)
    resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    check = check_of(contest.entries[0])
    with pytest.raises(WrongState, match="sudah pernah"):
        ask_correction(by=contest.officer, check=check, remarks=REMARKS)
    Stage.objects.filter(kind=StageKind.ADMINISTRATIVE).update(correction_rounds=2)
    assert ask_correction(by=contest.officer, check=check, remarks=REMARKS).number == 2


@pytest.mark.parametrize("reason", ["conflict", "left"])
def test_correction_of_an_officer_who_can_not_go_on_returns_to_the_queue(
    contest: Contest, reason: str
) -> None:
    correction = asked(contest)
    if reason == "conflict":
        declare_conflict(by=contest.officer, entry=contest.entries[0], reason="Kerabat.")
    else:
        end_membership(by=contest.head, membership=Membership.objects.get(user=contest.officer))
    with clock.at(correction.due_at):
        end_overdue_corrections()
    check = check_of(contest.entries[0])
    assert (check.state, check.claimed_by, check.claimed_at) == (CheckState.QUEUED, None, None)


def test_withdrawal_ends_the_correction() -> None:
    contest = factories.make_contest(REGISTRATION, entries=1)
    factories.submit_all(contest)
    correction = asked(contest)
    with pytest.raises(Forbidden):
        withdraw_entry(by=contest.team.innovator, entry=contest.entries[0])
    withdraw_entry(by=contest.team.admin, entry=contest.entries[0])
    correction.refresh_from_db()
    assert correction.outcome == CorrectionOutcome.WITHDRAWN
    with pytest.raises(WrongState):
        resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    with clock.at(correction.due_at):
        assert end_overdue_corrections() == []


def test_stage_does_not_close_over_a_running_correction(contest: Contest) -> None:
    asked(contest)
    claim_checks(by=contest.officer, checks=[check_of(contest.entries[1])])
    pass_checks(by=contest.officer, checks=[check_of(contest.entries[1])])
    stage = contest.stage(ADMINISTRATIVE)
    with clock.at(stage.closes_at), pytest.raises(WrongState, match="belum diputuskan"):
        close_stage(by=contest.head, stage=stage)


def test_pass_letters_go_out_once_when_the_stage_closes(contest: Contest) -> None:
    factories.pass_all(contest)
    assert not Letter.objects.exists()
    stage = contest.stage(ADMINISTRATIVE)
    with clock.at(stage.closes_at):
        close_stage(by=contest.head, stage=stage)
    assert Letter.objects.filter(kind=LetterKind.PASSED).count() == 2
    told = Notification.objects.get(recipient=contest.team.admin, subject__contains="2 proposal")
    for entry in contest.entries:
        assert entry.number in told.body
    with transaction.atomic():
        assert send_pass_letters(by=contest.head, stage=stage) == 0


def test_letters_and_ended_corrections_never_change(contest: Contest) -> None:
    correction = asked(contest)
    letter = Letter.objects.get()
    letter.body = "Lain."
    with pytest.raises(ImmutableRow):
        letter.save()
    table, change = Letter._meta.db_table, "UPDATE {} SET body = 'x'"
    for statement in (change.format(table), f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
        _refused(statement)
    rounds = Correction._meta.db_table
    _refused(f"UPDATE {rounds} SET due_at = due_at + interval '1 day'")
    with clock.at(correction.due_at):
        end_overdue_corrections()
    _refused(f"UPDATE {rounds} SET outcome = 'withdrawn'")


def test_pinned_version_changes_in_a_resubmission_alone(contest: Contest) -> None:
    asked(contest)
    mend(contest)
    entries = Entry._meta.db_table
    pk = contest.entries[0].pk
    _refused(f"UPDATE {entries} SET version_id = NULL WHERE id = {pk}")
    _refused(f"UPDATE {entries} SET state = 'submitted', submitted_at = now() WHERE id = {pk}")
    resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    first = InnovationVersion.objects.filter(innovation=fresh(contest).innovation)[0].pk
    _refused(f"UPDATE {entries} SET version_id = {first} WHERE id = {pk}")


def test_items_of_a_decided_check_are_final(contest: Contest) -> None:
    factories.pass_all(contest)
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckItem.objects.create(
            check_of=check_of(contest.entries[0]),
            key="age",
            updated_at=clock.now(),
            updated_by=contest.officer,
        )


def _refused(statement: str) -> None:
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(statement)
