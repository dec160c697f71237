"""Observers file from their work home; the agency reads and can't write."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agencies.enums import Role
from innovations.models import MysteryCheck, SatisfactionFigure
from sinovik.audit import clock
from sinovik.web.templatetags.web import day
from tests.factories import make_person, make_published_innovation, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
CHOICE = reverse("innovations:observation_choice")
DAY = {"dated_on_day": "3", "dated_on_month": "2", "dated_on_year": "2022"}
CHECK = {
    **DAY,
    "observed_by": "Ombudsman",
    "place": "Loket",
    "result": "Antre lama <b>.",
    "waiting_minutes": "95,5",
}
FIGURE = {**DAY, "observed_by": "BPS", "survey": "IKM", "value": "71,25", "source": "Laporan"}


def page(client: WatchfulClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_observer_files_and_corrects(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    observer = make_person(Role.OBSERVER)
    client.force_login(observer)
    assert CHOICE in page(client, reverse("competitions:work_home"))
    here = reverse("innovations:observation_list", args=[innovation.pk])
    for words in (innovation.code, innovation.title[:6].upper(), ""):
        assert here in page(client, f"{CHOICE}?q={words}")
    assert "Tidak ada inovasi yang cocok" in page(client, f"{CHOICE}?q=zzz%00")
    assert "Belum ada temuan" in page(client, here)
    assert "Catat pemeriksaan tersamar" in page(client, here)
    visit = reverse("innovations:mystery_check_file", args=[innovation.pk])
    survey = reverse("innovations:satisfaction_file", args=[innovation.pk])
    for address in (visit, survey):
        assert address in page(client, here)
        page(client, address)
    for address, given, sentence in (
        (visit, CHECK | {"waiting_minutes": "-1"}, "antara 0 dan 45.000"),
        (visit, CHECK | {"dated_on_year": "2990"}, "belum tiba"),
        (survey, FIGURE | {"value": "101"}, "antara 0 dan 100"),
        (survey, FIGURE | {"source": ""}, "Isi sumbernya"),
    ):
        assert sentence in client.post(address, given).content.decode()
    assert client.post(visit, CHECK).status_code == 302
    assert client.post(survey, FIGURE).status_code == 302
    check, figure = MysteryCheck.objects.get(), SatisfactionFigure.objects.get()
    mend = reverse("innovations:mystery_check_correct", args=[innovation.pk, check.pk])
    assert mend in page(client, here)
    assert 'value="95,5"' in page(client, mend)
    assert "Tuliskan alasan pembetulan" in client.post(mend, CHECK).content.decode()
    reason = {"correction_reason": "Salah loket."}
    for _press in range(2):
        sent = client.post(mend, CHECK | {"result": "Cepat."} | reason)
        assert sent.headers["Location"] == here
    assert MysteryCheck.objects.count() == 2
    assert client.get(mend).headers["Location"] == here
    assert mend not in page(client, here)
    second = client.post(mend, CHECK | {"result": "Sedang."} | reason).content.decode()
    assert "Catatan ini sudah dibetulkan. Betulkan yang terbaru." in second
    assert "Sedang.</textarea>" in second
    mend = reverse("innovations:satisfaction_correct", args=[innovation.pk, figure.pk])
    assert 'value="71,25"' in page(client, mend)
    assert client.post(mend, FIGURE | {"value": "72"} | reason).status_code == 302
    client.logout()
    shown = page(client, innovation.get_absolute_url())
    for text in ("Temuan pengamat", "95,5 menit", "Cepat.", "72,00", "Salah loket.", "Laporan"):
        assert text in shown
    assert "<s>Antre lama &lt;b&gt;.</s>" in shown
    assert "<s>71,25</s>" in shown
    assert f"Dibetulkan {day(clock.now())}: Salah loket." in shown
    assert "Betulkan" not in shown


def test_what_is_wrong_with_a_finding_is_said_at_its_field(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    client.force_login(make_person(Role.OBSERVER))
    visit = reverse("innovations:mystery_check_file", args=[innovation.pk])
    survey = reverse("innovations:satisfaction_file", args=[innovation.pk])
    long = "a" * 151
    for address, given, name, sentence in (
        (visit, CHECK | {"dated_on_year": "2990"}, "dated_on_0", "belum tiba"),
        (visit, CHECK | {"dated_on_year": "1950"}, "dated_on_0", "mulai 1 Januari 2015"),
        (survey, FIGURE | {"dated_on_year": "2014"}, "dated_on_0", "mulai 1 Januari 2015"),
        (survey, FIGURE | {"value": ""}, "value", "Isi nilai IKM, atau unsur dengan"),
        (survey, FIGURE | {"source": ""}, "source", "Isi sumbernya"),
        (visit, CHECK | {"observed_by": long}, "observed_by", "Paling panjang 150 karakter, kini"),
        (visit, CHECK | {"place": long}, "place", "Paling panjang 150 karakter, kini 151"),
        (visit, CHECK | {"source": long * 3}, "source", "Paling panjang 400 karakter, kini 453"),
        (survey, FIGURE | {"survey": long}, "survey", "Paling panjang 150 karakter, kini 151"),
        (survey, FIGURE | {"weakest_part": long}, "weakest_part", "Paling panjang 150 karakter"),
        (survey, FIGURE | {"source": long * 3}, "source", "Paling panjang 400 karakter"),
    ):
        shown = client.post(address, given).content.decode()
        assert re.search(f'<a href="#id_{name}">[^<]*{sentence}', shown), (name, sentence)
        assert shown.count('<a href="#id_') == 1
    assert not MysteryCheck.objects.exists()
    both = client.post(survey, FIGURE | {"value": "", "source": ""}).content.decode()
    assert 'href="#id_value"' in both
    assert 'href="#id_source"' in both


def test_only_the_body_that_filed_a_finding_is_offered_to_correct_it(
    client: WatchfulClient,
) -> None:
    innovation = make_published_innovation()
    observer = make_person(Role.OBSERVER)
    (body,) = observer.agencies_as(Role.OBSERVER)
    client.force_login(observer)
    for name, given in (("mystery_check", CHECK), ("satisfaction", FIGURE)):
        client.post(reverse(f"innovations:{name}_file", args=[innovation.pk]), given)
    here = reverse("innovations:observation_list", args=[innovation.pk])
    links = [
        reverse("innovations:mystery_check_correct", args=[innovation.pk, check.pk])
        for check in MysteryCheck.objects.all()
    ] + [
        reverse("innovations:satisfaction_correct", args=[innovation.pk, figure.pk])
        for figure in SatisfactionFigure.objects.all()
    ]
    for person, is_ours in (
        (observer, True),
        (make_person(Role.OBSERVER, agency=body), True),
        (make_person(Role.OBSERVER), False),
    ):
        client.force_login(person)
        for link in links:
            assert (link in page(client, here)) == is_ours
            answer = client.get(link)
            assert answer.status_code == (200 if is_ours else 403)
            assert is_ours or "dicatat pengamat dari lembaga lain" in answer.content.decode()


def test_an_english_finding_keeps_its_thousands(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    client.force_login(make_person(Role.OBSERVER))
    visit = "/en" + reverse("innovations:mystery_check_file", args=[innovation.pk])
    for typed, sentence in (("1,50", "A comma separates"), ("1.25", "At most 1 digit after")):
        refused = client.post(visit, CHECK | {"waiting_minutes": typed}).content.decode()
        assert sentence in refused
    assert client.post(visit, CHECK | {"waiting_minutes": "1,500.5"}).status_code == 302
    check = MysteryCheck.objects.get()
    assert check.waiting_minutes == Decimal("1500.5")
    with translation.override("en"):
        mend = reverse("innovations:mystery_check_correct", args=[innovation.pk, check.pk])
    assert 'value="1,500.5"' in page(client, mend)


def test_nobody_else_files_and_pages_cost_the_same(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    visit = reverse("innovations:mystery_check_file", args=[innovation.pk])
    survey = reverse("innovations:satisfaction_file", args=[innovation.pk])
    here = reverse("innovations:observation_list", args=[innovation.pk])
    insider = make_person(Role.OBSERVER, employer=team.agency)
    for person in (team.admin, make_person(Role.SECRETARIAT_HEAD), insider):
        client.force_login(person)
        assert client.get(here).status_code == 403
        assert client.post(visit, CHECK).status_code == 403
        assert client.post(survey, FIGURE).status_code == 403
    assert not MysteryCheck.objects.exists()
    client.force_login(make_person(Role.OBSERVER))
    costs = []
    for count in (1, 2):
        for _ in range(count):
            client.post(visit, CHECK)
            client.post(survey, FIGURE)
        for address in (here, CHOICE):
            with CaptureQueriesContext(connection) as queries:
                page(client, address)
            costs.append(len(queries))
    assert costs[:2] == costs[2:]
    assert max(costs) <= 15


def test_a_finding_of_which_only_the_year_is_known_says_no_day(client: WatchfulClient) -> None:
    innovation = make_published_innovation()
    client.force_login(make_person(Role.OBSERVER))
    survey = reverse("innovations:satisfaction_file", args=[innovation.pk])
    alone = {"dated_on_day": "", "dated_on_month": "", "dated_on_year": "2016"}
    assert client.post(survey, FIGURE | alone).status_code == 302
    found = SatisfactionFigure.objects.get()
    assert found.is_year_only
    mend = reverse("innovations:satisfaction_correct", args=[innovation.pk, found.pk])
    shown = page(client, mend)
    assert 'value="2016"' in shown
    assert 'value="7"' not in shown
    assert "1 Juli 2016" not in page(client, innovation.get_absolute_url())
    ahead = client.post(survey, FIGURE | alone | {"dated_on_year": "2990"}).content.decode()
    assert re.search(r'<a href="#id_dated_on_0">[^<]*belum tiba', ahead)
