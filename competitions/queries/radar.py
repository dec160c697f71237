"""What the radar shows: entries that have not reached the ministry, the likeliest to miss first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Unit, User
from competitions.enums import EntryState, ExtensionState, StageKind
from competitions.models import Edition, Entry, EntryForecast, Nudge, Stage
from competitions.models.entry import EntryQuerySet, sees_every_entry
from competitions.pace import HIGH, Holder, Reason, Risk, risk_of
from competitions.queries.holders import WAITING, holder_kind
from competitions.queries.reach import Visible, Watched
from competitions.queries.tasks import IDENTITY, form_of
from competitions.workflow import HELD_BY_MINISTRY
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.web.prepared import OneOf, Prepared

AGENCIES = 40
"""Agencies that the radar names, the riskiest."""

NAMED = 2
"""Missing sections that a row names; the others are counted."""

UNSHOWN = ("innovation__sections", "innovation__summary")
RISK_TONES = {Risk.HIGH: "red", Risk.MIDDLE: "yellow", Risk.LOW: "green"}


def open_registrations(user: User | None = None) -> list[Stage]:
    """Registrations that run for somebody at this moment, edition loaded, the newest first.

    `deadline` is the one that holds for the person's agencies, else for everybody.
    """
    now = clock.now()
    agencies = [m.agency_id for m in user.active_memberships] if user else []
    return _RUNNING.all(now=now, agencies=agencies)


def _running(now: Any, agencies: Any) -> QuerySet[Stage]:
    confirmed = Q(extensions__state=ExtensionState.CONFIRMED)
    last = Greatest("closes_at", Max("extensions__new_closes_at", filter=confirmed))
    stages = Stage.objects.open().of_kind(StageKind.REGISTRATION).filter(opens_at__lte=now)
    running = stages.with_deadline(agencies).annotate(last=last).filter(last__gt=now)
    return running.select_related("edition").order_by("-edition__year")


_RUNNING = Prepared(_running, "now", "agencies")


def last_touches(entries: Sequence[Entry]) -> dict[int, datetime]:
    """When anybody last wrote, moved or made the entry, by the ledger; two queries."""
    texts = _latest(Innovation, [entry.innovation_id for entry in entries])
    moves = _latest(Entry, [entry.pk for entry in entries], leaving_out=("entry_nudged",))
    return {
        entry.pk: max(
            moves.get(entry.pk, entry.state_changed_at),
            texts.get(entry.innovation_id, entry.created_at),
        )
        for entry in entries
    }


def _latest(model: Any, pks: list[int], leaving_out: tuple[str, ...] = ()) -> dict[int, datetime]:
    events = AuditEvent.objects.filter(object_type=model._meta.label_lower, object_id__in=pks)
    rows = events.exclude(verb__in=leaving_out).order_by()
    return dict(rows.values_list("object_id").annotate(Max("at")))


def radar_entries(user: User, edition: Edition) -> QuerySet[Entry]:
    """Entries of the edition that wait and that the person may follow."""
    return Entry.objects.watched_by(user).filter(edition=edition, state__in=WAITING)


def rows_in_order(pks: Sequence[int]) -> list[Entry]:
    """These entries with what a row of a page shows, in this order; one query."""
    return _SHOWN.in_order(pks)


_SHOWN = Prepared(
    lambda pks: (
        Entry.objects.filter(OneOf("pk", pks))
        .select_related(
            "edition", "agency__region__province", "innovation__unit", "created_by", "forecast"
        )
        .defer(*UNSHOWN)
        .order_by()
    ),
    "pks",
)


def readable(user: User, pks: Sequence[int]) -> set[int]:
    """Which of these the person may open (`visible_to`); no query for who may open all."""
    if sees_every_entry(user):
        return set(pks)
    return {pk for (pk,) in _READABLE.all(user, pks=list(pks))}


_READABLE = Visible(
    lambda entries, pks: entries.filter(OneOf("pk", pks)).order_by().values_list("pk"), "pks"
)


def for_table(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """With what a line of the whole table shows; rows that lines share are built once."""
    shared = entries.select_related("innovation", "forecast").defer(*UNSHOWN)
    return shared.prefetch_related("edition", "agency__region__province", "innovation__unit")


@dataclass(frozen=True)
class Census:
    """Numbers above the radar; `computed_at` None before the first forecast."""

    registered: int
    at_unit: int
    at_agency: int
    submitted: int
    high: int
    computed_at: datetime | None

    @property
    def waiting(self) -> int:
        """Those that have not reached the ministry."""
        return self.at_unit + self.at_agency


@dataclass(frozen=True)
class AgencyLine:
    """How the entries of an agency stand: `counts` at units, at its admin, submitted, at risk."""

    name: str
    counts: tuple[int, int, int, int]


def census(user: User, edition: Edition) -> tuple[Census, list[AgencyLine]]:
    """Count what the person may follow, and by agency, the riskiest first; one query."""
    rows = _BY_AGENCY.all(user, edition=edition.pk)
    whole = Census(
        registered=sum(row["registered"] for row in rows),
        at_unit=sum(row["at_unit"] for row in rows),
        at_agency=sum(row["at_agency"] for row in rows),
        submitted=sum(row["submitted"] for row in rows),
        high=sum(row["high"] for row in rows),
        computed_at=max((at for row in rows if (at := row["computed_at"])), default=None),
    )
    lines = [
        AgencyLine(row["name"], (row["at_unit"], row["at_agency"], row["submitted"], row["high"]))
        for row in rows[:AGENCIES]
    ]
    return whole, lines


def _by_agency(watched: EntryQuerySet, edition: Any) -> QuerySet[Any, Any]:
    return (
        watched.filter(edition=edition)
        .exclude(state=EntryState.WITHDRAWN)
        .order_by()
        .values(name=F("agency__name"))
        .annotate(
            registered=Count("pk"),
            at_unit=Count("pk", filter=Q(state__in=(EntryState.DRAFT, EntryState.RETURNED))),
            at_agency=Count("pk", filter=Q(state=EntryState.WITH_AGENCY)),
            submitted=Count("pk", filter=Q(state__in=HELD_BY_MINISTRY)),
            high=Count("pk", filter=Q(state__in=WAITING, forecast__chance__gte=HIGH)),
            computed_at=Max("forecast__computed_at"),
        )
        .order_by("-high", "-at_agency", "name")
    )


_BY_AGENCY = Watched(_by_agency, "edition")


@dataclass(frozen=True)
class RadarRow:
    """One entry on the radar. `chance` is None until it is computed anew."""

    entry: Entry
    holder: str
    is_at_agency: bool
    since: datetime
    missing: str
    chance: float | None
    reasons: tuple[str, ...]
    safe_until: datetime | None
    is_past_safe: bool
    nudged_at: datetime | None

    @property
    def risk(self) -> Risk | None:
        """The band of the chance."""
        return None if self.chance is None else risk_of(self.chance)

    @property
    def percent(self) -> int:
        """The chance in whole percent; 0 while unknown."""
        return round((self.chance or 0) * 100)

    @property
    def label(self) -> str:
        """The chance in words."""
        match self.risk:
            case Risk.HIGH:
                return _("tinggi")
            case Risk.MIDDLE:
                return _("sedang")
            case Risk.LOW:
                return _("rendah")
        return _("sedang dihitung")

    @property
    def tone(self) -> str:
        """Colour of the risk's tag."""
        return RISK_TONES[self.risk] if self.risk else "grey"


def radar_rows(
    entries: Sequence[Entry], *, by: User, titles: Mapping[str, str], today: date
) -> list[RadarRow]:
    """Rows of `rows_in_order` or `for_table`; one query, for the nudges of today."""
    pks = [entry.pk for entry in entries]
    nudged = dict(_NUDGES.all(pks=pks, person=by.pk, day=today))
    now = clock.now()
    return [_row(entry, titles, nudged.get(entry.pk), now) for entry in entries]


_NUDGES = Prepared(
    lambda pks, person, day: Nudge.objects.filter(
        OneOf("entry_id", pks), sent_by=person, sent_on=day
    ).values_list("entry_id", "sent_at"),
    *("pks", "person", "day"),
)


def section_titles(edition: Edition) -> dict[str, str]:
    """What the keys of `EntryForecast.missing` are called."""
    titles = {section.key: _(section.title) for section in form_of(edition.pk)}
    return {IDENTITY: _("Identitas inovasi")} | titles


def _row(
    entry: Entry, titles: Mapping[str, str], nudged_at: datetime | None, now: datetime
) -> RadarRow:
    said = _fresh_forecast(entry)
    at_agency = holder_kind(entry) == Holder.AGENCY
    unit = entry.innovation.unit
    return RadarRow(
        entry=entry,
        holder=_holder(unit, at_agency),
        is_at_agency=at_agency,
        since=entry.state_changed_at,
        missing=missing_in_words(said.missing, titles) if said else "",
        chance=float(said.chance) if said else None,
        reasons=reasons_in_words(said.reasons) if said else (),
        safe_until=said.safe_until if said else None,
        is_past_safe=bool(said and said.safe_until <= now),
        nudged_at=nudged_at,
    )


def _holder(unit: Unit | None, is_at_agency: bool) -> str:
    if is_at_agency:
        return _("Admin instansi")
    return unit.name if unit else _("Penulis tanpa unit")


def _fresh_forecast(entry: Entry) -> EntryForecast | None:
    """The forecast, unless the entry has changed hands since."""
    said: EntryForecast | None = getattr(entry, "forecast", None)
    return said if said and said.computed_at >= entry.state_changed_at else None


def missing_in_words(keys: Sequence[str], titles: Mapping[str, str]) -> str:
    """ "Kebaruan, Dampak dan 3 lagi"; empty where nothing is missing."""
    names = [titles[key] for key in keys if key in titles]
    if not names:
        return ""
    shown, rest = ", ".join(names[:NAMED]), len(names) - NAMED
    return (
        _("%(names)s dan %(count)s lagi") % {"names": shown, "count": rest} if rest > 0 else shown
    )


def reasons_in_words(reasons: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Sentences of (code, number) pairs."""
    return tuple(_sentence(Reason(code), number) for code, number in reasons)


def _sentence(reason: Reason, number: int) -> str:
    sentences = {
        Reason.CLOSED: lambda: _("Pendaftaran sudah ditutup"),
        Reason.NOT_BEGUN: lambda: (
            ngettext(
                "Belum ditulis sejak didaftarkan %d hari lalu",
                "Belum ditulis sejak didaftarkan %d hari lalu",
                number,
            )
            % number
        ),
        Reason.WORK_LEFT: lambda: (
            ngettext("%d bagian belum selesai", "%d bagian belum selesai", number) % number
        ),
        Reason.FLAWS: lambda: (
            ngettext("%d hal menghalangi pengajuan", "%d hal menghalangi pengajuan", number)
            % number
        ),
        Reason.QUIET: lambda: (
            ngettext("Tidak disentuh %d hari", "Tidak disentuh %d hari", number) % number
        ),
        Reason.HELD_LONG: lambda: (
            ngettext(
                "%d hari di admin, lebih lama daripada biasanya",
                "%d hari di admin, lebih lama daripada biasanya",
                number,
            )
            % number
        ),
        Reason.CLOSE_NEAR: lambda: (
            ngettext("Penutupan tinggal %d hari", "Penutupan tinggal %d hari", number) % number
        ),
        Reason.ON_TRACK: lambda: (
            ngettext("Masih cukup waktu: %d hari", "Masih cukup waktu: %d hari", number) % number
        ),
    }
    return sentences[reason]()


ORDERS: dict[str, tuple[Any, ...]] = {
    "risiko": (F("forecast__chance").desc(nulls_last=True), "state_changed_at", "pk"),
    "lama": ("state_changed_at", "pk"),
    "batas": (F("forecast__safe_until").asc(nulls_last=True), "pk"),
    "instansi": ("agency__name", "pk"),
}
"""Orders of the radar, by address value."""
