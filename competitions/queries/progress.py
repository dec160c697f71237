"""How far the work of a stage has come, and what keeps it from closing."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils.translation import gettext as _

from agencies.models import Membership, User
from competitions.enums import CheckState, Outcome, PanelRole, SheetState, StageKind, StageState
from competitions.models import (
    AdministrativeCheck,
    Appointment,
    Assignment,
    ConflictDeclaration,
    Edition,
    Score,
    Stage,
    StageEntry,
)
from competitions.models.judging import AssignmentQuerySet
from competitions.pace import RECENT, Reading
from competitions.queries.sheets import counting_sheets, free_assignments
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared
from sinovik.web.querysets import counted_beside
from sinovik.web.templatetags.web import day

DAY = timedelta(days=1)
FAR = timedelta(days=365)
UNDECIDED = (CheckState.QUEUED, CheckState.CLAIMED, CheckState.FAIL_PROPOSED)


def judges_of(stage: Stage) -> QuerySet[User]:
    """People appointed to the body that scores the stage, by name."""
    return appointed_to(stage.edition_id, body_of(stage))


def appointed_to(edition: Any, body: Any) -> QuerySet[User]:
    """People appointed to a body of an edition, by name."""
    appointed = Appointment.objects.filter(edition_id=edition, role=body).values("user")
    return User.objects.filter(pk__in=appointed).select_related("employer").order_by("name")


def body_of(stage: Stage) -> str:
    """Which body scores the stage: evaluators review, the panel selects."""
    return PanelRole.EVALUATOR if stage.kind == StageKind.REVIEW else PanelRole.PANELIST


def unappointed(stage: Stage) -> QuerySet[User]:
    """People who hold the role of the stage's body and are not appointed in its edition."""
    role = body_of(stage)
    holders = Membership.objects.active().filter(role=role).values("user")
    there = Appointment.objects.filter(edition=stage.edition_id, role=role).values("user")
    people = User.objects.filter(pk__in=holders, is_active=True).exclude(pk__in=there)
    return people.select_related("employer").order_by("name")


@dataclass(frozen=True)
class Coverage:
    """Entries of a scored stage against the sheets they need, those of further readers too.

    `missing` are sheets that nobody has been asked for.
    """

    entries: int
    needed: int
    assigned: int
    final: int
    short: int
    missing: int


def coverage(stage: Stage, hidden: Collection[int] = ()) -> Coverage:
    """Count entries, wanted, assigned and final sheets; `short` entries lack a judge.

    What is `hidden` from the reader is in none of the numbers.
    """
    entries = entries_in(stage).exclude(entry__in=hidden)
    given = free_assignments(stage).exclude(entry__in=hidden)
    held = Counter(given.values_list("entry_id", flat=True))
    present = list(entries.values_list("entry_id", flat=True))
    wanted = stage.reviews_per_entry
    return Coverage(
        entries=len(present),
        needed=sum(max(held[entry], wanted) for entry in present),
        assigned=sum(held.values()),
        final=counting_sheets(stage).exclude(assignment__entry__in=hidden).count(),
        short=sum(held[entry] < wanted for entry in present),
        missing=sum(max(wanted - held[entry], 0) for entry in present),
    )


def entries_in(stage: Stage | Any) -> QuerySet[StageEntry]:
    """The stage's entries that still take part in it, or went out of it by its result."""
    return StageEntry.objects.filter(stage=stage).standing().exclude(outcome=Outcome.WITHDRAWN)


def conflicts_in(edition: Edition) -> QuerySet[ConflictDeclaration]:
    """Declared conflicts over the edition's entries, the newest first."""
    return (
        ConflictDeclaration.objects.filter(entry__edition=edition)
        .select_related("user", "entry__edition", "entry__innovation", "entry__agency")
        .defer("entry__innovation__sections")
        .order_by("-declared_at", "-pk")
    )


@dataclass
class StageFigures:
    """Entries of a stage by how they left it."""

    entered: int = 0
    passed: int = 0
    failed: int = 0
    present: int = 0


def stage_figures(edition: Edition, hidden: Collection[int] = ()) -> dict[int, StageFigures]:
    """Figures of every stage of the edition, by stage id, in one query; `hidden` not counted."""
    counted = (
        StageEntry.objects.filter(stage__edition=edition)
        .standing()
        .exclude(entry__in=hidden)
        .order_by()
        .values_list("stage_id", "outcome")
        .annotate(number=Count("pk"))
    )
    figures: dict[int, StageFigures] = {}
    for stage_id, outcome, number in counted:
        one = figures.setdefault(stage_id, StageFigures())
        one.entered += number
        if outcome == Outcome.PASSED:
            one.passed += number
        elif outcome in (Outcome.FAILED, Outcome.LAPSED):
            one.failed += number
        elif not outcome:
            one.present += number
    return figures


def undecided_checks(stage: Stage, hidden: Collection[int] = ()) -> dict[str, int]:
    """Number of checks that keep an administrative stage open, by state; `hidden` not counted."""
    counted = AdministrativeCheck.objects.filter(
        stage_entry__stage=stage, stage_entry__left_at__isnull=True, state__in=UNDECIDED
    )
    counted = counted.exclude(stage_entry__entry__in=hidden)
    return dict(counted.order_by().values_list("state").annotate(Count("pk")))


def unsubmitted(stage: Stage, hidden: Collection[int] = ()) -> int:
    """Entries that would lapse if registration closed now; `hidden` not counted."""
    rows = StageEntry.objects.filter(stage=stage, outcome="", entry__submitted_at__isnull=True)
    return rows.exclude(entry__in=hidden).count()


def next_after(assignment: Assignment) -> Assignment | None:
    """The judge's next unsent sheet: later ones, then earlier ones, then what was skipped."""
    waiting = Assignment.objects.for_evaluator(assignment.evaluator).filter(
        stage_id=assignment.stage_id, scoresheet__state=SheetState.DRAFT
    )
    is_earlier = ExpressionWrapper(
        Q(reading_order__lt=assignment.reading_order), output_field=BooleanField()
    )
    order = F("skipped_at").asc(nulls_first=True), is_earlier, "reading_order"
    return waiting.exclude(pk=assignment.pk).order_by(*order).first()


def own_assignments(user: User) -> AssignmentQuerySet:
    """The person's assignments with what a queue row shows; no other judge's rows.

    Annotates `marked`: how many criteria have a mark; `is_extra`: called by the stage's rule.
    """
    return _with_what_is_shown(Assignment.objects.for_evaluator(user))


def own_rows(user: User, pks: Sequence[int]) -> list[Any]:
    """Some of `own_assignments`, in this order. One query."""
    return _OWN_ROWS.in_order(pks, judge=user.pk)


def _with_what_is_shown(rows: AssignmentQuerySet) -> AssignmentQuerySet:
    marked = Score.objects.filter(scoresheet__assignment=OuterRef("pk"), mark__isnull=False)
    return (
        rows.select_related(
            "scoresheet",
            "stage__edition",
            "entry__edition",
            "entry__agency",
            "entry__innovation__category",
        )
        .defer("entry__innovation__sections")
        .annotate(
            marked=counted_beside(marked),
            sheet_total=F("scoresheet__total"),
            is_extra=ExpressionWrapper(Q(extra_reading__isnull=False), BooleanField()),
        )
    )


_OWN_ROWS = Prepared(
    lambda judge, pks: (
        _with_what_is_shown(Assignment.objects.for_evaluator(judge))
        .filter(OneOf("pk", pks))
        .order_by()
    ),
    *("judge", "pks"),
)


def finish_sentence(reading: Reading) -> str:
    """When somebody is done at the present pace."""
    if not reading.unsent:
        return _("selesai") if reading.total else ""
    if reading.per_day is None:
        return _("laju belum diketahui")
    needed = reading.days_needed
    if needed is None:
        return _("tidak ada yang dikirim tujuh hari terakhir")
    span = timedelta(days=needed)
    if span > FAR:
        return _("pada laju ini lebih dari setahun lagi")
    return _("pada laju ini selesai %(day)s") % {"day": day(clock.now() + span)}


def recent_from(at: datetime) -> datetime:
    """After which instant a sheet was sent lately."""
    return at - RECENT * DAY


def reading_numbers(recent: Any) -> dict[str, Any]:
    """What a `Reading` is made of, as annotations of grouped assignments."""
    final = Q(scoresheet__state=SheetState.FINAL)
    return {
        "total": Count("pk"),
        "final": Count("pk", filter=final),
        "recent": Count("pk", filter=final & Q(scoresheet__finalised_at__gt=recent)),
        "since": Min("assigned_at"),
    }


def reading_of(row: Mapping[str, Any], at: datetime, closes_at: datetime) -> Reading:
    """The reading of a row with `reading_numbers`."""
    return Reading(
        total=row["total"],
        final=row["final"],
        recent=row["recent"],
        held=(at - row["since"]) / DAY,
        left=(closes_at - at) / DAY,
    )


@dataclass(frozen=True)
class OwnProgress:
    """A judge's numbers in one stage; `extra` unsent sheets came by the stage's rule."""

    stage: Stage
    reading: Reading
    extra: int

    @property
    def total(self) -> int:
        """Sheets that the judge holds."""
        return self.reading.total

    @property
    def final(self) -> int:
        """Sheets that the judge has sent."""
        return self.reading.final

    @property
    def finish(self) -> str:
        """When the last sheet is sent at this pace, in words; empty where nothing is left."""
        return finish_sentence(self.reading) if self.reading.unsent else ""


def own_progress(user: User) -> list[OwnProgress]:
    """The person's stages with total and sent sheets, the open one first, then the newest."""
    now = clock.now()
    numbers = {row["stage_id"]: row for row in _own_numbers(user, now)}
    stages = Stage.objects.with_deadline().filter(pk__in=numbers).select_related("edition")
    ordered = sorted(stages, key=lambda s: (not s.is_open, -s.edition.year, -s.position))
    return [_own(stage, numbers[stage.pk], now, stage.deadline) for stage in ordered]


def scored_by(editions: QuerySet[Any] | list[int], role: str) -> QuerySet[Stage]:
    """Stages of editions in which a body gives marks of its own, what is closed left out."""
    of_body = Q(kind=StageKind.REVIEW)
    if role == PanelRole.PANELIST:
        of_body = Q(kind=StageKind.SELECTION, ranks_from__isnull=True)
    unclosed = Stage.objects.exclude(state=StageState.CLOSED)
    return unclosed.filter(of_body, edition__in=editions).order_by("opens_at")


def awaited_stages(user: User) -> list[Stage]:
    """Stages that the person is appointed to score and that nothing was handed out of yet."""
    bodies = [
        scored_by(Appointment.objects.filter(user=user, role=role).values("edition"), role)
        for role in (PanelRole.EVALUATOR, PanelRole.PANELIST)
    ]
    own = Assignment.objects.filter(stage=OuterRef("pk"), evaluator=user)
    stages = (bodies[0] | bodies[1]).filter(~Exists(own))
    return list(stages.select_related("edition"))


def progress_in(user: User, stage: Stage, deadline: datetime) -> OwnProgress | None:
    """The same of one stage, whose deadline is known; None where nothing is theirs. One query."""
    now = clock.now()
    rows = [row for row in _own_numbers(user, now) if row["stage_id"] == stage.pk]
    return _own(stage, rows[0], now, deadline) if rows else None


_NUMBERS = Prepared(
    lambda judge, recent: (
        Assignment.objects.for_evaluator(judge)
        .order_by()
        .values("stage_id")
        .annotate(
            extra=Count("extra_reading", filter=Q(scoresheet__state=SheetState.DRAFT)),
            **reading_numbers(recent),
        )
    ),
    *("judge", "recent"),
)


def _own_numbers(user: User, now: datetime) -> list[dict[str, Any]]:
    rows: list[Any] = _NUMBERS.all(judge=user.pk, recent=recent_from(now))
    return rows


def _own(stage: Stage, row: dict[str, Any], now: datetime, deadline: datetime) -> OwnProgress:
    return OwnProgress(stage, reading_of(row, now, deadline), row["extra"])
