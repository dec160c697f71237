"""A copy of an agency's own holdings: whole, nobody else's, gone after a week."""

import csv
import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import ConnectorException

from agencies.models import User
from competitions.actions import agency_exports
from competitions.actions.agency_exports import (
    cancel_export,
    drop_expired_exports,
    fetch_export,
    make_export,
    request_export,
)
from competitions.enums import EntryState, ExportState
from competitions.exceptions import ExportGone
from competitions.models import AgencyExport, Entry
from competitions.permissions.agency_exports import can_export_agency
from competitions.tasks import drop_exports, make_agency_export
from innovations.actions.dossiers import edit_innovation
from innovations.models import Attachment, Innovation
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.files import StorageFailed, open_kept, remove
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.documents import everything_in, pdf, write_title
from tests.factories import (
    ANNOUNCED,
    FIRST,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient
from tests.uploading import attach

pytestmark = pytest.mark.django_db
OWN, FOREIGN = "MILIK-SENDIRI", "CANARY-TETANGGA"
TRAP = '=HYPERLINK("http://jahat")'


def fill(contest: Contest, mark: str) -> None:
    """Everything an agency can have, each thing carrying the mark."""
    team = contest.team
    type(team.agency).objects.filter(pk=team.agency.pk).update(name=f"Instansi {mark}")
    type(team.unit).objects.filter(pk=team.unit.pk).update(name=f"Unit {mark}")
    User.objects.filter(pk=team.innovator.pk).update(name=f"Orang {mark}")
    titles = [f"Inovasi {mark} {number}" for number in range(3)]
    made = make_innovations(team, titles=titles)
    edit_innovation(
        by=team.admin,
        innovation=made[0],
        edit_number=made[0].edit_number,
        changes={
            "team": [(f"Anggota {mark}", "Ketua")],
            "links": [(f"Tautan {mark}", "https://contoh.example")],
            "summary": f"Ringkas {mark}",
        },
    )
    proof = pdf(lambda file: write_title(file, mark))
    attach(team.innovator, made[0], proof, f"{mark}.pdf")
    draft, sent, returned = enter(contest, made)
    walk_entry(contest, draft, EntryState.SUBMITTED)
    walk_entry(contest, sent, EntryState.WITH_AGENCY)
    walk_entry(contest, returned, EntryState.RETURNED)


@pytest.fixture
def contest() -> Contest:
    """Two full agencies in one edition; the returned contest is the first one's."""
    place = make_contest(entries=0)
    fill(place, OWN)
    own = place.team
    place.team = make_team()
    fill(place, FOREIGN)
    place.team = own
    return place


def content(export: AgencyExport) -> dict[str, bytes]:
    with open_kept(export.storage_name) as file, zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def lines(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files[f"{name}.jsonl"].decode().splitlines()]


def test_copy_is_whole_and_holds_nothing_of_others(contest: Contest) -> None:
    team = contest.team
    export = request_export(by=team.admin, agency=team.agency)
    assert export.state == ExportState.READY
    files = content(export)
    # Workbooks are zipped once more: a canary would hide in there.
    with zipfile.ZipFile(io.BytesIO(files["semua-tabel.xlsx"])) as book:
        workbook = b"".join(book.read(name) for name in book.namelist())
    attached = b"".join(
        everything_in(octets) for name, octets in files.items() if name.endswith(".pdf")
    )
    everything = b"".join(files.values()) + workbook + attached
    assert OWN.encode() in workbook
    assert FOREIGN.encode() not in everything
    dossiers = lines(files, "inovasi")
    assert [row["judul"] for row in dossiers] == [f"Inovasi {OWN} {n}" for n in range(3)]
    assert dossiers[0]["tim"] == [{"nama": f"Anggota {OWN}", "peran": "Ketua"}]
    assert dossiers[0]["tautan"][0]["judul"] == f"Tautan {OWN}"
    assert dossiers[0]["bagian"]["novelty"].startswith("Isi bagian novelty.")
    states = [row["keadaan"] for row in lines(files, "proposal")]
    assert states == [EntryState.SUBMITTED, EntryState.WITH_AGENCY, EntryState.RETURNED]
    assert [row["catatan"] for row in lines(files, "catatan")] == ["Lengkapi."]
    assert lines(files, "versi")[0]["isi"]["title"] == f"Inovasi {OWN} 0"
    (attachment,) = lines(files, "lampiran")
    assert attachment["berkas"].endswith(f"-{OWN}.pdf")
    assert OWN.encode() in everything_in(files[attachment["berkas"]])
    assert hashlib.sha256(files[attachment["berkas"]]).hexdigest() == attachment["sidik"]
    (receipt,) = lines(files, "tanda-terima")
    assert json.loads(files[receipt["berkas"]])["payload"]
    assert {row["surel"] for row in lines(files, "anggota")} == {
        team.innovator.email,
        team.admin.email,
    }
    assert f"Instansi {OWN}" in files["BACA-SAYA.txt"].decode()


def test_digests_are_right(contest: Contest) -> None:
    export = request_export(by=contest.team.admin, agency=contest.team.agency)
    files = content(export)
    listed = dict(line.split("  ")[::-1] for line in files.pop("SHA256SUMS").decode().splitlines())
    assert listed == {name: hashlib.sha256(octets).hexdigest() for name, octets in files.items()}
    with open_kept(export.storage_name) as file:
        assert hashlib.sha256(file.read()).hexdigest() == export.sha256


def test_cells_that_look_like_formulas_stay_text(contest: Contest) -> None:
    team = contest.team
    Innovation.objects.filter(agency=team.agency).update(title=TRAP, summary="+62", source="@a")
    files = content(request_export(by=team.admin, agency=team.agency))
    rows = list(csv.DictReader(io.StringIO(files["inovasi.csv"].decode("utf-8-sig"), newline="")))
    assert (rows[0]["judul"], rows[0]["ringkasan"]) == (f"'{TRAP}", "'+62")
    sheet = openpyxl.load_workbook(io.BytesIO(files["semua-tabel.xlsx"]))["inovasi"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert TRAP in [cell.value for cell in cells]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert lines(files, "inovasi")[0]["judul"] == TRAP


@pytest.mark.parametrize("stage", [FIRST, ANNOUNCED])
def test_copy_tells_no_result_before_it_is_announced(stage: str) -> None:
    contest = make_contest(stage)
    team = contest.team
    files = content(request_export(by=team.admin, agency=team.agency))
    awards = lines(files, "penghargaan")
    assert bool(awards) == (stage == ANNOUNCED)


def test_only_the_own_admin_has_a_copy(contest: Contest) -> None:
    team, stranger = contest.team, make_team()
    people = (team.innovator, stranger.admin, contest.head, contest.officer, contest.observer)
    for person in people:
        assert not can_export_agency(person, team.agency)
        with pytest.raises(Forbidden):
            request_export(by=person, agency=team.agency)
    export = request_export(by=team.admin, agency=team.agency)
    for person in people:
        assert not AgencyExport.objects.visible_to(person).exists()
        for act in (fetch_export, cancel_export):
            with pytest.raises(Forbidden):
                act(by=person, export=export)
    assert AgencyExport.objects.visible_to(team.admin).get() == export
    assert can_export_agency(team.admin, team.agency)


def test_every_fetch_is_in_the_ledger(contest: Contest) -> None:
    export = request_export(by=contest.team.admin, agency=contest.team.agency)
    fetch_export(by=contest.team.admin, export=export)
    verbs = AuditEvent.objects.about(export).values_list("verb", flat=True)
    assert list(verbs) == ["export_requested", "export_made", "export_fetched"]
    message = Notification.objects.filter(recipient=contest.team.admin).latest("pk")
    assert message.subject == "Salinan data instansi siap diunduh"


def test_copy_is_gone_after_its_week(contest: Contest) -> None:
    export = request_export(by=contest.team.admin, agency=contest.team.agency)
    name = export.storage_name
    assert export.expires_at is not None
    with clock.at(export.expires_at - timedelta(microseconds=1)):
        assert drop_expired_exports() == 0
        fetch_export(by=contest.team.admin, export=export)
    with clock.at(export.expires_at):
        with pytest.raises(ExportGone):
            fetch_export(by=contest.team.admin, export=export)
        drop_exports(timestamp=0)
    export.refresh_from_db()
    assert (export.state, export.storage_name) == (ExportState.EXPIRED, "")
    with pytest.raises(StorageFailed):
        open_kept(name)


@pytest.fixture
def large(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> AgencyExport:
    monkeypatch.setattr(agency_exports, "DOSSIERS_AT_ONCE", 2)
    export = request_export(by=contest.team.admin, agency=contest.team.agency)
    assert export.state == ExportState.QUEUED
    return export


def test_large_copy_is_a_job_that_may_run_twice(contest: Contest, large: AgencyExport) -> None:
    job = ProcrastinateJob.objects.get(task_name="competitions.tasks.make_agency_export")
    make_agency_export(**job.args)
    large.refresh_from_db()
    first = large.storage_name
    assert (large.state, large.done) == (ExportState.READY, large.total)
    make_agency_export(**job.args)
    large.refresh_from_db()
    assert large.storage_name == first


def test_second_request_finds_the_first(contest: Contest, large: AgencyExport) -> None:
    assert request_export(by=contest.team.admin, agency=contest.team.agency) == large
    assert ProcrastinateJob.objects.filter(args={"export_id": large.pk}).count() == 1


def test_copy_without_its_job_is_not_asked_for(
    contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agency_exports, "DOSSIERS_AT_ONCE", 2)
    monkeypatch.setattr(agency_exports, "JOB", None)
    with pytest.raises(ConnectorException):
        request_export(by=contest.team.admin, agency=contest.team.agency)
    assert not AgencyExport.objects.exists()


def test_cancelled_before_its_turn_is_not_made(contest: Contest, large: AgencyExport) -> None:
    cancel_export(by=contest.team.admin, export=large)
    make_export(export_id=large.pk)
    large.refresh_from_db()
    assert (large.state, large.storage_name) == (ExportState.CANCELLED, "")
    with pytest.raises(ExportGone, match="tidak bisa dibatalkan"):
        cancel_export(by=contest.team.admin, export=large)
    with pytest.raises(ExportGone):
        fetch_export(by=contest.team.admin, export=large)


@pytest.mark.parametrize("moment", ["note_progress", "keep"])
def test_cancelled_while_it_is_made_leaves_no_file(
    contest: Contest, large: AgencyExport, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    real: Callable[..., Any] = getattr(agency_exports, moment)
    names = []

    def cancel_then(*given: Any, **changes: Any) -> Any:
        if not names:
            cancel_export(by=contest.team.admin, export=large)
        names.append(done := real(*given, **changes))
        return done

    monkeypatch.setattr(agency_exports, moment, cancel_then)
    make_export(export_id=large.pk)
    large.refresh_from_db()
    assert (large.state, large.storage_name) == (ExportState.CANCELLED, "")
    if moment == "keep":
        with pytest.raises(StorageFailed):
            open_kept(names[0])


def test_copy_that_breaks_says_so(
    contest: Contest, large: AgencyExport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: Any) -> None:
        raise StorageFailed

    monkeypatch.setattr(agency_exports, "keep", fail)
    with pytest.raises(StorageFailed):
        make_export(export_id=large.pk)
    large.refresh_from_db()
    assert large.state == ExportState.FAILED
    assert large.finished_at is not None


def test_a_file_that_can_not_be_read_is_named_and_keeps_nothing_back(
    contest: Contest, client: WatchfulClient
) -> None:
    team = contest.team
    lost = Attachment.objects.get(innovation__agency=team.agency)
    attach(team.innovator, lost.innovation, pdf(), "masih-ada.pdf")
    remove(lost.storage_name)
    export = request_export(by=team.admin, agency=team.agency)
    assert (export.state, export.missing_files) == (ExportState.READY, 1)
    files = content(export)
    kept = [name for name in files if name.startswith("lampiran/")]
    assert [name.endswith("masih-ada.pdf") for name in kept] == [True]
    assert f"-{OWN}.pdf" in files["BERKAS-TIDAK-TERBACA.txt"].decode()
    client.force_login(team.admin)
    page = client.get(reverse("competitions:agency_export_list")).content.decode()
    assert "1 lampiran tidak terbaca" in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_two_requests_at_once_make_one_copy(
    monkeypatch: pytest.MonkeyPatch, is_locked: bool
) -> None:
    """The control without the lock must meet the database's refusal, or the race was none."""
    team = make_team()
    monkeypatch.setattr(agency_exports, "DOSSIERS_AT_ONCE", -1)
    gate = threading.Barrier(2, timeout=5)
    real = agency_exports.AgencyExport.objects.create

    def wait_then(**given: Any) -> AgencyExport:
        if not is_locked:
            gate.wait()
        return real(**given)

    monkeypatch.setattr(agency_exports.AgencyExport.objects, "create", wait_then)
    if not is_locked:
        rows = type(team.agency).objects
        monkeypatch.setattr(rows, "locked", rows.all, raising=False)
    outcomes: list[object] = []

    def ask() -> None:
        try:
            outcomes.append(request_export(by=team.admin, agency=team.agency).pk)
        except IntegrityError:
            outcomes.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert AgencyExport.objects.count() == 1
    assert ("refused" in outcomes) is not is_locked


def test_database_refuses_impossible_copies(contest: Contest, large: AgencyExport) -> None:
    rows = AgencyExport.objects.filter(pk=large.pk)
    for change in ({"state": ExportState.READY}, {"storage_name": "a"}, {"done": 99}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_proposal_of_a_dossier_that_moved_stays_with_its_agency(contest: Contest) -> None:
    """History is not rewritten: the entry repeats its agency."""
    other = make_team()
    entry = Entry.objects.filter(agency=contest.team.agency).order_by("pk")[0]
    Innovation.objects.filter(pk=entry.innovation_id).update(agency=other.agency)
    files = content(request_export(by=contest.team.admin, agency=contest.team.agency))
    assert entry.number in [row["nomor"] for row in lines(files, "proposal")]
    assert len(lines(files, "inovasi")) == 2
