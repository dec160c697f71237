"""The public pages of the log: roots for everybody, nobody's name."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree

from agencies.models import User
from sinovik import audit
from sinovik.audit import signing
from sinovik.audit.models import AuditEvent, Seal
from sinovik.audit.sealing import inclusion_proof, seal_events
from tests.pages import WatchfulClient
from tests.verifying import Difference, sinovik_verify

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def seals(db: None) -> list[Seal]:
    person = User.objects.create_user("sari@contoh.id", name="Sari Rahasia")
    for _turn in range(3):
        audit.record(by=person, event="person_invited", obj=person, payload={"email": "x@y.id"})
        seal_events()
    return list(Seal.objects.order_by("number"))


def test_the_page_shows_every_root_newest_first(
    seals: list[Seal], client: WatchfulClient, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        page = client.get("/verifikasi/buku/").content.decode()
    places = [page.index(seal.root) for seal in seals]
    assert places == sorted(places, reverse=True)
    assert "Rahasia" not in page
    assert "x@y.id" not in page


def test_an_empty_log_says_when_the_first_seal_comes(db: None, client: WatchfulClient) -> None:
    assert "Belum ada segel" in client.get("/verifikasi/buku/").content.decode()


def test_a_seal_is_served_as_it_was_signed(seals: list[Seal], client: WatchfulClient) -> None:
    envelope = client.get("/verifikasi/buku/2.json").json()
    assert signing.is_signed(envelope["payload"].encode(), envelope["signature"], envelope["key"])
    assert json.loads(envelope["payload"])["root"] == seals[1].root
    assert client.get("/verifikasi/buku/9.json").status_code == 404


def test_the_feed_carries_the_signed_texts(seals: list[Seal], client: WatchfulClient) -> None:
    answer = client.get("/verifikasi/buku/umpan.xml")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "SINOVIK"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "id"
    entries = feed.findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}summary") for entry in entries] == [
        seal.payload for seal in reversed(seals)
    ]


def test_the_page_of_a_receipts_check_leads_to_the_log(db: None, client: WatchfulClient) -> None:
    assert 'href="/verifikasi/buku/"' in client.get("/verifikasi/").content.decode()


def test_a_stranger_checks_that_the_log_only_grew(
    seals: list[Seal], client: WatchfulClient
) -> None:
    files = [(f"{seal.number}.json", json.dumps(seal.envelope).encode()) for seal in seals]
    for old in (1, 2, 3):
        for new in range(old, 4):
            growth = client.get(f"/verifikasi/buku/{old}-{new}.json").content
            files.append((f"{old}-{new}.json", growth))
    told = sinovik_verify.check_ledger(files, signing.public_pem())
    assert [one["number"] for one in told] == [1, 2, 3, 1, 2, 3, 2, 3, 3]
    assert client.get("/verifikasi/buku/2-1.json").status_code == 404
    assert client.get("/verifikasi/buku/2-9.json").status_code == 404


def test_a_stranger_sees_a_log_that_was_rewritten(
    seals: list[Seal], client: WatchfulClient
) -> None:
    pem = signing.public_pem()
    growth = client.get("/verifikasi/buku/1-3.json").json()
    for wrong in (
        growth | {"path": growth["path"][:-1]},
        growth | {"path": [*growth["path"], "0" * 64]},
        growth | {"path": ["0" * 64, *growth["path"][1:]]},
        growth | {"old": growth["new"]},
        growth | {"old": growth["new"], "new": growth["old"]},
        growth | {"old": growth["old"] | {"signature": growth["new"]["signature"]}},
    ):
        with pytest.raises(Difference, match=r"bukti\.json\."):
            sinovik_verify.check_ledger([("bukti.json", json.dumps(wrong).encode())], pem)


def test_the_program_tells_the_roots_or_the_first_difference(
    seals: list[Seal], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "kunci.pem"
    key.write_bytes(signing.public_pem())
    files = [tmp_path / f"{seal.number}.json" for seal in seals]
    for file, seal in zip(files, seals, strict=True):
        file.write_text(json.dumps(seal.envelope))
    command = ["ledger", *map(str, files), "--key", str(key)]
    assert sinovik_verify.main(command) == 0
    told = capsys.readouterr().out
    assert told.startswith("SAH")
    assert all(seal.root in told for seal in seals)
    files[1].write_text(json.dumps(seals[1].envelope | {"payload": seals[1].payload + " "}))
    assert sinovik_verify.main(command) == 1
    assert "2.json" in capsys.readouterr().out


def test_any_changed_byte_of_a_proof_is_refused_with_its_file(
    seals: list[Seal], client: WatchfulClient
) -> None:
    pem, source = signing.public_pem(), random.Random(9162)
    event = AuditEvent.objects.order_by("pk")[0]
    inclusion = json.dumps(inclusion_proof(event, seals[2])).encode()
    growth = client.get("/verifikasi/buku/1-3.json").content
    for octets in (inclusion, growth):
        right = json.loads(octets)
        sinovik_verify.check_ledger([("bukti.json", octets)], pem)
        for _ in range(250):
            wrong = bytearray(octets)
            wrong[source.randrange(len(wrong))] ^= source.randrange(1, 256)
            try:
                if json.loads(bytes(wrong)) == right:
                    continue  # other white space, the same proof
            except ValueError:
                pass
            with pytest.raises(Difference, match=r"bukti\.json"):
                sinovik_verify.check_ledger([("bukti.json", bytes(wrong))], pem)
