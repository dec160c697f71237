"""Pieces of text that blind readers don't see: who hides them, where, and for how long."""

import pytest
from django.db import IntegrityError, transaction

from agencies.enums import Role
from agencies.models import Region
from competitions.actions import redactions
from competitions.actions.assignments import declare_conflict
from competitions.actions.highlights import highlight_text
from competitions.actions.reading_packs import fetch_volume, request_pack
from competitions.actions.redactions import (
    finish_redaction,
    hide_piece,
    hide_proposed,
    hide_wording,
    lift_redaction,
    release_attachment,
    withdraw_release,
)
from competitions.actions.stages import close_stage
from competitions.anonymity import HIDDEN, find_identifying
from competitions.exceptions import ConflictOfInterest, ExportGone, WrongState
from competitions.models import (
    Assignment,
    AttachmentRelease,
    Redaction,
    RedactionReview,
    Stage,
)
from competitions.permissions.redactions import can_redact
from competitions.queries.marked_text import marked, part_of
from competitions.queries.reading import Proposal, read_proposal
from competitions.queries.redaction_queue import Spot, identity_of, queue
from competitions.queries.redactions import title_read
from innovations.models import Attachment, InnovationVersion
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests.factories import REVIEW, Contest, make_contest, make_person, score_all
from tests.owner import as_owner

pytestmark = pytest.mark.django_db
SPOT = Spot("novelty", 4, 10, "bagian")
"""The text reads "Isi bagian novelty."."""


@pytest.fixture
def contest() -> Contest:
    made = make_contest(REVIEW, entries=1, judges=2)
    Stage.objects.filter(pk=made.stage(REVIEW).pk).update(is_blind=True)
    return made


def hidden(contest: Contest, spot: Spot = SPOT) -> Redaction:
    where = {"stage": contest.stage(REVIEW), "entry": contest.entries[0]}
    hide_piece(by=contest.officer, spot=spot, **where)
    return Redaction.objects.in_force().get(section=spot.section, start=spot.start)


def read(row: Assignment) -> Proposal:
    return read_proposal(row.entry, is_blind=row.stage.is_blind, version=row.version)


def text_in(proposal: Proposal, key: str = "novelty") -> str:
    part = part_of(proposal, key)
    assert part is not None
    return part.text


def test_piece_is_hidden_from_blind_readers_alone_and_lifted(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]
    assert text_in(read(row)) == "Isi bagian novelty."
    piece = hidden(contest)
    assert text_in(read(row)) == f"Isi {HIDDEN} novelty."
    assert text_in(read_proposal(row.entry, is_blind=False)) == "Isi bagian novelty."
    where = {"stage": contest.stage(REVIEW), "entry": contest.entries[0]}
    assert hide_piece(by=contest.second, spot=SPOT, **where) == 0
    lift_redaction(by=contest.head, stage=where["stage"], redaction=piece)
    lift_redaction(by=contest.second, stage=where["stage"], redaction=piece)
    piece.refresh_from_db()
    assert piece.lifted_by == contest.head
    assert text_in(read(row)) == "Isi bagian novelty."
    verbs = AuditEvent.objects.filter(verb__in=["text_redacted", "redaction_lifted"])
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == [
        "text_redacted",
        "redaction_lifted",
    ]
    assert "bagian" not in str(list(verbs.values_list("payload", flat=True)))
    assert hide_piece(by=contest.second, spot=SPOT, **where) == 1


def test_whole_text_and_title_hidden_leave_the_mark(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]
    title, stage, entry = row.version.content["title"], row.stage, row.entry
    for section, wording in (("novelty", "Isi bagian novelty."), ("title", title)):
        hide_wording(by=contest.officer, stage=stage, entry=entry, section=section, wording=wording)
    proposal = read(row)
    assert (proposal.title, text_in(proposal), title_read(row)) == (HIDDEN, HIDDEN, HIDDEN)
    Stage.objects.filter(pk=stage.pk).update(is_blind=False)
    assert title_read(Assignment.objects.select_related("stage").get(pk=row.pk)) == title


def test_wording_of_another_version_is_hidden_there_too(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]
    hidden(contest)
    before = row.version
    other = InnovationVersion.objects.create(
        innovation=before.innovation,
        number=before.number + 1,
        content=before.content | {"sections": {"novelty": "Dua bagian, bagian."}},
        content_hash="0" * 64,
        created_at=before.created_at,
        created_by=before.created_by,
    )
    proposal = read_proposal(row.entry, is_blind=True, version=other)
    assert text_in(proposal) == f"Dua {HIDDEN}, {HIDDEN}."


def test_highlight_over_a_hidden_piece_goes_and_comes_back(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]

    def keep(start: int, quote: str) -> None:
        highlight_text(
            by=row.evaluator, assignment=row, section="novelty", start=start, quote=quote
        )

    def quotes() -> list[str]:
        return [one.quote for one in marked(read(row), row, "").highlights]

    keep(4, "bagian")
    piece = hidden(contest)
    assert quotes() == []
    with pytest.raises(WrongState, match="tidak bisa disorot"):
        keep(4, HIDDEN)
    with pytest.raises(WrongState, match="tidak ditemukan"):
        keep(4, "bagian")
    keep(len(f"Isi {HIDDEN} "), "novelty")
    assert quotes() == ["novelty"]
    drawn = marked(read(row), row, "").proposal.parts
    pieces = [one.text for part in drawn for one in part.pieces if one.is_highlighted]
    assert pieces == ["novelty"]
    lift_redaction(by=contest.officer, stage=row.stage, redaction=piece)
    assert quotes() == ["bagian", "novelty"]


def test_pack_made_before_is_no_longer_handed_out(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]
    volume = request_pack(by=row.evaluator, stage=row.stage).volumes.get()
    fetch_volume(by=row.evaluator, volume=volume)
    hidden(contest)
    with pytest.raises(ExportGone):
        fetch_volume(by=row.evaluator, volume=volume)
    again = request_pack(by=row.evaluator, stage=row.stage).volumes.get()
    fetch_volume(by=row.evaluator, volume=again)


def test_search_proposes_the_agency_and_hides_it_once(contest: Contest) -> None:
    row = contest.assignments(REVIEW)[0]
    agency = contest.team.agency
    agency.name = "Bagian  Novelty"
    agency.save(update_fields=["name"])
    where = {"by": contest.officer, "stage": row.stage, "entry": row.entry}
    assert hide_proposed(**where) == 1
    assert hide_proposed(**where) == 0
    assert text_in(read(row)) == f"Isi {HIDDEN}."


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("Pulangkan Sampah Sumbawa Barat", "Pulangkan Sampah "),
        ("Angin Barat untuk Anak", "Angin Barat untuk Anak"),
        ("Loket Kenari di Kabupaten Sumbawa Barat", "Loket  di "),
        ("Wisata Nusa Tenggara Barat", "Wisata "),
    ],
)
def test_places_are_proposed_whole_and_words_of_the_language_are_not(
    contest: Contest, title: str, left: str
) -> None:
    entry = contest.entries[0]
    province = Region(name="Nusa Tenggara Barat", level="provinsi")
    entry.agency.region = Region(name="Kabupaten Sumbawa Barat", province=province)
    assert entry.version is not None
    entry.version.content |= {"unit": "UPTD Sampah Anak Kenari", "team": []}
    for start, end in reversed(find_identifying(title, *identity_of(entry))):
        title = title[:start] + title[end:]
    assert title == left


def test_refusals(contest: Contest, monkeypatch: pytest.MonkeyPatch) -> None:
    stage, entry = contest.stage(REVIEW), contest.entries[0]
    where = {"by": contest.officer, "stage": stage, "entry": entry}
    for spot in (
        Spot("novelty", 5, 11, "bagian"),
        Spot("x", 0, 2, "Is"),
        Spot("novelty", 0, 0, ""),
    ):
        with pytest.raises(WrongState, match="tidak ditemukan"):
            hide_piece(spot=spot, **where)
    with pytest.raises(WrongState, match="Salin persis"):
        hide_wording(section="novelty", wording="Bagian", **where)
    monkeypatch.setattr(redactions, "MOST", 0)
    with pytest.raises(WrongState, match="terlalu sering"):
        hide_wording(section="novelty", wording="bagian", **where)
    for stranger in (contest.observer, contest.evaluators[0], contest.team.admin):
        assert not can_redact(stranger)
        with pytest.raises(Forbidden):
            hide_piece(by=stranger, stage=stage, entry=entry, spot=SPOT)
    other = make_contest(REVIEW, entries=1, year=contest.edition.year + 1)
    with pytest.raises(WrongState, match="tidak ada di tahap"):
        hide_piece(by=contest.officer, stage=stage, entry=other.entries[0], spot=SPOT)
    with pytest.raises(WrongState, match="tanpa identitas"):
        finish_redaction(by=other.officer, stage=other.stage(REVIEW), entry=other.entries[0])
    assert can_redact(contest.second, entry)
    declare_conflict(by=contest.second, entry=entry, reason="Kerabat.")
    assert not can_redact(contest.second, entry)
    assert not queue(contest.second, stage).exists()
    with pytest.raises(ConflictOfInterest):
        hide_piece(by=contest.second, stage=stage, entry=entry, spot=SPOT)
    assert not Redaction.objects.exists()


def test_closed_stage_stays_as_it_was_read(contest: Contest) -> None:
    piece = hidden(contest)
    score_all(contest, REVIEW)
    close_stage(by=contest.head, stage=contest.stage(REVIEW))
    with pytest.raises(WrongState, match="belum ditutup"):
        lift_redaction(by=contest.officer, stage=contest.stage(REVIEW), redaction=piece)


def test_review_is_noted_once_and_rows_are_final(contest: Contest) -> None:
    where = {"stage": contest.stage(REVIEW), "entry": contest.entries[0]}
    finish_redaction(by=contest.officer, **where)
    finish_redaction(by=contest.second, **where)
    assert RedactionReview.objects.get().done_by == contest.officer
    assert AuditEvent.objects.filter(verb="redaction_finished").count() == 1
    piece = hidden(contest)
    statements = [
        "UPDATE competitions_redaction SET wording = 'x'",
        "DELETE FROM competitions_redaction",
        "TRUNCATE competitions_redaction",
        "UPDATE competitions_redactionreview SET done_at = now()",
        "DELETE FROM competitions_redactionreview",
    ]
    for statement in statements:
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
    lift_redaction(by=contest.officer, stage=where["stage"], redaction=piece)
    with pytest.raises(IntegrityError), transaction.atomic():
        Redaction.objects.update(lifted_at=None, lifted_by=None)
    assert not can_redact(make_person(Role.OBSERVER))


def test_file_is_released_by_who_has_read_it_and_hidden_again_once() -> None:
    contest = make_contest(REVIEW, entries=2, judges=2, with_files=True)
    Stage.objects.filter(pk=contest.stage(REVIEW).pk).update(is_blind=True)
    entry, other = contest.entries
    file = Attachment.objects.get(frozen_in__version=entry.version)
    where = {"by": contest.officer, "stage": contest.stage(REVIEW), "attachment": file.pk}
    with pytest.raises(WrongState, match="tidak ada di proposal ini"):
        release_attachment(entry=other, has_read=True, **where)
    with pytest.raises(WrongState, match="Baca dulu"):
        release_attachment(entry=entry, has_read=False, **where)
    Attachment.objects.filter(pk=file.pk).update(is_cleaned=False)
    with pytest.raises(WrongState, match="Biarkan tertutup"):
        release_attachment(entry=entry, has_read=True, **where)
    Attachment.objects.filter(pk=file.pk).update(is_cleaned=True)
    for _twice in range(2):
        release_attachment(entry=entry, has_read=True, **where)
    assert AttachmentRelease.objects.in_force().get().attachment == file
    for _twice in range(2):
        withdraw_release(entry=entry, **where)
    assert not AttachmentRelease.objects.in_force().exists()
    events = AuditEvent.objects.filter(verb__startswith="attachment_release")
    assert events.count() == 2
