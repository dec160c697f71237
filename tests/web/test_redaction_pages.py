"""The queue of texts to look through, one text, and what a blind judge then gets."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions.assignments import declare_conflict
from competitions.actions.highlights import highlight_text
from competitions.actions.redactions import release_attachment
from competitions.models import (
    Assignment,
    AttachmentRelease,
    Redaction,
    RedactionReview,
    Stage,
)
from competitions.queries.attachments import held_files, released_annexes
from competitions.queries.reading import read_by_judge
from innovations.models import Attachment, FrozenAttachment, InnovationVersion
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.files import open_kept
from tests.documents import words_of_pdf
from tests.factories import REVIEW, SECOND, Contest, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db
CANARY = "bagian novelty"


def blind_contest(entries: int = 2) -> Contest:
    made = make_contest(REVIEW, entries=entries, judges=2)
    Stage.objects.filter(pk=made.stage(REVIEW).pk).update(is_blind=True)
    return made


@pytest.fixture
def contest() -> Contest:
    return blind_contest()


def at(contest: Contest, name: str, *more: int) -> str:
    return reverse(f"competitions:redaction_{name}", args=[contest.stage(REVIEW).pk, *more])


def judged_bytes(client: WatchfulClient, row: Assignment) -> bytes:
    """All that the judge gets of a proposal: sheet, search, versions, lists, pack."""
    client.force_login(row.evaluator)
    sheet = reverse("competitions:scoresheet_edit", args=[row.pk])
    pages = [
        sheet,
        f"{sheet}?cari=Isi",
        reverse("competitions:scoresheet_versions", args=[row.pk]),
        reverse("competitions:assignment_list"),
        reverse("competitions:conflict_declare", args=[row.pk]),
        reverse("competitions:sheet_release", args=[row.pk]),
    ]
    answers = [client.get(page) for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    client.post(reverse("competitions:reading_pack_request", args=[row.stage_id]))
    pack = row.stage.reading_packs.latest("pk")
    with open_kept(pack.volumes.get().storage_name) as file:
        words = words_of_pdf(file.read())
    return b"".join([*(answer.content for answer in answers), words.encode()])


def test_hidden_words_are_in_no_byte_that_a_blind_judge_gets(client: WatchfulClient) -> None:
    contest = blind_contest(1)
    row = contest.assignments(REVIEW)[0]
    highlight_text(by=row.evaluator, assignment=row, section="novelty", start=4, quote=CANARY)
    title = row.version.content["title"]
    words = [CANARY.encode(), CANARY.replace(" ", "").encode(), title.encode()]
    words.append(title.replace(" ", "").encode())
    before = judged_bytes(client, row)
    assert [word for word in words if word not in before] == []
    client.force_login(contest.officer)
    for section, wording in (("novelty", CANARY), ("title", title)):
        answer = client.post(
            at(contest, "add", row.entry_id), {"section": section, "wording": wording}
        )
        assert answer.status_code == 302
    after = judged_bytes(client, row)
    assert [word for word in words if word in after] == []
    assert b"[disamarkan]" in after
    client.force_login(row.evaluator)
    sheet = reverse("competitions:scoresheet_edit", args=[row.pk])
    assert "Tidak ditemukan" in client.get(f"{sheet}?cari=novelty").content.decode()
    listing = reverse("competitions:assignment_list")
    none = "Tidak ada proposal yang cocok"
    assert none in client.get(listing, {"q": title}).content.decode()
    assert none not in client.get(listing, {"q": row.entry.number}).content.decode()
    place = {"section": "novelty", "start": 4, "quote": "[disamarkan]"}
    add = reverse("competitions:highlight_add", args=[row.pk])
    answer = client.post(add, place, follow=True).content.decode()
    assert "Bagian yang disamarkan tidak bisa disorot" in answer


def test_officer_hides_lifts_and_goes_on(contest: Contest, client: WatchfulClient) -> None:
    first, second = sorted(one.pk for one in contest.entries)
    client.force_login(contest.officer)
    stage_page = client.get(reverse("competitions:stage_detail", args=[contest.stage(REVIEW).pk]))
    assert at(contest, "list") in stage_page.content.decode()
    assert "Penyamaran naskah: 2 belum diperiksa" in stage_page.content.decode()
    html = client.get(at(contest, "list")).content.decode()
    assert "2 dari 2 naskah belum diperiksa" in html
    assert client.get(at(contest, "detail", first)).status_code == 200
    add = at(contest, "add", first)
    piece = {"section": "novelty", "start": 4, "wording": "bagian"}
    html = client.post(add, piece, follow=True).content.decode()
    assert "1 bagian disamarkan." in html
    assert "Isi <b>[disamarkan]</b> novelty." in html
    assert "Sudah disamarkan." in client.post(add, piece, follow=True).content.decode()
    for typed, said in (("tidak ada di sana", "Salin persis"), ("x", "paling sedikit dua huruf")):
        answer = client.post(add, {"section": "novelty", "wording": typed})
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert f'value="{typed}"' in answer.content.decode()
    html = client.post(at(contest, "add_all", first), follow=True).content.decode()
    assert "disamarkan" in html
    lift = at(contest, "lift", first, Redaction.objects.get(section="novelty").pk)
    assert "terbaca lagi" in client.post(lift, follow=True).content.decode()
    assert client.get(lift).status_code == 405
    answer = client.post(at(contest, "finish", first))
    assert answer.headers["Location"] == at(contest, "detail", second)
    assert "Sudah diperiksa" in client.get(at(contest, "detail", first)).content.decode()
    number = contest.entries[0].number
    assert number in client.get(at(contest, "list"), {"status": "sudah"}).content.decode()
    assert number not in client.get(at(contest, "list"), {"status": "belum"}).content.decode()
    answer = client.post(at(contest, "finish", second))
    assert answer.headers["Location"] == at(contest, "list")
    assert RedactionReview.objects.count() == 2


def test_conflict_strangers_and_open_stages(contest: Contest, client: WatchfulClient) -> None:
    entry = contest.entries[0]
    for stranger in (contest.observer, contest.evaluators[0], contest.team.admin):
        client.force_login(stranger)
        assert client.get(at(contest, "list")).status_code == 403
        assert client.post(at(contest, "add_all", entry.pk)).status_code == 403
    declare_conflict(by=contest.second, entry=entry, reason="Kerabat.")
    client.force_login(contest.second)
    html = client.get(at(contest, "list")).content.decode()
    assert "1 dari 1 naskah" in html
    assert entry.number not in html
    for name in ("add", "add_all", "finish"):
        assert client.post(at(contest, name, entry.pk)).status_code == 404
    assert client.get(at(contest, "detail", entry.pk)).status_code == 404
    client.force_login(contest.officer)
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(is_blind=False)
    assert client.get(at(contest, "list")).status_code == 404


def test_closed_stage_refuses_in_words(contest: Contest, client: WatchfulClient) -> None:
    entry = contest.entries[0]
    client.force_login(contest.officer)
    client.post(
        at(contest, "add", entry.pk), {"section": "novelty", "start": 4, "wording": "bagian"}
    )
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(
        state="closed", closed_at=clock.now(), closed_by=contest.head
    )
    lift = at(contest, "lift", entry.pk, Redaction.objects.get().pk)
    for address in (lift, at(contest, "finish", entry.pk)):
        assert "belum ditutup" in client.post(address, follow=True).content.decode()


def test_pages_ask_the_same_number_of_queries(client: WatchfulClient) -> None:
    counted = []
    for entries in (1, 3):
        contest = blind_contest(entries)
        client.force_login(contest.officer)
        for path in (at(contest, "list"), at(contest, "detail", contest.entries[0].pk)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            counted.append(len(queries))
    assert counted[:2] == counted[2:]
    assert max(counted) <= 15


def test_one_file_is_released_under_another_name_and_withdrawn(client: WatchfulClient) -> None:
    contest = make_contest(REVIEW, entries=2, judges=3, with_files=True)
    stage = contest.stage(REVIEW)
    Stage.objects.filter(pk=stage.pk).update(is_blind=True)
    row = contest.assignments(REVIEW)[0]
    file = Attachment.objects.get(frozen_in__version=row.version)
    release = at(contest, "release", row.entry_id, file.pk)
    asked = {"release": "1", "has_read": "1"}
    client.force_login(row.evaluator)
    assert client.post(release, asked).status_code == 403
    client.force_login(contest.officer)
    answer = client.post(release, {"release": "1"})
    assert answer.status_code == 422
    assert "Baca dulu berkasnya" in answer.content.decode()
    other = next(one for one in contest.entries if one.pk != row.entry_id)
    answer = client.post(at(contest, "release", other.pk, file.pk), asked)
    assert "tidak ada di proposal ini" in answer.content.decode()
    # Signed files are kept with their metadata: no officer can let them through.
    Attachment.objects.filter(pk=file.pk).update(is_cleaned=False)
    html = client.get(at(contest, "detail", row.entry_id)).content.decode()
    assert "sertifikatnya menyebut penandatangan" in html
    assert release not in html
    answer = client.post(release, asked)
    assert answer.status_code == 422
    assert "Biarkan tertutup" in answer.content.decode()
    assert not AttachmentRelease.objects.exists()
    Attachment.objects.filter(pk=file.pk).update(is_cleaned=True)
    for _twice in range(2):
        html = client.post(release, asked, follow=True).content.decode()
    assert "Terbuka bagi penilai" in html
    assert "1 dari 1" in client.get(at(contest, "list")).content.decode()
    found = AttachmentRelease.objects.get()
    annex = reverse("competitions:sheet_annex", args=[row.pk, found.pk])

    before = judged_bytes(client, row)
    assert b"Lampiran 1" in before
    assert annex.encode() in before
    assert file.name.encode() not in before
    assert file.get_absolute_url().encode() not in before
    answer = client.get(annex)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert 'filename="Lampiran 1.pdf"' in answer.headers["Content-Disposition"]
    assert client.get(file.get_absolute_url()).status_code == 404

    # Nobody else's, nor under another assignment, nor once given back or in conflict.
    readers = {one.evaluator for one in contest.assignments(REVIEW) if one.entry == row.entry}
    (stranger,) = set(contest.evaluators) - readers
    own = contest.assignments(REVIEW, stranger)[0]
    for person in (stranger, contest.officer, contest.team.admin):
        client.force_login(person)
        assert client.get(annex).status_code in (403, 404)
    client.force_login(stranger)
    theirs = reverse("competitions:sheet_annex", args=[own.pk, found.pk])
    assert client.get(theirs).status_code == 404
    friend = next(one for one in readers if one != row.evaluator)
    by_friend = contest.assignments(REVIEW, friend)
    mine = next(one for one in by_friend if one.entry == row.entry)
    client.force_login(friend)
    theirs = reverse("competitions:sheet_annex", args=[mine.pk, found.pk])
    answer = client.get(theirs)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)
    declare_conflict(by=friend, entry=row.entry, reason="Kerabat.")
    assert client.get(theirs).status_code == 404

    client.force_login(contest.officer)
    for _twice in range(2):
        html = client.post(release, {}, follow=True).content.decode()
    assert "tersembunyi lagi" in html
    client.force_login(row.evaluator)
    assert client.get(annex).status_code == 404
    assert annex.encode() not in judged_bytes(client, row)
    verbs = AuditEvent.objects.filter(verb__startswith="attachment_release")
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "attachment_released",
        "attachment_release_withdrawn",
    ]
    with pytest.raises(DatabaseError, match="final"), transaction.atomic():
        AttachmentRelease.objects.update(withdrawn_at=None, withdrawn_by=None)


def test_release_of_a_stage_is_of_that_stage_and_of_that_file() -> None:
    contest = make_contest(REVIEW, entries=1, judges=2, with_files=True)
    row = contest.assignments(REVIEW)[0]
    stage = row.stage
    stage.is_blind = True
    stage.save(update_fields=["is_blind"])
    sent = row.version
    file = Attachment.objects.get(frozen_in__version=sent)
    mended = InnovationVersion.objects.create(
        innovation=sent.innovation,
        number=sent.number + 1,
        content=sent.content,
        content_hash="0" * 64,
        created_at=sent.created_at,
        created_by=sent.created_by,
    )
    instead = Attachment.objects.get(pk=file.pk)
    instead.pk, instead.public_id, instead.storage_name = None, uuid4(), f"{file.storage_name}2"
    instead.save()
    FrozenAttachment.objects.create(version=mended, attachment=instead)
    release_attachment(
        by=contest.officer, stage=stage, entry=row.entry, attachment=file.pk, has_read=True
    )
    assert [one.name for one in released_annexes(row)] == ["Lampiran 1"]
    # The version after it names another file in its place, which nobody released.
    assert released_annexes(row, mended) == []
    row.entry.version = mended
    assert [one.release for one in held_files(row.entry, stage)] == [None]
    assert [one.blind_name for one in held_files(row.entry, stage)] == ["Lampiran 2"]
    row.entry.version = sent
    elsewhere = contest.stage(SECOND)
    assert [one.release for one in held_files(row.entry, elsewhere)] == [None]
    # Where everybody sees who wrote, the files stand under their own names.
    stage.is_blind = False
    assert released_annexes(row) == []
    assert [one.name for one in read_by_judge(row).annexes] == [file.name]
