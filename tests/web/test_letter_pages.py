"""Letters read before they are sent, and on paper afterwards."""

from io import BytesIO

import pikepdf
import pytest
from django.urls import reverse

from competitions.actions.checks import claim_checks, pass_checks
from competitions.actions.corrections import ask_correction
from competitions.actions.stages import close_stage
from competitions.models import AdministrativeCheck, Letter
from tests import factories
from tests.factories import ADMINISTRATIVE, Contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return factories.make_contest(ADMINISTRATIVE, entries=1)


def claimed(contest: Contest) -> AdministrativeCheck:
    check = AdministrativeCheck.objects.get(stage_entry__entry=contest.entries[0])
    claim_checks(by=contest.officer, checks=[check])
    return check


def test_the_letter_of_a_pass_is_read_before_it_is_sent(
    client: WatchfulClient, contest: Contest
) -> None:
    check = claimed(contest)
    client.force_login(contest.officer)
    address = reverse("competitions:check_detail", args=[check.pk])
    subject = f"Proposal {contest.entries[0].number} lolos seleksi administrasi"
    assert subject in client.get(address).content.decode()
    pass_checks(by=contest.officer, checks=[check])
    assert not Letter.objects.exists()
    assert subject in client.get(address).content.decode()
    close_stage(by=contest.head, stage=contest.stage(ADMINISTRATIVE))
    assert Letter.objects.get().subject == subject
    assert "Surat yang dikirim saat tahap ditutup" not in client.get(address).content.decode()


def test_a_sent_letter_is_a_pdf_in_either_language(
    client: WatchfulClient, contest: Contest
) -> None:
    remark = 'Tulis #set page() apa adanya; 1 < 2 & "kutip" 🙂'
    ask_correction(by=contest.officer, check=claimed(contest), remarks=[("", remark)])
    entry, letter = contest.entries[0], Letter.objects.get()
    client.force_login(contest.team.admin)
    address = reverse("competitions:entry_letter_pdf", args=[entry.pk, letter.pk])
    receipt = reverse("competitions:entry_receipt", args=[entry.pk])
    assert address in client.get(receipt).content.decode()
    for path, subject in ((address, letter.subject), (f"/en{address}", letter.subject_en)):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("attachment")
        with pikepdf.open(BytesIO(answer.content)) as made:
            assert str(made.docinfo["/Title"]) == subject


def test_strangers_and_wrong_pairs_find_no_letter(client: WatchfulClient, contest: Contest) -> None:
    ask_correction(by=contest.officer, check=claimed(contest), remarks=[("", "Perbaiki.")])
    entry, letter = contest.entries[0], Letter.objects.get()
    other = factories.make_contest(ADMINISTRATIVE, entries=1)
    address = reverse("competitions:entry_letter_pdf", args=[entry.pk, letter.pk])
    client.force_login(other.team.admin)
    assert client.get(address).status_code == 404
    wrong = reverse("competitions:entry_letter_pdf", args=[other.entries[0].pk, letter.pk])
    assert client.get(wrong).status_code == 404
