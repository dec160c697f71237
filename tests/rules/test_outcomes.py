"""Outcome indicators: append-only values, corrections, alarms by rule, answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from agencies.enums import Role
from innovations.actions.archiving import archive_innovation
from innovations.actions.life import Proof
from innovations.actions.outcomes import (
    Figure,
    add_indicator,
    answer_alarm,
    correct_value,
    raise_alarms,
    record_value,
)
from innovations.exceptions import ReportRefused
from innovations.models import Alarm, IndicatorValue, Innovation, OutcomeIndicator
from innovations.permissions import check_sees_alarms
from innovations.queries.outcomes import Outcome, alarms_of, outcomes_of
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow
from tests.factories import Team, make_person, make_published_innovation, make_team
from tests.owner import as_owner
from tests.races import at_once

pytestmark = pytest.mark.django_db


def figure(value: str, day: date, **more: Any) -> Figure:
    return Figure(Decimal(value), day, "Unit", Proof(note="Dihitung dari antrean."), **more)


def measured(team: Team, direction: str = "down", base: str = "60") -> OutcomeIndicator:
    return add_indicator(
        by=team.innovator,
        innovation=make_published_innovation(team),
        name="Waktu tunggu",
        unit="menit",
        direction=direction,
        baseline=figure(base, date(2020, 1, 1)),
        target=Figure(Decimal(10 if direction == "down" else 99), date(2030, 1, 1)),
    )


def outcome(indicator: OutcomeIndicator) -> Outcome:
    return outcomes_of(indicator.innovation)[0]


def agreed(indicator: OutcomeIndicator) -> bool:
    """Whether an alarm stands, by the rows, by the rule and by the page alike."""
    by_rule = OutcomeIndicator.objects.fallen_back().filter(pk=indicator.pk).exists()
    standing = Alarm.objects.standing().filter(value__indicator=indicator).exists()
    assert by_rule == standing == outcome(indicator).has_fallen_back
    assert (outcome(indicator).alarm is not None) == standing
    return standing


@pytest.mark.parametrize(
    ("direction", "steps"),
    [
        ("down", [("59.999", False), ("60", True), ("15", False), ("61", True), ("20", False)]),
        ("up", [("60.001", False), ("60", True), ("90", False), ("12", True), ("61", False)]),
    ],
)
def test_alarm_stands_while_the_latest_measurement_is_no_better_than_the_baseline(
    direction: str, steps: list[tuple[str, bool]]
) -> None:
    team = make_team()
    indicator = measured(team, direction)
    assert not agreed(indicator)
    for place, (value, stands) in enumerate(steps):
        day = date(2021, 1, 1 + place)
        record_value(
            by=team.innovator, indicator=indicator, kind="measured", figure=figure(value, day)
        )
        assert agreed(indicator) == stands
        assert raise_alarms(by=None) == []
    # An older measurement that comes in late says nothing about now.
    record_value(
        by=team.innovator,
        indicator=indicator,
        kind="measured",
        figure=figure("60", date(2020, 6, 1)),
    )
    assert not agreed(indicator)
    assert Alarm.objects.count() == AuditEvent.objects.named("alarm_raised").count() == 2
    told = Notification.objects.filter(subject__contains="Hasil mundur")
    assert {one.recipient_id for one in told} == {team.innovator.pk, team.admin.pk}


def test_a_press_sent_twice_is_one_measurement_and_one_answer() -> None:
    team = make_team()
    indicator = measured(team)
    worse = figure("70", date(2021, 1, 1))
    first, again, other = (
        record_value(by=team.innovator, indicator=indicator, kind="measured", figure=one)
        for one in (worse, worse, replace(worse, dated_on=date(2021, 1, 2)))
    )
    assert first == again != other
    alarm = Alarm.objects.standing().get()
    said = [
        answer_alarm(by=team.admin, alarm=alarm, text=text) for text in ("Ya.", "Ya.", "Tidak.")
    ]
    assert said[0] == said[1] != said[2]
    assert AuditEvent.objects.named("alarm_answered").count() == 2


def test_an_indicator_may_wait_for_its_target() -> None:
    team = make_team()
    indicator = add_indicator(
        by=team.innovator,
        innovation=make_published_innovation(team),
        name="Waktu tunggu",
        unit="menit",
        direction="down",
        baseline=figure("60", date(2020, 1, 1)),
    )
    assert outcome(indicator).target is None


def test_alarms_are_read_by_agencies_and_those_who_watch() -> None:
    for role in (Role.AGENCY_ADMIN, Role.SECRETARIAT_OFFICER, Role.OBSERVER):
        check_sees_alarms(make_person(role))
    for person in (make_person(Role.EVALUATOR), AnonymousUser()):
        with pytest.raises(Forbidden):
            check_sees_alarms(person)


def test_a_correction_is_a_further_row_and_ends_or_raises_alarms() -> None:
    team = make_team()
    indicator = measured(team)
    wrong = record_value(
        by=team.innovator,
        indicator=indicator,
        kind="measured",
        figure=figure("600", date(2021, 5, 1)),
    )
    assert agreed(indicator)
    right = correct_value(
        by=team.admin, value=wrong, figure=figure("6", date(2021, 5, 1)), reason="Salah ketik."
    )
    assert not agreed(indicator)
    assert [row.correction for row in outcome(indicator).rows if row.value == wrong] == [right]
    with pytest.raises(ReportRefused, match="terbaru"):
        correct_value(
            by=team.admin, value=wrong, figure=figure("7", date(2021, 5, 1)), reason="Lagi."
        )
    with pytest.raises(ReportRefused, match="alasan"):
        correct_value(by=team.admin, value=right, figure=figure("7", date(2021, 5, 1)), reason=" ")
    base = indicator.values.get(kind="baseline")
    corrected = correct_value(
        by=team.admin, value=base, figure=figure("5", date(2020, 1, 1)), reason="Data lama."
    )
    assert agreed(indicator)
    assert outcome(indicator).baseline == corrected
    with pytest.raises(ReportRefused, match="lebih dahulu"):
        correct_value(
            by=team.admin, value=corrected, figure=figure("5", date(2021, 5, 1)), reason="Geser."
        )


def test_what_makes_no_sense_is_refused() -> None:
    team = make_team()
    indicator = measured(team)
    innovation = indicator.innovation
    ahead = clock.today() + timedelta(days=3)
    good = figure("5", date(2021, 1, 1))

    def record(given: Figure, kind: str = "measured") -> None:
        record_value(by=team.admin, indicator=indicator, kind=kind, figure=given)

    refused: list[Callable[[], object]] = [
        lambda: record(replace(good, dated_on=ahead)),
        lambda: record(replace(good, measured_by=" ")),
        lambda: record(replace(good, proof=Proof())),
        lambda: record(replace(good, dated_on=date(2020, 1, 1))),
        lambda: record(Figure(Decimal(1), date(2030, 1, 1)), "target"),
        lambda: record(good, "baseline"),
        lambda: add_indicator(
            by=team.admin,
            innovation=innovation,
            name=" waktu TUNGGU",
            unit="jam",
            direction="up",
            baseline=good,
        ),
    ]
    before = IndicatorValue.objects.count()
    for attempt in refused:
        with pytest.raises(ReportRefused):
            attempt()
    stranger = make_team()
    for person in (stranger.admin, make_person(Role.OBSERVER)):
        with pytest.raises(Forbidden):
            record_value(by=person, indicator=indicator, kind="measured", figure=good)
    assert IndicatorValue.objects.count() == before


def test_values_never_change_and_correct_only_their_like() -> None:
    team = make_team()
    indicator, other = measured(team), measured(team)
    base, target = indicator.values.order_by("kind")
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for row in (base, indicator):
        with pytest.raises(ImmutableRow):
            row.save()
    statements = (
        "UPDATE innovations_indicatorvalue SET value = 1",
        "DELETE FROM innovations_indicatorvalue",
        "UPDATE innovations_outcomeindicator SET name = 'a'",
        "TRUNCATE innovations_outcomeindicator CASCADE",
    )
    for sql in statements:
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql)
    given = {
        "value": 1,
        "dated_on": date(2021, 1, 1),
        "recorded_at": clock.now(),
        "recorded_by": team.admin,
        "note": "a",
        "measured_by": "b",
    }
    for wrong in (
        {"indicator": other, "kind": "baseline", "corrects": base, "correction_reason": "x"},
        {"indicator": indicator, "kind": "measured", "corrects": base, "correction_reason": "x"},
        {"indicator": indicator, "kind": "target", "corrects": target},
        {"indicator": indicator, "kind": "target"},
        {"indicator": indicator, "kind": "measured", "measured_by": ""},
        {"indicator": indicator, "kind": "measured", "note": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            IndicatorValue.objects.create(**(given | wrong))


def test_the_agency_answers_and_the_ministry_sees_every_alarm() -> None:
    team, stranger = make_team(), make_team()
    indicator = measured(team)
    for person in (team.innovator, stranger.admin, make_person(Role.OBSERVER)):
        assert not alarms_of(person).exists()
    record_value(
        by=team.admin, indicator=indicator, kind="measured", figure=figure("70", date(2022, 1, 1))
    )
    alarm = Alarm.objects.get()
    for person in (team.innovator, make_person(Role.OBSERVER), make_person(Role.SECRETARIAT_HEAD)):
        assert [one.is_answered for one in alarms_of(person)] == [False]
    assert not alarms_of(stranger.admin).exists()
    with pytest.raises(ReportRefused):
        answer_alarm(by=team.admin, alarm=alarm, text=" ")
    with pytest.raises(Forbidden):
        answer_alarm(by=stranger.admin, alarm=alarm, text="Baik.")
    answer_alarm(by=team.admin, alarm=alarm, text="Loket ditambah.")
    assert [one.is_answered for one in alarms_of(team.innovator)] == [True]
    assert [one.text for one in outcome(indicator).alarm.said] == ["Loket ditambah."]  # type: ignore[union-attr]
    archive_innovation(by=team.admin, innovation=indicator.innovation, reason="Ganda.")
    assert raise_alarms(by=None) == []


def test_the_nightly_job_raises_what_no_write_has_raised() -> None:
    team = make_team()
    indicator = measured(team)
    # As a value that came in by another way than the action.
    IndicatorValue.objects.create(
        indicator=indicator,
        kind="measured",
        value=80,
        dated_on=date(2021, 1, 1),
        measured_by="Unit",
        note="a",
        recorded_at=clock.now(),
        recorded_by=team.admin,
    )
    assert len(raise_alarms(by=None)) == 1
    assert raise_alarms(by=None) == []


@pytest.mark.django_db(transaction=True)
def test_two_nightly_runs_at_once_raise_once() -> None:
    team = make_team()
    indicator = measured(team)
    IndicatorValue.objects.create(
        indicator=indicator,
        kind="measured",
        value=80,
        dated_on=date(2021, 1, 1),
        measured_by="Unit",
        note="a",
        recorded_at=clock.now(),
        recorded_by=team.admin,
    )
    raised = at_once(lambda: raise_alarms(by=None), lambda: raise_alarms(by=None))
    assert sorted(len(one) for one in raised) == [0, 1]
    assert Innovation.objects.filter(indicators__values__alarm__isnull=False).count() == 1


def test_a_day_has_one_measurement_and_a_target_is_better_than_the_baseline() -> None:
    team = make_team()
    indicator = measured(team)
    first = record_value(
        by=team.admin, indicator=indicator, kind="measured", figure=figure("70", date(2022, 1, 1))
    )
    with pytest.raises(ReportRefused, match="Sudah ada hasil ukur") as refused:
        record_value(
            by=team.admin,
            indicator=indicator,
            kind="measured",
            figure=figure("20", date(2022, 1, 1)),
        )
    assert refused.value.field == "dated_on"
    assert agreed(indicator)
    correct_value(
        by=team.admin, value=first, figure=figure("65", date(2022, 1, 1)), reason="Salah ketik."
    )
    target = indicator.values.get(kind="target")
    for value in ("60", "300"):
        with pytest.raises(ReportRefused, match="lebih baik"):
            correct_value(
                by=team.admin,
                value=target,
                figure=Figure(Decimal(value), date(2030, 1, 1)),
                reason="Salah.",
            )


def test_an_alarm_that_ended_stays_to_be_read_with_its_answers() -> None:
    team = make_team()
    indicator = measured(team)
    fallen = record_value(
        by=team.admin, indicator=indicator, kind="measured", figure=figure("70", date(2022, 1, 1))
    )
    raised = Alarm.objects.get()
    assert outcome(indicator).ended == []
    correct_value(
        by=team.admin, value=fallen, figure=figure("15", date(2022, 1, 1)), reason="Salah ketik."
    )
    answer_alarm(by=team.admin, alarm=raised, text="Salah ketik saja.")
    assert not agreed(indicator)
    (one,) = outcome(indicator).ended
    assert (one.alarm, one.after.text, one.before and one.before.text) == (
        raised,
        "70 menit",
        "60 menit",
    )
    assert [answer.text for answer in one.alarm.said] == ["Salah ketik saja."]  # type: ignore[attr-defined]
    observer = make_person(Role.OBSERVER)
    assert not alarms_of(observer).exists()
    assert list(alarms_of(observer, standing=False)) == [raised]
