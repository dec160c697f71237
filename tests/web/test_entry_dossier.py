"""The dossier behind a proposal: create, identity, publish, archive."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.enums import EntryState
from innovations.actions.dossiers import edit_innovation, save_sections
from innovations.actions.life import Proof, attest_life
from innovations.enums import ReplicationState
from innovations.forms.autosave import controls_of
from innovations.models import Innovation
from innovations.queries.edits import IDENTITY_FIELDS, stored
from sinovik.audit import clock
from sinovik.audit.turns import PRESSED_AGAIN
from tests.factories import (
    Team,
    make_category,
    make_contest,
    make_innovations,
    make_province,
    make_published_innovation,
    make_regency,
    make_replication,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
ROWS = [
    f"{rows}-{place}-{column}"
    for rows, columns in (("team", ("name", "position")), ("links", ("title", "url")))
    for column in columns
    for place in (0, 1)
]


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def innovation(team: Team) -> Innovation:
    return make_innovations(team)[0]


def at(name: str, innovation: Innovation) -> str:
    return reverse(f"innovations:innovation_{name}", args=[innovation.pk])


def page(response: HttpResponse) -> str:
    return response.content.decode()


def answers(innovation: Innovation, **changes: Any) -> dict[str, Any]:
    """What a browser sends of the form as it stands, with `changes` typed into it."""
    now = Innovation.objects.get(pk=innovation.pk)
    base = dict.fromkeys(ROWS, "") | {
        **controls_of(now, IDENTITY_FIELDS),
        "edit_number": now.edit_number,
        "team-TOTAL_FORMS": "2",
        "team-INITIAL_FORMS": "0",
        "links-TOTAL_FORMS": "2",
        "links-INITIAL_FORMS": "0",
    }
    return base | changes


def test_create_opens_a_draft_with_a_title(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.innovator)
    address = reverse("innovations:innovation_create")
    assert client.get(address).status_code == 200
    response = client.post(address, {"title": "Posyandu keliling", "unit": team.unit.pk})
    made = Innovation.objects.get()
    assert response.url == at("edit", made)
    assert "Isi judul inovasi" in page(client.post(address, {"title": " "}))


def test_create_pressed_twice_leads_to_the_same_draft(client: WatchfulClient, team: Team) -> None:
    client.force_login(team.innovator)
    address = reverse("innovations:innovation_create")
    typed = {"title": "Posyandu keliling", "unit": team.unit.pk}
    first = client.post(address, typed)
    made = Innovation.objects.get()
    assert client.post(address, typed).url == first.url == at("edit", made)
    assert Innovation.objects.count() == 1
    # What somebody has written on, what a colleague begins and what is begun later is another.
    save_sections(by=team.innovator, innovation=made, edit_number=1, sections={"novelty": "B"})
    assert client.post(address, typed).url != first.url
    client.force_login(team.admin)
    client.post(address, typed)
    assert Innovation.objects.count() == 3
    with clock.at(clock.now() + PRESSED_AGAIN):
        client.post(address, typed)
    assert Innovation.objects.count() == 4


def test_list_shows_the_own_dossiers_at_a_constant_price(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    (foreign,) = make_innovations(make_team())
    client.force_login(team.admin)
    address = reverse("innovations:innovation_work_list")
    response = page(client.get(address))
    assert innovation.title in response
    assert foreign.title not in response

    def cost() -> int:
        with CaptureQueriesContext(connection) as context:
            client.get(address)
        return len(context)

    one = cost()
    make_innovations(team, 5)
    assert cost() == one <= 15


def test_list_of_a_new_unit_says_what_a_dossier_is(client: WatchfulClient) -> None:
    client.force_login(make_team().innovator)
    response = client.get(reverse("innovations:innovation_work_list"))
    assert "Belum ada dosir" in page(response)


def test_pages_of_another_agencys_dossier_are_not_found(
    client: WatchfulClient, innovation: Innovation
) -> None:
    client.force_login(make_team().admin)
    for name in ("work", "edit", "publish", "archive"):
        assert client.get(at(name, innovation)).status_code == 404
        assert client.post(at(name, innovation)).status_code in (404, 405)


def test_identity_saves_everything_at_once(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    make_province("32", "Jawa Barat")
    make_regency("32.01")
    client.force_login(team.innovator)
    response = client.post(
        at("edit", innovation) + "?kembali=/kerja/",
        answers(
            innovation,
            title="  Judul   rapi ",
            location="32.01",
            category=make_category("kesehatan").pk,
            started_on_day="27",
            started_on_month="3",
            started_on_year="2019",
            novelty_kind="adaptation",
            novelty_form="extension",
            benefit="direct",
            **{
                "team-0-name": "Agus",
                "team-0-position": "Pengembang",
                "links-0-url": "contoh.go.id/berita",
            },
        ),
    )
    assert response.url == "/kerja/"
    saved = Innovation.objects.get(pk=innovation.pk)
    assert saved.title == "Judul rapi"
    assert str(saved.started_on) == "2019-03-27"
    assert saved.location_id == "32.01"
    assert [member.name for member in saved.team.all()] == ["Agus"]
    assert [link.url for link in saved.links.all()] == ["https://contoh.go.id/berita"]
    assert saved.sections == innovation.sections


def test_identity_may_be_saved_half_done_and_grow_rows(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    typed = answers(innovation, more="1", **{"team-0-name": "Agus", "team-1-name": "Budi"})
    response = client.post(at("edit", innovation), typed)
    assert response.url.endswith("#tim")
    assert 'name="team-3-name"' in page(client.get(at("edit", innovation)))


def test_identity_refuses_what_can_not_be_stored_and_keeps_it(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    typed = answers(
        innovation,
        started_on_day="31",
        started_on_month="2",
        started_on_year="2019",
        **{"team-0-position": "Ketua", "links-0-title": "Video", "links-1-url": "bukan alamat"},
    )
    response = page(client.post(at("edit", innovation), typed))
    for words in (
        "Tanggal 31 tidak ada dalam bulan Februari 2019",
        "Isi nama anggota tim",
        "Isi alamat tautan",
        "Tulis alamat lengkap",
        'value="31"',
        'href="#id_team-0-name"',
        'href="#id_started_on_0"',
        "Ada 4 hal yang perlu diperbaiki",
        "bukan alamat",
    ):
        assert words in response
    future = answers(innovation, started_on_day="1", started_on_month="1", started_on_year="2999")
    assert "tidak boleh di masa depan" in page(client.post(at("edit", innovation), future))
    assert "Isi judul inovasi" in page(
        client.post(at("edit", innovation), answers(innovation, title=""))
    )


def test_a_service_does_not_begin_after_its_attested_end(
    client: WatchfulClient, team: Team
) -> None:
    innovation = make_published_innovation(team)
    end = clock.today() - timedelta(days=9)
    boxes = ("started_on_day", "started_on_month", "started_on_year")

    def begin(day: date) -> HttpResponse:
        parts = dict(zip(boxes, (str(day.day), str(day.month), str(day.year)), strict=True))
        return client.post(at("edit", innovation), answers(innovation, **parts))

    def start() -> date | None:
        innovation.refresh_from_db()
        return innovation.started_on

    attest_life(
        by=team.admin,
        innovation=innovation,
        state="berhenti",
        proof=Proof(),
        stopped_on=end,
        reason="Habis dana.",
    )
    client.force_login(team.innovator)
    before, late = start(), end + timedelta(days=1)
    assert "dinyatakan berhenti pada" in page(begin(late))
    assert start() == before
    assert begin(end).status_code == 302
    assert start() == end
    attest_life(by=team.admin, innovation=innovation, state="berjalan", proof=Proof(note="Ada."))
    assert begin(late).status_code == 302
    assert start() == late


def test_identity_saved_meanwhile_shows_the_difference_and_keeps_mine(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    old = answers(innovation, title="Judul saya", novelty_kind="original")
    edit_innovation(
        by=team.admin,
        innovation=innovation,
        edit_number=1,
        changes={"title": "Judul admin", "novelty_kind": "adaptation"},
    )
    client.force_login(team.innovator)
    response = client.post(at("edit", innovation), old)
    assert response.status_code == 409
    for words in ("Judul saya", "Judul admin", "Gagasan orisinal", "Adaptasi", team.admin.name):
        assert words in page(response)
    assert 'name="edit_number" value="2"' in page(response)
    client.post(at("edit", innovation), old | {"edit_number": "2"})
    assert Innovation.objects.get(pk=innovation.pk).title == "Judul saya"


def test_identity_is_no_conflict_when_a_section_was_saved(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    old = answers(innovation, title="Judul saya")
    save_sections(
        by=team.admin, innovation=innovation, edit_number=1, sections={"novelty": "Baru."}
    )
    client.force_login(team.innovator)
    assert client.post(at("edit", innovation), old).status_code == 302


def test_identity_never_leads_to_another_site(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    for address in ("https://jahat.example/", "//jahat.example/"):
        response = client.post(f"{at('edit', innovation)}?kembali={address}", answers(innovation))
        assert response.url == at("work", innovation)


def test_identity_of_a_proposal_goes_on_to_the_first_section_or_out(
    client: WatchfulClient,
) -> None:
    entry = make_contest(entries=1).entries[0]
    client.force_login(entry.created_by)
    tasks = reverse("competitions:entry_tasks", args=[entry.pk])
    first = entry.edition.sections.first()
    assert first
    way = re.search(r'href="(/kerja/inovasi/\d+/ubah/[^"]*)"', page(client.get(tasks)))
    assert way
    address = unescape(way[1])
    assert "Simpan dan lanjut" in page(client.get(address))
    out = client.post(address, answers(entry.innovation, exit="1"))
    assert out.url == tasks
    onward = client.post(address, answers(entry.innovation))
    assert onward.url == reverse("competitions:entry_section", args=[entry.pk, first.key])
    evil = f"{at('edit', entry.innovation)}?lanjut=//jahat.example/"
    response = client.post(evil, answers(entry.innovation))
    assert response.url == at("work", entry.innovation)
    assert "Simpan dan lanjut" not in page(client.get(at("edit", entry.innovation)))


@pytest.mark.parametrize("missing", ["unit", "category", "started_on", "replicates", "team"])
def test_identity_sent_without_a_box_empties_nothing(
    client: WatchfulClient, team: Team, innovation: Innovation, missing: str
) -> None:
    changes: dict[str, Any] = {
        "unit": team.unit,
        "category": make_category(),
        "started_on": date(2019, 3, 27),
        "replicates": make_published_innovation(make_team()),
        "team": [("Agus", "Ketua")],
        "novelty_kind": "adaptation",
    }
    edit_innovation(by=team.innovator, innovation=innovation, edit_number=1, changes=changes)
    client.force_login(team.innovator)
    whole = answers(innovation, title="Judul baru")
    typed = {name: value for name, value in whole.items() if not name.startswith(missing)}
    typed |= {name: value for name, value in whole.items() if name.endswith("_FORMS")}
    response = client.post(at("edit", innovation), typed)
    assert response.status_code == 422
    assert "tidak diubah. Muat ulang halaman, lalu simpan lagi." in page(response)
    kept = Innovation.objects.get(pk=innovation.pk)
    assert kept.edit_number == 2
    assert stored(kept, missing) == changes[missing]
    # A group in which nothing was chosen yet sends nothing: what a colleague chose since stays.
    del whole["novelty_kind"]
    assert client.post(at("edit", innovation), whole).status_code == 302
    kept.refresh_from_db()
    assert (kept.title, kept.novelty_kind) == ("Judul baru", "adaptation")
    emptied = answers(innovation, unit="", replicates="", **{"team-0-name": ""})
    emptied["team-0-position"] = ""
    assert client.post(at("edit", innovation), emptied).status_code == 302
    kept = Innovation.objects.get(pk=innovation.pk)
    assert (kept.unit, kept.replicates, stored(kept, "team")) == (None, None, [])


def test_identity_is_locked_while_the_admin_reads(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    client.force_login(contest.team.innovator)
    address = at("edit", entry.innovation)
    locked = page(client.get(address))
    assert "sedang diperiksa admin instansi" in locked
    assert '<fieldset class="govuk-fieldset" disabled>' in locked, "nobody types in vain"
    response = page(client.post(address, answers(entry.innovation, title="Diam-diam")))
    assert "Diam-diam" in response
    assert Innovation.objects.get(pk=entry.innovation_id).title == entry.innovation.title


def test_publish_is_for_the_admin_and_asks_once(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    assert client.post(at("publish", innovation)).status_code == 403
    client.force_login(team.admin)
    assert "Terbitkan inovasi ini?" in page(client.get(at("publish", innovation)))
    assert client.post(at("publish", innovation)).url == at("work", innovation)
    assert "dapat dibaca umum" in page(client.get(at("work", innovation)))
    assert "sudah terbit" in page(client.post(at("publish", innovation)))


def test_archive_needs_a_reason_and_locks_the_dossier(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    assert client.get(at("archive", innovation)).status_code == 403
    client.force_login(team.admin)
    assert "Tuliskan alasan pengarsipan" in page(client.post(at("archive", innovation), {}))
    client.post(at("archive", innovation), {"reason": "Layanan digabung."})
    assert "Layanan digabung." in page(client.get(at("work", innovation)))
    assert client.get(at("edit", innovation)).status_code == 403
    again = page(client.post(at("archive", innovation), {"reason": "Sekali lagi."}))
    assert "sudah diarsipkan" in again
    assert "Sekali lagi." in again


def test_origin_of_a_reported_replica_is_refused_at_the_field(client: WatchfulClient) -> None:
    world = make_replication(ReplicationState.VERIFIED)
    row, other = world.replication, make_published_innovation()
    replica = Innovation.objects.get(pk=row.replica_id)
    client.force_login(world.asking.innovator)
    for typed in (other.code, ""):
        html = page(client.post(at("edit", replica), answers(replica, replicates=typed)))
        assert 'href="#id_replicates"' in html
        assert f"replika {row.origin.code} pada {row.code}" in html
        alone = client.put(
            at("edit", replica),
            {"replicates": typed},
            content_type="application/json",
            headers={"If-Match": f'"{replica.edit_number}"'},
        )
        assert row.code in alone.json()["errors"]["replicates"]
    assert Innovation.objects.get(pk=replica.pk).replicates == row.origin
    renamed = answers(replica, title="Judul baru")
    assert client.post(at("edit", replica), renamed).status_code == 302
