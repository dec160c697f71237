"""Public pages that proxies and browsers may keep: nobody's page for another, never late."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from agencies.enums import Role
from agencies.models import Agency
from competitions.actions.announcements import schedule_announcement
from innovations.actions.archiving import archive_innovation
from innovations.models import Award, Category, Innovation
from sinovik.audit import clock
from sinovik.home.addresses import all_addresses
from sinovik.notifications.models import Notification
from sinovik.web import shared
from tests.crawling import body_of, filled
from tests.factories import (
    ANNOUNCED,
    FIRST,
    REGISTRATION,
    SECOND,
    lock,
    make_contest,
    make_person,
    make_published_innovation,
    make_replication,
    make_team,
)
from tests.pages import WatchfulClient
from tests.proxy import SharedCache

pytestmark = pytest.mark.django_db
# Health, files (on disk or made when asked for), checks of a paper, pages about the visitor.
UNSHARED = """
competitions:article_file
livez readyz home:open_data robots security_text sitemap_index sitemap notifications:unsubscribe
home:offline
home:offline_worker
home:components home:dictionary catalogue
dictionary_csv dictionary_json dump_file
agencies:invitation_accept innovations:innovation_csv innovations:innovation_xlsx
innovations:innovation_json innovations:title_suggestions innovations:innovation_by_number
innovations:innovation_bib innovations:attachment_download
competitions:result_bundle competitions:result_book competitions:decree_file
competitions:verification competitions:verification_key competitions:verifier
competitions:verification_detail competitions:share_csv
competitions:participation_csv competitions:statistics_csv
"""
HELD = "public, max-age=0, s-maxage=1, must-revalidate"

UPDATED = re.compile(rb"<updated>[^<]*")


@pytest.fixture(autouse=True)
def hold_pages(hold_no_page: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "store", shared.Store())


def paths(year: int, innovation: Innovation) -> Iterator[tuple[str, str]]:
    """Name and path of every shared address that this world has, in both languages."""
    known = {
        "year": [year],
        "band": [SECOND],
        "slug": [innovation.slug, innovation.agency.slug],
        "code": ["31"],
        "table": ["jenis"],
    }
    for address in all_addresses():
        if getattr(address.view, "is_shared", False):
            for path in filled(address, known, [1], ["x"]):
                yield address.name, path
                yield address.name, f"/en{path}"


def plain(answer: Any) -> bytes:
    """The body without tokens, and without the hour that an empty feed is of."""
    return UPDATED.sub(b"", body_of(answer))


def test_every_shared_page_is_alike_for_all_and_keeps_from_no_one(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    make_replication()
    innovation = make_published_innovation()
    officer, visited = WatchfulClient(), WatchfulClient()
    officer.force_login(contest.officer)
    visited.get("/akun/masuk/")  # has a cookie against forgery, and no session
    assert visited.cookies
    proxy = SharedCache()
    seen = set()
    with clock.at(clock.now()):
        for name, path in paths(contest.edition.year, innovation):
            first = client.get(path)
            if first.status_code != 200:
                assert first["Cache-Control"] == "private, no-store", path
                continue
            seen.add(name)
            assert first["Cache-Control"] == HELD, path
            assert not first.cookies, path
            assert "Cookie" in first["Vary"], path
            assert "Accept-Language" not in first["Vary"], path
            head = client.head(path)
            assert head.headers["Content-Length"] == first.headers["Content-Length"], path
            assert (head["ETag"], head.content) == (first["ETag"], b""), path
            again = client.get(path, headers={"If-None-Match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b""), path
            for headers in ({}, {"HX-Request": "true", "Accept-Language": "en"}):
                for person in (client, officer, visited):
                    through = proxy.get(person, path, headers)
                    own = person.get(path, headers=headers)
                    assert plain(through) == plain(own), path
            assert officer.get(path)["Cache-Control"] == "private, no-store", path
    assert proxy.hits > len(seen)
    everything = {one.name for one in all_addresses() if getattr(one.view, "is_shared", False)}
    assert everything - seen <= {"home:seal_json", "home:seal_growth", *PLACES}


PLACES = {
    "innovations:category_detail",
    "innovations:category_feed",
    "innovations:province_detail",
    "innovations:province_feed",
    "competitions:badge_kit",
    "competitions:badge_svg",
    "competitions:edition_document",
    "competitions:help_article",
    "competitions:news_detail",
}


def test_list_is_neither_early_nor_late_behind_a_proxy(client: WatchfulClient) -> None:
    contest = make_contest(FIRST)
    instant = clock.now() + timedelta(hours=2)
    schedule_announcement(
        by=contest.head,
        cut_off=lock(contest, FIRST),
        decree_number="7/2026",
        decree_dated_on=instant.date(),
        announce_at=instant,
    )
    titles = [entry.innovation.title for entry in contest.entries[:2]]
    places = (f"/kompetisi/{contest.edition.year}/{FIRST}/", "/pemenang/", "/statistik/")
    proxy = SharedCache()
    for at, seconds in ((-2.5, 1), (-1.999, 0), (-0.000001, 0)):
        with clock.at(instant + timedelta(seconds=at)):
            for place in places:
                answer = client.get(place)
                assert f"s-maxage={seconds}" in answer["Cache-Control"]
                assert not any(title in answer.content.decode() for title in titles)
                proxy.get(client, place, {})
    for at in (0, 1):
        with clock.at(instant + timedelta(seconds=at)):
            for answer in (client.get(places[0]), proxy.get(client, places[0], {})):
                assert all(title in answer.content.decode() for title in titles)
            assert proxy.get(client, places[2], {}).content == client.get(places[2]).content


def test_page_follows_each_change_at_once(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    place = f"/inovasi/{innovation.slug}/"
    etags = [client.get(place)["ETag"]]
    # A change of what the page does not show leaves its name; whoever has it gets no second copy.
    make_person(Role.SECRETARIAT_OFFICER)
    make_published_innovation()
    Innovation.objects.filter(pk=innovation.pk).update(title="Judul lain")
    etags.append(client.get(place)["ETag"])
    Category.objects.filter(pk=innovation.category_id).update(name="Kategori lain")
    etags.append(client.get(place)["ETag"])
    Agency.objects.filter(pk=innovation.agency_id).update(name="Instansi lain")
    etags.append(client.get(place)["ETag"])
    assert len(set(etags)) == len(etags)
    stale = client.get(place, headers={"If-None-Match": etags[0]})
    assert (stale.status_code, "Instansi lain" in stale.content.decode()) == (200, True)
    archive_innovation(by=team.admin, innovation=innovation, reason="Layanan sudah berhenti.")
    gone = client.get(place, headers={"If-None-Match": etags[-1]})
    assert (gone.status_code, gone["Cache-Control"]) == (410, "private, no-store")


def test_held_page_is_given_for_one_query(client: WatchfulClient) -> None:
    place = f"/inovasi/{make_published_innovation().slug}/"
    first = client.get(place)
    with CaptureQueriesContext(connection) as queries:
        again = client.get(place)
        known = client.get(place, headers={"If-None-Match": f"W/{first['ETag']}"})
        packed = client.get(place, headers={"Accept-Encoding": "gzip"})
    assert again.content == first.content
    assert (known.status_code, known["ETag"]) == (304, first["ETag"])
    assert packed["ETag"] == f"W/{first['ETag']}"
    assert len(queries[:2]) == 2
    assert all("public_change" in one["sql"] for one in queries.captured_queries[:2])


def test_headers_of_a_page_are_on_its_held_answers_too(client: WatchfulClient) -> None:
    make_contest(ANNOUNCED)
    for place in ("/pemenang/", "/sematan/pemenang/2026/"):
        first = client.get(place)
        held = client.get(place)
        known = client.get(place, headers={"If-None-Match": first["ETag"]})
        policy = first["Content-Security-Policy"]
        assert ("frame-ancestors *" in policy) == place.startswith("/sematan/")
        for answer in (held, known):
            assert answer["X-Request-ID"] != first["X-Request-ID"]
            for name, value in first.items():
                if not name.startswith(("X-Request-ID", "Content-T", "Content-L")):
                    assert answer[name] == value, name
        assert known.status_code == 304
        assert not {"Content-Type", "Content-Length"} & set(known.headers)


def test_marks_are_read_again_after_half_a_second_and_at_every_instant(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared, "STATE_SECONDS", 0.5)
    monkeypatch.setattr(shared, "_known", defaultdict(shared._Known))
    seconds = 0.0
    monkeypatch.setattr(shared.time, "monotonic", lambda: seconds)
    innovation = make_published_innovation()
    place = f"/inovasi/{innovation.slug}/"
    instant = clock.now() + timedelta(hours=1)
    award = {"year": 2019, "band": "top-45", "band_name": "Top Lain", "seats": 45}
    with clock.at(instant - timedelta(microseconds=1)):
        client.get(place)
        with CaptureQueriesContext(connection) as queries:
            client.get(place)
        assert not queries.captured_queries
        Award.objects.create(innovation=innovation, announced_at=instant, **award)
        Innovation.objects.filter(pk=innovation.pk).update(title="Judul lain")
        seconds = 0.49
        assert "Judul lain" not in client.get(place).content.decode()
        seconds = 0.51
        changed = client.get(place).content.decode()
        assert "Judul lain" in changed
        assert "Top Lain" not in changed
    with clock.at(instant):
        # No time has passed for the process: the state itself tells when it ends.
        assert "Top Lain" in client.get(place).content.decode()


def test_page_that_tells_the_time_left_is_made_anew_each_second(client: WatchfulClient) -> None:
    make_contest(REGISTRATION)
    start = clock.now()
    with clock.at(start):
        first = client.get("/")
        assert b"data-deadline" in first.content
        assert "ETag" not in first
        assert client.get("/").content == first.content
    with clock.at(start + shared.COUNTDOWN_HELD):
        assert client.get("/").content != first.content


def personal(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def kept_in_a_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("pilihan", "1")
    return response


def of_an_unwatched_table(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(Notification.objects.count()))


def of_nobody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", status=404)


@pytest.mark.parametrize(
    "view",
    [personal, kept_in_a_cookie, of_an_unwatched_table, of_nobody],
    ids=lambda view: view.__name__,
)
def test_view_that_is_not_alike_for_all_is_never_held(view: Any) -> None:
    whole = shared.SharedPagesMiddleware(shared.shared(view))
    response = whole(RequestFactory().get("/uji/"))
    assert "Cache-Control" not in response
    assert shared.store.find(shared._key(RequestFactory().get("/uji/"))) is None


@pytest.mark.parametrize("request_of", ["post", "session"])
def test_visitor_with_a_session_and_writing_pass_the_store_by(request_of: str) -> None:
    request = RequestFactory().post("/uji/") if request_of == "post" else RequestFactory().get("/")
    if request_of == "session":
        request.COOKIES["sessionid"] = "x"
    answer = shared.SharedPagesMiddleware(shared.shared(lambda _request: HttpResponse("x")))(
        request
    )
    assert "ETag" not in answer


def test_store_forgets_what_was_asked_for_longest_ago() -> None:
    store = shared.Store(most_octets=10)
    now = clock.now()
    held = shared.Held(b"1234", (), frozenset(), 0, now, now, None)
    for key in "abb":
        store.keep(key, held)
    assert store.find("a") is held
    store.keep("c", held)
    assert [store.find(key) for key in "abc"] == [held, None, held]


def test_what_is_personal_or_on_disk_is_not_shared() -> None:
    shared_names = {one.name for one in all_addresses() if getattr(one.view, "is_shared", False)}
    assert not shared_names & set(UNSHARED.split())
    assert {"home:front", "innovations:innovation_detail"} <= shared_names


def test_what_no_one_watches_is_a_proxys_for_its_second_and_nobodys_before_an_instant(
    client: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    contest = make_contest(ANNOUNCED)
    officer = WatchfulClient()
    officer.force_login(contest.officer)
    path = f"/kompetisi/{contest.edition.year}/hasil/bundle.json"
    first = client.get(path)
    assert (first.status_code, first["Cache-Control"]) == (200, HELD)
    assert "Cookie" in first["Vary"]
    assert officer.get(path)["Cache-Control"] == "private, no-store"
    # A crowd that waits for what is not out yet; the controls: signed in, and any other address.
    early = "/kompetisi/1999/hasil/bundle.json"
    missing = client.get(early)
    assert (missing.status_code, missing["Cache-Control"]) == (404, HELD)
    assert "Cookie" in missing["Vary"]
    assert not missing.cookies
    for answer in (officer.get(early), client.get("/kompetisi/1999/hasil/lain.json")):
        assert (answer.status_code, answer["Cache-Control"]) == (404, "private, no-store")
    instant = shared.known_state().at + timedelta(seconds=1)
    soon = replace(shared.known_state(), next_at=instant)
    monkeypatch.setattr(shared, "known_state", lambda: soon)
    for address in (path, early):
        assert "s-maxage=0" in client.get(address)["Cache-Control"]
