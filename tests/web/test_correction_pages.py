"""The agency's side of a correction: told, mended within the window, submitted again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.checks import claim_checks
from competitions.actions.corrections import (
    ask_correction,
    end_overdue_corrections,
    resubmit_entry,
)
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState
from competitions.models import AdministrativeCheck, Correction, Entry, Receipt
from sinovik.audit import clock
from tests import factories
from tests.factories import ADMINISTRATIVE, REGISTRATION, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

REMARK = "Bandingkan dengan cara lama."


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=2)


@pytest.fixture
def correction(contest: Contest) -> Correction:
    check = AdministrativeCheck.objects.select_related("stage_entry__entry").get(
        stage_entry__entry=contest.entries[0]
    )
    claim_checks(by=contest.officer, checks=[check])
    return ask_correction(by=contest.officer, check=check, remarks=[("novelty", REMARK)])


def page(name: str, contest: Contest, *more: str) -> str:
    return reverse(f"competitions:entry_{name}", args=[contest.entries[0].pk, *more])


def mend(contest: Contest) -> None:
    entry = Entry.objects.select_related("innovation").get(pk=contest.entries[0].pk)
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=entry.innovation.edit_number,
        key="novelty",
        text="Lebih cepat daripada cara lama.",
    )


def test_unit_and_admin_are_told_what_to_mend_until_when(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    for person in (contest.team.innovator, contest.team.admin):
        client.force_login(person)
        home = client.get(reverse("competitions:work_home")).content.decode()
        assert "untuk seleksi administrasi" in home
        tasks = client.get(page("tasks", contest)).content.decode()
        assert REMARK in tasks
        assert "Masa perbaikan berakhir" in tasks
        assert "WITA" in tasks
        assert "Kembalikan untuk diperbaiki" not in tasks
        section = client.get(page("section", contest, "novelty")).content.decode()
        assert REMARK in section
        assert "Simpan dan lanjut" in section
        receipt = client.get(page("receipt", contest)).content.decode()
        assert "Perbaiki sekarang" in receipt
        assert "Permintaan perbaikan" in receipt
    assert ("Periksa dan ajukan lagi" in tasks) is True


def test_admin_submits_again_through_check_and_confirm(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    client.force_login(contest.team.admin)
    asked = client.get(page("resubmit", contest)).content.decode()
    assert "Belum ada yang berubah" in asked
    client.post(page("section", contest, "novelty"), {"text": "Kini berbeda.", "version": 1})
    answer = client.post(page("check", contest), {"is_true": "on", "is_new": "on"})
    assert answer.url == page("resubmit", contest)
    confirm = client.get(page("resubmit", contest)).content.decode()
    assert "Kini berbeda." in confirm
    assert "3 kata dihapus" in confirm
    answer = client.post(page("resubmit", contest))
    assert answer.url == page("receipt", contest)
    old, new = Receipt.objects.filter(entry=contest.entries[0])
    receipt = client.get(page("receipt", contest)).content.decode()
    assert old.code_text in receipt
    assert new.code_text in receipt
    assert "Perbaiki sekarang" not in receipt


def test_innovator_writes_and_does_not_submit(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    client.force_login(contest.team.innovator)
    answer = client.put(
        page("section", contest, "novelty"),
        '{"text": "Kini berbeda."}',
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 200
    assert client.post(page("resubmit", contest)).status_code == 403
    assert "Lanjut mengajukan" not in client.get(page("check", contest)).content.decode()


def test_after_the_window_nothing_is_submitted_and_nothing_typed_is_lost(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    mend(contest)
    client.force_login(contest.team.admin)
    with clock.at(correction.due_at):
        tasks = client.get(page("tasks", contest)).content.decode()
        assert "Masa perbaikan sudah lewat" in tasks
        answer = client.post(
            page("section", contest, "novelty"), {"text": "Terlambat sedikit.", "version": 2}
        )
        assert answer.status_code == 302
        answer = client.post(page("resubmit", contest))
        assert "Masa perbaikan sudah lewat" in answer.content.decode()
        assert "tidak dapat diajukan lagi" in client.get(page("check", contest)).content.decode()
    entry = Entry.objects.select_related("innovation").get(pk=contest.entries[0].pk)
    assert entry.state == EntryState.CORRECTION
    assert entry.innovation.sections["novelty"] == "Terlambat sedikit."
    assert Receipt.objects.filter(entry=entry).count() == 1


def test_strangers_and_other_agencies_find_nothing(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    client.force_login(factories.make_team().admin)
    assert client.get(page("resubmit", contest)).status_code == 404
    client.force_login(contest.officer)
    assert client.post(page("resubmit", contest)).status_code == 403


def test_work_home_costs_the_same_queries_at_one_and_at_three_corrections(
    client: WatchfulClient,
) -> None:
    counted = []
    for number in (1, 3):
        contest = factories.make_contest(ADMINISTRATIVE, entries=3)
        checks = list(
            AdministrativeCheck.objects.filter(stage_entry__entry__in=contest.entries)
            .select_related("stage_entry__entry")
            .order_by("pk")[:number]
        )
        claim_checks(by=contest.officer, checks=checks)
        for check in checks:
            ask_correction(by=contest.officer, check=check, remarks=[("", REMARK)])
        client.force_login(contest.team.admin)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("competitions:work_home"))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_after_resubmission_the_proposal_is_locked_again(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    mend(contest)
    resubmit_entry(by=contest.team.admin, entry=contest.entries[0])
    client.force_login(contest.team.innovator)
    answer = client.get(page("section", contest, "novelty"))
    assert answer.status_code == 302
    answer = client.post(page("section", contest, "novelty"), {"text": "Lagi.", "version": 2})
    assert "terkunci" in answer.content.decode()


def test_the_ordinary_ways_lead_to_the_correction(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    for person, name in (
        (contest.team.admin, "submit"),
        (contest.team.innovator, "send"),
    ):
        client.force_login(person)
        for answer in (
            client.get(page(name, contest), follow=True),
            client.post(page(name, contest), follow=True),
        ):
            assert answer.redirect_chain == [(page("check", contest), 302)]
            text = answer.content.decode()
            assert "Proposal ini dalam masa perbaikan." in text
            assert "Keadaannya sudah berubah" not in text
    assert Receipt.objects.filter(entry=contest.entries[0]).count() == 1


def test_the_stage_tells_how_long_corrections_last_and_how_they_ended(
    client: WatchfulClient, contest: Contest, correction: Correction
) -> None:
    stage = contest.stage(ADMINISTRATIVE)
    address = reverse("competitions:stage_detail", args=[stage.pk])
    client.force_login(contest.head)
    text = client.get(address).content.decode()
    assert f"{stage.correction_days} hari, sampai pukul 23.59 WIB" in text
    assert "1 diminta: 1 berjalan, 0 diperbaiki, 0 lewat tanpa perbaikan" in text
    assert "ditarik" not in text
    with clock.at(correction.due_at):
        end_overdue_corrections()
    text = client.get(address).content.decode()
    assert "1 diminta: 0 berjalan, 0 diperbaiki, 1 lewat tanpa perbaikan" in text
    other = reverse("competitions:stage_detail", args=[contest.stage(REGISTRATION).pk])
    assert "Putaran perbaikan" not in client.get(other).content.decode()
