"""Autosave over HTTP: the identity field by field, presence, and the contract of every form."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse

from agencies.models import Region
from innovations.actions.dossiers import edit_innovation, save_sections
from innovations.actions.presence import end_presence, note_presence
from innovations.forms.autosave import controls_of, is_identity_field
from innovations.models import EditPresence, Innovation, SustainableGoal
from innovations.queries.edits import IDENTITY_FIELDS
from innovations.queries.presence import EXPIRY, writers_of, writing_now
from sinovik.audit import clock
from sinovik.web.access import Forbidden
from sinovik.web.kept import writer_mark
from tests.factories import (
    Team,
    make_category,
    make_contest,
    make_innovations,
    make_person,
    make_province,
    make_team,
    walk_entry,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
TYPED = {
    "title": "Judul lama diketik",
    "edit_number": "1",
    "team-TOTAL_FORMS": "1",
    "team-INITIAL_FORMS": "0",
    "team-0-name": "Rina",
    "team-0-position": "",
    "links-TOTAL_FORMS": "0",
    "links-INITIAL_FORMS": "0",
}
UNSENT = {"csrfmiddlewaretoken", "edit_number", "writer", "more"}
"""What the form's script leaves out, and the button that adds rows."""


@pytest.fixture
def team() -> Team:
    return make_team()


@pytest.fixture
def innovation(team: Team) -> Innovation:
    for number in (3, 11):
        SustainableGoal.objects.create(
            number=number, name=f"Tujuan {number}", name_en="", color="#000"
        )
    return make_innovations(team)[0]


def at(innovation: Innovation) -> str:
    return reverse("innovations:innovation_edit", args=[innovation.pk])


def put(
    client: WatchfulClient, innovation: Innovation, version: int = 1, **fields: Any
) -> HttpResponse:
    return client.put(
        at(innovation),
        json.dumps({name.replace("__", "-"): value for name, value in fields.items()}),
        content_type="application/json",
        headers={"If-Match": f'"{version}"'},
    )


def fresh(innovation: Innovation) -> Innovation:
    return Innovation.objects.get(pk=innovation.pk)


def people(innovation: Innovation) -> list[tuple[str, str]]:
    return [(member.name, member.position) for member in innovation.team.all()]


def test_each_kind_of_field_is_saved_alone(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    region = make_province("31")
    Region.objects.filter(pk=region.pk).update(name="Jakarta")
    changes: list[dict[str, Any]] = [
        {"title": "  Judul   baru "},
        {"category": str(make_category("kesehatan").pk)},
        {"started_on_day": "27", "started_on_month": "3", "started_on_year": "2018"},
        {"novelty_kind": "adaptation"},
        {"benefit": "direct"},
        {"goals": ["3", "11"]},
        {"team__0__name": "Rina", "team__0__position": "Ketua", "team__1__name": ""},
        {"links__0__title": "", "links__0__url": "contoh.go.id/berita"},
    ]
    for number, fields in enumerate(changes, 1):
        answer = put(client, innovation, number, **fields)
        assert answer.status_code == 204, (fields, answer.content)
        assert answer["ETag"] == f'"{number + 1}"'
        assert answer["Saved-At"]
    row = fresh(innovation)
    assert row.title == "Judul baru"
    assert str(row.started_on) == "2018-03-27"
    assert (row.novelty_kind, row.benefit) == ("adaptation", "direct")
    assert [goal.number for goal in row.goals.all()] == [3, 11]
    assert people(row) == [("Rina", "Ketua")]
    (link,) = row.links.all()
    assert (link.title, link.url) == ("https://contoh.go.id/berita",) * 2
    assert row.summary == innovation.summary


def test_saving_what_is_stored_changes_nothing(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    put(client, innovation, team__0__name="Rina", team__0__position="Ketua")
    for fields in (
        {"title": innovation.title},
        {"started_on_day": "1", "started_on_month": "1", "started_on_year": "2015"},
        {"team__0__name": "Rina", "team__0__position": "Ketua"},
    ):
        assert put(client, innovation, 1, **fields)["ETag"] == '"2"'
    assert fresh(innovation).edit_number == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"title": ""},
        {"started_on_day": "27", "started_on_month": "", "started_on_year": ""},
        {"links__0__title": "Berita", "links__0__url": "https://"},
        {"links__0__title": "Berita", "links__0__url": ""},
        {"team__0__name": "", "team__0__position": "Ketua"},
    ],
)
def test_what_is_not_finished_waits_without_a_word(
    client: WatchfulClient, team: Team, innovation: Innovation, fields: dict[str, str]
) -> None:
    client.force_login(team.innovator)
    answer = put(client, innovation, category="", **fields)
    assert answer.status_code == 200
    told = answer.json()
    assert set(told["held"]) == {name.replace("__", "-") for name in fields}
    assert not told["errors"]
    row = fresh(innovation)
    assert row.category is None
    assert row.title == innovation.title
    assert row.started_on == innovation.started_on
    assert not people(row)
    assert not row.links.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": "a" * 201}, "paling panjang 200"),
        ({"category": "99999"}, "Pilih"),
        ({"novelty_kind": "ajaib"}, "ajaib"),
        ({"goals": ["99"]}, "99"),
        ({"started_on_day": "31", "started_on_month": "2", "started_on_year": "2019"}, "Tanggal"),
        ({"started_on_day": "1", "started_on_month": "1", "started_on_year": "2999"}, "masa depan"),
        ({"team__0__name": "a" * 121}, "120"),
        ({"links__0__url": "https://a.id/" + "a" * 400}, "400"),
    ],
)
def test_what_can_not_be_is_told_beside_the_field(
    client: WatchfulClient,
    team: Team,
    innovation: Innovation,
    fields: dict[str, Any],
    sentence: str,
) -> None:
    client.force_login(team.innovator)
    answer = put(client, innovation, **fields)
    assert answer.status_code == 200
    errors = answer.json()["errors"]
    assert {name.replace("__", "-") for name in fields} <= set(errors)
    assert all(sentence in error for error in errors.values())
    assert fresh(innovation).edit_number == 1


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b", "\udfff"])
def test_characters_that_no_text_holds_are_told_beside_the_field(
    client: WatchfulClient, team: Team, innovation: Innovation, text: str
) -> None:
    client.force_login(team.innovator)
    for fields in ({"title": text}, {"goals": [text]}, {"team__0__name": text}):
        answer = put(client, innovation, **fields)
        assert answer.status_code == 400
        (error,) = answer.json()["errors"].values()
        assert "tidak dapat disimpan" in error


@pytest.mark.parametrize(
    "name",
    [
        "state",
        "agency",
        "slug",
        "summary",
        "sections",
        "edit_number",
        "is_simulated",
        "created_by",
        "updated_at",
        "started_on",
        "started_on_hour",
        "team",
        "team-0-id",
        "team-30-name",
        "links-15-url",
        "links-0-name",
        "team-TOTAL_FORMS",
        "",
    ],
)
def test_fields_that_the_form_lacks_are_refused(
    client: WatchfulClient, team: Team, innovation: Innovation, name: str
) -> None:
    client.force_login(team.admin)
    answer = put(client, innovation, **{"title": "Judul lain", name: "1"})
    assert answer.status_code == 400
    assert fresh(innovation).title == innovation.title


def test_every_column_of_the_dossier_is_either_a_field_or_refused(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    columns = {column.name for column in Innovation._meta.get_fields()}
    taken = {name for name in columns if put(client, innovation, **{name: "x"}).status_code != 400}
    form = {"title", "unit", "category", "location", "novelty_kind", "novelty_form", "benefit"}
    assert taken == form | {"goals", "replicates"}


def test_unit_of_another_agency_is_refused(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    put(client, innovation, unit=str(make_team().unit.pk))
    assert fresh(innovation).unit == team.unit


def test_two_people_on_different_fields_are_no_conflict(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    edit_innovation(
        by=team.admin, innovation=innovation, edit_number=1, changes={"benefit": "direct"}
    )
    client.force_login(team.innovator)
    assert put(client, innovation, 1, title="Judul baru")["ETag"] == '"3"'
    assert fresh(innovation).benefit == "direct"


def test_two_people_on_one_field_see_both(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    edit_innovation(
        by=team.admin,
        innovation=innovation,
        edit_number=1,
        changes={
            "title": "Judul <rekan>",
            "team": [("Rina", ""), ("Budi", "Ketua")],
            "goals": [3],
            "novelty_kind": "original",
            "started_on": None,
        },
    )
    client.force_login(team.innovator)
    answer = put(
        client,
        innovation,
        1,
        title="Judul saya",
        team__0__name="Sari",
        goals=[],
        novelty_kind="adaptation",
        started_on_day="2",
        started_on_month="1",
        started_on_year="2015",
    )
    assert answer.status_code == 409
    told = answer.json()
    assert told["version"] == 2
    assert told["fields"]["title"] == "Judul <rekan>"
    assert told["fields"]["team-1-name"] == "Budi"
    assert told["fields"]["goals"] == ["3"]
    assert told["fields"]["started_on_year"] == ""
    assert "Judul &lt;rekan&gt;" in told["panel"]
    assert "Budi · Ketua" in told["panel"]
    assert "2 Januari 2015" in told["panel"]
    assert fresh(innovation).title == "Judul <rekan>"
    assert put(client, innovation, told["version"], title="Judul saya").status_code == 204


def test_identity_is_locked_while_the_admin_reads(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    entry = walk_entry(contest, contest.entries[0], "with_agency")
    client.force_login(contest.team.innovator)
    answer = put(client, entry.innovation, title="Diam-diam")
    assert answer.status_code == 423
    assert "sedang diperiksa admin instansi" in answer.json()["message"]


def test_identity_of_another_agency_is_not_found(
    client: WatchfulClient, innovation: Innovation
) -> None:
    client.force_login(make_team().innovator)
    assert put(client, innovation, title="Disusupkan").status_code == 404
    assert put(client, innovation, 99, title="Disusupkan").status_code == 404


def test_button_after_saving_while_typing_keeps_new_rows(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    rows = {
        "team-0-name": "Rina",
        "team-0-position": "Ketua",
        "links-0-title": "Berita",
        "links-0-url": "https://contoh.go.id/",
    }
    assert put(client, innovation, **rows).status_code == 204
    client.post(
        at(innovation),
        {
            **rows,
            "title": innovation.title,
            "edit_number": str(fresh(innovation).edit_number),
            "team-TOTAL_FORMS": "2",
            "team-INITIAL_FORMS": "0",
            "links-TOTAL_FORMS": "2",
            "links-INITIAL_FORMS": "0",
        },
    )
    assert people(innovation) == [("Rina", "Ketua")]
    assert innovation.links.get().title == "Berita"


def test_bound_identity_form_sends_only_fields_that_can_be_saved(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    """A form that comes back with a fault is sent whole by its script."""
    client.force_login(team.innovator)
    page = client.post(at(innovation), TYPED | {"title": ""}).content.decode()
    assert "data-unsent" in page
    shown = re.sub(r'<div data-autosave="off">.*?</div>', "", page[page.index("data-unsent") :])
    names = set(re.findall(r'name="([^"]+)"', shown)) - UNSENT
    assert [name for name in sorted(names) if not is_identity_field(name)] == []


def test_identity_form_outlives_its_session(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.post(at(innovation), TYPED | {"writer": writer_mark(team.innovator)})
    client.force_login(team.innovator)
    page = client.get(at(innovation)).content.decode()
    assert "Judul lama diketik" in page
    assert 'value="Rina"' in page
    assert "data-unsent" in page
    # The form's script saves at the same address: what was kept has done its work.
    put(client, innovation, title="Judul lama diketik")
    assert "data-unsent" not in client.get(at(innovation)).content.decode()


def presence(client: WatchfulClient, innovation: Innovation, **fields: str) -> HttpResponse:
    return client.post(reverse("innovations:innovation_presence", args=[innovation.pk]), fields)


def test_presence_is_told_to_colleagues_until_it_expires(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    assert presence(client, innovation, place="novelty").json() == {"others": []}
    client.force_login(team.admin)
    told = presence(client, innovation, place="novelty").json()["others"]
    assert told[0].startswith(f"{team.innovator.name} ({team.unit.name}) sedang mengisi")
    assert presence(client, innovation, place="background").json() == {"others": []}
    client.force_login(team.innovator)
    (sentence,) = presence(client, innovation, place="novelty").json()["others"]
    assert "(admin instansi)" in sentence
    assert presence(client, innovation, place="novelty", leaving="1").status_code == 204
    assert [one.place for one in writing_now(innovation, besides=team.admin)] == []
    with clock.at(clock.now() + EXPIRY):
        assert writing_now(innovation, besides=team.innovator) == []
        note_presence(by=team.innovator, innovation=innovation, place="novelty")
    assert EditPresence.objects.count() == 1


@pytest.mark.parametrize("place", ["", "a b", "a" * 41, "<script>"])
def test_presence_in_no_place_is_refused(
    client: WatchfulClient, team: Team, innovation: Innovation, place: str
) -> None:
    client.force_login(team.innovator)
    assert presence(client, innovation, place=place).status_code == 400
    assert not EditPresence.objects.exists()


def test_presence_of_strangers_is_refused_and_hidden(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    stranger = make_team().admin
    note_presence(by=team.innovator, innovation=innovation, place="novelty")
    client.force_login(stranger)
    assert presence(client, innovation, place="novelty").status_code == 404
    with pytest.raises(Forbidden):
        note_presence(by=stranger, innovation=innovation, place="novelty")
    with pytest.raises(Forbidden):
        end_presence(by=stranger, innovation=innovation, place="novelty")


def test_writers_are_the_unit_the_admin_and_who_opened_the_dossier(team: Team) -> None:
    colleague = make_person("innovator", agency=team.agency, unit=team.unit, name="Aminah")
    make_person("innovator", agency=team.agency, name="Dari unit lain")
    (innovation,) = make_innovations(team)
    names = {writer.user for writer in writers_of(innovation)}
    assert names == {team.innovator, team.admin, colleague}
    Innovation.objects.filter(pk=innovation.pk).update(unit=None)
    assert {one.user for one in writers_of(fresh(innovation))} == {team.innovator, team.admin}


def test_saving_a_section_does_not_disturb_the_identity(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    save_sections(by=team.admin, innovation=innovation, edit_number=1, sections={"novelty": "x"})
    client.force_login(team.innovator)
    assert put(client, innovation, 1, title="Judul baru").status_code == 204


def test_newer_identity_of_ones_own_other_tab_is_called_ones_own(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    assert put(client, innovation, 1, title="Judul tab pertama").status_code == 204
    told = put(client, innovation, 1, title="Judul tab kedua").json()["panel"]
    boxes = controls_of(innovation, IDENTITY_FIELDS)
    plain = client.post(at(innovation), boxes | TYPED).content.decode()
    for each in (told, plain):
        assert "Anda sendiri menyimpan identitas ini" in each


def test_rows_that_can_not_be_counted_are_refused_in_words(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    client.force_login(team.innovator)
    answer = client.post(at(innovation), TYPED | {"team-TOTAL_FORMS": "dua"})
    assert answer.status_code == 422
    assert "team-TOTAL_FORMS" in answer.content.decode().partition("error-summary")[2][:900]


def test_a_day_that_has_begun_in_jakarta_is_no_future(
    client: WatchfulClient, team: Team, innovation: Innovation
) -> None:
    half_past_midnight = (clock.now() + timedelta(days=1)).replace(hour=17, minute=30)
    with clock.at(half_past_midnight):
        client.force_login(team.innovator)
        for later, is_refused in ((0, False), (1, True)):
            day = clock.today() + timedelta(days=later)
            parts = {"day": day.day, "month": day.month, "year": day.year}
            fields = {f"started_on_{name}": str(part) for name, part in parts.items()}
            answer = put(client, innovation, **fields)
            innovation.refresh_from_db()
            assert answer.status_code == (200 if is_refused else 204)
            assert (b"masa depan" in answer.content) is is_refused
