"""Who follows which entries, what the forecast says, and reminding once a day."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.actions.people import end_membership
from agencies.enums import AgencyType, Role
from agencies.models import Agency, Membership, User
from competitions.actions.entries import submit_entry
from competitions.actions.extensions import confirm_extension, propose_extension
from competitions.actions.radar import nudge_holder, nudge_holders, refresh_forecasts
from competitions.actions.stages import close_stage
from competitions.enums import EntryState
from competitions.exceptions import AlreadyNudged, StageClosed, WrongState
from competitions.models import Entry, EntryForecast, Nudge
from competitions.permissions import can_nudge, can_see_radar
from competitions.queries.history import earlier_edition, history_of, passages
from competitions.tasks import refresh_radar
from innovations.actions.dossiers import save_sections
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow
from sinovik.web.templatetags.web import moment
from tests.factories import (
    ADMINISTRATIVE,
    REGISTRATION,
    Contest,
    Team,
    enter,
    make_agency,
    make_contest,
    make_innovations,
    make_person,
    make_province,
    make_regency,
    make_team,
    walk_entry,
)
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=0)


def entry_in(contest: Contest, state: str = EntryState.DRAFT, team: Team | None = None) -> Entry:
    """An entry of a team of its own or of the contest's."""
    own, contest.team = contest.team, team or contest.team
    entry = walk_entry(contest, enter(contest, make_innovations(contest.team))[0], state)
    contest.team = own
    return entry


def province_admin(code: str = "32") -> User:
    agency = make_agency(agency_type=AgencyType.PROVINCE, region=make_province(code, f"P{code}"))
    return make_person(Role.AGENCY_ADMIN, agency=agency)


def regency_team(code: str = "32.01") -> Team:
    return make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency(code)))


def messages_of(user: User) -> list[str]:
    return list(Notification.objects.filter(recipient_id=user.pk).values_list("subject", flat=True))


def test_each_role_follows_its_own_entries(contest: Contest) -> None:
    own = entry_in(contest)
    inside, outside = regency_team("32.01"), regency_team("35.01")
    near = entry_in(contest, team=inside)
    far = entry_in(contest, team=outside)
    seen = {
        "admin": contest.team.admin,
        "province": province_admin("32"),
        "officer": contest.officer,
        "observer": contest.observer,
        "innovator": contest.team.innovator,
        "regency": inside.admin,
        "stranger": make_person(),
    }
    rows = {name: set(Entry.objects.watched_by(user)) for name, user in seen.items()}
    assert rows == {
        "admin": {own},
        "province": {near},
        "officer": {own, near, far},
        "observer": set(),
        "innovator": set(),
        "regency": {near},
        "stranger": set(),
    }


def test_a_province_follows_numbers_but_opens_no_text(contest: Contest) -> None:
    near = entry_in(contest, team=regency_team())
    admin = province_admin()
    assert near in Entry.objects.watched_by(admin)
    assert near not in Entry.objects.visible_to(admin)


def test_a_ministry_in_the_province_is_not_the_provinces(contest: Contest) -> None:
    team = make_team(make_agency(agency_type=AgencyType.MINISTRY, region=make_regency()))
    entry = entry_in(contest, team=team)
    assert entry not in Entry.objects.watched_by(province_admin())
    assert not can_nudge(province_admin(), entry)


@pytest.mark.parametrize(
    ("who", "state", "expected"),
    [
        ("admin", EntryState.DRAFT, True),
        ("admin", EntryState.WITH_AGENCY, False),
        ("officer", EntryState.WITH_AGENCY, True),
        ("observer", EntryState.DRAFT, False),
        ("stranger", EntryState.DRAFT, False),
    ],
)
def test_who_may_remind(contest: Contest, who: str, state: str, expected: bool) -> None:
    entry = entry_in(contest, state)
    people = {
        "admin": contest.team.admin,
        "officer": contest.officer,
        "observer": contest.observer,
        "stranger": make_team().admin,
    }
    assert can_nudge(people[who], entry) is expected


def test_province_may_remind_its_regencies_alone(contest: Contest) -> None:
    near = entry_in(contest, EntryState.WITH_AGENCY, regency_team("32.01"))
    far = entry_in(contest, EntryState.WITH_AGENCY, regency_team("35.01"))
    admin = province_admin("32")
    assert can_nudge(admin, near)
    assert not can_nudge(admin, far)
    with pytest.raises(Forbidden):
        nudge_holders(by=admin, entries=[near, far])
    assert not Nudge.objects.exists()


def test_radar_is_for_admins_and_the_secretariat(contest: Contest) -> None:
    assert can_see_radar(contest.team.admin)
    assert can_see_radar(contest.head)
    assert not can_see_radar(contest.team.innovator)
    assert not can_see_radar(contest.observer)


def test_nudging_the_unit_tells_writers_and_its_colleagues(contest: Contest) -> None:
    entry = entry_in(contest)
    colleague = make_person(Role.INNOVATOR, agency=contest.team.agency, unit=contest.team.unit)
    elsewhere = make_person(Role.INNOVATOR, agency=contest.team.agency)
    outcome = nudge_holder(by=contest.team.admin, entry=entry)
    assert (outcome.told, outcome.people) == (1, 2)
    assert messages_of(contest.team.innovator) == messages_of(colleague)
    assert not messages_of(elsewhere)
    note = Notification.objects.filter(recipient_id=colleague.pk).get()
    assert entry.number in note.body
    assert contest.team.agency.name in note.body
    assert contest.team.admin.name not in note.body
    assert AuditEvent.objects.about(entry).named("entry_nudged").count() == 1


def test_nudging_the_admin_tells_the_admins(contest: Contest) -> None:
    entry = entry_in(contest, EntryState.WITH_AGENCY)
    before = len(messages_of(contest.team.admin))
    nudge_holder(by=contest.officer, entry=entry)
    assert len(messages_of(contest.team.admin)) == before + 1
    assert "Sekretariat" in Notification.objects.filter(recipient_id=contest.team.admin.pk)[0].body


def test_a_writer_who_left_is_replaced_by_the_admins(contest: Contest) -> None:
    entry = entry_in(contest)
    gone = Membership.objects.get(user=contest.team.innovator)
    end_membership(by=contest.team.admin, membership=gone)
    nudge_holder(by=contest.officer, entry=entry)
    assert not messages_of(contest.team.innovator)
    assert messages_of(contest.team.admin)


def test_the_same_sender_reminds_once_a_day_another_may_too(contest: Contest) -> None:
    entry = entry_in(contest)
    nudge_holder(by=contest.team.admin, entry=entry)
    with pytest.raises(AlreadyNudged):
        nudge_holder(by=contest.team.admin, entry=entry)
    nudge_holder(by=contest.officer, entry=entry)
    with clock.at(clock.now() + timedelta(days=1)):
        nudge_holder(by=contest.team.admin, entry=entry)
    assert Nudge.objects.filter(entry=entry).count() == 3
    assert len(messages_of(contest.team.innovator)) == 3


def test_the_database_refuses_a_second_nudge_of_the_day(contest: Contest) -> None:
    entry = entry_in(contest)
    nudge_holder(by=contest.officer, entry=entry)
    row = Nudge.objects.get()
    row.pk, row._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_nudge_is_final(contest: Contest) -> None:
    nudge_holder(by=contest.officer, entry=entry_in(contest))
    with pytest.raises(ImmutableRow):
        Nudge.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic(), as_owner() as cursor:
        cursor.execute("UPDATE competitions_nudge SET recipients = 9")


def test_many_entries_of_one_holder_make_one_message(contest: Contest) -> None:
    entries = [entry_in(contest) for _ in range(3)]
    gone = entry_in(contest, EntryState.SUBMITTED)
    nudge_holder(by=contest.officer, entry=entries[0])
    outcome = nudge_holders(by=contest.officer, entries=[*entries, gone])
    assert (outcome.told, outcome.people, outcome.again, outcome.moved) == (2, 1, 1, 1)
    (last, _first) = Notification.objects.filter(recipient_id=contest.team.innovator.pk)
    assert last.subject == "2 proposal menunggu Anda"
    assert all(entry.number in last.body for entry in entries[1:])


def test_nobody_to_tell_is_said(contest: Contest) -> None:
    entry = entry_in(contest)
    User.objects.filter(memberships__agency=contest.team.agency).update(is_active=False)
    outcome = nudge_holders(by=contest.officer, entries=[entry])
    assert (outcome.told, outcome.nobody) == (0, 1)
    with pytest.raises(WrongState):
        nudge_holder(by=contest.officer, entry=entry)


def test_after_the_close_nobody_is_reminded(contest: Contest) -> None:
    entry = entry_in(contest)
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at), pytest.raises(StageClosed):
        nudge_holder(by=contest.officer, entry=entry)
    with clock.at(closes_at - timedelta(microseconds=1)):
        assert nudge_holder(by=contest.officer, entry=entry).told == 1


def test_a_registration_that_was_closed_reminds_nobody(contest: Contest) -> None:
    entry = entry_in(contest)
    stage = contest.stage(REGISTRATION)
    with clock.at(stage.closes_at):
        close_stage(by=contest.head, stage=stage)
    outcome = nudge_holders(by=contest.officer, entries=[entry])
    assert (outcome.told, outcome.closed) == (0, 1)


def test_forecast_knows_holder_and_what_is_missing(contest: Contest) -> None:
    draft = entry_in(contest)
    save_sections(
        by=contest.team.innovator,
        innovation=draft.innovation,
        edit_number=draft.innovation.edit_number,
        sections={"novelty": ""},
    )
    sent = entry_in(contest, EntryState.WITH_AGENCY)
    done = entry_in(contest, EntryState.SUBMITTED)
    assert refresh_forecasts(by=None, edition=contest.edition) == 2
    said = EntryForecast.objects.in_bulk()
    assert set(said) == {draft.pk, sent.pk}
    assert "novelty" in said[draft.pk].missing
    assert said[draft.pk].chance > said[sent.pk].chance
    assert said[sent.pk].safe_until < contest.stage(REGISTRATION).closes_at
    assert done.pk not in said


def test_forecast_grows_as_the_close_comes_and_goes_when_submitted(contest: Contest) -> None:
    entry = entry_in(contest, EntryState.WITH_AGENCY)
    closes_at = contest.stage(REGISTRATION).closes_at
    chances = []
    for days in (4, 2, 1, 0.1):
        with clock.at(closes_at - timedelta(days=days)):
            refresh_forecasts(by=None, edition=contest.edition)
        chances.append(EntryForecast.objects.get().chance)
    assert chances == sorted(chances)
    assert chances[0] < chances[-1]
    submit_entry(by=contest.team.admin, entry=entry)
    assert refresh_forecasts(by=None, edition=contest.edition) == 0
    assert not EntryForecast.objects.exists()


def extend(contest: Contest, agency: Agency | None, days: int) -> None:
    stage = contest.stage(REGISTRATION)
    extension = propose_extension(
        by=contest.officer,
        stage=stage,
        agency=agency,
        new_closes_at=stage.closes_at + timedelta(days=days),
        letter_number="S/1/2026",
        reason="Gangguan peladen menjelang penutupan.",
    )
    confirm_extension(by=contest.head, extension=extension)


def test_an_extension_lowers_the_chance(contest: Contest) -> None:
    entry_in(contest, EntryState.WITH_AGENCY)
    with clock.at(contest.stage(REGISTRATION).closes_at - timedelta(hours=5)):
        refresh_forecasts(by=None, edition=contest.edition)
        before = EntryForecast.objects.get()
        extend(contest, None, 5)
        refresh_forecasts(by=None, edition=contest.edition)
    after = EntryForecast.objects.get()
    assert after.chance < before.chance
    assert after.safe_until == before.safe_until + timedelta(days=5)


def test_one_agencys_extension_is_its_own(contest: Contest) -> None:
    own, other = entry_in(contest), entry_in(contest, team=make_team())
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at - timedelta(hours=5)):
        extend(contest, contest.team.agency, 5)
    with clock.at(closes_at + timedelta(hours=1)):
        refresh_radar(timestamp=0)
        outcome = nudge_holders(by=contest.officer, entries=[own, other])
    said = EntryForecast.objects.in_bulk()
    assert said[own.pk].closes_at == closes_at + timedelta(days=5)
    assert (said[other.pk].closes_at, said[other.pk].chance) == (closes_at, 1)
    assert (outcome.told, outcome.closed) == (1, 1)
    note = Notification.objects.filter(recipient_id=contest.team.innovator.pk).first()
    assert note is not None
    assert moment(closes_at + timedelta(days=5)) in note.body


def test_a_nudge_is_no_touch(contest: Contest) -> None:
    entry = entry_in(contest)
    refresh_forecasts(by=None, edition=contest.edition)
    before = EntryForecast.objects.get().touched_at
    with clock.at(clock.now() + timedelta(days=1)):
        nudge_holder(by=contest.officer, entry=entry)
        refresh_forecasts(by=None, edition=contest.edition)
    assert EntryForecast.objects.get().touched_at == before


def test_history_is_the_edition_before_with_its_lost_entries() -> None:
    before = make_contest(ADMINISTRATIVE, entries=2, year=2931)
    edition = make_contest(entries=0, year=2932).edition
    assert earlier_edition(edition) == before.edition
    known = history_of(passages(before.edition))
    assert len(known.unit_days) == len(known.agency_days) == 2
    assert (known.unit_stayed, known.agency_stayed) == (0, 0)
    running = make_contest(entries=0, year=2933)
    entry_in(running)
    entry_in(running, EntryState.WITH_AGENCY)
    entry_in(running, EntryState.RETURNED)
    stays = history_of(passages(running.edition))
    assert (stays.unit_stayed, stays.agency_stayed) == (1, 1)


def test_the_job_run_twice_leaves_the_same_rows(contest: Contest) -> None:
    entry_in(contest)
    with clock.at(clock.now()):
        refresh_radar(timestamp=0)
        once = list(EntryForecast.objects.values())
        refresh_radar(timestamp=0)
    assert list(EntryForecast.objects.values()) == once
