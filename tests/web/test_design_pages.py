"""Pages of the edition designer: every part kept, changed, refused with what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.design import clone_edition
from competitions.actions.edition_changes import propose_change
from competitions.blueprints import Part
from competitions.models import Edition, EditionChange
from competitions.queries.design import Place, blueprint_of, places_of, present_content
from tests.editions import FIRST, REVIEW
from tests.factories import Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=0)


@pytest.fixture
def draft(contest: Contest) -> Edition:
    year = contest.edition.year + 400
    return clone_edition(
        by=contest.head, source=contest.edition, year=year, name="KIPP baru", theme="Tema baru"
    )


def page(edition: Edition, address: str) -> str:
    return reverse("competitions:design_part", args=[edition.year, address])


def overview(edition: Edition) -> str:
    return reverse("competitions:design_overview", args=[edition.year])


def filled(client: WatchfulClient, address: str) -> dict[str, Any]:
    """What the page's form would send, untouched."""
    context = client.get(address).context
    fields: dict[str, Any] = {"seen": context["seen"]}
    formset = context["rows"].formset
    for form in [formset.management_form, *formset.forms]:
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                shown = "on" if value is True else bound.field.widget.format_value(value)
                fields[bound.html_name] = value if isinstance(value, list) else shown
    return {name: value for name, value in fields.items() if value is not None}


def test_every_part_sent_back_untouched_changes_nothing(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.head)
    before = blueprint_of(draft)
    for place in places_of(before):
        address = page(draft, place.address)
        response = client.post(address, filled(client, address))
        assert response.status_code == 302, (place, response.context["errors"])
    draft.refresh_from_db()
    assert blueprint_of(draft) == before


def test_every_part_sent_without_a_field_is_refused(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.head)
    before = blueprint_of(draft)
    for place in places_of(before):
        with CaptureQueriesContext(connection) as asked:
            response = client.post(page(draft, place.address))
        assert response.status_code in (409, 422), place
        assert len(asked) <= 15 or response.status_code == 409
    draft.refresh_from_db()
    assert blueprint_of(draft) == before


def test_head_makes_an_edition_from_another_in_the_browser(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.head)
    address = reverse("competitions:design_clone")
    assert address in client.get(reverse("competitions:work_home")).content.decode()
    taken = {"source": contest.edition.pk, "year": contest.edition.year, "name": "KIPP uji salin"}
    refused = client.post(address, taken)
    assert refused.status_code == 409
    assert "KIPP uji salin" in refused.content.decode()
    made = client.post(address, taken | {"year": 2042})
    edition = Edition.objects.get(year=2042)
    assert made["Location"] == overview(edition)
    body = client.get(overview(edition)).content.decode()
    assert "Tema belum diisi" in body
    assert client.get(edition.get_absolute_url()).status_code == 404
    publish = reverse("competitions:design_publish", args=[edition.year])
    refusal = client.post(publish)
    assert refusal.status_code == 409
    assert "Tema belum diisi" in refusal.content.decode()
    theme = page(edition, "tema")
    client.post(theme, filled(client, theme) | {"baris-0-theme": "Dekat"})
    assert client.post(publish).status_code == 302
    assert client.get(edition.get_absolute_url()).status_code == 200
    assert client.post(publish, follow=True).status_code == 200


def test_rows_are_added_ordered_and_removed(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.head)
    address = page(draft, "kelompok")
    typed = filled(client, address) | {
        "baris-1-name": "Replikasi",
        "baris-1-minimum_age_months": "12",
        "baris-1-ORDER": "0",
        "again": "1",
    }
    assert client.post(address, typed)["Location"] == address
    assert [group.slug for group in draft.groups.all()] == ["replikasi", "umum"]
    again = filled(client, address) | {
        "baris-2-name": "Replikasi",
        "baris-2-minimum_age_months": "6",
    }
    client.post(address, again)
    assert "dipakai dua kali" in client.get(address).content.decode()
    drop = filled(client, address) | {"baris-0-DELETE": "on"}
    client.post(address, drop)
    assert [group.slug for group in draft.groups.all()] == ["umum", "replikasi-2"]


def test_refused_page_keeps_what_was_typed(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.head)
    address = page(draft, f"rubrik-{REVIEW}")
    typed = filled(client, address) | {
        "baris-0-name": "Nama yang panjang sekali",
        "baris-0-weight": "0",
        "baris-0-label_0": "Kurang sekali",
        "baris-0-note_rule": "always",
    }
    response = client.post(address, typed)
    body = response.content.decode()
    assert "Bobot harus lebih dari 0" in body
    assert "Nama yang panjang sekali" in body
    assert "Kurang sekali" in body
    for weight, sentence in (("30.5", "Titik memisahkan"), ("100,5", "paling besar 100")):
        refused = client.post(address, typed | {"baris-0-weight": weight})
        assert sentence in refused.content.decode()
    english = client.post(f"/en{address}", typed | {"baris-0-weight": "30,5"})
    assert "A comma separates thousands" in english.content.decode()
    good = client.post(address, typed | {"baris-0-weight": "30,00"})
    assert good.status_code == 302
    criterion = draft.stages.get(slug=REVIEW).criteria.first()
    assert criterion is not None
    assert criterion.levels.get().label == "Kurang sekali"
    assert criterion.note_rule == "always"
    stale = client.post(address, typed | {"baris-0-weight": "30,00"})
    assert stale.status_code == 409
    assert "Nama yang panjang sekali" in stale.content.decode()


def test_numbers_of_a_rule_are_fields_of_their_own(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.head)
    address = page(draft, "syarat")
    rows = present_content(blueprint_of(draft), Place(Part.RULES))
    (place,) = [n for n, row in enumerate(rows) if row["key"] == "former_winner"]
    name = f"baris-{place}-bands"
    wrong = client.post(address, filled(client, address) | {name: "top-45 = sekali"})
    assert "top-45 = sekali" in wrong.content.decode()
    client.post(address, filled(client, address) | {name: "top-45 = 1\r\n\r\ntop-99 = 3"})
    assert draft.rules.get(key="former_winner").parameters["bands"] == {"top-45": 1, "top-99": 3}


def test_dates_and_settings_are_changed(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.head)
    dates = page(draft, "jadwal")
    day = f"{blueprint_of(draft).stages[0].opens_at - timedelta(days=40):%Y-%m-%d}"
    untouched = blueprint_of(draft)
    late = f"{draft.year + 5}-01-31"
    refused = client.post(dates, filled(client, dates) | {"baris-0-opens_on": late})
    assert refused.status_code == 409
    assert late in refused.content.decode()
    assert blueprint_of(draft) == untouched
    client.post(dates, filled(client, dates) | {"baris-0-opens_on": day})
    assert f"{blueprint_of(draft).stages[0].opens_at:%Y-%m-%d}" == day
    settings = page(draft, f"ketentuan-{FIRST}")
    client.post(
        settings,
        filled(client, settings) | {"baris-0-tie_0": "background", "baris-0-tie_1": "novelty"},
    )
    assert draft.stages.get(slug=FIRST).tie_break == ["background", "novelty"]


@pytest.mark.parametrize("part", [f"ketentuan-{FIRST}", "jadwal", "tema", "kelompok"])
@pytest.mark.parametrize("told", ["123", "١٢٣", "999999", "0", "-1", "x"])
def test_a_count_of_rows_that_is_not_the_parts_is_no_failure(
    client: WatchfulClient, contest: Contest, draft: Edition, part: str, told: str
) -> None:
    client.force_login(contest.head)
    address = page(draft, part)
    answer = client.post(address, filled(client, address) | {"baris-TOTAL_FORMS": told})
    assert answer.status_code in (302, 409, 422)
    assert len(answer.content) < 400_000


def test_locked_part_is_proposed_and_decided_through_the_pages(
    client: WatchfulClient, contest: Contest
) -> None:
    client.force_login(contest.head)
    address = page(contest.edition, "kelompok")
    typed = filled(client, address) | {"baris-0-quota": "8"}
    assert "Isi alasannya" in client.post(address, typed).content.decode()
    assert client.post(address, typed | {"usul-reason": "Surat B/7"}).status_code == 302
    change = EditionChange.objects.get()
    decide = reverse("competitions:change_decide", args=[change.pk])
    assert decide in client.get(address).content.decode()
    assert decide in client.get(overview(contest.edition)).content.decode()
    own = client.get(decide).content.decode()
    assert "disabled" in own
    assert client.post(decide, {"action": "confirm"}).status_code == 403
    client.force_login(contest.officer)
    assert decide in client.get(reverse("competitions:work_home")).content.decode()
    empty = client.post(decide, {"action": "reject", "reason": ""})
    assert "Isi alasannya" in empty.content.decode()
    assert client.post(decide, {"action": "confirm"}).status_code == 302
    assert contest.edition.groups.get().quota == 8
    assert client.get(decide).status_code == 200


def test_officers_read_and_others_are_kept_out(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.officer)
    assert client.get(overview(draft)).status_code == 200
    address = page(draft, "tema")
    typed = filled(client, address) | {"baris-0-theme": "Diam-diam"}
    assert "disabled" in client.get(address).content.decode()
    assert client.post(address, typed).status_code == 403
    assert client.get(reverse("competitions:design_clone")).status_code == 403
    for person in (contest.team.admin, contest.observer, contest.evaluators[0]):
        client.force_login(person)
        for closed in (overview(draft), address):
            response = client.get(closed)
            assert response.status_code == 403
            assert "Tema baru" not in response.content.decode()
    client.force_login(contest.head)
    assert client.get(page(draft, "lain")).status_code == 404
    draft.refresh_from_db()
    assert draft.theme == "Tema baru"


def test_pages_ask_the_same_whatever_the_number_of_rows(
    client: WatchfulClient, contest: Contest, draft: Edition
) -> None:
    client.force_login(contest.officer)
    addresses = [overview(draft), page(draft, "kelompok"), page(draft, f"rubrik-{REVIEW}")]

    def queries() -> list[int]:
        counted = []
        for address in addresses:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client.get(address)
            counted.append(len(captured))
        return counted

    client.get(addresses[0])
    one = queries()
    draft.groups.create(slug="dua", name="Dua", position=2, minimum_age_months=1)
    stage = draft.stages.get(slug=REVIEW)
    for number in range(3):
        criterion = stage.criteria.create(
            key=f"k-{number}", name=f"K {number}", question="Apa?", weight=1, position=10 + number
        )
        criterion.levels.create(mark=1, label="Satu", descriptor="Satu")
    rows = present_content(blueprint_of(contest.edition), Place(Part.GROUPS))
    propose_change(
        by=contest.head,
        edition=contest.edition,
        place=Place(Part.GROUPS),
        content=[rows[0] | {"quota": 4}],
        reason="Surat",
    )
    assert queries() == one
    assert max(one) <= 15, one
