"""A whole edition through the pages' forms, with every role and the refusals on the way.

The same story as in the browser tests, for machines without one; here each wrong turn is
tried before the right one.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agencies.models import User
from competitions.enums import CheckState, EntryState, SheetState, StageState
from competitions.models import AdministrativeCheck, AllocationPlan, Entry, Scoresheet
from competitions.queries.checklist import checklist_items
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from tests.editions import ADMINISTRATIVE, FIRST, REGISTRATION, REVIEW, SECOND, WEIGHTS
from tests.factories import Contest, enter, make_contest, make_innovations
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

TITLE, RIVAL, THIRD, EMPTY = "Antrean tanpa antre", "Posyandu berjalan", "Izin satu pintu", "Judul"
MARKS = {TITLE: 4, RIVAL: 3, THIRD: 2}
BOTH = {"is_true": "on", "is_new": "on"}


@pytest.fixture
def contest() -> Contest:
    """An edition in registration with its people and four drafts."""
    contest = make_contest(REGISTRATION, entries=0, reviews=3, seats=(2, 1))
    enter(contest, make_innovations(contest.team, titles=[TITLE, RIVAL, THIRD, EMPTY]))
    return contest


def to(name: str, *arguments: object) -> str:
    """The address of a page of the contest."""
    return reverse(f"competitions:{name}", args=arguments)


def signed_in(user: User) -> WatchfulClient:
    """A client of one person."""
    client = WatchfulClient()
    client.force_login(user)
    return client


def post(client: WatchfulClient, address: str, **answers: Any) -> str:
    """Send a form and read the page it leads to."""
    response = client.post(address, answers, follow=True)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def bring_to_ministry(contest: Contest, entry: Entry) -> None:
    """The unit sends, the admin submits and gets a receipt."""
    unit, admin = signed_in(contest.team.innovator), signed_in(contest.team.admin)
    post(unit, to("entry_check", entry.pk), **BOTH)
    post(unit, to("entry_send", entry.pk))
    post(admin, to("entry_check", entry.pk), **BOTH)
    assert "Proposal terkirim" in post(admin, to("entry_submit", entry.pk))


def return_once(contest: Contest, entry: Entry) -> None:
    """The admin sends a proposal back; its unit mends what the remark is about."""
    unit, admin = signed_in(contest.team.innovator), signed_in(contest.team.admin)
    assert unit.post(to("entry_submit", entry.pk)).status_code == 403
    post(unit, to("entry_send", entry.pk))
    post(admin, to("entry_return", entry.pk), **{"section-novelty": "Sebutkan yang baru."})
    tasks = unit.get(to("entry_tasks", entry.pk)).content.decode()
    assert "Sebutkan yang baru." in tasks
    entry.innovation.refresh_from_db()
    post(
        unit,
        to("entry_section", entry.pk, "novelty"),
        text="Antre dari rumah.",
        version=entry.innovation.edit_number,
        exit="1",
    )


def turn(contest: Contest, slug: str, address: str) -> None:
    """The head opens or closes a stage."""
    post(signed_in(contest.head), to(address, contest.stage(slug).pk))
    state = StageState.OPEN if address == "stage_open" else StageState.CLOSED
    assert contest.stage(slug).state == state


def check_everything(contest: Contest) -> None:
    """One officer passes three and proposes a fail that a second one confirms."""
    officer, second = signed_in(contest.officer), signed_in(contest.second)
    queue = to("check_claim_next", contest.edition.year)
    while AdministrativeCheck.objects.filter(state=CheckState.QUEUED).exists():
        post(officer, queue)
        check = AdministrativeCheck.objects.get(state=CheckState.CLAIMED)
        fails = check.stage_entry.entry.innovation.title == EMPTY
        verdicts = {f"verdict_{item.key}": "met" for item in checklist_items()}
        answers = {"decision": "failed", "verdict_earnest": "unmet"} if fails else {}
        post(officer, to("check_decide", check.pk), **{"decision": "passed"} | verdicts | answers)
    check = AdministrativeCheck.objects.get(state=CheckState.FAIL_PROPOSED)
    address = to("check_confirm", check.pk)
    assert officer.post(address, {"action": "confirm"}).status_code == 403
    post(second, address, action="confirm")
    check.refresh_from_db()
    assert check.state == CheckState.FAILED


def score_everything(contest: Contest, slug: str, judges: Iterable[User]) -> None:
    """Every judge sends every sheet; nobody sees what the others gave."""
    stage, head = contest.stage(slug).pk, signed_in(contest.head)
    judges = contest.evaluators if slug == REVIEW else contest.panelists
    said = post(head, to("assignment_appoint", stage), users=[judge.pk for judge in judges])
    assert f"{len(judges)} orang ditunjuk." in said
    post(head, to("allocation_start", stage))
    plan = AllocationPlan.objects.filter(stage=stage).latest("pk").pk
    assert "Pembagian diterapkan" in post(head, to("allocation_apply", plan))
    for judge in judges:
        client = signed_in(judge)
        for assignment in contest.assignments(slug, judge):
            mark = MARKS[assignment.entry.innovation.title]
            answers: dict[str, object] = {f"mark_{key}": mark for key in WEIGHTS}
            answers |= {f"note_{key}": f"Alasan {judge.name}." for key in WEIGHTS}
            address = to("scoresheet_edit", assignment.pk)
            before = client.get(address).content.decode()
            assert "Alasan" not in before.replace(f"Alasan {judge.name}", "")
            post(client, to("scoresheet_finalise", assignment.pk), version=1, **answers)


def settle(contest: Contest, slug: str) -> None:
    """Line, two people, decree; the list opens at its instant and not before."""
    head, second, stranger = signed_in(contest.head), signed_in(contest.second), WatchfulClient()
    stage, public = contest.stage(slug).pk, to("result_list", contest.edition.year, slug)
    post(head, to("cut_off_apply", stage), seats=contest.stage(slug).seats)
    post(head, to("cut_off_lock", stage), reason="Hasil pleno.")
    assert head.post(to("cut_off_confirm", stage), {"action": "confirm"}).status_code == 403
    post(second, to("cut_off_confirm", stage), action="confirm")
    at = timezone.localtime(clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    post(
        head,
        to("announcement_schedule", stage),
        decree_number="636 Tahun 2019",
        decree_dated_on=at.date().isoformat(),
        announce_on=at.date().isoformat(),
        announce_time=f"{at:%H:%M}",
    )
    table = to("result_csv", contest.edition.year, slug)
    for address in (public, table):
        assert TITLE not in stranger.get(address).content.decode()
    with clock.at(at):
        for address in (public, table):
            shown = stranger.get(address).content.decode()
            assert TITLE in shown
            assert THIRD not in shown


def test_an_edition_goes_its_whole_way_through_forms(contest: Contest) -> None:
    entry = contest.entries[0]
    return_once(contest, entry)
    for one in contest.entries:
        bring_to_ministry(contest, one)
    assert set(Entry.objects.values_list("state", flat=True)) == {EntryState.SUBMITTED}
    head = signed_in(contest.head)
    early = head.post(to("stage_close", contest.stage(REGISTRATION).pk))
    assert early.status_code == 409

    with clock.at(contest.stage(REGISTRATION).closes_at):
        turn(contest, REGISTRATION, "stage_close")
    with clock.at(contest.moment(ADMINISTRATIVE)):
        turn(contest, ADMINISTRATIVE, "stage_open")
        check_everything(contest)
        turn(contest, ADMINISTRATIVE, "stage_close")
    with clock.at(contest.moment(REVIEW)):
        turn(contest, REVIEW, "stage_open")
        score_everything(contest, REVIEW, contest.evaluators)
        turn(contest, REVIEW, "stage_close")
    for slug in (FIRST, SECOND):
        with clock.at(contest.moment(slug)):
            turn(contest, slug, "stage_open")
            if slug == SECOND:
                score_everything(contest, slug, contest.panelists)
            settle(contest, slug)
            turn(contest, slug, "stage_close")

    winners = contest.cut_off(SECOND).results.filter(is_selected=True)
    assert [row.entry.innovation.title for row in winners] == [TITLE]
    assert Scoresheet.objects.filter(state=SheetState.FINAL).count() == 3 * 3 + 3 * 2
    for event in ("entry_returned", "check_failed", "cut_off_locked", "announcement_scheduled"):
        assert AuditEvent.objects.named(event).exists(), event
