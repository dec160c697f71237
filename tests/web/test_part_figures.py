"""Figures behind the bars of a part: the same numbers as on its page, without a draft's."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from agencies.enums import AgencyType
from innovations.actions.dossiers import DossierDraft, create_innovation
from tests.factories import make_agency, make_province, make_published_innovation, make_team
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def rows(client: WatchfulClient, address: str) -> list[dict[str, str]]:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    assert len(queries) <= 15
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_figures_of_a_part_count_what_is_published(client: WatchfulClient) -> None:
    province = make_province()
    team = make_team(make_agency(agency_type=AgencyType.PROVINCE, region=province))
    for _ in range(2):
        innovation = make_published_innovation(team)
    create_innovation(by=team.admin, agency=team.agency, draft=DossierDraft(title="Rancangan"))
    pages = [
        team.agency.get_absolute_url(),
        reverse("innovations:province_detail", args=[province.code]),
    ]
    if innovation.category:
        pages.append(reverse("innovations:category_detail", args=[innovation.category.slug]))
    for page in pages:
        told = rows(client, f"{page}angka.csv")
        shown = client.get(page).content.decode()
        assert f'href="{page}angka.csv"' in shown
        assert f'href="{page}angka.csv?bentuk=xlsx"' in shown
        book = load_workbook(io.BytesIO(client.get(f"{page}angka.csv?bentuk=xlsx").content))
        first, *others = book.active.iter_rows(values_only=True)
        assert list(first) == list(told[0])
        assert [[str(cell or "") for cell in row] for row in others] == [
            ["" if cell == "0" else cell for cell in row.values()] for row in told
        ]
        for group in ("jenis-instansi", "keadaan", "tahun-terbit"):
            assert sum(int(row["inovasi"]) for row in told if row["menurut"] == group) == 2
        assert told[-1]["menurut"] == "simulasi"
    (own,) = [
        row
        for row in rows(client, reverse("innovations:province_list_csv"))
        if row["kode"] == province.code
    ]
    assert (own["inovasi"], own["pemda_berinovasi"]) == ("2", "1")
    assert client.get("/provinsi/99/angka.csv").status_code == 404
    assert client.get("/kategori/tiada/angka.csv").status_code == 404
