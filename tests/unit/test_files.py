"""The child that cleans, scanner, store, stage and answer: each also when broken."""

import hashlib
import io
import os
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from django.core.files.storage import storages
from moto import mock_aws
from PIL import Image

from sinovik.files import (
    FileKind,
    FileRefused,
    StorageFailed,
    Verdict,
    WrongOffset,
    append_chunk,
    attachment_response,
    clean,
    cleaning,
    drop_staged,
    drop_stale_staged,
    examine,
    keep,
    kept_size,
    open_kept,
    remove,
    scan,
    staged_path,
    staged_size,
    tidy_name,
)
from sinovik.files.scanning import is_scanner_alive
from sinovik.files.staging import stage_directory
from tests.documents import pdf, picture
from tests.hostile_files import EICAR

TOKEN = "token-yang-panjang-sekali"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "given.pdf"
    path.write_bytes(pdf())
    return path


def everything_staged() -> set[Path]:
    return {entry for part in ("cleaned", "cleaning") for entry in stage_directory(part).iterdir()}


def test_cleaned_picture_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = tmp_path / "a.jpg"
    path.write_bytes(picture("JPEG", size=(40, 20), exif=exif))
    cleaned = clean(path, examine(path, "a.jpg"))
    image = Image.open(io.BytesIO(cleaned.path.read_bytes()))
    assert image.size == (20, 40)
    assert not image.getexif()
    red, *_rest = image.convert("RGB").getpixel((15, 5))
    assert red > 200
    assert image.convert("RGB").getpixel((2, 35)) > (200, 200, 200)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_picture_of_every_mode_is_drawn_anew(tmp_path: Path, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    path = tmp_path / "picture"
    Image.new(mode, (9, 9)).save(path, kind)
    name = f"a.{kind.lower()}"
    cleaned = clean(path, examine(path, name))
    assert Image.open(io.BytesIO(cleaned.path.read_bytes())).size == (9, 9)


def test_picture_keeps_what_is_transparent(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    image = Image.new("P", (4, 4), 1)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.save(path, transparency=1)
    cleaned = clean(path, examine(path, "a.png"))
    drawn = Image.open(io.BytesIO(cleaned.path.read_bytes())).convert("RGBA")
    assert drawn.getpixel((0, 0)) == (255, 0, 0, 0)


def test_signed_document_without_programs_stays_byte_for_byte(tmp_path: Path) -> None:
    from pikepdf import Dictionary, Name, String

    def sign(document: Any) -> None:
        document.Root.Perms = Dictionary(
            DocMDP=document.make_indirect(
                Dictionary(Type=Name.Sig, ByteRange=[0, 1, 2, 3], Contents=String("ab"))
            )
        )

    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(sign))
    cleaned = clean(path, examine(path, "a.pdf"))
    assert not cleaned.was_changed
    assert cleaned.path.read_bytes() == path.read_bytes()
    assert cleaned.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_signature_that_cleaning_breaks_names_nobody_any_more(tmp_path: Path) -> None:
    import pikepdf
    from pikepdf import Dictionary, Name, String

    def sign(document: Any) -> None:
        signature = Dictionary(
            Type=Name.Sig,
            ByteRange=[0, 1, 2, 3],
            Contents=String("Sertifikat Kenanga"),
            Name=String("Kenanga"),
        )
        document.Root.Perms = Dictionary(DocMDP=document.make_indirect(signature))
        document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))

    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(sign))
    cleaned = clean(path, examine(path, "a.pdf"))
    assert cleaned.was_changed
    with pikepdf.open(cleaned.path) as document:
        assert dict(document.Root.Perms.DocMDP) == {}


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit(1)",
        "pass",
        "import time; time.sleep(30)",
        "while True: pass",
        "print('x' * 100_000_000)",
    ],
)
def test_child_that_dies_or_hangs_is_a_refusal(
    given: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    settings.CLEANING_SECONDS = 1
    monkeypatch.setattr(cleaning, "PROGRAM", program)
    before = everything_staged()
    with pytest.raises(FileRefused, match="terlalu rumit"):
        clean(given, FileKind.PDF)
    assert everything_staged() == before


LIMITED = (
    "import sys; sys.path.insert(0, sys.argv.pop(1));"
    "from sinovik.cleaning import __main__ as child; child.limit(1);"
)


@pytest.mark.parametrize(
    "program",
    [
        "bytearray(3_000_000_000)",
        "open('big', 'wb').truncate(500_000_000)",
        "[open('/dev/null') for _ in range(200)]",
        "exec('while True: pass')",
    ],
)
def test_child_gets_no_more_than_its_limits(
    given: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(cleaning, "PROGRAM", LIMITED + program)
    with pytest.raises(FileRefused, match="terlalu rumit"):
        clean(given, FileKind.PDF)


def test_child_knows_no_django_and_no_secret(
    given: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECRET_KEY", "rahasia")
    seen = tmp_path / "seen"
    look = (
        cleaning.PROGRAM
        + f"; import os; open({str(seen)!r}, 'w').write(repr((dict(os.environ),"
        + " [name for name in sys.modules if name.startswith('django')])))"
    )
    monkeypatch.setattr(cleaning, "PROGRAM", look)
    clean(given, FileKind.PDF)
    assert "rahasia" not in seen.read_text()
    assert seen.read_text().endswith("[])")


def test_crowd_of_files_waits_and_is_then_refused(
    given: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CLEANING_SECONDS = 0.05
    monkeypatch.setattr(cleaning, "PLACES", threading.BoundedSemaphore(1))
    with cleaning.PLACES, pytest.raises(FileRefused, match="Banyak berkas"):
        clean(given, FileKind.PDF)


# The scanner


def read_stream(line: socket.socket) -> bytes:
    """What a client of clamd sends with INSTREAM."""
    reader = line.makefile("rb")
    assert reader.read(10) == b"zINSTREAM\0"
    content = b""
    while size := struct.unpack("!I", reader.read(4))[0]:
        content += reader.read(size)
    return content


def honest(line: socket.socket) -> None:
    found = EICAR.encode() in read_stream(line)
    line.sendall(b"stream: Eicar-Signature FOUND\0" if found else b"stream: OK\0")


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    def say(line: socket.socket) -> None:
        read_stream(line)
        line.sendall(answer)

    return say


def silent(line: socket.socket) -> None:
    time.sleep(1.5)


def drip(line: socket.socket) -> None:
    """One byte at a time, for longer than anybody waits."""
    read_stream(line)
    for letter in b"stream: " + b"a" * 40:
        time.sleep(0.1)
        line.sendall(bytes([letter]))


def hang_up(line: socket.socket) -> None:
    line.recv(10)


@contextmanager
def scanner(behave: Callable[[socket.socket], None], unix: Path | None = None) -> Iterator[str]:
    """A clamd of our own that serves one connection."""
    family = socket.AF_UNIX if unix else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.bind(str(unix) if unix else ("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            line, _address = listening.accept()
            with line:
                try:
                    behave(line)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield str(unix) if unix else f"127.0.0.1:{listening.getsockname()[1]}"
        thread.join(timeout=10)


@pytest.mark.parametrize(
    ("behave", "content", "verdict"),
    [
        (honest, b"bersih" * 50_000, Verdict.CLEAN),
        (honest, b"", Verdict.CLEAN),
        (honest, b"a" * 70_000 + EICAR.encode(), Verdict.INFECTED),
        (silent, b"bersih", Verdict.HELD),
        (drip, b"bersih", Verdict.HELD),
        (hang_up, b"bersih" * 500_000, Verdict.HELD),
        (saying(b""), b"bersih", Verdict.HELD),
        (saying(b"stream: OK"), b"bersih", Verdict.HELD),
        (saying(b"stream: O"), b"bersih", Verdict.HELD),
        (saying(b"stream: OK\0stream: Eicar FOUND\0"), b"bersih", Verdict.HELD),
        (saying(b"stream: OK FOUND\0"), b"bersih", Verdict.INFECTED),
        (saying(b"INSTREAM size limit exceeded. ERROR\0"), b"bersih", Verdict.HELD),
        (saying(b"HTTP/1.1 200 OK\r\n\r\n\0"), b"bersih", Verdict.HELD),
        (saying(b"\xff" * 10_000), b"bersih", Verdict.HELD),
    ],
)
def test_scanner_is_believed_only_when_it_answers_well(
    tmp_path: Path,
    settings: Any,
    behave: Callable[[socket.socket], None],
    content: bytes,
    verdict: Verdict,
) -> None:
    path = tmp_path / "given"
    path.write_bytes(content)
    settings.CLAMD_SECONDS = 1
    with scanner(behave) as settings.CLAMD:
        assert scan(path) is verdict


def test_scanner_on_a_unix_socket(tmp_path: Path, settings: Any, given: Path) -> None:
    with scanner(honest, tmp_path / "clamd") as settings.CLAMD:
        assert scan(given) is Verdict.CLEAN
    settings.CLAMD = str(tmp_path / "missing")
    assert scan(given) is Verdict.HELD


@pytest.mark.parametrize("address", ["127.0.0.1:1", "127.0.0.1", "tidak.invalid:3310", "a:b"])
def test_scanner_that_cannot_be_reached_holds(settings: Any, given: Path, address: str) -> None:
    settings.CLAMD = address
    settings.CLAMD_SECONDS = 1
    assert scan(given) is Verdict.HELD
    assert not is_scanner_alive()


def test_without_a_scanner_nothing_is_called_clean(given: Path, settings: Any) -> None:
    settings.CLAMD = ""
    assert scan(given) is Verdict.NOT_CONFIGURED


@pytest.mark.parametrize(("answer", "alive"), [(b"PONG\0", True), (b"PANG\0", False)])
def test_scanner_is_alive_when_it_answers_the_ping(
    settings: Any, answer: bytes, alive: bool
) -> None:
    def pong(line: socket.socket) -> None:
        line.recv(6)
        line.sendall(answer)

    with scanner(pong) as settings.CLAMD:
        assert is_scanner_alive() is alive


# The store


@pytest.fixture
def bucket(settings: Any) -> Iterator[Any]:
    """The store in a bucket, in this process."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    with mock_aws(), pytest.MonkeyPatch.context() as patch:
        for name in names:
            patch.setenv(name, "test")
        made = boto3.client("s3", region_name="us-east-1")
        made.create_bucket(Bucket="uploads")
        settings.STORAGES = settings.STORAGES | {
            "uploads": {
                "BACKEND": "storages.backends.s3.S3Storage",
                "OPTIONS": {
                    "bucket_name": "uploads",
                    "region_name": "us-east-1",
                    "file_overwrite": False,
                    "client_config": Config(connect_timeout=1, retries={"max_attempts": 1}),
                },
            }
        }
        yield made


@pytest.fixture(params=["disk", "bucket"])
def store(request: pytest.FixtureRequest) -> Any:
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return storages["uploads"]


def test_kept_file_is_found_by_a_name_that_tells_nothing(store: Any, given: Path) -> None:
    name = keep(given)
    assert "given" not in name
    assert keep(given) != name
    assert kept_size(name) == given.stat().st_size
    with open_kept(name) as file:
        assert file.read() == given.read_bytes()
    remove(name)
    remove(name)
    with pytest.raises(StorageFailed):
        open_kept(name)
    with pytest.raises(StorageFailed):
        kept_size(name)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "", "ab/cd/../../x"])
def test_store_opens_only_names_of_its_own(store: Any, name: str) -> None:
    for act in (open_kept, kept_size, remove):
        with pytest.raises(StorageFailed):
            act(name)


def test_kept_file_on_disk_has_no_address_and_no_other_reader(given: Path, settings: Any) -> None:
    store = storages["uploads"]
    name = keep(given)
    for served in (settings.STATIC_ROOT, settings.MEDIA_ROOT, *settings.STATICFILES_DIRS):
        assert not Path(store.path(name)).is_relative_to(served)
    assert os.stat(store.path(name)).st_mode & 0o777 == 0o600
    assert os.stat(Path(store.path(name)).parent).st_mode & 0o777 == 0o700


def test_store_that_keeps_something_else_is_found_out(
    store: Any, given: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = type(store).save
    written = []

    def false(self: Any, name: str, content: Any, **options: Any) -> Any:
        content.file = io.BytesIO(b"lain")
        written.append(real(self, name, content, **options))
        return written[0]

    monkeypatch.setattr(type(store), "save", false)
    with pytest.raises(StorageFailed, match="belum tersimpan"):
        keep(given)
    assert not store.exists(written[0])


def test_store_that_fails_is_a_sentence(given: Path, settings: Any, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no directory")
    options = settings.STORAGES["uploads"] | {"OPTIONS": {"location": blocked / "uploads"}}
    settings.STORAGES = settings.STORAGES | {"uploads": options}
    with pytest.raises(StorageFailed, match="coba lagi"):
        keep(given)


def test_bucket_that_is_missing_is_a_sentence(bucket: Any, given: Path) -> None:
    name = keep(given)
    remove(name)
    bucket.delete_bucket(Bucket="uploads")
    with pytest.raises(StorageFailed, match="coba lagi"):
        keep(given)


def test_bucket_that_cannot_be_reached_is_a_sentence(
    given: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    settings.STORAGES = settings.STORAGES | {
        "uploads": {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "uploads",
                "endpoint_url": "http://127.0.0.1:1",
                "region_name": "us-east-1",
                "client_config": Config(connect_timeout=1, retries={"max_attempts": 1}),
            },
        }
    }
    with pytest.raises(StorageFailed):
        keep(given)


# The stage


@pytest.fixture(autouse=True)
def fresh_stage(settings: Any, tmp_path: Path) -> None:
    settings.STAGE_DIR = tmp_path / "stage"


def test_pieces_become_the_file(given: Path) -> None:
    content = given.read_bytes()
    place = 0
    while place < len(content):
        place = append_chunk(TOKEN, place, content[place : place + 100])
    assert staged_size(TOKEN) == len(content)
    assert staged_path(TOKEN).read_bytes() == content
    drop_staged(TOKEN)
    drop_staged(TOKEN)
    assert staged_size(TOKEN) == 0


@pytest.mark.parametrize("offset", [0, 2, 4, 99])
def test_piece_at_the_wrong_place_is_told_the_right_one(offset: int) -> None:
    append_chunk(TOKEN, 0, b"abc")
    with pytest.raises(WrongOffset) as refused:
        append_chunk(TOKEN, offset, b"def")
    assert refused.value.offset == 3
    assert staged_path(TOKEN).read_bytes() == b"abc"


def test_same_piece_sent_twice_at_once_is_taken_once() -> None:
    outcomes = []

    def send() -> None:
        try:
            outcomes.append(append_chunk(TOKEN, 0, b"a" * 100_000))
        except WrongOffset as wrong:
            outcomes.append(wrong.offset)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [100_000] * 8
    assert staged_size(TOKEN) == 100_000


def test_piece_too_many_is_refused_and_the_rest_stays(settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024 * 1024
    append_chunk(TOKEN, 0, b"a" * 1_000_000)
    with pytest.raises(FileRefused, match="paling besar 1 MB"):
        append_chunk(TOKEN, 1_000_000, b"a" * 100_000)
    assert staged_size(TOKEN) == 1_000_000


def test_full_disk_leaves_the_pieces_before(monkeypatch: pytest.MonkeyPatch) -> None:
    append_chunk(TOKEN, 0, b"abc")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(FileRefused, match="coba lagi"):
            append_chunk(TOKEN, 3, b"def")
    assert append_chunk(TOKEN, 3, b"def") == 6
    assert staged_path(TOKEN).read_bytes() == b"abcdef"


@pytest.mark.parametrize("token", ["", "short", "../../etc/passwd-and-more", "a" * 65, "a/b" * 9])
def test_token_of_nobody_is_refused(token: str) -> None:
    with pytest.raises(FileRefused, match="tidak dikenal"):
        append_chunk(token, 0, b"a")


def test_stale_pieces_are_dropped_and_fresh_ones_stay() -> None:
    now = datetime.now(UTC)
    append_chunk(TOKEN, 0, b"lama")
    append_chunk(f"{TOKEN}-2", 0, b"baru")
    (stage_directory("cleaning") / "left").mkdir()
    old = (now - timedelta(days=2)).timestamp()
    for path in (staged_path(TOKEN), stage_directory("cleaning") / "left"):
        os.utime(path, (old, old))
    assert drop_stale_staged(now - timedelta(days=1)) == 2
    assert staged_size(TOKEN) == 0
    assert staged_size(f"{TOKEN}-2") == 4


# The answer


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("laporan.pdf", "laporan.pdf"),
        ("Laporan akhir (2).PDF", "Laporan akhir (2).pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\budi\\a.pdf", "a.pdf"),
        ('a"\r\nX-Jahat: 1.pdf', "a X-Jahat 1.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("a\0b.pdf", "ab.pdf"),
        ("..", "berkas.pdf"),
        ("", "berkas.pdf"),
        (".pdf", "berkas.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
        ("laporan.html", "laporan.html.pdf"),
        ("naskah “é” 漢.pdf", "naskah “é” 漢.pdf"),
    ],
)
def test_name_is_made_safe(name: str, shown: str) -> None:
    assert tidy_name(name, FileKind.PDF) == shown
    assert tidy_name(shown, FileKind.PDF) == shown


def test_attachment_is_saved_and_never_shown(given: Path) -> None:
    size = given.stat().st_size
    with given.open("rb") as file:
        response = attachment_response(file, filename="usulan é.pdf", kind=FileKind.PDF, size=size)
        assert b"".join(response) == given.read_bytes()
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == (
        "attachment; filename=\"usulan _.pdf\"; filename*=UTF-8''usulan%20%C3%A9.pdf"
    )
    assert response["Content-Length"] == str(size)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"
    assert str(given) not in response["ETag"]


@pytest.mark.parametrize("name", ['a"b\\c.pdf', "a\r\nb.pdf", "\u202ea.pdf", "a;b=c.pdf"])
def test_attachment_of_any_name_has_one_harmless_header(name: str) -> None:
    response = attachment_response(io.BytesIO(b"a"), filename=name, kind=FileKind.PDF, size=1)
    header = response["Content-Disposition"]
    assert header.isascii()
    assert header.count('"') == 2
    assert "\\" not in header


@pytest.mark.parametrize("kind", FileKind)
def test_kind_says_what_it_is(kind: FileKind) -> None:
    assert "/" in kind.content_type
    assert str(kind.label)
    assert tidy_name("a", kind) == f"a.{kind.extension}"
