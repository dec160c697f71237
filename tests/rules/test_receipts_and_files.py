"""What a receipt proves about files, and every kind of receipt before strangers' tools."""

import base64
import random
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction

from competitions.actions.agency_exports import request_export
from competitions.actions.automatic import order_automatic, run_orders
from competitions.actions.checks import claim_checks
from competitions.actions.corrections import ask_correction, resubmit_entry
from competitions.actions.entries import send_entry, submit_entry
from competitions.actions.late import admit_late, hand_in_entry, propose_admission
from competitions.actions.reopening import reopen_entry
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState
from competitions.exceptions import TooLate
from competitions.models import AdministrativeCheck, Entry, LateSubmission, Receipt
from competitions.queries.receipts import examine, receipt_file
from innovations.models import Attachment, Innovation
from innovations.queries.freezing import freeze
from innovations.versions import fingerprint
from sinovik.audit import clock, signing
from sinovik.files import open_kept
from tests.documents import pdf, write_title
from tests.factories import REGISTRATION, Contest, make_contest, walk_entry
from tests.pages import WatchfulClient
from tests.rules.test_receipts import OPENSSL, VERIFIER, altered
from tests.uploading import attach

pytestmark = pytest.mark.django_db
GRACE = 10


@pytest.fixture
def contest() -> Contest:
    return make_contest(REGISTRATION, entries=1, grace=GRACE)


def waiting(contest: Contest) -> Entry:
    return walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)


def write(contest: Contest, text: str) -> None:
    entry = Entry.objects.select_related("innovation").get()
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=entry.innovation.edit_number,
        key="novelty",
        text=text,
    )


def on_time(contest: Contest) -> None:
    submit_entry(by=contest.team.admin, entry=waiting(contest))


def in_grace(contest: Contest) -> None:
    entry = waiting(contest)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        submit_entry(by=contest.team.admin, entry=entry)


def automatic(contest: Contest) -> None:
    order_automatic(by=contest.team.admin, entry=waiting(contest))
    with clock.at(contest.stage(REGISTRATION).closes_at - timedelta(minutes=1)):
        run_orders()


def admitted(contest: Contest) -> None:
    entry = waiting(contest)
    with clock.at(contest.stage(REGISTRATION).closes_at + timedelta(minutes=GRACE)):
        with pytest.raises(TooLate):
            hand_in_entry(by=contest.team.admin, entry=entry)
        late = LateSubmission.objects.get()
        propose_admission(by=contest.officer, late=late, letter_number="B/7/2026", reason="Padam.")
        admit_late(by=contest.head, late=LateSubmission.objects.get())


def reopened(contest: Contest) -> None:
    on_time(contest)
    reopen_entry(by=contest.team.admin, entry=Entry.objects.get())
    write(contest, "Ditulis lagi sesudah dibuka kembali.")
    send_entry(by=contest.team.innovator, entry=Entry.objects.get())
    submit_entry(by=contest.team.admin, entry=Entry.objects.get())


def mended(contest: Contest) -> None:
    on_time(contest)
    check = AdministrativeCheck.objects.select_related("stage_entry__entry").get()
    claim_checks(by=contest.officer, checks=[check])
    ask_correction(by=contest.officer, check=check, remarks=[("novelty", "Bandingkan.")])
    write(contest, "Dibandingkan dengan cara lama: 95 menit menjadi 20 menit.")
    resubmit_entry(by=contest.team.admin, entry=Entry.objects.get())


WAYS = {
    way.__name__: (way, count)
    for way, count in (
        (on_time, 1),
        (in_grace, 1),
        (automatic, 1),
        (admitted, 1),
        (reopened, 2),
        (mended, 2),
    )
}


def run_verifier(command: str, file: Path, key: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(VERIFIER), command, str(file), "--key", str(key)],
        capture_output=True,
        text=True,
        check=False,
    )


def openssl_accepts(payload: bytes, signature: bytes, directory: Path) -> bool:
    text, sign, key = (directory / name for name in ("isi.json", "tanda.bin", "kunci.pem"))
    text.write_bytes(payload)
    sign.write_bytes(signature)
    command = ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text]
    done = subprocess.run(
        [str(OPENSSL), *map(str, command), "-sigfile", str(sign)], capture_output=True, check=False
    )
    return done.returncode == 0


@pytest.mark.parametrize("name", WAYS)
def test_every_kind_of_receipt_stands_before_page_verifier_and_openssl(
    name: str, contest: Contest, tmp_path: Path
) -> None:
    way, count = WAYS[name]
    way(contest)
    receipts = list(Receipt.objects.order_by("pk"))
    assert len(receipts) == count
    assert len({receipt.content_hash for receipt in receipts}) == count
    key = tmp_path / "kunci.pem"
    key.write_bytes(signing.public_pem())
    source = random.Random(name)
    for receipt in receipts:
        octets = receipt_file(receipt)
        wrong = altered(octets, source)
        assert not examine(octets).fault
        assert examine(wrong).fault
        for content, expected in ((octets, 0), (wrong, 1)):
            file = tmp_path / "tanda-terima.json"
            file.write_bytes(content)
            assert run_verifier("receipt", file, key).returncode == expected
        if OPENSSL:
            payload, signature = receipt.payload.encode(), base64.b64decode(receipt.signature)
            assert openssl_accepts(payload, signature, tmp_path)
            assert not openssl_accepts(altered(payload, source), signature, tmp_path)


def test_one_byte_of_a_file_is_another_fingerprint(contest: Contest) -> None:
    """Two proposals that differ in one letter inside a file, and in nothing else."""
    innovation, prints = contest.entries[0].innovation, []
    for letter in ("a", "b"):
        with transaction.atomic():
            file = pdf(lambda made, title=f"Bukti {letter}": write_title(made, title))
            attach(contest.team.innovator, innovation, file, "bukti.pdf")
            fresh = Innovation.objects.get(pk=innovation.pk)
            content = freeze(fresh)
            prints.append((fingerprint(content), content))
            transaction.set_rollback(True)
    (first, one), (second, other) = prints
    assert first != second
    (named,), (renamed,) = one.pop("attachments"), other.pop("attachments")
    assert one == other
    assert named["name"] == renamed["name"]
    assert named["sha256"] != renamed["sha256"]


def test_the_receipt_states_the_fingerprint_of_text_and_files(contest: Contest) -> None:
    attach(contest.team.innovator, contest.entries[0].innovation, pdf(), "bukti.pdf")
    on_time(contest)
    receipt = Receipt.objects.get()
    (named,) = receipt.version.content["attachments"]
    assert named["sha256"] == Attachment.objects.get().sha256
    assert fingerprint(receipt.version.content) == receipt.content_hash


def copy_of(contest: Contest, path: Path) -> dict[str, bytes]:
    export = request_export(by=contest.team.admin, agency=contest.team.agency)
    with open_kept(export.storage_name) as kept, path.open("wb") as file:
        shutil.copyfileobj(kept, file)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: dict[str, bytes], path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_an_agency_proves_its_texts_and_files_with_its_copy(
    contest: Contest, tmp_path: Path
) -> None:
    attach(contest.team.innovator, contest.entries[0].innovation, pdf(), "bukti.pdf")
    mended(contest)
    path, key = tmp_path / "salinan.zip", tmp_path / "kunci.pem"
    key.write_bytes(signing.public_pem())
    files = copy_of(contest, path)
    done = run_verifier("copy", path, key)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "SAH")
    assert done.stdout.count("content_hash: ") == 2

    (letter,) = [name for name in files if name.startswith("lampiran/")]
    proof = sorted(name for name in files if name.startswith("tanda-terima/"))[0]
    source = random.Random(7)
    wrongs = {
        "bukti.pdf": files | {letter: altered(files[letter], source)},
        "sidik": files
        | {"versi.jsonl": files["versi.jsonl"].replace(b"Dibandingkan", b"Dibedakan")},
        proof: files | {proof: altered(files[proof], source)},
        "versi.jsonl": {name: one for name, one in files.items() if name != "versi.jsonl"},
    }
    for told, wrong in wrongs.items():
        refused = run_verifier("copy", packed(wrong, tmp_path / "lain.zip"), key)
        assert (refused.returncode, "TIDAK SAH" in refused.stdout) == (1, True), told
        assert told in refused.stdout
    path.write_bytes(path.read_bytes()[:200])
    assert "tidak utuh" in run_verifier("copy", path, key).stdout


def test_the_verifier_is_served_as_it_stands(client: WatchfulClient) -> None:
    answer = client.get("/verifikasi/sinovik_verify.py")
    assert answer.status_code == 200
    assert answer.content == VERIFIER.read_bytes()
    assert "attachment" in answer["Content-Disposition"]
    assert "/verifikasi/sinovik_verify.py" in client.get("/verifikasi/").content.decode()
