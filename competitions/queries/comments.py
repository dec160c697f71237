"""The judges' comments behind a list, and the names that must not stand in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet

from agencies.enums import SECRETARIAT_ROLES
from agencies.models import Membership, User
from competitions.anonymity import Found, Names, find_personal, names_of
from competitions.enums import CommentPlace
from competitions.models import Appointment, CutOff, Edition, Entry, HeldComment, Score
from competitions.queries.conflicts import hidden_in
from competitions.queries.ranking import scoring_stage
from competitions.queries.sheets import counting_sheets


@dataclass(frozen=True)
class Comment:
    """Something a judge wrote on an entry; `criterion` for a note only."""

    sheet: int
    agency: int
    place: CommentPlace
    criterion: int | None
    text: str


def comments_behind(cut_off: CutOff) -> Iterator[Comment]:
    """Every comment on the sheets that ranked a list; `cut_off.stage` loaded. Two queries."""
    ranked = cut_off.results.values("entry")
    sheets = counting_sheets(scoring_stage(cut_off.stage)).filter(assignment__entry__in=ranked)
    rows = sheets.order_by("pk").values_list(
        "pk", "assignment__entry__agency", "strengths", "weaknesses"
    )
    for pk, agency, strengths, weaknesses in rows:
        for place, text in (
            (CommentPlace.STRENGTHS, strengths),
            (CommentPlace.WEAKNESSES, weaknesses),
        ):
            if text.strip():
                yield Comment(pk, agency, place, None, text)
    notes = Score.objects.filter(scoresheet__in=sheets).exclude(note="").order_by("pk")
    for pk, agency, criterion, text in notes.values_list(
        "scoresheet", "scoresheet__assignment__entry__agency", "criterion", "note"
    ):
        if text.strip():
            yield Comment(pk, agency, CommentPlace.NOTE, criterion, text)


@dataclass(frozen=True)
class People:
    """Names of an edition's people: of everybody, and of each agency's own."""

    everybody: Names
    by_agency: dict[int, Names]

    def near(self, agency: int) -> Names:
        """What to look for in a comment on an entry of this agency.

        One word tells who it is among the agency's own people, the judges and the secretariat;
        of the people of hundreds of other agencies it takes two.
        """
        return self.everybody | self.by_agency.get(agency, Names())


def people_of(edition: Edition) -> People:
    """Judges, secretariat and people of the agencies that take part, former ones too."""
    judges = Appointment.objects.filter(edition=edition, user=OuterRef("pk"))
    offices = Membership.objects.filter(user=OuterRef("pk"), role__in=SECRETARIAT_ROLES)
    staff = User.objects.filter(Exists(judges) | Exists(offices)).values_list("name", flat=True)
    entered = Entry.objects.filter(edition=edition).values("agency")
    members: dict[int, list[str]] = {}
    for agency, name in (
        Membership.objects.filter(agency__in=entered)
        .order_by("agency", "pk")
        .values_list("agency", "user__name")
    ):
        members.setdefault(agency, []).append(name)
    others = names_of((name for own in members.values() for name in own), stand_alone=False)
    return People(
        names_of(staff, stand_alone=True) | others,
        {agency: names_of(own, stand_alone=True) for agency, own in members.items()},
    )


def search_comments(cut_off: CutOff, comments: Iterable[Comment]) -> Iterator[HeldComment | None]:
    """For each comment behind a list the row that holds it back, not saved, or None.

    Needs `cut_off.stage.edition` loaded.
    """
    people = people_of(cut_off.stage.edition)
    near: dict[int, Names] = {}
    seen: dict[tuple[int, str], tuple[Found, ...]] = {}
    for comment in comments:
        if comment.agency not in near:
            near[comment.agency] = people.near(comment.agency)
        key = comment.agency, comment.text
        if key not in seen:
            seen[key] = find_personal(comment.text, near[comment.agency])
        if not seen[key]:
            yield None
            continue
        yield HeldComment(
            cut_off=cut_off,
            scoresheet_id=comment.sheet,
            criterion_id=comment.criterion,
            place=comment.place,
            original=comment.text,
            found=[[one.start, one.end, one.trait.value] for one in seen[key]],
        )


def held_comments(user: User, edition: Edition) -> "QuerySet[HeldComment]":
    """Held comments of an edition that the person may look through, undecided ones first."""
    return (
        _seen_comments(user, edition)
        .select_related(
            "cut_off__applied_by",
            "cut_off__stage__edition",
            "criterion",
            "decided_by",
            "scoresheet__assignment__entry__edition",
            "scoresheet__assignment__entry__agency",
            "scoresheet__assignment__entry__innovation",
        )
        .defer(
            "scoresheet__assignment__entry__innovation__sections",
        )
    )


def listed_comments(user: User, edition: Edition) -> "QuerySet[Any]":
    """The same with what a line of their list prints, and nothing joined."""
    return _seen_comments(user, edition).annotate(
        entry=F("scoresheet__assignment__entry"),
        is_simulated=F("cut_off__applied_by__is_simulated"),
        stage_name=F("cut_off__stage__name"),
        criterion_name=F("criterion__name"),
    )


def _seen_comments(user: User, edition: Edition) -> "QuerySet[HeldComment]":
    rows = HeldComment.objects.filter(cut_off__stage__edition=edition)
    hidden = hidden_in(edition.pk, user)
    return rows.exclude(scoresheet__assignment__entry__in=hidden).order_by(
        "decided_at", "cut_off", "pk"
    )


def count_waiting(rows: "QuerySet[Any]") -> int:
    """How many of these held comments wait for a decision. One query."""
    return rows.filter(decided_at=None).order_by().count()
