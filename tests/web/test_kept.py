"""What a form sends without a session comes back to its writer, and to nobody else."""

import re

import pytest
from django.urls import reverse

from agencies.models import User
from competitions.models import Entry
from innovations.models import Innovation
from sinovik.web.kept import LARGEST, writer_mark
from tests.factories import Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


@pytest.fixture
def address(contest: Contest) -> str:
    return reverse("competitions:entry_section", args=[contest.entries[0].pk, "novelty"])


def form(writer: User, text: str = "Ditulis lama") -> dict[str, str]:
    return {"text": text, "version": "1", "writer": writer_mark(writer)}


def stored(entry: Entry) -> str:
    return str(Innovation.objects.get(pk=entry.innovation_id).sections["novelty"])


def test_text_comes_back_after_signing_in_and_goes_once_it_is_saved(
    client: WatchfulClient, contest: Contest, address: str
) -> None:
    writer = contest.team.innovator
    response = client.post(address, form(writer))
    assert response.url.startswith(reverse("account_login"))
    assert "muncul lagi setelah masuk" in client.get(response.url).content.decode()
    client.force_login(writer)
    for _again in range(2):
        page = client.get(address).content.decode()
        assert "Ditulis lama" in page
        assert "belum tersimpan" in page
    assert stored(contest.entries[0]) != "Ditulis lama"
    assert client.post(address, form(writer)).status_code == 302
    assert "belum tersimpan" not in client.get(address).content.decode()
    assert stored(contest.entries[0]) == "Ditulis lama"


@pytest.mark.parametrize("more", [{"writer": "1"}, {"writer": "1:palsu"}, {"writer": ""}])
def test_text_without_a_true_mark_is_not_kept(
    client: WatchfulClient, contest: Contest, address: str, more: dict[str, str]
) -> None:
    client.post(address, form(contest.team.innovator) | more)
    client.force_login(contest.team.innovator)
    assert "Ditulis lama" not in client.get(address).content.decode()


def test_text_longer_than_any_form_is_not_kept(
    client: WatchfulClient, contest: Contest, address: str
) -> None:
    client.post(address, form(contest.team.innovator, "a" * (LARGEST + 1)))
    assert "kept_typed" not in client.session


def test_text_of_one_person_is_not_shown_to_a_colleague(
    client: WatchfulClient, contest: Contest, address: str
) -> None:
    client.post(address, form(contest.team.innovator))
    client.force_login(contest.team.admin)
    page = client.get(address).content.decode()
    assert "Ditulis lama" not in page
    assert "belum tersimpan" not in page


def test_text_comes_back_at_its_own_address_alone(
    client: WatchfulClient, contest: Contest, address: str
) -> None:
    client.post(address, form(contest.team.innovator))
    client.force_login(contest.team.innovator)
    other = address.replace("novelty", "background")
    assert "Ditulis lama" not in client.get(other).content.decode()


def test_form_older_than_the_sign_in_is_given_back_and_saves_nothing(
    contest: Contest, address: str
) -> None:
    client = WatchfulClient(enforce_csrf_checks=True)
    client.force_login(contest.team.innovator)
    response = client.post(address, form(contest.team.innovator))
    assert (response.status_code, response.url) == (302, address)
    page = client.get(address).content.decode()
    assert "Ditulis lama" in page
    assert stored(contest.entries[0]) != "Ditulis lama"
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    fresh = form(contest.team.innovator) | {"csrfmiddlewaretoken": token[1]}
    assert client.post(address, fresh).status_code == 302
    assert stored(contest.entries[0]) == "Ditulis lama"


def test_forged_form_is_refused(contest: Contest, address: str) -> None:
    client = WatchfulClient(enforce_csrf_checks=True)
    client.force_login(contest.team.innovator)
    for forged in (form(contest.team.admin), {"text": "Disusupkan", "version": "1"}):
        assert client.post(address, forged).status_code == 403
        assert "Disusupkan" not in client.get(address).content.decode()


def test_state_of_the_session_is_told_and_begun_anew(
    client: WatchfulClient, contest: Contest
) -> None:
    address = reverse("account_session")
    assert client.get(address).status_code == 302
    client.force_login(contest.team.innovator)
    assert 0 < client.get(address).json()["left"] <= 12 * 3600
    row = client.session.get_session_cookie_age()
    assert client.post(address).json()["left"] == row
