"""The years side by side, and who never took part: counted, published, and silent in time."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.enums import AgencyType
from agencies.models import Agency
from competitions.models import PublishedFigure
from competitions.queries.participation import cabinet_of
from innovations.models import Innovation, SustainableGoal
from tests.editions import ADMINISTRATIVE, ANNOUNCED, FIRST, REGISTRATION
from tests.factories import Contest, make_agency, make_contest, make_regency
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def publish(year: int, metric: str, group: str, value: int, note: str = "") -> None:
    PublishedFigure.objects.create(
        year=year, metric=metric, group=group, value=value, source="https://example.org", note=note
    )


def lines(client: WatchfulClient) -> dict[tuple[int, bool], list[tuple[int, ...]]]:
    """Values of the table of years, by year and whether they were counted here."""
    return {
        (line["year"], line["is_counted"]): [cell["values"] for cell in line["cells"]]
        for line in client.get("/statistik/antartahun/").context["lines"]
    }


def test_years_count_an_edition_as_far_as_the_public_may_know(client: WatchfulClient) -> None:
    make_contest(ANNOUNCED, year=2401)
    make_contest(FIRST, year=2402)
    make_contest(ADMINISTRATIVE, year=2403)
    make_contest(REGISTRATION, year=2404)
    assert lines(client) == {
        (2401, True): [(3,), (3,), (3,), (2,), (1,)],
        (2402, True): [(3,), (3,), (3,), (), ()],
        (2403, True): [(3,), (3,), (), (), ()],
    }
    text = client.get("/statistik/antartahun.csv").content.decode("utf-8-sig")
    assert "2401,Top 1,all,1,dihitung,tidak,SINOVIK," in text
    assert "2401,registered,category:pendidikan,3,dihitung,tidak,SINOVIK," in text
    assert "2402,Top 2" not in text
    assert "2404" not in text
    parts = {part["key"]: part for part in client.get("/statistik/antartahun/").context["parts"]}
    assert parts["type"]["lines"][0]["values"] == [3, 3, 3]
    for key, label in (("province", "Instansi pusat"), ("goal", "Tanpa tujuan")):
        assert parts[key]["lines"][-1] == {"label": label, "values": [3, 3, 3]}


def test_years_print_every_published_value_and_its_origin(client: WatchfulClient) -> None:
    publish(2019, "passed_admin", "all", 1651)
    publish(2019, "passed_admin", "all", 1329, note="Berita 30 April 2019")
    publish(2019, "passed_admin", "kementerian", 232)
    publish(2017, "top99", "kementerian", 20)
    publish(2017, "top99", "kota", 15)
    publish(2017, "top99", "jawa_tengah_region", 7)
    publish(2018, "top99", "jawa_tengah_region", 7)
    publish(2020, "passed_admin", "kelompok_umum", 2126)
    publish(2020, "passed_admin", "kelompok_khusus", 91)
    publish(2018, "top40", "all", 40)
    assert lines(client) == {
        (2020, False): [(), (), (2217,), (), ()],
        (2019, False): [(), (), (1651, 1329), (), ()],
        (2018, False): [(), (), (), (), (40,)],
        (2017, False): [(), (), (), (35,), ()],
    }
    html = client.get("/statistik/antartahun/").content.decode()
    assert "sumber berbeda" in html
    assert "sumber lain: 1.329" in html
    assert "jumlah menurut kelompok" in html
    assert "Berita 30 April 2019" in html
    assert "Wilayah Jawa Tengah" in html


def test_pages_without_an_edition_say_so(client: WatchfulClient) -> None:
    for address in ("/statistik/antartahun/", "/statistik/keikutsertaan/"):
        assert "Belum ada angka" in client.get(address).content.decode()


def test_goals_of_an_edition_are_counted_once_registration_is_over(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    goal = SustainableGoal.objects.create(
        number=3, name="Kehidupan sehat", name_en="Good health", color="#4C9F38"
    )
    contest.entries[0].innovation.goals.add(goal)
    running = make_contest(REGISTRATION)
    running.entries[0].innovation.goals.add(goal)
    page = client.get(f"/statistik/?tahun={contest.edition.year}")
    assert [line["values"] for line in page.context["goals"]] == [[1, 1]]
    table = "/statistik/tpb.csv?tahun="
    assert "3. Kehidupan sehat,1,1,tidak" in client.get(
        f"{table}{contest.edition.year}"
    ).content.decode("utf-8-sig")
    assert "Kehidupan sehat" not in client.get(f"{table}{running.edition.year}").content.decode()


def as_regency(contest: Contest, code: str) -> None:
    """Let the contest's agency be a regency."""
    Agency.objects.filter(pk=contest.team.agency.pk).update(
        agency_type=AgencyType.REGENCY, region=make_regency(code)
    )


def government(code: str) -> str:
    return make_agency(agency_type=AgencyType.REGENCY, region=make_regency(code)).name


def test_participation_names_who_never_sent_a_proposal(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    as_regency(contest, "32.01")
    running = make_contest(REGISTRATION)
    as_regency(running, "32.02")
    other = government("33.01")
    publish(2019, "participating_agencies", "kabupaten", 206)
    page = client.get("/statistik/keikutsertaan/")
    names = [agency.name for agency in page.context["page_obj"]]
    assert names == [running.team.agency.name, other]
    regencies = page.context["types"][3]
    assert (regencies["line"].taking, regencies["line"].all) == (1, 3)
    html = page.content.decode()
    assert "terbitan: 206 (2019)" in html
    assert "tag-simulated" not in html
    narrowed = client.get("/statistik/keikutsertaan/?provinsi=33&jenis=kabupaten")
    assert [agency.name for agency in narrowed.context["page_obj"]] == [other]
    odd = client.get("/statistik/keikutsertaan/?provinsi=%00&jenis=bumn")
    assert len(odd.context["page_obj"]) == 2
    table = client.get("/statistik/keikutsertaan.csv").content.decode("utf-8-sig").splitlines()
    assert "jenis instansi,Pemerintah kabupaten,1,3,tidak" in table
    assert "provinsi,Provinsi 33,0,1,tidak" in table
    first = contest.entries[0].innovation
    Innovation.objects.filter(pk=first.pk).update(is_simulated=True)
    assert "tag-simulated" in client.get("/statistik/keikutsertaan/").content.decode()
    text = client.get("/statistik/belum-ikut.csv?provinsi=33").content.decode("utf-8-sig")
    assert text.splitlines()[1:] == [f"{other},Pemerintah kabupaten,Provinsi 33,ya"]


def test_participation_counts_central_agencies_of_the_cabinet_of_the_year(
    client: WatchfulClient,
) -> None:
    contest = make_contest(ANNOUNCED, year=2019)
    old, late, kept = (make_agency() for _ in range(3))
    for agency, eras in (
        (contest.team.agency, ["2014-2019"]),
        (old, ["2014-2019", "2019-2024"]),
        (late, ["2019-2024"]),
        (kept, []),
    ):
        Agency.objects.filter(pk=agency.pk).update(eras=eras)
    page = client.get("/statistik/keikutsertaan/?jenis=kementerian")
    assert list(page.context["page_obj"]) == [old]
    ministries = page.context["types"][0]["line"]
    assert (ministries.taking, ministries.absent, ministries.share) == (1, 1, 0.5)
    assert [cabinet_of(year) for year in (2015, 2019, 2020, 2024, 2025)] == [
        "2014-2019",
        "2014-2019",
        "2019-2024",
        "2019-2024",
        "2024-2029",
    ]


@pytest.mark.parametrize("address", ["/statistik/antartahun/", "/statistik/keikutsertaan/"])
def test_queries_do_not_grow_with_rows(client: WatchfulClient, address: str) -> None:
    counts = []
    for number in (1, 3):
        for place in range(number):
            make_contest(ADMINISTRATIVE, entries=number)
            government(f"32.{number}{place}")
            publish(2010 + number, "registered", "all", place)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14
