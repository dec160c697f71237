"""Findings while somebody types: the same rules, unsaved text, nothing written or leaked."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.enums import EntryState
from competitions.models import EligibilityRule, Entry
from innovations.actions.dossiers import edit_innovation
from innovations.forms.autosave import controls_of
from innovations.models import Innovation
from innovations.queries.edits import IDENTITY_FIELDS
from sinovik.audit import clock
from tests.factories import (
    REGISTRATION,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_published_innovation,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient


@pytest.fixture
def contest(db: None) -> Contest:
    return make_contest(REGISTRATION, entries=1)


@pytest.fixture
def origin(db: None) -> Innovation:
    innovation = make_published_innovation(make_team())
    Innovation.objects.filter(pk=innovation.pk).update(title="Perahu Sehat Keliling Pulau")
    return Innovation.objects.select_related("agency").get(pk=innovation.pk)


def section(contest: Contest, key: str = "novelty") -> str:
    return reverse("competitions:section_findings", args=[contest.entries[0].pk, key])


def identity(contest: Contest) -> str:
    return reverse("competitions:identity_findings", args=[contest.entries[0].innovation_id])


TITLE = "/kerja/peserta/baru/judul/"


def said(client: WatchfulClient, address: str, **typed: str) -> str:
    response = client.post(address, typed)
    assert response.status_code == 200
    return response.content.decode().strip()


def test_typed_section_is_examined_and_not_saved(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.team.innovator)
    assert "ketikan acak" in said(client, section(contest), text="asdfgh qwerty zxcvbn")
    assert "Kurangi 1 kata" in said(client, section(contest), text="kata " * 301)
    assert "menyalin pertanyaan" in said(client, section(contest), text="Bagaimana novelty?")
    assert said(client, section(contest), text="") == ""
    assert said(client, section(contest), text="Obat diantar tukang ojek desa.") == ""
    same = said(client, section(contest), text="Isi bagian background.")
    assert "terlalu singkat" in same
    entry = Entry.objects.select_related("innovation").get(pk=contest.entries[0].pk)
    assert entry.innovation.sections["novelty"] == "Isi bagian novelty."


def test_flood_is_no_text(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.team.innovator)
    assert said(client, section(contest), text="x" * 70_000) == ""


def test_title_at_the_very_start_shows_the_way_out(
    client: WatchfulClient, contest: Contest, origin: Innovation
) -> None:
    client.force_login(contest.team.innovator)
    html = said(client, TITLE, **{"new-title": "Perahu Sehat Keliling Pulau Kami"})
    assert origin.title in html
    assert f'data-replicates="{origin.code}"' in html
    declared = {"new-title": "Perahu Sehat Keliling Pulau Kami", "new-replicates": origin.code}
    html = said(client, TITLE, **declared)
    assert "Tercatat sebagai replikasi" in html
    assert "data-replicates" not in html
    assert said(client, TITLE, **{"new-title": "Per"}) == ""
    assert said(client, TITLE, **{"new-title": "x" * 300}) == ""


def test_titles_of_others_are_not_read_through_the_typing(
    client: WatchfulClient, contest: Contest
) -> None:
    own, contest.team = contest.team, make_team()
    (secret,) = enter(contest, make_innovations(contest.team, titles=["Kanari Rahasia Tetangga"]))
    client.force_login(own.innovator)
    asked = {"new-title": "Kanari Rahasia Tetangga Kami"}
    assert said(client, TITLE, **asked) == ""
    walk_entry(contest, secret, EntryState.SUBMITTED)
    html = said(client, TITLE, **asked)
    assert "Instansi lain memiliki usulan" in html
    assert "Kanari" not in html
    assert "data-replicates" not in html


def test_identity_is_examined_as_typed(
    client: WatchfulClient, contest: Contest, origin: Innovation
) -> None:
    client.force_login(contest.team.innovator)
    year = str(contest.stage(REGISTRATION).closes_at.year)
    young = {"started_on_day": "1", "started_on_month": "1", "started_on_year": year}
    assert "Inovasi mulai diterapkan" in said(client, identity(contest), title="Baru", **young)
    html = said(client, identity(contest), title=origin.title, started_on_day="x", category="99999")
    assert origin.title in html
    assert said(client, identity(contest), title="") == ""
    EligibilityRule.objects.filter(edition=contest.edition, key="similar_title").update(is_on=False)
    assert said(client, identity(contest), title=origin.title) == ""


def test_identity_of_a_dossier_without_a_proposal(
    client: WatchfulClient, contest: Contest, origin: Innovation
) -> None:
    (innovation,) = make_innovations(contest.team, titles=["Perahu Sehat Keliling Pulau"])
    client.force_login(contest.team.admin)
    address = reverse("competitions:identity_findings", args=[innovation.pk])
    html = said(client, address, title=innovation.title)
    assert origin.code in html
    assert innovation.code not in html


def test_strangers_and_readers_type_nowhere(client: WatchfulClient, contest: Contest) -> None:
    stranger = make_team()
    for user, statuses in (
        (stranger.innovator, {404}),
        (contest.officer, {403, 404}),
        (contest.observer, {403, 404}),
        (contest.evaluators[0], {403, 404}),
    ):
        client.force_login(user)
        for address in (section(contest), identity(contest)):
            assert client.post(address, {"text": "a", "title": "a"}).status_code in statuses
    for user in (contest.officer, contest.observer, contest.evaluators[0]):
        client.force_login(user)
        assert client.post(TITLE, {"title": "a"}).status_code == 403
    client.force_login(contest.team.innovator)
    assert client.get(TITLE).status_code == 405
    assert client.post(section(contest, "nowhere"), {"text": "a"}).status_code == 404


@pytest.mark.parametrize("page", ["section", "identity", "title"])
def test_typing_stays_cheap(client: WatchfulClient, contest: Contest, page: str) -> None:
    make_innovations(contest.team, titles=[f"Perahu Sehat Pulau {n}" for n in range(5)])
    client.force_login(contest.team.innovator)
    address = {"section": section(contest), "identity": identity(contest), "title": TITLE}[page]
    typed = {"text": "Perahu", "title": "Perahu Sehat Pulau", "new-title": "Perahu Sehat Pulau"}
    client.post(address, typed)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(address, typed).status_code == 200
    assert len(queries) <= 13


def test_replica_declared_at_the_start_is_stored_shown_and_frozen(
    client: WatchfulClient, contest: Contest, origin: Innovation
) -> None:
    client.force_login(contest.team.innovator)
    answers = {
        "new-title": "Perahu Sehat Keliling Pulau Kami",
        "new-group": str(contest.edition.groups.get().pk),
        "new-unit": str(contest.team.unit.pk),
        "new-replicates": f" {origin.code.lower()} ",
    }
    response = client.post(reverse("competitions:entry_create"), answers)
    entry = Entry.objects.select_related("innovation").latest("pk")
    assert response["Location"] == reverse("competitions:entry_tasks", args=[entry.pk])
    assert entry.innovation.replicates == origin
    for name in ("entry_tasks", "entry_check"):
        html = client.get(reverse(f"competitions:{name}", args=[entry.pk])).content.decode()
        assert origin.title in html
        assert origin.agency.name in html
    wrong = answers | {"new-replicates": "INO-99999999", "new-title": "Yang Lain"}
    html = client.post(reverse("competitions:entry_create"), wrong).content.decode()
    assert "Kode inovasi itu tidak ditemukan" in html
    assert "Yang Lain" in html


def test_check_page_leads_to_the_form_with_the_origin_filled_in(
    client: WatchfulClient, contest: Contest, origin: Innovation
) -> None:
    entry = contest.entries[0]
    Innovation.objects.filter(pk=entry.innovation_id).update(title=f"{origin.title} Kami")
    client.force_login(contest.team.innovator)
    page = client.get(reverse("competitions:entry_check", args=[entry.pk])).content.decode()
    assert f"mereplikasi={origin.code}#id_replicates" in page
    address = reverse("innovations:innovation_edit", args=[entry.innovation_id])
    html = client.get(f"{address}?mereplikasi={origin.code}").content.decode()
    assert f'value="{origin.code}"' in html
    entry.innovation.refresh_from_db()
    assert entry.innovation.replicates is None


def test_submitted_version_names_the_origin(contest: Contest, origin: Innovation) -> None:
    entry = contest.entries[0]
    edit_innovation(
        by=contest.team.innovator,
        innovation=entry.innovation,
        edit_number=1,
        changes={"replicates": origin},
    )
    done = walk_entry(contest, entry, EntryState.SUBMITTED)
    assert done.version is not None
    expected = f"{origin.code} · {origin.title} · {origin.agency.name}"
    assert done.version.content["replicates"] == expected


def test_identity_form_keeps_a_stored_origin_that_was_archived_since(
    client: WatchfulClient, contest: Contest, origin: Innovation
) -> None:
    innovation = contest.entries[0].innovation
    Innovation.objects.filter(pk=innovation.pk).update(replicates=origin)
    Innovation.objects.filter(pk=origin.pk).update(
        state="archived",
        archived_at=clock.now(),
        archived_by=contest.team.admin,
        archive_reason="Berhenti.",
    )
    client.force_login(contest.team.innovator)
    address = reverse("innovations:innovation_edit", args=[innovation.pk])
    typed = controls_of(innovation, IDENTITY_FIELDS) | {
        "title": "Judul baru",
        "edit_number": str(innovation.edit_number),
        "replicates": origin.code,
        "team-TOTAL_FORMS": "0",
        "team-INITIAL_FORMS": "0",
        "links-TOTAL_FORMS": "0",
        "links-INITIAL_FORMS": "0",
    }
    assert client.post(address, typed).status_code == 302
    innovation.refresh_from_db()
    assert (innovation.title, innovation.replicates) == ("Judul baru", origin)
    own = typed | {"replicates": innovation.code, "edit_number": str(innovation.edit_number)}
    html = client.post(address, own).content.decode()
    assert "mereplikasi dirinya sendiri" in html
