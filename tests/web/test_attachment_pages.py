"""Files of a dossier on the pages: the protocol of uploads.js, the form without it, downloads."""

import re
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.actions.people import end_membership
from agencies.enums import Role
from competitions.actions.assignments import declare_conflict
from competitions.blueprints import DocumentBlueprint
from competitions.enums import EntryState
from competitions.models import ConflictDeclaration, Stage
from innovations.actions.archiving import archive_innovation
from innovations.actions.attachments import (
    examine_attachment,
    remove_attachment,
    show_attachment,
)
from innovations.actions.dossiers import publish_innovations
from innovations.enums import AttachmentState
from innovations.models import Attachment, Innovation, Upload
from sinovik.audit import clock
from sinovik.files import remove, staged_size
from tests.factories import (
    ADMINISTRATIVE,
    REVIEW,
    Contest,
    Team,
    enter,
    make_contest,
    make_innovations,
    make_person,
    make_team,
    submit_all,
    walk_entry,
)
from tests.pages import WatchfulClient
from tests.uploading import attach, begin, jpeg, pdf, send

pytestmark = pytest.mark.django_db
CHANGING = re.compile(r"/inovasi/[-\w]+/lampiran/[-0-9a-f]+/|(?<=\W)\w{64}(?=\W)")
"""What each answer has of its own: the asked address, and the token against forgery."""


LETTER = DocumentBlueprint("surat-pernyataan", "Surat pernyataan", "Ditandatangani pimpinan.")
DECREE = DocumentBlueprint("dasar-hukum", "Dasar hukum", is_required=False)


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def innovation(team: Team) -> Innovation:
    return make_innovations(team)[0]


def shelf(innovation: Innovation) -> str:
    return reverse("innovations:attachment_list", args=[innovation.pk])


def create(innovation: Innovation) -> str:
    return reverse("innovations:upload_create", args=[innovation.pk])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def picked(octets: bytes | None = None, name: str = "surat.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if octets is None else octets)


def patch(client: WatchfulClient, address: str, offset: object, chunk: bytes) -> HttpResponse:
    return client.patch(
        address,
        chunk,
        content_type="application/octet-stream",
        headers={"Upload-Offset": str(offset)},
    )


def test_upload_in_pieces_over_plain_requests(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    content = pdf()
    answer = client.post(
        create(innovation),
        {"name": "Surat.pdf", "size": len(content), "purpose": "dokumen:surat-pernyataan"},
    )
    assert answer.status_code == 201
    address = answer.json()["address"]
    assert answer["Upload-Offset"] == "0"
    assert answer.json()["chunk"] == 256 * 1024
    assert patch(client, address, 0, content[:100]).status_code == 204
    asked = client.head(address)
    assert asked["Upload-Offset"] == "100"
    early = client.post(f"{address}selesai/")
    assert early.status_code == 409
    assert "belum sampai seluruhnya" in early.json()["message"]
    wrong = patch(client, address, 0, content)
    assert (wrong.status_code, wrong["Upload-Offset"]) == (409, "100")
    last = patch(client, address, 100, content[100:])
    assert (last.status_code, last["Upload-Offset"]) == (204, str(len(content)))
    done = [client.post(f"{address}selesai/").json() for _ in range(2)]
    assert done[0] == done[1]
    row = Attachment.objects.get()
    assert done[0] == {"attachment": str(row.public_id), "state": "examining"}
    assert row.document_key == "surat-pernyataan"
    assert client.head(address).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": "a.exe", "size": 5}, ".exe tidak diterima"),
        ({"name": "a.pdf", "size": 6 * 1024 * 1024}, "paling besar 5 MB"),
        ({"name": "a.pdf", "size": "banyak"}, "tidak terbaca"),
        ({"name": "", "size": 5}, "tidak terbaca"),
        ({"name": "a\x00.pdf", "size": 5}, "tidak terbaca"),
        ({"name": "a.pdf", "size": 5, "sha256": "xyz"}, "tidak terbaca"),
        ({}, "tidak terbaca"),
    ],
)
def test_upload_refused_before_it_begins_says_why(
    client: WatchfulClient,
    team: Team,
    innovation: Innovation,
    fields: dict[str, Any],
    sentence: str,
) -> None:
    client.force_login(team.innovator)
    answer = client.post(create(innovation), fields)
    assert answer.status_code == 422
    assert sentence in answer.json()["message"]
    assert not Upload.objects.exists()


def test_piece_that_can_not_be_read_is_refused(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    upload = begin(team.innovator, innovation, b"x" * 2_000_000)
    address = reverse("innovations:upload_piece", args=[innovation.pk, upload.token])
    for offset in ("", "-1", "x", "9" * 30, "²"):
        assert patch(client, address, offset.encode("latin-1"), b"x").status_code == 400
    assert patch(client, address, 0, b"x" * 1_100_000).status_code == 413
    assert patch(client, address, 0, b"x").status_code == 204
    assert patch(client, address, 1, b"x" * 900_000).status_code == 204
    beyond = patch(client, address, 900_001, b"x" * 1_040_000)
    assert beyond.status_code == 204
    assert patch(client, address, 1_940_001, b"x" * 900_000).status_code == 422
    assert staged_size(str(upload.token)) == 1_940_001


def test_upload_cancelled_by_program_and_by_button(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    for headers, status in (({"X-Requested-With": "uploads"}, 204), ({}, 302)):
        upload = begin(team.innovator, innovation, pdf())
        page = text(client.get(shelf(innovation)))
        assert "Unggahan yang belum selesai" in page
        address = reverse("innovations:upload_cancel", args=[innovation.pk, upload.token])
        assert address in page
        answer = client.post(address, headers=headers)
        assert answer.status_code == status
    assert answer["Location"] == shelf(innovation)
    assert not Upload.objects.exists()


def test_protocol_is_for_those_who_edit_the_dossier(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    """Two agencies with ids swapped, a colleague of another unit, a judge: all as if missing."""
    upload = begin(team.innovator, innovation, pdf())
    other = make_team()
    (foreign,) = make_innovations(other)
    colleague = make_person(Role.INNOVATOR, agency=team.agency, unit=None)
    for person, status in ((other.innovator, 404), (other.admin, 404), (colleague, 404)):
        client.force_login(person)
        for pk in (innovation.pk, foreign.pk):
            address = reverse("innovations:upload_piece", args=[pk, upload.token])
            answers = [
                client.head(address),
                patch(client, address, 0, b"x"),
                client.post(f"{address}selesai/"),
                client.post(f"{address}batal/"),
            ]
            assert [one.status_code for one in answers] == [status] * 4
        assert client.post(create(innovation), {"name": "a.pdf", "size": 5}).status_code == 404
        assert client.get(shelf(innovation)).status_code == 404
    client.force_login(make_person(Role.EVALUATOR))
    assert client.get(shelf(innovation)).status_code == 403
    assert Upload.objects.count() == 1
    assert staged_size(str(upload.token)) == 0


def test_protocol_asks_for_the_csrf_token(team: Team, innovation: Innovation) -> None:
    strict = WatchfulClient(enforce_csrf_checks=True)
    strict.force_login(team.innovator)
    assert strict.post(create(innovation), {"name": "a.pdf", "size": 5}).status_code == 403
    upload = begin(team.innovator, innovation, pdf())
    address = reverse("innovations:upload_piece", args=[innovation.pk, upload.token])
    assert patch(strict, address, 0, b"x").status_code == 403


def test_form_without_script_takes_several_files_and_names_the_refused(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    answer = client.post(
        shelf(innovation),
        {"purpose": "bagian:novelty", "file": [picked(), picked(b"x", "jahat.exe")]},
    )
    page = text(answer)
    assert "jahat.exe: Jenis berkas .exe tidak diterima" in page
    assert "1 berkas diterima dan sedang diperiksa" in page
    row = Attachment.objects.get()
    assert (row.name, row.section_key) == ("surat.pdf", "novelty")
    assert "Sedang diperiksa" in page
    assert "Untuk bagian Solusi dan kebaruan" in page
    answer = client.post(shelf(innovation), {"purpose": "bukti", "file": picked()})
    assert answer["Location"] == shelf(innovation)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"purpose": "bukti"}, "Pilih berkas yang akan diunggah"),
        ({"purpose": "lain", "file": "x"}, "Pilih kegunaan berkas dari daftar"),
        ({"purpose": "bukti", "file": "kosong"}, "kosong"),
    ],
)
def test_form_says_what_is_missing(
    client: WatchfulClient,
    team: Team,
    innovation: Innovation,
    fields: dict[str, Any],
    sentence: str,
) -> None:
    client.force_login(team.innovator)
    if "file" in fields:
        fields = fields | {"file": picked(b"" if fields["file"] == "kosong" else None)}
    page = text(client.post(shelf(innovation), fields))
    assert sentence in page
    assert "<title>Kesalahan:" in page
    assert not Attachment.objects.exists()


def test_page_shows_each_state_and_asks_again_only_while_a_job_works(
    client: WatchfulClient, team: Team, innovation: Innovation, settings: Any
) -> None:
    client.force_login(team.innovator)
    ready = attach(team.innovator, innovation, jpeg(), "foto.jpg")
    attach(team.innovator, innovation, b"%PDF-1.7 rusak", "rusak.pdf")
    settings.CLAMD = "127.0.0.1:1"
    held = attach(team.innovator, innovation, name="ditahan.pdf")
    page = text(client.get(shelf(innovation)))
    assert "Metadata dan lokasi foto dihapus" in page
    assert ready.get_absolute_url() in page
    assert "Ditahan: menunggu pemeriksaan virus" in page
    assert held.get_absolute_url() not in page
    assert "Berkas ini rusak" in page
    assert "Hapus dari daftar" in page
    assert "every 2s" not in page
    send(team.innovator, innovation)
    partial = text(client.get(shelf(innovation), headers={"HX-Request": "true"}))
    assert "every 2s" in partial
    assert "<html" not in partial


def test_removal_asks_first(client: WatchfulClient, team: Team, innovation: Innovation) -> None:
    client.force_login(team.innovator)
    attachment = attach(team.innovator, innovation)
    address = reverse("innovations:attachment_remove", args=[innovation.pk, attachment.public_id])
    page = text(client.get(f"{address}?kembali=/kerja/"))
    assert "Hapus berkas ini?" in page
    assert 'value="/kerja/"' in page
    evil = text(client.get(f"{address}?kembali=//jahat.example/"))
    assert 'name="back" value="//' not in evil
    assert f'name="back" value="{shelf(innovation)}"' in evil
    assert client.post(address, {"back": "/kerja/"})["Location"] == "/kerja/"
    page = text(client.get(shelf(innovation)))
    assert "Berkas “surat.pdf” dihapus." in page
    assert "Belum ada lampiran." in page
    assert client.get(address).status_code == 404


def test_dossier_with_the_agency_keeps_its_files(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    attachment = attach(contest.team.innovator, entry.innovation)
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    client.force_login(contest.team.innovator)
    page = text(client.get(shelf(entry.innovation)))
    assert "sedang diperiksa admin instansi" in page
    assert "data-upload=" not in page
    address = reverse(
        "innovations:attachment_remove", args=[entry.innovation_id, attachment.public_id]
    )
    assert "sedang diperiksa admin instansi" in text(client.post(address))
    refused = client.post(create(entry.innovation), {"name": "a.pdf", "size": 5})
    assert refused.status_code == 422


def test_agency_admin_shows_a_file_to_the_public(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    attachment = attach(team.innovator, innovation)
    hidden = attach(team.innovator, innovation, name="rahasia.pdf")
    publish_innovations(by=team.admin, innovations=[innovation])
    address = reverse("innovations:attachment_show", args=[innovation.pk, attachment.public_id])
    client.force_login(team.innovator)
    assert client.post(address, {"public": "1"}).status_code == 403
    client.force_login(team.admin)
    assert "Tampilkan untuk umum" in text(client.get(shelf(innovation)))
    assert client.post(address, {"public": "1"})["Location"] == shelf(innovation)
    examining = send(team.innovator, innovation)
    early = reverse("innovations:attachment_show", args=[innovation.pk, examining.public_id])
    assert "yang siap" in text(client.post(early, {"public": "1"}, follow=True))
    client.logout()
    page = text(client.get(innovation.get_absolute_url()))
    assert attachment.get_absolute_url() in page
    assert "PDF, " in page.split('id="lampiran"')[1]
    assert "rahasia.pdf" not in page
    assert fetched(client, attachment.get_absolute_url()).status_code == 200
    assert client.get(hidden.get_absolute_url()).status_code == 404
    archive_innovation(by=team.admin, innovation=innovation, reason="Selesai.")
    gone = client.get(attachment.get_absolute_url())
    assert (gone.status_code, "Selesai." in text(gone)) == (410, True)
    assert client.get(hidden.get_absolute_url()).status_code == 404


def test_download_is_something_to_save_and_never_a_page(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    attachment = attach(team.innovator, innovation, pdf(), "Surat “baik”.pdf")
    client.force_login(team.innovator)
    response = fetched(client, attachment.get_absolute_url())
    assert response.octets.startswith(b"%PDF-")
    assert response["Content-Disposition"].startswith("attachment; ")
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Length"] == str(attachment.size)


def test_download_says_when_the_store_is_down(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    attachment = attach(team.innovator, innovation)
    remove(attachment.storage_name)
    client.force_login(team.innovator)
    response = client.get(attachment.get_absolute_url())
    assert response.status_code == 503
    assert "Berkasnya tidak hilang" in text(response)


def reviewed() -> tuple[Contest, Attachment]:
    """A contest in review whose one entry was submitted with a letter."""
    contest = make_contest(REVIEW, entries=1, with_files=True)
    return contest, Attachment.objects.get()


def status(client: WatchfulClient, person: Any, attachment: Attachment) -> int:
    client.logout()
    if person:
        client.force_login(person)
    code: int = fetched(client, attachment.get_absolute_url()).status_code
    return code


def fetched(client: WatchfulClient, address: str) -> Any:
    """An answer that was read to its end, which closes its file."""
    response: Any = client.get(address)
    if response.streaming:
        response.octets = b"".join(response.streaming_content)
    return response


def test_download_by_role(client: WatchfulClient) -> None:
    contest, attachment = reviewed()
    judge = contest.assignments(REVIEW)[0].evaluator
    idle = next(one for one in contest.evaluators if one not in judges_of(contest))
    other = make_team()
    unit_less = make_person(Role.INNOVATOR, agency=contest.team.agency)
    wanted = {
        200: [
            contest.team.innovator,
            contest.team.admin,
            contest.head,
            contest.officer,
            contest.observer,
            judge,
        ],
        404: [None, idle, other.innovator, other.admin, unit_less, make_person(),
              contest.panelists[0]],
    }  # fmt: skip
    for code, people in wanted.items():
        assert [status(client, person, attachment) for person in people] == [code] * len(people)


def judges_of(contest: Contest) -> list[Any]:
    return [one.evaluator for one in contest.assignments(REVIEW)]


def test_judge_in_conflict_or_out_of_the_role_gets_no_file(client: WatchfulClient) -> None:
    contest, attachment = reviewed()
    first, second = judges_of(contest)[:2]
    assert status(client, first, attachment) == 200
    declare_conflict(by=first, entry=contest.entries[0], reason="Pernah menjadi konsultan di sana.")
    assert status(client, first, attachment) == 404
    assert status(client, second, attachment) == 200
    end_membership(by=contest.head, membership=second.memberships.get())
    assert status(client, second, attachment) == 404


@pytest.mark.parametrize("role", ["head", "officer", "observer"])
def test_secretariat_in_conflict_gets_no_file(client: WatchfulClient, role: str) -> None:
    """Whatever binds them to the agency: an employer, or what they declared."""
    contest, attachment = reviewed()
    person, free = getattr(contest, role), contest.second
    apart = attach(contest.team.innovator, make_innovations(contest.team)[0])
    assert status(client, person, attachment) == 200
    ministry, person.employer = person.employer, contest.team.agency
    person.save()
    client.force_login(person)
    answer = client.get(attachment.get_absolute_url())
    assert answer.status_code == 404
    assert attachment.name not in text(answer)
    assert status(client, free, attachment) == 200
    assert status(client, person, apart) == 200, "no entry, so nothing to judge"
    person.employer = ministry
    person.save()
    ConflictDeclaration.objects.create(
        user=person,
        entry=contest.entries[0],
        reason="Adik saya menulisnya.",
        declared_at=clock.now(),
    )
    assert status(client, person, attachment) == 404
    show(contest, attachment)
    assert status(client, person, attachment) == 200, "what everybody reads"


def show(contest: Contest, attachment: Attachment) -> None:
    """Publish a dossier with its file."""
    publish_innovations(by=contest.team.admin, innovations=[attachment.innovation])
    show_attachment(by=contest.team.admin, attachment=attachment, is_public=True)


def test_judge_gets_only_what_the_version_names(client: WatchfulClient) -> None:
    contest, frozen = reviewed()
    later = attach(contest.team.innovator, contest.entries[0].innovation, name="susulan.pdf")
    remove_attachment(by=contest.team.innovator, attachment=frozen)
    judge = contest.assignments(REVIEW)[0]
    assert status(client, judge.evaluator, later) == 404
    assert status(client, judge.evaluator, frozen) == 200
    assert status(client, contest.team.innovator, frozen) == 200
    client.force_login(judge.evaluator)
    page = text(client.get(reverse("competitions:scoresheet_edit", args=[judge.pk])))
    assert frozen.get_absolute_url() in page
    assert "susulan.pdf" not in page


def test_blind_stage_shows_no_file(client: WatchfulClient) -> None:
    contest, attachment = reviewed()
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(is_blind=True)
    judge = contest.assignments(REVIEW)[0]
    assert status(client, judge.evaluator, attachment) == 404
    client.force_login(judge.evaluator)
    page = text(client.get(reverse("competitions:scoresheet_edit", args=[judge.pk])))
    assert attachment.name not in page
    assert "Lampiran tidak ditampilkan" in page


def test_forbidden_and_missing_file_look_the_same(client: WatchfulClient) -> None:
    contest, attachment = reviewed()
    slug = contest.entries[0].innovation.slug
    missing = reverse("innovations:attachment_download", args=[slug, uuid.uuid4()])
    (other,) = make_innovations(contest.team)
    crossed = reverse("innovations:attachment_download", args=[other.slug, attachment.public_id])
    for person in (None, make_team().innovator):
        client.logout()
        if person:
            client.force_login(person)
        answers = [client.get(one) for one in (attachment.get_absolute_url(), missing, crossed)]
        assert {one.status_code for one in answers} == {404}
        assert len({CHANGING.sub("", text(one)) for one in answers}) == 1
        assert len({tuple(sorted(one.headers)) for one in answers}) == 1
    client.force_login(contest.team.innovator)
    assert client.get(crossed).status_code == 404


def test_held_and_refused_files_are_nobodys(client: WatchfulClient, settings: Any) -> None:
    contest = make_contest(entries=1)
    innovation = contest.entries[0].innovation
    settings.CLAMD = "127.0.0.1:1"
    held = attach(contest.team.innovator, innovation)
    assert held.state == AttachmentState.HELD
    refused = attach(contest.team.innovator, innovation, b"rusak")
    examining = send(contest.team.innovator, innovation)
    for attachment in (held, refused, examining):
        for person in (contest.team.innovator, contest.team.admin, contest.head):
            assert status(client, person, attachment) == 404


def test_queries_do_not_grow_with_files(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    counts = []
    for number in (1, 2):
        for place in range(number):
            attach(team.innovator, innovation, pdf(f"{number}{place}"), f"{number}{place}.pdf")
            begin(team.innovator, innovation, pdf())
        with CaptureQueriesContext(connection) as queries:
            client.get(shelf(innovation))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


@pytest.fixture
def asking() -> Contest:
    """An edition that asks for a letter and takes a decree."""
    return make_contest(entries=1, documents=[LETTER, DECREE])


def documents(contest: Contest) -> str:
    return reverse("competitions:entry_documents", args=[contest.entries[0].pk])


def test_documents_page_tells_what_is_there(
    client: WatchfulClient, asking: Contest, settings: Any
) -> None:
    innovator = asking.team.innovator
    innovation = asking.entries[0].innovation
    client.force_login(innovator)
    tasks = reverse("competitions:entry_tasks", args=[asking.entries[0].pk])
    page = text(client.get(tasks))
    assert f"{documents(asking)}?untuk=dokumen:surat-pernyataan" in page
    assert "Wajib ada sebelum proposal dikirim" in page
    page = text(client.get(f"{documents(asking)}?untuk=dokumen:surat-pernyataan"))
    assert '<option value="dokumen:surat-pernyataan" selected>' in page
    settings.CLAMD = "127.0.0.1:1"
    held = attach(innovator, innovation, document_key="surat-pernyataan")
    page = text(client.get(tasks))
    assert "Ditahan: menunggu pemeriksaan virus. Belum dihitung ada." in page
    settings.CLAMD = ""
    remove_attachment(by=innovator, attachment=held)
    client.post(documents(asking), {"purpose": "dokumen:surat-pernyataan", "file": picked()})
    sent = Attachment.objects.get(removed_at=None)
    assert "Sedang diperiksa" in text(client.get(tasks))
    examine_attachment(by=None, attachment=sent)
    attach(innovator, innovation, name="foto.pdf")
    page = text(client.get(documents(asking), headers={"HX-Request": "true"}))
    assert "Ada</span>" in page
    assert "foto.pdf" in page.split('id="bukti"')[1]
    check = text(client.get(reverse("competitions:entry_check", args=[asking.entries[0].pk])))
    assert "Surat pernyataan" in check
    assert "1 berkas" in check


def test_documents_form_keeps_the_choice_when_refused(
    client: WatchfulClient, asking: Contest
) -> None:
    client.force_login(asking.team.innovator)
    page = text(
        client.post(
            documents(asking), {"purpose": "dokumen:dasar-hukum", "file": picked(b"x", "a.zip")}
        )
    )
    assert "a.zip: Jenis berkas .zip tidak diterima" in page
    assert '<option value="dokumen:dasar-hukum" selected>' in page


def test_documents_of_a_submitted_entry_are_those_of_its_version(
    client: WatchfulClient, asking: Contest
) -> None:
    innovator = asking.team.innovator
    letter = attach(innovator, asking.entries[0].innovation, document_key="surat-pernyataan")
    submit_all(asking)
    attach(innovator, asking.entries[0].innovation, name="susulan.pdf")
    client.force_login(innovator)
    answer = client.get(documents(asking))
    assert answer["Location"].endswith("/periksa/#dokumen")
    page = text(client.get(answer["Location"]))
    assert letter.get_absolute_url() in page
    assert "susulan.pdf" not in page


def test_documents_page_of_others_is_missing_and_readers_can_not_write(
    client: WatchfulClient, asking: Contest
) -> None:
    client.force_login(make_team().innovator)
    assert client.get(documents(asking)).status_code == 404
    client.force_login(asking.observer)
    assert "data-upload=" not in text(client.get(documents(asking)))
    assert client.post(documents(asking), {"file": picked()}).status_code == 403


@pytest.mark.parametrize("is_held", [False, True])
def test_missing_or_held_document_stops_the_way_to_the_agency_and_the_ministry(
    client: WatchfulClient, asking: Contest, settings: Any, is_held: bool
) -> None:
    """The page names it and leads to its place; who posts past the page hears the same."""
    (entry, team) = (asking.entries[0], asking.team)
    sentence = "Dokumen “Surat pernyataan” belum diunggah."
    way_out = f'<a href="{documents(asking)}">{sentence} Unggah dokumen itu'
    if is_held:
        settings.CLAMD = "127.0.0.1:1"
        attach(team.innovator, entry.innovation, document_key="surat-pernyataan")
    client.force_login(team.innovator)
    check = reverse("competitions:entry_check", args=[entry.pk])
    page = text(client.get(check))
    assert "1 hal harus dilengkapi sebelum dikirim" in page
    assert way_out in page
    assert 'name="is_true"' not in page
    declared = {"is_true": "on", "is_new": "on"}
    assert sentence in text(client.post(check, declared))
    send_page = reverse("competitions:entry_send", args=[entry.pk])
    assert sentence in text(client.post(send_page, declared))
    entry.refresh_from_db()
    assert entry.state == EntryState.DRAFT
    settings.CLAMD = ""
    letter = attach(team.innovator, entry.innovation, document_key="surat-pernyataan")
    assert sentence not in text(client.get(check))
    walk_entry(asking, entry, EntryState.WITH_AGENCY)
    Attachment.objects.filter(pk=letter.pk).update(removed_at=clock.now(), removed_by=team.admin)
    client.force_login(team.admin)
    assert sentence in text(client.get(check))
    submit_page = reverse("competitions:entry_submit", args=[entry.pk])
    assert sentence in text(client.post(submit_page))
    entry.refresh_from_db()
    assert entry.state == EntryState.WITH_AGENCY


def test_check_screen_shows_the_files(client: WatchfulClient) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=1, with_files=True)
    check = contest.entries[0].stage_entries.last().administrative_check
    client.force_login(contest.officer)
    page = text(client.get(reverse("competitions:check_detail", args=[check.pk])))
    assert Attachment.objects.get().get_absolute_url() in page


def test_pages_of_a_proposal_ask_little(client: WatchfulClient) -> None:
    contest = make_contest(entries=1, documents=[LETTER, DECREE])
    client.force_login(contest.team.innovator)
    client.get(documents(contest))
    (more,) = enter(contest, make_innovations(contest.team))
    for _ in range(3):
        attach(contest.team.innovator, more.innovation)
    limits = {"entry_tasks": 17, "entry_check": 15, "entry_documents": 15}
    for name, limit in limits.items():
        counts = []
        for entry in (contest.entries[0], more):
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"competitions:{name}", args=[entry.pk]))
            counts.append(len(queries))
        assert max(counts) <= limit, (name, counts)
