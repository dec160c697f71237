"""The secretariat reminds agencies of open corrections: once a day, none in conflict."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import claim_checks
from competitions.actions.correction_nudges import CorrectionsNudged, nudge_corrections
from competitions.actions.corrections import ask_correction
from competitions.exceptions import ConflictOfInterest
from competitions.models import AdministrativeCheck, Correction, Entry, Nudge
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=3, quota=3)


def ask(contest: Contest, count: int) -> list[Correction]:
    rows = list(AdministrativeCheck.objects.filter(state="queued").order_by("pk")[:count])
    claim_checks(by=contest.officer, checks=rows)
    remarks = [("novelty", "Bandingkan dengan cara lama.")]
    return [ask_correction(by=contest.officer, check=row, remarks=remarks) for row in rows]


def page_of(contest: Contest) -> str:
    return reverse("competitions:check_nudge", args=[contest.edition.year])


def told() -> int:
    return Notification.objects.filter(subject__contains="menunggu perbaikan").count()


def test_each_person_hears_once_of_all_and_not_again_the_same_day(contest: Contest) -> None:
    ask(contest, 2)
    outcome = nudge_corrections(by=contest.officer, entries=contest.entries)
    assert outcome == CorrectionsNudged(told=2, people=2, left_out=1)
    message = Notification.objects.get(
        recipient_id=contest.team.admin.pk, subject__contains="2 proposal menunggu perbaikan"
    )
    assert all(entry.number in message.body for entry in contest.entries[:2])
    assert AuditEvent.objects.named("correction_nudged").count() == 2
    again = nudge_corrections(by=contest.second, entries=contest.entries)
    assert again == CorrectionsNudged(told=0, people=0, left_out=3)
    assert told() == 2
    with clock.at(clock.now() + timedelta(days=1)):
        assert nudge_corrections(by=contest.second, entries=contest.entries[:1]).told == 1


def test_a_window_that_has_ended_is_left_out(contest: Contest) -> None:
    (correction,) = ask(contest, 1)
    with clock.at(correction.due_at):
        outcome = nudge_corrections(by=contest.officer, entries=contest.entries[:1])
    assert outcome == CorrectionsNudged(told=0, people=0, left_out=1)
    with clock.at(correction.due_at - timedelta(microseconds=1)):
        assert nudge_corrections(by=contest.officer, entries=contest.entries[:1]).told == 1


def test_strangers_and_people_in_conflict_may_not(contest: Contest) -> None:
    ask(contest, 1)
    for person in (contest.observer, contest.team.admin):
        with pytest.raises(Forbidden):
            nudge_corrections(by=person, entries=contest.entries[:1])
    declare_conflict(by=contest.second, entry=contest.entries[0], reason="Kerabat.")
    with pytest.raises(ConflictOfInterest):
        nudge_corrections(by=contest.second, entries=contest.entries[:1])
    assert not Nudge.objects.exists()
    assert not told()


def test_the_page_names_recipients_and_sends_what_is_ticked(
    client: WatchfulClient, contest: Contest
) -> None:
    ask(contest, 2)
    client.force_login(contest.officer)
    queue = reverse("competitions:check_queue", args=[contest.edition.year])
    assert page_of(contest) in client.get(f"{queue}?keadaan=perbaikan").content.decode()
    page = client.get(page_of(contest)).content.decode()
    assert "Ingatkan 2 perbaikan yang terbuka" in page
    assert "2 orang akan menerima pesan" in page
    assert contest.team.admin.name in page
    assert not told()
    none = client.post(page_of(contest), {"pilih": [str(contest.entries[2].pk), "x"]})
    assert none.status_code == 422
    assert not told()
    picked = {"pilih": [str(contest.entries[0].pk)]}
    done = client.post(page_of(contest), picked, follow=True).content.decode()
    assert "2 orang diingatkan tentang 1 perbaikan." in done
    twice = client.post(page_of(contest), picked, follow=True).content.decode()
    assert "1 dilewati" in twice
    assert told() == 2
    rest = client.get(page_of(contest)).content.decode()
    assert contest.entries[0].number not in rest
    assert contest.entries[1].number in rest


def test_who_sees_nothing_of_a_proposal_reminds_nobody_of_it(
    client: WatchfulClient, contest: Contest
) -> None:
    ask(contest, 1)
    declare_conflict(by=contest.second, entry=contest.entries[0], reason="Kerabat.")
    client.force_login(contest.second)
    page = client.get(page_of(contest)).content.decode()
    assert "Tidak ada perbaikan yang perlu diingatkan" in page
    assert contest.entries[0].number not in page
    answer = client.post(page_of(contest), {"pilih": [str(contest.entries[0].pk)]})
    assert answer.status_code == 422
    for person in (contest.observer, contest.team.admin):
        client.force_login(person)
        assert client.get(page_of(contest)).status_code == 403
    assert not told()


def test_the_page_asks_no_more_for_more_rows(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    ask(contest, 1)
    client.get(page_of(contest))
    counts = []
    for more in (0, 2):
        if more:
            ask(contest, more)
        with CaptureQueriesContext(connection) as asked:
            client.get(page_of(contest))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 15
    assert Entry.objects.filter(state="correction").count() == 3
