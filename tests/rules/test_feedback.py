"""Comments that tell a person wait for somebody; marks are told in their field, and in time."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from agencies.enums import Role
from competitions.actions.comments import decide_comment
from competitions.anonymity import Trait
from competitions.enums import CommentPlace
from competitions.exceptions import ConflictOfInterest, StillPersonal, WrongState
from competitions.models import CommentScan, ConflictDeclaration, HeldComment, Score, Scoresheet
from competitions.permissions.feedback import can_read_feedback, can_review_comments
from competitions.queries import feedback
from competitions.queries.comments import count_waiting, held_comments
from competitions.queries.feedback import feedback_of
from competitions.scoring import Quartiles, Standing, quartiles, standing
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow
from tests.factories import FIRST, REVIEW, Contest, make_contest, make_person, make_team
from tests.feedback import NAMED, NUMBERED, PLAIN, SECRET, announce_in, instant_of, scheduled
from tests.owner import as_owner

REASON = "Nama penilai dihapus."


def decide(contest: Contest, comment: HeldComment, text: str, *, is_checked: bool = False) -> None:
    decide_comment(
        by=contest.officer, comment=comment, text=text, reason=REASON, is_checked=is_checked
    )


@pytest.mark.django_db
def test_comments_are_held_when_the_announcement_is_scheduled() -> None:
    contest = scheduled(entries=5)
    sheets = Scoresheet.objects.count()
    scan = CommentScan.objects.get()
    assert scan.cut_off == contest.cut_off(FIRST)
    assert scan.held_count == HeldComment.objects.count() == 2 * sheets
    assert scan.comment_count == 2 * sheets + Score.objects.exclude(note="").count()
    kinds = {(one.place, one.original, *one.found[0]) for one in HeldComment.objects.all()}
    assert kinds == {
        (CommentPlace.WEAKNESSES, NAMED, 8, 18, Trait.NAME),
        (CommentPlace.NOTE, NUMBERED, 8, 22, Trait.PHONE),
    }
    assert HeldComment.objects.filter(place=CommentPlace.NOTE)[0].stretches == [
        ("Hubungi ", ""),
        ("0812-3456-7890", "phone"),
        (" untuk data mentah.", ""),
    ]
    event = AuditEvent.objects.get(verb="comments_scanned")
    assert event.payload == {"comments": scan.comment_count, "held": scan.held_count}


@pytest.mark.django_db
def test_feedback_opens_at_the_instant_to_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedback, "SMALLEST_FIELD", 5)
    contest = scheduled(entries=5)
    instant = instant_of(contest)
    entry = contest.entries[2]
    assert feedback_of(entry) == []
    assert feedback_of(entry, instant - timedelta(microseconds=1)) == []
    (found,) = feedback_of(entry, instant)
    assert not found.result.is_selected
    assert found.field_size == 5
    assert found.score.value == Decimal(60)
    assert found.score.field == Quartiles(Decimal(40), Decimal(60), Decimal(80))
    assert found.score.standing == Standing.MIDDLE
    line = found.lines[0]
    assert (line.value, line.field) == (Decimal(3), Quartiles(Decimal(2), Decimal(3), Decimal(4)))
    assert {one.text for one in found.comments if one.place == CommentPlace.STRENGTHS} == {PLAIN}
    assert NAMED not in {one.text for one in found.comments}
    assert found.held == 4
    (last,) = feedback_of(contest.entries[4], instant)
    assert SECRET in {one.text for one in last.comments}
    assert last.score.standing == Standing.BOTTOM_QUARTER


@pytest.mark.django_db
def test_a_small_field_is_not_told() -> None:
    contest = scheduled(entries=5)
    (found,) = feedback_of(contest.entries[0], instant_of(contest))
    assert found.result.is_selected
    assert found.score.field is found.score.standing is None
    assert all(line.field is None for line in found.lines)
    assert found.comments


@pytest.mark.django_db
def test_comments_that_nobody_searched_stay_closed() -> None:
    contest = scheduled(entries=4)
    with as_owner() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE competitions_commentscan DISABLE TRIGGER commentscan_row_final")
        cursor.execute("DELETE FROM competitions_commentscan")
    (found,) = feedback_of(contest.entries[0], instant_of(contest))
    assert found.lines
    assert found.comments == []


@pytest.mark.django_db
def test_an_officer_releases_or_edits_and_the_original_stays() -> None:
    contest = scheduled(entries=4)
    entry = contest.entries[0]
    named, other = held_comments(contest.officer, contest.edition).filter(
        place=CommentPlace.WEAKNESSES, scoresheet__assignment__entry=entry
    )
    held = held_comments(contest.officer, contest.edition)
    before = count_waiting(held)
    with pytest.raises(StillPersonal, match="“Bu Gayatri”"):
        decide(contest, named, named.original)
    with pytest.raises(StillPersonal, match="“Gayatri”"):
        decide(contest, named, "Paparan Gayatri meyakinkan.")
    decide(contest, named, " Paparannya meyakinkan. ")
    decide(contest, other, other.original, is_checked=True)
    assert count_waiting(held) == before - 2
    named.refresh_from_db()
    other.refresh_from_db()
    assert (named.is_edited, other.is_edited) == (True, False)
    assert named.original == NAMED == named.scoresheet.weaknesses
    (found,) = feedback_of(entry, instant_of(contest))
    told = {(one.text, one.is_edited) for one in found.comments}
    assert {("Paparannya meyakinkan.", True), (NAMED, False)} <= told
    assert found.held == 2
    events = AuditEvent.objects.filter(verb__in=("comment_redacted", "comment_released"))
    assert [(one.verb, one.actor, one.payload) for one in events.order_by("pk")] == [
        ("comment_redacted", contest.officer, {"reason": REASON}),
        ("comment_released", contest.officer, {"reason": REASON}),
    ]


@pytest.mark.django_db
def test_a_decision_is_final_and_needs_a_text_and_a_reason() -> None:
    contest = scheduled(entries=3)
    comment = HeldComment.objects.all()[0]
    for text, reason in (("  ", REASON), ("Baik.", "  ")):
        with pytest.raises(WrongState):
            decide_comment(
                by=contest.officer, comment=comment, text=text, reason=reason, is_checked=True
            )
    decide(contest, comment, "Baik.")
    with pytest.raises(WrongState, match="diputuskan orang lain"):
        decide(contest, comment, "Kurang.")
    comment.refresh_from_db()
    for refused in (
        lambda: HeldComment.objects.filter(pk=comment.pk).update(text="Kurang."),
        lambda: HeldComment.objects.waiting().update(original="Lain."),
        lambda: HeldComment.objects.waiting().update(text="Lain."),
        lambda: HeldComment.objects.decided().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()
    with pytest.raises(ImmutableRow):
        CommentScan.objects.get().save()


@pytest.mark.django_db
def test_the_secretariat_alone_looks_and_none_in_conflict() -> None:
    contest = scheduled(entries=3)
    comment = HeldComment.objects.all()[0]
    entry = comment.scoresheet.assignment.entry
    for person in (contest.evaluators[0], contest.observer, contest.team.admin, make_person()):
        assert not can_review_comments(person)
        with pytest.raises(Forbidden):
            decide_comment(by=person, comment=comment, text="Baik.", reason="x", is_checked=True)
    assert can_review_comments(contest.officer, comment)
    ConflictDeclaration.objects.create(
        user=contest.officer, entry=entry, reason="Kerabat.", declared_at=instant_of(contest)
    )
    with pytest.raises(ConflictOfInterest):
        decide(contest, comment, "Baik.")
    assert not can_review_comments(contest.officer, comment)
    left = held_comments(contest.officer, contest.edition)
    assert entry.pk not in set(left.values_list("scoresheet__assignment__entry", flat=True))
    assert left.count() == held_comments(contest.second, contest.edition).count() - 4


@pytest.mark.django_db
def test_feedback_is_for_the_entrys_own_people() -> None:
    contest = make_contest(entries=1)
    entry, team = contest.entries[0], contest.team
    elsewhere = make_team(team.agency)
    assert can_read_feedback(team.innovator, entry)
    assert can_read_feedback(team.admin, entry)
    for person in (elsewhere.innovator, make_team().admin, contest.head, contest.observer):
        assert not can_read_feedback(person, entry)


@pytest.mark.django_db
def test_a_former_member_of_the_entrys_agency_is_looked_for_by_one_word() -> None:
    contest = make_contest(FIRST, entries=3)
    sheet = Scoresheet.objects.all()[0]
    word = sheet.strengths.strip(".")
    make_person(
        Role.INNOVATOR, agency=contest.team.agency, unit=contest.team.unit, name=f"Ayu {word}"
    )
    make_person(Role.INNOVATOR, name=f"Ayu {sheet.weaknesses}")
    announce_in(contest, timedelta(hours=1))
    assert {one.original for one in HeldComment.objects.all()} == {sheet.strengths}
    assert contest.stage(REVIEW).pk == contest.cut_off(FIRST).stage.ranks_from_id


def test_quartiles_are_interpolated() -> None:
    def of(*values: int) -> Quartiles:
        return quartiles([Decimal(value) for value in values])

    assert of(7) == Quartiles(Decimal(7), Decimal(7), Decimal(7))
    assert of(4, 1, 3, 2) == Quartiles(Decimal("1.75"), Decimal("2.5"), Decimal("3.25"))
    assert of(5, 1, 4, 2, 3).spread == 2


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, Standing.BOTTOM_QUARTER),
        (2, Standing.LOWER_HALF),
        (3, Standing.MIDDLE),
        (4, Standing.UPPER_HALF),
        (5, Standing.TOP_QUARTER),
    ],
)
def test_a_value_stands_somewhere_in_its_field(value: int, found: Standing) -> None:
    field = Quartiles(Decimal(2), Decimal(3), Decimal(4))
    assert standing(Decimal(value), field) is found
    assert standing(Decimal(3), Quartiles(Decimal(3), Decimal(3), Decimal(3))) is Standing.MIDDLE
