"""Pages of an innovation's life after its award, with something on each."""

from datetime import date
from decimal import Decimal

from django.urls import reverse

from innovations.actions.life import Proof
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
