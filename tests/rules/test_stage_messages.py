"""Messages say the stage in the language that they are written in."""

import pytest
from django.db import transaction
from django.utils import translation

from competitions import notifications as messages
from competitions.actions.cut_offs import apply_cut_off
from competitions.models import Appointment, DeadlineExtension, Objection, ObjectionWindow, Stage
from competitions.notifications import deadlines, judging, objections, plenary
from competitions.queries.hearing_needs import hearing_needs
from sinovik.notifications.models import Notification
from tests.factories import FIRST, REVIEW, Contest, make_contest, sit

pytestmark = pytest.mark.django_db

NAME, ENGLISH = "Penilaian proposal", "Proposal review"


def tell_judges(contest: Contest, stage: Stage) -> None:
    """What judges and the secretariat are told about the judging of a stage."""
    judge = contest.evaluators[0]
    row = contest.assignments(REVIEW, judge)[0]
    messages.tell_assigned(stage, [judge])
    messages.tell_conflict_declared(stage, judge)
    messages.tell_lock_proposed(stage, judge)
    messages.tell_lock_rejected(stage, judge, "Alasan.")
    judging.tell_judge_nudged(stage, judge, 2, 1, stage.closes_at, stage.opens_at)
    judging.tell_extra_readers(stage, [judge])
    judging.tell_abstained(stage, judge, is_replaced=True)
    judging.tell_replacement(stage, [judge])
    judging.tell_sheet_reopened(stage, row, "Alasan.")
    judging.tell_unassigned(stage, [judge])
    plenary.tell_plenary_opened(stage)


def tell_of_time(contest: Contest, stage: Stage) -> None:
    """What is told about deadlines and objections of a stage."""
    closes = stage.closes_at
    later = DeadlineExtension(pk=1, stage=stage, proposed_by=contest.head, new_closes_at=closes)
    later.previous_closes_at = closes
    deadlines.tell_extension_proposed(later)
    deadlines.tell_extended(later)
    deadlines.tell_extension_rejected(later)
    objections.tell_window_opened(ObjectionWindow(stage=stage, closes_at=closes))
    filed = Objection(pk=1, stage=stage, entry=contest.entries[0], number=1, filed_at=closes)
    filed.edition = stage.edition
    objections.tell_filed(filed)


def test_messages_name_the_stage_in_their_own_language() -> None:
    contest = make_contest(REVIEW, entries=2)
    stage = contest.stage(REVIEW)
    stage.name = NAME
    before = Notification.objects.latest("pk").pk
    with transaction.atomic():
        tell_judges(contest, stage)
        tell_of_time(contest, stage)
    told = Notification.objects.filter(pk__gt=before)
    assert len({one.subject for one in told}) == 16
    for one in told:
        assert f"{NAME} {contest.edition.year}" in f"{one.subject} {one.body}"
        assert f"{ENGLISH} {contest.edition.year}" in f"{one.subject_en} {one.body_en}"
        assert NAME not in f"{one.subject_en} {one.body_en}"


@pytest.mark.parametrize(
    ("role", "told"), [("evaluator", "evaluation team"), ("panelist", "independent panel")]
)
def test_an_appointment_is_told_as_a_seat_in_a_body(role: str, told: str) -> None:
    contest = make_contest(entries=0)
    seat = Appointment(user=contest.head, edition=contest.edition, role=role)
    with transaction.atomic():
        messages.tell_appointed([seat])
    said = Notification.objects.latest("pk").body_en
    assert said.startswith(f"You have been appointed to the {told} of {contest.edition.name}.")


def test_a_plenary_waits_under_its_name_in_the_language_of_the_page() -> None:
    contest = make_contest(FIRST, entries=3)
    apply_cut_off(by=contest.head, stage=contest.stage(FIRST))
    sit(contest)
    Stage.objects.filter(edition=contest.edition, slug=FIRST).update(name=NAME)
    for language, name in (("id", NAME), ("en", ENGLISH)):
        with translation.override(language):
            (need,) = hearing_needs(contest.evaluators[0])
        assert need.detail == f"{name} {contest.edition.year}"
