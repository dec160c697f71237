"""The decree's file: replaced before the instant, final and public from it on."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from competitions.actions.announcements import schedule_announcement
from competitions.actions.contest_files import Incoming
from competitions.actions.decrees import attach_decree
from competitions.exceptions import WrongState
from competitions.models import Announcement, ContestFile, DecreeFile
from competitions.queries.decrees import decree_of, public_decree
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.files import FileRefused, remove
from sinovik.web.access import Forbidden
from tests import factories
from tests.editions import FIRST
from tests.factories import Contest
from tests.owner import as_owner
from tests.pages import WatchfulClient
from tests.uploading import jpeg, pdf

pytestmark = pytest.mark.django_db

INSTANT = timedelta(microseconds=1)


@pytest.fixture
def contest() -> Contest:
    """A locked list of one winner that is announced in two days."""
    contest = factories.make_contest(FIRST, entries=2, judges=2, seats=(1, 1))
    schedule_announcement(
        by=contest.head,
        cut_off=factories.lock(contest, FIRST),
        decree_number="636 Tahun 2031",
        decree_dated_on=clock.today(),
        announce_at=clock.now() + timedelta(days=2),
    )
    return contest


def announcement() -> Announcement:
    return Announcement.objects.get()


def attach(contest: Contest, octets: bytes = b"", name: str = "keputusan.pdf") -> DecreeFile:
    content = octets or pdf("Keputusan")
    incoming = Incoming(name, len(content), [content])
    return attach_decree(by=contest.head, announcement=announcement(), incoming=incoming)


def test_decree_is_public_from_the_instant_and_not_before(contest: Contest) -> None:
    row = attach(contest)
    stage, instant = contest.stage(FIRST), announcement().announce_at
    assert decree_of(stage) == row
    with clock.at(instant - INSTANT):
        assert public_decree(stage) is None
    with clock.at(instant):
        assert public_decree(stage) == row
    event = AuditEvent.objects.about(row).get()
    assert (event.verb, event.payload) == ("decree_attached", {"sha256": row.file.sha256})


def test_decree_is_replaced_before_the_instant_only(contest: Contest) -> None:
    first, second = attach(contest), attach(contest, pdf("Keputusan yang benar"))
    assert decree_of(contest.stage(FIRST)) == second
    assert DecreeFile.objects.count() == 2
    assert first.file.sha256 != second.file.sha256
    with clock.at(announcement().announce_at), pytest.raises(WrongState, match="diganti"):
        attach(contest)


def test_decree_may_come_after_the_instant_once(contest: Contest) -> None:
    with clock.at(announcement().announce_at):
        row = attach(contest)
        assert public_decree(contest.stage(FIRST)) == row
        with pytest.raises(WrongState):
            attach(contest)


def test_decree_is_a_pdf_and_the_heads_matter(contest: Contest) -> None:
    with pytest.raises(FileRefused, match="PDF"):
        attach(contest, jpeg(), "keputusan.jpg")
    for person in (contest.officer, contest.observer, contest.team.admin):
        with pytest.raises(Forbidden):
            attach_decree(
                by=person, announcement=announcement(), incoming=Incoming("k.pdf", 1, [b"x"])
            )
    assert not ContestFile.objects.exists()


def test_database_keeps_decrees(contest: Contest) -> None:
    attach(contest)
    for statement in (
        "UPDATE competitions_decreefile SET attached_at = now()",
        "DELETE FROM competitions_decreefile",
        "UPDATE competitions_contestfile SET sha256 = 'x'",
        "DELETE FROM competitions_contestfile",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), as_owner() as cursor:
            cursor.execute(statement)


def test_verify_files_names_a_decree_that_is_gone(contest: Contest) -> None:
    row = attach(contest)
    call_command("verify_files")
    remove(row.file.storage_name)
    with pytest.raises(CommandError, match="1 kesalahan"):
        call_command("verify_files")


def test_pages_attach_preview_and_publish(client: WatchfulClient, contest: Contest) -> None:
    stage = contest.stage(FIRST)
    form = reverse("competitions:decree_attach", args=[stage.pk])
    preview = reverse("competitions:decree_preview", args=[stage.pk])
    address = reverse("competitions:decree_file", args=[contest.edition.year, FIRST])
    band = reverse("competitions:result_list", args=[contest.edition.year, FIRST])
    client.force_login(contest.head)
    assert (
        form in client.get(reverse("competitions:ranking_board", args=[stage.pk])).content.decode()
    )
    assert "Belum ada berkas keputusan" in client.get(form).content.decode()
    assert client.get(preview).status_code == 404
    assert client.post(form).status_code == 422
    wrong = client.post(form, {"file": SimpleUploadedFile("keputusan.jpg", jpeg())})
    assert (wrong.status_code, "PDF" in wrong.content.decode()) == (422, True)
    sent = {"file": SimpleUploadedFile("keputusan.pdf", pdf("Keputusan"))}
    assert "dilampirkan" in client.post(form, sent, follow=True).content.decode()
    assert b"".join(client.get(preview).streaming_content).startswith(b"%PDF")
    client.force_login(contest.officer)
    assert client.get(form).status_code == 403
    client.force_login(contest.team.admin)
    assert client.get(preview).status_code == 403
    client.logout()
    instant = announcement().announce_at
    with clock.at(instant - INSTANT):
        assert client.get(address).status_code == 404
        assert address not in client.get(band).content.decode()
    with clock.at(instant):
        assert address in client.get(band).content.decode()
        answer = client.get(address)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    client.force_login(contest.head)
    with clock.at(instant):
        late = client.post(form, {"file": SimpleUploadedFile("k.pdf", pdf("Lain"))})
    assert (late.status_code, "tidak dapat diganti" in late.content.decode()) == (409, True)
