"""Receipts: one a submission, never changed, refused when a single byte is."""

import base64
import hashlib
import json
import random
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from agencies.enums import Role
from competitions.actions.entries import send_entries, submit_entries, submit_entry, withdraw_entry
from competitions.actions.receipts import issue_receipts
from competitions.actions.reopening import reopen_entry
from competitions.enums import EntryState
from competitions.exceptions import StageClosed, WrongState
from competitions.models import AdministrativeCheck, Entry, Receipt
from competitions.queries.receipts import (
    examine,
    find_receipt,
    receipt_file,
    standing_of,
    standings_of,
    statement_of,
)
from innovations.actions.dossiers import edit_innovation
from innovations.models import Innovation
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical
from sinovik.audit.models import AuditEvent
from sinovik.audit.outcome import OutcomeUnknown
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow
from tests.factories import (
    REGISTRATION,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_person,
    make_team,
    walk_entry,
)
from tests.owner import as_owner, past_triggers
from tests.verifying import Difference, sinovik_verify

ROOT = Path(__file__).parents[2]
VERIFIER = ROOT / "verify" / "sinovik_verify.py"
OPENSSL = shutil.which("openssl")
ALTERATIONS = 200


@pytest.fixture
def contest(db: None) -> Contest:
    return make_contest(REGISTRATION, entries=1)


@pytest.fixture
def entry(contest: Contest) -> Entry:
    """With the agency's admin, ready to be submitted."""
    return walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)


@pytest.fixture
def receipt(contest: Contest, entry: Entry) -> Receipt:
    submit_entry(by=contest.team.admin, entry=entry)
    return Receipt.objects.get()


def verify(file: Path, key: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(VERIFIER), "receipt", str(file), "--key", str(key)],
        capture_output=True,
        text=True,
        check=False,
    )


def altered(octets: bytes, source: random.Random) -> bytes:
    """The same file with one byte changed to another value."""
    place = source.randrange(len(octets))
    value = octets[place] ^ source.randrange(1, 256)
    return octets[:place] + bytes([value]) + octets[place + 1 :]


def test_receipt_states_what_was_submitted_and_when(contest: Contest, entry: Entry) -> None:
    done = submit_entry(by=contest.team.admin, entry=entry)
    receipt = Receipt.objects.get()
    assert done.version is not None
    assert done.submitted_at is not None
    assert statement_of(receipt) == {
        "agency": contest.team.agency.name,
        "code": receipt.code,
        "content_hash": done.version.content_hash,
        "edition": contest.edition.year,
        "format": "sinovik-receipt-1",
        "key": signing.key_id(),
        "number": done.number,
        "simulated": False,
        "submitted_at": done.submitted_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "title": done.innovation.title,
    }
    assert receipt.issued_at == done.submitted_at
    assert str(receipt) == f"{receipt.code[:4]}-{receipt.code[4:8]}-{receipt.code[8:]}"
    event = AuditEvent.objects.about(receipt).get()
    assert (event.verb, event.actor) == ("receipt_issued", contest.team.admin)
    assert event.payload == {"code": receipt.code, "key": signing.key_id()}


def test_receipt_of_an_invented_proposal_says_that_it_is_simulated(contest: Contest) -> None:
    (innovation,) = make_innovations(contest.team)
    Innovation.objects.filter(pk=innovation.pk).update(is_simulated=True)
    innovation.refresh_from_db()
    (sent,) = send_entries(by=contest.team.innovator, entries=enter(contest, [innovation]))
    submit_entry(by=contest.team.admin, entry=sent)
    assert statement_of(Receipt.objects.get())["simulated"] is True


def test_each_proposal_has_a_version_to_sign(contest: Contest, entry: Entry) -> None:
    """A list that is one short would leave the last proposal without a receipt."""
    with pytest.raises(ValueError, match="shorter"):
        issue_receipts(
            by=contest.team.admin, entries=[entry], versions=[], at=clock.now(), request_key=None
        )


def test_receipt_follows_the_version_not_the_dossier(contest: Contest, receipt: Receipt) -> None:
    innovation = receipt.entry.innovation
    edit_innovation(
        by=contest.team.admin,
        innovation=innovation,
        edit_number=innovation.edit_number,
        changes={"title": "Judul lain"},
    )
    assert statement_of(receipt)["title"] != "Judul lain"


def test_each_submission_has_its_own_code(contest: Contest) -> None:
    entries = enter(contest, make_innovations(contest.team, 5))
    sent = send_entries(by=contest.team.innovator, entries=entries)
    key = uuid4()
    submit_entries(by=contest.team.admin, entries=sent, request_key=key)
    receipts = list(Receipt.objects.all())
    assert {receipt.entry for receipt in receipts} == set(sent)
    assert {receipt.request_key for receipt in receipts} == {key}
    assert len({receipt.code for receipt in receipts}) == 5
    assert all(statement_of(receipt) for receipt in receipts)


def test_receipts_of_many_cost_as_many_queries_as_one(contest: Contest) -> None:
    counts = []
    for number in (1, 1, 6):
        entries = enter(contest, make_innovations(contest.team, number))
        sent = send_entries(by=contest.team.innovator, entries=entries)
        with CaptureQueriesContext(connection) as context:
            submit_entries(by=contest.team.admin, entries=sent)
        counts.append(len(context))
    # The first round fills caches.
    assert counts[1] == counts[2]


def test_refused_submission_leaves_no_receipt(contest: Contest, entry: Entry) -> None:
    late = contest.stage(REGISTRATION).closes_at + timedelta(microseconds=1)
    with clock.at(late), pytest.raises(StageClosed):
        submit_entry(by=contest.team.admin, entry=entry)
    with pytest.raises(Forbidden):
        submit_entry(by=make_team().admin, entry=entry)
    assert not Receipt.objects.exists()


def test_same_person_asking_again_gets_the_same_receipt(contest: Contest, entry: Entry) -> None:
    first = submit_entry(by=contest.team.admin, entry=entry)
    with clock.at(contest.stage(REGISTRATION).closes_at + timedelta(days=1)):
        again = submit_entry(by=contest.team.admin, entry=entry)
    assert (again.version, again.submitted_at) == (first.version, first.submitted_at)
    assert Receipt.objects.count() == AdministrativeCheck.objects.count() == 1
    assert AuditEvent.objects.named("submission_repeated").get().actor == contest.team.admin


def test_same_request_from_a_colleague_gets_the_same_receipt(
    contest: Contest, entry: Entry
) -> None:
    colleague = make_person(Role.AGENCY_ADMIN, agency=contest.team.agency)
    key = uuid4()
    submit_entry(by=contest.team.admin, entry=entry, request_key=key)
    assert submit_entry(by=colleague, entry=entry, request_key=key) == entry
    for other in (None, uuid4()):
        with pytest.raises(WrongState):
            submit_entry(by=colleague, entry=entry, request_key=other)
    with pytest.raises(Forbidden):
        submit_entry(by=make_team().admin, entry=entry, request_key=key)
    assert Receipt.objects.count() == 1


def test_withdrawn_entry_is_not_submitted_by_asking_again(contest: Contest, entry: Entry) -> None:
    key = uuid4()
    submit_entry(by=contest.team.admin, entry=entry, request_key=key)
    withdraw_entry(by=contest.team.admin, entry=entry)
    with pytest.raises(WrongState):
        submit_entry(by=contest.team.admin, entry=entry, request_key=key)


def test_receipt_is_final_for_code_and_for_raw_sql(receipt: Receipt) -> None:
    for change in (receipt.save, receipt.delete, Receipt.objects.all().delete):
        with pytest.raises(ImmutableRow):
            change()
    with pytest.raises(ImmutableRow):
        Receipt.objects.update(code="0000000000")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE competitions_receipt SET payload = payload",
        "DELETE FROM competitions_receipt",
        "TRUNCATE competitions_receipt",
    ):
        with (
            pytest.raises(IntegrityError, match="is final"),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(statement)


def test_second_receipt_for_a_version_is_refused(receipt: Receipt) -> None:
    twin = Receipt(
        entry=receipt.entry,
        version=receipt.version,
        code="0000000000",
        issued_at=receipt.issued_at,
    )
    with pytest.raises(IntegrityError, match="receipt_once_a_version"), transaction.atomic():
        twin.save()


def test_receipt_is_found_however_its_code_is_typed(receipt: Receipt) -> None:
    assert find_receipt(receipt.code_text.lower().replace("0", "o")) == receipt
    assert find_receipt("0000000000") is None
    assert find_receipt("bukan kode") is None


def test_row_that_somebody_changed_below_the_triggers_states_nothing(receipt: Receipt) -> None:
    changed = receipt.payload.replace("sinovik", "SINOVIK", 1)
    with past_triggers() as cursor:
        cursor.execute("UPDATE competitions_receipt SET payload = %s", [changed])
    receipt.refresh_from_db()
    assert statement_of(receipt) == {}


def test_genuine_file_is_recognised(receipt: Receipt) -> None:
    found = examine(receipt_file(receipt))
    assert (found.fault, found.receipt) == ("", receipt)
    with CaptureQueriesContext(connection) as context:
        assert found.receipt is not None
        assert found.receipt.entry.state == EntryState.SUBMITTED
    assert not context.captured_queries
    assert found.statement["content_hash"] == receipt.content_hash


def test_signature_of_another_text_is_named_as_what_is_wrong(receipt: Receipt) -> None:
    receipt.signature = signing.sign(b"lain")
    said = "Tanda tangan tidak cocok dengan isinya. Isinya sudah berubah."
    assert examine(receipt_file(receipt)).fault == said


def test_genuine_file_of_a_lost_row_is_told_apart(receipt: Receipt) -> None:
    payload = receipt.payload.replace(receipt.code, "0000000000").encode()
    receipt.payload, receipt.signature = payload.decode(), signing.sign(payload)
    found = examine(receipt_file(receipt))
    assert (found.fault, found.receipt) == ("", None)


def test_other_signed_text_is_no_receipt(receipt: Receipt) -> None:
    payload = json.dumps({"format": "something-else", "key": receipt.key})
    receipt.payload, receipt.signature = payload, signing.sign(payload.encode())
    assert "bukan tanda terima" in examine(receipt_file(receipt)).fault


@pytest.mark.parametrize(
    "octets",
    [b"", b"\xff", b"[]", b"{}", b"null", b"[" * 50_000, b'"\\ud800"', b'{"format":1}', b"NaN"],
)
def test_what_is_no_receipt_is_refused_in_words(db: None, octets: bytes) -> None:
    assert "bukan tanda terima" in examine(octets).fault


def test_altered_files_are_refused_by_the_page_and_by_the_verifier(
    receipt: Receipt, tmp_path: Path
) -> None:
    """T23: any single byte. The verifier shares no code with the page."""
    sys.path.insert(0, str(VERIFIER.parent))
    try:
        import sinovik_verify
    finally:
        sys.path.pop(0)
    octets, pem = receipt_file(receipt), signing.public_pem()
    assert sinovik_verify.check_receipt(octets, pem)["code"] == receipt.code
    source = random.Random(23)
    for _ in range(ALTERATIONS):
        wrong = altered(octets, source)
        assert examine(wrong).fault, wrong
        with pytest.raises(sinovik_verify.Difference):
            sinovik_verify.check_receipt(wrong, pem)
    for wrong in (octets + b"\n", b" " + octets, octets[:-1]):
        assert examine(wrong).fault
        with pytest.raises(sinovik_verify.Difference):
            sinovik_verify.check_receipt(wrong, pem)


def test_verifier_says_sah_or_names_the_difference(receipt: Receipt, tmp_path: Path) -> None:
    file, key = tmp_path / "r.json", tmp_path / "kunci.pem"
    file.write_bytes(receipt_file(receipt))
    key.write_bytes(signing.public_pem())
    good = verify(file, key)
    assert (good.returncode, good.stdout.splitlines()[0]) == (0, "SAH")
    assert f"content_hash: {receipt.content_hash}" in good.stdout
    title = statement_of(receipt)["title"]
    file.write_bytes(receipt_file(receipt).replace(title.encode(), title[::-1].encode()))
    bad = verify(file, key)
    assert (bad.returncode, bad.stdout) == (1, "TIDAK SAH: tanda tangan tidak cocok dengan isi\n")
    for missing in (verify(tmp_path / "none", key), verify(file, tmp_path / "none")):
        assert (missing.returncode, "tidak terbaca" in missing.stdout) == (1, True)


def test_verifier_imports_nothing_of_the_site() -> None:
    text = VERIFIER.read_text()
    assert "django" not in text.lower()
    for name in ("competitions", "innovations", "agencies", "sinovik"):
        assert f"import {name}" not in text
        assert f"from {name}" not in text


@pytest.mark.skipif(OPENSSL is None, reason="OPENSSL IS MISSING: receipts not checked with it")
def test_openssl_accepts_the_receipt_and_refuses_each_alteration(
    receipt: Receipt, tmp_path: Path
) -> None:
    """As docs/receipt.md tells strangers to do it."""
    payload, signature = receipt.payload.encode(), base64.b64decode(receipt.signature)
    key, text, sign = tmp_path / "kunci.pem", tmp_path / "isi.json", tmp_path / "tanda.bin"
    key.write_bytes(signing.public_pem())

    def accepts(octets: bytes, mark: bytes) -> bool:
        text.write_bytes(octets)
        sign.write_bytes(mark)
        command = ["pkeyutl", "-verify", "-pubin", "-inkey", key, "-rawin", "-in", text]
        done = subprocess.run(
            [str(OPENSSL), *map(str, command), "-sigfile", str(sign)],
            capture_output=True,
            check=False,
        )
        return done.returncode == 0 and b"Verified Successfully" in done.stdout

    assert accepts(payload, signature)
    source = random.Random(25519)
    for _ in range(ALTERATIONS):
        place = source.randrange(len(payload) + len(signature))
        if place < len(payload):
            assert not accepts(altered(payload, source), signature)
        else:
            assert not accepts(payload, altered(signature, source))


@pytest.mark.django_db(transaction=True)
def test_cancelled_wait_for_the_standby_gives_no_receipt_but_asking_again_does() -> None:
    """Finding 1. PostgreSQL reports success and this WARNING; here a trigger says it."""
    contest = make_contest(REGISTRATION, entries=1)
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    with as_owner() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.warn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            " RAISE WARNING 'canceling wait for synchronous replication due to user request';"
            " RETURN NULL; END $$"
        )
        cursor.execute(
            "CREATE CONSTRAINT TRIGGER warn_at_commit AFTER INSERT ON competitions_receipt"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.warn()"
        )
    try:
        with pytest.raises(OutcomeUnknown):
            submit_entry(by=contest.team.admin, entry=entry)
    finally:
        with as_owner() as cursor:
            cursor.execute("DROP TRIGGER warn_at_commit ON competitions_receipt")
    again = submit_entry(by=contest.team.admin, entry=entry)
    assert Receipt.objects.get().entry == again


def test_other_warnings_leave_the_outcome_certain(contest: Contest, entry: Entry) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE WARNING 'something else'; END $$")
    assert submit_entry(by=contest.team.admin, entry=entry).receipts.count() == 1


@pytest.mark.django_db(transaction=True)
def test_line_broken_on_the_way_leaves_the_outcome_unknown() -> None:
    contest = make_contest(REGISTRATION, entries=1)
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    with as_owner() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.fall() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
            " AS $$ BEGIN"
            " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$"
        )
        cursor.execute(
            "CREATE CONSTRAINT TRIGGER fall_at_commit AFTER INSERT ON competitions_receipt"
            " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pg_temp.fall()"
        )
    with pytest.raises(OutcomeUnknown):
        submit_entry(by=contest.team.admin, entry=entry)
    # The temporary function went with the session, and the trigger with it.
    assert not Receipt.objects.exists()
    submit_entry(by=contest.team.admin, entry=entry)
    assert Receipt.objects.count() == 1


def test_file_is_refused_with_any_one_byte_altered(receipt: Receipt) -> None:
    """Every position once, by the page and by the stand-alone program."""
    sys.path.insert(0, str(VERIFIER.parent))
    try:
        import sinovik_verify
    finally:
        sys.path.pop(0)
    octets, pem = receipt_file(receipt), signing.public_pem()
    source = random.Random(7)
    for place, octet in enumerate(octets):
        other = source.choice([one for one in range(256) if one != octet])
        wrong = octets[:place] + bytes([other]) + octets[place + 1 :]
        assert examine(wrong).fault, (place, other)
        with pytest.raises(sinovik_verify.Difference):
            sinovik_verify.check_receipt(wrong, pem)


class TestStanding:
    """What became of a submission: said truthfully, on the agency's page and in public."""

    def test_current_reopened_replaced_withdrawn(self, contest: Contest, receipt: Receipt) -> None:
        entry = Entry.objects.get(pk=receipt.entry_id)
        admin = contest.team.admin
        assert standing_of(find(receipt)).kind == "current"
        others = enter(contest, make_innovations(contest.team))
        submit_entries(by=admin, entries=send_entries(by=contest.team.innovator, entries=others))
        assert standing_of(find(receipt)).kind == "current"
        reopen_entry(by=admin, entry=entry)
        assert standing_of(find(receipt)).kind == "reopened"
        send_entries(by=contest.team.innovator, entries=[entry])
        submit_entry(by=admin, entry=entry)
        entry.refresh_from_db()
        (old, was), (new, stands) = standings_of(entry)
        assert (old, was.kind, was.successor) == (receipt, "replaced", new)
        assert was.text == f"Digantikan oleh tanda terima {new.code_text}"
        assert (stands.kind, stands.text) == ("current", "Berlaku")
        withdraw_entry(by=admin, entry=entry)
        assert standing_of(find(new)).text == "Proposal ditarik oleh instansi"
        assert standing_of(find(receipt)).successor == new


def find(receipt: Receipt) -> Receipt:
    """The receipt, read afresh."""
    found = find_receipt(receipt.code)
    assert found is not None
    return found


def test_the_vector_of_the_document_holds(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "receipt.md").read_text()
    pem, version, receipt = (
        block.encode()
        for block in re.findall(r"```(?:json)?\n(-----BEGIN.*?|\{.*?\})\n```", text, re.DOTALL)
    )
    stated = sinovik_verify.check_receipt(receipt, pem)
    assert stated["content_hash"] == hashlib.sha256(version).hexdigest()
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signature = base64.b64encode(private.sign(canonical(stated))).decode()
    assert json.loads(receipt)["signature"] == signature
    with pytest.raises(Difference):
        sinovik_verify.check_receipt(receipt.replace(b"00417", b"00418"), pem)
