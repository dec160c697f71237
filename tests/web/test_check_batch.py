"""The second person's batch: what is shown, to whom, and what two steps confirm."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.checks import (
    FailDecision,
    claim_checks,
    propose_fails,
    reject_fail,
)
from competitions.enums import CheckState, FailReason, LetterKind
from competitions.models import AdministrativeCheck, Letter
from sinovik.audit import clock
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
READ_AS = re.compile(r'name="pilih" value="([^"]+)"')


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=3)


def batch(contest: Contest) -> str:
    return reverse("competitions:check_batch", args=[contest.edition.year])


def propose(contest: Contest, count: int, note: str = "Isian asal.") -> list[AdministrativeCheck]:
    checks = list(AdministrativeCheck.objects.filter(state=CheckState.QUEUED).order_by("pk"))
    claim_checks(by=contest.officer, checks=checks[:count])
    fails = [FailDecision(one, [FailReason.JUNK], note) for one in checks[:count]]
    return propose_fails(by=contest.officer, decisions=fails)


def states() -> list[str]:
    return list(AdministrativeCheck.objects.order_by("pk").values_list("state", flat=True))


def test_each_proposal_is_shown_with_its_reason_and_the_letter_that_will_go(
    client: WatchfulClient, contest: Contest
) -> None:
    propose(contest, 2)
    client.force_login(contest.second)
    page = client.get(batch(contest)).content.decode()
    queue = reverse("competitions:check_queue", args=[contest.edition.year])
    assert batch(contest) in client.get(f"{queue}?keadaan=kedua").content.decode()
    for entry in contest.entries[:2]:
        assert f"Proposal {entry.number} tidak lolos seleksi administrasi" in page
    assert page.count("Isian asal.") == 2
    assert contest.entries[2].number not in page


def test_the_proposer_and_people_in_conflict_find_nothing(
    client: WatchfulClient, contest: Contest
) -> None:
    rows = propose(contest, 2)
    client.force_login(contest.second)
    tokens = READ_AS.findall(client.get(batch(contest)).content.decode())
    entry = rows[0].stage_entry.entry
    declare_conflict(by=contest.second, entry=entry, reason="Pernah bekerja di unitnya.")
    page = client.get(batch(contest)).content.decode()
    assert entry.number not in page
    assert rows[1].stage_entry.entry.number in page
    assert client.post(batch(contest), {"pilih": tokens, "ya": "1"}).status_code == 409
    client.force_login(contest.officer)
    assert "Tidak ada usulan yang menunggu Anda" in client.get(batch(contest)).content.decode()
    assert client.post(batch(contest), {"pilih": tokens, "ya": "1"}).status_code == 409
    assert CheckState.FAILED not in states()
    for person in (contest.observer, contest.team.admin):
        client.force_login(person)
        assert client.get(batch(contest)).status_code == 403
        assert client.post(batch(contest), {"pilih": tokens, "ya": "1"}).status_code == 403


def test_the_picked_ones_are_confirmed_in_two_steps(
    client: WatchfulClient, contest: Contest
) -> None:
    propose(contest, 3)
    client.force_login(contest.second)
    tokens = READ_AS.findall(client.get(batch(contest)).content.decode())
    picked = tokens[:2]
    first = client.post(batch(contest), {"pilih": picked})
    assert "Konfirmasi 2 proposal tidak lolos" in first.content.decode()
    assert states() == [CheckState.FAIL_PROPOSED] * 3
    again = READ_AS.findall(first.content.decode())
    assert again == picked
    done = client.post(batch(contest), {"pilih": again, "ya": "1"}, follow=True)
    assert "2 proposal dikonfirmasi tidak lolos" in done.content.decode()
    assert states() == [CheckState.FAILED, CheckState.FAILED, CheckState.FAIL_PROPOSED]
    assert Letter.objects.filter(kind=LetterKind.FAILED).count() == 2


def test_nothing_picked_or_changed_since_it_was_read_is_not_confirmed(
    client: WatchfulClient, contest: Contest
) -> None:
    rows = propose(contest, 2)
    client.force_login(contest.second)
    tokens = READ_AS.findall(client.get(batch(contest)).content.decode())
    empty = client.post(batch(contest), {"ya": "1"})
    assert empty.status_code == 422
    assert "Pilih paling sedikit satu proposal" in empty.content.decode()
    reject_fail(by=contest.second, check=rows[0], note="Isian cukup.")
    with clock.at(clock.now() + timedelta(minutes=5)):
        claim_checks(by=contest.officer, checks=rows[:1])
        fail = FailDecision(rows[0], [FailReason.TOO_YOUNG], "Baru sebulan.")
        propose_fails(by=contest.officer, decisions=[fail])
    stale = client.post(batch(contest), {"pilih": tokens, "ya": "1"})
    assert stale.status_code == 409
    page = stale.content.decode()
    assert "berubah sejak Anda baca" in page
    assert page.count(" checked") == 1
    assert states()[:2] == [CheckState.FAIL_PROPOSED] * 2


def test_a_stage_that_is_closed_refuses_and_offers_nothing(
    client: WatchfulClient, contest: Contest
) -> None:
    propose(contest, 1)
    client.force_login(contest.second)
    tokens = READ_AS.findall(client.get(batch(contest)).content.decode())
    stage = contest.stage(ADMINISTRATIVE)
    type(stage).objects.filter(pk=stage.pk).update(
        state="closed", closed_at=clock.now(), closed_by=contest.head
    )
    page = client.get(batch(contest)).content.decode()
    assert "hanya dapat dibaca" in page
    assert not READ_AS.findall(page)
    refused = client.post(batch(contest), {"pilih": tokens, "ya": "1"})
    assert refused.status_code == 409
    assert states()[0] == CheckState.FAIL_PROPOSED


def test_questions_to_the_database_do_not_grow(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.second)
    propose(contest, 1)
    client.get(batch(contest))
    counts = []
    for more in (0, 2):
        if more:
            propose(contest, more)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(batch(contest))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 15
