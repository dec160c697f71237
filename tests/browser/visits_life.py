"""Pages of an innovation's life after its award, with something on each."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from agencies.models import User
from innovations.actions.life import Proof
from innovations.actions.observations import Finding, file_mystery_check, file_satisfaction
from innovations.actions.outcomes import Figure, add_indicator, record_value
from innovations.models import Alarm, Innovation
from tests.factories import Team


def outcome_addresses(team: Team, innovation: Innovation) -> list[str]:
    """Pages on which a team measures, with an indicator that has fallen back."""
    proof = Proof(note="Dihitung dari mesin antrean.")
    indicator = add_indicator(
        by=team.admin,
        innovation=innovation,
        name="Waktu tunggu",
        unit="menit",
        direction="down",
        baseline=Figure(Decimal(60), date(2019, 1, 1), "Unit", proof),
    )
    for year, minutes in ((2020, 15), (2022, 75)):
        measured = Figure(Decimal(minutes), date(year, 1, 1), "Unit", proof)
        value = record_value(by=team.admin, indicator=indicator, kind="measured", figure=measured)
    alarm = Alarm.objects.get(value=value)
    pk = innovation.pk
    return [
        reverse("innovations:outcome_list", args=[pk]),
        reverse("innovations:indicator_create", args=[pk]),
        reverse("innovations:value_create", args=[pk, indicator.pk]),
        reverse("innovations:target_create", args=[pk, indicator.pk]),
        reverse("innovations:value_correct", args=[pk, value.pk]),
        reverse("innovations:alarm_answer", args=[pk, alarm.pk]),
        reverse("innovations:alarm_list"),
        innovation.get_absolute_url(),
    ]


def observer_addresses(observer: User, innovation: Innovation) -> list[str]:
    """Pages on which an observer files, with a finding of each kind to put right."""
    finding = Finding(date(2021, 5, 6), "Ombudsman", note="Hari kerja.", source="Laporan 2021")
    check = file_mystery_check(
        by=observer,
        innovation=innovation,
        finding=finding,
        place="Loket kecamatan",
        result="Selesai sekali datang.",
        waiting_minutes=Decimal(15),
    )
    figure = file_satisfaction(
        by=observer, innovation=innovation, finding=finding, survey="IKM", value=Decimal(82)
    )
    pk = innovation.pk
    return [
        reverse("innovations:observation_choice"),
        reverse("innovations:observation_list", args=[pk]),
        reverse("innovations:mystery_check_file", args=[pk]),
        reverse("innovations:mystery_check_correct", args=[pk, check.pk]),
        reverse("innovations:satisfaction_file", args=[pk]),
        reverse("innovations:satisfaction_correct", args=[pk, figure.pk]),
    ]
