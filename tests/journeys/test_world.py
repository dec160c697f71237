"""The demo world: a small one is built once and looked at from all sides."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from agencies.models import Agency, User
from competitions.anonymity import HIDDEN, find_identifying
from competitions.enums import (
    Arrival,
    CheckState,
    EntryState,
    LateState,
    Outcome,
    SheetState,
    StageKind,
)
from competitions.models import (
    AdministrativeCheck,
    Assignment,
    AutomaticSubmission,
    ConflictDeclaration,
    Correction,
    CutOff,
    DeadlineExtension,
    Edition,
    Entry,
    LateSubmission,
    Plenary,
    RankingRun,
    ReadingPack,
    Redaction,
    RedactionReview,
    Result,
    Scoresheet,
    Stage,
    StageEntry,
)
from competitions.queries.articles import documents_of
from competitions.queries.attachments import released_annexes
from competitions.queries.carrying import CarryState, carry_rows, last_proposal
from competitions.queries.invariants import broken_invariants
from competitions.queries.redaction_queue import identity_of, redacted_texts
from competitions.queries.redactions import blind_titles
from innovations.enums import AttachmentState
from innovations.models import (
    Attachment,
    Award,
    FrozenAttachment,
    Innovation,
    Replication,
    ReplicationNeed,
    ReplicationOffer,
)
from sinovik.audit.models import AuditEvent
from sinovik.audit.sealing import verify_log
from sinovik.files import open_kept
from sinovik.management.world.accounts import ACCOUNTS, accounts_path, set_demo_passwords
from sinovik.management.world.building import build_world
from sinovik.management.world.cast_2019 import UNKNOWN_SOE
from sinovik.management.world.papers import LETTER
from sinovik.management.world.people import DOMAIN
from sinovik.management.world.progress import Progress
from sinovik.management.world.scale import FULL, SMALL
from sinovik.management.world.winners import UNPUBLISHED, real_winners
from sinovik.notifications.models import Notification
from sinovik.web.reference import read_table
from tests.documents import everything_in
from tests.factories import make_person
from tests.owner import as_owner

BUILT_ON = datetime(2026, 11, 23, 9, tzinfo=UTC)
TOP_99, TOP_45 = "top-99", "top-45"


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A small world for the whole module, rolled back after it; gives what was printed.

    Its tests carry no mark: that would close the connection, and the transaction with it.
    Only the owner may ANALYZE; tests/project/test_demo.py builds a world as the web role.
    """
    printed = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        with as_owner():
            build_world(seed=1, scale="small", now=BUILT_ON, progress=Progress(printed))
        yield printed.getvalue()
        transaction.set_rollback(True)


def selected(slug: str) -> list[Result]:
    """Winners of a band of 2019."""
    results = Result.objects.filter(cut_off__stage__slug=slug, is_selected=True)
    return list(results.select_related("entry__innovation", "entry__agency"))


def test_funnel_of_2019_is_counted_from_rows(world: str) -> None:
    entries = Entry.objects.filter(edition__year=2019)
    agencies = Counter(
        Agency.objects.filter(entries__in=entries).distinct().values_list("agency_type", flat=True)
    )
    assert agencies == SMALL.agencies
    assert entries.count() == sum(SMALL.recorded.values())
    assert entries.submitted().count() == sum(SMALL.submitted.values())
    passed = StageEntry.objects.filter(
        stage__edition__year=2019, stage__kind=StageKind.ADMINISTRATIVE, outcome=Outcome.PASSED
    )
    by_type = Counter(passed.values_list("entry__agency__agency_type", flat=True))
    assert by_type == SMALL.passed
    assert Counter(r.entry.agency.agency_type for r in selected(TOP_99)) == SMALL.first_band
    assert Counter(r.entry.agency.agency_type for r in selected(TOP_45)) == SMALL.second_band


def test_real_winners_win_with_their_sources_and_without_invented_text(world: str) -> None:
    real = {winner.title: winner for winner in real_winners()}
    found = {row.title: row for row in Innovation.objects.filter(is_simulated=False)}
    assert found.keys() == real.keys()
    assert len(real) == 24
    for title, row in found.items():
        assert row.source == real[title].source
        assert row.agency.name == real[title].agency
        assert all(text.startswith(UNPUBLISHED) for text in row.sections.values())
    second = {result.entry.innovation.title for result in selected(TOP_45)}
    assert {title for title, winner in real.items() if winner.is_in_second_band} <= second


def test_every_other_dossier_says_that_it_is_simulated(world: str) -> None:
    invented = Innovation.objects.exclude(title__in=[one.title for one in real_winners()])
    assert invented.exists()
    assert not invented.filter(is_simulated=False).exists()
    assert Agency.objects.get(name=UNKNOWN_SOE).is_simulated
    assert not User.objects.filter(is_simulated=False).exists()


def test_real_winners_are_replicated_in_every_state_and_all_of_it_is_simulated(world: str) -> None:
    rows = Replication.objects.select_related("origin", "requested_by")
    assert rows.verified().filter(origin__is_simulated=False).count() == 7
    assert {row.state for row in rows} >= {
        "accepted", "refused", "agreed", "reported", "confirmed", "verified"
    }  # fmt: skip
    assert all(row.is_simulated for row in rows)
    assert not Innovation.objects.published().filter(source="").exists()
    assert ReplicationOffer.objects.standing().count() == 12
    assert ReplicationNeed.objects.standing().count() == 5


def test_awards_wait_for_their_instant(world: str) -> None:
    announced_at = CutOff.objects.get(stage__slug=TOP_99).announcement.announce_at
    assert not Award.objects.announced(announced_at - timedelta(seconds=1)).exists()
    assert Award.objects.announced(announced_at).count() == len(selected(TOP_99))


def test_lists_are_cut_by_score_and_the_tie_at_the_line_by_vote(world: str) -> None:
    for cut_off in CutOff.objects.all():
        ranked = cut_off.results.order_by("rank")
        chosen = [row for row in ranked if row.is_selected]
        others = [row for row in ranked if not row.is_selected]
        assert len(chosen) == cut_off.seats
        assert all(row.is_at_line for row in ranked if row.motion_id)
        if others:
            assert min(row.score for row in chosen) >= max(row.score for row in others)
    first = Plenary.objects.get(cut_off__stage__slug=TOP_99)
    states = [motion.state for motion in first.motions.order_by("number")]
    assert states == ["defeated", "carried", "withdrawn"]
    assert ConflictDeclaration.objects.filter(entry__motions_in__plenary=first).exists()
    assert Plenary.objects.filter(cut_off__stage__slug=TOP_45, closed_at__isnull=False).exists()


def test_lists_were_compared_under_other_terms(world: str) -> None:
    runs = RankingRun.objects.order_by("pk")
    found = {(run.stage.slug, len(run.policy)) for run in runs.select_related("stage")}
    assert found == {(band, steps) for band in (TOP_99, TOP_45) for steps in (0, 1)}


def test_corrections_run_lapse_and_come_back(world: str) -> None:
    found = Correction.objects.order_by("asked_at", "pk")
    assert [one.outcome for one in found] == ["mended", "lapsed", ""]
    mended = found[0].check_of.stage_entry.entry
    assert mended.receipts.count() == 2
    assert mended.version == found[0].mended_version
    assert found[2].check_of.stage_entry.entry.state == EntryState.CORRECTION


def test_the_whole_log_verifies(world: str) -> None:
    assert verify_log() == AuditEvent.objects.count()


def test_nothing_contradicts_what_must_hold(world: str) -> None:
    assert [(one.key, found[:3]) for one, found in broken_invariants()] == []


def test_every_fail_has_a_reason_and_two_people(world: str) -> None:
    failed = AdministrativeCheck.objects.filter(state=CheckState.FAILED)
    assert failed.exists()
    for check in failed:
        assert check.reasons
        assert check.note
        assert check.decided_by_id != check.confirmed_by_id


def test_open_edition_has_proposals_at_every_step(world: str) -> None:
    entries = Entry.objects.filter(edition__year=BUILT_ON.year + 1)
    steps = {
        EntryState.DRAFT,
        EntryState.WITH_AGENCY,
        EntryState.RETURNED,
        EntryState.SUBMITTED,
    }
    assert set(entries.values_list("state", flat=True)) == steps | {EntryState.CORRECTION}
    own = entries.filter(innovation__created_by__email=f"inovator@{DOMAIN}")
    assert set(own.values_list("state", flat=True)) == steps
    assert own.filter(remarks__resolved_at=None, state=EntryState.RETURNED).exists()
    long_ago = BUILT_ON - timedelta(days=14)
    assert entries.filter(state_changed_at__lt=long_ago).exists()


def test_demo_unit_finds_a_proposal_submitted_twice(world: str) -> None:
    entry = Entry.objects.get(
        edition__year=BUILT_ON.year + 1,
        created_by__email=f"inovator@{DOMAIN}",
        state=EntryState.SUBMITTED,
    )
    first, second = entry.receipts.order_by("issued_at", "pk")
    assert (first.version.number, second.version.number) == (2, 4)
    assert entry.version == second.version
    before, after = (one.version.content["sections"] for one in (first, second))
    assert {key for key in after if before[key] != after[key]} == {"significance"}
    stays = StageEntry.objects.filter(entry=entry)
    assert stays.filter(outcome=Outcome.REOPENED).count() == 2
    assert stays.get(outcome="").stage.kind == StageKind.ADMINISTRATIVE


def test_demo_unit_finds_one_reopened_and_one_begun_from_last_year(world: str) -> None:
    own = Entry.objects.filter(
        edition__year=BUILT_ON.year + 1, created_by__email=f"inovator@{DOMAIN}"
    )
    reopened = own.get(state=EntryState.RETURNED, receipts__isnull=False)
    assert reopened.version is None
    begun = own.get(state=EntryState.DRAFT, innovation__entries__edition__year=BUILT_ON.year)
    last = last_proposal(begun)
    assert last
    rows, _cut = carry_rows(begun, last, list(begun.edition.sections.all()))
    differing = {row.key for row in rows if row.state == CarryState.CHANGED}
    assert differing == {"significance"}
    assert AuditEvent.objects.named("entry_carried_over").count() == 1


def test_two_came_late_to_the_edition_in_review(world: str) -> None:
    admitted, waiting = LateSubmission.objects.order_by("attempted_at")
    assert (admitted.state, waiting.state) == (LateState.ADMITTED, LateState.KEPT)
    assert admitted.proposed_by != admitted.decided_by
    assert admitted.entry.receipts.count() == 1
    assert admitted.entry.arrival == Arrival.ADMITTED
    assert waiting.entry.state == EntryState.WITH_AGENCY


def test_open_edition_shows_how_deadlines_move(world: str) -> None:
    edition = Edition.objects.get(year=BUILT_ON.year + 1)
    stage = edition.stages.get(kind=StageKind.REGISTRATION)
    assert stage.grace_minutes == 30
    confirmed, waiting = DeadlineExtension.objects.filter(stage=stage).order_by("pk")
    assert (confirmed.state, waiting.state) == ("confirmed", "proposed")
    assert confirmed.agency
    assert confirmed.agency != waiting.agency
    assert waiting.proposed_by.email == f"petugas2@{DOMAIN}"
    order = AutomaticSubmission.objects.pending().get()
    assert order.ordered_by.email == f"admin@{DOMAIN}"
    assert order.entry.state == EntryState.WITH_AGENCY
    assert not DeadlineExtension.objects.exclude(stage=stage).exists()


def test_officers_find_checks_of_every_state_in_the_open_edition(world: str) -> None:
    checks = AdministrativeCheck.objects.filter(stage_entry__entry__edition__year=BUILT_ON.year + 1)
    assert set(checks.values_list("state", flat=True)) == {
        CheckState.QUEUED,
        CheckState.CLAIMED,
        CheckState.CORRECTION,
        CheckState.FAIL_PROPOSED,
        CheckState.PASSED,
    }
    own = checks.filter(claimed_by__email=f"petugas@{DOMAIN}", state=CheckState.CLAIMED)
    assert own.exists()


def test_demo_evaluator_finds_a_queue(world: str) -> None:
    stage = Edition.objects.get(year=BUILT_ON.year).stages.get(kind=StageKind.REVIEW)
    assert stage.is_open
    # A judge called by the rule of further readers is beside the three.
    held = Assignment.objects.filter(stage=stage, abstention=None, extra_reading=None)
    assert held.count() == 3 * SMALL.review_passed
    own = Scoresheet.objects.filter(
        assignment__stage=stage, assignment__evaluator__email=f"evaluator@{DOMAIN}"
    )
    assert set(own.values_list("state", flat=True)) == {SheetState.DRAFT, SheetState.FINAL}
    evaluator = User.objects.get(email=f"evaluator@{DOMAIN}")
    assert evaluator.conflicts.count() == 2


def test_ledger_is_written_in_order_of_time(world: str) -> None:
    moments = list(AuditEvent.objects.order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)


def test_rows_keep_their_references(world: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_accounts_are_there_and_share_a_password(world: str) -> None:
    shown = json.loads(accounts_path().read_text(encoding="utf-8"))
    assert [row["email"] for row in shown] == [f"{name}@{DOMAIN}" for name, _, _ in ACCOUNTS]
    assert set_demo_passwords("gotong-royong-2019") == len(ACCOUNTS)
    for row in shown:
        assert User.objects.get(email=row["email"]).check_password("gotong-royong-2019")


def test_only_messages_of_the_last_weeks_are_unread(world: str) -> None:
    messages = Notification.objects.filter(
        recipient__email__in=[f"{n}@{DOMAIN}" for n, _, _ in ACCOUNTS]
    )
    assert messages.unread().exists()
    assert not messages.unread().filter(created_at__lt=BUILT_ON - timedelta(days=31)).exists()


def test_building_twice_changes_nothing(world: str) -> None:
    before = AuditEvent.objects.count()
    printed = StringIO()
    call_command("build_world", scale="small", stdout=printed)
    assert "sudah ada" in printed.getvalue()
    assert AuditEvent.objects.count() == before


@pytest.mark.django_db
def test_database_with_accounts_gets_no_world() -> None:
    make_person()
    with pytest.raises(CommandError, match="kosong"):
        call_command("build_world", scale="small")


def test_each_step_prints_one_line_with_its_time(world: str) -> None:
    lines = world.splitlines()
    assert len(lines) > 10
    assert all(line.endswith(" d") for line in lines)


@pytest.mark.parametrize(
    ("metric", "numbers"),
    [
        ("participating_agencies", FULL.agencies),
        ("top99", FULL.first_band),
        ("top45", FULL.second_band),
    ],
)
def test_full_scale_is_what_was_published(metric: str, numbers: dict[str, int]) -> None:
    published = {
        row["group"]: int(row["value"])
        for row in read_table("competitions", "kipp_statistics")
        if row["year"] == "2019" and row["metric"] == metric and row["group"] in numbers
    }
    assert {kind: numbers[kind] for kind in published} == published


def test_full_scale_adds_up_to_the_funnel() -> None:
    numbers = (FULL.agencies, FULL.recorded, FULL.submitted, FULL.passed)
    assert [sum(one.values()) for one in numbers] == [331, 3156, 1872, 1651]
    assert (sum(FULL.first_band.values()), sum(FULL.second_band.values())) == (99, 45)


def test_dossiers_carry_files_that_say_they_are_simulated(world: str) -> None:
    """A letter where the open edition asks for it, evidence here and there, one letter held."""
    sent = Entry.objects.filter(edition__documents__key="surat-pernyataan").exclude(
        state=EntryState.DRAFT
    )
    assert sent.exists()
    for entry in sent:
        (letter,) = entry.innovation.attachments.filter(document_key="surat-pernyataan")
        assert letter.is_ready
    for entry in sent.filter(state=EntryState.SUBMITTED):
        named = {one["document"] for one in entry.version.content["attachments"]}
        assert "surat-pernyataan" in named
    guidelines = documents_of(sent[0].edition)
    assert [bool(one.text.file) for one in guidelines] == [False, True]
    (held,) = Attachment.objects.filter(state=AttachmentState.HELD)
    assert held.document_key == "surat-pernyataan"
    assert not Attachment.objects.exclude(name__contains="(simulasi)").exists()
    assert set(Attachment.objects.values_list("kind", flat=True)) == {"pdf", "jpeg", "xlsx"}
    for kind in ("pdf", "xlsx"):
        with open_kept(Attachment.objects.filter(kind=kind)[0].storage_name) as kept:
            assert b"DATA SIMULASI" in everything_in(kept.read())
    assert Attachment.objects.public().exists()
    read = Assignment.objects.filter(entry__version__frozen_attachments__isnull=False)
    assert read.exists()
    for name in ("inovator", "admin", "petugas"):
        person = User.objects.get(email=f"{name}@{DOMAIN}")
        assert Attachment.objects.visible_to(person).filter(is_public=False).exists(), name


def test_no_blind_title_or_text_of_the_demo_tells_who_wrote_it(world: str) -> None:
    rows = Assignment.objects.filter(stage__is_blind=True).select_related(
        "stage", "version", "entry__version", "entry__agency__region__province"
    )
    shown, marked = blind_titles(rows), 0
    for entry in {one.entry_id: one.entry for one in rows}.values():
        wordings, names = identity_of(entry)
        for text in redacted_texts(entry):
            read = "".join(piece.text for piece in text.stretches)
            assert find_identifying(read, wordings, names) == (), read
            marked += HIDDEN in read
    for one in rows:
        title = shown.get(one.pk) or one.entry.innovation.title
        assert find_identifying(title, *identity_of(one.entry)) == ()
    assert any(HIDDEN in title for title in shown.values())
    assert marked > len(shown)


def test_this_years_evaluators_read_blind_and_the_queue_is_under_way(world: str) -> None:
    stage = Stage.objects.get(is_blind=True)
    assert (stage.kind, stage.edition.year) == (StageKind.REVIEW, BUILT_ON.year)
    reviewed = RedactionReview.objects.filter(stage=stage)
    assert 0 < reviewed.count() < StageEntry.objects.filter(stage=stage).count()
    assert Redaction.objects.filter(entry__in=reviewed.values("entry")).exists()
    assert reviewed.latest("done_at").done_at < stage.opens_at
    released = Attachment.objects.filter(releases__stage=stage)
    assert released
    assert not released.filter(document_key=LETTER.key).exists()
    rows = Assignment.objects.filter(
        stage=stage,
        entry__version__frozen_attachments__in=(
            FrozenAttachment.objects.filter(attachment__in=released)
        ),
    )
    assert {one.name[:9] for row in rows for one in released_annexes(row)} == {"Lampiran "}
    pack = ReadingPack.objects.get(stage=stage)
    assert pack.reader == User.objects.get(email=f"evaluator@{DOMAIN}")
