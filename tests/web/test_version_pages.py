"""Versions that were sent, what differs between two, and what a judge reads for good."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.entries import (
    return_entry,
    send_entry,
    submit_entry,
)
from competitions.actions.reopening import reopen_entry
from competitions.actions.stages import close_stage
from competitions.actions.writing import save_entry_section
from competitions.models import Announcement, Assignment, Entry, Stage
from innovations.actions.attachments import remove_attachment
from innovations.actions.dossiers import edit_innovation, save_sections
from sinovik.audit import clock
from tests.factories import (
    ADMINISTRATIVE,
    FIRST,
    REGISTRATION,
    REVIEW,
    Contest,
    announce,
    make_contest,
    make_innovations,
    make_team,
    pass_all,
    score_all,
    start,
    start_review,
)
from tests.pages import WatchfulClient
from tests.rules.test_reopening import refused
from tests.uploading import attach, pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


@pytest.fixture
def entry(contest: Contest) -> Entry:
    return contest.entries[0]


def write(contest: Contest, entry: Entry, text: str) -> None:
    entry.innovation.refresh_from_db()
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=entry.innovation.edit_number,
        key="novelty",
        text=text,
    )


def send_thrice(contest: Contest, entry: Entry) -> None:
    """Version 1 as it was, version 2 mended, version 3 submitted."""
    send_entry(by=contest.team.innovator, entry=entry)
    return_entry(by=contest.team.admin, entry=entry, remarks=[("novelty", "Apa bedanya?")])
    write(contest, entry, "Isi yang jauh lebih jelas.")
    send_entry(by=contest.team.innovator, entry=entry)
    submit_entry(by=contest.team.admin, entry=entry)


def versions(entry: Entry, more: str = "") -> str:
    return reverse("competitions:dossier_versions", args=[entry.innovation_id]) + more


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


class TestList:
    def test_every_sending_is_a_line_newest_first(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        client.force_login(contest.team.innovator)
        page = text(client.get(versions(entry)))
        places = [page.index(f">Versi {number}</a>") for number in (3, 2, 1)]
        assert places == sorted(places)
        assert "Berlaku di kementerian" in page
        assert "Isinya sama dengan versi 2" in page
        assert "Dinilai:" not in page

    def test_reopened_version_is_said_to_stand_no_more(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        reopen_entry(by=contest.team.admin, entry=entry)
        client.force_login(contest.team.admin)
        page = text(client.get(versions(entry)))
        assert "Berlaku di kementerian" not in page
        assert "Digantikan atau dibuka kembali" in page

    def test_nothing_sent_yet_says_when_the_first_comes(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        client.force_login(contest.team.innovator)
        assert "Versi pertama dibekukan saat" in text(client.get(versions(entry)))
        assert client.get(versions(entry, "beda/")).status_code == 404
        (dossier,) = make_innovations(contest.team)
        address = reverse("competitions:dossier_versions", args=[dossier.pk])
        assert "Belum ada versi" in text(client.get(address))

    def test_strangers_and_judges_find_nothing(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        for stranger in (make_team().admin, make_team().innovator, contest.evaluators[0]):
            client.force_login(stranger)
            for more in ("", "1/", "beda/"):
                assert client.get(versions(entry, more)).status_code == 404

    def test_secretariat_and_observer_read_all(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        for reader in (contest.officer, contest.observer):
            client.force_login(reader)
            for more in ("", "2/", "beda/"):
                text(client.get(versions(entry, more)))

    def test_queries_stay_the_same_at_three_versions(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_entry(by=contest.team.innovator, entry=entry)
        client.force_login(contest.observer)
        with CaptureQueriesContext(
            connection,
        ) as first:
            client.get(versions(entry))
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Lagi.")])
        send_entry(by=contest.team.innovator, entry=entry)
        submit_entry(by=contest.team.admin, entry=entry)
        with CaptureQueriesContext(connection) as third:
            client.get(versions(entry))
        assert len(first) == len(third) <= 15


class TestDifference:
    def test_words_that_came_and_went_are_marked_and_said(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        client.force_login(contest.team.admin)
        page = text(client.get(versions(entry, "beda/?dari=1&ke=2")))
        assert "1 bagian berubah" in page
        assert "4 kata ditambahkan, 2 kata dihapus" in page
        assert "[ditambahkan:]" in page
        assert "yang jauh lebih jelas." in page
        assert "8 bagian tidak berubah" in page

    def test_order_and_nonsense_do_not_matter(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        client.force_login(contest.team.admin)
        pages = [
            text(client.get(versions(entry, f"beda/{query}")))
            for query in ("?dari=1&ke=2", "?dari=2&ke=1")
        ]
        forward, backward = (page[page.index("<h1>") :] for page in pages)
        assert forward == backward
        for typed in ("", "?dari=x&ke=999", "?dari=%C2%B2", "?dari=-1"):
            assert "Tidak ada yang berbeda" in text(client.get(versions(entry, "beda/" + typed)))
        assert "Tidak ada yang berbeda" in text(client.get(versions(entry, "beda/?dari=1&ke=1")))

    def test_identity_is_compared_too_and_an_emptied_section_is_named(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_entry(by=contest.team.innovator, entry=entry)
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Judulnya?")])
        innovation = entry.innovation
        innovation.refresh_from_db()
        edit_innovation(
            by=contest.team.innovator,
            innovation=innovation,
            edit_number=innovation.edit_number,
            changes={
                "title": "Antre dari Rumah",
                "links": [("Video", "https://contoh.example/v")],
                "team": [("Sari <b>", "ketua")],
            },
        )
        send_entry(by=contest.team.innovator, entry=entry)
        client.force_login(contest.team.admin)
        page = text(client.get(versions(entry, "beda/")))
        for word in ("Antre dari Rumah", "https://contoh.example/v", "Sari &lt;b&gt;"):
            assert word in page
        assert "3 bagian berubah" in page
        assert "Belum diisi" in page

    def test_page_shows_what_was_sent_after_the_dossier_moved_on(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        innovation = entry.innovation
        innovation.refresh_from_db()
        save_sections(
            by=contest.team.admin,
            innovation=innovation,
            edit_number=innovation.edit_number,
            sections={"novelty": "ditulis sesudahnya"},
        )
        client.force_login(contest.team.admin)
        first = text(client.get(versions(entry, "1/")))
        assert "Isi bagian novelty." in first
        assert "Sesudah versi ini ada pengiriman lain" in first
        last = text(client.get(versions(entry, "3/")))
        assert "Isi yang jauh lebih jelas." in last
        assert "ditulis sesudahnya" not in first + last
        assert "beda/?dari=2&amp;ke=3" in last
        assert client.get(versions(entry, "4/")).status_code == 404

    def test_files_that_came_went_and_were_replaced_are_named_with_their_hashes(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        by, dossier = contest.team.innovator, entry.innovation
        names = ("tetap.pdf", "ganti.pdf", "pergi.pdf")
        stays, first, gone = (attach(by, dossier, pdf(name), name) for name in names)
        send_entry(by=by, entry=entry)
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Suratnya?")])
        for one in (first, gone):
            remove_attachment(by=by, attachment=one)
        second = attach(by, dossier, pdf("Sudah ditandatangani"), "ganti.pdf")
        came = attach(by, dossier, pdf("Baru"), "baru.pdf")
        send_entry(by=by, entry=entry)
        client.force_login(by)
        page = text(client.get(versions(entry, "beda/")))
        assert "1 bagian berubah" in page
        assert "1 berkas ditambahkan, 1 berkas dihapus, 1 berkas diganti" in page
        narrow = page[page.index('class="only-phone') :]
        marks = re.findall(r"<(ins|del)><span[^>]*>[^<]*</span>(\S+) [^<]*SHA-256 (\w+)", narrow)
        assert marks[:4] == [
            ("ins", "baru.pdf", came.sha256),
            ("del", "ganti.pdf", first.sha256),
            ("ins", "ganti.pdf", second.sha256),
            ("del", "pergi.pdf", gone.sha256),
        ]
        assert stays.sha256 in narrow
        back = text(client.get(versions(entry, "beda/?dari=2&ke=2")))
        assert "Tidak ada yang berbeda" in back


@pytest.fixture
def judged() -> Iterator[Contest]:
    """An entry submitted, reopened, submitted again, and handed out to judges."""
    contest = make_contest(REGISTRATION, entries=1, seats=(1, 1))
    (entry,) = contest.entries
    send_thrice(contest, entry)
    reopen_entry(by=contest.team.admin, entry=entry)
    write(contest, entry, "Yang akhirnya dinilai.")
    send_entry(by=contest.team.innovator, entry=entry)
    submit_entry(by=contest.team.admin, entry=entry)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REGISTRATION))
    with clock.at(contest.moment(ADMINISTRATIVE)):
        start(contest, ADMINISTRATIVE)
        pass_all(contest)
    with clock.at(contest.stage(ADMINISTRATIVE).closes_at):
        close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    with clock.at(contest.moment(REVIEW)):
        start_review(contest)
        yield contest


class TestJudges:
    def sheet(self, contest: Contest) -> Assignment:
        return contest.assignments(REVIEW)[0]

    def test_sheet_keeps_the_version_that_was_handed_out(
        self, client: WatchfulClient, judged: Contest
    ) -> None:
        sheet = self.sheet(judged)
        assert sheet.version is not None
        assert sheet.version.number == 5
        innovation = judged.entries[0].innovation
        innovation.refresh_from_db()
        save_sections(
            by=judged.team.admin,
            innovation=innovation,
            edit_number=innovation.edit_number,
            sections={"novelty": "ditulis sesudahnya"},
        )
        client.force_login(sheet.evaluator)
        page = text(client.get(reverse("competitions:scoresheet_edit", args=[sheet.pk])))
        assert "Anda menilai versi 5" in page
        assert "Yang akhirnya dinilai." in page
        assert "ditulis sesudahnya" not in page

    def test_judge_compares_with_the_version_submitted_before(
        self, client: WatchfulClient, judged: Contest
    ) -> None:
        sheet = self.sheet(judged)
        address = reverse("competitions:scoresheet_versions", args=[sheet.pk])
        client.force_login(sheet.evaluator)
        page = text(client.get(address))
        assert "Sebelumnya instansi mengajukan versi 3" in page
        assert "akhirnya dinilai." in page
        others = [judge for judge in judged.evaluators if judge != sheet.evaluator]
        for other in [*others, judged.team.admin, judged.head]:
            client.force_login(other)
            assert client.get(address).status_code in (403, 404)

    def test_blind_stage_hides_the_agency_in_differences_too(
        self, client: WatchfulClient, judged: Contest
    ) -> None:
        Stage.objects.filter(pk=judged.stage(REVIEW).pk).update(is_blind=True)
        sheet = self.sheet(judged)
        client.force_login(sheet.evaluator)
        page = text(client.get(reverse("competitions:scoresheet_versions", args=[sheet.pk])))
        main = page[page.index("<main") :]
        for hidden in (judged.team.agency.name, judged.team.unit.name, judged.team.innovator.name):
            assert hidden not in main

    def test_judge_in_conflict_reads_no_version(
        self, client: WatchfulClient, judged: Contest
    ) -> None:
        sheet = self.sheet(judged)
        declare_conflict(by=sheet.evaluator, entry=sheet.entry, reason="Kerabat.")
        client.force_login(sheet.evaluator)
        page = text(client.get(reverse("competitions:scoresheet_versions", args=[sheet.pk])))
        assert "Yang akhirnya dinilai." not in page

    def test_first_submission_has_nothing_to_compare(self, client: WatchfulClient) -> None:
        contest = make_contest(REVIEW, entries=1)
        sheet = self.sheet(contest)
        client.force_login(sheet.evaluator)
        page = text(client.get(reverse("competitions:scoresheet_versions", args=[sheet.pk])))
        assert "Ini versi pertama yang diajukan" in page

    def test_list_tells_the_secretariat_which_version_was_judged(
        self, client: WatchfulClient, judged: Contest
    ) -> None:
        for reader in (judged.head, judged.observer):
            client.force_login(reader)
            assert "Dinilai: " in text(client.get(versions(judged.entries[0])))
        client.force_login(judged.team.admin)
        assert "Dinilai: " not in text(client.get(versions(judged.entries[0])))

    def test_entrant_learns_which_version_was_judged_once_the_stage_is_announced(
        self, client: WatchfulClient, judged: Contest
    ) -> None:
        score_all(judged, REVIEW)
        with clock.at(judged.stage(REVIEW).closes_at):
            close_stage(by=judged.head, stage=judged.stage(REVIEW))
        with clock.at(judged.moment(FIRST)):
            start(judged, FIRST)
            announce(judged, FIRST)
        announced = Announcement.objects.get()
        client.force_login(judged.team.innovator)
        with clock.at(announced.announce_at - timedelta(seconds=1)):
            assert "Dinilai: " not in text(client.get(versions(judged.entries[0])))
        with clock.at(announced.announce_at):
            page = text(client.get(versions(judged.entries[0])))
            row = next(row for row in page.split("<tr>") if "Dinilai: " in row)
            assert ">Versi 5</a>" in row
            assert "Yang akhirnya dinilai." in text(client.get(versions(judged.entries[0], "5/")))

    def test_check_names_the_version_under_check(
        self, client: WatchfulClient, contest: Contest, entry: Entry
    ) -> None:
        send_thrice(contest, entry)
        check = entry.stage_entries.get(left_at=None).administrative_check
        client.force_login(contest.officer)
        page = text(client.get(reverse("competitions:check_detail", args=[check.pk])))
        assert "Versi 3</a>" in page


def test_database_pins_the_version_that_a_judge_reads(judged: Contest) -> None:
    sheet = judged.assignments(REVIEW)[0]
    other = judged.entries[0].innovation.versions.get(number=3)
    with refused("final"):
        Assignment.objects.filter(pk=sheet.pk).update(version=other)
    Assignment.objects.bulk_create(
        [
            Assignment(
                stage=sheet.stage,
                entry=sheet.entry,
                evaluator=judged.panelists[0],
                reading_order=99,
                assigned_at=clock.now(),
                assigned_by=judged.head,
            )
        ]
    )
    assert Assignment.objects.get(reading_order=99).version == sheet.version
