"""Finding words in a proposal, and highlights that nobody else sees."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from competitions.actions import highlights
from competitions.actions.assignments import declare_conflict
from competitions.actions.highlights import highlight_text, remove_highlight
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import Assignment, TextHighlight
from competitions.queries.marked_text import cut, find
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests import factories
from tests.factories import REVIEW
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


@pytest.fixture
def assignment() -> Assignment:
    contest = factories.make_contest(REVIEW, entries=1, judges=2)
    return contest.assignments(REVIEW, contest.evaluators[0])[0]


def keep(row: Assignment, quote: str = "bagian novelty", start: int = 4) -> TextHighlight:
    """The text reads "Isi bagian novelty."."""
    judge = row.evaluator
    return highlight_text(by=judge, assignment=row, section="novelty", start=start, quote=quote)


@pytest.mark.parametrize(
    ("text", "wanted", "spans"),
    [
        ("Antre di loket, ANTRE lagi", "antre", [(0, 5), (16, 21)]),
        ("dua\n  kata dan dua kata", "dua kata", [(0, 10), (15, 23)]),
        ("harga (Rp) 5.000", "(rp) 5.", [(6, 13)]),
        ("a b", "a", []),
        ("", "kata", []),
    ],
)
def test_words_are_found_whatever_their_case_and_spacing(
    text: str, wanted: str, spans: list[tuple[int, int]]
) -> None:
    assert find(text, wanted) == spans


def test_pieces_join_to_the_text_and_a_cut_hit_keeps_its_number() -> None:
    text = "Warga memesan dari rumah."
    pieces = cut(text, [(6, 13), (19, 24)], [(10, 18)], before=3)
    assert "".join(piece.text for piece in pieces) == text
    assert [(p.text, p.hit, p.is_first, p.is_highlighted) for p in pieces] == [
        ("Warga ", 0, False, False),
        ("meme", 4, True, False),
        ("san", 4, False, True),
        (" dari", 0, False, True),
        (" ", 0, False, False),
        ("rumah", 5, True, False),
        (".", 0, False, False),
    ]


def test_a_highlight_is_kept_once_and_taken_away_by_its_judge_alone(
    assignment: Assignment,
) -> None:
    row = keep(assignment)
    assert keep(assignment) == row
    assert AuditEvent.objects.named("text_highlighted").count() == 1
    stranger = Assignment.objects.exclude(pk=assignment.pk)[0].evaluator
    with pytest.raises(Forbidden):
        remove_highlight(by=stranger, highlight=row)
    with pytest.raises(Forbidden):
        highlight_text(by=stranger, assignment=assignment, section="novelty", start=0, quote="Isi")
    remove_highlight(by=assignment.evaluator, highlight=row)
    remove_highlight(by=assignment.evaluator, highlight=row)
    assert not TextHighlight.objects.exists()
    assert AuditEvent.objects.named("highlight_removed").count() == 1


def test_only_what_the_text_says_is_highlighted(
    assignment: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for quote, start in (("bagian novelty", 3), ("bagian", -1), ("lain", 4)):
        with pytest.raises(WrongState, match="tidak ditemukan"):
            keep(assignment, quote, start)
    judge = assignment.evaluator
    with pytest.raises(WrongState, match="tidak ditemukan"):
        highlight_text(by=judge, assignment=assignment, section="team", start=0, quote="I")
    for quote in ("", "x" * 1001):
        with pytest.raises(WrongState, match="paling banyak 1000 huruf"):
            keep(assignment, quote)
    keep(assignment)
    monkeypatch.setattr(highlights, "MOST", 1)
    with pytest.raises(WrongState, match="sudah penuh"):
        keep(assignment, "Isi", 0)
    declare_conflict(by=judge, entry=assignment.entry, reason="Kerabat.")
    with pytest.raises(ConflictOfInterest):
        keep(assignment, "Isi", 0)


def test_the_sheet_marks_counts_and_shows_own_highlights_alone(
    client: WatchfulClient, assignment: Assignment
) -> None:
    page = reverse("competitions:scoresheet_edit", args=[assignment.pk])
    client.force_login(assignment.evaluator)
    counted = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as queries:
            body = client.get(page, {"cari": "ISI  bagian"}).content.decode()
        counted.append(len(queries))
        keep(assignment)
    assert counted[0] == counted[1] <= 15
    assert "3 temuan" in body
    assert '<mark data-hit="1" id="temuan-1">Isi bagian</mark>' in body
    assert "1 sorotan Anda" in client.get(page).content.decode()
    assert "Tidak ditemukan" in client.get(page, {"cari": "<script>"}).content.decode()
    add = reverse("competitions:highlight_add", args=[assignment.pk])
    typed = {"section": "novelty", "start": 0, "quote": "Isi"}
    assert client.post(add, typed).status_code == 302
    wrong = client.post(add, typed | {"start": 5}, follow=True).content.decode()
    assert "tidak ditemukan" in wrong
    assert "Pilih teks" in client.post(add, {}, follow=True).content.decode()
    own = TextHighlight.objects.order_by("pk").last()
    assert own
    remove = reverse("competitions:highlight_remove", args=[assignment.pk, own.pk])
    other = Assignment.objects.exclude(pk=assignment.pk)[0]
    client.force_login(other.evaluator)
    mine = reverse("competitions:scoresheet_edit", args=[other.pk])
    assert "sorotan Anda" not in client.get(mine).content.decode()
    assert client.post(add, typed).status_code == 404
    assert client.post(remove).status_code == 404
    client.force_login(assignment.evaluator)
    assert client.post(remove).status_code == 302
    assert "1 sorotan Anda" in client.get(page).content.decode()
