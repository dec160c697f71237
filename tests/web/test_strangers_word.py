"""What a request says of itself is believed nowhere: address, host, scheme, ways back (ASVS
1.2.2, 4.1.3, 3.7.2, 1.3.11, 13.4, 14.2.5)."""

import re
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from urllib.parse import unquote, urlsplit

import pytest
import time_machine
from allauth.account.adapter import get_adapter
from django.core import mail
from django.core.cache import cache
from django.db import models
from django.test import Client, RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language_from_path, override

from agencies.enums import Role
from sinovik.api import gate
from sinovik.audit import clock
from sinovik.home.addresses import all_addresses
from sinovik.notifications import notify, send_letter
from sinovik.notifications.carrying import message_of
from sinovik.notifications.models import Mail, Notification
from sinovik.web.ways import own_path
from tests.factories import (
    make_contest,
    make_innovations,
    make_person,
    make_published_innovation,
    make_team,
)
from tests.pages import WatchfulClient
from tests.project.test_url_policy import sample

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://jahat.example/",
    "http:jahat.example",
    "http:///jahat.example",
    "//jahat.example",
    "///jahat.example",
    "////jahat.example",
    "\\\\jahat.example",
    "/\\jahat.example",
    "/\\/jahat.example",
    "/\t/jahat.example",
    "/\r\n/jahat.example",
    "/ /jahat.example//",
    " //jahat.example",
    "\x00//jahat.example",
    "\x08//jahat.example",
    "jahat.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "ftp://jahat.example/",
    "https://localhost@jahat.example/",
    "//localhost:80@jahat.example/",
    "http://jahat.example#localhost",
    "https:/jahat.example",
    "https:\\\\jahat.example",
    "//jahat%E3%80%82example/",
    "/%0d%0aLocation:%20https://jahat.example",
    "/kerja/\r\nSet-Cookie: x=1",
]
"""Ways out of the site, as browsers read them; the last two only try to write headers."""

HARMLESS = ("/kerja/", "/inovasi/?q=a&urut=judul", "/en/kerja/#isi")
NOT_THERE = (
    "/.git/config /.git/HEAD /.env /.hg/ /.svn/entries /.DS_Store /settings.py /manage.py"
    " /db.sqlite3 /backup.sql /var/ /uploads/ /media/ /static/ /static/js/"
    " /static/vendor/VENDOR.md.bak /static/../sinovik/settings.py /static/%2e%2e/manage.py"
    " /static/..%2f..%2fetc/passwd /admin/ /__debug__/ /debug/ /server-status /phpmyadmin/"
    " /wp-login.php /actuator/env /metrics"
    " /api/docs /api/v1/docs /swagger.json /graphql /console /.well-known/../.git/config"
).split()


def leaves(location: str) -> bool:
    """Whether a browser on this site would go elsewhere; it drops tabs and line breaks first."""
    read = "".join(letter for letter in location if letter not in "\t\r\n").replace("\\", "/")
    read = read.lstrip("".join(map(chr, range(33))))
    parts = urlsplit(read)
    return bool(parts.scheme or parts.netloc or read.startswith("//"))


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_way_back_never_leaves_the_site(wanted: str) -> None:
    assert not leaves(own_path(wanted) or "/")


@pytest.mark.parametrize("wanted", HARMLESS)
def test_way_back_inside_the_site_is_taken(wanted: str) -> None:
    with override(get_language_from_path(wanted) or "id"):
        assert own_path(wanted) == wanted


def ways_back() -> Iterator[tuple[Client, str, str, dict[str, str]]]:
    """A client, the address and the name of each parameter that says where to go next."""
    contest = make_contest(entries=1)
    entry, team = contest.entries[0], contest.team
    innovation = entry.innovation
    admin, head = Client(), Client()
    admin.force_login(team.admin)
    head.force_login(make_person(Role.SECRETARIAT_HEAD))
    kept = {"title": "Judul", "edit_number": str(innovation.edit_number)}
    edit = reverse("innovations:innovation_edit", args=[innovation.pk])
    yield admin, edit, "?kembali", {"title": innovation.title}
    yield admin, reverse("innovations:attachment_list", args=[innovation.pk]), "?kembali", {}
    yield head, reverse("competitions:radar_nudge"), "kembali", kept
    yield admin, reverse("account_logout"), "next", {}


def links_of(page: str) -> list[str]:
    """Where the links and forms of a page's content lead."""
    content = page[page.index("<main") :]
    return [unescape(found) for found in re.findall(r'(?:href|action|value)="(/[^"]*)"', content)]


def test_no_way_back_in_a_form_or_an_address_leads_elsewhere() -> None:
    tried = 0
    # All of them go through `own_path` above; here it counts that each view asks it.
    for client, address, name, fields in ways_back():
        for wanted in ELSEWHERE[::4]:
            where = RequestFactory().get(address, {name.lstrip("?"): wanted}).get_full_path()
            sent = fields if name.startswith("?") else {**fields, name: wanted}
            answer = client.post(where if name.startswith("?") else address, sent)
            assert answer.status_code < 500
            if answer.status_code == 302:
                tried += 1
                assert not leaves(answer["Location"]), (address, wanted)
            else:
                page = answer.content.decode()
                assert not [way for way in links_of(page) if leaves(way)], (address, wanted)
    assert tried > len(ELSEWHERE[::4])


def test_sign_in_leads_nowhere_else() -> None:
    person = make_person(Role.INNOVATOR)
    person.set_password("gotong-royong-2019")
    person.save(update_fields=["password"])
    typed = {"login": person.email, "password": "gotong-royong-2019"}
    for wanted in ELSEWHERE:
        cache.clear()
        client = Client()
        answer = client.post(reverse("account_login"), {**typed, "next": wanted})
        assert answer.status_code == 302
        assert not leaves(answer["Location"]), wanted
    answer = Client().post(reverse("account_login"), {**typed, "next": "/kerja/radar/"})
    assert answer["Location"] == "/kerja/radar/"


def test_message_that_leads_elsewhere_goes_to_the_work_home() -> None:
    person = make_person(Role.INNOVATOR)
    client = Client()
    client.force_login(person)
    for wanted in ELSEWHERE:
        row = Notification.objects.create(
            recipient=person,
            subject="x",
            path=wanted[:200].replace("\x00", ""),
            created_at=clock.now(),
        )
        answer = client.post(reverse("competitions:notification_read", args=[row.pk]))
        assert not leaves(answer["Location"]), wanted


def test_no_column_for_addresses_takes_a_script() -> None:
    from django.apps import apps

    columns = [
        column
        for model in apps.get_models()
        for column in model._meta.get_fields()
        if isinstance(column, models.URLField)
    ]
    assert len(columns) >= 5
    for column in columns:
        for wanted in ELSEWHERE:
            if not wanted.startswith(("http", "ftp")):
                with pytest.raises(Exception, match="URL"):
                    column.clean(wanted, None)


@time_machine.travel("2026-11-28T10:00:05Z", tick=False)
def test_forwarding_headers_of_a_stranger_change_no_address(settings: object) -> None:
    cache.clear()
    client = Client(REMOTE_ADDR="198.51.100.7")
    answers = [
        client.get("/api/v1/editions", headers={"X-Forwarded-For": f"203.0.113.{number}"})
        for number in range(3)
    ]
    left = [int(answer["RateLimit-Remaining"]) for answer in answers]
    assert left == [gate.MOST - 1, gate.MOST - 2, gate.MOST - 3]


def test_only_what_our_own_proxy_added_is_an_address(settings: object) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # type: ignore[attr-defined]
    said = {"X-Forwarded-For": "203.0.113.1, 198.51.100.9"}
    request = RequestFactory(REMOTE_ADDR="127.0.0.1").get("/", headers=said)
    assert get_adapter().get_client_ip(request) == "198.51.100.9"


def test_forwarded_host_and_scheme_write_no_address() -> None:
    innovation = make_published_innovation()
    said = {
        "X-Forwarded-Host": "jahat.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "1",
        "X-Original-URL": "/kerja/",
        "X-Rewrite-URL": "/kerja/",
        "Forwarded": "host=jahat.example;proto=https",
        "X-HTTP-Method-Override": "DELETE",
    }
    path = innovation.get_absolute_url()
    plain, lied = WatchfulClient().get(path), WatchfulClient().get(path, headers=said)
    assert lied.content == plain.content
    assert not lied.wsgi_request.is_secure()


def test_mail_for_a_new_password_leads_to_the_site_whatever_host_asked(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["testserver", ".contoh.example"]  # type: ignore[attr-defined]
    settings.SITE_ADDRESS = "https://sinovik.invalid"  # type: ignore[attr-defined]
    person = make_person(Role.INNOVATOR)
    asked = {"Host": "palsu.contoh.example", "X-Forwarded-Host": "jahat.example"}
    answer = Client().post(
        reverse("account_reset_password"), {"email": person.email}, headers=asked
    )
    assert answer.status_code == 302
    (letter,) = mail.outbox
    assert "https://sinovik.invalid/akun/sandi/baru/" in letter.body
    assert "palsu" not in letter.body
    assert "jahat" not in letter.body


@pytest.mark.parametrize("host", ["jahat.example", "testserver.jahat.example", "testserver@jahat"])
def test_mail_is_not_written_for_a_host_that_is_not_ours(host: str) -> None:
    person = make_person(Role.INNOVATOR)
    asked = {"Host": host}
    answer = Client().post(
        reverse("account_reset_password"), {"email": person.email}, headers=asked
    )
    assert answer.status_code == 400
    assert mail.outbox == []


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "%0d%0a"])
def test_line_break_in_a_name_or_title_makes_no_mail_header(break_: str) -> None:
    team = make_team()
    (innovation,) = make_innovations(team, titles=["Judul"])
    forged = f"Judul{break_}Bcc: korban@contoh.example{break_}{break_}<b>isi"
    notify(recipients=[team.admin], subject=f"“{forged}” dikirim", body=forged)
    send_letter(address="undangan@contoh.example", subject=forged, body=forged)
    way = mail.get_connection("sinovik.notifications.backends.QueueBackend")
    mail.send_mail(forged, forged, None, ["satu@contoh.example"], connection=way)
    letters = list(Mail.objects.all())
    assert len(letters) == 3
    assert innovation.title == "Judul"
    for letter in letters:
        message = message_of(letter).message()
        assert message["Bcc"] is None
        assert message["To"] == letter.address
        assert {name.lower() for name in message} <= {
            "content-type", "mime-version", "subject", "from", "to", "date", "message-id",
            "auto-submitted", "list-unsubscribe",
        }  # fmt: skip
        assert "korban" in str(message["Subject"]) or "=?utf-8" in str(message["Subject"])


@pytest.mark.parametrize("address", NOT_THERE)
def test_what_is_no_page_is_not_found(client: WatchfulClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Traceback" not in answer.content.decode()
    assert "sinovik.urls" not in answer.content.decode()


FREE = {"sinovik.api.gate.no_such_address", "api:innovation", "dump_file"}
"""Addresses that take any tail: none that shows anything of a person."""
TAILS = ("x.css", "/x.css", ";x.css", "%2Fx.js", "%00x.css", "%0Ax.js", "%3Bx.png", "..%2fx.css")


def test_page_of_a_person_has_no_address_that_a_cache_would_keep() -> None:
    """Web cache deception: with a tail that looks like a file no page of a person is found."""
    taken = set()
    for address in all_addresses():
        path = sample(address)
        for tail in TAILS:
            with suppress(Resolver404):
                taken.add(resolve(unquote(path + tail)).view_name)
    assert taken <= FREE, taken - FREE
    client = Client()
    client.force_login(make_team().admin)
    for path in ("/kerja/x.css", "/kerja/inovasi/;x.css", "/akun/sandi/ubah/%0ax.js"):
        answer = client.get(path)
        assert (answer.status_code, answer["Cache-Control"]) == (404, "private, no-store"), path


def test_address_with_a_character_that_no_row_can_hold_is_not_found() -> None:
    """PostgreSQL refuses NUL in a text: whatever looks a part of an address up must not ask it."""
    client, person = (Client(raise_request_exception=False) for _who in range(2))
    person.force_login(make_team().admin)
    answered, broken = set(), []
    for address in all_addresses():
        parts = sample(address).strip("/").split("/")
        for place in range(len(parts)):
            path = "/" + "/".join([*parts[:place], f"{parts[place]}%00b", *parts[place + 1 :], ""])
            for who, method in ((client, "GET"), (client, "POST"), (person, "GET")):
                answer = who.generic(method, path)
                answered.add(answer.status_code)
                if answer.status_code >= 500:
                    broken.append(f"{method} {address.route}")
    assert broken == []
    assert 404 in answered


def test_methods_that_no_page_knows_are_refused_everywhere() -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make_team().admin)
    answered, taken = set(), []
    for place, address in enumerate(all_addresses()):
        method = ("TRACE", "DELETE", "PATCH", "PROPFIND", "CONNECT")[place % 5]
        answer = client.generic(method, sample(address), b"")
        answered.add(answer.status_code)
        if answer.status_code not in (403, 404, 405):
            taken.append(f"{method} {address.route} {answer.status_code}")
    assert taken == []
    assert 405 in answered
