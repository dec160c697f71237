"""What an entrant may know of a proposal's way: nothing before its time."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from competitions.enums import CheckState, EntryState, Outcome, StageKind, StageState
from competitions.models import AdministrativeCheck, Announcement, Entry, Result, Stage
from sinovik.audit import clock
from sinovik.web.prepared import Prepared

DONE, CURRENT, UPCOMING, STOPPED = "done", "current", "upcoming", "stopped"


@dataclass(frozen=True)
class Step:
    """One step of the way. `is_estimate` says that `at` is the plan, not the fact."""

    title: str
    state: str
    at: datetime | None
    is_estimate: bool = False
    text: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Way:
    """What of the proposal's way is read once for all that its page tells."""

    stages: list[Stage]
    check: AdministrativeCheck | None

    @property
    def registration(self) -> Stage:
        """The stage that took it, with the deadline that holds for its agency."""
        return next(stage for stage in self.stages if stage.kind == StageKind.REGISTRATION)

    @property
    def has_lists(self) -> bool:
        """Whether a list can exist: none is drawn before its stage has begun.

        Until then no result, announcement or time for objections needs a query.
        """
        return any(
            stage.kind == StageKind.SELECTION and stage.state != StageState.PLANNED
            for stage in self.stages
        )

    @property
    def may_go_on(self) -> bool:
        """Whether the check lets it into a later stage, where it may have a turn to present."""
        return self.check is None or self.check.state == CheckState.PASSED


_STAGES = Prepared(
    lambda edition, agencies: (
        Stage.objects.with_deadline(agencies).filter(edition=edition).order_by("position")
    ),
    "edition",
    "agencies",
)
_CHECKS = Prepared(
    lambda entry: (
        AdministrativeCheck.objects.filter(stage_entry__entry=entry)
        .exclude(stage_entry__outcome=Outcome.REOPENED)
        .order_by("stage_entry__entered_at", "pk")
    ),
    "entry",
)


def way_of(entry: Entry) -> Way:
    """The stages of the entry's edition and its check, two queries."""
    stages = _STAGES.all(edition=entry.edition_id, agencies=[entry.agency_id])
    return Way(stages, _CHECKS.first(entry=entry.pk))


def steps_of(entry: Entry, way: Way | None = None) -> list[Step]:
    """The steps of a submitted entry, in order, as its people may see them now.

    Administrative: a pass shows once the stage is closed, a fail once the second person
    confirmed it. Selection: nothing but what is announced, whatever rows exist already.
    """
    way = way or way_of(entry)
    announced = _announced(entry) if way.has_lists else {}
    selected = _selected(entry) if way.has_lists else frozenset()
    steps = [Step(_("Diajukan"), DONE, entry.submitted_at)]
    for stage in way.stages:
        if stage.kind == StageKind.REGISTRATION:
            continue
        if entry.state == EntryState.WITHDRAWN:
            steps.append(Step(_("Ditarik oleh instansi"), STOPPED, entry.state_changed_at))
            break
        step = _step(stage, way.check, announced.get(stage.pk), stage.pk in selected)
        steps.append(step)
        if step.state == STOPPED:
            break
    return steps


def _step(
    stage: Stage, check: AdministrativeCheck | None, announcement: datetime | None, won: bool
) -> Step:
    if stage.kind == StageKind.ADMINISTRATIVE:
        return _administrative(stage, check)
    if stage.kind == StageKind.SELECTION:
        return _selection(stage, announcement, won)
    if stage.state == StageState.CLOSED:
        return Step(_(stage.name), DONE, stage.closed_at)
    state = CURRENT if stage.state == StageState.OPEN else UPCOMING
    return Step(_(stage.name), state, stage.closes_at, is_estimate=True)


def _administrative(stage: Stage, check: AdministrativeCheck | None) -> Step:
    if check and check.state == CheckState.FAILED:
        return Step(
            _(stage.name),
            STOPPED,
            check.confirmed_at,
            text=_("Tidak lolos."),
            reasons=tuple(check.reason_labels),
        )
    if stage.state == StageState.CLOSED:
        return Step(_(stage.name), DONE, stage.closed_at, text=_("Lolos."))
    if check and check.state == CheckState.CORRECTION:
        text = _("Sekretariat meminta perbaikan.")
        return Step(_(stage.name), CURRENT, stage.closes_at, is_estimate=True, text=text)
    state = CURRENT if stage.state == StageState.OPEN else UPCOMING
    return Step(_(stage.name), state, stage.closes_at, is_estimate=True)


def _selection(stage: Stage, announced_at: datetime | None, won: bool) -> Step:
    """A list is a secret until its instant: only the plan's date before it."""
    if announced_at is None:
        return Step(_(stage.name), UPCOMING, stage.closes_at, is_estimate=True)
    if announced_at > clock.now():
        return Step(_(stage.name), UPCOMING, announced_at, text=_("Pengumuman sudah dijadwalkan."))
    if won:
        return Step(_(stage.name), DONE, announced_at, text=_("Terpilih."))
    return Step(_(stage.name), STOPPED, announced_at, text=_("Belum terpilih pada edisi ini."))


def _announced(entry: Entry) -> dict[int, datetime]:
    """Instants of the edition's scheduled announcements, by stage."""
    rows = Announcement.objects.filter(cut_off__stage__edition=entry.edition_id)
    return dict(rows.values_list("cut_off__stage_id", "announce_at"))


def _selected(entry: Entry) -> frozenset[int]:
    """Stages whose announced list names the entry."""
    rows = Result.objects.announced().filter(entry=entry)
    return frozenset(rows.values_list("cut_off__stage_id", flat=True))
