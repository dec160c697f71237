"""Last year's proposal used again, field by field; never over newer text unasked."""

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.carrying import carry_over
from competitions.actions.writing import save_entry_section
from competitions.exceptions import WrongState
from competitions.models import Entry, FormSection
from competitions.queries.carrying import submitted_content
from innovations.actions.dossiers import edit_innovation, save_sections
from innovations.exceptions import StaleEdit
from innovations.models import Innovation
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests.factories import ADMINISTRATIVE, Contest, make_contest, make_team
from tests.owner import past_triggers
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def last_year() -> Contest:
    return make_contest(ADMINISTRATIVE, entries=1)


@pytest.fixture
def contest(last_year: Contest) -> Contest:
    """This year's edition: one section is new, one is gone, one is shorter."""
    this_year = make_contest(entries=0)
    sections = FormSection.objects.filter(edition=this_year.edition)
    with past_triggers():
        sections.filter(key="novelty").update(key="solution", title="Solusi")
        sections.filter(key="background").update(maximum_words=2)
    this_year.team = last_year.team
    return this_year


@pytest.fixture
def entry(client: WatchfulClient, contest: Contest, last_year: Contest) -> Entry:
    """The dossier of last year, taken into this year's edition through the page."""
    client.force_login(contest.team.innovator)
    innovation = last_year.entries[0].innovation
    response = client.post(
        reverse("competitions:entry_create"),
        {
            "known": "1",
            "known-innovation": innovation.pk,
            "known-group": contest.edition.groups.get().pk,
        },
    )
    entry = Entry.objects.get(edition=contest.edition)
    assert response.url == at(entry)
    return entry


def at(entry: Entry) -> str:
    return reverse("competitions:entry_carry", args=[entry.pk])


def stored(entry: Entry) -> Innovation:
    return Innovation.objects.get(pk=entry.innovation_id)


def page(response: HttpResponse) -> str:
    assert response.status_code == 200
    return response.content.decode()


def post(client: WatchfulClient, entry: Entry, **choices: Any) -> HttpResponse:
    number = choices.pop("edit_number", stored(entry).edit_number)
    fields = {f"bagian-{key}": source for key, source in choices.items()}
    return client.post(at(entry), {"edit_number": number, **fields})


def test_page_tells_what_is_kept_new_changed_and_cut(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    save_entry_section(
        by=contest.team.innovator,
        entry=entry,
        edit_number=1,
        key="sustainability",
        text="Isi bagian keberlanjutan.",
    )
    edit_innovation(
        by=contest.team.innovator,
        innovation=entry.innovation,
        edit_number=2,
        changes={"title": "Judul tahun ini"},
    )
    text = page(client.get(at(entry)))
    for words in (
        "Dipakai lagi",
        "Ditanyakan baru",
        "Sudah diubah",
        "<ins>keberlanjutan.</ins>",
        "<del>sustainability. </del>",
        "Perlu dikurangi 1 kata untuk batas yang baru",
        "Tidak ditanyakan lagi",
        "Isi bagian novelty.",
        "Mulai dari teks “Novelty”",
        "Judul tahun ini",
    ):
        assert words in text, words


def test_nothing_changes_that_was_not_chosen(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    before = stored(entry)
    assert post(client, entry).status_code == 302
    after = stored(entry)
    assert (after.sections, after.edit_number) == (before.sections, before.edit_number)


def test_chosen_texts_are_taken_and_recorded(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    save_sections(
        by=contest.team.innovator,
        innovation=entry.innovation,
        edit_number=1,
        sections={"sustainability": "Baru.", "background": "Baru."},
    )
    response = post(client, entry, solution="novelty", sustainability="sustainability")
    assert response.url == reverse("competitions:entry_tasks", args=[entry.pk])
    texts = stored(entry).sections
    assert texts["solution"] == texts["novelty"] == "Isi bagian novelty."
    assert texts["sustainability"] == "Isi bagian sustainability."
    assert texts["background"] == "Baru."
    event = AuditEvent.objects.about(entry).get(verb="entry_carried_over")
    assert event.payload["sections"] == {
        "solution": "novelty",
        "sustainability": "sustainability",
    }


def test_text_saved_since_the_page_was_opened_is_not_overwritten(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    for number, text in ((1, "Baru."), (2, "Lebih baru.")):
        save_entry_section(
            by=contest.team.admin, entry=entry, edit_number=number, key="sustainability", text=text
        )
    response = post(client, entry, edit_number=2, sustainability="sustainability")
    assert response.url == at(entry)
    assert stored(entry).sections["sustainability"] == "Lebih baru."


def test_sources_that_no_form_has_are_refused(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    refused = post(client, entry, solution="rahasia")
    assert refused.status_code == 422
    assert "Kesalahan" in refused.content.decode()
    for sources in ({"solution": "rahasia"}, {"rahasia": "novelty"}):
        with pytest.raises(ValueError, match="rahasia"):
            carry_over(by=contest.team.innovator, entry=entry, edit_number=1, sources=sources)
    assert stored(entry).edit_number == 1


def test_only_writers_of_a_draft_that_took_part_before_may_carry_over(
    client: WatchfulClient, contest: Contest, last_year: Contest, entry: Entry
) -> None:
    sources = {"solution": "novelty"}
    with pytest.raises(Forbidden):
        carry_over(by=make_team().innovator, entry=entry, edit_number=1, sources=sources)
    with pytest.raises(WrongState):
        carry_over(
            by=contest.team.innovator, entry=last_year.entries[0], edit_number=1, sources=sources
        )
    with pytest.raises(StaleEdit):
        carry_over(by=contest.team.innovator, entry=entry, edit_number=9, sources=sources)
    assert client.get(at(last_year.entries[0])).status_code == 404
    client.force_login(make_team().innovator)
    assert client.get(at(entry)).status_code == 404
    client.force_login(contest.head)
    assert client.get(at(entry)).status_code == 403
    with pytest.raises(ValueError, match="never submitted"):
        submitted_content(entry)


def test_task_list_leads_there_and_names_the_writers(
    client: WatchfulClient, contest: Contest, entry: Entry
) -> None:
    tasks = reverse("competitions:entry_tasks", args=[entry.pk])
    place = reverse("innovations:innovation_presence", args=[entry.innovation_id])
    client.force_login(contest.team.admin)
    client.post(place, {"place": "solution"})
    client.force_login(contest.team.innovator)
    text = page(client.get(tasks))
    assert at(entry) in text
    assert contest.team.admin.name in text
    assert "Sedang mengisi “Solusi”" in text
    client.force_login(contest.head)
    assert "Sedang mengisi" not in page(client.get(tasks))


def test_page_stays_cheap(client: WatchfulClient, entry: Entry) -> None:
    client.get(at(entry))
    with CaptureQueriesContext(connection) as context:
        client.get(at(entry))
    assert len(context) <= 15
