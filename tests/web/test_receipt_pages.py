"""The receipt's page and files, and the public page on which anybody checks one."""

import json
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from competitions.actions.entries import send_entry, submit_entry, withdraw_entry
from competitions.actions.reopening import reopen_entry
from competitions.enums import EntryState
from competitions.models import Entry, Receipt
from competitions.queries.receipts import receipt_file
from innovations.actions.dossiers import edit_innovation
from sinovik.audit import signing
from sinovik.audit.outcome import OutcomeUnknown
from sinovik.web.templatetags.web import unbroken
from tests.factories import Contest, make_contest, make_team, walk_entry
from tests.owner import past_triggers
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
VERIFICATION = "/verifikasi/"


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


@pytest.fixture
def receipt(contest: Contest) -> Receipt:
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    submit_entry(by=contest.team.admin, entry=entry)
    return Receipt.objects.select_related("entry__innovation").get()


def at(name: str, entry: Entry) -> str:
    return reverse(f"competitions:{name}", args=[entry.pk])


def test_receipt_page_offers_code_qr_and_files(
    client: WatchfulClient, contest: Contest, receipt: Receipt
) -> None:
    client.force_login(contest.team.innovator)
    html = client.get(at("entry_receipt", receipt.entry)).content.decode()
    assert receipt.code_text in html
    assert receipt.content_hash in html
    assert 'aria-label="Kode QR menuju halaman verifikasi"' in html
    assert f"/verifikasi/{receipt.code_text}/" in html
    for name in ("entry_receipt_pdf", "entry_receipt_json"):
        assert at(name, receipt.entry) in html
    for zone in ("WIB", "WITA", "WIT"):
        assert zone in html


def test_json_is_the_signed_text(
    client: WatchfulClient, contest: Contest, receipt: Receipt
) -> None:
    client.force_login(contest.team.innovator)
    response = client.get(at("entry_receipt_json", receipt.entry))
    assert response.content == receipt_file(receipt)
    assert "attachment" in response["Content-Disposition"]
    found = json.loads(response.content)
    assert signing.is_signed(found["payload"].encode(), found["signature"], found["key"])


def test_pdf_is_tagged_and_the_same_each_time(
    client: WatchfulClient, contest: Contest, receipt: Receipt
) -> None:
    client.force_login(contest.team.innovator)
    first, second = (client.get(at("entry_receipt_pdf", receipt.entry)) for _ in range(2))
    assert first["Content-Type"] == "application/pdf"
    assert first.content.startswith(b"%PDF-")
    assert b"pdfuaid:part" in first.content
    assert b"/StructTreeRoot" in first.content or b"/ObjStm" in first.content
    assert first.content == second.content
    # The language that a request asks for stays active in its thread.
    with translation.override("id"):
        english = client.get("/en" + at("entry_receipt_pdf", receipt.entry))
    assert english.status_code == 200
    assert english.content != first.content


def test_pdf_takes_what_was_typed_as_text_and_never_as_markup(client: WatchfulClient) -> None:
    contest = make_contest(entries=1)
    (entry,) = contest.entries
    edit_innovation(
        by=contest.team.innovator,
        innovation=entry.innovation,
        edit_number=1,
        changes={"title": '#read("/etc/passwd") $x$ ] #panic() "kutip" \\ 😀'},
    )
    walk_entry(contest, Entry.objects.get(pk=entry.pk), EntryState.SUBMITTED)
    client.force_login(contest.team.innovator)
    response = client.get(at("entry_receipt_pdf", entry))
    assert response.content.startswith(b"%PDF-")
    assert b"root:" not in response.content


def test_files_are_for_those_who_see_the_entry(
    client: WatchfulClient, contest: Contest, receipt: Receipt
) -> None:
    client.force_login(make_team().admin)
    for name in ("entry_receipt", "entry_receipt_pdf", "entry_receipt_json"):
        assert client.get(at(name, receipt.entry)).status_code == 404


def test_draft_has_no_receipt_files(client: WatchfulClient, contest: Contest) -> None:
    client.force_login(contest.team.innovator)
    for name in ("entry_receipt_pdf", "entry_receipt_json"):
        assert client.get(at(name, contest.entries[0])).status_code == 404


@pytest.mark.parametrize("write", [str, str.lower, lambda code: code.replace("-", " ")])
def test_code_typed_by_hand_leads_to_the_receipt(
    client: WatchfulClient, receipt: Receipt, write: object
) -> None:
    typed = write(receipt.code_text.replace("0", "O").replace("1", "I"))  # type: ignore[operator]
    response = client.get(VERIFICATION, {"kode": typed}, follow=True)
    assert response.redirect_chain[-1][0] == f"{VERIFICATION}{receipt.code_text}/"
    html = response.content.decode()
    assert "Tanda terima ini sah" in html
    for public in (receipt.entry.number, receipt.content_hash, str(receipt.entry.edition.year)):
        assert public in html
    assert receipt.entry.innovation.title not in html


def test_code_in_another_writing_is_sent_to_its_one_address(
    client: WatchfulClient, receipt: Receipt
) -> None:
    response = client.get(f"{VERIFICATION}{receipt.code.lower()}/")
    assert response.url == f"{VERIFICATION}{receipt.code_text}/"


@pytest.mark.parametrize("code", ["7K3F-9QXA-22", "x", "0" * 200])
def test_unknown_code_is_said_to_be_unknown(
    client: WatchfulClient, receipt: Receipt, code: str
) -> None:
    response = client.get(f"{VERIFICATION}{code}/")
    assert response.status_code == 404
    assert "Kode tidak ditemukan. Periksa kembali 10 karakter" in response.content.decode()


@pytest.mark.parametrize("typed", ["", "7K3F", "x" * 100, "\x00", "<b>&"])
def test_what_is_no_code_is_sent_back_with_a_sentence(client: WatchfulClient, typed: str) -> None:
    response = client.get(VERIFICATION, {"kode": typed})
    assert response.status_code == 200
    assert "Kesalahan:" in response.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_hint_keeps_its_code_on_one_line(client: WatchfulClient, prefix: str) -> None:
    page = client.get(f"{prefix}/verifikasi/").content.decode()
    assert '<span class="nowrap">7K3F-9QXA-22</span>' in page


def test_row_changed_below_the_triggers_is_not_called_genuine(
    client: WatchfulClient, receipt: Receipt
) -> None:
    with past_triggers() as cursor:
        cursor.execute("UPDATE competitions_receipt SET payload = replace(payload, '20', '21')")
    response = client.get(f"{VERIFICATION}{receipt.code_text}/")
    assert response.status_code == 409
    assert "tidak cocok dengan tanda tangannya" in response.content.decode()
    assert "ini sah" not in response.content.decode()


@pytest.mark.parametrize("how", ["file", "text"])
def test_file_or_pasted_text_is_checked_against_the_signature(
    client: WatchfulClient, receipt: Receipt, how: str
) -> None:
    def send(octets: bytes) -> str:
        sent = {
            "file": {"file": SimpleUploadedFile("r.json", octets)},
            "text": {"text": octets.decode() + "\n"},
        }
        return client.post(VERIFICATION, sent[how]).content.decode()

    good = receipt_file(receipt)
    assert "Tanda tangan cocok dengan isinya" in send(good)
    for wrong in (
        good.replace(receipt.content_hash.encode(), b"0" * 64),
        good.replace(b"sinovik-receipt-1", b"sinovik-receipt-2", 1),
        good[:-1],
    ):
        html = send(wrong)
        assert "sudah berubah" in html
        assert "Tanda tangan cocok" not in html


def test_genuine_file_that_the_register_lost_is_reported(
    client: WatchfulClient, receipt: Receipt
) -> None:
    payload = receipt.payload.replace(receipt.code, "0000000000")
    receipt.payload, receipt.signature = payload, signing.sign(payload.encode())
    html = client.post(VERIFICATION, {"text": receipt_file(receipt).decode()}).content.decode()
    assert "kodenya tidak ada dalam register" in html


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"text": "  "},
        {"file": SimpleUploadedFile("empty.json", b"")},
        {"file": SimpleUploadedFile("big.json", b"x" * 100_001)},
        {"text": "x" * 100_001},
    ],
)
def test_file_that_can_not_be_a_receipt_is_refused_in_words(
    client: WatchfulClient, sent: dict[str, object]
) -> None:
    response = client.post(VERIFICATION, sent)
    assert response.status_code == 422
    assert "Kesalahan:" in response.content.decode()


def test_public_key_is_published(client: WatchfulClient) -> None:
    response = client.get("/verifikasi/kunci.pem")
    assert response.content == signing.public_pem()
    assert response.content.startswith(b"-----BEGIN PUBLIC KEY-----")
    assert b"PRIVATE" not in response.content


def test_head_asks_of_a_check_what_get_does(client: WatchfulClient, receipt: Receipt) -> None:
    for rest in ("", "kunci.pem", "sinovik_verify.py", f"{receipt.code_text}/"):
        head = client.head(f"{VERIFICATION}{rest}")
        assert (head.status_code, head.content) == (200, b""), rest


def test_verification_costs_two_queries_and_little_weight(
    client: WatchfulClient, receipt: Receipt
) -> None:
    with CaptureQueriesContext(connection) as context:
        response = client.get(f"{VERIFICATION}{receipt.code_text}/")
    assert len(context) == 2
    assert len(response.content) < 15_000


def test_page_of_a_fresh_receipt_asks_only_what_can_be(
    client: WatchfulClient, contest: Contest, receipt: Receipt
) -> None:
    """Whoever submits in the last minute comes here: no list, letter or round can be yet."""
    client.force_login(contest.team.admin)
    with CaptureQueriesContext(connection) as context:
        client.get(at("entry_receipt", receipt.entry))
    assert len(context) == 7, [query["sql"][:80] for query in context]


def test_submission_reads_nothing_twice(client: WatchfulClient, contest: Contest) -> None:
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    with CaptureQueriesContext(connection) as context:
        response = client.post(at("entry_submit", entry), {"request_key": str(uuid4())})
    assert response.status_code == 302
    assert len(context) == 31, [query["sql"][:80] for query in context]


def test_unknown_outcome_shows_no_receipt_and_offers_to_ask_again(
    client: WatchfulClient, contest: Contest, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = walk_entry(contest, contest.entries[0], EntryState.WITH_AGENCY)
    client.force_login(contest.team.admin)
    asked = str(client.get(at("entry_submit", entry)).context["request_key"])
    with monkeypatch.context() as patch:
        # The warning of a cancelled wait comes at COMMIT, which a rolled-back test never does.
        def doubtful(**_asked: object) -> None:
            raise OutcomeUnknown

        patch.setattr("competitions.views.entry_moves.hand_in_entry", doubtful)
        response = client.post(at("entry_submit", entry), {"request_key": asked})
    html = response.content.decode()
    assert response.status_code == 503
    assert "Belum pasti apakah proposal terkirim" in html
    assert "Muat ulang dan pastikan" in html
    assert asked in html
    assert client.post(at("entry_submit", entry), {"request_key": asked}).status_code == 302
    assert Receipt.objects.count() == 1


class TestSeveralReceipts:
    """An entry that was reopened: every receipt stays, each says where it stands."""

    def both(self, contest: Contest, entry: Entry) -> tuple[Receipt, Receipt]:
        submitted = walk_entry(contest, entry, EntryState.SUBMITTED)
        reopened = reopen_entry(by=contest.team.admin, entry=submitted)
        send_entry(by=contest.team.innovator, entry=reopened)
        submit_entry(by=contest.team.admin, entry=reopened)
        old, new = Receipt.objects.filter(entry=entry)
        return old, new

    def test_page_lists_them_and_opens_each_with_its_own_files(
        self, client: WatchfulClient
    ) -> None:
        contest = make_contest(entries=1)
        old, new = self.both(contest, contest.entries[0])
        address = reverse("competitions:entry_receipt", args=[old.entry_id])
        client.force_login(contest.team.admin)
        page = client.get(address).content.decode()
        assert "Proposal terkirim" in page
        assert f"Digantikan oleh tanda terima {unbroken(new.code_text)}" in page
        earlier = client.get(address, {"kode": old.code_text}).content.decode()
        assert "Tanda terima lama" in earlier
        assert f"?kode={old.code_text}" in earlier
        file = reverse("competitions:entry_receipt_json", args=[old.entry_id])
        assert old.code in client.get(file, {"kode": old.code_text}).content.decode()
        assert new.code in client.get(file).content.decode()
        pdf = reverse("competitions:entry_receipt_pdf", args=[old.entry_id])
        assert client.get(pdf, {"kode": old.code_text}).content.startswith(b"%PDF")
        assert client.get(address, {"kode": "0000000000"}).status_code == 404

    def test_public_page_says_what_became_of_it(self, client: WatchfulClient) -> None:
        contest = make_contest(entries=1)
        old, new = self.both(contest, contest.entries[0])
        for receipt, said in ((old, f"tanda terima {unbroken(new.code_text)}"), (new, "")):
            address = reverse("competitions:verification_detail", args=[receipt.code_text])
            page = client.get(address).content.decode()
            assert "Tanda terima ini sah" in page
            assert said in page
        withdraw_entry(by=contest.team.admin, entry=new.entry)
        assert "Proposal ditarik oleh instansi" in client.get(address).content.decode()

    def test_reopened_entry_leads_from_its_tasks_to_the_old_receipt(
        self, client: WatchfulClient
    ) -> None:
        contest = make_contest(entries=1)
        submitted = walk_entry(contest, contest.entries[0], EntryState.SUBMITTED)
        receipt = Receipt.objects.get()
        reopen_entry(by=contest.team.admin, entry=submitted)
        client.force_login(contest.team.innovator)
        tasks = reverse("competitions:entry_tasks", args=[submitted.pk])
        link = reverse("competitions:entry_receipt", args=[submitted.pk])
        assert f"{link}?kode={receipt.code_text}" in client.get(tasks).content.decode()
        assert client.get(link).url == tasks
        page = client.get(link, {"kode": receipt.code_text}).content.decode()
        assert "belum diajukan lagi" in page
