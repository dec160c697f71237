"""What a first view costs over the wire, page by page, against the budget of the design.

Measured are the requests Chromium makes for each page of the small demo world with an empty
cache. Sizes are computed, for the test server compresses nothing: static files as brotli of
the highest level, as collectstatic stores them for whitenoise; the page itself as gzip of
level 6, the least that a proxy in front does; fonts and pictures as they are. Headers are
left out.
"""

import gzip
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from io import StringIO

import brotli
import pytest
from django.urls import reverse
from playwright.sync_api import Page, Response

from agencies.models import User
from competitions.enums import EntryState, SheetState
from competitions.models import AdministrativeCheck, Entry, Stage
from competitions.queries.conflicts import conflicting_entries
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.management.world.building import build_world
from sinovik.management.world.people import DOMAIN
from sinovik.management.world.progress import Progress
from tests.browser.conftest import OpenPage, SignIn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

TEXTS = frozenset({"document", "stylesheet", "script", "image"})


@dataclass(frozen=True)
class Budget:
    """Kilobytes (1,000 bytes) by kind of file and in all, and the number of requests."""

    document: float
    stylesheet: float
    script: float
    font: float
    total: float
    requests: int


TEXT = Budget(15, 15, 6, 18, total=100, requests=8)
SEARCH = Budget(15, 15, 21, 18, total=100, requests=8)
IMAGES = Budget(20, 15, 6, 18, total=230, requests=20)
FORM = Budget(20, 15, 30, 18, total=120, requests=10)
BOARD = Budget(35, 15, 35, 18, total=140, requests=10)


def weight(response: Response) -> int:
    """Bytes of a response as they would travel."""
    body = response.body()
    kind = response.request.resource_type
    if kind == "document":
        return len(gzip.compress(body, 6))
    is_text = "svg" in response.headers.get("content-type", "") or kind in TEXTS - {"image"}
    return compressed(body) if is_text else len(body)


@cache
def compressed(body: bytes) -> int:
    """Bytes of a static file as it is stored; most are those of the page before."""
    return len(brotli.compress(body))


def cost(page: Page, address: str) -> tuple[Counter[str], int]:
    """Bytes by kind of file, and the number of requests, of a first view."""
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(address, wait_until="networkidle")
    assert answers[0].status == 200, address
    bytes_by_kind: Counter[str] = Counter()
    for answer in answers:
        bytes_by_kind[answer.request.resource_type] += weight(answer)
    return bytes_by_kind, len(answers)


def excesses(budget: Budget, spent: Counter[str], requests: int) -> Iterator[str]:
    """What is over the budget."""
    for kind in ("document", "stylesheet", "script", "font"):
        limit = getattr(budget, kind)
        if spent[kind] > limit * 1000:
            yield f"{kind} {spent[kind] / 1000:.1f} of {limit} kB"
    if spent.total() > budget.total * 1000:
        yield f"total {spent.total() / 1000:.1f} of {budget.total} kB"
    if requests > budget.requests:
        yield f"{requests} of {budget.requests} requests"


def public_pages() -> Iterator[tuple[str, Budget]]:
    """Pages of a stranger."""
    innovation = Innovation.objects.published().filter(is_simulated=True).first()
    assert innovation
    yield "/", IMAGES
    yield "/inovasi/", SEARCH
    yield "/inovasi/?q=puskesmas", SEARCH
    yield innovation.get_absolute_url(), IMAGES
    for address in (
        "/instansi/",
        innovation.agency.get_absolute_url(),
        "/kompetisi/",
        "/kompetisi/2019/",
        "/statistik/?tahun=2019",
        reverse("account_login"),
    ):
        yield address, TEXT
    yield "/kompetisi/2019/top-99/", IMAGES
    yield "/kompetisi/2019/top-45/", IMAGES


def entrant_pages() -> Iterator[tuple[str, str, Budget]]:
    """Pages of the demo agency."""
    own = Entry.objects.filter(innovation__created_by__email=f"inovator@{DOMAIN}")
    draft = own.filter(state=EntryState.DRAFT).latest("pk")
    sent = own.filter(state=EntryState.SUBMITTED).latest("pk")
    home = reverse("competitions:work_home")
    yield "inovator", home, FORM
    for name, *more in (("tasks",), ("section", "novelty"), ("check",)):
        address = reverse(f"competitions:entry_{name}", args=[draft.pk, *more])
        yield "inovator", address, FORM
    yield "admin", home, FORM
    yield "admin", reverse("competitions:entry_receipt", args=[sent.pk]), FORM


def judging_pages() -> Iterator[tuple[str, str, Budget]]:
    """Queues, sheets and boards."""
    home = reverse("competitions:work_home")
    check = AdministrativeCheck.objects.latest("pk")
    year = check.stage_entry.stage.edition.year
    judge = User.objects.get(email=f"evaluator@{DOMAIN}")
    drafts = judge.assignments.filter(scoresheet__state=SheetState.DRAFT, abstention=None)
    sheet = drafts.exclude(entry__in=conflicting_entries(judge)).latest("pk")
    ranked = Stage.objects.get(edition__year=2019, slug="top-99")
    for role in ("petugas", "kepala", "evaluator", "panelis", "pengamat"):
        yield role, home, BOARD
    yield "petugas", reverse("competitions:check_queue", args=[year]), BOARD
    yield "petugas", reverse("competitions:check_detail", args=[check.pk]), BOARD
    yield "kepala", reverse("competitions:assignment_board", args=[sheet.stage_id]), BOARD
    board = reverse("competitions:ranking_board", args=[ranked.pk])
    yield "kepala", board, BOARD
    yield "kepala", f"{board}?tampil=semua", BOARD
    yield "evaluator", reverse("competitions:assignment_list"), BOARD
    yield "evaluator", reverse("competitions:scoresheet_edit", args=[sheet.pk]), BOARD


def test_first_views_fit_their_budgets(open_page: OpenPage, sign_in: SignIn) -> None:
    build_world(seed=1, scale="small", now=clock.now(), progress=Progress(StringIO()))
    faults = []
    for address, budget in public_pages():
        spent, requests = cost(open_page(), address)
        faults += [f"{address}: {fault}" for fault in excesses(budget, spent, requests)]
    for role, address, budget in (*entrant_pages(), *judging_pages()):
        page = open_page()
        sign_in(page, User.objects.get(email=f"{role}@{DOMAIN}"))
        spent, requests = cost(page, address)
        faults += [f"{role} {address}: {fault}" for fault in excesses(budget, spent, requests)]
    assert not faults, "\n".join(faults)
