"""Queries and times of pages, by role, beside the emptiest page of the same server."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import quantiles

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import User
from bench.places import free_port
from competitions.models import Assignment, Edition, Entry, Stage
from innovations.models import Innovation
from sinovik.management.commands.demo import HOST, web_command
from sinovik.management.databases import as_owner
from sinovik.management.world.blueprints import REVIEW, TOP_45, TOP_99
from sinovik.management.world.people import DOMAIN
from sinovik.web import shared
from tests.proving import proven

ROUNDS = 40
HELLO = "/livez"
MOST_QUERIES = 15
TARGET = 0.300
MOST_HELD, MOST_KNOWN, MOST_COLD = 3.0, 1.5, 40.0
"""How many times the emptiest page a held page may take, a 304 for one, and one made anew."""
MOST_COLD_QUERIES = 8
COLD_ROUNDS = 15
FIRST_ROUNDS = 30
"""Not counted: the server keeps a statement from its fourth asking on a line (ADR 63), and has
several lines."""


@dataclass(frozen=True)
class Page:
    role: str
    what: str
    address: str
    has_limit: bool = True


def wanted() -> list[Page]:
    edition = Edition.objects.order_by("-year").first()
    assert edition is not None
    radar = reverse("competitions:radar_list")
    home = reverse("competitions:work_home")
    queue = reverse("competitions:check_queue", args=[edition.year])
    own = Entry.objects.filter(edition=edition, created_by__email=f"inovator@{DOMAIN}").first()
    assert own is not None
    tasks = reverse("competitions:entry_tasks", args=[own.pk])
    return [
        Page("petugas", "radar", radar),
        Page("petugas", "radar, halaman 20", f"{radar}?page=20"),
        Page("petugas", "radar, risiko tinggi", f"{radar}?risiko=high"),
        Page("petugas", "radar, cari instansi", f"{radar}?q=kabupaten&urut=instansi"),
        Page("petugas", "radar CSV, semua", reverse("competitions:radar_csv"), has_limit=False),
        Page("petugas", "radar XLSX, semua", reverse("competitions:radar_xlsx"), has_limit=False),
        Page("provinsi", "radar", radar),
        Page("admin", "radar", radar),
        Page("petugas", "antrean seleksi", queue),
        Page("petugas", "antrean seleksi, judul mirip", f"{queue}?judul=mirip"),
        Page("inovator", "daftar tugas", tasks),
        *(
            Page(role, "beranda kerja", home)
            for role in ("inovator", "admin", "provinsi", "petugas", "kepala", "pengamat")
        ),
        Page("inovator", "pengaturan surel", reverse("notifications:preferences")),
        *judging(),
        *public(),
    ]


def public() -> list[Page]:
    """Pages that count the whole register: 3,156 dossiers of 2019 and those of the years after."""
    category = reverse("innovations:category_detail", args=["kesehatan"])
    return [
        Page("warga", what, address)
        for what, address in (
            ("beranda", reverse("home:front")),
            ("provinsi", reverse("innovations:province_list")),
            ("provinsi, Jawa Tengah", reverse("innovations:province_detail", args=["33"])),
            ("kategori", reverse("innovations:category_list")),
            ("kategori, kesehatan", category),
            ("kategori, umpan Atom", f"{category}umpan.xml"),
            ("pemenang semua tahun", reverse("competitions:winner_list")),
            ("statistik", reverse("competitions:statistics")),
            ("statistik antartahun", reverse("competitions:trends")),
            ("keikutsertaan", reverse("competitions:participation")),
        )
    ]


def judging() -> list[Page]:
    """Boards of KIPP 2019: 3,156 entries, 1,651 of them read three times by 40 judges."""
    year = 2019
    stages = Stage.objects.filter(edition__year=year)
    review, first = stages.get(slug=REVIEW).pk, stages.get(slug=TOP_99).pk

    def at(name: str, *args: object) -> str:
        return reverse(f"competitions:{name}", args=args)

    busiest = Assignment.objects.filter(stage=review).order_by("evaluator", "pk").first()
    assert busiest is not None
    judge = busiest.evaluator.email.removesuffix(f"@{DOMAIN}")
    boards = [
        ("papan peringkat", at("ranking_board", first)),
        ("kemajuan penilaian", at("judging_progress", review)),
        ("penugasan", at("assignment_board", review)),
        ("lembar nilai", at("sheet_list", review)),
        ("sanggahan", at("objection_board", first)),
        ("presentasi", at("presentation_schedule", stages.get(slug=TOP_45).pk)),
        ("komentar", at("comment_list", year)),
        ("tahap", at("stage_list", year)),
    ]
    return [
        *(Page("kepala", what, address) for what, address in boards),
        Page(judge, "daftar tugas penilai", at("assignment_list")),
        Page(judge, "lembar penilai", at("scoresheet_edit", busiest.pk)),
        Page("warga", "Top 99", at("result_list", year, TOP_99)),
        Page("warga", "transparansi", at("transparency", year)),
    ]


def measure() -> bool:
    """Print the table; whether every page kept its limits."""
    port = free_port()
    with _serving(port):
        hello = _times(port, HELLO, {})
        base = quantiles(hello, n=100)[49]
        load = os.getloadavg()[0]
        print(
            f"{os.cpu_count()} inti, beban {load:.1f}, {ROUNDS} putaran,"
            f" {HELLO} p50 {base * 1000:.1f} ms\n"
        )
        print("| peran | halaman | kueri | p50 ms | p95 ms | p50 / livez |")
        print("| --- | --- | ---: | ---: | ---: | ---: |")
        kept = [_line(port, page, base) for page in wanted()]
        kept += _held(port)
        kept += _cold(port)
    print(f"\nBatas: {MOST_QUERIES} kueri, p95 {TARGET * 1000:.0f} ms pada mesin yang tenang.")
    return all(kept)


def _line(port: int, page: Page, base: float) -> bool:
    client = Client()
    with proven():
        client.force_login(User.objects.get(email=f"{page.role}@{DOMAIN}"))
    client.get(page.address)
    with CaptureQueriesContext(connection) as context:
        response = client.get(page.address)
    assert response.status_code == 200, page
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    times = _times(port, page.address, {"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
    marks = quantiles(times, n=100)
    p50, p95 = marks[49], marks[94]
    print(
        f"| {page.role} | {page.what} | {len(context)} | {p50 * 1000:.0f} | {p95 * 1000:.0f}"
        f" | {p50 / base:.0f} |",
        flush=True,
    )
    return not page.has_limit or len(context) <= MOST_QUERIES


def _places() -> list[tuple[str, str]]:
    """Public pages that are held."""
    innovation = Innovation.objects.published().earliest("pk")
    return [
        ("beranda", reverse("home:front")),
        ("pencarian", reverse("innovations:innovation_list")),
        ("pemenang semua tahun", reverse("competitions:winner_list")),
        ("inovasi", innovation.get_absolute_url()),
        ("gambar berbagi", reverse("innovations:share_image", args=[innovation.slug])),
        ("bingkai pemenang", reverse("competitions:winner_embed", args=[2019])),
    ]


def _held(port: int) -> list[bool]:
    """Public pages for who has no session: held, and as 304; the emptiest page beside each."""
    print("\n| halaman umum | tersimpan ms | / livez | 304 ms | / livez |")
    print("| --- | ---: | ---: | ---: | ---: |")
    kept = []
    for what, address in _places():
        base = _middle(_times(port, HELLO, {}))
        held = _middle(_times(port, address, {}))
        known = {"If-None-Match": _etag(port, address)}
        # A page that tells the time left has no name to ask by.
        again = _middle(_times(port, address, known, 304)) if known["If-None-Match"] else 0.0
        print(f"| {what} | {held * 1000:.2f} | {held / base:.1f} | {again * 1000:.2f}"
              f" | {again / base:.1f} |")  # fmt: skip
        kept += [held / base <= MOST_HELD, again / base <= MOST_KNOWN]
    return kept


def _cold(port: int) -> list[bool]:
    """The same pages made anew each time for who has no session, and the questions they ask."""
    shared.store = shared.Store(most_octets=0)
    print(
        "\n| halaman umum, dibuat baru | kueri | p50 ms | / livez |\n| --- | ---: | ---: | ---: |"
    )
    kept = []
    for what, address in _places():
        client = Client()
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200, address
        base = _middle(_times(port, HELLO, {}))
        rounds = range(FIRST_ROUNDS + COLD_ROUNDS)
        times = [time for _round in rounds for time in _after_change(port, address)]
        cold = _middle(times[FIRST_ROUNDS:])
        print(f"| {what} | {len(context)} | {cold * 1000:.0f} | {cold / base:.0f} |", flush=True)
        kept += [cold / base <= MOST_COLD, len(context) <= MOST_COLD_QUERIES]
    return kept


def _after_change(port: int, address: str) -> list[float]:
    """One visit when every table has changed, as far as the held pages know.

    The time until the server notices is filled with the emptiest page: a worker that has slept
    is slower for a moment, and those that the page is compared with were asked in a row.
    """
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE public_change SET salt = (random() * 1e15)::bigint")
    end = time.monotonic() + shared.STATE_SECONDS + 0.1
    while time.monotonic() < end:
        _times(port, HELLO, {}, rounds=1, before=0)
    return _times(port, address, {}, rounds=1, before=0)


def _middle(times: list[float]) -> float:
    return quantiles(times, n=100)[49]


def _etag(port: int, address: str) -> str:
    line = http.client.HTTPConnection(HOST, port, timeout=60)
    line.request("GET", address)
    answer = line.getresponse()
    line.close()
    return answer.getheader("ETag") or ""


def _times(
    port: int,
    address: str,
    headers: dict[str, str],
    status: int = 200,
    *,
    rounds: int = ROUNDS,
    before: int = 3,
) -> list[float]:
    line = http.client.HTTPConnection(HOST, port, timeout=60)
    times = []
    for number in range(rounds + before):
        began = time.perf_counter()
        line.request("GET", address, headers=headers)
        answer = line.getresponse()
        answer.read()
        assert answer.status == status, (address, answer.status)
        if number >= before:
            times.append(time.perf_counter() - began)
    line.close()
    return times


@contextmanager
def _serving(port: int) -> Iterator[None]:
    server = subprocess.Popen(web_command(port), env=os.environ | {"PORT": str(port)})
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if not probe.connect_ex((HOST, port)):
                    break
            if server.poll() is not None:
                sys.exit("the web server ended")
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait(20)
