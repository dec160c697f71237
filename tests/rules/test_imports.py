"""Tables of dossiers: each bad cell is named, all rows come in or none, nobody's twice."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from procrastinate.contrib.django.models import ProcrastinateJob

from agencies.enums import AgencyType, Role
from agencies.models import User
from innovations.actions import importing
from innovations.actions.importing import (
    GivenTable,
    cancel_import,
    check_import,
    confirm_import,
    run_check,
    run_import,
)
from innovations.enums import ImportState, InnovationState
from innovations.exceptions import ImportRefused
from innovations.models import DossierImport, Innovation, SustainableGoal
from innovations.permissions import can_import, check_sees_imports
from innovations.queries.import_columns import COLUMNS, day_in, numbers_in
from innovations.queries.import_template import template_sheets
from innovations.tasks import bring_in, check_rows
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.exports import Table
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.factories import (
    Team,
    make_agency,
    make_category,
    make_innovations,
    make_person,
    make_regency,
    make_team,
)

pytestmark = pytest.mark.django_db
HEADINGS = [str(column.heading) for column in COLUMNS]


@pytest.fixture
def team() -> Team:
    return make_team(make_agency(agency_type=AgencyType.REGENCY, region=make_regency()))


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


def given(
    rows: list[dict[str, str]], *, formulas: Any = frozenset(), notes: Any = ()
) -> GivenTable:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    cells = [[row.get(heading, "") for heading in headings] for row in rows]
    numbers = list(range(2, len(rows) + 2))
    return GivenTable(Table(headings, cells, numbers, formulas, notes), "daftar.xlsx", "0" * 64)


def titled(count: int, prefix: str = "Inovasi impor") -> list[dict[str, str]]:
    return [{"Judul inovasi": f"{prefix} {number}"} for number in range(1, count + 1)]


def checked(team: Team, rows: list[dict[str, str]], **more: Any) -> DossierImport:
    return check_import(by=team.admin, agency=team.agency, given=given(rows, **more))


def texts(kept: DossierImport) -> list[str]:
    return [problem["text"] for problem in kept.problems]


def test_whole_row_becomes_a_draft(team: Team) -> None:
    make_category()
    SustainableGoal.objects.create(number=3, name="Sehat", name_en="Health", color="#000000")
    row = {
        "Judul inovasi": "  Antre   cepat ",
        "Unit pelayanan": team.unit.name.upper(),
        "Kategori": make_category().name,
        "Lokasi": "Kabupaten 32.01",
        "Tanggal mulai": "27 Maret 2019",
        "Jenis kebaruan": "adaptasi",
        "Bentuk kebaruan": "Pendekatan  Baru",
        "Jenis manfaat": "Manfaat langsung",
        "TPB": "3",
        "Ringkasan": "Ringkas.",
        "Dampak": "Besar.",
    }
    kept = checked(team, [row])
    assert not kept.problems
    assert not Innovation.objects.exists()
    kept = confirm_import(by=team.admin, kept=kept)
    made = Innovation.objects.get()
    assert (kept.state, kept.created, kept.rows) == (ImportState.IMPORTED, 1, [])
    assert (made.title, made.unit, made.agency) == ("Antre cepat", team.unit, team.agency)
    assert (made.started_on, made.novelty_kind) == (date(2019, 3, 27), "adaptation")
    assert (made.novelty_form, made.benefit) == ("new_approach", "direct")
    assert (made.summary, made.sections) == ("Ringkas.", {"significance": "Besar."})
    assert (made.state, made.created_by) == (InnovationState.DRAFT, team.admin)
    assert list(made.goals.values_list("number", flat=True)) == [3]
    events = AuditEvent.objects.about(kept).values_list("verb", flat=True)
    assert list(events) == ["import_checked", "import_confirmed", "import_finished"]


@pytest.mark.parametrize(
    ("heading", "cell", "sentence"),
    [
        ("Judul inovasi", "", "Sel ini wajib diisi."),
        ("Judul inovasi", "---", "Judul harus memuat huruf atau angka."),
        ("Judul inovasi", "a" * 214, "Kurangi 14 karakter."),
        ("Unit pelayanan", "Puskesmas Lain", "Unit ini belum terdaftar."),
        ("Kategori", "Pendidikam", "Mungkin maksud Anda: Pendidikan."),
        ("Kategori", "Antariksa", "Lihat lembar Pilihan di templat."),
        ("Lokasi", "Jakarta", "Wilayah ini tidak dikenal"),
        ("Tanggal mulai", "kemarin", "Tanggal tidak terbaca."),
        ("Tanggal mulai", "31 Februari 2019", "Tanggal tidak terbaca."),
        ("Tanggal mulai", "2999-01-01", "tidak boleh di masa depan"),
        ("Tanggal mulai", "1/1/1900", "Tahun terlalu lama."),
        ("Jenis kebaruan", "Orisinal", "tidak dikenal"),
        ("Jenis kebaruan", "Adaptas", "Mungkin maksud Anda: Adaptasi."),
        ("TPB", "tiga", "Isi nomor TPB"),
        ("TPB", "99", "Isi nomor TPB"),
    ],
)
def test_bad_cell_is_named_with_what_to_do(
    team: Team, heading: str, cell: str, sentence: str
) -> None:
    make_category()
    row = {"Judul inovasi": "Baik", heading: cell, "Ringkasan": "Ada."}
    kept = checked(team, [{"Judul inovasi": "Baris baik", heading: "", "Ringkasan": ""} | row])
    (problem,) = kept.errors
    assert (problem["row"], problem["column"]) == (2, heading)
    assert problem["value"] == (cell if len(cell) <= 80 else cell[:80] + "…")
    assert sentence in problem["text"]
    with pytest.raises(ImportRefused, match="Perbaiki dahulu"):
        confirm_import(by=team.admin, kept=kept)
    assert not Innovation.objects.exists()


def test_a_day_that_has_begun_in_jakarta_is_no_future(team: Team) -> None:
    make_category()
    with clock.at(clock.now().replace(hour=17, minute=30)):
        row = {"Judul inovasi": "Baik", "Tanggal mulai": clock.today().isoformat()}
        assert not checked(team, [row | {"Ringkasan": "Ada."}]).errors


def test_goal_is_taken_as_the_sheet_of_choices_writes_it(team: Team) -> None:
    goal = SustainableGoal.objects.create(number=3, name="Sehat, kuat", name_en="", color="#000000")
    kept = checked(team, [{"Judul inovasi": "Baik", "TPB": str(goal)}])
    assert not kept.problems
    confirm_import(by=team.admin, kept=kept)
    assert list(Innovation.objects.get().goals.all()) == [goal]


def test_formula_is_never_taken_for_a_value(team: Team) -> None:
    kept = checked(team, [{"Judul inovasi": "=A1"}], formulas=frozenset({(2, 0)}))
    assert texts(kept) == ["Sel ini berisi rumus. Salin lalu tempel sebagai nilai."]


def test_one_bad_row_keeps_all_out(team: Team) -> None:
    kept = checked(team, [*titled(20), {"Judul inovasi": "x", "Tanggal mulai": "?"}])
    assert len(kept.errors) == 1
    with pytest.raises(ImportRefused):
        confirm_import(by=team.admin, kept=kept)
    assert not Innovation.objects.exists()


def test_same_title_twice_in_the_file_is_an_error(team: Team) -> None:
    kept = checked(team, [*titled(1), {"Judul inovasi": "INOVASI, impor 1"}])
    assert texts(kept) == ["Judul ini sama dengan baris 2. Hapus salah satunya."]


def test_same_file_again_says_what_exists(team: Team) -> None:
    confirm_import(by=team.admin, kept=checked(team, titled(3)))
    kept = checked(team, titled(4))
    assert (kept.known, kept.new, len(kept.errors)) == (3, 1, 0)
    assert all("Sudah ada sebagai INO-" in text for text in texts(kept))
    kept = confirm_import(by=team.admin, kept=kept)
    assert (kept.created, kept.known) == (1, 3)
    assert Innovation.objects.count() == 4


def test_title_of_another_agency_is_not_told(team: Team) -> None:
    other = make_team()
    make_innovations(other, titles=["Rahasia tetangga"])
    kept = checked(team, [{"Judul inovasi": "Rahasia tetangga"}])
    assert not kept.problems
    assert kept.known == 0


def test_example_of_the_template_is_skipped(team: Team) -> None:
    sheet = template_sheets(team.agency)[0]
    headings, (example,) = [str(cell) for cell in sheet.header], list(sheet.rows)
    row = dict(zip(headings, [str(cell) for cell in example], strict=True))
    with pytest.raises(ImportRefused, match="satu baris pun"):
        checked(team, [row])
    assert checked(team, [row, *titled(1)]).total == 1


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        (["Judul inovasi", "Warna"], "Kolom “Warna” tidak dikenal."),
        (["Judul inovasi", "judul INOVASI"], "ada dua kali"),
        (["Ringkasan"], "Kolom “Judul inovasi” tidak ada."),
    ],
)
def test_columns_of_another_table_are_named(team: Team, headings: list[str], sentence: str) -> None:
    table = Table(headings, [["a"] * len(headings)], [2])
    with pytest.raises(ImportRefused, match=sentence):
        check_import(by=team.admin, agency=team.agency, given=GivenTable(table, "a.csv", "0" * 64))


def test_template_of_the_other_language_is_taken(team: Team) -> None:
    with translation.override("en"):
        sheet = template_sheets(team.agency)[0]
        headings = [str(cell) for cell in sheet.header]
    assert headings != HEADINGS
    table = Table(headings, [["Judul", *[""] * (len(headings) - 1)]], [2])
    kept = check_import(
        by=team.admin, agency=team.agency, given=GivenTable(table, "a.csv", "0" * 64)
    )
    assert not kept.problems


def test_template_lists_what_may_be_chosen(team: Team, officer: User) -> None:
    make_category()
    own = template_sheets(team.agency)
    assert [sheet.name for sheet in own] == ["Dosir", "Pilihan", "Petunjuk"]
    assert any(team.unit.name in row for row in own[1].rows)
    register = template_sheets(None)
    assert register[0].header[0] == "Instansi"
    assert any(team.agency.name in row for row in register[1].rows)


# Who may


def test_only_the_agencys_admin_imports(team: Team, officer: User) -> None:
    stranger = make_team().admin
    for person in (team.innovator, stranger, officer):
        with pytest.raises(Forbidden):
            check_import(by=person, agency=team.agency, given=given(titled(1)))
        assert not can_import(person, team.agency)
    kept = checked(team, titled(1))
    for act in (confirm_import, cancel_import):
        for person in (team.innovator, stranger, officer):
            with pytest.raises(Forbidden):
                act(by=person, kept=kept)
    assert can_import(team.admin, team.agency)
    assert not DossierImport.objects.visible_to(stranger).exists()
    assert not DossierImport.objects.visible_to(officer).exists()
    assert DossierImport.objects.visible_to(team.admin).get() == kept


def test_only_the_secretariat_imports_to_the_register(team: Team, officer: User) -> None:
    with pytest.raises(Forbidden):
        check_import(by=team.admin, agency=None, given=given(titled(1)), source="KIPP 2018")
    assert not can_import(team.admin, None)
    assert can_import(officer, None)
    for allowed in (team.admin, officer):
        check_sees_imports(allowed)
    for refused in (team.innovator, AnonymousUser()):
        with pytest.raises(Forbidden):
            check_sees_imports(refused)


# The register


def test_earlier_list_becomes_entries_of_the_register(team: Team, officer: User) -> None:
    row = {
        "Instansi": team.agency.name,
        "Judul inovasi": "Lama",
        "Tanggal mulai": "2016",
        "Ringkasan": "Ringkas.",
    }
    source = "Daftar peserta KIPP 2018"
    kept = check_import(by=officer, agency=None, given=given([row]), source=source)
    assert len(kept.errors) == 1
    row["Tanggal mulai"] = "1/2/2016"
    kept = check_import(by=officer, agency=None, given=given([row]), source=source)
    confirm_import(by=officer, kept=kept)
    made = Innovation.objects.get()
    assert (made.state, made.agency, made.source) == (
        InnovationState.PUBLISHED,
        team.agency,
        source,
    )
    assert DossierImport.objects.visible_to(officer).count() == 2
    assert not DossierImport.objects.visible_to(team.admin).exists()


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("Instansi", "wajib diisi"), ("Ringkasan", "wajib diisi"), ("Tanggal mulai", "wajib diisi")],
)
def test_register_needs_agency_summary_and_day(
    team: Team, officer: User, missing: str, sentence: str
) -> None:
    row = {
        "Instansi": team.agency.name,
        "Judul inovasi": "Lama",
        "Tanggal mulai": "1/2/2016",
        "Ringkasan": "Ringkas.",
    }
    kept = check_import(
        by=officer, agency=None, given=given([row | {missing: ""}]), source="KIPP 2018"
    )
    (problem,) = kept.errors
    assert (problem["column"], sentence in problem["text"]) == (missing, True)


def test_unknown_agency_is_told_with_the_nearest(team: Team, officer: User) -> None:
    row = {"Instansi": f"{team.agency.name}x", "Judul inovasi": "Lama", "Ringkasan": "a"}
    kept = check_import(by=officer, agency=None, given=given([row]), source="KIPP 2018")
    assert any(f"Mungkin maksud Anda: {team.agency.name}." in text for text in texts(kept))


# Large ones


@pytest.fixture
def large(team: Team, monkeypatch: pytest.MonkeyPatch) -> DossierImport:
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 5)
    monkeypatch.setattr(importing, "BATCH", 4)
    kept = confirm_import(by=team.admin, kept=checked(team, titled(10)))
    assert kept.state == ImportState.QUEUED
    return kept


@pytest.fixture
def unchecked(team: Team, monkeypatch: pytest.MonkeyPatch) -> DossierImport:
    monkeypatch.setattr(importing, "CHECKED_AT_ONCE", 2)
    rows = [*titled(2), {"Judul inovasi": "", "Tanggal mulai": "=HARI()"}]
    headings = list(rows[2])
    return checked(team, rows, formulas={(4, headings.index("Tanggal mulai"))})


def test_large_table_is_checked_by_a_job_in_the_language_of_its_sender(
    team: Team, unchecked: DossierImport
) -> None:
    assert (unchecked.state, unchecked.problems) == (ImportState.CHECKING, [])
    with pytest.raises(ImportRefused):
        confirm_import(by=team.admin, kept=unchecked)
    job = ProcrastinateJob.objects.get(task_name="innovations.tasks.check_rows")
    assert job.args == {"import_id": unchecked.pk, "language": "id"}
    check_rows(**job.args)
    unchecked.refresh_from_db()
    assert unchecked.state == ImportState.CHECKED
    assert {problem["row"] for problem in unchecked.problems} == {4}
    assert any("rumus" in text for text in texts(unchecked))
    check_rows(**job.args)
    verbs = AuditEvent.objects.about(unchecked).values_list("verb", flat=True)
    assert list(verbs) == ["import_checked"]


def test_table_cancelled_before_it_was_checked_stays_so(
    team: Team, unchecked: DossierImport
) -> None:
    cancel_import(by=team.admin, kept=unchecked)
    run_check(import_id=unchecked.pk, language="id")
    unchecked.refresh_from_db()
    assert unchecked.state == ImportState.CANCELLED


def test_check_that_breaks_says_so(
    team: Team, unchecked: DossierImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(importing, "check_table", fail)
    with pytest.raises(RuntimeError):
        run_check(import_id=unchecked.pk, language="id")
    unchecked.refresh_from_db()
    assert unchecked.state == ImportState.FAILED
    assert Notification.objects.filter(recipient=team.admin, subject__contains="gagal").exists()


def test_large_import_is_a_job_and_tells_when_done(team: Team, large: DossierImport) -> None:
    job = ProcrastinateJob.objects.get(task_name="innovations.tasks.bring_in")
    assert job.args == {"import_id": large.pk}
    assert not Innovation.objects.exists()
    bring_in(**job.args)
    large.refresh_from_db()
    assert (large.state, large.created, large.done) == (ImportState.IMPORTED, 10, 10)
    message = Notification.objects.get(recipient=team.admin)
    assert message.subject == "Impor selesai: 10 dosir dibuat"
    bring_in(**job.args)
    assert Innovation.objects.count() == 10


def test_cancelled_before_its_turn_does_nothing(team: Team, large: DossierImport) -> None:
    cancel_import(by=team.admin, kept=large)
    run_import(import_id=large.pk)
    large.refresh_from_db()
    assert (large.state, large.rows) == (ImportState.CANCELLED, [])
    assert not Innovation.objects.exists()


@pytest.mark.parametrize("state", [ImportState.IMPORTED, ImportState.CANCELLED])
def test_import_that_is_over_moves_no_more(team: Team, state: str) -> None:
    kept = checked(team, titled(1))
    act = confirm_import if state == ImportState.IMPORTED else cancel_import
    act(by=team.admin, kept=kept)
    with pytest.raises(ImportRefused):
        confirm_import(by=team.admin, kept=kept)
    with pytest.raises(ImportRefused, match="tidak bisa dibatalkan"):
        cancel_import(by=team.admin, kept=kept)


def test_register_that_changed_sends_the_import_back(team: Team, large: DossierImport) -> None:
    rows = [[2, {"title": "Baru", "unit": "Unit yang sudah tidak ada"}]]
    DossierImport.objects.filter(pk=large.pk).update(rows=rows)
    run_import(import_id=large.pk)
    large.refresh_from_db()
    assert (large.state, len(large.errors), large.confirmed_by) == (ImportState.CHECKED, 1, None)
    assert not Innovation.objects.exists()


def test_small_import_looks_again_too(team: Team) -> None:
    kept = checked(team, [{"Judul inovasi": "Baru", "Unit pelayanan": team.unit.name}])
    type(team.unit).objects.filter(pk=team.unit.pk).update(name="Nama lain")
    kept = confirm_import(by=team.admin, kept=kept)
    kept.refresh_from_db()
    assert (kept.state, len(kept.errors), kept.confirmed_at) == (ImportState.CHECKED, 1, None)
    assert not Innovation.objects.exists()


def test_job_that_breaks_leaves_nothing_and_says_so(
    team: Team, large: DossierImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importing.open_dossiers
    calls = []

    def break_down(**given: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("listrik padam")
        return real(**given)

    monkeypatch.setattr(importing, "open_dossiers", break_down)
    with pytest.raises(RuntimeError):
        run_import(import_id=large.pk)
    large.refresh_from_db()
    assert large.state == ImportState.FAILED
    assert not Innovation.objects.exists()
    assert "tidak ada dosir" in Notification.objects.get(recipient=team.admin).subject
    importing._fail(large.pk)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_and_cancelling_undoes_what_was_done(
    team: Team, large: DossierImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = importing.open_dossiers

    def look(**given: Any) -> Any:
        made = real(**given)

        def outside() -> None:
            seen.append(DossierImport.objects.get(pk=large.pk).done)
            if len(seen) == 2:
                cancel_import(by=team.admin, kept=large)
            connections.close_all()

        thread = threading.Thread(target=outside)
        thread.start()
        thread.join()
        return made

    monkeypatch.setattr(importing, "open_dossiers", look)
    run_import(import_id=large.pk)
    large.refresh_from_db()
    assert seen == [0, 4]
    assert large.state == ImportState.CANCELLED
    assert not Innovation.objects.exists()


def test_cancelled_at_the_last_moment_leaves_nothing(
    team: Team, large: DossierImport, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importing._bring_in

    def cancel_after(*given: Any) -> int:
        made = real(*given)
        cancel_import(by=team.admin, kept=large)
        return made

    monkeypatch.setattr(importing, "_bring_in", cancel_after)
    run_import(import_id=large.pk)
    assert not Innovation.objects.exists()


def at_once(*calls: Callable[[], object]) -> list[str]:
    """Run the calls in threads of their own; return what each raised."""
    raised: list[str] = []

    def call(function: Callable[[], object]) -> None:
        try:
            function()
        except (ImportRefused, IntegrityError) as error:
            raised.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call, args=[function]) for function in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_imports_of_one_list_make_each_dossier_once(
    team: Team, monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """The control without the lock must make doubles, or the race was none."""
    if not is_locked:
        monkeypatch.setattr(importing, "_lock_agencies", lambda row: None)
    barrier = threading.Barrier(2, timeout=3)
    real = importing.open_dossiers

    def meet(**given: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            barrier.wait(0.5 if is_locked else 3)
        return real(**given)

    monkeypatch.setattr(importing, "open_dossiers", meet)
    first, second = checked(team, titled(1)), checked(team, titled(1))
    raised = at_once(
        lambda: confirm_import(by=team.admin, kept=first),
        lambda: confirm_import(by=team.admin, kept=second),
    )
    if is_locked:
        assert not raised
        assert Innovation.objects.count() == 1
    else:
        # Either both dossiers are there or their one address refused the second.
        assert Innovation.objects.count() == 2 or raised == ["IntegrityError"]


def test_database_refuses_impossible_imports(team: Team) -> None:
    kept = checked(team, titled(2))
    rows = DossierImport.objects.filter(pk=kept.pk)
    impossible: list[dict[str, Any]] = [
        {"agency": None},
        {"source": "ada"},
        {"state": ImportState.IMPORTED},
        {"confirmed_at": kept.created_at},
        {"done": 3},
    ]
    for change in impossible:
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019-03-27", date(2019, 3, 27)),
        ("2019-03-27 00:00:00", date(2019, 3, 27)),
        ("27/3/2019", date(2019, 3, 27)),
        ("27-03-2019", date(2019, 3, 27)),
        ("27.3.2019", date(2019, 3, 27)),
        ("27 maret  2019", date(2019, 3, 27)),
        ("1 Agt 2019", date(2019, 8, 1)),
        ("1 Pebruari 2019", date(2019, 2, 1)),
        ("29 Februari 2020", date(2020, 2, 29)),
        ("29 Februari 2019", None),
        ("3/27/2019", None),
        ("2019", None),
        ("27 Blarch 2019", None),
        ("", None),
    ],
)
def test_day_is_read_in_every_usual_form(text: str, day: date | None) -> None:
    assert day_in(text) == day


@pytest.mark.parametrize(
    ("text", "numbers"),
    [("3, 16;11 3", [3, 11, 16]), ("3,", [3]), ("tiga", None), ("3.5", None), ("²", None)],
)
def test_numbers_are_read_or_refused(text: str, numbers: list[int] | None) -> None:
    assert numbers_in(text) == numbers


def test_rows_cost_no_queries(team: Team) -> None:
    counts = []
    checked(team, titled(1))
    for count in (1, 50):
        with CaptureQueriesContext(connection) as queries:
            checked(team, titled(count, f"Inovasi {count}"))
        counts.append(len(queries))
    assert counts[0] == counts[1]
