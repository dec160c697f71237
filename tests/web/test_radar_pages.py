"""The radar's pages: rows, filters, exports, one click, and two steps for many."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agencies.enums import AgencyType, Role
from agencies.models import User
from competitions.actions.radar import refresh_forecasts
from competitions.enums import EntryState
from competitions.models import EntryForecast, Nudge
from innovations.models import Innovation
from sinovik.audit import clock
from tests.factories import (
    REVIEW,
    Contest,
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
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
RADAR = reverse("competitions:radar_list")
HOME = reverse("competitions:work_home")
NUDGE = reverse("competitions:radar_nudge")


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=2)


def page_of(client: WatchfulClient, user: User, address: str = RADAR) -> str:
    client.force_login(user)
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def nudge_address(pk: int) -> str:
    return reverse("competitions:radar_nudge_one", args=[pk])


def test_radar_shows_holder_gap_chance_and_safe_day(
    client: WatchfulClient, contest: Contest
) -> None:
    Innovation.objects.filter(pk=contest.entries[0].innovation_id).update(summary="")
    refresh_forecasts(by=None, edition=contest.edition)
    page = page_of(client, contest.team.admin)
    for text in (
        contest.entries[0].number,
        contest.team.unit.name,
        "Ringkasan",
        "%",
        "Batas aman",
        "Ingatkan",
        "2 proposal belum sampai",
    ):
        assert text in page, text


def test_radar_before_the_first_forecast_says_so(client: WatchfulClient, contest: Contest) -> None:
    page = page_of(client, contest.officer)
    assert contest.entries[0].number in page
    assert "sedang dihitung" in page
    assert "Peluang dihitung beberapa menit lagi" in page


def test_a_forecast_from_before_the_last_move_is_not_shown(
    client: WatchfulClient, contest: Contest
) -> None:
    refresh_forecasts(by=None, edition=contest.edition)
    with clock.at(clock.now() + timedelta(minutes=1)):
        walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    assert page_of(client, contest.officer).count("Baru berpindah tangan") == 1


def test_radar_without_a_running_registration_is_dark(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=1)
    assert "Tidak ada pendaftaran yang berlangsung" in page_of(client, contest.officer)
    assert client.get(reverse("competitions:radar_csv")).status_code == 404


@pytest.mark.parametrize("who", ["innovator", "observer", "evaluator"])
def test_radar_refuses_other_roles(client: WatchfulClient, contest: Contest, who: str) -> None:
    people = {
        "innovator": contest.team.innovator,
        "observer": contest.observer,
        "evaluator": contest.evaluators[0],
    }
    client.force_login(people[who])
    assert client.get(RADAR).status_code == 403
    assert client.post(NUDGE, {"pilih": contest.entries[0].pk}).status_code == 403


def test_admin_sees_nothing_of_other_agencies(client: WatchfulClient, contest: Contest) -> None:
    page = page_of(client, make_team().admin)
    assert contest.entries[0].innovation.title not in page
    assert contest.entries[0].number not in page
    csv_page = client.get(reverse("competitions:radar_csv")).content.decode()
    assert contest.entries[0].number not in csv_page
    assert client.post(nudge_address(contest.entries[0].pk)).status_code == 404


def test_province_sees_rows_without_a_way_to_the_text(client: WatchfulClient) -> None:
    contest = make_contest(entries=0)
    contest.team = make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency()))
    (entry,) = enter(contest, make_innovations(contest.team))
    agency = make_agency(agency_type=AgencyType.PROVINCE, region=make_province("32"))
    page = page_of(client, make_person(Role.AGENCY_ADMIN, agency=agency))
    assert entry.innovation.title in page
    address = reverse("competitions:entry_tasks", args=[entry.pk])
    assert address not in page
    assert client.get(address).status_code == 404
    assert client.post(nudge_address(entry.pk)).status_code == 302
    assert Nudge.objects.filter(entry=entry).count() == 1
    home = client.get(reverse("competitions:work_home")).text
    assert "Buka radar provinsi" in home
    client.force_login(contest.team.admin)
    assert "Buka radar provinsi" not in client.get(reverse("competitions:work_home")).text


def test_filters_narrow_and_keep_their_values(client: WatchfulClient, contest: Contest) -> None:
    first, second = contest.entries
    walk_entry(contest, first, EntryState.WITH_AGENCY)
    refresh_forecasts(by=None, edition=contest.edition)
    EntryForecast.objects.filter(entry=first).update(chance="0.900")
    EntryForecast.objects.filter(entry=second).update(chance="0.300")
    shown = {
        "pemegang=agency": [first],
        "pemegang=unit": [second],
        "risiko=high": [first],
        "risiko=middle": [second],
        "risiko=low": [],
        f"q={second.number}": [second],
        f"jenis={AgencyType.CITY}": [],
        f"provinsi={make_province().pk}": [],
        "urut=lama": [second, first],
        "urut=risiko": [first, second],
    }
    for query, expected in shown.items():
        page = page_of(client, contest.officer, f"{RADAR}?{query}")
        places = [page.find(entry.number) for entry in expected]
        assert -1 not in places, query
        assert places == sorted(places), query
        assert all(e.number not in page for e in contest.entries if e not in expected), query


def test_downloads_hold_the_filtered_rows_as_text(client: WatchfulClient, contest: Contest) -> None:
    first, second = contest.entries
    Innovation.objects.filter(pk=first.innovation_id).update(title="=1+1")
    refresh_forecasts(by=None, edition=contest.edition)
    client.force_login(contest.officer)
    content = client.get(f"{reverse('competitions:radar_csv')}?q={first.number}").content
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [(row["nomor"], row["judul"]) for row in rows] == [(first.number, "'=1+1")]
    assert 0 <= float(rows[0]["peluang_tidak_sampai"]) <= 1
    sheet = load_workbook(io.BytesIO(client.get(reverse("competitions:radar_xlsx")).content)).active
    assert sheet is not None
    titles = {sheet.cell(line, 1).value: sheet.cell(line, 2) for line in (2, 3)}
    assert titles[first.number].value == "=1+1"
    assert titles[first.number].data_type == "s"
    assert second.number in titles


def test_one_click_reminds_once(client: WatchfulClient, contest: Contest) -> None:
    entry = contest.entries[0]
    client.force_login(contest.officer)
    back = f"{RADAR}?pemegang=unit"
    answer = client.post(nudge_address(entry.pk), {"kembali": back}, follow=True)
    assert "1 orang diingatkan" in answer.content.decode()
    # By keyboard one goes on from the row that was reminded about.
    assert answer.redirect_chain == [(f"{back}#usulan-{entry.pk}", 302)]
    assert f'id="usulan-{entry.pk}"' in answer.content.decode()
    assert "Anda ingatkan pukul" in answer.content.decode()
    again = client.post(nudge_address(entry.pk), follow=True).content.decode()
    assert "sudah mengingatkan pemegangnya hari ini" in again
    assert Nudge.objects.count() == 1
    assert client.get(nudge_address(entry.pk)).status_code == 405


def test_a_selection_is_confirmed_with_its_number(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    picked = [entry.pk for entry in contest.entries]
    asked = client.post(NUDGE, {"pilih": picked})
    assert "Ingatkan pemegang 2 proposal" in asked.content.decode()
    assert not Nudge.objects.exists()
    done = client.post(NUDGE, {"pilih": picked, "ya": "1"}, follow=True).content.decode()
    assert "1 orang diingatkan tentang 2 proposal." in done
    again = client.post(NUDGE, {"pilih": picked, "ya": "1"}, follow=True).content.decode()
    assert "2 sudah Anda ingatkan hari ini." in again


def test_an_admins_own_entries_are_left_out_of_a_selection(
    client: WatchfulClient, contest: Contest
) -> None:
    walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    page = client.post(NUDGE, {"pilih": [e.pk for e in contest.entries]}).content.decode()
    assert "1 proposal menunggu Anda sendiri" in page
    assert contest.entries[1].number in page
    assert contest.entries[0].number not in page


@pytest.mark.parametrize("picked", [[], ["x"], ["²"], ["999999999999"]])
def test_nothing_picked_is_said(
    client: WatchfulClient, contest: Contest, picked: list[str]
) -> None:
    client.force_login(contest.officer)
    page = client.post(NUDGE, {"pilih": picked}, follow=True).content.decode()
    assert "Pilih paling sedikit satu proposal" in page


def test_going_back_never_leaves_the_site(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.officer)
    for wanted in ("https://jahat.example/", "//jahat.example/", f"{RADAR}x"):
        entry = contest.entries[0]
        answer = client.post(nudge_address(entry.pk), {"kembali": wanted})
        assert answer.url == f"{RADAR}#usulan-{entry.pk}"


def test_home_counts_what_may_not_arrive(client: WatchfulClient, contest: Contest) -> None:
    refresh_forecasts(by=None, edition=contest.edition)
    EntryForecast.objects.update(chance="0.800")
    for person in (contest.officer, contest.team.admin):
        page = page_of(client, person, HOME)
        assert "2 proposal mungkin tidak sampai sebelum" in page
        assert RADAR in page
    assert "mungkin tidak sampai" not in page_of(client, contest.team.innovator, HOME)


@pytest.mark.parametrize("who", ["officer", "admin", "province"])
def test_radar_costs_the_same_for_one_and_sixty(client: WatchfulClient, who: str) -> None:
    contest = make_contest(entries=0)
    contest.team = make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency()))
    agency = make_agency(agency_type=AgencyType.PROVINCE, region=make_province("32"))
    people = {
        "officer": contest.officer,
        "admin": contest.team.admin,
        "province": make_person(Role.AGENCY_ADMIN, agency=agency),
    }
    costs = []
    for number in (1, 2, 57):
        enter(contest, make_innovations(contest.team, number))
        refresh_forecasts(by=None, edition=contest.edition)
        client.force_login(people[who])
        client.get(RADAR)
        with CaptureQueriesContext(connection) as context:
            assert client.get(RADAR).status_code == 200
        costs.append(len(context))
    assert len(set(costs)) == 1
    assert costs[0] <= 11
