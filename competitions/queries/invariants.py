"""What must hold in every contest at every moment, whatever happened before.

Constraints and triggers keep what one row can tell. Here is what only several rows tell
together: read it nightly, after a restore, and after each test that walks an edition.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from competitions.enums import (
    Arrival,
    AutomaticState,
    CheckState,
    CutOffState,
    EntryState,
    LateState,
    Outcome,
    SentTo,
    SheetState,
    StageKind,
    StageState,
)
from competitions.models import (
    AdministrativeCheck,
    Announcement,
    Assignment,
    AutomaticSubmission,
    CutOff,
    Entry,
    LateSubmission,
    Objection,
    Receipt,
    Result,
    Score,
    Scoresheet,
    Sending,
    Stage,
    StageEntry,
)
from competitions.queries.deadlines import deadlines
from competitions.scoring import RubricLine, sheet_total
from competitions.workflow import HELD_BY_MINISTRY
from sinovik.audit import clock
from sinovik.web.prepared import Prepared

R = TypeVar("R")


@dataclass(frozen=True)
class Invariant:
    """A sentence that must be true; `broken` lists what contradicts it, as people would name it."""

    key: str
    sentence: str
    broken: Callable[[], Iterable[object]]


def broken_invariants() -> Iterator[tuple[Invariant, list[str]]]:
    """Each sentence that is false, with what contradicts it."""
    for invariant in INVARIANTS:
        if found := [str(one) for one in invariant.broken()]:
            yield invariant, found


def _written_once(ask: Callable[[], "QuerySet[Any, R]"]) -> Callable[[], list[R]]:
    """A question whose SQL Django writes once: walks ask all of them thousands of times."""
    return Prepared(ask).all


@_written_once
def _stages_out_of_order() -> QuerySet[Stage]:
    earlier = Stage.objects.filter(edition=OuterRef("edition"), position__lt=OuterRef("position"))
    begun = Stage.objects.exclude(state=StageState.PLANNED)
    return begun.filter(Exists(earlier.exclude(state=StageState.CLOSED)))


@_written_once
def _stays_without_the_stage_before() -> QuerySet[StageEntry]:
    """Registration and the check begin together; every later stay follows a pass.

    What came late and was admitted may have lapsed from registration before it is checked.
    """
    passed = StageEntry.objects.filter(
        entry=OuterRef("entry"),
        stage__edition=OuterRef("stage__edition"),
        stage__position__lt=OuterRef("stage__position"),
        outcome=Outcome.PASSED,
    ).order_by("-stage__position")
    last = Stage.objects.filter(
        edition=OuterRef("stage__edition"), position__lt=OuterRef("stage__position")
    ).order_by("-position")
    later = StageEntry.objects.standing().exclude(stage__kind=StageKind.REGISTRATION)
    found = later.annotate(
        passed_at=Subquery(passed.values("stage__position")[:1]),
        expected=Subquery(last.values("position")[:1]),
    )
    skipped = found.filter(Q(passed_at=None) | Q(passed_at__lt=F("expected")))
    return skipped.exclude(
        stage__kind=StageKind.ADMINISTRATIVE, passed_at=None, entry__arrival=Arrival.ADMITTED
    )


@_written_once
def _stays_in_closed_stages() -> QuerySet[StageEntry]:
    """A selection's stays end with its list, which the following stage makes."""
    ended = (StageKind.REGISTRATION, StageKind.ADMINISTRATIVE, StageKind.REVIEW)
    return StageEntry.objects.filter(
        left_at=None, stage__state=StageState.CLOSED, stage__kind__in=ended
    )


def _late_but_on_time() -> Iterator[Entry]:
    """Submissions that the close, as it holds for their agency, does not cover."""
    for stage in Stage.objects.of_kind(StageKind.REGISTRATION):
        entries = Entry.objects.submitted().filter(edition=stage.edition_id)
        rows = list(entries.only("pk", "agency_id", "submitted_at", "arrival"))
        closes = deadlines(stage, {row.agency_id for row in rows})
        for row in rows:
            until = closes[row.agency_id]
            until += stage.grace if row.arrival == Arrival.GRACE else timedelta(0)
            counted = row.arrival in (Arrival.ON_TIME, Arrival.GRACE)
            if counted and row.submitted_at and row.submitted_at >= until:
                yield row


@_written_once
def _admitted_without_decision() -> QuerySet[Entry]:
    decided = LateSubmission.objects.filter(entry=OuterRef("pk"), state=LateState.ADMITTED)
    return Entry.objects.filter(arrival=Arrival.ADMITTED).exclude(Exists(decided))


@_written_once
def _submitted_without_receipt() -> QuerySet[Entry]:
    receipt = Receipt.objects.filter(entry=OuterRef("pk"), version=OuterRef("version"))
    return Entry.objects.filter(state__in=HELD_BY_MINISTRY).exclude(Exists(receipt))


@_written_once
def _receipts_without_sending() -> QuerySet[Receipt]:
    sent = Sending.objects.filter(
        entry=OuterRef("entry"), version=OuterRef("version"), sent_to=SentTo.MINISTRY
    )
    return Receipt.objects.exclude(Exists(sent))


@_written_once
def _receipts_of_other_contents() -> QuerySet[Receipt]:
    return Receipt.objects.exclude(content_hash=F("version__content_hash"))


def _over_quota() -> Iterator[str]:
    held = Entry.objects.filter(state__in=HELD_BY_MINISTRY, group__quota__isnull=False)
    counted = held.order_by().values_list("agency", "group", "group__quota")
    for agency, group, quota, taken in counted.annotate(taken=Count("pk")):
        if taken > quota:
            yield f"{agency} · {group}: {taken} > {quota}"


@_written_once
def _orders_after_the_close() -> QuerySet[AutomaticSubmission]:
    closed = Stage.objects.filter(
        edition=OuterRef("entry__edition"),
        kind=StageKind.REGISTRATION,
        state=StageState.CLOSED,
    )
    return AutomaticSubmission.objects.filter(state=AutomaticState.PENDING).filter(Exists(closed))


@_written_once
def _checks_against_stays() -> QuerySet[AdministrativeCheck]:
    """Decided means left with the same word; undecided means still there, or gone by itself."""
    left = ("", Outcome.WITHDRAWN, Outcome.REOPENED)
    passed = Q(state=CheckState.PASSED)
    failed = Q(state=CheckState.FAILED)
    return AdministrativeCheck.objects.filter(
        passed & ~Q(stage_entry__outcome=Outcome.PASSED)
        | failed & ~Q(stage_entry__outcome=Outcome.FAILED)
        | ~passed & ~failed & ~Q(stage_entry__outcome__in=left)
    )


@_written_once
def _sheets_over_conflicts() -> QuerySet[Scoresheet]:
    """Sent although the judge had declared a conflict."""
    return Scoresheet.objects.filter(
        state=SheetState.FINAL,
        assignment__entry__conflicts__user=F("assignment__evaluator"),
        assignment__entry__conflicts__declared_at__lt=F("finalised_at"),
    )


@_written_once
def _sheets_by_others() -> QuerySet[Scoresheet]:
    return Scoresheet.objects.filter(state=SheetState.FINAL).exclude(
        finalised_by=F("assignment__evaluator")
    )


@_written_once
def _late_sheets() -> QuerySet[Scoresheet]:
    return Scoresheet.objects.filter(
        state=SheetState.FINAL, assignment__stage__closed_at__lt=F("finalised_at")
    )


@_written_once
def _assignments_elsewhere() -> QuerySet[Assignment]:
    """An entry is read in a stage that it has reached."""
    stay = StageEntry.objects.standing().filter(entry=OuterRef("entry"), stage=OuterRef("stage"))
    return Assignment.objects.exclude(Exists(stay))


def _false_totals() -> Iterator[str]:
    """Totals that their own marks do not give."""
    rubrics: dict[int, list[RubricLine]] = {}
    scores = Score.objects.filter(scoresheet__state=SheetState.FINAL).select_related(
        "scoresheet", "criterion"
    )
    for _pk, lines in groupby(
        scores.order_by("scoresheet", "criterion__position"), attrgetter("scoresheet_id")
    ):
        own = list(lines)
        sheet, stage_id = own[0].scoresheet, own[0].criterion.stage_id
        if stage_id not in rubrics:
            criteria = Stage.objects.get(pk=stage_id).criteria.all()
            rubrics[stage_id] = [
                RubricLine(one.key, one.weight, one.scale_maximum) for one in criteria
            ]
        marks = {line.criterion.key: line.mark for line in own}
        total = sheet_total(marks, rubrics[stage_id])
        if abs(total - (sheet.total or Decimal())) > Decimal("0.000001"):
            yield f"{sheet.pk}: {sheet.total} ≠ {total}"


def _too_many_seats() -> Iterator[str]:
    taken = Count("results", filter=Q(results__is_selected=True))
    for row in CutOff.objects.annotate(taken=taken).filter(taken__gt=F("seats")):
        yield f"{row}: {row.taken} > {row.seats}"  # type: ignore[attr-defined]


@_written_once
def _results_of_strangers() -> QuerySet[Result]:
    """An entry on a list has a stay in the stage that makes it."""
    stay = StageEntry.objects.standing().filter(
        entry=OuterRef("entry"), stage=OuterRef("cut_off__stage")
    )
    return Result.objects.exclude(Exists(stay))


@_written_once
def _announced_unlocked() -> QuerySet[Announcement]:
    return Announcement.objects.exclude(cut_off__state=CutOffState.SCHEDULED)


@_written_once
def _announced_before_locked() -> QuerySet[Announcement]:
    return Announcement.objects.filter(announce_at__lt=F("cut_off__locked_at"))


def _numbers_with_gaps() -> Iterator[str]:
    counted = Objection.objects.order_by().values_list("edition")
    for edition, number, last in counted.annotate(Count("pk"), Max("number")):
        if number != last:
            yield f"{edition}: {number} ≠ {last}"


@_written_once
def _firm_over_objections() -> QuerySet[CutOff]:
    firm = CutOff.objects.filter(state__in=[CutOffState.LOCKED, CutOffState.SCHEDULED])
    waiting = Objection.objects.unanswered().filter(stage=OuterRef("stage"))
    early = Q(locked_at__lt=F("stage__objection_window__closes_at"))
    return firm.filter(early | Exists(waiting))


def _from_the_future() -> QuerySet[Entry]:
    return Entry.objects.filter(submitted_at__gt=clock.database_now())


@_written_once
def _at_work_in_later_stages() -> QuerySet[StageEntry]:
    """A proposal that is with its agency stands in no stage beyond registration."""
    at_work = (EntryState.DRAFT, EntryState.RETURNED, EntryState.WITH_AGENCY, EntryState.WITHDRAWN)
    return StageEntry.objects.filter(left_at=None, entry__state__in=at_work).exclude(
        stage__kind=StageKind.REGISTRATION
    )


INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        "stages-in-order",
        "Tidak ada tahap yang mulai sebelum tahap di depannya selesai.",
        _stages_out_of_order,
    ),
    Invariant(
        "no-stage-skipped",
        "Peserta hanya masuk tahap berikutnya sesudah lolos tahap sebelumnya.",
        _stays_without_the_stage_before,
    ),
    Invariant(
        "closed-is-empty",
        "Tidak ada peserta yang tertinggal di tahap yang sudah ditutup.",
        _stays_in_closed_stages,
    ),
    Invariant(
        "on-time",
        "Yang tercatat tepat waktu memang tiba sebelum tenggatnya.",
        _late_but_on_time,
    ),
    Invariant(
        "late-by-two",
        "Yang terlambat hanya diterima dengan keputusan dua orang.",
        _admitted_without_decision,
    ),
    Invariant(
        "receipt",
        "Setiap proposal di kementerian memiliki tanda terima atas versinya.",
        _submitted_without_receipt,
    ),
    Invariant(
        "receipt-sent",
        "Setiap tanda terima menyebut pengiriman yang tercatat.",
        _receipts_without_sending,
    ),
    Invariant(
        "receipt-content",
        "Sidik pada tanda terima sama dengan sidik versinya.",
        _receipts_of_other_contents,
    ),
    Invariant("quota", "Tidak ada instansi yang melebihi kuotanya.", _over_quota),
    Invariant(
        "orders-ended",
        "Tidak ada pesanan kirim otomatis yang tertinggal sesudah pendaftaran ditutup.",
        _orders_after_the_close,
    ),
    Invariant(
        "check-is-outcome",
        "Putusan pemeriksaan sama dengan hasil peserta di tahapnya.",
        _checks_against_stays,
    ),
    Invariant(
        "one-place",
        "Proposal yang sedang dikerjakan instansi tidak berada di tahap seleksi.",
        _at_work_in_later_stages,
    ),
    Invariant(
        "no-conflicted-sheet",
        "Tidak ada nilai dari penilai yang sudah menyatakan benturan kepentingan.",
        _sheets_over_conflicts,
    ),
    Invariant("own-sheet", "Lembar nilai dikirim oleh penilainya sendiri.", _sheets_by_others),
    Invariant(
        "no-late-sheet",
        "Tidak ada nilai yang dikirim sesudah tahapnya ditutup.",
        _late_sheets,
    ),
    Invariant(
        "assigned-in-stage",
        "Peserta hanya dinilai di tahap yang sudah dicapainya.",
        _assignments_elsewhere,
    ),
    Invariant("totals", "Total setiap lembar sama dengan hitungan nilainya.", _false_totals),
    Invariant("seats", "Yang terpilih tidak melebihi jumlah kursi.", _too_many_seats),
    Invariant(
        "ranked-in-stage",
        "Daftar hanya memuat peserta yang berada di tahapnya.",
        _results_of_strangers,
    ),
    Invariant("announced-locked", "Yang diumumkan sudah dikunci dua orang.", _announced_unlocked),
    Invariant(
        "announced-after-lock",
        "Pengumuman tidak mendahului penguncian.",
        _announced_before_locked,
    ),
    Invariant(
        "objection-numbers",
        "Sanggahan setiap edisi bernomor urut tanpa celah.",
        _numbers_with_gaps,
    ),
    Invariant(
        "objections-answered",
        "Daftar dikunci setelah masa sanggahnya lewat dan semua sanggahan dijawab.",
        _firm_over_objections,
    ),
    Invariant(
        "no-future",
        "Tidak ada pengajuan yang bertanggal sesudah sekarang.",
        _from_the_future,
    ),
)
"""In the order in which a reader follows a proposal through the contest."""
