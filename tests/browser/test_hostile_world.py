"""T7 (ASVS 1.2.1, 1.2.10, 3.2.1): attacks stored in every text reach no page and no file alive.

One world, made by the product's own actions, is poisoned and then drawn for every role in a real
Chromium that is told to ignore the content security policy: escaping alone must hold. The pages
and what their scripts ask for come from Django's test client, without a server between.
`SINOVIK_HOSTILE=long` opens every page that the visits know.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone, translation
from playwright.sync_api import Browser, Dialog, Error, Page, Route
from pytest_django import DjangoDbBlocker

from agencies.models.region import Region
from competitions.models import Edition, Stage
from innovations.models import DossierImport, Innovation
from sinovik.exports.tables import FORMULA_STARTS
from sinovik.exports.workbooks import XLSX_TYPE
from sinovik.home.addresses import all_addresses
from tests.browser import (
    visits,
    visits_after,
    visits_articles,
    visits_design,
    visits_hearing,
    visits_objections,
    visits_plenary,
    visits_replication,
    visits_tables,
)
from tests.browser.visits import Visit
from tests.crawling import filled
from tests.editions import FIRST
from tests.hostile import IS_LONG
from tests.hostile_world import MARKUP, columns, poisoned
from tests.owner import tell_the_planner

pytestmark = pytest.mark.usefixtures("quiet")

SHORT = (
    visits.entrant_visits,
    visits.checking_visits,
    visits.judging_visits,
    visits.ranking_visits,
    visits.public_visits,
    visits_articles.article_visits,
    visits_replication.replication_visits,
    visits_tables.table_visits,
)
LONG = (
    *SHORT,
    visits.deadline_visits,
    visits_hearing.hearing_visits,
    visits_after.after_visits,
    visits_design.design_visits,
    visits_objections.objection_visits,
    visits_plenary.plenary_visits,
)
SHARE = 1 if IS_LONG else 3
"""The short run opens each third kind of page; which ones, its day tells."""
READ_TWICE = ("&lt;", "\\u003c", "{{", "[x]", "javascript:")
"""Attacks that need a reader who unescapes or renders once more: no plain page is one."""
TABLES = ["corong", "provinsi", "jenis-instansi", "kategori", "hasil", "peserta"]
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?%?")
ALWAYS = re.compile("bagian/")
"""The page that showed markup once."""
ORIGIN = "http://testserver"
FOUND = """() => {
    const found = [];
    const isForeign = (value) => new URL(value, location).host !== location.host;
    const isScript = (value) => /^\\s*(javascript|data|vbscript):/i.test(value);
    const strange = "iframe object embed base math style frame marquee".split(" ");
    const looked = ({name, value}) => {
        if (name.startsWith("on") || ["jahat", "srcdoc", "style"].includes(name)) return true;
        if (name === "formaction" || name === "hx-get" || name === "hx-post")
            return isScript(value) || isForeign(value);
        if (name.startsWith("hx-on")) return true;
        return ["href", "src", "action", "xlink:href"].includes(name) && isScript(value);
    };
    if (window.jahat) found.push("a script ran");
    for (const one of document.querySelectorAll("*")) {
        const tag = one.localName;
        for (const given of one.attributes)
            if (looked(given)) found.push(`<${tag} ${given.name}>`);
        if (strange.includes(tag)) found.push(`<${tag}>`);
        if (tag === "meta" && one.httpEquiv) found.push("<meta http-equiv>");
        if (tag === "form" && isForeign(one.action)) found.push("a form to elsewhere");
        if (tag !== "script" || one.type === "application/ld+json") continue;
        if (!new URL(one.src || "x:", location).pathname.startsWith("/static/"))
            found.push("a script of nobody");
    }
    if (document.querySelectorAll("h1").length > 1) found.push("another h1");
    return [...new Set(found)];
}"""


@pytest.fixture(scope="module")
def world(
    browser: Browser, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[list[Visit]]:
    """The poisoned world of the whole module and the pages to open; rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        translation.activate("id")
        found = [visit for group in (LONG if IS_LONG else SHORT) for visit in group()]
        names = [f"{model._meta.label}.{column.name}" for model, column in columns()]
        done = poisoned()
        assert len(done) > 0.9 * len(names), set(names) - set(done)
        tell_the_planner()
        yield found
        transaction.set_rollback(True)


class Site:
    """Answers a browser's requests in this process, as one person."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=False)
        self.files: dict[str, tuple[str, bytes]] = {}
        self.elsewhere: list[str] = []
        self.failed: list[str] = []
        self.instead: str | None = None
        self.context = copy_context()

    def become(self, visit: Visit) -> None:
        self.client.logout()
        if visit.user is not None:
            self.client.force_login(visit.user)

    def answer(self, route: Route) -> None:
        request = route.request
        parts = urlsplit(request.url)
        if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
            self.elsewhere.append(request.url)
            route.abort()
        elif parts.path in self.files:
            kind, body = self.files[parts.path]
            route.fulfill(body=body, content_type=kind)
        elif self.instead is not None and request.is_navigation_request():
            route.fulfill(body=self.instead, content_type="text/html; charset=utf-8")
        else:
            self._ask(route, parts.path + (f"?{parts.query}" if parts.query else ""))

    def _ask(self, route: Route, path: str) -> None:
        request = route.request
        kind = request.headers.get("content-type", "")
        # Django keeps its connection by context, and Playwright calls from another one.
        status, kind, body = self.context.run(
            self._answered, request.method, path, request.post_data_buffer or b"", kind
        )
        if path.startswith("/static/"):
            self.files[path] = (kind, body)
        route.fulfill(status=status, body=body, content_type=kind)

    def _answered(self, method: str, path: str, sent: bytes, kind: str) -> tuple[int, str, bytes]:
        answer: Any = self.client.generic(method, path, sent, content_type=kind)
        if answer.status_code >= 500:
            self.failed.append(f"{method} {path} {answer.status_code}")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        return answer.status_code, answer.get("Content-Type", ""), body


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that obeys no content security policy; any dialog is written down."""
    context = browser.new_context(base_url=ORIGIN, bypass_csp=True, service_workers="block")
    page = context.new_page()
    page.route("**/*", site.answer)
    page.dialogs = []  # type: ignore[attr-defined]
    page.on("dialog", lambda dialog: hear(page, dialog))
    yield page
    context.close()


def hear(page: Any, dialog: Dialog) -> None:
    # A form that is left unsaved asks whether to leave: that one is ours.
    if dialog.type != "beforeunload":
        page.dialogs.append(dialog.message)
    dialog.accept()


def faults(page: Page, site: Site, address: str) -> list[str]:
    """What of the corpus came alive on a page."""
    page.goto(address, wait_until="load")
    # Handlers that wait for the focus or the pointer.
    page.mouse.move(200, 200)
    page.keyboard.press("Tab")
    found: list[str] = page.evaluate(FOUND)
    found += [f"dialog {text}" for text in page.dialogs]  # type: ignore[attr-defined]
    found += [f"asked {url}" for url in site.elsewhere]
    page.dialogs.clear()  # type: ignore[attr-defined]
    site.elsewhere.clear()
    return found


def test_no_stored_attack_comes_alive_on_any_page(
    world: list[Visit], page: Page, site: Site
) -> None:
    translation.activate("id")
    broken, seen, opened, with_texts = [], set(), 0, 0
    turn = timezone.now().toordinal()
    for visit in world:
        path = urlsplit(visit.address).path.removeprefix("/en")
        key = (resolve(path).view_name, visit.user is None)
        if visit.status != 200 or (key in seen and not IS_LONG):
            continue
        seen.add(key)
        if (len(seen) + turn) % SHARE and not ALWAYS.search(path):
            continue
        opened += 1
        site.become(visit)
        found = faults(page, site, visit.address)
        with_texts += "jahat" in page.content()
        broken += [f"{visit.address} ({visit.user}): {one}" for one in found]
    assert broken == []
    assert site.failed == []
    assert len(seen) > 60
    assert with_texts > 0.8 * opened > 15


def tables(world: list[Visit]) -> Iterator[tuple[str, str, list[list[str]]]]:
    """Name, kind and cells of each CSV file and workbook that the URLconf has for anybody."""
    people = {visit.user.role_label: visit.user for visit in world if visit.user is not None}
    clients = []
    for person in (None, *people.values()):
        clients.append(Client(raise_request_exception=False))
        if person is not None:
            clients[-1].force_login(person)
    listed = Innovation.objects.published().select_related("agency__region", "category")
    slugs = {slug for one in listed for slug in (one.agency.slug, one.category.slug)}
    judged = Stage.objects.filter(assignments__isnull=False).distinct().order_by("-pk")
    known: dict[str, list[Any]] = {
        "year": list(Edition.objects.order_by("-year").values_list("year", flat=True)),
        "band": [FIRST],
        "slug": sorted(slugs),
        "code": list(Region.objects.provinces().values_list("code", flat=True)),
        "table": TABLES,
        "kind": ["csv", "xlsx"],
    }
    for address in all_addresses():
        if not re.search(r"csv|xlsx|<slug:kind>$", address.route):
            continue
        rows = DossierImport.objects.all() if "impor/" in address.route else judged
        paths = filled(address, known, list(rows.values_list("pk", flat=True)), [])
        is_public = address.policy is not None and address.policy.is_public
        found: dict[str, list[list[str]]] = {}
        for path in paths:
            kind, cells = fetched(path, clients[:1] if is_public else clients)
            found[kind] = max(found.get(kind, []), cells, key=len)
            is_enough = len(cells) > 1 and address.route.endswith((".csv", ".xlsx"))
            if is_enough and "table" not in address.route:
                break
        found.pop("", None)
        assert found, f"nobody gets {address.route}"
        for kind, cells in found.items():
            yield address.name, kind, cells


def fetched(path: str, clients: list[Client]) -> tuple[str, list[list[str]]]:
    """The table for the first of the people who may have it; ("", []) where nobody may."""
    for client in clients:
        answer: Any = client.get(path)
        if answer.status_code == 200:
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            kind = answer["Content-Type"].split(";")[0]
            assert answer.get("Content-Disposition", "").startswith("attachment; filename="), path
            return kind, read_back(kind, body)
    return "", []


def read_back(kind: str, body: bytes) -> list[list[str]]:
    """The rows as a spreadsheet reads them; a formula or a link of a workbook fails at once."""
    if kind == "text/csv":
        return list(csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")))
    assert kind == XLSX_TYPE, kind
    rows = []
    book = openpyxl.load_workbook(io.BytesIO(body))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None, cell.value
            rows.append([str(cell.value or "") for cell in row])
    assert not [name for name in zipfile.ZipFile(io.BytesIO(body)).namelist() if "external" in name]
    return rows


def test_no_cell_of_any_table_is_a_formula(world: list[Visit]) -> None:
    translation.activate("id")
    with_attacks = set()
    count = 0
    for name, kind, rows in tables(world):
        count += 1
        for cell in (cell for row in rows for cell in row):
            if "jahat" in cell:
                with_attacks.add(name)
            # A workbook says of each cell that it is text; in CSV only its first sign can.
            if kind == "text/csv" and not NUMBER.fullmatch(cell):
                assert not cell.startswith(FORMULA_STARTS), (name, cell[:60])
    assert count > 20
    assert len(with_attacks) > 8, with_attacks


def test_every_attack_is_seen_on_a_page_that_escapes_nothing(page: Page, site: Site) -> None:
    """The control: the same looking finds each of them."""
    unseen = []
    for attack in MARKUP:
        if attack.startswith(READ_TWICE):
            continue
        site.instead = (
            f'<!doctype html><main><h1>x</h1><p>{attack}</p><input autofocus value="{attack}">'
            f"<input value='{attack}'></main>"
        )
        try:
            found = faults(page, site, "/tiruan/")
        except Error as error:
            # A page that left for another address in the meantime.
            found = [str(error)]
        if not found:
            unseen.append(attack)
    assert unseen == []
