"""Of the matrix' world: editions at each stage, with what the stage's people write."""

from contextlib import suppress
from datetime import timedelta

from competitions.actions.allocation_plans import request_plan
from competitions.actions.announcements import schedule_announcement
from competitions.actions.checks import FailDecision, claim_checks, propose_fails
from competitions.actions.contest_files import Incoming
from competitions.actions.corrections import ask_correction
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.decrees import attach_decree
from competitions.actions.entries import return_entry, send_entries, submit_entries, withdraw_entry
from competitions.actions.extensions import propose_extension
from competitions.actions.highlights import highlight_text
from competitions.actions.late import hand_in_entry
from competitions.actions.motions import open_vote, propose_motion
from competitions.actions.plenary import call_entry, close_plenary
from competitions.actions.ranking_runs import make_ranking_run
from competitions.actions.reading_packs import request_pack
from competitions.actions.redactions import hide_piece, release_attachment
from competitions.actions.saved_filters import save_filter
from competitions.actions.scoresheets import score_assignments
from competitions.enums import FailReason, MoveReason
from competitions.exceptions import TooLate
from competitions.models import (
    AdministrativeCheck,
    Assignment,
    AttachmentRelease,
    HeldComment,
    LateSubmission,
    Letter,
    Redaction,
    Stage,
)
from competitions.queries.ranking_runs import Terms
from competitions.queries.redaction_queue import Spot
from innovations.models import Attachment
from sinovik.audit import clock
from sinovik.notifications.models import Notification
from tests import factories
from tests.access.cast import RELATIONS, Season, make_season
from tests.access.world import World
from tests.editions import ADMINISTRATIVE, FIRST, REGISTRATION, REVIEW
from tests.factories import sheet_for, sit
from tests.uploading import pdf


def add_registration(world: World) -> Season:
    """Drafts, sent, returned and submitted proposals of each relation; deadlines."""
    season = world.seasons["registration"] = make_season(world.cast, REGISTRATION)
    contest = season.contest
    world.add("year", "registration", year=contest.edition.year)
    late = {}
    for relation in RELATIONS[:3]:
        team = world.cast.team(relation)
        draft = season.entries[relation]
        world.add("draft", relation, pk=draft.pk)
        titles = (
            f"{what} {relation}" for what in ("Terkirim", "Kembali", "Masuk", "Tarik", "Lambat")
        )
        sent, returned, submitted, gone, late[relation] = season.enter(relation, *titles)
        send_entries(by=team.innovator, entries=[sent, returned, submitted, late[relation]])
        return_entry(by=team.admin, entry=returned, remarks=[("novelty", f"Perjelas {relation}.")])
        submit_entries(by=team.admin, entries=[submitted])
        withdraw_entry(by=team.innovator, entry=gone)
        world.add("gone", relation, pk=gone.pk)
        world.add("sent", relation, pk=sent.pk)
        world.add("returned", relation, pk=returned.pk)
        world.add("submitted", relation, pk=submitted.pk)
        world.add("version", relation, pk=submitted.innovation_id, number=1)
        world.add("told", relation, pk=Notification.objects.filter(recipient=team.innovator)[0].pk)
    stage = contest.stage(REGISTRATION)
    later = stage.closes_at + timedelta(days=2)
    extension = propose_extension(
        by=world.cast.person("F"),
        stage=stage,
        new_closes_at=later,
        letter_number="B/412/2027",
        reason="Gangguan pusat data.",
    )
    world.add("extension", "any", pk=extension.pk)
    for relation in ("own", "agency"):
        with clock.at(later + timedelta(days=20)), suppress(TooLate):
            hand_in_entry(by=world.cast.team(relation).admin, entry=late[relation])
        row = LateSubmission.objects.get(entry=late[relation])
        world.add("late", relation, pk=row.pk)
    return season


def add_checking(world: World) -> None:
    """Checks of each relation: claimed, proposed as failed, sent back for correction."""
    season = world.seasons["checking"] = make_season(world.cast, ADMINISTRATIVE)
    contest, officer = season.contest, world.cast.person("F")
    year = contest.edition.year
    world.add("year", "checking", year=year)
    rows = AdministrativeCheck.objects.filter(stage_entry__stage__edition=contest.edition)
    checks = {one: rows.get(stage_entry__entry=season.entries[one]) for one in RELATIONS}
    free = [checks[one] for one in RELATIONS[:3]]
    claim_checks(by=officer, checks=free)
    ask_correction(by=officer, check=checks["unit"], remarks=[("novelty", "Bandingkan lagi.")])
    junk = FailDecision(checks["agency"], [FailReason.JUNK], "Isian kosong.")
    propose_fails(by=officer, decisions=[junk])
    for one, check in checks.items():
        world.add("check", one, pk=check.pk)
        other = season.entries["shut" if one == "own" else "own"].pk
        world.add("comparison", one, pk=check.pk, other=other)
        world.add("checked", one, pk=season.entries[one].pk)
    letter = Letter.objects.get(entry=season.entries["unit"])
    world.add("letter", "unit", pk=letter.entry_id, letter=letter.pk)
    kept = save_filter(by=officer, name="Lebih dari seminggu", query="umur=7")
    world.add("filter", "officer's", year=year, pk=kept.pk)
    world.add("stage", "checking", pk=contest.stage(ADMINISTRATIVE).pk)


def add_review(world: World) -> None:
    """Sheets sent and begun in a stage that hides who wrote, and packs, and redactions."""
    season = world.seasons["review"] = make_season(world.cast, REVIEW, with_files=True)
    contest, stage = season.contest, season.contest.stage(REVIEW)
    plan = request_plan(by=contest.head, stage=stage, seed=1)
    world.add("plan", "any", pk=plan.pk)
    factories.assign_stage(by=contest.head, stage=stage, seed=3)
    judge, mate, officer = world.cast.person("E"), world.cast.mate, contest.head
    for relation, person in (("own", judge), ("another's", mate)):
        rows = Assignment.objects.filter(stage=stage, evaluator=person).exclude(
            entry=season.entries["shut"]
        )
        sent, draft = rows.order_by("reading_order")[:2]
        score_assignments(by=person, sheets=[sheet_for(sent)])
        mark = highlight_text(
            by=person, assignment=draft, section="novelty", start=0, quote="Isi bagian"
        )
        world.add("sheet", relation, pk=draft.pk)
        world.add("sent sheet", relation, pk=sent.pk)
        world.add("highlight", relation, pk=draft.pk, highlight=mark.pk)
        world.add("stage sheet", relation, pk=stage.pk, sheet=sent.pk)
        pack = request_pack(by=person, stage=stage)
        world.add("pack", relation, pk=pack.pk)
        world.add("volume", relation, pk=pack.pk, volume=1)
    world.things["highlight"]["crossed"] = world.things["highlight"]["another's"] | {
        "pk": world.things["sheet"]["own"]["pk"]
    }
    shut = Assignment.objects.filter(stage=stage, entry=season.entries["shut"]).first()
    if shut:
        world.add("stage sheet", "shut", pk=stage.pk, sheet=shut.pk)
    Stage.objects.filter(pk=stage.pk).update(is_blind=True)
    for one in RELATIONS:
        entry = season.entries[one]
        hide_piece(by=officer, stage=stage, entry=entry, spot=Spot("novelty", 0, 3, "Isi"))
        hidden = Redaction.objects.get(entry=entry)
        world.add("redacted", one, pk=stage.pk, entry=entry.pk)
        world.add("redaction", one, pk=stage.pk, entry=entry.pk, redaction=hidden.pk)
        world.add("reviewed", one, pk=entry.pk)
        kept = Attachment.objects.get(innovation=entry.innovation)
        world.add("redacted file", one, pk=stage.pk, entry=entry.pk, attachment=kept.pk)
        if one != "shut":
            release_attachment(
                by=officer, stage=stage, entry=entry, attachment=kept.pk, has_read=True
            )
    for relation in ("own", "another's"):
        sheet = Assignment.objects.get(pk=world.things["sheet"][relation]["pk"])
        shown = AttachmentRelease.objects.get(attachment__innovation=sheet.entry.innovation)
        world.add("annex", relation, pk=sheet.pk, release=shown.pk)
    world.add("stage", "review", pk=stage.pk)
    world.add("year", "review", year=contest.edition.year)


def add_plenary(world: World) -> None:
    """A provisional list with its plenary, its objections, and a computation of another list."""
    season = world.seasons["plenary"] = make_season(world.cast, FIRST)
    contest, stage = season.contest, season.contest.stage(FIRST)
    cut_off = apply_cut_off(by=contest.head, stage=stage)
    run = make_ranking_run(by=contest.head, stage=stage, name="Batas dua", terms=Terms(seats=2))
    world.add("run", "any", pk=stage.pk, run=run.pk)
    plenary = sit(contest)
    one, two = season.entries["own"], season.entries["agency"]
    call_entry(by=contest.head, plenary=plenary, entry=two)
    shut = season.entries["shut"]
    motion = propose_motion(
        by=world.cast.mate,
        plenary=plenary,
        entry_in=shut,
        entry_out=one,
        reason=MoveReason.EVIDENCE,
        text="Bukti lapangan lebih kuat.",
    )
    world.add("motion", "shut", pk=stage.pk, motion=motion.pk)
    free = propose_motion(
        by=world.cast.person("E"),
        plenary=plenary,
        entry_in=None,
        entry_out=one,
        reason=MoveReason.EVIDENCE,
        text="Bukti lapangan lebih lemah.",
    )
    open_vote(by=contest.head, motion=free)
    world.add("motion", "free", pk=stage.pk, motion=free.pk)
    for relation in RELATIONS:
        world.add("called", relation, pk=stage.pk, entry=season.entries[relation].pk)
    world.add("stage", "plenary", pk=stage.pk)
    assert cut_off


def add_embargoed(world: World) -> None:
    """A locked list whose announcement is a day away, with decree and held comments."""
    season = world.seasons["embargoed"] = make_season(world.cast, FIRST)
    contest, stage, now = season.contest, season.contest.stage(FIRST), clock.now()
    cut_off = apply_cut_off(by=contest.head, stage=stage)
    close_plenary(by=contest.head, plenary=sit(contest))
    propose_lock(by=contest.head, cut_off=cut_off, reason="Hasil pleno.")
    confirm_lock(by=contest.second, cut_off=cut_off)
    world.add("minutes", "any", pk=stage.pk, number=1)
    announcement = schedule_announcement(
        by=contest.head,
        cut_off=cut_off,
        decree_number="636 Tahun 2031",
        decree_dated_on=now.date(),
        announce_at=now + timedelta(days=1),
    )
    octets = pdf("Keputusan")
    attach_decree(
        by=contest.head,
        announcement=announcement,
        incoming=Incoming("keputusan.pdf", len(octets), [octets]),
    )
    for relation in RELATIONS:
        world.add("embargoed", relation, pk=season.entries[relation].pk)
        entry = season.entries[relation]
        for held in HeldComment.objects.filter(scoresheet__assignment__entry=entry)[:1]:
            world.add("comment", relation, pk=held.pk)
    world.add("stage", "embargoed", pk=stage.pk)
    world.add("year", "embargoed", year=contest.edition.year)
    world.add("result", "embargoed", year=contest.edition.year, band=FIRST)
    slug = season.entries["own"].innovation.slug
    world.add("badge", "embargoed", year=contest.edition.year, band=FIRST, slug=slug)
