"""Pages where tables come in and copies go out, each in every state that looks different."""

from collections.abc import Iterator

from django.urls import reverse

from agencies.enums import Role
from competitions.actions import agency_exports
from competitions.actions.agency_exports import request_export
from competitions.models import AgencyExport
from innovations.actions.importing import GivenTable, check_import, confirm_import
from innovations.enums import ImportState
from innovations.models import DossierImport
from sinovik.exports import Table
from tests.browser.visits import Visit, visits_of
from tests.factories import Team, make_category, make_person, make_team

HEADINGS = ["Judul inovasi", "Kategori", "Tanggal mulai"]


def checked(team: Team, name: str, *rows: list[str]) -> DossierImport:
    """A table of the team's admin, looked at."""
    numbers = list(range(2, len(rows) + 2))
    note = ("Berkas ini tidak memakai UTF-8 dan dibaca sebagai Windows-1252.",)
    table = Table(HEADINGS, list(rows), numbers, frozenset(), note)
    return check_import(by=team.admin, agency=team.agency, given=GivenTable(table, name, "0" * 64))


def table_visits() -> Iterator[Visit]:
    """Imports: with errors, ready, running, done; the register's; copies: none, made, running."""
    team = make_team()
    make_category()
    bad = checked(
        team,
        "daftar-inovasi-2025.xlsx",
        ["Antrean Tanpa Antre", "Pendidikam", "kemarin"],
        ["", "Pendidikan", "27 Maret 2999"],
        ["Kader " * 40, "Antariksa", "27/3/2019"],
    )
    done = checked(team, "selesai.csv", ["Layanan Satu Pintu", "Pendidikan", "1 Mei 2020"])
    confirm_import(by=team.admin, kept=done)
    ready = checked(
        team,
        "siap.xlsx",
        ["Layanan Satu Pintu", "Pendidikan", "1 Mei 2020"],
        ["Perahu Sehat", "Pendidikan", "2 Mei 2020"],
    )
    running = checked(team, "besar.xlsx", *([f"Inovasi {n}", "", ""] for n in range(9)))
    DossierImport.objects.filter(pk=running.pk).update(state=ImportState.RUNNING, done=4)
    waiting = checked(team, "menunggu.xlsx", *([f"Inovasi {n}", "", ""] for n in range(9)))
    DossierImport.objects.filter(pk=waiting.pk).update(state=ImportState.CHECKING)
    detail = "innovations:import_detail"
    copies = reverse("competitions:agency_export_list")
    yield from visits_of(
        team.admin,
        reverse("innovations:import_start"),
        *(reverse(detail, args=[kept.pk]) for kept in (bad, done, ready, running, waiting)),
        copies,
    )
    request_export(by=team.admin, agency=team.agency)
    AgencyExport.objects.create(
        agency=team.agency,
        total=agency_exports.STEPS,
        done=3,
        created_at=running.created_at,
        created_by=team.admin,
    )
    yield Visit(copies, team.admin)
    officer = make_person(Role.SECRETARIAT_OFFICER)
    yield Visit(reverse("innovations:register_import_start"), officer)
