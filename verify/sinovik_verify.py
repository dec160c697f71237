"""Checks what SINOVIK proves, without SINOVIK: standard library and `cryptography` only.

    python sinovik_verify.py receipt tanda-terima.json --key kunci.pem
    python sinovik_verify.py certificate sertifikat-top-99.json --key kunci.pem
    python sinovik_verify.py copy data-instansi.zip --key kunci.pem
    python sinovik_verify.py bundle sinovik-2019-bundle.json --key kunci.pem
    python sinovik_verify.py ledger 1-9.json 1.json 9.json --key kunci.pem

The first checks one receipt, the second a winner's certificate; the third an agency's copy of
its own data: each receipt in it, the text that the receipt's fingerprint speaks of, and every
file which that text names; the fourth computes the lists of an edition anew from its sheets and
rules, and compares them with what was published and with the hash that was signed when the
lists were locked; the fifth checks seals of the log, their chain, and proofs that an event is
in it or that it only grew.
It prints SAH and leaves with 0, or names the first difference and leaves with 1. No line is
shared with the site on purpose: an error there must not be repeated here.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

FORMAT = "sinovik-receipt-1"
ENVELOPE = ["format", "key", "payload", "signature"]
FIELDS = {
    "agency": r"(?s).{1,300}",
    "code": r"[0-9A-HJKMNP-TV-Z]{10}",
    "content_hash": r"[0-9a-f]{64}",
    "edition": None,
    "format": FORMAT,
    "key": r"[0-9a-f]{16}",
    "number": r"P-[0-9]{4}-[0-9]{5,}",
    "simulated": None,
    "submitted_at": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z",
    "title": r"(?s).{1,500}",
}
# On a receipt for what came late and was let in: all three, or none.
LATE_FIELDS = {
    "admitted_at": FIELDS["submitted_at"],
    "deadline": FIELDS["submitted_at"],
    "letter": r"(?s).{1,80}",
}
CERTIFICATE = "sinovik-certificate-1"
CERTIFICATE_FIELDS = {
    "agency": FIELDS["agency"],
    "announced_at": FIELDS["submitted_at"],
    "band": r"(?s).{1,80}",
    "code": FIELDS["code"],
    "decree": r"(?s).{1,120}",
    "decree_dated_on": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "edition": None,
    "format": CERTIFICATE,
    "key": FIELDS["key"],
    "number": r"SERT-[0-9]{4}-[A-Z0-9_-]+-[0-9]{5,}",
    "proposal": FIELDS["number"],
    "simulated": None,
    "title": FIELDS["title"],
}
MOVE_REASONS = [
    "agency_share",
    "agency_type",
    "evidence",
    "objection",
    "region",
    "spread",
    "tie",
]
PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----.*?-----END PUBLIC KEY-----", re.DOTALL)
SHOWN = [
    "number",
    "edition",
    "agency",
    "title",
    "band",
    "decree",
    "announced_at",
    "submitted_at",
    "content_hash",
    "code",
]
SHOWN += [*sorted(LATE_FIELDS), "stage", "committed_at", "winners", "size", "root"]
LARGEST = 100_000

BUNDLE, COMMITMENT = "sinovik-bundle-1", "sinovik-commitment-1"
# The second form has `steps` and `traits`, and may rank by calibrated scores.
RESULT, STEPPED_RESULT = "sinovik-result-1", "sinovik-result-2"
METHODS = {RESULT: ["raw-mean"], STEPPED_RESULT: ["raw-mean", "calibrated"]}
COMMITTED = ["committed_at", "content_hash", "edition", "format", "key", "stage"]
STORED = Fraction(1, 10**6)


class Difference(Exception):
    """The first thing that is not as it must be."""


def canonical(value: Any) -> bytes:
    """Write JSON in its one form: sorted keys, no white space, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def read_keys(pem: bytes) -> dict[str, Ed25519PublicKey]:
    """Read every public key of a PEM file, by the first 16 digits of its SHA-256."""
    keys = {}
    for block in PEM.findall(pem):
        try:
            key = load_pem_public_key(block + b"\n")
        except ValueError as error:
            raise Difference("kunci publik tidak terbaca") from error
        if not isinstance(key, Ed25519PublicKey):
            raise Difference("kunci publik bukan Ed25519")
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        keys[hashlib.sha256(der).hexdigest()[:16]] = key
    if not keys:
        raise Difference("berkas kunci tidak memuat kunci publik PEM")
    return keys


def read_object(octets: bytes, what: str) -> dict[str, Any]:
    """Read a JSON object that is written in its one form, to the last byte."""
    try:
        value = json.loads(octets.decode("utf-8"))
        again = canonical(value)
    except (ValueError, RecursionError) as error:
        raise Difference(f"{what} bukan JSON dalam UTF-8{place_of(error)}") from error
    if not isinstance(value, dict):
        raise Difference(f"{what} bukan objek JSON")
    if again != octets:
        place = next(
            (i for i, (a, b) in enumerate(zip(again, octets, strict=False)) if a != b),
            min(len(again), len(octets)),
        )
        raise Difference(f"{what} tidak dalam bentuk bakunya mulai bita {place}")
    return value


def place_of(error: Exception) -> str:
    """Where reading stopped, in bytes from 0; empty where it is not one place that is wrong."""
    if isinstance(error, UnicodeDecodeError):
        return f", mulai bita {error.start}"
    if isinstance(error, json.JSONDecodeError):
        return f", mulai bita {len(error.doc[: error.pos].encode())}"
    return ""


def check_fields(payload: dict[str, Any], fields: dict[str, Any]) -> None:
    """Refuse a payload with a field too many, too few or of another shape."""
    for name in sorted(set(payload) ^ set(fields)):
        state = "berlebih" if name in payload else "tidak ada"
        raise Difference(f"isi: bidang {name!r} {state}")
    if type(payload["edition"]) is not int:
        raise Difference("isi: bidang 'edition' bukan tahun")
    if type(payload["simulated"]) is not bool:
        raise Difference("isi: bidang 'simulated' bukan ya atau tidak")
    for name, pattern in fields.items():
        value = payload[name]
        if pattern and not (isinstance(value, str) and re.fullmatch(pattern, value)):
            raise Difference(f"isi: bidang {name!r} tidak berbentuk semestinya")


def read_signature(text: object) -> bytes:
    """Read the 64 bytes of an Ed25519 signature from their one base64 form."""
    try:
        octets = base64.b64decode(str(text), validate=True)
    except (ValueError, binascii.Error) as error:
        raise Difference("tanda tangan bukan base64") from error
    if len(octets) != 64 or base64.b64encode(octets).decode() != text:
        raise Difference("tanda tangan bukan 64 bita dalam base64 baku")
    return octets


def check_receipt(octets: bytes, pem: bytes) -> dict[str, Any]:
    """Return what a receipt states; raise Difference unless every byte is as it was issued."""
    envelope, payload = read_envelope(octets, FORMAT, "tanda terima")
    check_fields(payload, FIELDS | (LATE_FIELDS if set(payload) & set(LATE_FIELDS) else {}))
    check_envelope(envelope, payload, pem)
    return payload


def check_certificate(octets: bytes, pem: bytes) -> dict[str, Any]:
    """Return what a certificate states; raise Difference unless every byte is as it was issued."""
    envelope, payload = read_envelope(octets, CERTIFICATE, "sertifikat")
    check_fields(payload, CERTIFICATE_FIELDS)
    check_envelope(envelope, payload, pem)
    return payload


def read_envelope(octets: bytes, form: str, what: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read a file of four fields in its one form: it, and the text that was signed."""
    if len(octets) > LARGEST:
        raise Difference(f"berkas terlalu besar untuk sebuah {what}")
    envelope = read_object(octets, "berkas")
    if sorted(envelope) != ENVELOPE or envelope["format"] != form:
        raise Difference(f"berkas bukan {what} SINOVIK")
    if not isinstance(envelope["payload"], str):
        raise Difference("isi bukan teks")
    return envelope, read_object(envelope["payload"].encode("utf-8"), "isi")


def check_envelope(envelope: dict[str, Any], payload: dict[str, Any], pem: bytes) -> None:
    """Refuse a file whose key is not the one it states, or did not sign it."""
    signed = envelope["payload"].encode("utf-8")
    if envelope["key"] != payload["key"]:
        raise Difference("nomor kunci pada berkas dan pada isi berbeda")
    keys = read_keys(pem)
    if payload["key"] not in keys:
        raise Difference(f"kunci {payload['key']} tidak ada dalam berkas kunci")
    try:
        keys[payload["key"]].verify(read_signature(envelope["signature"]), signed)
    except InvalidSignature as error:
        raise Difference("tanda tangan tidak cocok dengan isi") from error


def sha256_of(archive: zipfile.ZipFile, name: str) -> str:
    """Read one file of the archive to its end; its SHA-256."""
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while block := file.read(1_000_000):
            digest.update(block)
    return digest.hexdigest()


def read_versions(archive: zipfile.ZipFile) -> dict[str, dict[str, Any]]:
    """Read the frozen versions of a copy by the SHA-256 of their canonical form."""
    versions = {}
    for place, line in enumerate(archive.read("versi.jsonl").splitlines(), start=1):
        try:
            content = json.loads(line)["isi"]
        except (ValueError, KeyError, TypeError) as error:
            raise Difference(f"versi.jsonl: baris {place} tidak terbaca") from error
        versions[hashlib.sha256(canonical(content)).hexdigest()] = content
    return versions


def check_copy(path: Path, pem: bytes) -> list[dict[str, Any]]:
    """Return what the receipts of an agency's copy state; raise Difference where one is alone.

    A receipt stands alone when the copy lacks the text that it was issued for, or one of the
    files which that text names, byte for byte.
    """
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        versions = read_versions(archive)
        files = {sha256_of(archive, name) for name in names if name.startswith("lampiran/")}
        stated = []
        for name in sorted(name for name in names if name.startswith("tanda-terima/")):
            try:
                payload = check_receipt(archive.read(name), pem)
            except Difference as difference:
                raise Difference(f"{name}: {difference}") from difference
            content = versions.get(payload["content_hash"])
            if content is None:
                raise Difference(f"{name}: tidak ada versi dengan sidik {payload['content_hash']}")
            for one in content.get("attachments", []):
                if one["sha256"] not in files:
                    raise Difference(f"{name}: lampiran {one['name']!r} tidak ada atau berubah")
            stated.append(payload)
    return stated


def expect(is_so: bool, difference: str) -> None:
    """Raise Difference unless it is so."""
    if not is_so:
        raise Difference(difference)


def six_decimals(value: Fraction) -> Fraction:
    """Round half to even at six decimals, as totals and scores are stored."""
    return round(value / STORED) * STORED


def mean(values: Sequence[Fraction]) -> Fraction:
    """The arithmetic mean, exact."""
    return sum(values, Fraction(0)) / len(values)


def sheet_total(marks: dict[str, Any], criteria: Sequence[dict[str, Any]], place: str) -> Fraction:
    """Sum of weight x mark / scale over the criteria, 0..100."""
    expect(sorted(marks) == sorted(one["key"] for one in criteria), f"{place}: kriteria berbeda")
    total = Fraction(0)
    for one in criteria:
        mark = marks[one["key"]]
        is_mark = type(mark) is int and 1 <= mark <= one["scale"]
        expect(is_mark, f"{place}: nilai {one['key']!r} di luar skala")
        total += Fraction(one["weight"]) * mark / one["scale"]
    return six_decimals(total)


def recompute(content: dict[str, Any], place: str) -> list[tuple[int, bool, str, Fraction]]:
    """Rank a stage's entries from its sheets: (rank, tied, entry, score), best first.

    Score: mean of the sheets' totals; under the method `calibrated` the calibrated score ranks
    in its place. Ties: means of the declared criteria, most important
    first, then the smaller distance between highest and lowest total; what is still equal
    shares a rank, and the next rank counts them all.
    """
    criteria = content["criteria"]
    weights = sum((Fraction(one["weight"]) for one in criteria), Fraction(0))
    expect(weights == 100, f"{place}: bobot berjumlah {weights}, bukan 100")
    sheets: dict[str, list[tuple[Fraction, dict[str, Any]]]] = {}
    seen = set()
    for number, sheet in enumerate(content["sheets"], start=1):
        at = f"{place}, lembar {number}"
        pair = (sheet["entry"], sheet["judge"])
        expect(pair not in seen, f"{at}: penilai menilai peserta yang sama dua kali")
        seen.add(pair)
        total = sheet_total(sheet["marks"], criteria, at)
        sheets.setdefault(sheet["entry"], []).append((total, sheet["marks"]))
    values = ranking_values(content, place)
    keyed = []
    for entry, own in sheets.items():
        is_enough = len(own) >= content["sheets_needed"]
        expect(is_enough, f"{place}: peserta {entry} kurang lembar nilai")
        totals = [total for total, _marks in own]
        breaks = [-mean([Fraction(m[key]) for _t, m in own]) for key in content["tie_break"]]
        key = (-values[entry], *breaks, max(totals) - min(totals))
        keyed.append((key, entry, six_decimals(mean(totals))))
    ranked: list[tuple[int, bool, str, Fraction]] = []
    for _key, group in groupby(sorted(keyed), key=lambda one: one[0]):
        equals = list(group)
        rank = len(ranked) + 1
        ranked += [(rank, len(equals) > 1, entry, score) for _k, entry, score in equals]
    return ranked


def ranking_values(content: dict[str, Any], place: str) -> dict[str, Fraction]:
    """What ranks each entry: the mean of its totals, or its calibrated score."""
    criteria = content["criteria"]
    sheets = [
        (one["entry"], one["judge"], sheet_total(one["marks"], criteria, place))
        for one in content["sheets"]
    ]
    readers = by_entry(sheets)
    if content["method"] == "raw-mean":
        return {entry: mean([one[2] for one in own]) for entry, own in readers.items()}
    groups = components(sheets)
    expect(len(groups) <= 1, f"{place}: nilai disesuaikan atas {len(groups)} bagian terpisah")
    effects = severities(sheets, groups[0]) if groups else {}
    return {
        entry: Fraction(decimals(mean([t - effects[judge] for _e, judge, t in own]), 12))
        for entry, own in readers.items()
    }


def above_the_line(ranked: Sequence[tuple[int, bool, str, Fraction]], seats: int) -> set[str]:
    """Entries that arithmetic alone selects: nobody of a tie that stands across the line."""
    if seats >= len(ranked):
        return {entry for _rank, _tied, entry, _score in ranked}
    first_out = ranked[seats][0]
    return {entry for rank, _t, entry, _s in ranked[:seats] if rank < first_out}


def after_the_plenary(
    content: dict[str, Any], by_arithmetic: set[str], everybody: set[str], place: str
) -> tuple[set[str], dict[str, str]]:
    """The list once every carried motion has moved its entries, and why each was moved last.

    A motion is carried when more voted for it than against, at least half of those who might
    vote did, and more than one might.
    """
    if "plenary" not in content:
        return moved_by_reasons(content, by_arithmetic, place)
    listed = set(by_arithmetic)
    moved: dict[str, str] = {}
    for number, one in enumerate(content["plenary"], 1):
        at = f"{place}, pleno {number}"
        coming, going, cast = one["in"], one["out"], one["for"] + one["against"] + one["abstain"]
        expect(one["number"] == number, f"{at}: tertulis nomor {one['number']}")
        expect(one["reason"] in MOVE_REASONS, f"{at}: kode alasan {one['reason']} tidak dikenal")
        expect(min(one["for"], one["against"], one["abstain"]) >= 0, f"{at}: suara negatif")
        expect(cast <= one["eligible"], f"{at}: {cast} suara dari {one['eligible']} anggota")
        quorate = one["eligible"] >= 2 and 2 * cast >= one["eligible"]
        carried = quorate and one["for"] > one["against"]
        expect(one["carried"] is carried, f"{at}: hasil pemungutan suara tidak sama")
        expect(coming != going, f"{at}: tidak memindahkan peserta")
        expect({coming, going} - {""} <= everybody, f"{at}: memindahkan yang tidak diperingkat")
        if carried:
            expect(coming not in listed, f"{at}: yang masuk sudah di dalam daftar")
            expect(going in listed | {""}, f"{at}: yang keluar tidak di dalam daftar")
            listed = (listed - {going}) | ({coming} - {""})
            moved |= {entry: one["reason"] for entry in (coming, going) if entry}
            expect(len(listed) <= content["seats"], f"{at}: melebihi jumlah kursi")
    return listed, moved


def moved_by_reasons(
    content: dict[str, Any], by_arithmetic: set[str], place: str
) -> tuple[set[str], dict[str, str]]:
    """The list of a stage that was locked before moves were voted on: each has a reason."""
    for line in content["results"]:
        is_moved = line["selected"] is not (line["entry"] in by_arithmetic)
        at = f"{place}, peringkat {line['rank']}"
        expect(not is_moved or bool(line["moved"].strip()), f"{at}: berpindah tanpa alasan pleno")
    listed = {line["entry"] for line in content["results"] if line["selected"]}
    return listed, {line["entry"]: line["moved"] for line in content["results"]}


def check_lines(content: dict[str, Any], place: str) -> set[str]:
    """Compare the stated list with the recomputed one; the entries selected."""
    ranked = recompute(content, place)
    stated = content["results"]
    if content["format"] == RESULT:
        by_arithmetic = above_the_line(ranked, content["seats"])
    else:
        by_arithmetic = check_steps(ranked, content, place)
    expect(len(stated) == len(ranked), f"{place}: daftar memuat {len(stated)} dari {len(ranked)}")
    listed, moved = after_the_plenary(content, by_arithmetic, {one[2] for one in ranked}, place)
    selected = set()
    for (rank, is_tied, entry, score), line in zip(ranked, stated, strict=True):
        at = f"{place}, peringkat {rank}"
        expect(line["entry"] == entry, f"{at}: peserta {line['entry']}, terhitung {entry}")
        expect(line["rank"] == rank, f"{at}: tertulis peringkat {line['rank']}")
        expect(Fraction(line["score"]) == score, f"{at}: nilai {line['score']} tidak sama")
        expect(line["tied"] is is_tied, f"{at}: tanda seri tidak sama")
        expect(line["selected"] is (entry in listed), f"{at}: bukan keputusan nilai dan pleno")
        expect(line["moved"] == moved.get(entry, ""), f"{at}: alasan pleno tidak sama")
        selected |= {entry} if line["selected"] else set()
    expect(len(selected) == content["seats"], f"{place}: terpilih {len(selected)} peserta")
    return selected


Order = list[tuple[int, str]]
Claim = tuple[frozenset[str], int]


def first_of(own: Order, number: int) -> tuple[list[str], list[Claim]]:
    """The first `number`; and, where equals stand across that limit, them and the places left."""
    if len(own) <= number:
        return [entry for _rank, entry in own], []
    edge = own[number][0]
    sure = [entry for rank, entry in own[:number] if rank < edge]
    tied = frozenset(entry for rank, entry in own if rank == edge)
    return sure, [(tied, number - len(sure))] if len(sure) < number else []


def sorted_by(trait: str, order: Order, traits: dict[str, Any]) -> list[Order]:
    """Entries, best first, by their label of a trait; those with none are left out."""
    found: dict[str, Order] = {}
    for rank, entry in order:
        if label := traits[entry][trait]:
            found.setdefault(label, []).append((rank, entry))
    return list(found.values())


def leave_out(
    step: dict[str, Any], order: Order, content: dict[str, Any], values: dict[str, Fraction]
) -> tuple[set[str], list[Claim]]:
    """Whom a step bars, and equals across an agency's limit."""
    number, traits = step["number"], content["traits"]
    if step["kind"] == "passing_grade":
        return {entry for _rank, entry in order if values[entry] < number}, []
    barred: set[str] = set()
    held: list[Claim] = []
    if step["kind"] == "nominees_per_type":
        for own in sorted_by("type", order, traits):
            share = (content["seats"] * len(own) + len(order) - 1) // len(order)
            edge = own[: number * share][-1][0]
            barred |= {entry for rank, entry in own if rank > edge}
    elif step["kind"] == "most_per_agency":
        for own in sorted_by("agency", order, traits):
            sure, tied = first_of(own, number)
            stay = {*sure, *(entry for members, _places in tied for entry in members)}
            barred |= {entry for _rank, entry in own} - stay
            held += tied
    return barred, held


def kept_places(steps: list[dict[str, Any]], order: Order, content: dict[str, Any]) -> list[Claim]:
    """Places that steps keep for the best of a kind, as far as there are seats, best first."""
    ranks = {entry: rank for rank, entry in order}
    claims: set[Claim] = set()
    for step in steps:
        for own in sorted_by(step["trait"], order, content["traits"]):
            sure, tied = first_of(own, step["number"])
            claims |= {(frozenset({entry}), 1) for entry in sure} | set(tied)
    by_rank: dict[int, list[Claim]] = {}
    for claim in claims:
        by_rank.setdefault(min(ranks[entry] for entry in claim[0]), []).append(claim)
    granted: list[Claim] = []
    left = content["seats"]
    for rank in sorted(by_rank):
        wanted = sum(places for _members, places in by_rank[rank])
        if wanted > left:
            merged = frozenset(entry for members, _p in by_rank[rank] for entry in members)
            return [*granted, (merged, left)] if left else granted
        granted += by_rank[rank]
        left -= wanted
    return granted


def seat(
    order: Order, seats: int, claims: list[Claim], held: list[Claim]
) -> tuple[set[str], set[str], set[str]]:
    """Who is in, who is tied for the plenary, and who of the first is in for a kept place."""
    sure = {entry for members, places in claims if len(members) == places for entry in members}
    asked = [claim for claim in claims if len(claim[0]) > claim[1]]

    def still_owed(taken: set[str]) -> int:
        missing = [places - len(members & (taken | sure)) for members, places in asked]
        return len(sure - taken) + sum(number for number in missing if number > 0)

    taken: set[str] = set()
    tied: set[str] = set()
    used = 0
    for _rank, group in groupby(order, key=lambda one: one[0]):
        equals = {entry for _r, entry in group}
        surplus = [len(members & equals) - places for members, places in held]
        size = len(equals) - sum(number for number in surplus if number > 0)
        if used + size + still_owed(taken | equals) > seats:
            tied = equals if used + still_owed(taken) < seats else set()
            break
        taken, used = taken | equals, used + size
    for members, places in asked:
        tied |= members - taken if places > len(members & (taken | sure)) else set()
    undecided = {entry for members, _places in held for entry in members}
    chosen = taken | sure
    return chosen - undecided, (tied - sure) | (chosen & undecided), sure - taken


def check_steps(
    ranked: Sequence[tuple[int, bool, str, Fraction]], content: dict[str, Any], place: str
) -> set[str]:
    """Take the policy steps anew, compare what each did; the entries that arithmetic selects."""
    everyone = [(rank, entry) for rank, _tied, entry, _score in ranked]
    values = ranking_values(content, place)
    barred: set[str] = set()
    held: list[Claim] = []
    keeping: list[dict[str, Any]] = []
    chosen, _tied, _owed = seat(everyone, content["seats"], [], [])
    for number, step in enumerate(content["steps"], start=1):
        at = f"{place}, langkah {number}"
        check_shape(step, STEP, at)
        order = [one for one in everyone if one[1] not in barred]
        if step["kind"] == "least_per_region":
            keeping.append(step)
        else:
            out, equals = leave_out(step, order, content, values)
            barred, held = barred | out, held + equals
        order = [one for one in everyone if one[1] not in barred]
        live = [(members - barred, places) for members, places in held]
        claims = kept_places(keeping, order, content)
        before = chosen
        chosen, tied, owed = seat(
            order, content["seats"], claims, [one for one in live if len(one[0]) > one[1]]
        )
        for side, moved in (("came_in", chosen - before), ("went_out", before - chosen)):
            computed = [
                {"entry": entry, "reason": why_moved(entry, side, barred, tied, owed)}
                for _rank, entry in everyone
                if entry in moved
            ]
            expect(step[side] == computed, f"{at}: {side} tidak sama dengan yang terhitung")
    return chosen


def why_moved(entry: str, side: str, barred: set[str], tied: set[str], owed: set[str]) -> str:
    """Why a step took an entry in or out."""
    if side == "came_in":
        return "owed" if entry in owed else "moved_up"
    if entry in barred:
        return "barred"
    return "tied" if entry in tied else "displaced"


def check_winners(winners: Iterable[dict[str, str]], selected: set[str], place: str) -> None:
    """The named winners are the selected: each name and nonce gives the pseudonym."""
    names = []
    for one in winners:
        face = {name: one[name] for name in ("agency", "number", "title")}
        expect(len(one) == 5, f"{place}: pemenang {one['number']} berisi bidang lain")
        told = hashlib.sha256(one["nonce"].encode() + b"|" + canonical(face)).hexdigest()[:32]
        expect(told == one["entry"], f"{place}: {one['number']} bukan {one['entry']}")
        names.append(one["entry"])
    expect(sorted(names) == sorted(selected), f"{place}: nama pemenang bukan yang terpilih")


def check_section(
    section: dict[str, Any], keys: dict[str, Ed25519PublicKey], year: int
) -> dict[str, Any]:
    """Check one stage: signature, hash, arithmetic, names; the commitment's statement."""
    commitment, content = section["commitment"], section["content"]
    place = f"tahap {content.get('stage')!r}"
    payload = commitment["payload"].encode()
    stated = read_object(payload, f"{place}, komitmen")
    expect(sorted(stated) == COMMITTED, f"{place}: komitmen berisi bidang lain")
    expect(stated["format"] == COMMITMENT, f"{place}: komitmen berformat lain")
    expect(commitment["key"] == stated["key"] in keys, f"{place}: kunci komitmen tidak dikenal")
    try:
        keys[stated["key"]].verify(read_signature(commitment["signature"]), payload)
    except InvalidSignature as error:
        raise Difference(f"{place}: tanda tangan komitmen tidak cocok") from error
    except Difference as difference:
        raise Difference(f"{place}, komitmen: {difference}") from difference
    found = hashlib.sha256(canonical(content)).hexdigest()
    expect(found == stated["content_hash"], f"{place}: isi tidak sama dengan yang dikunci")
    expect(content["method"] in METHODS[content["format"]], f"{place}: cara hitung tidak dikenal")
    named, wanted = ((one["edition"], one["stage"]) for one in (content, stated))
    expect(named == wanted and year == content["edition"], f"{place}: isi untuk tahap lain")
    check_winners(section["winners"], check_lines(content, place), place)
    check_calibration(content, place)
    check_log(section, keys, place)
    check_judging(content, place)
    return stated | {"winners": len(section["winners"])}


JUDGING: dict[str, Any] = {
    "conflicts": {"declared": int, "derived": int, "sheets_set_aside": int},
    "format": "sinovik-judging-1",
    "receipts": [r"[0-9a-f]{64}"],
}


def check_judging(content: dict[str, Any], place: str) -> None:
    """Counts of conflicts are possible; receipts are at most one an entry, in their own order.

    Lists that were locked before this record existed have none.
    """
    if "judging" not in content:
        return
    told, at = content["judging"], f"{place}, judging"
    check_shape(told, JUDGING, at)
    conflicts, receipts = told["conflicts"], told["receipts"]
    expect(min(conflicts.values()) >= 0, f"{at}: jumlah benturan kurang dari nol")
    is_covered = conflicts["sheets_set_aside"] <= conflicts["declared"]
    expect(is_covered, f"{at}: lembar disisihkan tanpa benturan yang dinyatakan")
    expect(receipts == sorted(set(receipts)), f"{at}: tanda terima berulang atau tidak urut")
    is_known = len(receipts) <= len(content["results"])
    expect(is_known, f"{at}: {len(receipts)} tanda terima untuk {len(content['results'])} peserta")


def receipt_in_bundle(receipt: bytes, bundle: bytes, pem: bytes) -> dict[str, Any]:
    """Return what a genuine receipt states whose entry was ranked in a list of the bundle."""
    stated = check_receipt(receipt, pem)
    told = hashlib.sha256(receipt).hexdigest()
    sections = json.loads(bundle)["sections"]
    lists = [one["content"] for one in sections if "judging" in one["content"]]
    held = [one["stage"] for one in lists if told in one["judging"]["receipts"]]
    expect(bool(held), f"tanda terima {stated['number']} tidak ada dalam bundel")
    return stated | {"stage": ", ".join(held)}


def check_bundle(octets: bytes, pem: bytes) -> list[dict[str, Any]]:
    """Return what the commitments of a bundle state; raise Difference at the first thing wrong."""
    bundle = read_object(octets, "berkas")
    expect(
        sorted(bundle) == ["edition", "format", "sections"],
        f"berkas bukan bundel hasil SINOVIK: bidangnya {', '.join(sorted(bundle))}",
    )
    expect(bundle["format"] == BUNDLE, f"berkas berformat {bundle['format']!r}, bukan {BUNDLE}")
    keys = read_keys(pem)
    stated: list[dict[str, Any]] = []
    try:
        for one in bundle["sections"]:
            stated.append(check_section(one, keys, bundle["edition"]))
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        what = f"bagian {len(stated) + 1} tidak berbentuk semestinya ({error!r})"
        raise Difference(what) from error
    return stated


HASH = r"[0-9a-f]{64}"
INSTANT = FIELDS["submitted_at"]
SEAL: dict[str, Any] = {"key": r"[0-9a-f]{16}", "payload": str, "signature": str}
SEAL_PAYLOAD: dict[str, Any] = {
    "format": "sinovik-seal-1",
    "key": r"[0-9a-f]{16}",
    "number": int,
    "previous": HASH,
    "root": HASH,
    "sealed_at": INSTANT,
    "size": int,
}
LEAF = {"actor": HASH, "at": INSTANT, "event": r"[a-z0-9_]+", "object": str, "payload": HASH}
INCLUSION: dict[str, Any] = {
    "format": "sinovik-inclusion-1",
    "index": int,
    "leaf": LEAF,
    "path": [HASH],
    "seal": SEAL,
}
CONSISTENCY: dict[str, Any] = {
    "format": "sinovik-consistency-1",
    "new": SEAL,
    "old": SEAL,
    "path": [HASH],
}


STEP: dict[str, Any] = {
    "came_in": [{"entry": r"[0-9a-f]{32}", "reason": str}],
    "kind": r"passing_grade|nominees_per_type|most_per_agency|least_per_region",
    "number": int,
    "trait": r"(|province|island|group)",
    "went_out": [{"entry": r"[0-9a-f]{32}", "reason": str}],
}


def check_shape(value: Any, shape: Any, place: str) -> None:
    """Refuse a value that is not of the shape: a type, a pattern, a list or an object."""
    kind: Any = shape if isinstance(shape, type) else type(shape)
    if type(value) is not kind:
        raise Difference(f"{place}: bukan {kind.__name__}")
    if isinstance(shape, dict):
        for name in sorted(set(value) ^ set(shape)):
            state = "berlebih" if name in value else "tidak ada"
            raise Difference(f"{place}.{name}: bidang {state}")
        for name in sorted(shape):
            check_shape(value[name], shape[name], f"{place}.{name}")
    elif isinstance(shape, list):
        for number, one in enumerate(value):
            check_shape(one, shape[0], f"{place}[{number}]")
    elif isinstance(shape, str) and not re.fullmatch(shape, value):
        raise Difference(f"{place}: tidak berbentuk semestinya")


def sha256(octets: bytes) -> bytes:
    """The 32 bytes of SHA-256."""
    return hashlib.sha256(octets).digest()


def root_of(leaf: bytes, index: int, size: int, path: list[bytes], place: str) -> bytes:
    """The root over `size` leaves that a leaf's hash and its path lead to (RFC 9162)."""
    if size == 1:
        if path:
            raise Difference(f"{place}.path: terlalu panjang")
        return leaf
    if not path:
        raise Difference(f"{place}.path: terlalu pendek")
    half = 1
    while half * 2 < size:
        half *= 2
    *below, sibling = path
    if index < half:
        return sha256(b"\x01" + root_of(leaf, index, half, below, place) + sibling)
    right = root_of(leaf, index - half, size - half, below, place)
    return sha256(b"\x01" + sibling + right)


def check_seal(seal: dict[str, Any], keys: dict[str, Ed25519PublicKey], place: str) -> Any:
    """What a seal states, once its signature holds."""
    check_shape(seal, SEAL, place)
    signed = seal["payload"].encode("utf-8")
    stated = read_object(signed, f"{place}.payload")
    check_shape(stated, SEAL_PAYLOAD, f"{place}.payload")
    if stated["key"] != seal["key"]:
        raise Difference(f"{place}.key: berbeda dari isi segel")
    check_signature(seal["signature"], signed, seal["key"], keys, place)
    return stated


def check_signature(
    signature: str, signed: bytes, key: str, keys: dict[str, Ed25519PublicKey], place: str
) -> None:
    """Refuse what the named key did not sign."""
    if key not in keys:
        raise Difference(f"{place}.key: kunci {key} tidak ada dalam berkas kunci")
    try:
        keys[key].verify(read_signature(signature), signed)
    except InvalidSignature as error:
        raise Difference(f"{place}.signature: tidak cocok dengan isi") from error
    except Difference as difference:
        raise Difference(f"{place}.signature: {difference}") from difference


def check_inclusion(proof: Any, keys: dict[str, Ed25519PublicKey], place: str) -> Any:
    """What the seal states under which the proof shows its event."""
    check_shape(proof, INCLUSION, place)
    stated = check_seal(proof["seal"], keys, f"{place}.seal")
    if not 0 <= proof["index"] < stated["size"]:
        raise Difference(f"{place}.index: di luar segel")
    leaf = sha256(b"\x00" + canonical(proof["leaf"]))
    path = [bytes.fromhex(one) for one in proof["path"]]
    if root_of(leaf, proof["index"], stated["size"], path, place).hex() != stated["root"]:
        raise Difference(f"{place}: kejadian dan jalurnya tidak sampai ke akar segel")
    return stated


def check_consistency(proof: Any, keys: dict[str, Ed25519PublicKey], place: str) -> Any:
    """What the newer seal states, once its log is shown to begin with that of the older."""
    check_shape(proof, CONSISTENCY, place)
    old = check_seal(proof["old"], keys, f"{place}.old")
    new = check_seal(proof["new"], keys, f"{place}.new")
    if not 0 < old["size"] <= new["size"]:
        raise Difference(f"{place}.old: lebih besar daripada yang baru")
    path = [bytes.fromhex(one) for one in proof["path"]]
    if roots_of(old, new["size"], path, place) != (old["root"], new["root"]):
        raise Difference(f"{place}.path: buku baru tidak diawali buku lama")
    return new


def roots_of(old: Any, size: int, path: list[bytes], place: str) -> tuple[str, str]:
    """Both roots that a consistency path leads to (RFC 9162, 2.1.4.2)."""
    if old["size"] == size and not path:
        return old["root"], old["root"]
    first, last = old["size"] - 1, size - 1
    first, last = halved(first, last, while_odd=True)
    hashes = [bytes.fromhex(old["root"]), *path] if first == 0 else path
    left = right = hashes[0] if hashes else b""
    for value in hashes[1:]:
        if last == 0:
            raise Difference(f"{place}.path: terlalu panjang")
        if first & 1 or first == last:
            left, right = sha256(b"\x01" + value + left), sha256(b"\x01" + value + right)
            first, last = halved(first, last, while_odd=False)
        else:
            right = sha256(b"\x01" + right + value)
        first, last = first >> 1, last >> 1
    if last or not hashes:
        raise Difference(f"{place}.path: terlalu pendek")
    return left.hex(), right.hex()


def halved(first: int, last: int, *, while_odd: bool) -> tuple[int, int]:
    """Both halved as long as `first` is odd, or even but not 0."""
    while first and bool(first & 1) == while_odd:
        first, last = first >> 1, last >> 1
    return first, last


def check_ledger(files: Sequence[tuple[str, bytes]], pem: bytes) -> list[dict[str, Any]]:
    """Check proofs and seals, and that seals with neighbouring numbers are a chain."""
    keys = read_keys(pem)
    told, seals = [], {}
    for name, octets in files:
        try:
            value = json.loads(octets)
        except (ValueError, RecursionError) as error:
            raise Difference(f"{name}: bukan JSON") from error
        form = value.get("format") if isinstance(value, dict) else None
        if form == "sinovik-inclusion-1":
            stated = check_inclusion(value, keys, name)
        elif form == "sinovik-consistency-1":
            stated = check_consistency(value, keys, name)
        else:
            stated = check_seal(value, keys, name)
            seals[stated["number"]] = (name, value["payload"], stated)
        told.append(stated)
    for one, other in pairwise(sorted(seals)):
        name, _payload, stated = seals[other]
        if other == one + 1 and stated["previous"] != sha256(seals[one][1].encode()).hex():
            raise Difference(f"{name}.previous: bukan sidik segel {one}")
        if stated["size"] < seals[one][2]["size"]:
            raise Difference(f"{name}.size: buku menyusut sejak segel {one}")
    return told


Sheet = tuple[str, str, Fraction]


def by_entry(sheets: Sequence[Sheet]) -> dict[str, list[Sheet]]:
    """The sheets of each entry."""
    found: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        found.setdefault(sheet[0], []).append(sheet)
    return found


def components(sheets: Sequence[Sheet]) -> list[list[str]]:
    """Judges in groups that entries read in common hold together."""
    parent = {judge: judge for _entry, judge, _total in sheets}

    def top(judge: str) -> str:
        while parent[judge] != judge:
            parent[judge] = parent[parent[judge]]
            judge = parent[judge]
        return judge

    for own in by_entry(sheets).values():
        for sheet in own[1:]:
            parent[top(sheet[1])] = top(own[0][1])
    groups: dict[str, list[str]] = {}
    for judge in sorted(parent):
        groups.setdefault(top(judge), []).append(judge)
    return list(groups.values())


def severities(sheets: Sequence[Sheet], judges: Sequence[str]) -> dict[str, Fraction]:
    """Least squares of total = entry + judge over one group; the judges' effects sum to 0.

    Entry effects are eliminated; the last judge is set to 0, the rest solved by Gauss in
    fractions, and the mean taken off in the end.
    """
    free = judges[:-1]
    column = {judge: place for place, judge in enumerate(free)}
    rows = equations([own for own in by_entry(sheets).values() if own[0][1] in judges], column)
    for step, pivot in enumerate(rows):
        for row in rows[step + 1 :]:
            if factor := row[step] / pivot[step]:
                for place in range(step, len(row)):
                    row[place] -= factor * pivot[place]
    effects = dict.fromkeys(judges, Fraction(0))
    for step in reversed(range(len(rows))):
        known = sum((rows[step][column[j]] * effects[j] for j in free[step + 1 :]), Fraction(0))
        effects[free[step]] = (rows[step][-1] - known) / rows[step][step]
    shift = sum(effects.values(), Fraction(0)) / len(judges)
    return {judge: value - shift for judge, value in effects.items()}


def equations(entries: list[list[Sheet]], column: dict[str, int]) -> list[list[Fraction]]:
    """One row a judge: sheets on the diagonal less shares of co-readers, and the right side."""
    rows = [[Fraction(0)] * (len(column) + 1) for _ in column]
    for own in entries:
        middle = mean([total for _entry, _judge, total in own])
        known = [(column[judge], total) for _entry, judge, total in own if judge in column]
        for place, total in known:
            rows[place][place] += 1
            rows[place][-1] += total - middle
            for other, _total in known:
                rows[place][other] -= Fraction(1, len(own))
    return rows


def decimals(value: Fraction, places: int) -> str:
    """A number with so many decimals, half to even."""
    units = round(value * 10**places)
    whole, rest = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{places}d}"


def check_calibration(content: dict[str, Any], place: str) -> None:
    """Recompute how severe each judge is, and what the scores would be without that."""
    sheets = [
        (one["entry"], one["judge"], sheet_total(one["marks"], content["criteria"], place))
        for one in content["sheets"]
    ]
    groups, stated = components(sheets), content["calibration"]
    expect(sorted(stated) == ["connected", "effects"], f"{place}: kalibrasi berisi bidang lain")
    is_connected = len(groups) <= 1
    expect(stated["connected"] is is_connected, f"{place}: kalibrasi, keterhubungan tidak sama")
    effects: dict[str, Fraction] = {}
    for judges in groups:
        effects |= severities(sheets, judges)
    computed = {judge: decimals(effect, 12) for judge, effect in effects.items()}
    for judge in sorted(set(computed) | set(stated["effects"])):
        is_same = computed.get(judge) == stated["effects"].get(judge)
        expect(is_same, f"{place}: kalibrasi, penilai {judge} tidak sama")
    readers = by_entry(sheets)
    for line in content["results"]:
        own = readers[line["entry"]]
        score = sum((total - effects[judge] for _e, judge, total in own), Fraction(0)) / len(own)
        at = f"{place}, peringkat {line['rank']}"
        expect(line["calibrated"] == decimals(score, 12), f"{at}: nilai terkalibrasi tidak sama")


def check_log(section: dict[str, Any], keys: dict[str, Ed25519PublicKey], place: str) -> None:
    """The log told this hash, and nobody's name, under a signed root."""
    at = f"{place}, buku"
    expect(section["log"] is not None, f"{at}: belum disegel, unduh lagi sesudah satu menit")
    check_shape(section["log"], {"inclusion": dict, "salt": r"[0-9a-f]{32}"}, at)
    proof, salt = section["log"]["inclusion"], section["log"]["salt"]
    check_inclusion(proof, keys, at)
    stated = json.loads(section["commitment"]["payload"])
    told = {"content_hash": stated["content_hash"]}
    for name, value in (("actor", [None, ""]), ("payload", told)):
        digest = hashlib.sha256(salt.encode() + b"|" + canonical(value)).hexdigest()
        expect(proof["leaf"][name] == digest, f"{at}: {name} kejadian tidak sama")
    expect(proof["leaf"]["event"] == "result_committed", f"{at}: kejadian lain")


def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Do the check that was asked for; what it found stated."""
    pem = options.key.read_bytes()
    if options.command == "copy":
        return check_copy(options.file, pem)
    if options.command == "bundle":
        octets = options.file.read_bytes()
        stated = check_bundle(octets, pem)
        if options.receipt:
            stated.append(receipt_in_bundle(options.receipt.read_bytes(), octets, pem))
        return stated
    if options.command == "ledger":
        return check_ledger([(str(one), one.read_bytes()) for one in options.files], pem)
    check = check_certificate if options.command == "certificate" else check_receipt
    return [check(options.file.read_bytes(), pem)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one check; 0 is yes, 1 is no."""
    parser = argparse.ArgumentParser(prog="sinovik_verify.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, told in (
        ("receipt", "check a receipt's JSON file"),
        ("certificate", "check a winner's certificate (JSON file)"),
        ("bundle", "compute an edition's lists anew from its bundle"),
        ("copy", "check every receipt in an agency's copy (ZIP) against its texts and files"),
    ):
        command = commands.add_parser(name, help=told)
        command.add_argument("file", type=Path)
    ledger = commands.add_parser("ledger", help="check seals and proofs of the log (JSON files)")
    ledger.add_argument("files", type=Path, nargs="+")
    told = "an entrant's receipt that must be among those of the bundle"
    commands.choices["bundle"].add_argument("--receipt", type=Path, help=told)
    for command in commands.choices.values():
        command.add_argument("--key", type=Path, default=Path("kunci.pem"), help="published key")
    options = parser.parse_args(arguments)
    try:
        stated = run(options)
    except OSError as error:
        print(f"TIDAK SAH: {error.filename} tidak terbaca")
        return 1
    except (zipfile.BadZipFile, KeyError) as error:
        print(f"TIDAK SAH: salinan tidak utuh ({error})")
        return 1
    except Difference as difference:
        print(f"TIDAK SAH: {difference}")
        return 1
    print("SAH")
    for payload in stated:
        for name in SHOWN:
            if name in payload:
                print(f"{name}: {payload[name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
