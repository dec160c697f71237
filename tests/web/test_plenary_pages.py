"""The plenary's pages: what each may see and press, masks, cheap polling, minutes."""

import json
import re
from io import BytesIO

import pikepdf
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from agencies.models import User
from competitions.actions.cut_offs import apply_cut_off
from competitions.actions.plenary import call_entry, close_plenary
from competitions.calibration import is_open
from competitions.enums import MotionState, VoteChoice
from competitions.models import ConflictDeclaration, Entry, Motion, Plenary
from competitions.queries.plenary import latest_plenary, screen_of
from competitions.queries.plenary_minutes import minutes_of
from competitions.views.plenary_minutes import minutes_document
from sinovik.audit import clock
from tests import factories
from tests.factories import FIRST, Contest, make_person, sit
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

TEXT = "Wakil daerah tertinggal."


@pytest.fixture
def contest() -> Contest:
    """Four entries without a tie, two seats, the line drawn."""
    contest = factories.make_contest(FIRST, entries=4)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    return contest


def at(name: str, contest: Contest, *more: int) -> str:
    return reverse(f"competitions:{name}", args=[contest.stage(FIRST).pk, *more])


def page_of(client: WatchfulClient, person: User, address: str) -> str:
    client.force_login(person)
    return client.get(address).content.decode()


def conflicted(person: User, entry: Entry) -> None:
    ConflictDeclaration.objects.create(
        user=person, entry=entry, reason="Pembimbing.", declared_at=clock.now()
    )


def proposal(coming: Entry | None, going: Entry | None) -> dict[str, str]:
    return {
        "entry_in": coming.number if coming else "",
        "entry_out": going.number if going else "",
        "reason": "region",
        "text": TEXT,
    }


def test_a_session_from_opening_to_its_minutes(client: WatchfulClient, contest: Contest) -> None:
    _one, two, three, _four = contest.entries
    mover, *others = contest.evaluators
    room = at("plenary_room", contest)
    assert room in page_of(client, contest.head, at("ranking_board", contest))
    assert "Buka sidang pleno" in client.get(room).content.decode()
    assert "Belum ada sidang" in page_of(client, mover, room)
    client.force_login(contest.officer)
    page = client.post(at("plenary_open", contest), follow=True).content.decode()
    assert "Sidang pleno 1 dibuka" in page
    assert "masih terbuka" in client.post(at("plenary_open", contest), follow=True).content.decode()
    home = reverse("competitions:work_home")
    assert room in page_of(client, mover, home)
    assert room not in page_of(client, make_person(Role.EVALUATOR), home)
    for member in contest.evaluators:
        client.force_login(member)
        assert "Nyatakan hadir" in client.get(room).content.decode()
        page = client.post(at("plenary_join", contest), follow=True).content.decode()
        assert "Kehadiran Anda tercatat" in page
    client.force_login(contest.officer)
    page = client.post(at("entry_call", contest, three.pk), follow=True).content.decode()
    assert "Sedang dibahas" in page
    client.force_login(mover)
    propose = at("motion_propose", contest)
    assert three.number in client.get(propose, {"masuk": three.number}).content.decode()
    page = client.post(propose, proposal(three, two), follow=True).content.decode()
    assert "Usulan 1 tercatat" in page
    motion = Motion.objects.get()
    step = at("motion_step", contest, motion.pk)
    client.force_login(contest.officer)
    assert "1 dari" not in client.post(step, {"action": "open"}, follow=True).content.decode()
    for member, choice in zip(contest.evaluators, ("for", "for", "against"), strict=True):
        client.force_login(member)
        page = client.post(at("vote_cast", contest, motion.pk), {"choice": choice}, follow=True)
        assert "Suara Anda tercatat" in page.content.decode()
        assert 'name="choice"' not in page.content.decode()
    again = client.post(at("vote_cast", contest, motion.pk), {"choice": "for"}, follow=True)
    assert "tidak dapat diubah" in again.content.decode()
    client.force_login(contest.officer)
    assert "3 dari 3 suara masuk" in client.get(room).content.decode()
    page = client.post(step, {"action": "close"}, follow=True).content.decode()
    assert "2 setuju, 1 tidak setuju, 0 abstain dari 3 anggota" in page
    assert f"{others[1].name} (Tidak setuju)" in page
    page = client.post(at("plenary_close", contest), follow=True).content.decode()
    assert "Berita acaranya dapat diunduh" in page
    assert client.post(at("plenary_close", contest)).status_code == 404
    assert "sudah ditutup" not in page_of(client, mover, at("plenary_screen", contest))
    assert TEXT not in page_of(client, mover, room)
    assert room not in page_of(client, mover, home)
    _check_minutes(client, contest, motion)


def _check_minutes(client: WatchfulClient, contest: Contest, motion: Motion) -> None:
    address = at("plenary_minutes", contest, 1)
    client.force_login(contest.officer)
    for path in (f"/en{address}", address):
        answer = client.get(path)
        assert answer["Content-Type"] == "application/pdf"
        assert b"pdfuaid:part" in answer.content
        with pikepdf.open(BytesIO(answer.content)) as made:
            assert made.Root.MarkInfo.Marked
    three = contest.entries[2]
    secrets = (TEXT, three.number, three.innovation.title)
    told = said_to(contest.officer, contest)
    votes = [f"{person.name}: Setuju" for person in contest.evaluators[:2]]
    for word in (*secrets, *votes, "Sebaran wilayah", "Usulan 1: Disetujui", "terpilih"):
        assert word in told, word
    conflicted(contest.head, three)
    masked = said_to(contest.head, contest)
    assert not [secret for secret in secrets if secret in masked]
    assert "tidak dimuat: 1." in masked
    for person in (contest.evaluators[0], contest.observer):
        client.force_login(person)
        assert client.get(address).status_code == 403
    client.force_login(contest.officer)
    assert client.get(at("plenary_minutes", contest, 2)).status_code == 404


def said_to(reader: User, contest: Contest) -> str:
    """All that the minutes of the first session say to somebody of the secretariat."""
    stage = contest.stage(FIRST)
    plenary = Plenary.objects.get(cut_off__stage=stage)
    document = minutes_document(stage, plenary, minutes_of(plenary, stage, reader))
    return json.dumps(document, ensure_ascii=False)


def test_a_member_in_conflict_sees_a_masked_line_and_no_button(
    client: WatchfulClient, contest: Contest
) -> None:
    _one, two, three, _four = contest.entries
    member = contest.evaluators[2]
    plenary = sit(contest)
    call_entry(by=contest.officer, plenary=plenary, entry=three)
    motion = factories.moved(
        contest, plenary, entry_in=three, entry_out=two, text=TEXT, choice=VoteChoice.AGAINST
    )
    assert motion.state == MotionState.DEFEATED
    room, wall = at("plenary_room", contest), at("plenary_screen", contest)
    secrets = (three.number, three.innovation.title, TEXT)
    for address in (room, wall):
        assert all(secret in page_of(client, member, address) for secret in secrets)
    conflicted(member, three)
    for person, address in ((member, room), (member, wall), (contest.officer, wall)):
        page = page_of(client, person, address)
        assert not [secret for secret in secrets if secret in page]
        assert "Disamarkan" in page
        assert two.number in page
    # Who is in no conflict reads on at an own device.
    assert all(secret in page_of(client, contest.evaluators[0], room) for secret in secrets)
    client.force_login(member)
    refused = client.post(at("motion_propose", contest), proposal(three, two))
    assert refused.status_code == 422
    assert "tidak ada dalam daftar" in refused.content.decode()
    assert TEXT in refused.content.decode()
    for address, data in (
        (at("motion_step", contest, motion.pk), {"action": "withdraw"}),
        (at("vote_cast", contest, motion.pk), {"choice": "for"}),
        (at("entry_recuse", contest, three.pk), {"reason": "x"}),
    ):
        assert client.post(address, data).status_code == 404


def test_presider_in_conflict_is_asked_to_hand_over(
    client: WatchfulClient, contest: Contest
) -> None:
    sit(contest)
    conflicted(contest.head, contest.entries[2])
    client.force_login(contest.head)
    page = client.post(at("entry_call", contest, contest.entries[2].pk), follow=True)
    assert "Minta rekan Anda" in page.content.decode()
    foreign = factories.make_contest(FIRST, entries=1).entries[0]
    assert client.post(at("entry_call", contest, foreign.pk)).status_code == 404


def test_stepping_back_during_a_session_masks_at_once(
    client: WatchfulClient, contest: Contest
) -> None:
    plenary = sit(contest)
    entry = contest.entries[2]
    call_entry(by=contest.officer, plenary=plenary, entry=entry)
    before = Plenary.objects.get().version
    person = contest.officer
    client.force_login(person)
    address = at("entry_recuse", contest, entry.pk)
    assert address in client.get(at("plenary_room", contest)).content.decode()
    assert entry.number in client.get(address).content.decode()
    page = client.post(address, {"reason": "Saudara pengusul.", "confirm": "on"}, follow=True)
    assert "Benturan kepentingan tercatat" in page.content.decode()
    assert entry.number not in page.content.decode()
    assert Plenary.objects.get().version == before + 1


def test_forms_keep_what_was_typed_and_say_what_to_do(
    client: WatchfulClient, contest: Contest
) -> None:
    one, two, three, _four = contest.entries
    sit(contest)
    client.force_login(contest.evaluators[0])
    propose = at("motion_propose", contest)
    for data, status, told in (
        (proposal(None, None), 422, "Isi nomor peserta"),
        (proposal(three, two) | {"entry_in": "P-2019-9999999999999"}, 422, "Periksa lagi"),
        (proposal(three, two) | {"entry_in": "\x00"}, 422, "Kesalahan"),
        (proposal(three, two) | {"reason": "suka"}, 422, "Kesalahan"),
        (proposal(one, two), 409, "tidak berada di luar daftar"),
        (proposal(three, None), 409, "Tidak ada kursi kosong"),
    ):
        answer = client.post(propose, data)
        assert answer.status_code == status, data
        assert told in answer.content.decode()
        assert TEXT in answer.content.decode()
    assert client.post(at("motion_step", contest, 1), {"action": "open"}).status_code == 404
    client.post(propose, proposal(three, two))
    motion = Motion.objects.get()
    step, vote = at("motion_step", contest, motion.pk), at("vote_cast", contest, motion.pk)
    assert client.post(step, {"action": "burn"}).status_code == 404
    assert client.post(vote, {"choice": "maybe"}).status_code == 404
    refused = client.post(step, {"action": "open"}, follow=True).content.decode()
    assert "Hanya sekretariat yang dapat memimpin" in refused
    assert "Tarik usulan" in client.get(at("plenary_room", contest)).content.decode()


def test_strangers_and_the_unseated_are_refused(client: WatchfulClient, contest: Contest) -> None:
    room = at("plenary_room", contest)
    sit(contest)
    for person in (contest.observer, contest.team.admin, make_person(Role.EVALUATOR)):
        client.force_login(person)
        for address in (room, at("plenary_screen", contest)):
            assert client.get(address).status_code == 403
        assert client.post(at("plenary_join", contest)).status_code == 403
    client.force_login(contest.evaluators[0])
    assert client.post(at("plenary_open", contest)).status_code == 403
    assert client.post(at("plenary_close", contest)).status_code == 403
    other = factories.make_contest(FIRST, entries=2)
    apply_cut_off(by=other.head, stage=other.stage(FIRST))
    client.force_login(other.head)
    client.post(at("plenary_open", other))
    client.force_login(other.evaluators[0])
    assert client.get(at("motion_propose", other)).status_code == 403


@pytest.mark.parametrize("name", ["plenary_room", "plenary_screen"])
def test_a_screen_that_nothing_happened_to_costs_almost_nothing(
    client: WatchfulClient, contest: Contest, name: str
) -> None:
    plenary = sit(contest)
    address = at(name, contest)
    page = page_of(client, contest.officer, address)
    (shown,) = re.findall(r'data-hx-get="[^"]*\?versi=([0-9.]+)"', page)
    with CaptureQueriesContext(connection) as queries:
        same = client.get(address, {"versi": shown})
    assert (same.status_code, same.content) == (204, b"")
    assert len(queries) <= 6
    call_entry(by=contest.officer, plenary=plenary, entry=contest.entries[1])
    part = client.get(address, {"versi": shown}).content.decode()
    assert part.strip().startswith('<div id="sidang"')
    assert "Sedang dibahas" in part
    assert "<html" not in part
    close_plenary(by=contest.officer, plenary=plenary)
    client.force_login(contest.evaluators[0])
    over = client.get(address, {"versi": shown}).content.decode()
    assert "sudah ditutup" in over
    assert "data-hx-get" not in over
    room = page_of(client, contest.evaluators[0], at("plenary_room", contest))
    assert "Buka lembar nilai Anda" in room, "a way on"


def openly_ranked() -> Contest:
    """A list with somebody whose place above the line is open."""
    marks = ((3, 3), (4, 4), (2, 5), (5, 3), (3, 4))
    # Who reads what is drawn by lot, and not every lot leaves a place open.
    for _lot in range(20):
        contest = factories.make_contest(FIRST, entries=4, marks=marks)
        cut_off = apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
        if any(is_open(float(row.chances[0])) for row in cut_off.results.all()):
            return contest
    pytest.fail("no lot left a place open")


def test_agenda_shows_the_grey_zone_and_the_tie(client: WatchfulClient) -> None:
    contest = openly_ranked()
    sit(contest)
    page = page_of(client, contest.officer, at("plenary_room", contest))
    assert re.search(r'data-label="Peluang lolos">\s*[0-9]+', page)
    tied = factories.make_contest(FIRST, entries=3, marks=((4, 4),))
    apply_cut_off(by=tied.head, stage=tied.stage(FIRST))
    sit(tied)
    page = page_of(client, tied.officer, at("plenary_room", tied))
    assert page.count("Seri</span>") == 3
    assert "dari 2 kursi" in page
    # Whoever is in conflict with one of them isn't told that it is among the equals.
    stage, member = tied.stage(FIRST), tied.evaluators[0]
    conflicted(member, tied.entries[0])
    plenary = latest_plenary(stage)
    assert plenary
    counted = [screen_of(plenary, stage, one).tied_at_line for one in (tied.officer, member)]
    assert counted == [3, 2]
    assert page_of(client, member, at("plenary_room", tied)).count("Seri</span>") == 2


def test_pages_take_few_queries_whatever_is_on_them(
    client: WatchfulClient, contest: Contest
) -> None:
    _one, two, three, four = contest.entries
    plenary = sit(contest)
    counted: dict[str, list[int]] = {}
    for coming, going in ((three, two), (four, three), (two, four)):
        call_entry(by=contest.officer, plenary=plenary, entry=coming)
        factories.moved(contest, plenary, entry_in=coming, entry_out=going)
        for person, name in (
            (contest.officer, "plenary_room"),
            (contest.officer, "plenary_screen"),
            (contest.evaluators[0], "plenary_room"),
            (contest.evaluators[0], "plenary_screen"),
            (contest.evaluators[0], "motion_propose"),
        ):
            client.force_login(person)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(at(name, contest)).status_code == 200
            counted.setdefault(f"{person.role_label} {name}", []).append(len(queries))
    assert all(len(set(numbers)) == 1 for numbers in counted.values()), counted
    assert max(numbers[0] for numbers in counted.values()) <= 15, counted
