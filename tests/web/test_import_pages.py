"""Bringing in a table in the browser: template, dry run, confirming, watching, cancelling."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from agencies.enums import Role
from agencies.models import User
from innovations.actions import importing
from innovations.actions.importing import run_check, run_import
from innovations.enums import ImportState
from innovations.models import DossierImport, Innovation
from sinovik.exports import TableUnreadable, read_csv
from tests.documents import xlsx
from tests.factories import Team, make_person, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
START = "/kerja/inovasi/impor/"
REGISTER = "/kerja/register/impor/"


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def admin(client: WatchfulClient, team: Team) -> WatchfulClient:
    client.force_login(team.admin)
    return client


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


def upload(client: WatchfulClient, content: bytes, name: str = "daftar.csv", **more: Any) -> Any:
    address = REGISTER if "source" in more else START
    return client.post(address, {"file": SimpleUploadedFile(name, content), **more})


def titles(*given: str) -> bytes:
    return "\n".join(["Judul inovasi", *given]).encode()


def kept() -> DossierImport:
    return DossierImport.objects.latest("pk")


def at(name: str) -> str:
    return reverse(f"innovations:{name}", args=[kept().pk])


def test_admin_finds_the_way_and_others_do_not_see_it(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    client.force_login(team.admin)
    assert START in client.get("/kerja/inovasi/").content.decode()
    client.force_login(team.innovator)
    assert START not in client.get("/kerja/inovasi/").content.decode()
    client.force_login(officer)
    assert REGISTER in client.get("/kerja/").content.decode()


def test_template_comes_back_as_it_was_sent(admin: WatchfulClient) -> None:
    response = admin.get(f"{START}templat.xlsx")
    assert "attachment" in response["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert book.sheetnames == ["Dosir", "Pilihan", "Petunjuk"]
    sheet = book["Dosir"]
    sheet["A3"] = "Antrean Baru"
    sheet["E3"] = "27 Maret 2019"
    filled = io.BytesIO()
    book.save(filled)
    upload(admin, filled.getvalue(), "templat-dosir.xlsx")
    assert (kept().total, kept().problems) == (1, [])
    comma = admin.get(f"{START}templat.csv").content
    assert comma.startswith(b"\xef\xbb\xbfJudul inovasi,")
    upload(admin, comma + b"Antrean Lagi" + b"," * 16)
    assert (kept().total, kept().problems) == (1, [])


def test_dry_run_names_rows_and_saves_nothing(admin: WatchfulClient) -> None:
    response = upload(admin, b"Judul inovasi;Tanggal mulai\nBaik;27/3/2019\n;kemarin\n")
    html = admin.get(response["Location"]).content.decode()
    assert "Ada 2 kesalahan" in html
    assert "Tanggal tidak terbaca" in html
    assert "kemarin" in html
    assert "Impor 1 dosir" not in html
    assert not Innovation.objects.exists()
    rows = admin.get(at("import_problems")).content.decode("utf-8-sig").splitlines()
    assert rows[0] == "Baris,Kolom,Isi,Temuan,Sifat"
    assert len(rows) == 3
    admin.post(at("import_confirm"))
    assert not Innovation.objects.exists()


def test_sound_table_is_confirmed_and_brought_in(admin: WatchfulClient, team: Team) -> None:
    response = upload(admin, titles("Satu", "Dua"))
    html = admin.get(response["Location"]).content.decode()
    assert "Impor 2 dosir" in html
    html = admin.post(at("import_confirm"), follow=True).content.decode()
    assert "2 dosir dibuat" in html
    assert Innovation.objects.filter(agency=team.agency).count() == 2
    html = admin.get(START).content.decode()
    assert "daftar.csv" in html
    upload(admin, titles("Satu", "Dua"))
    assert (
        "Semua inovasi di berkas ini sudah ada" in admin.get(at("import_detail")).content.decode()
    )


def test_windows_text_is_noted(admin: WatchfulClient) -> None:
    upload(admin, "Judul inovasi\nKafé".encode("cp1252"))
    assert "Windows-1252" in admin.get(at("import_detail")).content.decode()


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "Berkas ini kosong"),
        (b"Judul inovasi\na\0b", "a.csv", "Baris 2 memuat tanda"),
        (b"Judul inovasi\n" + b"a" * 3_000_000, "a.csv", "Baris 2"),
        (b"a" * 6_000_000, "a.csv", "paling besar 5 MB"),
        (b"Warna\nmerah", "a.csv", "Kolom “Warna” tidak dikenal"),
        (b"Judul inovasi\n", "a.csv", "tidak berisi satu baris pun"),
        (b"%PDF-1.7", "a.xlsx", "Isi berkas ini PDF"),
        (b"%PDF-1.7\n%%EOF", "a.pdf", "Tabel harus XLSX atau CSV"),
        (b"PK\x03\x04", "a.xlsx", "rusak"),
        (xlsx({"xl/vbaProject.bin": "x"}), "a.xlsx", "memuat makro"),
        (b"MZ", "a.xls", "Jenis berkas .xls tidak diterima"),
    ],
)
def test_file_that_cannot_be_read_says_so_at_the_field(
    admin: WatchfulClient, content: bytes, name: str, sentence: str
) -> None:
    response = upload(admin, content, name)
    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert not DossierImport.objects.exists()


def test_no_file_is_asked_for(admin: WatchfulClient) -> None:
    assert "Pilih berkas tabel" in admin.post(START, {}).content.decode()


def test_markup_in_a_cell_is_shown_and_not_run(admin: WatchfulClient) -> None:
    upload(admin, b"Judul inovasi;TPB\nBaik;<script>alert(1)</script>", "<b>.csv")
    html = admin.get(at("import_detail")).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_large_import_shows_progress_and_can_be_cancelled(
    admin: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 1)
    upload(admin, titles("Satu", "Dua"))
    html = admin.post(at("import_confirm"), follow=True).content.decode()
    assert "0 dari 2 baris" in html
    assert "Menunggu giliran" in html
    part = admin.get(at("import_detail"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "0 dari 2 baris" in part
    html = admin.post(at("import_cancel"), follow=True).content.decode()
    assert "Impor dibatalkan" in html
    run_import(import_id=kept().pk)
    assert not Innovation.objects.exists()
    assert "tidak bisa dibatalkan" in admin.post(at("import_cancel"), follow=True).content.decode()


def test_large_table_is_checked_while_the_page_waits(
    admin: WatchfulClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHECKED_AT_ONCE", 1)
    upload(admin, titles("Satu", "Dua"))
    html = admin.get(at("import_detail")).content.decode()
    assert "2 baris sedang diperiksa" in html
    assert "Baris yang perlu diperbaiki" not in html
    part = admin.get(at("import_detail"), headers={"HX-Request": "true"})
    assert "sedang diperiksa" in part.content.decode()
    assert "HX-Refresh" not in part
    run_check(import_id=kept().pk, language="id")
    part = admin.get(at("import_detail"), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    assert "siap diimpor" in admin.get(at("import_detail")).content.decode()


def test_import_of_another_agency_is_not_there(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.admin)
    upload(client, titles("Rahasia"))
    client.force_login(make_team().admin)
    for name in ("import_detail", "import_problems"):
        assert client.get(at(name)).status_code == 404
    for name in ("import_confirm", "import_cancel"):
        assert client.post(at(name)).status_code == 404
    assert kept().state == ImportState.CHECKED
    assert "daftar.csv" not in client.get(START).content.decode()


def test_innovator_and_stranger_are_kept_out(client: WatchfulClient, team: Team) -> None:
    assert client.get(START).status_code == 302
    client.force_login(team.innovator)
    # Whether there is such an import is not told to who may have none.
    detail = reverse("innovations:import_detail", args=[1])
    for address in (START, REGISTER, f"{START}templat.csv", f"{REGISTER}templat.csv", detail):
        assert client.get(address).status_code == 403
    client.force_login(team.admin)
    assert client.get(REGISTER).status_code == 403


def test_secretariat_brings_an_earlier_list_into_the_register(
    client: WatchfulClient, team: Team, officer: User
) -> None:
    client.force_login(officer)
    assert client.get(f"{REGISTER}templat.xlsx").content.startswith(b"PK")
    assert b"Instansi" in client.get(f"{REGISTER}templat.csv").content
    rows = f"Instansi;Judul inovasi;Tanggal mulai;Ringkasan\n{team.agency.name};Lama;1/2/2016;Ada\n"
    assert "Isi sumber daftar" in upload(client, rows.encode(), source="").content.decode()
    upload(client, rows.encode(), source="Daftar KIPP 2018")
    html = client.post(at("import_confirm"), follow=True).content.decode()
    assert "1 dosir dibuat" in html
    assert client.get(Innovation.objects.get().get_absolute_url()).status_code == 200


def test_pages_ask_the_same_number_of_queries(admin: WatchfulClient) -> None:
    counts = []
    for number in (1, 3):
        for _time in range(number):
            upload(admin, titles(*[f"Judul {n};x" for n in range(number)]).replace(b";x", b""))
        for address in (START, at("import_detail")):
            with CaptureQueriesContext(connection) as queries:
                admin.get(address)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


@pytest.mark.parametrize(("prefix", "most"), [("", "5.000 baris"), ("/en", "5,000 rows")])
def test_the_most_rows_are_written_as_the_language_writes_them(
    client: WatchfulClient, team: Team, officer: User, prefix: str, most: str
) -> None:
    for person, address in ((team.admin, START), (officer, REGISTER)):
        client.force_login(person)
        assert most in client.get(prefix + address).content.decode()
    with translation.override(prefix.strip("/") or "id"):
        with pytest.raises(TableUnreadable) as refused:
            read_csv(titles(*["Judul"] * 5_001), most_rows=5_000)
        assert most in str(refused.value)
