"""What observers file: by whom, what it must say, and that nobody changes it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from agencies.actions.people import end_membership
from agencies.enums import Role
from agencies.models import Membership, User
from innovations.actions.archiving import archive_innovation
from innovations.actions.observations import Finding, file_mystery_check, file_satisfaction
from innovations.exceptions import ReportRefused
from innovations.models import Innovation, MysteryCheck, SatisfactionFigure
from innovations.permissions import can_correct_finding, can_observe, can_report_on
from innovations.queries.observations import observations_of
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.audit.turns import PRESSED_AGAIN
from sinovik.web.access import Forbidden
from tests.factories import Team, make_person, make_published_innovation, make_team
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
FINDING = Finding(date(2020, 2, 3), "Ombudsman", source="Laporan 2020")


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def innovation(team: Team) -> Innovation:
    return make_published_innovation(team)


def test_findings_stand_until_a_further_one_puts_them_right(innovation: Innovation) -> None:
    observer = make_person(Role.OBSERVER)
    (body,) = observer.agencies_as(Role.OBSERVER)
    colleague = make_person(Role.OBSERVER, agency=body)
    check = file_mystery_check(
        by=observer,
        innovation=innovation,
        finding=FINDING,
        place="Loket",
        result="Cepat.",
        waiting_minutes=Decimal(5),
    )
    figure = file_satisfaction(
        by=observer, innovation=innovation, finding=FINDING, survey="IKM", value=Decimal("81.25")
    )
    found = observations_of(innovation)
    assert [one.row for one in (*found.checks, *found.figures)] == [check, figure]
    better = file_mystery_check(
        by=colleague,
        innovation=innovation,
        finding=FINDING,
        place="Loket",
        result="Lambat.",
        corrects=check,
        correction_reason="Tertukar.",
    )
    told = observations_of(innovation).checks
    assert [(one.row, one.correction) for one in told] == [(better, None), (check, better)]
    for reason, corrects in ((" ", better), ("Lagi.", check)):
        with pytest.raises(ReportRefused):
            file_mystery_check(
                by=observer,
                innovation=innovation,
                finding=FINDING,
                place="Loket",
                result="Lain.",
                corrects=corrects,
                correction_reason=reason,
            )
    assert AuditEvent.objects.named("mystery_check_filed").count() == 2


def test_findings_that_say_too_little_are_refused(innovation: Innovation) -> None:
    observer = make_person(Role.OBSERVER)
    ahead = Finding(clock.today() + timedelta(days=3), "Ombudsman", source="a")

    def check(finding: Finding = FINDING, place: str = "Loket", result: str = "Baik.") -> None:
        file_mystery_check(
            by=observer, innovation=innovation, finding=finding, place=place, result=result
        )

    def figure(value: Decimal | None, finding: Finding = FINDING) -> None:
        file_satisfaction(
            by=observer, innovation=innovation, finding=finding, survey="IKM", value=value
        )

    attempts: list[Callable[[], None]] = [
        lambda: check(ahead),
        lambda: check(place=" "),
        lambda: check(result=""),
        lambda: figure(None),
        lambda: figure(Decimal("100.01")),
        lambda: figure(Decimal(-1)),
        lambda: figure(Decimal(50), Finding(date(2020, 1, 1), "Ombudsman")),
    ]
    for attempt in attempts:
        with pytest.raises(ReportRefused):
            attempt()
    assert not observations_of(innovation).is_there


@pytest.mark.parametrize("start", [date(2016, 9, 1), None])
def test_findings_from_before_the_service_are_refused(
    innovation: Innovation, start: date | None
) -> None:
    Innovation.objects.filter(pk=innovation.pk).update(started_on=start)
    observer = make_person(Role.OBSERVER)

    def file(day: date, *, is_year_only: bool = False) -> None:
        finding = replace(FINDING, dated_on=day, is_year_only=is_year_only)
        about: Any = {"by": observer, "innovation": innovation, "finding": finding}
        file_mystery_check(**about, place="Loket", result="Baik.")
        file_satisfaction(**about, survey="IKM", value=Decimal(80))

    first = start or date(1990, 1, 1)
    sentence = "mulai 1 September 2016" if start else "1990 atau sesudahnya"
    for day in (date(1950, 3, 1), first - timedelta(days=1)):
        with pytest.raises(ReportRefused, match=sentence):
            file(day)
    with pytest.raises(ReportRefused, match=sentence):
        file(date(first.year - 1, 7, 1), is_year_only=True)
    file(first)
    # Of a year alone any day stands for it.
    file(date(first.year, 7, 1), is_year_only=True)
    assert MysteryCheck.objects.count() == SatisfactionFigure.objects.count() == 2


def test_a_correction_pressed_twice_is_one_and_a_further_one_is_refused(
    innovation: Innovation,
) -> None:
    observer = make_person(Role.OBSERVER)
    about: Any = {"by": observer, "innovation": innovation, "finding": FINDING}
    check = file_mystery_check(**about, place="Loket", result="Cepat.")
    figure = file_satisfaction(**about, survey="IKM", value=Decimal(80))
    why: Any = {"correction_reason": "Tertukar."}

    def mend(result: str) -> tuple[MysteryCheck, SatisfactionFigure]:
        return (
            file_mystery_check(**about, **why, place="Loket", result=result, corrects=check),
            file_satisfaction(**about, **why, survey=result, value=Decimal(8), corrects=figure),
        )

    assert mend("Lambat.") == mend("Lambat.")
    with pytest.raises(ReportRefused, match="sudah dibetulkan"):
        mend("Sedang.")
    with clock.at(clock.now() + PRESSED_AGAIN), pytest.raises(ReportRefused, match="sudah"):
        mend("Lambat.")
    assert MysteryCheck.objects.count() == SatisfactionFigure.objects.count() == 2


def test_only_the_body_that_filed_a_finding_corrects_it(innovation: Innovation) -> None:
    observer, stranger = make_person(Role.OBSERVER), make_person(Role.OBSERVER)
    (body,) = observer.agencies_as(Role.OBSERVER)
    (other,) = stranger.agencies_as(Role.OBSERVER)
    colleague = make_person(Role.OBSERVER, agency=body)
    about: Any = {"innovation": innovation, "finding": FINDING, "place": "Loket"}
    check = file_mystery_check(**about, by=observer, result="Cepat.")
    # Who leaves for another body does not take the finding there, nor from those who stay.
    end_membership(by=make_person(Role.SECRETARIAT_HEAD), membership=observer.memberships.get())
    Membership.objects.create(
        user=observer, agency=other, role=Role.OBSERVER, started_at=clock.now()
    )
    assert can_correct_finding(colleague, check)
    assert can_correct_finding(observer, check)
    assert not can_correct_finding(stranger, check)
    why: Any = {"corrects": check, "correction_reason": "Tertukar."}
    with pytest.raises(Forbidden, match="lembaga lain"):
        file_mystery_check(**about, **why, by=stranger, result="Lambat.")
    file_mystery_check(**about, **why, by=colleague, result="Lambat.")


def test_a_press_filed_twice_is_one_finding(innovation: Innovation) -> None:
    observer, colleague = make_person(Role.OBSERVER), make_person(Role.OBSERVER)

    def file(by: User, result: str = "Cepat.") -> tuple[MysteryCheck, SatisfactionFigure]:
        about: Any = {"by": by, "innovation": innovation, "finding": FINDING}
        return (
            file_mystery_check(**about, place="Loket", result=result, waiting_minutes=Decimal(5)),
            file_satisfaction(**about, survey="IKM", value=Decimal("81.25"), weakest_part=result),
        )

    first = file(observer)
    assert file(observer) == first
    others = [file(observer, "Lambat."), file(colleague)]
    with clock.at(clock.now() + PRESSED_AGAIN):
        others.append(file(observer))
    assert len({first, *others}) == 4
    for model in (MysteryCheck, SatisfactionFigure):
        assert model.objects.count() == 4


def test_only_an_observer_from_outside_files_and_a_trigger_says_the_same(
    team: Team, innovation: Innovation
) -> None:
    outsider = make_person(Role.OBSERVER)
    insider = make_person(Role.OBSERVER, agency=team.agency)
    employed = make_person(Role.OBSERVER, employer=team.agency)
    assert can_observe(outsider, innovation)
    refused = (
        team.admin,
        team.innovator,
        make_person(Role.SECRETARIAT_HEAD),
        insider,
        employed,
    )
    columns = {
        "innovation": innovation,
        "dated_on": date(2020, 1, 1),
        "observed_by": "a",
        "place": "b",
        "result": "c",
        "filed_at": clock.now(),
    }
    for person in refused:
        assert not can_observe(person, innovation)
        with pytest.raises(Forbidden):
            file_mystery_check(
                by=person, innovation=innovation, finding=FINDING, place="a", result="b"
            )
        with pytest.raises(IntegrityError, match="from outside"), transaction.atomic():
            MysteryCheck.objects.create(filed_by=person, **columns)
    row = MysteryCheck.objects.create(filed_by=outsider, **columns)
    elsewhere = columns | {"innovation": make_published_innovation(), "filed_by": outsider}
    with pytest.raises(IntegrityError, match="another innovation"), transaction.atomic():
        MysteryCheck.objects.create(corrects=row, correction_reason="x", **elsewhere)
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for sql in (
        "UPDATE innovations_mysterycheck SET result = 'baik'",
        "DELETE FROM innovations_mysterycheck",
        "TRUNCATE innovations_satisfactionfigure",
    ):
        with (
            pytest.raises(IntegrityError, match="append-only"),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql)
    with pytest.raises(IntegrityError), transaction.atomic():
        SatisfactionFigure.objects.create(
            innovation=innovation,
            dated_on=date(2020, 1, 1),
            observed_by="a",
            survey="b",
            source="c",
            value=101,
            filed_at=clock.now(),
            filed_by=outsider,
        )
    assert can_report_on(team.admin, innovation)
    assert not can_report_on(outsider, innovation)
    archive_innovation(by=team.admin, innovation=innovation, reason="Ganda.")
    with pytest.raises(Forbidden, match="terbit"):
        file_mystery_check(
            by=outsider, innovation=innovation, finding=FINDING, place="a", result="b"
        )
