"""A result is committed to at its locking; after the announcement a stranger recomputes it."""

import hashlib
import importlib.util
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from competitions.actions.announcements import schedule_announcement
from competitions.actions.cut_offs import apply_cut_off, confirm_lock, propose_lock
from competitions.actions.plenary import close_plenary
from competitions.actions.scoresheets import score_assignments
from competitions.actions.stages import close_stage
from competitions.enums import VoteChoice
from competitions.exceptions import WrongState
from competitions.models import Assignment, Commitment, ConflictDeclaration, CutOff, Result
from competitions.queries.bundle import bundle_of, pseudonym, published_commitments
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical
from sinovik.audit.models import AuditEvent
from sinovik.audit.sealing import seal_events
from sinovik.web.querysets import ImmutableRow
from tests.factories import (
    ANNOUNCED,
    FIRST,
    REVIEW,
    Contest,
    announce,
    make_contest,
    moved,
    sheet_for,
    sit,
    start,
)
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parents[2]
VERIFIER = ROOT / "verify" / "sinovik_verify.py"
ALTERATIONS = 1000


def load_verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sinovik_verify", VERIFIER)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


verifier = load_verifier()


@pytest.fixture
def contest() -> Contest:
    contest = make_contest(ANNOUNCED, entries=5, seats=(3, 1))
    type(contest.edition).objects.filter(pk=contest.edition.pk).update(is_published=True)
    return contest


def bundle(contest: Contest) -> bytes:
    seal_events()
    found = bundle_of(contest.edition)
    assert found is not None
    return found


def fault_of(octets: bytes) -> str:
    """What the verifier says of a bundle, empty where it stands."""
    try:
        verifier.check_bundle(octets, signing.public_pem())
    except verifier.Difference as difference:
        return str(difference)
    return ""


def test_the_sheet_of_a_further_reader_counts_and_the_bundle_stands() -> None:
    contest = make_contest(REVIEW, entries=2, judges=3, seats=(1, 1), extra=1)
    type(contest.edition).objects.filter(pk=contest.edition.pk).update(is_published=True)
    far, near = contest.entries
    for entry, marks in ((near, (3, 3)), (far, (5, 3)), (far, (1,))):
        rows = Assignment.objects.filter(entry=entry, scoresheet__state="draft").order_by("pk")
        for row, mark in zip(rows, marks, strict=True):
            score_assignments(by=row.evaluator, sheets=[sheet_for(row, mark)])
    with clock.at(contest.stage(REVIEW).closes_at):
        close_stage(by=contest.head, stage=contest.stage(REVIEW))
    with clock.at(contest.moment(FIRST)):
        start(contest, FIRST)
        announce(contest, FIRST)
        octets = bundle(contest)
    content = json.loads(octets)["sections"][0]["content"]
    assert len(content["sheets"]) == 5
    # Two thirds of 100, 60 and 20 is 60: what the other has. The tie is broken by the rest.
    assert [line["score"] for line in content["results"]] == ["60.000000", "60.000000"]
    assert not fault_of(octets)
    fewer = json.loads(octets)
    del fewer["sections"][0]["content"]["sheets"][0]
    assert fault_of(canonical(fewer))


def test_a_strangers_program_computes_both_lists_anew(contest: Contest, tmp_path: Path) -> None:
    file, key = tmp_path / "bundle.json", tmp_path / "kunci.pem"
    file.write_bytes(bundle(contest))
    key.write_bytes(signing.public_pem())
    command = [sys.executable, str(VERIFIER), "bundle", str(file), "--key", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "SAH"), done.stdout
    assert "winners: 3" in done.stdout
    assert "winners: 1" in done.stdout
    for commitment in Commitment.objects.all():
        assert f"content_hash: {commitment.content_hash}" in done.stdout


def another_byte(octets: bytes, source: random.Random) -> tuple[bytes, str]:
    """The bundle with one byte changed, and what the verifier must name: byte, field or list."""
    place = source.randrange(len(octets))
    wrong = bytearray(octets)
    wrong[place] ^= source.randrange(1, 256)
    return bytes(wrong), r"bita \d+|tahap |bagian \d+ .*Error|bidangnya|berformat"


def another_mark(octets: bytes, source: random.Random) -> tuple[bytes, str]:
    """The bundle with one mark changed and signed anew by a dishonest holder of the key."""
    value = json.loads(octets)
    number = source.randrange(len(value["sections"]))
    section = value["sections"][number]
    marks = source.choice(section["content"]["sheets"])["marks"]
    key = source.choice(sorted(marks))
    marks[key] = source.choice([mark for mark in range(1, 6) if mark != marks[key]])
    value["sections"][number] = signed_anew(section["content"], section)
    stage = section["content"]["stage"]
    return canonical(value), rf"^tahap '{stage}', peringkat \d+: "


def stated_lines(content: dict[str, Any], _place: str) -> set[str]:
    """Stands in for the recomputation in the control."""
    return {line["entry"] for line in content["results"] if line["selected"]}


def test_a_thousand_altered_bytes_and_marks_are_refused_with_their_place(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    octets, source = bundle(contest), random.Random(2019)
    assert fault_of(octets) == ""
    for number in range(ALTERATIONS):
        alter = another_mark if number % 4 == 0 else another_byte
        wrong, named = alter(octets, source)
        fault = fault_of(wrong)
        assert re.search(named, fault), (number, fault)
    at = octets.index(b'"seats"')
    for wrong in (b"\xff", b"}"):
        spoilt = octets[:at] + wrong + octets[at + 1 :]
        assert fault_of(spoilt) == f"berkas bukan JSON dalam UTF-8, mulai bita {at}"
    # A program that looked at hashes and signatures alone would take every such mark.
    for name in ("check_calibration", "check_log"):
        monkeypatch.setattr(verifier, name, lambda *_told: None)
    monkeypatch.setattr(verifier, "check_lines", stated_lines)
    assert fault_of(another_mark(octets, source)[0]) == ""


def signed_anew(content: dict[str, Any], section: dict[str, Any]) -> dict[str, Any]:
    """The section as a dishonest holder of the key would sign it after a change."""
    statement = json.loads(section["commitment"]["payload"])
    statement["content_hash"] = hashlib.sha256(canonical(content)).hexdigest()
    payload = canonical(statement)
    envelope = {"key": statement["key"], "payload": payload.decode()}
    envelope["signature"] = signing.sign(payload)
    return section | {"commitment": envelope, "content": content}


def swap_first_two(content: dict[str, Any]) -> None:
    first, second = content["results"][:2]
    first["entry"], second["entry"] = second["entry"], first["entry"]


def add_a_mark(content: dict[str, Any]) -> None:
    marks = content["sheets"][0]["marks"]
    key = next(iter(marks))
    marks[key] = marks[key] % 5 + 1


def let_the_last_in(content: dict[str, Any]) -> None:
    content["results"][-1]["selected"] = True


def swap_seats_silently(content: dict[str, Any]) -> None:
    content["results"][0]["selected"], content["results"][-1]["selected"] = False, True


def forget_a_sheet(content: dict[str, Any]) -> None:
    content["sheets"].pop()


def weigh_more(content: dict[str, Any]) -> None:
    content["criteria"][0]["weight"] = "99.00"


def mark_beyond(content: dict[str, Any]) -> None:
    marks = content["sheets"][0]["marks"]
    marks[next(iter(marks))] = 6


def calibrate_up(content: dict[str, Any]) -> None:
    content["results"][1]["calibrated"] = "99.000000000000"


def call_mild(content: dict[str, Any]) -> None:
    effects = content["calibration"]["effects"]
    effects[next(iter(effects))] = "1.000000000000"


def round_up(content: dict[str, Any]) -> None:
    content["results"][0]["score"] = "99.000000"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (swap_first_two, "peringkat 1"),
        (add_a_mark, "peringkat"),
        (let_the_last_in, "nilai dan pleno"),
        (swap_seats_silently, "nilai dan pleno"),
        (forget_a_sheet, "kurang lembar"),
        (weigh_more, "bobot"),
        (mark_beyond, "luar skala"),
        (round_up, "nilai 99"),
        (calibrate_up, "peringkat 2: nilai terkalibrasi"),
        (call_mild, "kalibrasi, penilai"),
    ],
)
def test_even_who_holds_the_key_can_not_state_a_false_list(
    change: Callable[[dict[str, Any]], None], told: str, contest: Contest
) -> None:
    value = json.loads(bundle(contest))
    section = value["sections"][0]
    # Marks that tell entries apart, whatever is swapped.
    for number, sheet in enumerate(section["content"]["sheets"]):
        assert len(sheet["marks"]) == 3, number
    change(section["content"])
    value["sections"][0] = signed_anew(section["content"], section)
    fault = fault_of(canonical(value))
    assert told in fault, fault
    assert "top-2" in fault or "lembar" in fault


def test_a_key_holder_who_signs_another_result_later_meets_the_log(contest: Contest) -> None:
    value = json.loads(bundle(contest))
    section = value["sections"][0]
    section["content"]["name"] = "Top palsu"
    value["sections"][0] = signed_anew(section["content"], section)
    assert "buku: payload kejadian" in fault_of(canonical(value))
    value["sections"][0]["log"] = None
    assert "belum disegel" in fault_of(canonical(value))


def test_judges_of_unlike_severity_are_calibrated_alike() -> None:
    marks = ((5, 4), (3, 5), (4, 2), (2, 2), (4, 5), (3, 1), (5, 3))
    contest = make_contest(ANNOUNCED, entries=5, seats=(3, 1), judges=4, marks=marks)
    octets = bundle(contest)
    assert fault_of(octets) == ""
    effects = json.loads(octets)["sections"][0]["content"]["calibration"]["effects"]
    assert len(effects) == 4
    assert any(float(effect) for effect in effects.values())


@pytest.mark.parametrize("number", [1, 2])
def test_a_list_whose_sheets_changed_since_is_not_locked(number: int) -> None:
    contest = make_contest(FIRST, marks=((5, 4), (3, 2), (2, 4), (1, 3)))
    with clock.at(contest.moment(FIRST)):
        cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
        propose_lock(by=contest.head, cut_off=cut_off, reason="Selesai.")
        entry = contest.entries[0]
        rows = [row for row in contest.assignments(REVIEW) if row.entry_id == entry.pk]
        for row in rows[:number]:
            ConflictDeclaration.objects.create(
                user=row.evaluator, entry=entry, reason="Saudara", declared_at=clock.now()
            )
        with pytest.raises(WrongState, match="berubah"):
            confirm_lock(by=contest.second, cut_off=cut_off)
    assert not Commitment.objects.exists()


def test_a_winners_name_can_not_be_exchanged(contest: Contest) -> None:
    value = json.loads(bundle(contest))
    value["sections"][0]["winners"][0]["title"] += " Palsu"
    assert "bukan" in fault_of(canonical(value))
    value = json.loads(bundle(contest))
    value["sections"][1]["winners"] = []
    assert "nama pemenang" in fault_of(canonical(value))


def test_no_name_but_the_winners_is_in_it(contest: Contest) -> None:
    text = bundle(contest).decode()
    winners = Result.objects.filter(is_selected=True).values_list("entry", flat=True)
    for entry in contest.entries:
        title = type(entry.innovation).objects.get(pk=entry.innovation_id).title
        assert (title in text) is (entry.pk in winners)
        assert (entry.number in text) is (entry.pk in winners)
    for person in [*contest.evaluators, *contest.panelists, contest.head, contest.second]:
        assert person.name not in text
        assert person.email not in text
    for row in Commitment.objects.all():
        assert row.secret not in text


PLENARY_FAULTS: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (lambda c: c["results"][1].update(moved=""), "alasan pleno tidak sama"),
    (lambda c: c.update(plenary=[]), "bukan keputusan nilai dan pleno"),
    (lambda c: c["plenary"][1].update(number=7), "tertulis nomor 7"),
    (lambda c: c["plenary"][1].update(reason="selera"), "tidak dikenal"),
    (lambda c: c["plenary"][1].update(abstain=-1), "suara negatif"),
    (lambda c: c["plenary"][1].update(eligible=2), "3 suara dari 2 anggota"),
    (lambda c: c["plenary"][1].update(against=3, eligible=6), "hasil pemungutan suara"),
    (lambda c: c["plenary"][1].update(eligible=7), "hasil pemungutan suara"),
    (lambda c: c["plenary"][1].update(out=c["plenary"][1]["in"]), "tidak memindahkan"),
    (lambda c: c["plenary"][1].update({"in": "0" * 32}), "tidak diperingkat"),
    (lambda c: c["plenary"][1].update({"in": c["results"][0]["entry"]}), "sudah di dalam daftar"),
    (lambda c: c["plenary"][1].update(out=c["results"][3]["entry"]), "yang keluar"),
    (lambda c: c["plenary"][1].update(out=""), "melebihi jumlah kursi"),
]


def test_a_plenary_move_is_stated_with_its_reason() -> None:
    contest = make_contest(FIRST, entries=4, seats=(2, 1))
    with clock.at(contest.moment(FIRST)):
        cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
        _one, inside, outside, last = contest.entries
        plenary = sit(contest)
        text = "Wakil daerah timur."
        moved(contest, plenary, entry_in=last, entry_out=inside, choice=VoteChoice.AGAINST)
        moved(contest, plenary, entry_in=outside, entry_out=inside, text=text)
        close_plenary(by=contest.officer, plenary=plenary)
        propose_lock(by=contest.head, cut_off=cut_off, reason="Pleno selesai.")
        announce_at(contest, confirm_lock(by=contest.second, cut_off=cut_off), timedelta(0))
        octets = bundle(contest)
    assert fault_of(octets) == ""
    assert text.encode() not in octets
    content = json.loads(octets)["sections"][0]["content"]
    voted = [[one[key] for key in ("carried", "for", "against")] for one in content["plenary"]]
    assert voted == [[False, 0, 3], [True, 3, 0]]
    assert {line["moved"] for line in content["results"]} == {"", "region"}
    for change, fault in PLENARY_FAULTS:
        forged = json.loads(octets)
        section = forged["sections"][0]
        change(section["content"])
        forged["sections"][0] = signed_anew(section["content"], section)
        assert fault in fault_of(canonical(forged)), fault
    # As lists were locked before there were votes: each move has a reason, and no more is known.
    del content["plenary"]
    assert len(verifier.check_lines(content, "tahap")) == 2
    content["results"][1]["moved"] = " "
    with pytest.raises(verifier.Difference, match="peringkat 2: berpindah tanpa alasan"):
        verifier.check_lines(content, "tahap")


def announce_at(contest: Contest, cut_off: CutOff, later: timedelta) -> None:
    schedule_announcement(
        by=contest.head,
        cut_off=cut_off,
        decree_number="1/uji",
        decree_dated_on=clock.today(),
        announce_at=clock.now() + later,
    )


def test_ties_at_equal_means_share_a_rank_there_too() -> None:
    """Everybody scores everything alike: one rank, and the plenary fills the seats."""
    contest = make_contest(FIRST, entries=6, seats=(4, 1))
    with clock.at(contest.moment(FIRST)):
        cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
        tied = list(cut_off.results.filter(is_tied=True))
        # `score_all` never marks below 1: the fifth and the sixth are equals.
        assert len(tied) == 2
        propose_lock(by=contest.head, cut_off=cut_off, reason="Selesai.")
        announce_at(contest, confirm_lock(by=contest.second, cut_off=cut_off), timedelta(0))
        assert fault_of(bundle(contest)) == ""


def test_the_hash_is_public_from_the_locking_and_the_bundle_only_from_the_instant(
    client: WatchfulClient,
) -> None:
    contest = make_contest(FIRST, entries=4, seats=(2, 1))
    type(contest.edition).objects.filter(pk=contest.edition.pk).update(is_published=True)
    address = f"/kompetisi/{contest.edition.year}/hasil/bundle.json"
    missing = client.get(f"/kompetisi/{contest.edition.year}/hasil/lain.json").status_code
    moment = contest.moment(FIRST)
    with clock.at(moment):
        assert client.get(address).status_code == missing == 404
        cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
        propose_lock(by=contest.head, cut_off=cut_off, reason="Selesai.")
        assert published_commitments() == []
        locked = confirm_lock(by=contest.second, cut_off=cut_off)
        commitment = Commitment.objects.get()
        assert locked.content_hash == commitment.content_hash
        announce_at(contest, locked, timedelta(hours=1))
        page = client.get("/verifikasi/").content.decode()
        assert commitment.content_hash in page
        (signed,) = client.get("/verifikasi/komitmen.json").json()["commitments"]
        assert signed == commitment.envelope
        assert client.get(address).status_code == 404
    with clock.at(moment + timedelta(hours=1) - timedelta(microseconds=1)):
        assert client.get(address).status_code == 404
    with clock.at(moment + timedelta(hours=1)):
        assert json.loads(client.get(address).content)["sections"][0]["log"] is None
        seal_events()
        answer = client.get(address)
        assert answer.status_code == 200
        assert fault_of(answer.content) == ""
        again = client.get(address, headers={"If-None-Match": answer["ETag"]})
        assert again.status_code == 304
        page = client.get(f"/kompetisi/{contest.edition.year}/{FIRST}/").content.decode()
        assert address in page


def test_commitment_is_final_for_code_and_for_raw_sql(contest: Contest) -> None:
    row = Commitment.objects.order_by("pk")[0]
    for change in (row.save, row.delete, Commitment.objects.all().delete):
        with pytest.raises(ImmutableRow):
            change()
    for statement in (
        "UPDATE competitions_commitment SET content = '{}'",
        "DELETE FROM competitions_commitment",
        "TRUNCATE competitions_commitment",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), as_owner() as cursor:
            cursor.execute(statement)
    assert AuditEvent.objects.named("result_committed").count() == 2


def test_the_vectors_of_the_document_hold() -> None:
    text = (ROOT / "docs" / "bundle.md").read_text()
    face = {
        "agency": "Kabupaten Contoh",
        "number": "P-2019-00001",
        "title": "Antrean Tanpa Antre",
    }
    assert pseudonym("0" * 64, face) in text
    assert json.dumps(face, separators=(",", ":")) in text
    criteria = [
        {"key": "a", "weight": "60.00", "scale": 5},
        {"key": "b", "weight": "40", "scale": 5},
    ]
    totals = [verifier.sheet_total({"a": a, "b": b}, criteria, "uji") for a, b in ((4, 3), (5, 2))]
    shown = [f"{float(value):.6f}" for value in (*totals, verifier.mean(totals))]
    assert shown == ["72.000000", "76.000000", "74.000000"]
    assert all(value in text for value in shown)
