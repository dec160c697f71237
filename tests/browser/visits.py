"""Every page of the site with somebody who opens it, each group in a world of its own.

The groups are generators: some go on with the world after a page has been looked at.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from django.urls import reverse

from agencies.actions.letters import Letter, admit_agency
from agencies.actions.people import invite_member
from agencies.actions.support import note_look, start_support
from agencies.enums import Role
from agencies.models import Membership, User
from competitions.actions.announcements import schedule_announcement
from competitions.actions.automatic import order_automatic
from competitions.actions.checks import (
    FailDecision,
    claim_next,
    confirm_fails,
    propose_fails,
)
from competitions.actions.corrections import ask_correction
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.entries import return_entry, send_entries
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.highlights import highlight_text
from competitions.actions.late import admit_late, hand_in_entry, propose_admission
from competitions.actions.night import check_everything
from competitions.actions.owner_writes import name_owner_writes
from competitions.actions.radar import refresh_forecasts
from competitions.actions.ranking_runs import make_ranking_run
from competitions.actions.reading_packs import request_pack
from competitions.actions.redactions import hide_piece
from competitions.actions.saved_filters import save_filter
from competitions.actions.scoresheets import score_assignments
from competitions.actions.title_pairs import refresh_title_pairs
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState, FailReason
from competitions.exceptions import TooLate
from competitions.models import AdministrativeCheck, Entry, LateSubmission, Stage
from competitions.queries.ranking_runs import Terms
from competitions.queries.redaction_queue import Spot
from innovations.actions.dossiers import save_sections
from innovations.actions.presence import note_presence
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.audit.models import OwnerWrite
from sinovik.management.world.accounts import give_factor
from sinovik.notifications.kinds import NUDGE
from sinovik.notifications.unsubscribing import unsubscribe_path
from tests.browser.visits_life import observer_addresses, outcome_addresses
from tests.factories import (
    ADMINISTRATIVE,
    ANNOUNCED,
    FIRST,
    REGISTRATION,
    REVIEW,
    SECOND,
    enter,
    make_agency,
    make_contest,
    make_innovations,
    make_person,
    make_published_innovation,
    make_regency,
    make_team,
    sheet_for,
    walk_entry,
)
from tests.owner import as_owner

# Apart from the years of other tests, and of the edition that `make_edition` numbers.
_years = count(2401)


@dataclass
class Visit:
    """A page that somebody opens; without `user` it is a stranger."""

    address: str
    user: User | None = None
    status: int = 200


def visits_of(user: User | None, *addresses: str) -> list[Visit]:
    """Several pages of one person."""
    return [Visit(address, user) for address in addresses]


def public_visits() -> Iterator[Visit]:
    """What a stranger reads, with something on every page."""
    team = make_team(make_agency(agency_type="kabupaten", region=make_regency()))
    innovation = make_published_innovation(team)
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    save_sections(
        by=team.admin,
        innovation=innovation,
        edit_number=innovation.edit_number,
        sections={"summary": "Ringkasan yang baru."},
    )
    announced = make_contest(ANNOUNCED, year=next(_years)).edition
    waiting = make_contest(FIRST, year=next(_years)).edition
    running = make_contest(year=next(_years)).edition
    yield from visits_of(
        None,
        "/",
        "/inovasi/",
        "/inovasi/?q=ringkasan&kategori=pendidikan",
        "/inovasi/?q=ringkasen",
        "/verifikasi/buku/",
        innovation.get_absolute_url(),
        f"{innovation.get_absolute_url()}riwayat/",
        "/instansi/",
        innovation.agency.get_absolute_url(),
        "/provinsi/",
        "/provinsi/32/",
        "/kategori/",
        "/kategori/pendidikan/",
        "/pemenang/",
        "/pemenang/?tahun=2018",
        "/kompetisi/",
        announced.get_absolute_url(),
        running.get_absolute_url(),
        f"/kompetisi/{announced.year}/{FIRST}/",
        f"/kompetisi/{waiting.year}/{FIRST}/",
        f"/kompetisi/{announced.year}/transparansi/",
        f"/kompetisi/{waiting.year}/transparansi/",
        f"/sematan/pemenang/{announced.year}/",
        f"/statistik/?tahun={announced.year}",
        f"/statistik/?tahun={running.year}",
        "/statistik/antartahun/",
        "/statistik/keikutsertaan/",
    )


def standing_visits() -> Iterator[Visit]:
    """Pages that need no contest: accounts, help, the gallery, and no page at all."""
    yield from visits_of(
        None,
        "/bantuan/",
        "/tentang/",
        "/data/",
        "/data/kamus/",
        "/data/kamus/?q=instansi",
        "/privasi/",
        "/aksesibilitas/",
        "/luring/",
        "/komponen/",
        reverse("account_login"),
        reverse("mfa_login_webauthn"),
        reverse("account_reset_password"),
        "/en/",
        "/en/akun/masuk/",
    )
    yield Visit("/tidak-ada/", status=404)
    yield Visit("/inovasi/?" + "&".join(f"q{number}=x" for number in range(1100)), status=413)
    person = make_person()
    person.set_password("gotong-royong-2019")
    person.save(update_fields=["password"])
    yield from visits_of(
        person,
        reverse("competitions:work_home"),
        reverse("account_change_password"),
        reverse("account_logout"),
        reverse("notifications:preferences"),
    )
    start_support(by=make_person(Role.SECRETARIAT_OFFICER), person=person, reason="Tombol ajukan")
    note_look(by=make_person(Role.SECRETARIAT_OFFICER), person=person, path="/kerja/dosir/")
    yield Visit(reverse("agencies:support_looks"), person)
    yield from visits_of(person, reverse("mfa_index"), reverse("mfa_activate_totp"))
    yield Visit(reverse("mfa_add_webauthn"), person)
    head, judge = make_person(Role.SECRETARIAT_HEAD), make_person(Role.EVALUATOR)
    extended = reverse("agencies:membership_extend", args=[judge.memberships.get().pk])
    yield from visits_of(head, extended, reverse("agencies:support"))
    yield Visit(reverse("agencies:device_list"), person)
    keeper = make_person(Role.OBSERVER)
    keeper.set_password("gotong-royong-2019")
    keeper.save(update_fields=["password"])
    give_factor(keeper)
    yield from visits_of(
        keeper,
        reverse("mfa_index"),
        reverse("mfa_view_recovery_codes"),
        reverse("mfa_generate_recovery_codes"),
        reverse("mfa_deactivate_totp"),
        reverse("mfa_reauthenticate"),
        reverse("account_reauthenticate"),
    )
    yield Visit(unsubscribe_path(person.pk, NUDGE.key))
    yield Visit(reverse("agencies:membership_list"), person, status=403)
    yield Visit(reverse("home:own_data"), person)


def at(name: str, entry: Entry, *more: str) -> str:
    """A working page of an entry."""
    return reverse(f"competitions:entry_{name}", args=[entry.pk, *more])


def entrant_visits() -> Iterator[Visit]:
    """The way of a proposal to the ministry: unit and agency."""
    contest = make_contest(REGISTRATION, entries=1, quota=10)
    draft, sent, returned, gone = enter(contest, make_innovations(contest.team, 4))
    walk_entry(contest, gone, EntryState.WITHDRAWN)
    submitted = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    walk_entry(contest, sent, EntryState.WITH_AGENCY)
    walk_entry(contest, returned, EntryState.RETURNED)
    save_entry_section(
        by=contest.team.innovator,
        entry=returned,
        edit_number=1,
        key="novelty",
        text="Warga memesan dari rumah dan tidak menunggu lagi.",
    )
    send_entries(by=contest.team.innovator, entries=[returned])
    return_entry(by=contest.team.admin, entry=returned, remarks=[("novelty", "Sejak kapan?")])
    versions = reverse("competitions:dossier_versions", args=[returned.innovation_id])
    team = contest.team
    invitation = invite_member(
        by=team.admin, agency=team.agency, email="a@contoh.example", role=Role.INNOVATOR
    )
    membership = Membership.objects.get(user=team.innovator)
    dossier = draft.innovation_id
    yield Visit(reverse("agencies:invitation_accept", args=[invitation.token]))
    letter = Letter("065/12/ORG", clock.today())
    opened = admit_agency(
        by=contest.officer, agency=make_agency(), letter=letter, email="admin@contoh.example"
    )
    yield from visits_of(
        contest.officer,
        reverse("agencies:agency_admission_list"),
        reverse("agencies:agency_admit", args=[opened.agency.slug]),
    )
    refresh_forecasts(by=None, edition=contest.edition)
    check_everything()
    radar = reverse("competitions:radar_list")
    for table in ("agencies_user", "competitions_stage"):
        with as_owner() as cursor:
            cursor.execute(f"UPDATE {table} SET id = id")
    name_owner_writes(
        by=make_person(Role.SECRETARIAT_HEAD, agency=make_agency()),
        writes=OwnerWrite.objects.filter(source="agencies_user").values_list("pk", flat=True),
        written_by=contest.officer,
        note="Memulihkan akun yang terkunci, atas permintaan 065/2.",
    )
    yield from visits_of(
        contest.head,
        reverse("competitions:work_home"),
        reverse("competitions:night_check"),
        reverse("competitions:row_history"),
        at("tasks", submitted),
        radar,
    )
    yield from visits_of(
        team.innovator,
        reverse("competitions:work_home"),
        reverse("competitions:entry_create"),
        at("tasks", draft),
        at("tasks", returned),
        at("tasks", sent),
        versions,
        f"{versions}1/",
        f"{versions}beda/",
        reverse("competitions:dossier_versions", args=[draft.innovation_id]),
        at("section", draft, "novelty"),
        at("section", sent, "novelty"),
        at("documents", draft),
        at("check", draft),
        at("send", draft),
        at("withdraw", draft),
        at("tasks", gone),
        at("revive", gone),
        reverse("innovations:innovation_work_list"),
        reverse("innovations:innovation_create"),
        reverse("innovations:innovation_work", args=[dossier]),
        reverse("innovations:innovation_edit", args=[dossier]),
        reverse("innovations:attachment_list", args=[dossier]),
    )
    with clock.at(clock.now() - timedelta(days=400)):
        silent = make_published_innovation(team)
    yield from visits_of(contest.observer, *observer_addresses(contest.observer, silent))
    yield from visits_of(
        team.admin,
        reverse("innovations:attestation_list"),
        reverse("innovations:attestation_create", args=[silent.pk]),
        *outcome_addresses(team, silent),
        reverse("competitions:work_home"),
        radar,
        reverse("agencies:mail_list"),
        at("tasks", sent),
        at("check", sent),
        at("return", sent),
        at("submit", sent),
        at("receipt", submitted),
        at("reopen", submitted),
        reverse("competitions:entry_choice"),
        reverse("agencies:membership_list"),
        reverse("agencies:membership_end", args=[membership.pk]),
        reverse("innovations:innovation_publish", args=[dossier]),
        reverse("innovations:innovation_archive", args=[dossier]),
    )


def again_visits() -> Iterator[Visit]:
    """A proposal of last year used again, while a colleague writes a section of it."""
    last_year = make_contest(ADMINISTRATIVE, year=next(_years), entries=1)
    contest = make_contest(REGISTRATION, year=next(_years), entries=0)
    team = contest.team = last_year.team
    innovation = last_year.entries[0].innovation
    save_sections(
        by=team.innovator,
        innovation=innovation,
        edit_number=innovation.edit_number,
        sections={"novelty": "Isi bagian yang sudah ditulis ulang tahun ini."},
    )
    (entry,) = enter(contest, [innovation])
    note_presence(by=team.admin, innovation=innovation, place="novelty")
    yield from visits_of(
        team.innovator,
        at("carry", entry),
        at("tasks", entry),
        at("section", entry, "novelty"),
        f"{at('section', entry, 'novelty')}?tulis=1",
    )


def checking_visits() -> Iterator[Visit]:
    """The secretariat: stages, queue, a check in each state."""
    contest = make_contest(ADMINISTRATIVE, entries=5)
    stage = contest.stage(ADMINISTRATIVE)
    checks = [claim_next(by=contest.officer, stage=stage) for _ in range(4)]
    held, proposed, failed, mended = (check for check in checks if check)
    ask_correction(by=contest.officer, check=mended, remarks=[("novelty", "Bandingkan.")])
    refresh_title_pairs(by=None, edition=contest.edition)
    for check in (proposed, failed):
        decision = FailDecision(check, [FailReason.JUNK], "Isian kosong.")
        propose_fails(by=contest.officer, decisions=[decision])
    confirm_fails(by=contest.second, checks=[failed])
    waiting = AdministrativeCheck.objects.exclude(
        pk__in=[held.pk, proposed.pk, failed.pk, mended.pk]
    ).get(stage_entry__stage=stage)
    year = contest.edition.year
    queue = reverse("competitions:check_queue", args=[year])
    save_filter(by=contest.officer, name="Lebih dari seminggu", query="umur=7")
    detail = "competitions:check_detail"
    yield from visits_of(
        contest.officer,
        reverse("competitions:work_home"),
        queue,
        f"{queue}?keadaan=kedua",
        f"{queue}?keadaan=perbaikan",
        f"{queue}?umur=7",
        reverse(detail, args=[waiting.pk]),
        reverse(detail, args=[held.pk]),
        reverse("competitions:check_correction", args=[held.pk]),
        reverse("competitions:check_compare", args=[held.pk, waiting.stage_entry.entry_id]),
        reverse(detail, args=[failed.pk]),
        reverse(detail, args=[mended.pk]),
    )
    under_correction = mended.stage_entry.entry_id
    yield from visits_of(
        contest.team.admin,
        reverse("competitions:work_home"),
        reverse("competitions:entry_tasks", args=[under_correction]),
        reverse("competitions:entry_receipt", args=[under_correction]),
        reverse("competitions:entry_resubmit", args=[under_correction]),
    )
    yield Visit(reverse("competitions:check_confirm", args=[proposed.pk]), contest.second)
    yield Visit(reverse("competitions:check_batch", args=[year]), contest.second)
    yield Visit(reverse("competitions:check_nudge", args=[year]), contest.officer)
    yield from visits_of(
        contest.head,
        reverse("competitions:work_home"),
        reverse("competitions:stage_list", args=[year]),
        reverse("competitions:stage_detail", args=[stage.pk]),
        reverse("competitions:stage_close", args=[stage.pk]),
        reverse("competitions:assignment_board", args=[contest.stage(REVIEW).pk]),
        reverse("agencies:membership_list"),
    )


def deadline_visits() -> Iterator[Visit]:
    """Deadlines that moved, one that waits, what is to go by itself, what came late."""
    contest = make_contest(REGISTRATION, entries=2, grace=10)
    stage, year = contest.stage(REGISTRATION), contest.edition.year
    terms = {"stage": stage, "letter_number": "B/412/2027", "reason": "Gangguan pusat data."}
    later = stage.closes_at + timedelta(days=2)
    first = propose_extension(by=contest.officer, new_closes_at=later, **terms)
    confirm_extension(by=contest.head, extension=first)
    waiting = propose_extension(
        by=contest.officer,
        new_closes_at=later + timedelta(days=3),
        agency=contest.team.agency,
        **terms,
    )
    ordered, late = (
        walk_entry(contest, entry, EntryState.WITH_AGENCY) for entry in contest.entries
    )
    order_automatic(by=contest.team.admin, entry=ordered)
    with clock.at(later + timedelta(minutes=11)), suppress(TooLate):
        hand_in_entry(by=contest.team.admin, entry=late)
    row = LateSubmission.objects.get(entry=late)
    board = reverse("competitions:deadline_board", args=[year])
    decide = reverse("competitions:extension_decide", args=[waiting.pk])
    detail = reverse("competitions:late_detail", args=[row.pk])
    yield from visits_of(
        contest.officer, board, reverse("competitions:extension_propose", args=[year]), decide
    )
    yield from visits_of(contest.head, decide, detail)
    propose_admission(by=contest.officer, late=row, letter_number="B/7", reason="Listrik padam.")
    yield from visits_of(contest.second, detail)
    yield from visits_of(contest.observer, board, detail)
    yield from visits_of(
        contest.team.admin,
        *(reverse("competitions:entry_tasks", args=[entry.pk]) for entry in (ordered, late)),
    )
    yield Visit(contest.edition.get_absolute_url())
    admit_late(by=contest.second, late=row)
    yield Visit(reverse("competitions:entry_receipt", args=[late.pk]), contest.team.admin)


def judging_visits() -> Iterator[Visit]:
    """The evaluators' pages with one sheet sent, and the board that watches them."""
    contest = make_contest(REVIEW, entries=3, with_files=True)
    judge = contest.evaluators[0]
    sent, draft, *_rest = contest.assignments(REVIEW, judge)
    score_assignments(by=judge, sheets=[sheet_for(sent)])
    highlight_text(by=judge, assignment=draft, section="novelty", start=4, quote="bagian")
    sheet = "competitions:scoresheet_edit"
    stage = contest.stage(REVIEW)
    request_pack(by=judge, stage=stage)
    yield from visits_of(
        judge,
        reverse("competitions:reading_pack_list", args=[stage.pk]),
        reverse("competitions:work_home"),
        reverse("competitions:assignment_list"),
        reverse(sheet, args=[draft.pk]),
        reverse(sheet, args=[sent.pk]),
        reverse("competitions:scoresheet_versions", args=[sent.pk]),
        reverse("competitions:conflict_declare", args=[draft.pk]),
        reverse("competitions:sheet_release", args=[draft.pk]),
    )
    yield from visits_of(
        contest.head,
        reverse("competitions:assignment_board", args=[stage.pk]),
        reverse("competitions:judging_progress", args=[stage.pk]),
        reverse("competitions:sheet_list", args=[stage.pk]),
        reverse("competitions:sheet_detail", args=[stage.pk, sent.pk]),
        reverse("competitions:stage_detail", args=[stage.pk]),
    )
    yield from visits_of(contest.observer, reverse("competitions:work_home"))
    Stage.objects.filter(pk=stage.pk).update(is_blind=True)
    spot = Spot("novelty", 11, 18, "novelty")
    hide_piece(by=contest.officer, stage=stage, entry=draft.entry, spot=spot)
    yield from visits_of(
        contest.officer,
        reverse("competitions:redaction_list", args=[stage.pk]),
        reverse("competitions:redaction_detail", args=[stage.pk, draft.entry_id]),
    )


def ranking_visits() -> Iterator[Visit]:
    """A list at each step: before its line, provisional, proposed, locked, scheduled."""
    contest = make_contest(FIRST, entries=4)
    stage = contest.stage(FIRST)
    board, lock, confirm, decree = (
        reverse(f"competitions:{name}", args=[stage.pk])
        for name in ("ranking_board", "cut_off_lock", "cut_off_confirm", "decree_enter")
    )
    yield Visit(board, contest.head)
    cut_off = apply_cut_off(by=contest.head, stage=stage)
    run = make_ranking_run(
        by=contest.head, stage=stage, name="Batas dua, mentah", terms=Terms(seats=2)
    )
    runs = reverse("competitions:ranking_run_list", args=[stage.pk])
    kept = reverse("competitions:ranking_run_detail", args=[stage.pk, run.pk])
    yield from visits_of(contest.head, runs, f"{kept}?tampil=semua")
    yield from visits_of(contest.head, board, f"{board}?tampil=semua", lock)
    propose_lock(by=contest.head, cut_off=cut_off, reason="Hasil pleno.")
    yield from visits_of(contest.second, board, confirm)
    confirm_lock(by=contest.second, cut_off=cut_off)
    yield from visits_of(contest.head, board, decree)
    schedule_announcement(
        by=contest.head,
        cut_off=cut_off,
        decree_number="1/2024",
        decree_dated_on=clock.today(),
        announce_at=clock.now() + timedelta(days=1),
    )
    yield Visit(board, contest.head)
    yield Visit(f"/kompetisi/{contest.edition.year}/{FIRST}/")
    yield Visit(reverse("competitions:work_home"), make_contest(SECOND, entries=3).panelists[0])
