"""A file's way onto a dossier: pieces, quota, examination, removal, versions."""

import hashlib
import json
import socketserver
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from agencies.enums import Role
from innovations import tasks
from innovations.actions.archiving import archive_innovation
from innovations.actions.attachments import (
    AttachmentCopy,
    attach_copies,
    examine_attachment,
    examine_waiting,
    remove_attachment,
    show_attachment,
)
from innovations.actions.dossiers import (
    DossierDraft,
    create_innovations,
)
from innovations.actions.freezing import freeze_innovations
from innovations.actions.reference import load_goals
from innovations.actions.uploads import (
    EXAMINE_TASK,
    Wanted,
    attach_file,
    bare_name,
    cancel_upload,
    finish_upload,
    receive_chunk,
    start_upload,
    sweep_uploads,
)
from innovations.enums import AttachmentState
from innovations.exceptions import DossierLocked, UploadIncomplete, UploadRefused
from innovations.models import Attachment, FrozenAttachment, Innovation, Upload
from innovations.queries.attachments import room_of
from innovations.queries.freezing import freeze
from innovations.queries.kept_files import version_faults
from innovations.versions import fingerprint
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.files import (
    FileRefused,
    StorageFailed,
    WrongOffset,
    open_kept,
    staged_path,
    staged_size,
)
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.factories import Team, make_innovations, make_person, make_team
from tests.owner import as_owner, past_triggers
from tests.uploading import attach, begin, jpeg, pdf, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def innovation(team: Team) -> Innovation:
    return make_innovations(team)[0]


def kept(attachment: Attachment) -> bytes:
    with open_kept(attachment.storage_name) as file:
        return file.read()


def jobs() -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args FROM procrastinate_jobs ORDER BY id")
        return list(cursor.fetchall())


def test_upload_arrives_in_pieces_and_is_examined(team: Team, innovation: Innovation) -> None:
    content = pdf(filler=5000)
    upload = begin(team.innovator, innovation, content, "C:\\berkas\\Surat pernyataan.pdf")
    assert upload.name == "Surat pernyataan.pdf"
    half = len(content) // 2
    assert receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=content[:half]) == half
    receive_chunk(by=team.innovator, upload=upload, offset=half, chunk=content[half:])
    sent = finish_upload(by=team.innovator, innovation=innovation, token=upload.token)
    assert sent.state == AttachmentState.EXAMINING
    assert not Upload.objects.exists()
    (name, arguments) = jobs()[-1]
    assert name == "innovations.tasks.examine"
    assert json.loads(arguments) == {"attachment_id": sent.pk}
    ready = examine_attachment(by=None, attachment=sent)
    assert ready.state == AttachmentState.READY
    assert (ready.kind, ready.pages) == ("pdf", 1)
    assert hashlib.sha256(kept(ready)).hexdigest() == ready.sha256
    assert ready.size == len(kept(ready))
    verbs = AuditEvent.objects.about(ready).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["attachment_uploaded", "attachment_accepted"]


def test_photo_loses_its_place_and_keeps_a_random_name(team: Team, innovation: Innovation) -> None:
    ready = attach(team.innovator, innovation, jpeg(), "Foto Balai.JPEG")
    assert ready.name == "Foto Balai.jpg"
    assert "Foto" not in ready.storage_name
    assert b"Kamera Uji" in jpeg()
    assert b"Kamera Uji" not in kept(ready)
    assert ready.is_cleaned


def test_finish_twice_gives_the_same_attachment(team: Team, innovation: Innovation) -> None:
    first = send(team.innovator, innovation)
    again = finish_upload(by=team.innovator, innovation=innovation, token=first.public_id)
    assert again == first
    assert Attachment.objects.count() == 1
    assert AuditEvent.objects.named("attachment_uploaded").count() == 1


def test_finish_of_an_unknown_token_finds_nothing(team: Team, innovation: Innovation) -> None:
    (other,) = make_innovations(team)
    sent = send(team.innovator, other)
    for token in (uuid.uuid4(), sent.public_id):
        with pytest.raises(Attachment.DoesNotExist):
            finish_upload(by=team.innovator, innovation=innovation, token=token)


def test_finish_waits_for_the_last_byte(team: Team, innovation: Innovation) -> None:
    upload = begin(team.innovator, innovation, pdf())
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=pdf()[:-1])
    with pytest.raises(UploadIncomplete):
        finish_upload(by=team.innovator, innovation=innovation, token=upload.token)
    assert Upload.objects.filter(pk=upload.pk).exists()


def test_finish_refuses_bytes_other_than_announced(team: Team, innovation: Innovation) -> None:
    content = pdf()
    wanted = Wanted("surat.pdf", len(content), hashlib.sha256(b"lain").hexdigest())
    upload = start_upload(by=team.innovator, innovation=innovation, wanted=wanted)
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=content)
    with pytest.raises(UploadIncomplete, match="tidak sama"):
        finish_upload(by=team.innovator, innovation=innovation, token=upload.token)
    assert staged_size(str(upload.token)) == 0
    right = Wanted("surat.pdf", len(content), hashlib.sha256(content).hexdigest())
    upload = start_upload(by=team.innovator, innovation=innovation, wanted=right)
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=content)
    finish_upload(by=team.innovator, innovation=innovation, token=upload.token)


def test_piece_at_another_place_is_refused_with_the_right_one(
    team: Team, innovation: Innovation
) -> None:
    upload = begin(team.innovator, innovation, pdf())
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=pdf()[:10])
    with pytest.raises(WrongOffset) as wrong:
        receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=pdf()[:10])
    assert wrong.value.offset == 10


def test_piece_beyond_the_announced_size_is_refused(team: Team, innovation: Innovation) -> None:
    upload = begin(team.innovator, innovation, b"x" * 10)
    with pytest.raises(UploadRefused, match="lebih besar"):
        receive_chunk(by=team.innovator, upload=upload, offset=5, chunk=b"x" * 6)


def test_piece_of_an_expired_upload_is_refused_and_swept(
    team: Team, innovation: Innovation
) -> None:
    upload = begin(team.innovator, innovation, pdf())
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=pdf()[:10])
    kept_one = begin(team.innovator, innovation, pdf())
    Upload.objects.filter(pk=kept_one.pk).update(expires_at=clock.now() + timedelta(days=9))
    later = clock.now() + timedelta(hours=settings.UPLOAD_HOURS)
    with clock.at(later):
        with pytest.raises(UploadRefused, match="kedaluwarsa"):
            receive_chunk(by=team.innovator, upload=upload, offset=10, chunk=b"x")
        sweep_uploads(by=None)
    assert list(Upload.objects.all()) == [kept_one]
    assert not staged_path(str(upload.token)).exists()
    assert AuditEvent.objects.named("upload_expired").count() == 1


@pytest.mark.parametrize(
    ("name", "size", "sentence"),
    [
        ("berkas.exe", 10, r"\.exe tidak diterima"),
        ("berkas", 10, "berkas tidak diterima"),
        ("surat.pdf", 0, "kosong"),
        ("surat.pdf", 5 * 1024 * 1024 + 1, "paling besar 5 MB"),
    ],
)
def test_start_refuses_before_anything_is_sent(
    team: Team, innovation: Innovation, name: str, size: int, sentence: str
) -> None:
    with pytest.raises(FileRefused, match=sentence):
        start_upload(by=team.innovator, innovation=innovation, wanted=Wanted(name, size))
    assert not Upload.objects.exists()


def test_number_of_files_is_limited_with_those_under_way(
    team: Team, innovation: Innovation, settings: Any
) -> None:
    settings.ATTACHMENT_FILES = 3
    attach(team.innovator, innovation)
    refused = attach(team.innovator, innovation, b"%PDF-1.7 rusak")
    assert refused.state == AttachmentState.REFUSED
    removed = attach(team.innovator, innovation)
    remove_attachment(by=team.innovator, attachment=removed)
    begin(team.innovator, innovation, pdf())
    begin(team.innovator, innovation, pdf())
    with pytest.raises(UploadRefused, match="3 berkas"):
        begin(team.innovator, innovation, pdf())


def test_bytes_of_a_dossier_are_limited(team: Team, innovation: Innovation, settings: Any) -> None:
    settings.ATTACHMENT_BYTES = 2_000_000
    attach(team.innovator, innovation)
    begin(team.innovator, innovation, b"x" * 1_400_000)
    with pytest.raises(UploadRefused, match="2 MB seluruhnya, tersisa 0,6 MB"):
        begin(team.innovator, innovation, b"x" * 700_000)


def test_bytes_of_an_agency_are_limited_over_its_dossiers(
    team: Team, innovation: Innovation, settings: Any
) -> None:
    settings.ATTACHMENT_AGENCY_BYTES = 1_000_000
    (other,) = make_innovations(team)
    begin(team.innovator, other, b"x" * 900_000)
    with pytest.raises(UploadRefused, match="Ruang berkas instansi"):
        begin(team.innovator, innovation, b"x" * 200_000)
    stranger = make_team()
    begin(stranger.innovator, make_innovations(stranger)[0], b"x" * 200_000)


def test_room_is_asked_again_at_the_end(team: Team, innovation: Innovation, settings: Any) -> None:
    upload = begin(team.innovator, innovation, pdf())
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=pdf())
    settings.ATTACHMENT_FILES = 0
    with pytest.raises(UploadRefused):
        finish_upload(by=team.innovator, innovation=innovation, token=upload.token)
    settings.ATTACHMENT_FILES = 1
    finish_upload(by=team.innovator, innovation=innovation, token=upload.token)
    assert room_of(innovation).files_left == 0


def test_cancel_gives_the_room_back(
    team: Team, innovation: Innovation, django_capture_on_commit_callbacks: Any
) -> None:
    upload = begin(team.innovator, innovation, pdf())
    receive_chunk(by=team.innovator, upload=upload, offset=0, chunk=pdf()[:9])
    with django_capture_on_commit_callbacks(execute=True):
        cancel_upload(by=team.innovator, upload=upload)
        cancel_upload(by=team.innovator, upload=upload)
    assert room_of(innovation).files == 0
    assert staged_size(str(upload.token)) == 0
    assert AuditEvent.objects.named("upload_cancelled").count() == 1


def test_strangers_and_archived_dossiers_take_nothing(team: Team, innovation: Innovation) -> None:
    other = make_team()
    upload = begin(team.innovator, innovation, pdf())
    attachment = attach(team.innovator, innovation)
    with pytest.raises(Forbidden):
        begin(other.innovator, innovation, pdf())
    with pytest.raises(Forbidden):
        receive_chunk(by=other.admin, upload=upload, offset=0, chunk=b"x")
    with pytest.raises(Forbidden):
        finish_upload(by=other.admin, innovation=innovation, token=upload.token)
    with pytest.raises(Forbidden):
        cancel_upload(by=other.admin, upload=upload)
    with pytest.raises(Forbidden):
        remove_attachment(by=other.admin, attachment=attachment)
    with pytest.raises(Forbidden):
        show_attachment(by=team.innovator, attachment=attachment, is_public=True)
    archive_innovation(by=team.admin, innovation=innovation, reason="Selesai.")
    with pytest.raises(Forbidden, match="diarsipkan"):
        begin(team.innovator, innovation, pdf())
    with pytest.raises(DossierLocked):
        show_attachment(by=team.admin, attachment=attachment, is_public=True)


def test_file_in_one_request_takes_the_same_way(team: Team, innovation: Innovation) -> None:
    content = pdf()
    attachment = attach_file(
        by=team.innovator,
        innovation=innovation,
        wanted=Wanted("surat.pdf", len(content), "", "surat-pernyataan"),
        chunks=[content[:50], content[50:]],
    )
    assert attachment.document_key == "surat-pernyataan"
    with pytest.raises(UploadIncomplete):
        attach_file(
            by=team.innovator,
            innovation=innovation,
            wanted=Wanted("surat.pdf", 99),
            chunks=[b"x"],
        )
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("octets", "name", "sentence"),
    [
        (b"%PDF-1.7 rusak", "surat.pdf", "rusak"),
        (b"GIF89a....", "foto.jpg", "tidak sesuai"),
        (jpeg(), "surat.pdf", "tidak sesuai"),
    ],
)
def test_refused_file_says_why_and_is_not_kept(
    team: Team, innovation: Innovation, octets: bytes, name: str, sentence: str
) -> None:
    refused = attach(team.innovator, innovation, octets, name)
    assert refused.state == AttachmentState.REFUSED
    assert sentence in refused.reason
    assert not refused.storage_name
    message = Notification.objects.get(recipient=team.innovator)
    assert message.subject == f"Berkas ditolak: {name}"
    assert message.body == refused.reason
    assert message.path == f"/kerja/inovasi/{innovation.pk}/lampiran/"


def test_file_that_vanished_is_refused(team: Team, innovation: Innovation) -> None:
    sent = send(team.innovator, innovation)
    staged_path(str(sent.public_id)).unlink()
    assert "hilang" in examine_attachment(by=None, attachment=sent).reason


def test_examination_twice_changes_nothing(team: Team, innovation: Innovation) -> None:
    sent = send(team.innovator, innovation)
    ready = examine_attachment(by=None, attachment=sent)
    late = examine_attachment(by=None, attachment=sent)
    assert late.storage_name == ready.storage_name
    assert examine_attachment(by=None, attachment=ready) == ready
    assert AuditEvent.objects.named("attachment_accepted").count() == 1


def test_file_taken_off_while_examined_is_not_kept(team: Team, innovation: Innovation) -> None:
    sent = send(team.innovator, innovation)
    remove_attachment(by=team.innovator, attachment=sent)
    late = examine_attachment(by=None, attachment=sent)
    assert late.state == AttachmentState.EXAMINING
    assert not late.storage_name
    broken = send(team.innovator, innovation, b"rusak")
    remove_attachment(by=team.innovator, attachment=broken)
    assert not examine_attachment(by=None, attachment=broken).reason


def test_removal_forgets_the_bytes_unless_a_version_names_them(
    team: Team, innovation: Innovation, django_capture_on_commit_callbacks: Any
) -> None:
    frozen = attach(team.innovator, innovation, pdf("satu"), "satu.pdf")
    (version,) = freeze_innovations(by=team.admin, innovations=[innovation])
    loose = attach(team.innovator, innovation, pdf("dua"), "dua.pdf")
    name = loose.storage_name
    with django_capture_on_commit_callbacks(execute=True):
        remove_attachment(by=team.innovator, attachment=frozen)
        remove_attachment(by=team.innovator, attachment=loose)
        remove_attachment(by=team.innovator, attachment=loose)
    frozen.refresh_from_db()
    loose.refresh_from_db()
    assert kept(frozen)
    assert not loose.storage_name
    with pytest.raises(FileRefused):
        open_kept(name)
    assert [row.attachment for row in version.frozen_attachments.all()] == [frozen]
    assert AuditEvent.objects.named("attachment_removed").count() == 2
    assert room_of(innovation).files == 0


def test_version_names_its_files_sorted_and_an_earlier_one_keeps_its_hash(
    team: Team, innovation: Innovation
) -> None:
    second = attach(team.innovator, innovation, pdf("b"), "b.pdf")
    first = attach(team.innovator, innovation, jpeg(), "a.jpg")
    letter = attach(team.innovator, innovation, pdf("c"), "c.pdf", document_key="surat")
    send(team.innovator, innovation, pdf("d"), "belum.pdf")
    attach(team.innovator, innovation, b"rusak", "rusak.pdf")
    (version,) = freeze_innovations(by=team.admin, innovations=[innovation])
    assert version.content["attachments"] == [
        {
            "name": one.name,
            "kind": one.kind,
            "size": one.size,
            "sha256": one.sha256,
            "document": one.document_key,
        }
        for one in (first, second, letter)
    ]
    assert version.content_hash == fingerprint(version.content)
    remove_attachment(by=team.innovator, attachment=first)
    (later,) = freeze_innovations(by=team.admin, innovations=[innovation])
    assert later.content_hash != version.content_hash
    version.refresh_from_db()
    assert fingerprint(version.content) == version.content_hash
    assert FrozenAttachment.objects.filter(version=later).count() == 2


def test_shown_file_is_hidden_again(team: Team, innovation: Innovation) -> None:
    attachment = attach(team.innovator, innovation)
    for is_public in (True, True, False):
        row = show_attachment(by=team.admin, attachment=attachment, is_public=is_public)
        assert row.is_public is is_public
    assert AuditEvent.objects.named("attachment_shown").count() == 1
    assert AuditEvent.objects.named("attachment_hidden").count() == 1
    with pytest.raises(DossierLocked):
        show_attachment(by=team.admin, attachment=send(team.innovator, innovation), is_public=True)


def test_page_shows_the_content_that_would_be_frozen(team: Team) -> None:
    """Read in one query beside the dossier or row by row: the same goals, links and team."""
    load_goals(by=None)
    draft = DossierDraft(
        title="Antrean daring",
        goals=(16, 3),
        links=[("Laman", "https://contoh.example/b"), ("Foto", "https://contoh.example/a")],
        team=[('Wayan "Yan" \\u0041 é', "Ketua"), ("Ayu", "")],
    )
    (innovation,) = create_innovations(by=team.innovator, agency=team.agency, drafts=[draft])
    shown = freeze(innovation)
    assert shown["goals"] == sorted(goal.number for goal in innovation.goals.all()) == [3, 16]
    assert shown["links"] == list(innovation.links.order_by("pk").values("title", "url"))
    assert shown["team"] == list(innovation.team.order_by("pk").values("name", "position"))
    assert [one["name"] for one in shown["team"]] == ['Wayan "Yan" \\u0041 é', "Ayu"]
    (version,) = freeze_innovations(by=team.admin, innovations=[innovation])
    assert version.content == shown


def test_copies_of_a_file_lie_on_many_dossiers(team: Team, innovation: Innovation) -> None:
    from sinovik.files import clean, examine

    staged_path("a" * 32).write_bytes(pdf())
    cleaned = clean(staged_path("a" * 32), examine(staged_path("a" * 32), "surat.pdf"))
    (other,) = make_innovations(team)
    rows = attach_copies(
        by=team.innovator,
        cleaned=cleaned,
        files=[
            AttachmentCopy(innovation, "surat.pdf", "surat"),
            AttachmentCopy(other, "surat.pdf"),
        ],
    )
    assert len({row.storage_name for row in rows}) == 2
    assert {kept(row) for row in rows} == {cleaned.path.read_bytes()}
    (held,) = attach_copies(
        by=team.innovator,
        cleaned=cleaned,
        files=[AttachmentCopy(innovation, "ditahan.pdf", is_held=True)],
    )
    assert held.state == AttachmentState.HELD
    assert AuditEvent.objects.named("attachment_held").count() == 1
    assert AuditEvent.objects.named("attachment_accepted").count() == 2
    stranger = make_person(Role.INNOVATOR)
    with pytest.raises(Forbidden):
        attach_copies(by=stranger, cleaned=cleaned, files=[AttachmentCopy(innovation, "x.pdf")])


@pytest.mark.parametrize(
    ("typed", "kept_name"),
    [
        ("surat.pdf", "surat.pdf"),
        ("../../etc/surat.pdf", "surat.pdf"),
        ("C:\\a\\surat.pdf", "surat.pdf"),
        ("a" * 200 + ".pdf", "a" * 146 + ".pdf"),
        ("a" * 200, "a" * 150),
    ],
)
def test_bare_name(typed: str, kept_name: str) -> None:
    assert bare_name(typed) == kept_name


IMPOSSIBLE = [
    ("UPDATE innovations_attachment SET state = 'examining'", "no way from ready"),
    ("UPDATE innovations_attachment SET sha256 = repeat('0', 64)", "stays what it is"),
    ("UPDATE innovations_attachment SET name = 'x'", "stays what it is"),
    ("UPDATE innovations_attachment SET document_key = 'x'", "stays what it is"),
    ("UPDATE innovations_attachment SET storage_name = ''", "bytes are needed"),
    (
        "UPDATE innovations_attachment SET storage_name = '', removed_at = now(),"
        " removed_by_id = uploaded_by_id",
        "bytes are needed",
    ),
    ("UPDATE innovations_frozenattachment SET version_id = 1", "UPDATE refused"),
    ("DELETE FROM innovations_frozenattachment", "DELETE refused"),
    (
        "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE innovations_frozenattachment",
        "TRUNCATE refused",
    ),
]


@pytest.mark.parametrize(("sql", "message"), IMPOSSIBLE)
def test_raw_sql_can_not_change_a_file_that_a_version_names(
    team: Team, innovation: Innovation, sql: str, message: str
) -> None:
    attach(team.innovator, innovation)
    freeze_innovations(by=team.admin, innovations=[innovation])
    with (
        pytest.raises(IntegrityError, match=message),
        transaction.atomic(),
        as_owner() as cursor,
    ):
        cursor.execute(sql)


def test_verify_files_names_the_file_with_one_byte_altered(
    team: Team, innovation: Innovation, capsys: pytest.CaptureFixture[str]
) -> None:
    whole, altered, lost = (
        attach(team.innovator, innovation, pdf(name), name)
        for name in ("utuh.pdf", "ubah.pdf", "hilang.pdf")
    )
    freeze_innovations(by=team.admin, innovations=[innovation])
    call_command("verify_files")
    assert "3 berkas sama dengan sidiknya" in capsys.readouterr().out
    path = Path(storages["uploads"].path(altered.storage_name))
    octets = bytearray(path.read_bytes())
    octets[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(octets)
    Path(storages["uploads"].path(lost.storage_name)).unlink()
    with pytest.raises(CommandError, match="2 kesalahan pada 3 berkas"):
        call_command("verify_files")
    said = capsys.readouterr().err
    assert f"{innovation.code}, lampiran {altered.public_id} “ubah.pdf”: isinya berubah" in said
    assert "“hilang.pdf”: berkasnya tidak terbaca" in said
    assert str(whole.public_id) not in said


def test_verify_files_names_the_version_whose_list_was_altered(
    team: Team, innovation: Innovation
) -> None:
    attach(team.innovator, innovation)
    freeze_innovations(by=team.admin, innovations=[innovation])
    assert not list(version_faults())
    with past_triggers() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("DELETE FROM innovations_frozenattachment")
    assert list(version_faults()) == [
        f"{innovation.code} versi 1: daftar berkas tidak sama dengan yang dibekukan"
    ]


@contextmanager
def scanner(answer: bytes) -> Iterator[str]:
    """A clamd that says the same of every file, for as long as the block lasts."""

    class Answer(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.read(6)
            if asked == b"zPING\0":
                self.wfile.write(b"PONG\0")
                return
            self.rfile.read(4)
            while size := int.from_bytes(self.rfile.read(4), "big"):
                self.rfile.read(size)
            self.wfile.write(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Answer) as server:
        server.daemon_threads = True
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


CLEAN, FOUND = b"stream: OK\0", b"stream: Eicar-Test-Signature FOUND\0"
NOBODY = "127.0.0.1:1"


def test_infected_file_is_refused(team: Team, innovation: Innovation, settings: Any) -> None:
    with scanner(FOUND) as settings.CLAMD:
        refused = attach(team.innovator, innovation)
    assert refused.state == AttachmentState.REFUSED
    assert "Pemindai virus menolak" in refused.reason


def test_clean_file_is_ready(team: Team, innovation: Innovation, settings: Any) -> None:
    with scanner(CLEAN) as settings.CLAMD:
        assert attach(team.innovator, innovation).state == AttachmentState.READY


def test_file_is_held_while_the_scanner_is_down_and_let_go_by_its_answer(
    team: Team, innovation: Innovation, settings: Any
) -> None:
    settings.CLAMD = NOBODY
    held = attach(team.innovator, innovation)
    assert held.state == AttachmentState.HELD
    assert not Attachment.objects.visible_to(team.admin).exists()
    (version,) = freeze_innovations(by=team.admin, innovations=[innovation])
    assert version.content["attachments"] == []
    assert examine_waiting(by=None) == 0
    with scanner(b"stream: lagi sibuk\0") as settings.CLAMD:
        examine_waiting(by=None)
        held.refresh_from_db()
        assert held.state == AttachmentState.HELD
    # Without a scanner nobody knows either.
    settings.CLAMD = ""
    assert examine_attachment(by=None, attachment=held).state == AttachmentState.HELD
    with scanner(CLEAN) as settings.CLAMD:
        assert examine_waiting(by=None) == 1
    held.refresh_from_db()
    assert held.state == AttachmentState.READY
    message = Notification.objects.get(recipient=team.innovator)
    assert message.subject == "Berkas lolos pemeriksaan virus: surat.pdf"


def test_held_file_that_turns_out_infected_is_forgotten(
    team: Team,
    innovation: Innovation,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.CLAMD = NOBODY
    held = attach(team.innovator, innovation)
    with scanner(FOUND) as settings.CLAMD, django_capture_on_commit_callbacks(execute=True):
        examine_waiting(by=None)
    name = held.storage_name
    held.refresh_from_db()
    assert held.state == AttachmentState.REFUSED
    with pytest.raises(FileRefused):
        open_kept(name)


def test_file_that_a_job_let_fall_is_examined_later(team: Team, innovation: Innovation) -> None:
    sent = send(team.innovator, innovation)
    assert examine_waiting(by=None) == 0
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert examine_waiting(by=None) == 1
    sent.refresh_from_db()
    assert sent.is_ready


def test_store_that_is_down_keeps_the_file_waiting(
    team: Team, innovation: Innovation, settings: Any
) -> None:
    sent = send(team.innovator, innovation)
    settings.STORAGES = settings.STORAGES | {
        "uploads": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": "/proc/tidak-bisa-ditulis"},
        }
    }
    with pytest.raises(StorageFailed):
        examine_attachment(by=None, attachment=sent)
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert examine_waiting(by=None) == 1
    sent.refresh_from_db()
    assert sent.is_waiting


def test_jobs_call_the_actions(team: Team, innovation: Innovation) -> None:
    sent = send(team.innovator, innovation)
    tasks.examine(attachment_id=sent.pk)
    sent.refresh_from_db()
    assert sent.is_ready
    tasks.examine_again(timestamp=0)
    tasks.sweep(timestamp=0)
    assert tasks.examine.name == EXAMINE_TASK
