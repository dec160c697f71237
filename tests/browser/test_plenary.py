"""A panel session in three browsers: two members vote, one in conflict sees a mask."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.motions import close_vote, open_vote
from competitions.actions.plenary import call_entry, open_plenary
from competitions.models import ConflictDeclaration, Motion
from sinovik.audit import clock
from tests.browser.conftest import OpenPage, SignIn
from tests.editions import FIRST
from tests.factories import make_contest

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_session_with_three_members_one_in_conflict(open_page: OpenPage, sign_in: SignIn) -> None:
    contest = make_contest(FIRST, entries=4)
    stage = contest.stage(FIRST)
    apply_cut_off(by=contest.head, stage=stage)
    _one, two, three, _four = contest.entries
    ConflictDeclaration.objects.create(
        user=contest.evaluators[2], entry=three, reason="Pembimbing.", declared_at=clock.now()
    )
    plenary = open_plenary(by=contest.officer, cut_off=contest.cut_off(FIRST))
    room = reverse("competitions:plenary_room", args=[stage.pk])
    pages: list[Page] = []
    for member, width in zip(contest.evaluators, (1280, 360, 360), strict=True):
        page = open_page(width=width)
        sign_in(page, member)
        page.goto(room)
        page.get_by_role("button", name="Nyatakan hadir").click()
        expect(page.get_by_text("Kehadiran Anda tercatat.")).to_be_visible()
        pages.append(page)
    mover, other, close = pages
    call_entry(by=contest.officer, plenary=plenary, entry=three)
    # Nobody reloads: the screens follow.
    expect(mover.locator(".plenary-floor")).to_contain_text(three.number)
    expect(close.locator(".plenary-floor")).to_contain_text("Disamarkan")
    mover.get_by_role("link", name=f"Usulkan {three.number}").click()
    mover.get_by_label("Nomor peserta yang keluar").fill(two.number)
    mover.get_by_label("Alasan").select_option("evidence")
    mover.get_by_label("Uraian").fill("Bukti lapangan lebih kuat.")
    mover.get_by_role("button", name="Ajukan usulan").click()
    expect(mover.get_by_text("Usulan 1 tercatat.")).to_be_visible()
    motion = open_vote(by=contest.officer, motion=Motion.objects.get())
    for page in (mover, other):
        page.get_by_role("button", name="Setuju", exact=True).click()
        expect(page.get_by_text("Suara Anda tercatat.")).to_be_visible()
    expect(close.locator(".plenary-vote")).to_contain_text("Anda tidak memberi suara")
    expect(close.get_by_role("button", name="Setuju", exact=True)).to_have_count(0)
    expect(close.locator("main")).not_to_contain_text(three.number)
    close_vote(by=contest.officer, motion=motion)
    expect(other.locator(".plenary-motions")).to_contain_text("2 setuju, 0 tidak setuju")
    assert contest.cut_off(FIRST).results.get(entry=three).is_selected
