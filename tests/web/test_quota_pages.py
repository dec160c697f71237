"""The quota is shown before it bites, and the admin puts what waits in order."""

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.choice import move_in_choice
from competitions.actions.entries import return_entry
from competitions.enums import EntryState
from competitions.exceptions import WrongState
from competitions.models import Entry
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests.factories import Contest, enter, make_contest, make_innovations, make_team, walk_entry
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
CHOICE = reverse("competitions:entry_choice")
HOME = reverse("competitions:work_home")


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=0, quota=2)


def waiting(contest: Contest, number: int) -> list[Entry]:
    entries = enter(contest, make_innovations(contest.team, number))
    return [walk_entry(contest, entry, EntryState.WITH_AGENCY) for entry in entries]


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def at(name: str, entry: Entry) -> str:
    return reverse(f"competitions:entry_{name}", args=[entry.pk])


def test_unit_sees_the_quota_while_writing_and_is_warned_before_sending(
    client: WatchfulClient, contest: Contest
) -> None:
    (draft,) = enter(contest, make_innovations(contest.team))
    client.force_login(contest.team.innovator)
    assert "Kuota Umum: 0 dari 2 usulan sudah diajukan, sisa 2." in text(
        client.get(at("tasks", draft))
    )
    assert "sisa 2" in text(client.get(at("send", draft)))
    waiting(contest, 2)
    page = text(client.get(at("send", draft)))
    assert "0 sudah diajukan dan 2 menunggu" in page
    client.post(at("send", draft))
    draft.refresh_from_db()
    assert draft.state == EntryState.WITH_AGENCY


def test_group_without_a_quota_says_so(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    client.force_login(contest.team.innovator)
    for name in ("tasks", "send"):
        page = text(client.get(at(name, contest.entries[0])))
        assert "Kelompok Umum tidak dibatasi kuota." in page
    client.force_login(contest.team.admin)
    assert "tidak dibatasi kuota" in text(client.get(CHOICE))


def test_admin_is_told_at_home_when_more_wait_than_fit(
    client: WatchfulClient, contest: Contest
) -> None:
    waiting(contest, 2)
    client.force_login(contest.team.admin)
    assert "tetapi kuota tinggal" not in text(client.get(HOME))
    waiting(contest, 1)
    page = text(client.get(HOME))
    assert "3 usulan menunggu Anda, tetapi kuota tinggal 2." in page
    assert CHOICE in page


def test_line_stands_where_the_quota_ends_and_moves_with_the_order(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second, third = waiting(contest, 3)
    client.force_login(contest.team.admin)
    page = text(client.get(CHOICE))
    line = page.index("Batas kuota")
    assert page.index(second.innovation.title) < line < page.index(third.innovation.title)
    response = client.post(CHOICE, {"entry": third.pk, "up": "1"})
    assert response.url == f"{CHOICE}#usulan-{third.pk}"
    page = text(client.get(CHOICE))
    line = page.index("Batas kuota")
    assert page.index(third.innovation.title) < line < page.index(second.innovation.title)
    client.post(CHOICE, {"entry": first.pk, "down": "1"})
    page = text(client.get(CHOICE))
    assert page.index(third.innovation.title) < page.index(first.innovation.title)
    walk = [one.pk for one in Entry.objects.order_by("agency_rank")]
    assert walk == [third.pk, first.pk, second.pk]
    assert AuditEvent.objects.named("entry_ranked").count() == 2


def test_ends_stay_and_what_was_returned_is_refused(
    client: WatchfulClient, contest: Contest
) -> None:
    first, second = waiting(contest, 2)
    admin = contest.team.admin
    assert move_in_choice(by=admin, entry=first, up=True) == [first, second]
    assert move_in_choice(by=admin, entry=second, up=False) == [first, second]
    return_entry(by=admin, entry=first, remarks=[("", "Lagi.")])
    with pytest.raises(WrongState):
        move_in_choice(by=admin, entry=first, up=False)
    client.force_login(admin)
    refused = client.post(CHOICE, {"entry": first.pk})
    assert refused.status_code == 422
    assert "Keadaannya sudah berubah" in refused.content.decode()


def test_order_is_the_own_admins(client: WatchfulClient, contest: Contest) -> None:
    first, _second = waiting(contest, 2)
    stranger = make_team()
    with pytest.raises(Forbidden):
        move_in_choice(by=stranger.admin, entry=first, up=False)
    client.force_login(stranger.admin)
    assert first.innovation.title not in text(client.get(CHOICE))
    for typed in (str(first.pk), "x", "9" * 30):
        assert client.post(CHOICE, {"entry": typed, "up": "1"}).status_code == 404
    client.force_login(contest.team.innovator)
    assert client.get(CHOICE).status_code == 403
    assert Entry.objects.filter(agency_rank=None).count() == 2


def test_page_costs_the_same_for_one_and_three(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.team.admin)

    def cost() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(CHOICE)
        return len(context)

    assert "Tidak ada usulan yang menunggu" in text(client.get(CHOICE))
    waiting(contest, 1)
    few = cost()
    waiting(contest, 2)
    assert cost() == few <= 15
