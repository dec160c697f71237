"""A proposal's way to the ministry: who may move it, when, and what stops it."""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections, transaction

from agencies.enums import Role
from agencies.models import User
from competitions.actions.entries import (
    create_entries,
    create_entry,
    return_entry,
    send_entries,
    send_entry,
    submit_entries,
    submit_entry,
    withdraw_entry,
)
from competitions.actions.places import hold_places
from competitions.enums import CheckState, EntryState, Outcome
from competitions.exceptions import EntryIncomplete, NotEligible, StageClosed, WrongState
from competitions.models import AdministrativeCheck, Entry, Receipt, StageEntry
from competitions.permissions.entries import can_enter, can_submit_entry, can_write_entry
from competitions.queries.findings import find
from innovations.actions.dossiers import edit_innovation, save_sections
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.factories import (
    REGISTRATION,
    Contest,
    enter,
    make_agency,
    make_contest,
    make_entry_in,
    make_innovations,
    make_person,
    make_team,
    walk_entry,
)
from tests.races import during, same

SECOND = timedelta(microseconds=1)


@pytest.fixture
def contest(db: None) -> Contest:
    return make_contest(REGISTRATION, entries=1)


@pytest.fixture
def entry(contest: Contest) -> Entry:
    return contest.entries[0]


def with_agency(contest: Contest, number: int) -> list[Entry]:
    entries = enter(contest, make_innovations(contest.team, number))
    return send_entries(by=contest.team.innovator, entries=entries)


def test_the_whole_way_is_recorded(contest: Contest, entry: Entry) -> None:
    send_entry(by=contest.team.innovator, entry=entry)
    return_entry(by=contest.team.admin, entry=entry, remarks=[("novelty", "Apa bedanya?")])
    send_entry(by=contest.team.innovator, entry=entry)
    done = submit_entry(by=contest.team.admin, entry=entry)
    assert done.state == EntryState.SUBMITTED
    assert done.version is not None
    assert done.version.content["sections"]["novelty"]
    assert done.remarks.get().resolved_at is not None
    stays = {stay.stage.slug: stay for stay in StageEntry.objects.filter(entry=entry)}
    assert stays["pendaftaran"].outcome == Outcome.PASSED
    assert stays["seleksi-administrasi"].left_at is None
    check = AdministrativeCheck.objects.get(stage_entry__entry=entry)
    assert check.state == CheckState.QUEUED
    verbs = AuditEvent.objects.filter(verb__startswith="entry_").values_list("verb", flat=True)
    assert set(verbs) == {"entry_created", "entry_sent", "entry_returned", "entry_submitted"}


def test_people_are_told_when_it_is_their_turn(contest: Contest, entry: Entry) -> None:
    send_entry(by=contest.team.innovator, entry=entry)
    assert Notification.objects.get(recipient=contest.team.admin).subject.startswith("Proposal")
    return_entry(by=contest.team.admin, entry=entry, remarks=[("", "Perjelas.")])
    assert "1 catatan" in Notification.objects.get(recipient=contest.team.innovator).body


def test_return_of_what_the_admin_registered_reaches_the_unit(contest: Contest) -> None:
    team = contest.team
    (innovation,) = make_innovations(team)
    entry = create_entry(
        by=team.admin,
        edition=contest.edition,
        group=contest.edition.groups.get(),
        innovation=innovation,
    )
    send_entry(by=team.innovator, entry=entry)
    return_entry(by=team.admin, entry=entry, remarks=[("", "Perjelas.")])
    assert Notification.objects.filter(recipient=team.innovator).count() == 1


def test_submitted_version_is_what_was_there_not_what_came_later(
    contest: Contest, entry: Entry
) -> None:
    send_entry(by=contest.team.innovator, entry=entry)
    done = submit_entry(by=contest.team.admin, entry=entry)
    innovation = entry.innovation
    innovation.refresh_from_db()
    save_sections(
        by=contest.team.admin,
        innovation=innovation,
        edit_number=innovation.edit_number,
        sections={"novelty": "ditukar setelah dikirim"},
    )
    done.refresh_from_db()
    assert "ditukar" not in str(done.version.content)  # type: ignore[union-attr]


def test_strangers_move_nothing(contest: Contest, entry: Entry) -> None:
    stranger = make_team()
    assert not can_write_entry(stranger.innovator, entry)
    assert not can_enter(stranger.admin, entry.innovation)
    assert not can_submit_entry(stranger.admin, entry)
    with pytest.raises(Forbidden):
        send_entry(by=stranger.admin, entry=entry)
    send_entry(by=contest.team.innovator, entry=entry)
    for user in (stranger.admin, contest.team.innovator, contest.head, contest.observer):
        with pytest.raises(Forbidden):
            submit_entry(by=user, entry=entry)
        with pytest.raises(Forbidden):
            return_entry(by=user, entry=entry, remarks=[("", "x")])
    with pytest.raises(Forbidden):
        create_entry(
            by=stranger.innovator,
            edition=contest.edition,
            group=contest.edition.groups.get(),
            innovation=make_innovations(contest.team)[0],
        )


def test_own_people_may(contest: Contest, entry: Entry) -> None:
    assert can_write_entry(contest.team.innovator, entry)
    assert can_enter(contest.team.admin, entry.innovation)
    assert can_submit_entry(contest.team.admin, entry)


def test_visible_to_own_agency_and_secretariat_alone(contest: Contest, entry: Entry) -> None:
    stranger = make_team()
    seeing = (contest.team.admin, contest.team.innovator, contest.officer, contest.observer)
    for user in seeing:
        assert entry in Entry.objects.visible_to(user)
    for user in (stranger.admin, stranger.innovator, contest.evaluators[0]):
        assert entry not in Entry.objects.visible_to(user)


def test_innovation_enters_an_edition_once(contest: Contest, entry: Entry) -> None:
    with pytest.raises(NotEligible):
        create_entry(
            by=contest.team.innovator,
            edition=contest.edition,
            group=contest.edition.groups.get(),
            innovation=entry.innovation,
        )


def test_group_of_another_edition_is_refused(contest: Contest) -> None:
    other = make_contest(REGISTRATION, entries=0)
    with pytest.raises(NotEligible):
        create_entries(
            by=contest.team.innovator,
            edition=contest.edition,
            group=other.edition.groups.get(),
            innovations=make_innovations(contest.team),
        )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"novelty": ""}, "belum diisi"),
        ({"novelty": "kata " * 301}, "Kurangi|paling banyak 300 kata"),
        ({"summary": ""}, "belum diisi"),
    ],
)
def test_incomplete_proposal_stays_with_its_unit(
    contest: Contest, entry: Entry, changes: dict[str, str], sentence: str
) -> None:
    save_sections(
        by=contest.team.innovator, innovation=entry.innovation, edit_number=1, sections=changes
    )
    with pytest.raises(EntryIncomplete, match=sentence):
        send_entry(by=contest.team.innovator, entry=entry)
    entry.refresh_from_db()
    assert entry.state == EntryState.DRAFT


def test_age_counts_back_from_the_close(contest: Contest, entry: Entry) -> None:
    closes_on = contest.stage(REGISTRATION).closes_at.date()
    for started_on, is_old_enough in (
        (date(closes_on.year - 1, closes_on.month, 1) - timedelta(days=1), True),
        (closes_on - timedelta(days=180), False),
    ):
        entry.innovation.refresh_from_db()
        edit_innovation(
            by=contest.team.innovator,
            innovation=entry.innovation,
            edit_number=entry.innovation.edit_number,
            changes={"started_on": started_on},
        )
        fresh = Entry.objects.select_related("innovation", "group", "edition").get(pk=entry.pk)
        rules = {finding.rule for finding in find([fresh])[entry.pk]}
        assert ("age" not in rules) is is_old_enough


def test_nothing_to_examine_finds_nothing(db: None) -> None:
    assert find([]) == {}


def test_moves_out_of_turn_are_refused(contest: Contest, entry: Entry) -> None:
    with pytest.raises(WrongState):
        submit_entry(by=contest.team.admin, entry=entry)
    with pytest.raises(WrongState):
        return_entry(by=contest.team.admin, entry=entry, remarks=[("", "x")])
    send_entry(by=contest.team.innovator, entry=entry)
    with pytest.raises(WrongState):
        send_entry(by=contest.team.innovator, entry=entry)
    with pytest.raises(EntryIncomplete):
        return_entry(by=contest.team.admin, entry=entry, remarks=[("novelty", "  ")])
    submit_entry(by=contest.team.admin, entry=entry)
    with pytest.raises(WrongState):
        submit_entry(by=make_person(Role.AGENCY_ADMIN, agency=contest.team.agency), entry=entry)
    assert AdministrativeCheck.objects.count() == 1


def test_last_moment_counts_and_the_close_itself_is_late(contest: Contest) -> None:
    first, second = with_agency(contest, 2)
    closes_at = contest.stage(REGISTRATION).closes_at
    with clock.at(closes_at - SECOND):
        submit_entry(by=contest.team.admin, entry=first)
    with clock.at(closes_at), pytest.raises(StageClosed):
        submit_entry(by=contest.team.admin, entry=second)
    second.refresh_from_db()
    assert second.state == EntryState.WITH_AGENCY
    assert second.version is None


def test_registration_before_it_opens_is_refused(contest: Contest) -> None:
    innovations = make_innovations(contest.team)
    with (
        clock.at(contest.stage(REGISTRATION).opens_at - SECOND),
        pytest.raises(StageClosed),
    ):
        enter(contest, innovations)


def test_withdrawal_frees_the_place_and_keeps_the_dossier(contest: Contest, entry: Entry) -> None:
    walk_entry(contest, entry, EntryState.SUBMITTED)
    with pytest.raises(Forbidden):
        withdraw_entry(by=contest.team.innovator, entry=entry)
    withdraw_entry(by=contest.team.admin, entry=entry)
    stays = StageEntry.objects.filter(entry=entry, outcome=Outcome.WITHDRAWN)
    assert stays.get().stage.slug == "seleksi-administrasi"
    entry.innovation.refresh_from_db()
    assert entry.innovation.state == "draft"


def test_unit_withdraws_its_own_draft(contest: Contest, entry: Entry) -> None:
    assert withdraw_entry(by=contest.team.innovator, entry=entry).state == EntryState.WITHDRAWN


class TestQuota:
    """At most `quota` submitted entries an agency and group, on every path."""

    @pytest.fixture
    def contest(self, db: None) -> Contest:
        return make_contest(REGISTRATION, entries=0, quota=2)

    def test_the_one_too_many_is_refused_alone_and_in_a_batch(self, contest: Contest) -> None:
        entries = with_agency(contest, 3)
        with pytest.raises(NotEligible, match="Kuota"):
            submit_entries(by=contest.team.admin, entries=entries)
        assert not Entry.objects.submitted().exists()
        submit_entries(by=contest.team.admin, entries=entries[:2])
        with pytest.raises(NotEligible, match="Kuota"):
            submit_entry(by=contest.team.admin, entry=entries[2])

    def test_withdrawing_one_frees_a_place(self, contest: Contest) -> None:
        entries = with_agency(contest, 3)
        submit_entries(by=contest.team.admin, entries=entries[:2])
        withdraw_entry(by=contest.team.admin, entry=entries[0])
        submit_entry(by=contest.team.admin, entry=entries[2])
        assert Entry.objects.filter(state=EntryState.SUBMITTED).count() == 2

    def test_other_agencies_have_quotas_of_their_own(self, contest: Contest) -> None:
        submit_entries(by=contest.team.admin, entries=with_agency(contest, 2))
        contest.team = make_team()
        submit_entries(by=contest.team.admin, entries=with_agency(contest, 2))
        assert Entry.objects.submitted().count() == 4


def test_same_title_of_the_own_agency_is_refused_and_of_others_only_noted(
    contest: Contest,
) -> None:
    (first,) = enter(contest, make_innovations(contest.team, titles=["Antre Cepat"]))
    walk_entry(contest, first, EntryState.SUBMITTED)
    (twin,) = enter(contest, make_innovations(contest.team, titles=["antre  cepat"]))
    with pytest.raises(NotEligible, match="judul sama"):
        send_entry(by=contest.team.innovator, entry=twin)
    both = enter(contest, make_innovations(contest.team, titles=["Loket Satu", "Loket-Satu"]))
    send_entries(by=contest.team.innovator, entries=both[:1])
    send_entries(by=contest.team.innovator, entries=both[1:])
    with pytest.raises(NotEligible, match="judul sama"):
        submit_entries(by=contest.team.admin, entries=both)
    contest.team = make_team()
    (far,) = enter(contest, make_innovations(contest.team, titles=["Antre Cepat"]))
    found = [one for one in find([far])[far.pk] if one.rule == "same_title"]
    assert [finding.is_blocking for finding in found] == [False]


def in_threads(*jobs: object) -> list[object]:
    """Run jobs at the same instant, each on its own connection; exceptions are results."""
    barrier, results = Barrier(len(jobs)), [None] * len(jobs)

    def run(place: int, job: object) -> None:
        barrier.wait()
        try:
            results[place] = job()  # type: ignore[operator]
        except Exception as refusal:
            results[place] = refusal  # type: ignore[call-overload]
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=(place, job)) for place, job in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_cannot_pass_the_quota_together() -> None:
    contest = make_contest(REGISTRATION, entries=0, quota=1)
    first, second = with_agency(contest, 2)
    admins = [User.objects.get(pk=contest.team.admin.pk) for _ in range(2)]
    results = in_threads(
        lambda: submit_entry(by=admins[0], entry=first),
        lambda: submit_entry(by=admins[1], entry=second),
    )
    assert Entry.objects.filter(state=EntryState.SUBMITTED).count() == 1
    assert sorted(type(result).__name__ for result in results) == ["Entry", "NotEligible"]


@pytest.mark.django_db(transaction=True)
def test_control_the_naive_count_lets_both_through() -> None:
    """The race is real: without the lock both see a free place."""
    contest = make_contest(REGISTRATION, entries=0, quota=1)
    pair = with_agency(contest, 2)
    both_counted = Barrier(2)

    def naive(entry: Entry) -> str:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT count(*) FROM competitions_entry WHERE state = 'withdrawn'")
            free = cursor.fetchone()[0] < 1
            both_counted.wait()
            if free:
                cursor.execute(
                    "UPDATE competitions_entry SET state = 'withdrawn' WHERE id = %s", [entry.pk]
                )
            cursor.execute("COMMIT")
        return "done"

    in_threads(lambda: naive(pair[0]), lambda: naive(pair[1]))
    assert Entry.objects.filter(state="withdrawn").count() == 2


@pytest.mark.django_db(transaction=True)
def test_same_entry_submitted_twice_at_once_is_submitted_once() -> None:
    contest = make_contest(REGISTRATION, entries=0)
    (entry,) = with_agency(contest, 1)
    admins = [User.objects.get(pk=contest.team.admin.pk) for _ in range(2)]
    results = in_threads(
        lambda: submit_entry(by=admins[0], entry=entry),
        lambda: submit_entry(by=admins[1], entry=entry),
    )
    assert results == [entry, entry]
    assert AdministrativeCheck.objects.count() == 1
    assert Receipt.objects.get().entry == entry


def test_what_the_ministry_holds_is_not_returned_to_the_unit(contest: Contest) -> None:
    entry = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
    with pytest.raises(WrongState):
        return_entry(by=contest.team.admin, entry=entry, remarks=[("novelty", "Jelaskan.")])
    entry.refresh_from_db()
    assert entry.state == EntryState.SUBMITTED


@pytest.mark.django_db(transaction=True)
def test_dossier_that_is_registered_twice_at_once_takes_part_once() -> None:
    contest = make_contest(REGISTRATION, entries=0)
    (innovation,) = make_innovations(contest.team, titles=["Antre Cepat"])
    group = contest.edition.groups.first()
    assert group is not None

    def register() -> Entry:
        return create_entry(
            by=same(contest.team.innovator),
            edition=contest.edition,
            group=group,
            innovation=innovation,
        )

    registered, refused = during(register, register)
    assert Entry.objects.get() == registered
    assert isinstance(refused, NotEligible)


@pytest.mark.django_db
def test_dossier_that_is_another_agencys_by_now_keeps_its_own() -> None:
    """What is frozen names the agency that has it; the place is that of the entry's."""
    entry, other = make_entry_in("draft"), make_agency()
    entry.innovation.agency = other
    with transaction.atomic():
        hold_places([entry])
    assert (entry.innovation.agency, entry.agency_id != other.pk) == (other, True)
