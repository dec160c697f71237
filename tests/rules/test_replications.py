"""Replication from request to proof: rights, states, what the database refuses, races."""

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from agencies.enums import Role
from agencies.models import User
from innovations.actions import replications as actions
from innovations.actions.archiving import archive_innovation
from innovations.actions.dossiers import edit_innovation, save_identity
from innovations.actions.life import Proof, attest_life
from innovations.actions.replications import (
    ReplicationReport,
    ReplicationRequest,
    agree_replication,
    answer_replication,
    confirm_replication,
    report_replication,
    request_replication,
    return_replication,
    verify_replication,
    withdraw_replication,
)
from innovations.enums import ReplicationState
from innovations.exceptions import OriginRefused, ReplicationRefused
from innovations.models import Innovation, Replication
from innovations.models.innovation import InnovationQuerySet
from innovations.models.replication import ReplicationQuerySet
from innovations.permissions import (
    can_agree_replication,
    can_answer_replication,
    can_confirm_replication,
    can_report_replication,
    can_request_replication,
    can_return_replication,
    can_verify_replication,
    can_withdraw_replication,
    check_sees_replications,
    is_of_origin,
)
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.audit.turns import PRESSED_AGAIN
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from sinovik.web.zones import contest_day
from tests import races
from tests.factories import (
    Replicating,
    make_innovations,
    make_person,
    make_published_innovation,
    make_replication,
    make_team,
)
from tests.owner import as_owner

S = ReplicationState
in_database = pytest.mark.django_db
between_threads = pytest.mark.django_db(transaction=True)


def asked(days: int = 30, **changes: str) -> ReplicationRequest:
    texts = {"need": "Antrean tiga jam.", "contact": "Kepala dinas, 0812"} | changes
    return ReplicationRequest(wanted_on=contest_day(clock.now()) + timedelta(days), **texts)


def again(innovation: Innovation | None) -> Innovation:
    """The dossier as it is stored now."""
    assert innovation is not None
    return Innovation.objects.get(pk=innovation.pk)


def told(person: User) -> list[str]:
    rows = Notification.objects.filter(recipient_id=person.pk).order_by("pk")
    return [row.subject for row in rows]


@in_database
def test_replication_walks_from_request_to_verified_and_tells_everybody() -> None:
    world = make_replication(S.VERIFIED)
    row = world.replication
    assert (row.state, row.unit) == (S.VERIFIED, world.asking.unit)
    assert row.replica
    assert row.replica.replicates_id == row.origin_id
    people = {row.reported_by_id, row.confirmed_by_id, row.verified_by_id}
    assert len(people) == 3
    events = AuditEvent.objects.filter(verb__startswith="replication_", object_id=row.pk)
    assert list(events.order_by("pk").values_list("verb", flat=True)) == [
        "replication_requested",
        "replication_accepted",
        "replication_agreed",
        "replication_reported",
        "replication_confirmed",
        "replication_verified",
    ]
    assert [text.split(" REP")[0] for text in told(world.origin.admin)] == [
        "Permintaan replikasi",
        "Replikasi",
        "Laporan replikasi",
        "Replikasi",
    ]
    assert any("menunggu verifikasi" in text for text in told(world.officer))
    assert any("diterima" in text for text in told(world.asking.innovator))
    assert any("terverifikasi" in text for text in told(world.asking.admin))


@in_database
def test_request_is_refused_to_those_without_right_or_reason() -> None:
    origin, team = make_published_innovation(), make_team()
    loose = make_person(Role.INNOVATOR, agency=team.agency)
    for person, agency in (
        (loose, team.agency),
        (make_person(), team.agency),
        (team.admin, make_team().agency),
        (make_person(Role.AGENCY_ADMIN, agency=origin.agency), origin.agency),
    ):
        assert not can_request_replication(person, origin, agency)
        with pytest.raises(Forbidden):
            request_replication(by=person, origin=origin, agency=agency, request=asked())
    assert can_request_replication(team.innovator, origin, team.agency)
    for field, wrong in (
        ("wanted_on", asked(-1)),
        ("wanted_on", asked(6 * 365)),
        ("need", asked(need=" ")),
        ("contact", asked(contact="\n")),
    ):
        with pytest.raises(ReplicationRefused) as refusal:
            request_replication(by=team.admin, origin=origin, agency=team.agency, request=wrong)
        assert refusal.value.field == field
    (draft,) = make_innovations(make_team())
    with pytest.raises(ReplicationRefused, match="terbit"):
        request_replication(by=team.admin, origin=draft, agency=team.agency, request=asked())
    assert not Replication.objects.exists()


@in_database
def test_request_of_a_pair_is_open_once_and_may_come_again_after_a_refusal() -> None:
    world = make_replication(S.REQUESTED)
    origin, agency = world.replication.origin, world.asking.agency
    with pytest.raises(ReplicationRefused, match="berjalan"):
        request_replication(by=world.asking.admin, origin=origin, agency=agency, request=asked())
    answer_replication(
        by=world.origin.admin, replication=world.replication, accepts=False, answer="Sibuk."
    )
    again = request_replication(
        by=world.asking.admin, origin=origin, agency=agency, request=asked(0)
    )
    assert (again.state, again.unit) == (S.REQUESTED, None)


@in_database
def test_request_pressed_twice_is_made_once() -> None:
    origin, team = make_published_innovation(), make_team()
    ask = partial(request_replication, by=team.admin, origin=origin, agency=team.agency)
    first = ask(request=asked())
    assert ask(request=asked()) == first
    with pytest.raises(ReplicationRefused, match="berjalan"):
        ask(request=asked(need="Lain."))
    with clock.at(clock.now() + PRESSED_AGAIN), pytest.raises(ReplicationRefused, match="berjalan"):
        ask(request=asked())
    assert Replication.objects.get() == first
    assert AuditEvent.objects.named("replication_requested").count() == 1


@in_database
def test_request_to_an_agency_without_admin_reaches_the_secretariat() -> None:
    team, officer = make_team(), make_person(Role.SECRETARIAT_OFFICER)
    origin = make_published_innovation()
    origin.agency.memberships.filter(role=Role.AGENCY_ADMIN).update(
        ended_at=clock.now(), ended_by=officer
    )
    request_replication(by=team.admin, origin=origin, agency=team.agency, request=asked())
    assert [text[:20] for text in told(officer)] == ["Permintaan replikasi"]


@in_database
def test_each_step_is_refused_out_of_turn_and_to_the_wrong_people() -> None:
    world = make_replication(S.REQUESTED)
    row, origin, asking = world.replication, world.origin, world.asking
    stranger = make_team().admin
    today = contest_day(clock.now())
    report = ReplicationReport(make_innovations(asking)[0], "Diubah.", "Berjalan.")
    for person in (asking.admin, origin.innovator, world.officer, stranger):
        assert not can_answer_replication(person, row)
        with pytest.raises(Forbidden):
            answer_replication(by=person, replication=row, accepts=True, answer="Ya.")
    with pytest.raises(ReplicationRefused):
        agree_replication(by=asking.admin, replication=row, number="1", dated_on=today)
    with pytest.raises(ReplicationRefused):
        report_replication(by=asking.innovator, replication=row, report=report)
    with pytest.raises(ReplicationRefused):
        confirm_replication(by=origin.admin, replication=row)
    with pytest.raises(ReplicationRefused):
        verify_replication(by=world.officer, replication=row)
    with pytest.raises(ReplicationRefused):
        return_replication(by=origin.admin, replication=row, reason="Kurang.")
    with pytest.raises(ReplicationRefused, match="syarat"):
        answer_replication(by=origin.admin, replication=row, accepts=True, answer=" ")
    world.walk(S.ACCEPTED)
    assert not can_agree_replication(asking.innovator, row)
    with pytest.raises(ReplicationRefused, match="belum tiba"):
        agree_replication(
            by=asking.admin, replication=row, number="1", dated_on=today + timedelta(1)
        )
    with pytest.raises(ReplicationRefused, match="nomor"):
        agree_replication(by=asking.admin, replication=row, number=" ", dated_on=today)
    with pytest.raises(ReplicationRefused, match="lebih tua") as refusal:
        agree_replication(
            by=asking.admin, replication=row, number="1", dated_on=today - timedelta(367)
        )
    assert refusal.value.field == "dated_on"
    world.walk(S.AGREED)
    assert can_report_replication(asking.innovator, row)
    assert not can_report_replication(stranger, row)
    other = make_person(Role.INNOVATOR, agency=asking.agency)
    assert not can_report_replication(other, row)
    row.refresh_from_db()
    assert row.state == S.AGREED


@in_database
def test_each_step_is_open_to_its_people() -> None:
    world = make_replication(S.REQUESTED)
    row = world.replication
    assert can_answer_replication(world.origin.admin, row)
    assert can_withdraw_replication(world.asking.innovator, row)
    assert can_agree_replication(world.asking.admin, world.walk(S.ACCEPTED))
    assert can_confirm_replication(world.origin.admin, world.walk(S.REPORTED))
    assert can_return_replication(world.origin.admin, world.replication)
    assert can_verify_replication(world.officer, world.walk(S.CONFIRMED))
    assert can_return_replication(world.officer, world.replication)


@in_database
def test_report_takes_only_an_own_dossier_that_is_free() -> None:
    world = make_replication(S.AGREED)
    row, asking = world.replication, world.asking

    def report(**changes: object) -> None:
        parts = {"adaptation": "Diubah.", "evidence": "Berjalan."} | changes
        report_replication(
            by=asking.admin,
            replication=row,
            report=ReplicationReport(**parts),  # type: ignore[arg-type]
        )

    own, gone, taken = make_innovations(asking, 3)
    with pytest.raises(Forbidden):
        report(replica=make_published_innovation())
    archive_innovation(by=asking.admin, innovation=gone, reason="Berhenti.")
    with pytest.raises(Forbidden):
        report(replica=gone)
    for lacking in ({"adaptation": " "}, {"evidence": ""}):
        with pytest.raises(ReplicationRefused):
            report(replica=own, **lacking)
    ended = make_published_innovation(asking)
    attest_life(
        by=asking.admin,
        innovation=ended,
        state="berhenti",
        proof=Proof(),
        stopped_on=clock.today(),
        reason="Habis dana.",
    )
    with pytest.raises(ReplicationRefused, match="dinyatakan berhenti") as refusal:
        report(replica=ended)
    assert refusal.value.field == "replica"
    third = make_published_innovation()
    type(own).objects.filter(pk=taken.pk).update(replicates=third)
    with pytest.raises(ReplicationRefused, match="inovasi lain"):
        report(replica=taken)
    second = make_person(Role.AGENCY_ADMIN, agency=row.origin.agency)
    both = make_person(Role.AGENCY_ADMIN, agency=asking.agency)
    second.memberships.update(user=both)
    with pytest.raises(ReplicationRefused, match="milik instansi"):
        report_replication(
            by=User.objects.get(pk=both.pk),
            replication=row,
            report=ReplicationReport(row.origin, "Diubah.", "Berjalan."),
        )
    report(replica=own)
    report_again = make_replication(S.AGREED, asking=asking)
    type(own).objects.filter(pk=own.pk).update(replicates=report_again.replication.origin)
    with pytest.raises(ReplicationRefused, match="replikasi lain"):
        report_replication(
            by=asking.admin,
            replication=report_again.replication,
            report=ReplicationReport(own, "Diubah.", "Berjalan."),
        )


@in_database
@pytest.mark.parametrize("state", [S.REPORTED, S.CONFIRMED, S.VERIFIED])
def test_origin_of_a_reported_replica_is_fixed(state: str) -> None:
    world = make_replication(state)
    row, admin = world.replication, world.asking.admin
    replica = again(row.replica)
    another = make_published_innovation()
    for origin in (another, None):
        changes = {"replicates": origin, "title": "Judul lain"}
        for act in (edit_innovation, save_identity):
            with pytest.raises(OriginRefused, match=row.code):
                act(by=admin, innovation=replica, edit_number=replica.edit_number, changes=changes)
    replica.refresh_from_db()
    assert replica.replicates_id == row.origin_id
    kept = {"replicates": row.origin, "title": "Judul lain"}
    saved = edit_innovation(
        by=admin, innovation=replica, edit_number=replica.edit_number, changes=kept
    )
    assert saved.title == "Judul lain"


@in_database
def test_origin_of_a_replica_is_free_again_when_its_report_went_back() -> None:
    world = make_replication(S.REPORTED)
    row = return_replication(by=world.origin.admin, replication=world.replication, reason="Kurang.")
    replica = again(row.replica)
    edit_innovation(
        by=world.asking.admin,
        innovation=replica,
        edit_number=replica.edit_number,
        changes={"replicates": None},
    )
    # Set right where it went astray before there was this rule.
    world.walk(S.REPORTED)
    type(replica).objects.filter(pk=replica.pk).update(replicates=None)
    replica.refresh_from_db()
    edit_innovation(
        by=world.asking.admin,
        innovation=replica,
        edit_number=replica.edit_number,
        changes={"replicates": row.origin},
    )


@in_database
def test_claim_that_a_report_wrote_goes_with_the_report() -> None:
    world = make_replication(S.REPORTED)
    row, asking = world.replication, world.asking
    first, second = row.replica, make_innovations(asking, titles=["Replika kedua"])[0]
    return_replication(by=world.origin.admin, replication=row, reason="Bukan yang ini.")
    world.replica = second
    row = world.walk(S.REPORTED)
    assert again(first).replicates is None
    assert again(second).replicates == row.origin
    # Reported twice: what the first report wrote the last one answers for.
    return_replication(by=world.origin.admin, replication=row, reason="Kurang angka.")
    world.walk(S.REPORTED)
    withdraw_replication(by=world.origin.admin, replication=row, reason="Anggaran dihapus.")
    assert again(second).replicates is None
    edits = AuditEvent.objects.about(second).named("innovation_edited")
    assert [edit.payload["fields"] for edit in edits] == [["replicates"]] * 2


@in_database
def test_claim_of_the_agency_itself_stays_when_its_request_is_withdrawn() -> None:
    world = make_replication(S.AGREED)
    row, asking = world.replication, world.asking

    def declare(origin: Innovation | None) -> None:
        fresh = again(world.replica)
        edit_innovation(
            by=asking.admin,
            innovation=fresh,
            edit_number=fresh.edit_number,
            changes={"replicates": origin},
        )

    (world.replica,) = make_innovations(asking)
    declare(row.origin)
    world.walk(S.REPORTED)
    withdraw_replication(by=asking.admin, replication=row, reason="Batal.")
    assert again(world.replica).replicates == row.origin
    # Written by a report, then taken back and declared again while the report lay with them.
    world = make_replication(S.REPORTED)
    row, asking = world.replication, world.asking
    world.replica = row.replica
    return_replication(by=world.origin.admin, replication=row, reason="Kurang.")
    declare(None)
    declare(row.origin)
    withdraw_replication(by=asking.admin, replication=row, reason="Batal.")
    assert again(world.replica).replicates == row.origin


@in_database
def test_report_goes_back_from_the_origin_and_from_the_secretariat_and_is_written_anew() -> None:
    world = make_replication(S.REPORTED)
    row = world.replication
    assert not can_return_replication(world.officer, row)
    with pytest.raises(ReplicationRefused, match="diperbaiki"):
        return_replication(by=world.origin.admin, replication=row, reason=" ")
    row = return_replication(by=world.origin.admin, replication=row, reason="Belum ada angka.")
    assert (row.state, row.return_reason) == (S.AGREED, "Belum ada angka.")
    assert any("dikembalikan" in text for text in told(world.asking.innovator))
    world.walk(S.CONFIRMED)
    row.refresh_from_db()
    assert row.return_reason == ""
    assert not can_return_replication(world.origin.admin, row)
    row = return_replication(by=world.officer, replication=row, reason="Bukti tak terbuka.")
    assert (row.state, row.confirmed_by) == (S.AGREED, None)
    world.walk(S.VERIFIED)
    with pytest.raises(ReplicationRefused):
        return_replication(by=world.origin.admin, replication=row, reason="Terlambat.")


@in_database
def test_three_different_people_stand_behind_a_verified_replica() -> None:
    world = make_replication(S.REPORTED)
    row = world.replication
    both = make_person(Role.AGENCY_ADMIN, agency=row.origin.agency)
    Replication.objects.filter(pk=row.pk).update(reported_by=both)
    row.refresh_from_db()
    assert not can_confirm_replication(both, row)
    with pytest.raises(Forbidden, match="tulis sendiri"):
        confirm_replication(by=both, replication=row)
    row = confirm_replication(by=world.origin.admin, replication=row)
    make_person(Role.SECRETARIAT_OFFICER).memberships.update(user=world.origin.admin)
    confirmer = races.same(world.origin.admin)
    assert confirmer.is_secretariat
    assert not can_verify_replication(confirmer, row)
    with pytest.raises(Forbidden, match="sudah bertindak"):
        verify_replication(by=confirmer, replication=row)
    assert not can_verify_replication(world.asking.admin, row)
    for wrong in ({"verified_by": F("confirmed_by")}, {"verified_by": F("reported_by")}):
        with pytest.raises(IntegrityError, match="verified_by_others"), transaction.atomic():
            Replication.objects.filter(pk=row.pk).update(
                state=S.VERIFIED, verified_at=clock.now(), **wrong
            )


@in_database
def test_either_agency_may_withdraw_but_not_at_every_moment() -> None:
    world = make_replication(S.REQUESTED)
    assert not can_withdraw_replication(world.origin.admin, world.replication)
    assert not can_withdraw_replication(world.officer, world.replication)
    with pytest.raises(Forbidden, match="belum dijawab"):
        withdraw_replication(by=world.origin.admin, replication=world.replication, reason="Batal.")
    world.walk(S.AGREED)
    with pytest.raises(ReplicationRefused, match="alasan"):
        withdraw_replication(by=world.origin.admin, replication=world.replication, reason="")
    row = withdraw_replication(
        by=world.origin.admin, replication=world.replication, reason="Anggaran dihapus."
    )
    assert row.state == S.WITHDRAWN
    assert any("ditarik" in text for text in told(world.asking.innovator))
    with pytest.raises(ReplicationRefused):
        withdraw_replication(by=world.asking.innovator, replication=row, reason="Lagi.")
    done = make_replication(S.VERIFIED)
    with pytest.raises(ReplicationRefused):
        withdraw_replication(
            by=done.asking.innovator, replication=done.replication, reason="Berubah."
        )


@in_database
def test_replication_is_seen_by_both_sides_and_by_no_stranger() -> None:
    world = make_replication(S.ACCEPTED)
    origin, asking = world.origin, world.asking
    seeing = [
        origin.admin,
        origin.innovator,
        asking.admin,
        asking.innovator,
        world.officer,
        make_person(Role.OBSERVER),
    ]
    blind = [
        make_team().admin,
        make_team().innovator,
        make_person(Role.INNOVATOR, agency=asking.agency),
        make_person(Role.INNOVATOR, agency=origin.agency),
        make_person(Role.EVALUATOR),
    ]
    for person in seeing + blind:
        rows = Replication.objects.visible_to(races.same(person))
        assert rows.exists() == (person in seeing), person
    assert is_of_origin(origin.innovator, world.replication)
    assert not is_of_origin(asking.admin, world.replication)
    with pytest.raises(Forbidden):
        check_sees_replications(make_person(Role.EVALUATOR))
    check_sees_replications(asking.innovator)


@in_database
@pytest.mark.parametrize(
    "change",
    [
        {"state": S.AGREED},
        {"state": S.VERIFIED},
        {"state": S.ACCEPTED},
        {"need": "Lain."},
        {"agency": F("origin__agency")},
        {"withdrawn_at": date(2026, 1, 1)},
    ],
)
def test_database_refuses_impossible_rows(change: dict[str, object]) -> None:
    row = make_replication(S.REQUESTED).replication
    if "agency" in change:
        change = {"agency": row.origin.agency_id}
    if "withdrawn_at" in change:
        change = {"withdrawn_at": clock.now()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Replication.objects.filter(pk=row.pk).update(**change)


@in_database
def test_database_keeps_what_has_ended() -> None:
    row = make_replication(S.VERIFIED).replication
    for statement in (
        "UPDATE innovations_replication SET evidence = 'x' WHERE id = %s",
        "UPDATE innovations_replication SET state = 'withdrawn' WHERE id = %s",
        "DELETE FROM innovations_replication WHERE id = %s",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(statement, [row.pk])


def _answers(world: Replicating) -> list[object]:
    row, admin = world.replication, world.origin.admin
    return races.at_once(
        lambda: answer_replication(
            by=races.same(admin), replication=row, accepts=True, answer="Silakan."
        ),
        lambda: answer_replication(
            by=races.same(admin), replication=row, accepts=False, answer="Tidak."
        ),
    )


@between_threads
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_answers_at_once_leave_one_unless_unlocked(
    is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_replication(S.REQUESTED)
    if not is_locked:
        monkeypatch.setattr(ReplicationQuerySet, "locked", races.unlocked)
    races.meet_before(monkeypatch, actions, "can_move")
    outcomes = _answers(world)
    refused = [one for one in outcomes if isinstance(one, Exception)]
    if is_locked:
        assert [type(one) for one in refused] == [ReplicationRefused]
    else:
        # The state's one-way trigger is the last thing that holds.
        assert not any(isinstance(one, ReplicationRefused) for one in refused)


@between_threads
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_verifications_at_once_count_once_unless_unlocked(
    is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_replication(S.CONFIRMED)
    second = make_person(Role.SECRETARIAT_OFFICER)
    if not is_locked:
        monkeypatch.setattr(ReplicationQuerySet, "locked", races.unlocked)
    races.meet_before(monkeypatch, actions, "can_move")
    outcomes = races.at_once(
        *(
            lambda person=person: verify_replication(
                by=races.same(person), replication=world.replication
            )
            for person in (world.officer, second)
        )
    )
    refused = [one for one in outcomes if isinstance(one, ReplicationRefused)]
    assert len(refused) == (1 if is_locked else 0)
    assert Replication.objects.verified().count() == 1


def _report_while_origin_is_edited() -> tuple[Replicating, object, object]:
    world = make_replication(S.AGREED)
    row, asking = world.replication, world.asking
    replica = make_innovations(asking)[0]
    other = make_published_innovation()
    report = ReplicationReport(replica, "Diubah.", "Berjalan.")
    edit_innovation(
        by=asking.admin, innovation=replica, edit_number=1, changes={"replicates": row.origin}
    )
    outcomes = races.during(
        lambda: report_replication(by=races.same(asking.admin), replication=row, report=report),
        lambda: save_identity(
            by=races.same(asking.innovator),
            innovation=replica,
            edit_number=2,
            changes={"replicates": other},
        ),
    )
    return world, *outcomes


@between_threads
@pytest.mark.parametrize("is_locked", [True, False])
def test_origin_edited_while_it_is_reported_is_refused_unless_unlocked(
    is_locked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_locked:
        monkeypatch.setattr(InnovationQuerySet, "locked", races.unlocked)
    world, reported, edited = _report_while_origin_is_edited()
    assert isinstance(reported, Replication)
    assert isinstance(edited, OriginRefused) == is_locked
    names_it = again(reported.replica).replicates_id == world.replication.origin_id
    assert names_it == is_locked
