"""The work home: each role sees what waits for it, at a constant price."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urljoin

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import AgencyType, Role
from agencies.models import User
from competitions.actions.assignments import appoint
from competitions.actions.design import clone_edition
from competitions.enums import EntryState
from competitions.queries.work_home import Need, in_order
from innovations.actions.life import Proof
from innovations.actions.outcomes import Figure, add_indicator, record_value
from innovations.workflow import ATTESTED_FOR
from sinovik.audit import clock
from sinovik.notifications import notify
from sinovik.web.templatetags.web import moment
from tests.factories import (
    ADMINISTRATIVE,
    REVIEW,
    SECOND,
    enter,
    make_agency,
    make_contest,
    make_entry_in,
    make_innovations,
    make_person,
    make_province,
    make_published_innovation,
    make_replication,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
HOME = reverse("competitions:work_home")


def queries_of(client: WatchfulClient, user: User, address: str = HOME) -> int:
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(connection) as context:
        assert client.get(address).status_code == 200
    return len(context)


def text_of(client: WatchfulClient, user: User, address: str = HOME) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_home_asks_a_stranger_to_sign_in(client: WatchfulClient) -> None:
    response = client.get(HOME)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_home_of_the_public_says_what_an_account_can_do(client: WatchfulClient) -> None:
    person = make_person()
    page = text_of(client, person)
    assert "belum memiliki peran" in page
    assert person.email in page


def test_home_of_an_admin_shows_who_holds_what(client: WatchfulClient) -> None:
    contest = make_contest(entries=0, quota=10)
    for state in (EntryState.DRAFT, EntryState.RETURNED, EntryState.WITH_AGENCY, "submitted"):
        walk_entry(contest, enter(contest, make_innovations(contest.team))[0], state)
    page = text_of(client, contest.team.admin)
    assert "1 proposal menunggu keputusan Anda" in page
    assert "1 dari 10" in page
    assert contest.team.unit.name in page
    assert "Lacak status" in page


def test_home_filtered_by_state_shows_that_state_alone(client: WatchfulClient) -> None:
    contest = make_contest(entries=0)
    draft, sent = enter(contest, make_innovations(contest.team, 2))
    walk_entry(contest, sent, EntryState.WITH_AGENCY)
    page = text_of(client, contest.team.admin, f"{HOME}?keadaan=draft")
    assert draft.number in page
    assert sent.number not in page


def test_home_of_an_innovator_hides_other_units(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    other = make_team(contest.team.agency)
    page = text_of(client, other.innovator)
    assert contest.entries[0].innovation.title not in page
    assert "Belum ada proposal" in page


def test_home_of_an_innovator_asks_to_mend_what_came_back(client: WatchfulClient) -> None:
    contest = make_contest(entries=0)
    entry = make_entry_in(EntryState.RETURNED, contest)
    page = text_of(client, contest.team.innovator)
    assert f"Perbaiki “{entry.innovation.title}”" in page
    # Who returned it has nothing to mend.
    assert "Perbaiki “" not in text_of(client, contest.team.admin)
    assert reverse("competitions:entry_tasks", args=[entry.pk]) in page


def test_home_of_an_officer_counts_the_queue(client: WatchfulClient) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=3)
    page = text_of(client, contest.officer)
    assert "3 proposal menunggu pemeriksa" in page
    assert reverse("competitions:check_queue", args=[contest.edition.year]) in page


def test_home_of_an_officer_counts_what_came_in_while_registration_runs(
    client: WatchfulClient,
) -> None:
    contest = make_contest(entries=0)
    make_entry_in(EntryState.SUBMITTED, contest)
    assert "1 proposal menunggu pemeriksa" in text_of(client, contest.officer)


def test_home_of_the_head_lists_running_editions_before_a_later_draft(
    client: WatchfulClient,
) -> None:
    contest = make_contest(entries=0, year=2391)
    clone_edition(
        by=contest.head, source=contest.edition, year=2392, name="KIPP 2392", theme="Dekat"
    )
    page = text_of(client, contest.head)
    editions = page[page.index('id="edisi"') :]
    assert editions.index(contest.edition.name) < editions.index("KIPP 2392")


def test_home_of_a_judge_says_how_many_are_left(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=3, judges=2, reviews=2)
    page = text_of(client, contest.evaluators[0])
    assert "0 dari 3 lembar dikirim" in page
    assert "Nilai 3 proposal lagi" in page


def test_home_of_a_panellist_says_when_the_panel_begins(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=3, judges=2, reviews=2)
    stage = contest.stage(SECOND)
    assert "Belum ada penugasan" in text_of(client, contest.panelists[0])
    appoint(by=contest.head, edition=contest.edition, users=contest.panelists, role="panelist")
    page = text_of(client, contest.panelists[0])
    assert f"Penilaian Anda dibuka {moment(stage.opens_at)}" in page
    assert "Belum ada penugasan" not in page
    assert "Penilaian Anda dibuka" not in text_of(client, contest.evaluators[0]), "who has work"


def test_home_of_a_panellist_without_a_list_says_what_is_going_on(client: WatchfulClient) -> None:
    contest = make_contest(SECOND, entries=3)
    newcomer = make_person(Role.PANELIST)
    appoint(by=contest.head, edition=contest.edition, users=[newcomer], role="panelist")
    assert "Sekretariat sedang membagikan proposal" in text_of(client, newcomer)
    assert "sedang membagikan" not in text_of(client, contest.panelists[0])


def test_home_of_an_observer_links_to_closed_stages_alone(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW)
    page = text_of(client, contest.observer)
    assert reverse("competitions:stage_detail", args=[contest.stage(ADMINISTRATIVE).pk]) in page
    assert reverse("competitions:stage_detail", args=[contest.stage(REVIEW).pk]) not in page
    assert "Mulai proposal" not in page


def test_what_is_false_stands_before_what_is_due() -> None:
    now = clock.now()
    late, soon = Need("late", "/", now + timedelta(2)), Need("soon", "/", now)
    undated, alarm = Need("undated", "/"), Need("alarm", "/", is_alarm=True)
    assert in_order([late, undated, soon, alarm]) == [alarm, soon, late, undated]


def test_home_of_an_observer_opens_every_edition(client: WatchfulClient) -> None:
    contests = [make_contest(entries=0, year=2391), make_contest(REVIEW, year=2390)]
    page = text_of(client, contests[0].observer)
    opened = re.findall(r'<details class="disclosure" open>\s*<summary>([^<]+)', page)
    assert opened == [contest.edition.name for contest in contests]


@pytest.mark.parametrize("role", ["innovator", "admin"])
def test_home_of_an_agency_costs_the_same_for_one_and_sixty(
    client: WatchfulClient, role: str
) -> None:
    contest = make_contest(entries=1)
    person: User = getattr(contest.team, role)
    one = queries_of(client, person)
    enter(contest, make_innovations(contest.team, 59))
    many = queries_of(client, person)
    assert many == one
    assert many <= 15
    # What was returned asks for a query more.
    walk_entry(contest, contest.entries[0], EntryState.RETURNED)
    assert queries_of(client, person) <= 15


@pytest.mark.parametrize("role", ["head", "officer", "observer"])
def test_home_of_the_secretariat_costs_the_same_for_one_and_many(
    client: WatchfulClient, role: str
) -> None:
    contest = make_contest(ADMINISTRATIVE, entries=1)
    one = queries_of(client, getattr(contest, role))
    bigger = make_contest(ADMINISTRATIVE, entries=4)
    many = queries_of(client, getattr(bigger, role))
    assert many == one
    assert many <= 15


TURNS = {
    "requested": {"owner admin"},
    "accepted": {"asking admin"},
    "agreed": {"asking admin", "asking innovator"},
    "reported": {"owner admin"},
    "confirmed": {"officer"},
    "verified": set(),
}


@pytest.mark.parametrize("state", TURNS)
def test_home_says_whose_turn_a_replication_is(client: WatchfulClient, state: str) -> None:
    made = make_replication(state)
    people = {
        "owner admin": made.origin.admin,
        "owner innovator": made.origin.innovator,
        "asking admin": made.asking.admin,
        "asking innovator": made.asking.innovator,
        "officer": made.officer,
        "observer": make_person(Role.OBSERVER),
        "stranger": make_team().admin,
    }
    told = {
        name
        for name, person in people.items()
        if "1 replikasi menunggu langkah Anda" in text_of(client, person)
    }
    assert told == TURNS[state]


def test_home_of_an_agency_tells_alarms_and_attestations(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    figures = [Figure(Decimal(60), date(2020 + i, 1, 1), "Unit", Proof(note="x")) for i in (0, 1)]
    indicator = add_indicator(
        by=team.innovator,
        innovation=innovation,
        name="Waktu tunggu",
        unit="menit",
        direction="down",
        baseline=figures[0],
        target=None,
    )
    record_value(by=team.innovator, indicator=indicator, kind="measured", figure=figures[1])
    later = clock.now() + ATTESTED_FOR - timedelta(days=10)
    other = make_team().admin
    assert "belum Anda jawab" in text_of(client, team.admin)
    with clock.at(later):
        page = text_of(client, team.innovator)
        assert "1 inovasi hasilnya mundur dan belum Anda jawab" in page
        assert "1 inovasi menunggu pernyataan keadaan" in page
        quiet = text_of(client, other)
    assert "belum Anda jawab" not in quiet
    assert "menunggu pernyataan keadaan" not in quiet


def test_home_costs_no_more_where_everything_waits(client: WatchfulClient) -> None:
    contest = make_contest(entries=0)
    walk_entry(contest, enter(contest, make_innovations(contest.team))[0], EntryState.RETURNED)
    make_entry_in(EntryState.CORRECTION, contest)
    make_replication("requested", origin_team=contest.team)
    make_replication("confirmed")
    assert "1 replikasi menunggu langkah Anda" in text_of(client, contest.team.admin)
    for person in (contest.team.admin, contest.team.innovator, contest.head, contest.officer):
        assert queries_of(client, person) <= 15, person.name


def test_home_of_a_judge_is_cheap(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=4)
    assert queries_of(client, contest.evaluators[0]) <= 15


def busy_people() -> dict[str, User]:
    """Somebody of each role, for whom something waits of every kind that this test can make."""
    registration = make_contest(entries=0)
    team = registration.team
    walk_entry(registration, enter(registration, make_innovations(team))[0], EntryState.RETURNED)
    make_entry_in(EntryState.CORRECTION, registration)
    make_replication("requested", origin_team=team)
    make_replication("confirmed")
    home = make_agency(agency_type=AgencyType.PROVINCE, region=make_province())
    province = make_team(home)
    enter(replace(registration, team=province), make_innovations(province))
    judging = make_contest(REVIEW, entries=3)
    make_contest(ADMINISTRATIVE, entries=2)
    return {
        "innovator": team.innovator,
        "admin": team.admin,
        "province": province.admin,
        "officer": registration.officer,
        "head": registration.head,
        "observer": registration.observer,
        "evaluator": judging.evaluators[0],
    }


COSTS = {
    "innovator": 12,
    "admin": 14,
    "province": 13,
    "officer": 15,
    "head": 15,
    "observer": 6,
    "evaluator": 9,
}
"""Queries of a work home once its process is warm; a page that asks less lowers its number."""


def test_home_of_each_role_asks_no_more_than_it_does(client: WatchfulClient) -> None:
    asked = {}
    for role, person in busy_people().items():
        client.force_login(person)
        client.get(HOME)
        with CaptureQueriesContext(connection) as queries:
            client.get(HOME)
        asked[role] = len(queries)
        statements = [query["sql"] for query in queries]
        assert len(statements) == len(set(statements)), role
    assert asked == COSTS


def leave_message(user: User, path: str) -> int:
    (note,) = notify(recipients=[user], subject="Ada kabar", body="Isinya.", path=path)
    return note.pk


def test_opening_a_message_marks_it_read_and_leads_on(client: WatchfulClient) -> None:
    person = make_person(Role.INNOVATOR)
    pk = leave_message(person, "/kerja/inovasi/")
    assert "1 belum dibaca" in text_of(client, person)
    response = client.post(reverse("competitions:notification_read", args=[pk]))
    assert response.url == "/kerja/inovasi/"
    assert person.notifications.get().read_at is not None
    assert "belum dibaca" not in text_of(client, person)


def test_a_message_never_leads_to_another_site(client: WatchfulClient) -> None:
    person = make_person()
    pk = leave_message(person, "//jahat.example/")
    client.force_login(person)
    assert client.post(reverse("competitions:notification_read", args=[pk])).url == HOME


def test_a_message_of_another_person_is_not_found(client: WatchfulClient) -> None:
    pk = leave_message(make_person(), "/kerja/")
    client.force_login(make_person())
    address = reverse("competitions:notification_read", args=[pk])
    assert client.post(address).status_code == 404
    refused = client.get(address)
    assert refused.status_code == 405
    above = re.search(r'govuk-button" href="([./]+)"', refused.content.decode())
    assert above
    assert urljoin(address, above[1]) == HOME, "the page above, not a browser's blank one"
    assert client.get(f"/en{address}").status_code == 405


def test_reading_home_leaves_messages_unread(client: WatchfulClient) -> None:
    person = make_person(Role.INNOVATOR)
    leave_message(person, "/kerja/")
    text_of(client, person)
    assert person.notifications.unread().count() == 1
