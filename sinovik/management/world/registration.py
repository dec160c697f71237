"""Writing, publishing, entering, sending and submitting proposals, agency by agency."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from agencies.models import User
from competitions.actions.entries import (
    create_entries,
    return_entry,
    send_entries,
    submit_entries,
)
from competitions.models import Edition, Entry, Group
from innovations.actions.dossiers import DossierDraft, create_innovations, publish_innovations
from innovations.models import Innovation
from sinovik.management.world.accounts import DEMO_UNIT
from sinovik.management.world.papers import LETTER, Papers
from sinovik.management.world.people import Team, open_units
from sinovik.management.world.planning import Fate, Plan, Writer
from sinovik.management.world.stagehands import Task

REMARKS = (
    ("significance", "Angka sebelum dan sesudah belum menyebut cara mengukurnya. Mohon ditambah."),
    ("sustainability", "Sebutkan dasar hukum dan anggaran tahun depan."),
    ("novelty", "Bandingkan dengan layanan sejenis di instansi lain."),
    ("background", "Tujuan belum terukur. Tulis sasaran beserta tahunnya."),
    ("resources", "Jumlah petugas dan asal anggaran belum tertulis."),
    ("", "Secara umum sudah baik. Periksa ejaan dan singkatan sebelum dikirim kembali."),
)
HALF_KEYS = ("background", "novelty", "implementation")


@dataclass
class Parcel:
    """Proposals of one agency that one person writes and that move together."""

    team: Team
    author: User
    plans: list[Plan]


def write_texts(writer: Writer, plans: Sequence[Plan]) -> None:
    """Draft every plan's dossier, after its agency has the units that they name."""
    topics = {id(plan): writer.choose_unit(plan) for plan in plans}
    by_team: dict[int, list[Plan]] = defaultdict(list)
    for plan in plans:
        by_team[plan.team.agency.pk].append(plan)
    for group in by_team.values():
        open_units(group[0].team, [plan.unit_name for plan in group if plan.unit_name])
    for plan in plans:
        plan.draft = _trim(writer.draft(plan, topics[id(plan)]), plan.fate, writer.random)


def _trim(draft: DossierDraft, fate: Fate, random: Random) -> DossierDraft:
    """Leave unwritten what this fate leaves unwritten."""
    if fate == Fate.EMPTY:
        return replace(draft, summary="", sections={}, goals=(), started_on=None)
    if fate == Fate.HALF:
        keys = HALF_KEYS[: random.randint(1, 3)]
        return replace(draft, sections={key: draft.sections[key] for key in keys})
    return draft


def parcels_by_team(plans: Sequence[Plan]) -> list[Parcel]:
    """One parcel an agency, written by its innovator."""
    by_team: dict[int, list[Plan]] = defaultdict(list)
    for plan in plans:
        by_team[plan.team.agency.pk].append(plan)
    return [Parcel(group[0].team, group[0].team.innovator, group) for group in by_team.values()]


def tasks_of(
    parcel: Parcel,
    edition: Edition,
    groups: dict[str, Group],
    moments: Sequence[datetime],
    *,
    publishes: bool,
    papers: Papers | None = None,
) -> list[Task]:
    """The parcel's way in five moments: write, enter, send, decide, and the admin's no.

    `papers` are the files that are attached; what the edition asks for is among them.
    """
    written, entered, sent, submitted, returned = moments
    tasks: list[Task] = [
        (written, _writing(parcel, publishes=publishes)),
        (entered, _entering(parcel, edition, groups)),
    ]
    if papers:
        tasks.append((entered, _attaching(parcel, edition, papers, is_public=publishes)))
    if any(plan.fate.is_sent for plan in parcel.plans):
        tasks.append((sent, _sending(parcel)))
    if any(plan.fate.is_submitted for plan in parcel.plans):
        tasks.append((submitted, _submitting(parcel)))
    tasks += [
        (returned + timedelta(minutes=place), _returning(plan, place))
        for place, plan in enumerate(parcel.plans)
        if plan.fate == Fate.RETURNED
    ]
    return tasks


def _writing(parcel: Parcel, *, publishes: bool) -> Callable[[], None]:
    def write() -> None:
        drafts = [plan.draft for plan in parcel.plans if plan.draft is not None]
        rows = create_innovations(by=parcel.author, agency=parcel.team.agency, drafts=drafts)
        for plan, row in zip(parcel.plans, rows, strict=True):
            plan.innovation = row
        if publishes:
            publish_innovations(by=parcel.team.admin, innovations=rows)

    return write


def _entering(parcel: Parcel, edition: Edition, groups: dict[str, Group]) -> Callable[[], None]:
    def enter() -> None:
        for slug, group in groups.items():
            plans = [plan for plan in parcel.plans if plan.group == slug]
            if not plans:
                continue
            entries = create_entries(
                by=parcel.author, edition=edition, group=group, innovations=_innovations(plans)
            )
            for plan, entry in zip(plans, entries, strict=True):
                plan.entry = entry

    return enter


def _attaching(
    parcel: Parcel, edition: Edition, papers: Papers, *, is_public: bool
) -> Callable[[], None]:
    def attach() -> None:
        asks_letter = edition.documents.filter(key=LETTER.key).exists()
        papers.lay(
            by=parcel.author,
            plans=parcel.plans,
            own_unit=DEMO_UNIT,
            asks_letter=asks_letter,
            is_public=is_public,
        )

    return attach


def _sending(parcel: Parcel) -> Callable[[], None]:
    def send() -> None:
        entries = _entries([plan for plan in parcel.plans if plan.fate.is_sent])
        send_entries(by=parcel.author, entries=entries)

    return send


def _submitting(parcel: Parcel) -> Callable[[], None]:
    def submit() -> None:
        plans = [plan for plan in parcel.plans if plan.fate.is_submitted and not plan.is_late]
        submit_entries(by=parcel.team.admin, entries=_entries(plans))

    return submit


def _returning(plan: Plan, place: int) -> Callable[[], None]:
    def give_back() -> None:
        start = place % len(REMARKS)
        remarks = [REMARKS[start], REMARKS[(start + 2) % len(REMARKS)]]
        (entry,) = _entries([plan])
        return_entry(by=plan.team.admin, entry=entry, remarks=remarks)

    return give_back


def _innovations(plans: Sequence[Plan]) -> list[Innovation]:
    return [plan.innovation for plan in plans if plan.innovation is not None]


def _entries(plans: Sequence[Plan]) -> list[Entry]:
    return [plan.entry for plan in plans if plan.entry is not None]
