"""Open data as files: named field by field, public rows alone, the same bytes for the same rows."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from django.core.management import call_command
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.enums import Role
from agencies.models import User
from competitions.models import Edition
from innovations.actions.archiving import archive_innovation
from innovations.actions.life import Proof, attest_life
from innovations.actions.observations import Finding, file_mystery_check, file_satisfaction
from innovations.actions.outcomes import Figure, add_indicator
from innovations.enums import ReplicationState
from innovations.models import Innovation
from innovations.queries.terms import FACETS
from sinovik.audit import clock
from sinovik.home.dumps import shelf
from sinovik.home.dumps.dictionary import DATASETS
from sinovik.home.dumps.shelf import Dump
from sinovik.home.dumps.writing import make_dump
from sinovik.home.tasks import make_nightly_dump
from tests.editions import FIRST
from tests.factories import (
    ANNOUNCED,
    Contest,
    Team,
    announce,
    make_contest,
    make_person,
    make_published_innovation,
    make_replication,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
CANARY = "rahasia-dapur"
NEWSPAPER = "https://koran.example/penghargaan"
FORMULA = "=HYPERLINK(A1)"


@pytest.fixture(autouse=True)
def dumps_dir(settings: Any, tmp_path: Path) -> Path:
    settings.DUMPS_DIR = tmp_path / "dumps"
    return tmp_path / "dumps"


def content(dump: Dump) -> dict[str, bytes]:
    """Every file but the manifest, which holds the instant."""
    return {file.name: (dump.path / file.name).read_bytes() for file in dump.files}


def lines(dump: Dump, table: str) -> list[dict[str, Any]]:
    text = (dump.path / f"{table}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_all_name_one_licence(client: WatchfulClient, settings: Any) -> None:
    dump = make_dump()
    innovation = make_published_innovation()
    licence = settings.DATA_LICENCE
    assert f'href="{licence}" rel="license"' in client.get("/data/").content.decode()
    for address in ("/data/", "/en/data/", "/data/kamus/"):
        assert client.get(address)["Cache-Control"].startswith("public"), address
    assert client.get("/api/v1/openapi.json").json()["info"]["license"]["url"] == licence
    assert licence in (dump.path / "LICENCE.txt").read_text()
    assert f'"license": "{licence}"' in client.get(innovation.get_absolute_url()).content.decode()
    catalogue = json.loads(client.get(reverse("catalogue")).content)
    parts = [catalogue, *catalogue["dcat:service"], *catalogue["dcat:dataset"]]
    parts += [file for table in catalogue["dcat:dataset"] for file in table["dcat:distribution"]]
    assert len(parts) > 20
    assert {part["dct:license"]["@id"] for part in parts} == {licence}


def announce_at_of(contest: Contest) -> datetime:
    """The instant of the edition's first list."""
    bands = contest.edition.stages.exclude(cut_off=None)
    return min(band.cut_off.announcement.announce_at for band in bands)


def test_files_agree_with_the_dictionary_with_each_other_and_with_their_digests(
    client: WatchfulClient,
) -> None:
    contest = make_contest(ANNOUNCED)
    public = make_published_innovation(contest.team)
    Innovation.objects.filter(pk=public.pk).update(summary=FORMULA)
    make_replication(origin=public)
    dump = make_dump()
    entries = csv.DictReader(io.StringIO(client.get("/data/kamus.csv").content.decode("utf-8-sig")))
    named: dict[str, list[str]] = {}
    for entry in entries:
        named.setdefault(entry["table"], []).append(entry["field"])
        wanted = ("type", "meaning_id", "meaning_en", "source_id", "source_en")
        assert all(entry[name] for name in wanted), entry
    told = client.get("/data/kamus.json").json()["tables"]
    assert {one["name"]: [f["field"] for f in one["fields"]] for one in told} == named
    assert list(named) == [table.name for table in DATASETS]
    for table, fields in named.items():
        records = lines(dump, table)
        with (dump.path / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
        columns = pyarrow.parquet.read_table(dump.path / f"{table}.parquet")
        assert header == columns.column_names == fields, table
        assert all(list(record) == fields for record in records), table
        assert len(records) == len(rows) == columns.num_rows, table
        assert "simulated" in fields
        assert all(isinstance(record["simulated"], bool) for record in records), table
    assert all(lines(dump, name) for name in ("innovations", "editions", "statistics"))
    found = next(row for row in lines(dump, "innovations") if row["slug"] == public.slug)
    assert found["summary"] == FORMULA
    assert f"'{FORMULA}".encode() in (dump.path / "innovations.csv").read_bytes()
    for line in (dump.path / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((dump.path / name).read_bytes()).hexdigest() == digest


def test_same_rows_give_the_same_bytes_and_unannounced_winners_are_nowhere() -> None:
    """Two worlds that differ in what is not public alone give files that differ in nothing."""
    contest = make_contest(ANNOUNCED)
    winner = contest.entries[0].innovation
    withdrawn = make_published_innovation(contest.team)
    announce_at = announce_at_of(contest)
    with clock.at(announce_at - timedelta(seconds=2)):
        archive_innovation(by=contest.team.admin, innovation=withdrawn, reason="Ganda.")
        first = content(make_dump())
    assert winner.slug.encode() not in first["results.jsonl"]
    Innovation.objects.filter(pk=withdrawn.pk).update(title=CANARY, summary=CANARY)
    Innovation.objects.filter(state="draft").update(title=CANARY, summary=CANARY)
    with clock.at(announce_at - timedelta(seconds=1)):
        again = content(make_dump())
    assert first == again
    assert [name for name, found in again.items() if CANARY.encode() in found] == []
    with clock.at(announce_at):
        make_published_innovation(contest.team)
        assert content(make_dump())["innovations.csv"] != first["innovations.csv"]


def tell_of(innovation: Innovation, team: Team, observer: User) -> None:
    """An attestation, an indicator, a check and a satisfaction figure."""
    proof, by = Proof(note="Foto loket."), team.innovator
    attest_life(by=by, innovation=innovation, state="berjalan", proof=proof)
    figure = Figure(Decimal(60), date(2020, 1, 1), "Unit", proof)
    add_indicator(
        by=by, innovation=innovation, name="Lama", unit="menit", direction="down", baseline=figure
    )
    finding = Finding(date(2025, 5, 1), "Lembaga", source="Laporan 2025")
    file_mystery_check(
        by=observer, innovation=innovation, finding=finding, place="Loket", result="Selesai."
    )
    file_satisfaction(
        by=observer, innovation=innovation, finding=finding, survey="SKM", value=Decimal(81)
    )


OWN_SOURCES = {"mystery_checks": "Laporan 2025", "satisfaction": "Laporan 2025"}
TOLD = ("indicators", "measurements", "attestations", "mystery_checks", "satisfaction")


@pytest.mark.parametrize("invented", [True, False])
def test_what_invented_people_tell_of_a_real_dossier_is_simulated_and_no_newspaper_is_its_source(
    client: WatchfulClient, invented: bool
) -> None:
    team, asking, observer = make_team(), make_team(), make_person(Role.OBSERVER)
    real = make_published_innovation(team)
    Innovation.objects.filter(pk=real.pk).update(source=NEWSPAPER)
    for person in (team.innovator, asking.innovator, observer):
        person.is_simulated = invented
        person.save(update_fields=["is_simulated"])
    tell_of(real, team, observer)
    make_replication(ReplicationState.AGREED, origin=real, origin_team=team, asking=asking)
    dump = make_dump()
    for table in (*TOLD, "replications"):
        told = [(row["simulated"], row["source"]) for row in lines(dump, table)]
        assert told == [(invented, OWN_SOURCES.get(table, ""))], table
        named = "indicators" if table == "measurements" else table.replace("_", "-")
        (row,) = client.get(f"/api/v1/{named}").json()["items"]
        assert row["simulated"] is invented, table
        assert row.get("source", "") == OWN_SOURCES.get(table, ""), table
    assert {row["source"] for row in lines(dump, "innovations")} == {NEWSPAPER}
    assert {row["source"] for row in lines(dump, "sections")} == {""}


def test_award_of_an_invented_edition_does_not_borrow_the_source_of_a_real_dossier() -> None:
    contest = make_contest(FIRST)
    Edition.objects.update(is_simulated=True)
    Innovation.objects.update(source=NEWSPAPER)
    with clock.at(contest.moment(FIRST)):
        announce(contest, FIRST)
    told = {(row["simulated"], row["source"]) for row in lines(make_dump(), "results")}
    assert told == {(True, "")}


def test_withdrawing_orders_the_files_anew_once(client: WatchfulClient) -> None:
    team = make_team()
    rows = [make_published_innovation(team) for _ in range(2)]
    make_dump()
    for row in rows:
        archive_innovation(by=team.admin, innovation=row, reason="Ganda.")
    jobs = ProcrastinateJob.objects.filter(task_name=make_nightly_dump.name, status="todo")
    assert [job.queueing_lock for job in jobs] == ["make_dump"]
    with clock.at(clock.now() + timedelta(seconds=1)):
        make_nightly_dump(timestamp=0)
    assert len(shelf.stamps()) == 1
    told = client.get("/data/unduhan/terbaru/innovations.jsonl")
    assert b"".join(told.streaming_content) == b""


def test_stages_and_criteria_stand_in_the_files_once_the_edition_is_public() -> None:
    contest = make_contest()
    dump = make_dump()
    stages, criteria = lines(dump, "stages"), lines(dump, "criteria")
    assert len(stages) == contest.edition.stages.count()
    assert {row["year"] for row in stages + criteria} == {contest.edition.year}
    assert {row["stage"] for row in criteria} <= {row["stage"] for row in stages}
    Edition.objects.update(is_published=False)
    with clock.at(clock.now() + timedelta(seconds=1)):
        dump = make_dump()
    assert lines(dump, "stages") + lines(dump, "criteria") == []


def test_file_is_sent_whole_in_part_or_not_again(client: WatchfulClient) -> None:
    make_published_innovation()
    dump = make_dump()
    for name, kind in (
        ("innovations.csv", "text/csv; charset=utf-8"),
        ("innovations.jsonl", "application/x-ndjson"),
        ("innovations.parquet", "application/vnd.apache.parquet"),
        ("dictionary.json", "application/json"),
        ("LICENCE.txt", "text/plain; charset=utf-8"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
    ):
        whole = (dump.path / name).read_bytes()
        for stamp in ("terbaru", dump.stamp):
            answer: Any = client.get(f"/data/unduhan/{stamp}/{name}")
            assert (answer.status_code, answer["Content-Type"]) == (200, kind)
            assert b"".join(answer.streaming_content) == whole
            assert answer["Access-Control-Allow-Origin"] == "*"
    address = "/data/unduhan/terbaru/innovations.csv"
    whole = (dump.path / "innovations.csv").read_bytes()
    etag = f'"{hashlib.sha256(whole).hexdigest()}"'
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    asked = {"Range": "bytes=5-14", "Accept-Encoding": "gzip"}
    part: Any = client.get(address, headers=asked)
    assert (part.status_code, b"".join(part.streaming_content)) == (206, whole[5:15])
    assert part["Content-Range"] == f"bytes 5-14/{len(whole)}"
    other: Any = client.get(address, headers=asked | {"If-Range": '"other"'})
    assert (other.status_code, b"".join(other.streaming_content)[:2]) == (200, b"\x1f\x8b")
    head = client.head(address)
    assert (head.status_code, head["Content-Length"]) == (200, str(len(whole)))
    assert client.get(address, headers={"Range": "bytes=99999999-"}).status_code == 416
    for wrong in ("terbaru/manifest.json", "terbaru/..", "20200101T000000Z/innovations.csv"):
        assert client.get(f"/data/unduhan/{wrong}").status_code == 404


def test_old_dumps_go_after_some_days_or_once_a_dossier_is_withdrawn(
    dumps_dir: Path, settings: Any
) -> None:
    innovation = make_published_innovation()
    now = clock.now()
    made = []
    for days in (12, 6, 3):
        with clock.at(now - timedelta(days=days)):
            make_nightly_dump(timestamp=0)
            made = shelf.stamps()
    assert len(made) == 2
    left = dumps_dir / ".making-left"
    left.mkdir()
    Innovation.objects.filter(pk=innovation.pk).update(
        state="archived",
        archived_at=now,
        archived_by=innovation.created_by,
        archive_reason="Ganda.",
    )
    with clock.at(now + timedelta(days=2)):
        call_command("make_dump", stdout=io.StringIO())
    assert len(shelf.stamps()) == 1
    assert sorted(path.name for path in dumps_dir.iterdir()) == shelf.stamps()


def test_what_breaks_on_the_way_leaves_the_dump_before(
    monkeypatch: pytest.MonkeyPatch, dumps_dir: Path
) -> None:
    make_published_innovation()
    with clock.at(clock.now() - timedelta(days=1)):
        make_dump()
    before = sorted(dumps_dir.iterdir())

    def broken() -> Iterator[Any]:
        yield from ()
        raise ZeroDivisionError

    table = replace(DATASETS[-1], name="broken", rows=broken)
    monkeypatch.setattr("sinovik.home.dumps.writing.DATASETS", (*DATASETS, table))
    with pytest.raises(ZeroDivisionError):
        make_dump()
    assert sorted(dumps_dir.iterdir()) == before
    assert shelf.latest() is not None


def test_catalogue_names_files_that_answer_as_it_says(
    client: WatchfulClient, settings: Any
) -> None:
    assert "dcat:dataset" in client.get("/data/katalog.jsonld").json()
    make_contest(ANNOUNCED)
    make_dump()
    answer = client.get("/data/katalog.jsonld")
    assert answer["Content-Type"] == "application/ld+json"
    catalogue = answer.json()
    assert catalogue["@type"] == "dcat:Catalog"
    datasets = catalogue["dcat:dataset"]
    assert [one["dct:identifier"] for one in datasets] == [table.name for table in DATASETS]
    number = 0
    for dataset in datasets:
        assert {"dct:title", "dct:description", "dct:temporal", "dct:spatial"} <= set(dataset)
        for one in dataset["dcat:distribution"]:
            number += 1
            path = one["dcat:downloadURL"]["@id"].removeprefix(settings.SITE_ADDRESS)
            file: Any = client.get(path)
            found = b"".join(file.streaming_content)
            assert file.status_code == 200
            assert one["dcat:mediaType"]["@id"].endswith(file["Content-Type"].split(";")[0])
            assert one["dcat:byteSize"]["@value"] == str(len(found))
            digest = one["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert hashlib.sha256(found).hexdigest() == digest
    assert number == 3 * len(DATASETS)
    service = catalogue["dcat:service"][0]["dcat:endpointDescription"]["@id"]
    assert client.get(service.removeprefix(settings.SITE_ADDRESS)).status_code == 200


def test_page_says_when_the_first_files_come_and_then_what_there_is(
    client: WatchfulClient,
) -> None:
    assert "Berkas pertama belum dibuat" in client.get("/data/").content.decode()
    contest = make_contest(ANNOUNCED)
    make_dump()
    page = client.get("/data/").content.decode()
    assert '<a href="/data/unduhan/terbaru/innovations.parquet" download>PARQUET</a>' in page
    assert 'type="application/ld+json" href="/data/katalog.jsonld"' in page
    assert f"/sematan/pemenang/{contest.edition.year}/" in page
    assert "Data dictionary" in client.get("/en/data/kamus/").content.decode()
    found = client.get("/data/kamus/", {"q": "AGENCY slug"}).content.decode()
    assert "<code>agency_slug</code>" in found
    assert "<code>longitude</code>" not in found
    assert "<code>title</code>" not in found
    assert "0 kolom memuat" in client.get("/data/kamus/", {"q": "tiada"}).content.decode()


def test_page_promises_the_search_parameters_that_the_api_takes(client: WatchfulClient) -> None:
    page = client.get("/data/").content.decode()
    assert "Kata dan saringan bernama sama" in page
    assert "tanpa <code>urut</code>" in page
    filters = "&".join(f"{name}=x" for name in FACETS)
    assert client.get(f"/api/v1/innovations?q=antrean&{filters}").status_code == 200
    assert client.get("/api/v1/innovations?urut=judul").status_code == 422


def test_winners_in_a_frame_wait_for_the_instant(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED)
    announce_at = announce_at_of(contest)
    address = reverse("competitions:winner_embed", args=[contest.edition.year])
    with clock.at(announce_at - timedelta(microseconds=1)):
        before = client.get(address)
    assert "Belum ada pemenang" in before.content.decode()
    assert "max-age=0" in before["Cache-Control"]
    after = client.get(address)
    page = after.content.decode()
    assert "<li><a" in page
    assert "<script" not in page
    assert after.cookies == {}
    assert "frame-ancestors *" in after["Content-Security-Policy"]
    assert "script-src 'none'" in after["Content-Security-Policy"]
    assert "X-Frame-Options" not in after
    assert "Winners" in client.get(f"/en{address}").content.decode()
    home = client.get("/")
    assert "frame-ancestors 'none'" in home["Content-Security-Policy"]
    assert client.get("/sematan/pemenang/9999/").status_code == 200
    for year in ("10000", "99999999999999999999"):
        assert client.get(f"/sematan/pemenang/{year}/").status_code == 404


def test_frame_of_a_year_without_a_list_leads_to_what_open_sources_tell(
    client: WatchfulClient,
) -> None:
    page = client.get("/sematan/pemenang/2018/").content.decode()
    assert "Belum ada pemenang" not in page
    assert "Daftar resmi tahun ini belum ada di SINOVIK." in page
    assert page.count('href="/pemenang/?tahun=2018"') == 2
