"""The bundle tells how often judges stepped back, and whose receipts were ranked; no name."""

import hashlib
import json
from pathlib import Path

import pytest

from competitions.models import Commitment, ConflictDeclaration, Receipt
from competitions.queries.bundle import bundle_of
from competitions.queries.judging_record import judging_record
from competitions.queries.receipts import receipt_file
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical
from sinovik.audit.sealing import seal_events
from tests.factories import ANNOUNCED, FIRST, REVIEW, Contest, make_contest
from tests.verifying import Difference, sinovik_verify

pytestmark = pytest.mark.django_db


def record_of(contest: Contest) -> dict[str, object]:
    content = json.loads(Commitment.objects.get(cut_off=contest.cut_off(FIRST)).content)
    found: dict[str, object] = content["judging"]
    return found


def test_the_bundle_counts_conflicts_and_knows_the_receipts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contest = make_contest(ANNOUNCED, entries=4, seats=(2, 1))
    type(contest.edition).objects.filter(pk=contest.edition.pk).update(is_published=True)
    record = record_of(contest)
    receipts = [receipt_file(one) for one in Receipt.objects.order_by("pk")]
    assert record["receipts"] == sorted(hashlib.sha256(one).hexdigest() for one in receipts)
    assert record["conflicts"] == {"declared": 0, "derived": 0, "sheets_set_aside": 0}
    seal_events()
    octets = bundle_of(contest.edition)
    assert octets is not None
    pem = signing.public_pem()
    assert len(sinovik_verify.check_bundle(octets, pem)) == 2
    text = octets.decode()
    assert not [one.name for one in contest.evaluators if one.name in text]
    for name, content in (("bundle", octets), ("receipt", receipts[0]), ("key", pem)):
        (tmp_path / name).write_bytes(content)
    command = ["bundle", str(tmp_path / "bundle"), "--receipt", str(tmp_path / "receipt")]
    assert sinovik_verify.main([*command, "--key", str(tmp_path / "key")]) == 0
    assert "stage: top-2" in capsys.readouterr().out
    other = json.loads(octets)
    for section in other["sections"]:
        section["content"]["judging"]["receipts"] = []
    with pytest.raises(Difference, match="tidak ada dalam bundel"):
        sinovik_verify.receipt_in_bundle(receipts[0], canonical(other), pem)
    # A record that nobody could have written is named, whoever signed it.
    good = json.loads(octets)["sections"][0]["content"]
    sinovik_verify.check_judging({name: good[name] for name in good if name != "judging"}, "x")
    for change, said in (
        ({"receipts": good["judging"]["receipts"][::-1]}, "tidak urut"),
        ({"receipts": [f"{place:064x}" for place in range(9)]}, "9 tanda terima"),
        ({"conflicts": {"declared": 0, "derived": 0, "sheets_set_aside": 1}}, "tanpa benturan"),
        ({"conflicts": {"declared": -1, "derived": 0, "sheets_set_aside": -1}}, "kurang dari nol"),
        ({"names": []}, "berlebih"),
    ):
        with pytest.raises(Difference, match=said):
            sinovik_verify.check_judging(good | {"judging": good["judging"] | change}, "x")


def test_a_declared_conflict_is_counted_with_the_sheet_it_sets_aside() -> None:
    contest = make_contest(ANNOUNCED, entries=3, seats=(2, 1))
    own = contest.assignments(REVIEW)[0]
    near = next(one for one in contest.evaluators if one != own.evaluator)
    ConflictDeclaration.objects.create(
        user=own.evaluator, entry=own.entry, declared_at=clock.now(), reason="Kerabat."
    )
    near.employer = contest.team.agency
    near.save(update_fields=["employer"])
    assert judging_record(contest.cut_off(FIRST))["conflicts"] == {
        "declared": 1,
        "derived": 3,
        "sheets_set_aside": 1,
    }
