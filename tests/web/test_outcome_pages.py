"""Pages of outcomes: recorded by the agency, read by everybody, with alarms and answers."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.enums import Role
from innovations.actions.life import Proof
from innovations.actions.outcomes import Figure, add_indicator, correct_value, record_value
from innovations.models import Alarm, IndicatorValue
from innovations.queries.outcomes import outcomes_of
from sinovik.audit import clock
from sinovik.audit.turns import PRESSED_AGAIN
from tests.factories import make_indicator, make_person, make_published_innovation, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
ALARMS = reverse("innovations:alarm_list")


def boxes(name: str, day: str, month: str, year: str) -> dict[str, str]:
    return {f"{name}_day": day, f"{name}_month": month, f"{name}_year": year}


def page(client: WatchfulClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_agency_measures_falls_back_and_answers(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    public = innovation.get_absolute_url()
    assert "Hasil terukur" not in page(client, public)
    client.force_login(team.innovator)
    here = reverse("innovations:outcome_list", args=[innovation.pk])
    new = reverse("innovations:indicator_create", args=[innovation.pk])
    assert here in page(client, reverse("innovations:innovation_work", args=[innovation.pk]))
    assert new in page(client, here)
    page(client, new)
    given = {
        "name": "Waktu tunggu <b>",
        "unit": "menit",
        "direction": "down",
        "value": "1.060,5",
        "measured_by": "Unit",
        "note": "Antrean.",
        "target_value": "10",
        **boxes("dated_on", "1", "2", "2020"),
    }
    wrong = client.post(new, given | {"value": "enam", "note": "", "target_value": ""})
    assert "misalnya 15 atau 12,5" in wrong.content.decode()
    half = client.post(new, given).content.decode()
    assert "atau kosongkan keduanya" in half
    unproven = client.post(new, given | {"note": "", "target_value": ""}).content.decode()
    assert "Tuliskan buktinya" in unproven
    ahead = client.post(new, given | {"target_value": "", **boxes("dated_on", "1", "2", "2990")})
    assert "belum tiba" in ahead.content.decode()
    huge = client.post(new, given | {"value": "999.999.999.999"}).content.decode()
    assert "terlalu besar" in huge
    assert client.post(new, given | boxes("target_on", "1", "2", "2030")).status_code == 302
    base = IndicatorValue.objects.get(kind="baseline")
    assert base.value == Decimal("1060.5")
    measure = reverse("innovations:value_create", args=[innovation.pk, base.indicator_id])
    assert measure in page(client, here)
    page(client, measure)
    value = {"value": "15", "measured_by": "Unit", "note": "a", **boxes("dated_on", *"12", "2022")}
    assert client.post(measure, value).status_code == 302
    early = client.post(measure, value | boxes("dated_on", "1", "1", "2020"))
    assert "sesudah tanggal angka awal" in early.content.decode()
    shown = page(client, public)
    for text in ("1.060,5 menit", "15 menit", "Waktu tunggu &lt;b&gt;", "trend-line", "10 menit"):
        assert text in shown
    assert "Peringatan:" not in shown
    assert client.post(measure, value | {"value": "2000"} | boxes("dated_on", *"12", "2023"))
    alarm = Alarm.objects.get()
    shown = page(client, public)
    assert "Peringatan: hasil kembali" in shown
    assert "Instansinya belum menjawab." in shown
    assert "belum Anda jawab" in page(client, reverse("competitions:work_home"))
    answer = reverse("innovations:alarm_answer", args=[innovation.pk, alarm.pk])
    assert answer in page(client, ALARMS)
    assert '<span lang="id">2,000 menit</span> (' in page(client, f"/en{ALARMS}")
    page(client, answer)
    assert "Jawaban instansi" in client.post(answer, {"text": ""}).content.decode()
    assert client.post(answer, {"text": " \n "}).status_code == 422
    assert client.post(answer, {"text": "Loket rusak."}).status_code == 302
    assert "Loket rusak." in page(client, public)
    assert "belum Anda jawab" not in page(client, reverse("competitions:work_home"))
    correct = reverse("innovations:value_correct", args=[innovation.pk, alarm.value_id])
    assert 'value="2.000"' in page(client, correct)
    given = value | {"value": "20"} | boxes("dated_on", *"12", "2023")
    assert "Tuliskan alasan pembetulan" in client.post(correct, given).content.decode()
    given["correction_reason"] = "Salah ketik."
    late = client.post(correct, given | boxes("dated_on", *"12", "2019"))
    assert "sesudah tanggal" in late.content.decode()
    for _press in range(2):
        assert client.post(correct, given).headers["Location"] == here
    assert IndicatorValue.objects.filter(corrects=alarm.value_id).count() == 1
    shown = page(client, public)
    assert '<s lang="id">2.000 menit</s>' in shown
    assert 'Dibetulkan: <span lang="id">Salah ketik.</span>' in shown
    assert "Peringatan:" not in shown
    assert client.get(correct).headers["Location"] == here
    second = client.post(correct, given | {"value": "21"}).content.decode()
    assert "Angka ini sudah dibetulkan. Betulkan yang terbaru." in second
    assert 'value="21"' in second
    with clock.at(clock.now() + PRESSED_AGAIN):
        assert "sudah dibetulkan" in client.post(correct, given).content.decode()


def test_a_link_that_is_too_long_is_refused_in_our_own_words(client: WatchfulClient) -> None:
    team = make_team()
    new = reverse("innovations:indicator_create", args=[make_published_innovation(team).pk])
    client.force_login(team.innovator)
    link = "https://contoh.example/".ljust(401, "a")
    assert "Paling panjang 400 karakter, kini 401" in client.post(new, {"link": link}).text


def test_an_english_page_takes_numbers_as_it_shows_them(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    client.force_login(team.innovator)
    new = "/en" + reverse("innovations:indicator_create", args=[innovation.pk])
    given = {
        "name": "Kunjungan",
        "unit": "orang",
        "direction": "up",
        "measured_by": "Unit",
        "note": "Buku tamu.",
        **boxes("dated_on", "1", "2", "2020"),
    }
    assert "for example 15 or 12.5" in page(client, new)
    for typed in ("1,50", "1250,5"):
        refused = client.post(new, given | {"value": typed}).content.decode()
        assert "A comma separates thousands" in refused
        assert f'value="{typed}"' in refused
    assert client.post(new, given | {"value": "1,250.5"}).status_code == 302
    base = IndicatorValue.objects.get()
    assert base.value == Decimal("1250.5")
    correct = f"/kerja/inovasi/{innovation.pk}/hasil/nilai/{base.pk}/betulkan/"
    assert 'value="1.250,5"' in page(client, correct)
    assert 'value="1,250.5"' in page(client, f"/en{correct}")


def test_a_target_is_set_once(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    base = Figure(Decimal(5), date(2020, 1, 1), "Unit", Proof(note="a"))
    indicator = add_indicator(
        by=team.admin,
        innovation=innovation,
        name="Kunjungan",
        unit="orang",
        direction="up",
        baseline=base,
    )
    client.force_login(team.admin)
    here = reverse("innovations:outcome_list", args=[innovation.pk])
    address = reverse("innovations:target_create", args=[innovation.pk, indicator.pk])
    assert address in page(client, here)
    page(client, address)
    given = {"value": "50", **boxes("dated_on", *"12", "2031")}
    assert client.post(address, given).status_code == 302
    assert address not in page(client, here)
    assert "sudah ada" in client.post(address, given).content.decode()
    (outcome,) = outcomes_of(innovation)
    assert outcome.chart is None
    assert outcome.after is None


def test_strangers_find_nothing_and_pages_cost_the_same(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    base = Figure(Decimal(5), date(2020, 1, 1), "Unit", Proof(note="a"))
    costs: dict[str, list[int]] = {}
    here = reverse("innovations:outcome_list", args=[innovation.pk])
    for count in (1, 2):
        for place in range(count):
            indicator = add_indicator(
                by=team.admin,
                innovation=innovation,
                name=f"Kunjungan {count} {place}",
                unit="orang",
                direction="up",
                baseline=base,
            )
            fallen = Figure(Decimal(3), date(2021, 1, 1), "Unit", Proof(note="a"))
            record_value(by=team.admin, indicator=indicator, kind="measured", figure=fallen)
        client.force_login(team.admin)
        for address in (here, ALARMS, innovation.get_absolute_url()):
            with CaptureQueriesContext(connection) as queries:
                page(client, address)
            costs.setdefault(address, []).append(len(queries))
    assert all(one == more <= 15 for one, more in costs.values()), costs
    value = IndicatorValue.objects.filter(kind="measured").latest("pk")
    closed = [
        here,
        reverse("innovations:indicator_create", args=[innovation.pk]),
        reverse("innovations:value_create", args=[innovation.pk, value.indicator_id]),
        reverse("innovations:target_create", args=[innovation.pk, value.indicator_id]),
        reverse("innovations:value_correct", args=[innovation.pk, value.pk]),
        reverse("innovations:alarm_answer", args=[innovation.pk, Alarm.objects.latest("pk").pk]),
    ]
    client.force_login(make_team().admin)
    assert {client.get(one).status_code for one in closed} == {404}
    assert innovation.title not in page(client, ALARMS)
    observer = make_person(Role.OBSERVER)
    client.force_login(observer)
    assert {client.get(one).status_code for one in closed} == {403}
    assert innovation.title in page(client, ALARMS)
    client.force_login(make_person(Role.EVALUATOR))
    assert client.get(ALARMS).status_code == 403


def test_everybody_reads_an_alarm_that_ended(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    indicator = make_indicator(
        team, innovation, Figure(Decimal(159), date(2020, 1, 1), "Unit", Proof(note="a"))
    )
    fallen = Figure(Decimal(170), date(2021, 1, 1), "Unit", Proof(note="a"))
    record_value(by=team.admin, indicator=indicator, kind="measured", figure=fallen)
    raised = Alarm.objects.get()
    base = indicator.values.get(kind="baseline")
    lower = Figure(Decimal(150), date(2020, 1, 1), "Unit", Proof(note="a"))
    base = correct_value(by=team.admin, value=base, figure=lower, reason="Salah hitung.")
    client.force_login(make_person(Role.OBSERVER))
    # The baseline of now, as the public reads it.
    assert "150 menit" in page(client, ALARMS)
    assert "159 menit" not in page(client, ALARMS)
    higher = Figure(Decimal(500), date(2020, 1, 1), "Unit", Proof(note="a"))
    correct_value(by=team.admin, value=base, figure=higher, reason="Ganti.")
    assert innovation.title not in page(client, ALARMS)
    assert innovation.title in page(client, f"{ALARMS}?tampil=berakhir")
    client.force_login(team.admin)
    here = reverse("innovations:outcome_list", args=[innovation.pk])
    answer = reverse("innovations:alarm_answer", args=[innovation.pk, raised.pk])
    assert answer in page(client, here)
    assert client.post(answer, {"text": "Angka awal keliru."}).status_code == 302
    client.logout()
    shown = page(client, innovation.get_absolute_url())
    for words in ("Peringatan yang sudah berakhir", "170 menit", "Angka awal keliru."):
        assert words in shown
    assert "159 menit" in shown


def test_faults_of_a_new_indicator_stand_at_their_fields_at_once(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    client.force_login(team.admin)
    new = reverse("innovations:indicator_create", args=[innovation.pk])
    empty = client.post(new, {})
    assert {"name", "unit", "direction", "value", "dated_on", "note"} <= {
        *empty.context["form"].errors
    }
    given = {
        "name": "n" * 151,
        "unit": "menit",
        "direction": "down",
        "value": "159",
        "measured_by": "Unit",
        "note": "x" * 2001,
        "target_value": "300",
        **boxes("dated_on", "1", "2", "2020"),
        **boxes("target_on", "1", "2", "2020"),
    }
    answer = client.post(new, given)
    assert {*answer.context["form"].errors} == {"name", "note", "target_value", "target_on"}
    words = answer.content.decode()
    for sentence in (
        "Paling panjang 150 karakter, kini 151",
        "Paling panjang 2000 karakter, kini 2001",
        "lebih baik daripada angka awal",
        "sesudah tanggal angka awal",
    ):
        assert sentence in words
    # A browser would cut what is pasted without a word.
    area = re.search(r"<textarea[^>]*name=\"note\"[^>]*>", page(client, new))
    assert area
    assert "maxlength" not in area[0]
    ahead = given | {"name": "n", "note": "x", "target_value": "", **boxes("target_on", "", "", "")}
    late = client.post(new, ahead | boxes("dated_on", "1", "2", "2990"))
    assert {*late.context["form"].errors} == {"dated_on"}


def test_a_correction_keeps_that_only_the_year_is_known(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    indicator = make_indicator(
        team,
        innovation,
        Figure(Decimal(159), date(2011, 7, 1), "Unit", Proof(note="a"), is_year_only=True),
    )
    (value,) = indicator.values.all()
    client.force_login(team.admin)
    mend = reverse("innovations:value_correct", args=[innovation.pk, value.pk])
    shown = page(client, mend)
    assert 'value="2011"' in shown
    assert 'value="7"' not in shown
    assert "isi tahunnya saja" in shown
    given = {
        "value": "160",
        "measured_by": "Unit",
        "note": "a",
        "correction_reason": "Salah ketik.",
        **boxes("dated_on", "", "", "2011"),
    }
    assert client.post(mend, given).status_code == 302
    (value,) = indicator.values.in_force()
    assert (value.value, value.dated_on, value.is_year_only) == (160, date(2011, 7, 1), True)
    mend = reverse("innovations:value_correct", args=[innovation.pk, value.pk])
    given |= boxes("dated_on", "1", "7", "2011")
    assert client.post(mend, given).status_code == 302
    (value,) = indicator.values.in_force()
    assert not value.is_year_only


def test_a_target_may_name_its_year_alone(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    client.force_login(team.admin)
    given = {
        "name": "Waktu tunggu",
        "unit": "menit",
        "direction": "down",
        "value": "159",
        "measured_by": "Unit",
        "note": "a",
        "target_value": "30",
        **boxes("dated_on", "1", "2", "2020"),
        **boxes("target_on", "", "", "2031"),
    }
    new = reverse("innovations:indicator_create", args=[innovation.pk])
    assert client.post(new, given).status_code == 302
    target = IndicatorValue.objects.get(kind="target")
    assert (target.dated_on.year, target.is_year_only) == (2031, True)
    assert "Sasaran, 2031" in page(client, innovation.get_absolute_url())
