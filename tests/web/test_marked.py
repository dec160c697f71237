"""English pages mark what people wrote in Indonesian, so that it is read aloud as that."""

import html
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from agencies.enums import Role
from agencies.models import User
from competitions.actions.articles import ArticleText, Place, create_article
from competitions.actions.extensions import propose_extension
from competitions.actions.radar import refresh_forecasts
from competitions.actions.ranking_runs import make_ranking_run
from competitions.actions.scoresheets import score_assignments
from competitions.actions.sheet_reopenings import reopen_sheet
from competitions.enums import EntryState
from competitions.forms.entries import group_field
from competitions.models import FormSection, Group, Scoresheet
from competitions.models.article import ArticleKind
from competitions.queries.ranking_runs import Terms
from innovations.actions.life import Proof
from innovations.actions.outcomes import Figure, correct_value, record_value
from innovations.enums import ReplicationState
from tests import factories
from tests.catalogue import SHOWN, UNTRANSLATABLE
from tests.factories import (
    ADMINISTRATIVE,
    FIRST,
    REGISTRATION,
    REVIEW,
    make_contest,
    make_indicator,
    make_published_innovation,
    make_team,
)
from tests.feedback import scheduled
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def bare(client: WatchfulClient, person: User, address: str, *texts: str) -> list[str]:
    """Those of the texts that stand on the English page and don't say that they are Indonesian."""
    client.force_login(person)
    answer = client.get(f"/en{address}")
    assert answer.status_code == 200
    main = answer.content.decode().partition("<main")[2]
    assert [text for text in texts if text not in html.unescape(main)] == []
    own = html.unescape(" ".join(SHOWN.findall(UNTRANSLATABLE.sub("", main))))
    return [text for text in texts if text in own]


def test_a_sheet_marks_notes_and_reasons(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=1, judges=2)
    sent, reopened = contest.assignments(REVIEW)
    for row in (sent, reopened):
        score_assignments(by=row.evaluator, sheets=[factories.sheet_for(row)])
    sheet = Scoresheet.objects.select_related("assignment").get(assignment=reopened)
    reason = "Nilai dua kriteria tertukar."
    reopen_sheet(by=contest.head, sheet=sheet, reason=reason)
    written = ("Catatan novelty.", "Jelas.", "Belum diukur.")
    address = "/kerja/penilaian/{}/"
    assert bare(client, sent.evaluator, address.format(sent.pk), *written) == []
    page = address.format(reopened.pk)
    assert bare(client, reopened.evaluator, page, reason, *written) == []
    page = f"/kerja/tahap/{contest.stage(REVIEW).pk}/lembar/{reopened.pk}/"
    assert bare(client, contest.head, page, reason, *written) == []


def test_held_comments_are_marked(client: WatchfulClient) -> None:
    contest = scheduled(entries=3)
    address = f"/kerja/edisi/{contest.edition.year}/komentar/"
    assert bare(client, contest.officer, address, "Bu Gayatri") == []


def test_a_returned_proposal_marks_remarks_and_the_sample(client: WatchfulClient) -> None:
    contest = make_contest(REGISTRATION, entries=1)
    entry = factories.walk_entry(contest, contest.entries[0], EntryState.RETURNED)
    FormSection.objects.filter(edition=contest.edition).update(example="Contoh yang baik.")
    address = f"/kerja/peserta/{entry.pk}/"
    assert bare(client, contest.team.innovator, address, "Lengkapi.") == []
    address += "bagian/novelty/"
    assert bare(client, contest.team.innovator, address, "Contoh yang baik.") == []


def test_a_replication_marks_what_both_agencies_wrote(client: WatchfulClient) -> None:
    world = factories.make_replication(ReplicationState.REPORTED)
    row = world.replication
    title = row.origin.title
    assert bare(client, world.asking.admin, "/kerja/replikasi/", title) == []
    texts = (title, row.need, row.answer, row.adaptation, row.evidence)
    assert bare(client, world.asking.admin, f"/kerja/replikasi/{row.pk}/", *texts) == []


def test_outcomes_mark_units_and_who_measured(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    proof = Proof(note="Buku kendali")
    indicator = make_indicator(
        team,
        innovation,
        Figure(Decimal(159), date(2020, 1, 1), "Unit mutu", proof),
        Figure(Decimal(30), date(2031, 1, 1)),
    )
    for height, day in ((90, date(2021, 1, 1)), (170, date(2022, 1, 1))):
        figure = Figure(Decimal(height), day, "Unit mutu", proof)
        value = record_value(by=team.admin, indicator=indicator, kind="measured", figure=figure)
    other = Figure(Decimal(171), date(2022, 1, 1), "Unit mutu", proof)
    correct_value(by=team.admin, value=value, figure=other, reason="Salah ketik.")
    said = ("159 menit", "30 menit", "90 menit", "170 menit", "171 menit")
    written = ("Unit mutu", "Buku kendali", "Salah ketik.", *said)
    assert bare(client, team.admin, innovation.get_absolute_url(), *written) == []
    assert bare(client, team.admin, f"/kerja/inovasi/{innovation.pk}/hasil/", *written) == []


def test_lists_mark_titles(client: WatchfulClient) -> None:
    contest = make_contest(REGISTRATION, entries=1)
    refresh_forecasts(by=None, edition=contest.edition)
    title = contest.entries[0].innovation.title
    assert bare(client, contest.officer, "/kerja/radar/", title) == []
    checked = make_contest(ADMINISTRATIVE, entries=1)
    address = f"/kerja/edisi/{checked.edition.year}/seleksi/"
    assert bare(client, checked.officer, address, checked.entries[0].innovation.title) == []
    title = factories.make_published_innovation().title
    observer = factories.make_person(Role.OBSERVER)
    assert bare(client, observer, "/kerja/pengamatan/", title) == []
    text = ArticleText("Jadwal baru", "Isi.")
    create_article(by=contest.officer, place=Place(ArticleKind.NEWS), text=text)
    assert bare(client, contest.officer, "/kerja/halaman/", text.title) == []


def test_deadlines_mark_reasons(client: WatchfulClient) -> None:
    contest = make_contest(REGISTRATION, entries=1)
    stage = contest.stage(REGISTRATION)
    extension = propose_extension(
        by=contest.officer,
        stage=stage,
        new_closes_at=stage.closes_at + (stage.closes_at - stage.opens_at),
        letter_number="B/9",
        reason="Gangguan pusat data.",
    )
    for address in (
        f"/kerja/edisi/{contest.edition.year}/tenggat/",
        f"/kerja/tenggat/{extension.pk}/",
    ):
        assert bare(client, contest.head, address, extension.reason) == []


def test_a_ranking_marks_the_reason_and_names_of_its_runs(client: WatchfulClient) -> None:
    contest = make_contest(FIRST, entries=3)
    stage = contest.stage(FIRST)
    run = make_ranking_run(by=contest.head, stage=stage, name="Ketentuan edisi", terms=Terms(2))
    factories.lock(contest, FIRST)
    board = f"/kerja/tahap/{stage.pk}/peringkat/"
    assert bare(client, contest.head, board, "Hasil pleno.") == []
    for address in (f"{board}perhitungan/", f"{board}perhitungan/{run.pk}/"):
        assert bare(client, contest.head, address, run.name) == []


def test_a_design_marks_its_theme(client: WatchfulClient) -> None:
    contest = make_contest(REGISTRATION, entries=0)
    address = f"/kerja/edisi/{contest.edition.year}/rancangan/"
    assert bare(client, contest.head, address, "Tema uji") == []


def test_groups_are_offered_by_their_english_name() -> None:
    contest = make_contest(REGISTRATION, entries=0)
    groups = Group.objects.filter(edition=contest.edition)
    groups.update(name="Umum")
    for language, name in (("id", "Umum"), ("en", "General")):
        with translation.override(language):
            (choice,) = group_field(groups.select_related("edition")).choices
        assert choice[1] == f"{contest.edition.name} · {name}"
