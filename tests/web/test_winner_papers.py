"""What winners get: certificates that anybody can check, badges, the list on paper; in time."""

import json
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.announcements import schedule_announcement
from competitions.models import Certificate
from competitions.queries.certificates import find_certificate
from innovations.models import Innovation
from sinovik.audit import clock, signing
from sinovik.audit.canonical import canonical
from sinovik.audit.codes import ALPHABET
from tests.factories import FIRST, Contest, lock, make_contest, make_team
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
TITLE = "Antrean Kenari Tiga"


def waiting() -> Contest:
    """The first list of three entries, two of them winners, to be announced in two hours."""
    contest = make_contest(FIRST, entries=3)
    now = clock.now()
    schedule_announcement(
        by=contest.head,
        cut_off=lock(contest, FIRST),
        decree_number="7/2019",
        decree_dated_on=now.date(),
        announce_at=now + timedelta(hours=2),
    )
    return contest


def at_the_instant(contest: Contest, seconds: int = 0) -> time_machine.travel:
    instant = contest.cut_off(FIRST).announcement.announce_at
    return time_machine.travel(instant + timedelta(seconds=seconds), tick=False)


def of_winner(contest: Contest) -> Certificate:
    return Certificate.objects.get(result__entry=contest.entries[0])


def public_address(contest: Contest, rest: str) -> str:
    return f"/kompetisi/{contest.edition.year}/{FIRST}/{rest}"


def test_a_certificate_can_be_checked_from_the_second_on(client: WatchfulClient) -> None:
    contest = waiting()
    assert Certificate.objects.count() == 2
    certificate = of_winner(contest)
    address = f"/verifikasi/{certificate.code_text}/"
    with at_the_instant(contest, -1):
        early = client.get(address)
        unknown = client.get("/verifikasi/0000-0000-00/")
        assert early.status_code == unknown.status_code == 404
        for secret in (certificate.number, "7/2019", "Sertifikat ini"):
            assert secret not in early.content.decode()
        typed = client.get(f"/verifikasi/?kode={certificate.code}")
        assert typed["Location"] == address
        assert find_certificate(certificate.code) is None
    with at_the_instant(contest):
        page = client.get(address).content.decode()
        title = contest.entries[0].innovation.title
        said = f"inovasi “{title}” dari {contest.team.agency.name} ditetapkan sebagai Top 2"
        for told in ("Sertifikat ini sah", said, certificate.number, "7/2019"):
            assert told in page
        lower = certificate.code.lower().replace("0", "o")
        assert client.get(f"/verifikasi/{lower}/")["Location"] == address


def test_an_altered_code_or_text_is_refused(client: WatchfulClient) -> None:
    contest = waiting()
    certificate = of_winner(contest)
    with at_the_instant(contest):
        for place in range(len(certificate.code)):
            other = ALPHABET[(ALPHABET.index(certificate.code[place]) + 1) % len(ALPHABET)]
            code = certificate.code[:place] + other + certificate.code[place + 1 :]
            assert find_certificate(code) is None
        assert find_certificate("bukan kode") is None
        statement = json.loads(certificate.payload)
        forged = canonical(statement | {"title": TITLE})
        elsewhere = canonical(statement | {"code": "0000000000"})
        for payload, signature in (
            (forged, certificate.signature),
            (elsewhere, signing.sign(elsewhere)),
        ):
            with as_owner() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("ALTER TABLE competitions_certificate DISABLE TRIGGER USER")
                cursor.execute(
                    "UPDATE competitions_certificate SET payload = %s, signature = %s"
                    " WHERE id = %s",
                    [payload.decode(), signature, certificate.pk],
                )
            answer = client.get(f"/verifikasi/{certificate.code_text}/")
            assert answer.status_code == 409
            assert TITLE not in answer.content.decode()
            client.force_login(contest.team.admin)
            paper = reverse("competitions:certificate_pdf", args=[contest.entries[0].pk, FIRST])
            assert client.get(paper).status_code == 404


def test_a_certificate_is_never_changed() -> None:
    waiting()
    for sql in ("UPDATE {} SET code = 'x'", "DELETE FROM {}"):
        with pytest.raises(DatabaseError), transaction.atomic(), as_owner() as cursor:
            cursor.execute(sql.format("competitions_certificate"))
    assert len(str(Certificate.objects.all()[0])) == 12


def test_a_certificate_on_paper_is_for_the_winners_own_people(client: WatchfulClient) -> None:
    contest = waiting()
    address, losers = (
        reverse("competitions:certificate_pdf", args=[contest.entries[place].pk, FIRST])
        for place in (0, 2)
    )
    feedback = reverse("competitions:entry_feedback", args=[contest.entries[0].pk])
    client.force_login(contest.team.admin)
    with at_the_instant(contest, -1):
        assert client.get(address).status_code == 404
    with at_the_instant(contest):
        assert address in client.get(feedback).content.decode()
        assert client.get(losers).status_code == 404
        assert client.get(address.replace(FIRST, "lain")).status_code == 404
        for path, title in ((address, "Sertifikat"), (f"/en{address}", "Certificate")):
            answer = client.get(path)
            with pikepdf.open(BytesIO(answer.content)) as made:
                assert str(made.docinfo["/Title"]).startswith(title)
                assert made.Root.MarkInfo.Marked
        for person in (make_team().admin, contest.head, contest.evaluators[0]):
            client.force_login(person)
            assert client.get(address).status_code == 404


def test_badges_open_at_the_instant_for_winners_alone(client: WatchfulClient) -> None:
    contest = waiting()
    winner, loser = contest.entries[0].innovation, contest.entries[2].innovation
    Innovation.objects.filter(pk=winner.pk).update(is_simulated=True, title=f"<b>{TITLE}</b>")
    addresses = [
        public_address(contest, rest)
        for rest in ("lencana/", f"lencana/{winner.slug}/", f"lencana/{winner.slug}/terang.svg")
    ]
    with at_the_instant(contest, -1):
        for address in [*addresses, public_address(contest, "daftar.pdf")]:
            assert client.get(address).status_code == 404
    with at_the_instant(contest):
        answers = []
        for address in addresses:
            with CaptureQueriesContext(connection) as queries:
                answers.append(client.get(address))
            assert len(queries) <= 8
        listing, kit, picture = answers
        assert addresses[1] in listing.content.decode()
        assert addresses[0] in client.get(public_address(contest, "")).content.decode()
        page = kit.content.decode()
        assert f'<img src="{addresses[2]}"' in page
        assert "&lt;a href=&quot;http" in page
        assert "script" not in page.split("<code>")[1].split("</code>")[0]
        assert picture["Content-Type"] == "image/svg+xml"
        assert picture["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert f"Top 2 {contest.edition.year}" in picture.content.decode()
        assert "Data simulasi" in picture.content.decode()
        dark = client.get(addresses[2].replace("terang", "gelap")).content
        assert dark != picture.content
        strange = addresses[2].replace("terang", "biru")
        lost = addresses[1].replace(winner.slug, loser.slug)
        for wrong in (strange, lost):
            assert client.get(wrong).status_code == 404


def test_the_list_of_winners_is_a_pdf(client: WatchfulClient) -> None:
    contest = waiting()
    address = public_address(contest, "daftar.pdf")
    with at_the_instant(contest):
        assert address in client.get(public_address(contest, "")).content.decode()
        plain = client.get(address)
        winner = contest.entries[0].innovation
        Innovation.objects.filter(pk=winner.pk).update(is_simulated=True)
        for answer in (plain, client.get(f"/en{address}")):
            assert answer["Content-Disposition"].startswith("attachment")
            with pikepdf.open(BytesIO(answer.content)) as made:
                assert "Top 2" in str(made.docinfo["/Title"])
                assert made.Root.MarkInfo.Marked
