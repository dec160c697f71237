"""Correction rounds: their window, what came back, what changed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.enums import CorrectionOutcome, EntryState
from competitions.exceptions import StageClosed
from competitions.models import AdministrativeCheck, Correction, Entry, Nudge, Stage
from competitions.queries.holders import admins_of, holders
from sinovik.audit import clock
from sinovik.web.zones import contest_day, last_minute


def due_instant(stage: Stage, asked_at: datetime) -> datetime:
    """23.59 WIB of the last day of a window that is asked for now; that instant is too late."""
    return last_minute(contest_day(asked_at) + timedelta(days=stage.correction_days))


def running_correction(entry: Entry) -> Correction | None:
    """The round in which the entry is being mended, in time or overdue."""
    rounds = Correction.objects.running().filter(check_of__stage_entry__entry=entry)
    return rounds.select_related("asked_by").first()


def latest_correction(entry: Entry) -> Correction | None:
    """The entry's latest round, running or ended."""
    rounds = Correction.objects.filter(check_of__stage_entry__entry=entry)
    return rounds.select_related("mended_by").order_by("-number").first()


@dataclass(frozen=True)
class RoundFigures:
    """How many corrections of a stage run, came back in time, passed unused or were withdrawn."""

    running: int
    mended: int
    lapsed: int
    withdrawn: int

    @property
    def asked(self) -> int:
        """All of them."""
        return self.running + self.mended + self.lapsed + self.withdrawn


def round_figures(stage: Stage, hidden: Collection[int] = ()) -> RoundFigures:
    """The stage's corrections by how they ended, `hidden` entries' left out; one query."""
    rounds = Correction.objects.filter(check_of__stage_entry__stage=stage).order_by()
    rounds = rounds.exclude(check_of__stage_entry__entry__in=hidden)
    counted = dict(rounds.values_list("outcome").annotate(Count("pk")))
    return RoundFigures(
        running=counted.get("", 0),
        mended=counted.get(CorrectionOutcome.MENDED, 0),
        lapsed=counted.get(CorrectionOutcome.LAPSED, 0),
        withdrawn=counted.get(CorrectionOutcome.WITHDRAWN, 0),
    )


def running_corrections(entries: Iterable[Entry]) -> dict[int, Correction]:
    """Running rounds by entry id."""
    rounds = Correction.objects.running().filter(check_of__stage_entry__entry__in=entries)
    found = rounds.select_related("check_of__stage_entry")
    return {one.check_of.stage_entry.entry_id: one for one in found}


def last_correction(check: AdministrativeCheck) -> Correction | None:
    """The check's latest round with both versions, running or ended."""
    rounds = check.corrections.select_related("version", "mended_version", "mended_by", "asked_by")
    return rounds.last()


def hold_correction_window(entry: Entry) -> tuple[Correction, datetime]:
    """The running round of an entry that is locked already, which can't end meanwhile.

    With it the instant of that decision: what arrived by the database's clock before the round
    is due is in time. Raises StageClosed.
    """
    rounds = Correction.objects.running().select_related("check_of__stage_entry")
    correction = rounds.get(check_of__stage_entry__entry=entry)
    instant = clock.arrived()
    if instant >= correction.due_at:
        raise StageClosed(
            _("Masa perbaikan sudah lewat. Pemeriksaan dilanjutkan dengan isi yang ada.")
        )
    return correction, instant


def is_unmended(correction: Correction | None) -> bool:
    """Whether a window passed unused, by the clock: a job need not have run yet."""
    if correction is None:
        return False
    if correction.ended_at is None:
        return clock.now() >= correction.due_at
    return correction.outcome == CorrectionOutcome.LAPSED


def menders(entries: Sequence[Entry]) -> dict[int, list[User]]:
    """Who may mend each entry and submit it again: its writers and its agency's admins."""
    writers, admins = holders(entries), admins_of({entry.agency_id for entry in entries})
    return {
        entry.pk: list(dict.fromkeys([*admins.get(entry.agency_id, []), *writers[entry.pk]]))
        for entry in entries
    }


def nudged_on(day: date, entries: Iterable[Entry]) -> set[int]:
    """Ids of entries of whose correction somebody reminded on that day."""
    rows = Nudge.objects.filter(sent_on=day, state=EntryState.CORRECTION, entry__in=entries)
    return set(rows.values_list("entry_id", flat=True))
