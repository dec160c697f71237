"""The pages that take an entry back to work."""

import pytest
from django.http import HttpResponse
from django.urls import reverse

from competitions.actions.checks import claim_checks
from competitions.actions.entries import withdraw_entry
from competitions.enums import EntryState
from competitions.models import AdministrativeCheck, Entry
from sinovik.audit import clock
from tests.factories import (
    REGISTRATION,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1, quota=2)


@pytest.fixture
def submitted(contest: Contest) -> Entry:
    return walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)


def at(name: str, entry: Entry) -> str:
    return reverse(f"competitions:entry_{name}", args=[entry.pk])


def text(response: HttpResponse) -> str:
    return response.content.decode()


def state(entry: Entry) -> str:
    return Entry.objects.get(pk=entry.pk).state


def test_admin_reopens_from_the_receipt(
    client: WatchfulClient, contest: Contest, submitted: Entry
) -> None:
    client.force_login(contest.team.admin)
    assert at("reopen", submitted) in text(client.get(at("receipt", submitted)))
    assert at("reopen", submitted) in text(client.get(at("tasks", submitted)))
    page = text(client.get(at("reopen", submitted)))
    assert "Selama belum diajukan lagi, proposal ini tidak ikut." in page
    assert state(submitted) == EntryState.SUBMITTED
    response = client.post(at("reopen", submitted), follow=True)
    assert state(submitted) == EntryState.RETURNED
    assert "Proposal dibuka kembali" in text(response)
    assert "Periksa dan kirim" in text(response)
    client.force_login(contest.team.innovator)
    home = text(client.get(reverse("competitions:work_home")))
    assert f"Kirim lagi “{submitted.innovation.title}”" in home
    assert "dengan catatan" not in home


def test_innovator_does_not_reopen_and_strangers_find_nothing(
    client: WatchfulClient, contest: Contest, submitted: Entry
) -> None:
    client.force_login(contest.team.innovator)
    assert at("reopen", submitted) not in text(client.get(at("receipt", submitted)))
    assert client.post(at("reopen", submitted)).status_code == 403
    for name in ("reopen", "revive"):
        client.force_login(make_team().admin)
        assert client.post(at(name, submitted)).status_code == 404
    assert state(submitted) == EntryState.SUBMITTED


def test_begun_check_is_told_before_anything_is_pressed(
    client: WatchfulClient, contest: Contest, submitted: Entry
) -> None:
    claim_checks(by=contest.officer, checks=[AdministrativeCheck.objects.get()])
    client.force_login(contest.team.admin)
    for response in (client.get(at("reopen", submitted)), client.post(at("reopen", submitted))):
        assert "Hubungi tim sekretariat dan sebutkan nomor" in text(response)
        assert 'type="submit">Buka kembali' not in text(response)
        assert contest.officer.name not in text(response)
    assert state(submitted) == EntryState.SUBMITTED


def test_after_the_close_nothing_leads_back(
    client: WatchfulClient, contest: Contest, submitted: Entry
) -> None:
    client.force_login(contest.team.admin)
    with clock.at(contest.stage(REGISTRATION).closes_at):
        assert at("reopen", submitted) not in text(client.get(at("receipt", submitted)))
        page = text(client.get(at("reopen", submitted)))
        assert "tidak bisa dibuka kembali sekarang" in page
        assert "sudah lewat" in text(client.post(at("reopen", submitted)))
    assert state(submitted) == EntryState.SUBMITTED


def test_withdrawn_draft_takes_part_again(client: WatchfulClient, contest: Contest) -> None:
    (entry,) = contest.entries
    withdraw_entry(by=contest.team.innovator, entry=entry)
    client.force_login(contest.team.innovator)
    assert at("revive", entry) in text(client.get(at("tasks", entry)))
    assert "0 dari 2 sudah diajukan" in text(client.get(at("revive", entry)))
    response = client.post(at("revive", entry), follow=True)
    assert "Proposal ikut kembali sebagai draf." in text(response)
    assert state(entry) == EntryState.DRAFT
    again = text(client.post(at("revive", entry)))
    assert "Keadaannya sudah berubah" in again


def test_full_quota_refuses_a_revival(client: WatchfulClient, contest: Contest) -> None:
    (gone,) = contest.entries
    withdraw_entry(by=contest.team.innovator, entry=gone)
    for entry in enter(contest, make_innovations(contest.team, 2)):
        walk_entry(contest, entry, EntryState.SUBMITTED)
    client.force_login(contest.team.admin)
    assert "terpakai 2 dari 2" in text(client.post(at("revive", gone)))
    assert state(gone) == EntryState.WITHDRAWN


def test_group_without_a_quota_says_so(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    withdraw_entry(by=contest.team.innovator, entry=entry)
    client.force_login(contest.team.innovator)
    assert "tidak dibatasi kuota" in text(client.get(at("revive", entry)))
