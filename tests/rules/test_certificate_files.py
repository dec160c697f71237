"""The signed JSON of a certificate, checked by the program for strangers."""

import base64
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse

from competitions.actions.announcements import schedule_announcement
from competitions.models import Certificate
from competitions.queries.certificates import certificate_in
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical
from tests.factories import FIRST, lock, make_contest, make_team
from tests.pages import WatchfulClient
from tests.verifying import Difference, sinovik_verify

ROOT = Path(__file__).parents[2]


@pytest.mark.django_db
def test_the_file_is_genuine_from_the_instant_on_and_for_its_own_people(
    client: WatchfulClient, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contest = make_contest(FIRST, entries=3)
    announcement = schedule_announcement(
        by=contest.head,
        cut_off=lock(contest, FIRST),
        decree_number="7/2019",
        decree_dated_on=clock.today(),
        announce_at=clock.now() + timedelta(hours=2),
    )
    certificate = Certificate.objects.get(result__entry=contest.entries[0])
    winner, other = (
        reverse("competitions:certificate_json", args=[entry.pk, FIRST])
        for entry in (contest.entries[0], contest.entries[2])
    )
    client.force_login(contest.team.admin)
    with clock.at(announcement.announce_at - timedelta(microseconds=1)):
        assert client.get(winner).status_code == 404
    with clock.at(announcement.announce_at):
        answer = client.get(winner)
        assert answer["Content-Type"] == "application/json"
        assert client.get(other).status_code == 404
        for stranger in (make_team().admin, contest.head):
            client.force_login(stranger)
            assert client.get(winner).status_code == 404
    octets, pem = answer.content, signing.public_pem()
    # Handed in on the site, it leads to the page of its code; before the instant to none.
    with clock.at(announcement.announce_at):
        handed = client.post("/verifikasi/", {"text": octets.decode()})
        assert handed["Location"] == f"/verifikasi/{certificate.code_text}/"
        for wrong in (octets + b" ", b"{}", b"[1]", b"\xff", octets.replace(b"Top", b"Tob")):
            assert certificate_in(wrong) is None
    with clock.at(announcement.announce_at - timedelta(microseconds=1)):
        assert certificate_in(octets) is None
    stated = sinovik_verify.check_certificate(octets, pem)
    assert (stated["number"], stated["code"]) == (certificate.number, certificate.code)
    with pytest.raises(Difference):
        sinovik_verify.check_receipt(octets, pem)
    for place in range(0, len(octets), 7):
        wrong = octets[:place] + bytes([octets[place] ^ 1]) + octets[place + 1 :]
        with pytest.raises(Difference):
            sinovik_verify.check_certificate(wrong, pem)
    file, key = tmp_path / "sertifikat.json", tmp_path / "kunci.pem"
    file.write_bytes(octets)
    key.write_bytes(pem)
    arguments = ["certificate", str(file), "--key", str(key)]
    assert sinovik_verify.main(arguments) == 0
    assert "SAH" in capsys.readouterr().out
    file.write_bytes(octets.replace(b"Top", b"Tob"))
    assert sinovik_verify.main(arguments) == 1


def test_the_vector_of_the_document_holds() -> None:
    known = (ROOT / "docs" / "receipt.md").read_text()
    pem = re.search(r"-----BEGIN.*?END PUBLIC KEY-----", known, re.DOTALL)
    text = (ROOT / "docs" / "certificate.md").read_text()
    found = re.search(r"```json\n(\{.*?\})\n```", text, re.DOTALL)
    assert pem is not None
    assert found is not None
    octets = found.group(1).encode()
    stated = sinovik_verify.check_certificate(octets, pem.group().encode())
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    signature = base64.b64encode(private.sign(canonical(stated))).decode()
    assert json.loads(octets)["signature"] == signature
    with pytest.raises(Difference, match="tanda tangan"):
        sinovik_verify.check_certificate(octets.replace(b"00417", b"00418"), pem.group().encode())
