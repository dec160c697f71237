"""Everything that is looked at each night: invariants, log, lists, rights, figures."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Avg, Count, F, Max, Min, Model, QuerySet, StdDev
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from competitions.enums import EntryState, Outcome, SheetState, StageKind
from competitions.models import (
    Announcement,
    Commitment,
    Edition,
    Entry,
    Objection,
    Receipt,
    Scoresheet,
    Stage,
    StageEntry,
)
from competitions.queries.invariants import INVARIANTS, broken_invariants
from competitions.queries.reconciliation import false_lists
from sinovik.audit.models import AuditEvent
from sinovik.audit.sealing import LedgerBroken, verify_log
from sinovik.postgres.roles import excess_rights

NAMED = 5
FLAT_SHARE = 20
"""Per cent of a stage's sheets with one mark throughout from which the figure is marked."""


@dataclass(frozen=True)
class Finding:
    """A sentence that is false: its name, how many rows contradict it, the first of them."""

    key: str
    sentence: str
    count: int
    named: list[str]


@dataclass(frozen=True)
class Figure:
    """A number that a person should find plausible; `is_odd` where the machine does not."""

    place: str
    label: str
    value: str
    is_odd: bool = False


OTHERS = {
    "ledger": "Buku kejadian sama dengan segel-segelnya.",
    "lists": "Daftar terkunci sama bila dihitung ulang dari baris dan oleh program pemeriksa.",
    "funnel": "Setiap proposal yang diajukan tercatat di tahap administrasi edisinya.",
    "counts": "Setiap baris yang dibuat sekali punya tepat satu kejadian dalam buku.",
}
WEB_ROLE = "Peran basis data situs tidak memiliki tabel dan tidak boleh mengubah yang final."
ROW_SENTENCES = len(INVARIANTS) + len(OTHERS)
TOLD: dict[str, type[Model]] = {
    "receipt_issued": Receipt,
    "result_committed": Commitment,
    "objection_filed": Objection,
    "announcement_scheduled": Announcement,
}
"""Events that tell of one row each, which is never deleted: there are as many."""


def findings() -> tuple[list[Finding], int]:
    """Everything that the rows say is false, and how many events the log holds."""
    found = [
        Finding(one.key, one.sentence, len(named), named[:NAMED])
        for one, named in broken_invariants()
    ]
    size = 0
    try:
        size = verify_log()
    except LedgerBroken as broken:
        found.append(_other("ledger", [str(broken)]))
    for key, names in (
        ("lists", false_lists),
        ("funnel", _torn_funnels),
        ("counts", _differing_counts),
    ):
        if named := list(names()):
            found.append(_other(key, named))
    return found, size


def excess_of_site() -> list[Finding]:
    """Rights of the role that asks, which a site with two roles must not have."""
    if settings.DATABASE_OWNER is None:
        return []
    with connection.cursor() as cursor:
        excess = excess_rights(cursor)
    return [Finding("web-role", WEB_ROLE, len(excess), excess[:NAMED])] if excess else []


def figures() -> list[Figure]:
    """What a person should look over; three queries and one a judged stage."""
    found: list[Figure] = []
    sheets = Scoresheet.objects.filter(state=SheetState.FINAL)
    by_stage = sheets.order_by().values("assignment__stage")
    totals = by_stage.annotate(
        sent=Count("pk"),
        mean=Avg("total"),
        spread=StdDev("total"),
        least=Min("total"),
        most=Max("total"),
    )
    stages = Stage.objects.select_related("edition").in_bulk()
    flat = _flat_sheets(sheets)
    for row in sorted(totals, key=lambda one: -one["assignment__stage"]):
        stage = stages[row["assignment__stage"]]
        place = f"{stage.edition.name} · {stage.name}"
        share = round(100 * flat[stage.pk] / row["sent"])
        found += [
            Figure(place, _("Lembar nilai dikirim"), str(row["sent"])),
            Figure(
                place,
                _("Rata-rata dan simpangan baku total"),
                f"{_two(row['mean'])} ± {_two(row['spread'])}",
                is_odd=row["sent"] > 1 and not row["spread"],
            ),
            Figure(
                place,
                _("Total terendah dan tertinggi"),
                f"{_two(row['least'])}–{_two(row['most'])}",
            ),
            Figure(
                place,
                _("Lembar dengan satu nilai untuk semua kriteria"),
                f"{flat[stage.pk]} ({share}%)",
                is_odd=share >= FLAT_SHARE,
            ),
        ]
    return found


def _two(value: Any) -> str:
    return number_format(value, 2)


def look_over() -> dict[str, Any]:
    """The fields of a NightCheck but its instant."""
    found, size = findings()
    found += excess_of_site()
    return {
        "sentences": ROW_SENTENCES + 1,
        "events": size,
        "lists": Commitment.objects.count(),
        "findings": [asdict(one) for one in found],
        "figures": [asdict(one) for one in figures()],
    }


def _other(key: str, named: list[str]) -> Finding:
    return Finding(key, OTHERS[key], len(named), named[:NAMED])


def _flat_sheets(sheets: "QuerySet[Scoresheet]") -> Counter[int]:
    marks = sheets.order_by().annotate(
        least=Min("scores__mark"), most=Max("scores__mark"), lines=Count("scores")
    )
    rows = marks.filter(least=F("most"), lines__gt=1)
    return Counter(rows.values_list("assignment__stage", flat=True))


def _torn_funnels() -> Iterator[str]:
    """Editions with proposals that came in and stand in no check, and how many those are."""
    for edition in Edition.objects.order_by("pk"):
        stage = edition.stages.filter(kind=StageKind.ADMINISTRATIVE).first()
        if stage is None:
            continue
        stays = StageEntry.objects.filter(stage=stage).exclude(outcome=Outcome.REOPENED)
        held = Entry.objects.filter(edition=edition, state=EntryState.SUBMITTED)
        if lost := held.exclude(pk__in=stays.values("entry")).count():
            yield f"{edition}: {lost}"


def _differing_counts() -> Iterator[str]:
    told = dict(
        AuditEvent.objects.filter(verb__in=TOLD)
        .order_by()
        .values_list("verb")
        .annotate(Count("pk"))
    )
    for verb, model in TOLD.items():
        rows = model._default_manager.count()
        if told.get(verb, 0) != rows:
            yield f"{verb}: {told.get(verb, 0)} ≠ {rows}"
