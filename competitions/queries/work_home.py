"""What waits for a person, and how the own proposals stand. Constant numbers of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Min, OuterRef, Q, QuerySet, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import Agency, User
from competitions.enums import (
    CheckState,
    CutOffState,
    EntryState,
    Outcome,
    StageKind,
    StageState,
)
from competitions.models import (
    AdministrativeCheck,
    CutOff,
    Edition,
    Entry,
    Stage,
    StageEntry,
)
from competitions.queries.conflicts import TIES, close_to, ties_of
from competitions.queries.corrections import running_corrections
from competitions.queries.objections import waiting_by_stage
from competitions.queries.own_entries import OwnEntry, first_in
from competitions.queries.quotas import open_groups
from competitions.queries.windows import Window
from innovations.enums import InnovationState
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.web.prepared import Prepared, put
from sinovik.web.querysets import counted_beside


@dataclass(frozen=True)
class Need:
    """Something that waits for the person; `due` None sorts last, an alarm before all."""

    text: str
    href: str
    due: datetime | None = None
    detail: str = ""
    is_alarm: bool = False


def in_order(needs: Iterable[Need]) -> list[Need]:
    """The most urgent first: alarms, then by what is due."""
    now = clock.now()
    return sorted(needs, key=lambda need: (not need.is_alarm, need.due is None, need.due or now))


def dossiers_to_enter(user: User, agency: Agency) -> QuerySet[Innovation]:
    """Dossiers that the person may register in an open edition, by title."""
    taken = Entry.objects.filter(edition__in=open_groups([agency.pk]).values("edition"))
    return (
        Innovation.objects.editable_by(user)
        .filter(agency=agency)
        .exclude(state=InnovationState.ARCHIVED)
        .exclude(pk__in=taken.values("innovation"))
        .defer("sections")
        .order_by("title")
    )


def _returned_need(entry: Entry, due: datetime | None) -> Need:
    title = entry.innovation.title
    href = reverse("competitions:entry_tasks", args=[entry.pk])
    if vars(entry)["has_remarks"]:
        told = _("Dikembalikan admin instansi dengan catatan")
        return Need(_("Perbaiki “%s”") % title, href, due, told)
    told = _("Kembali ke unit, belum dikirim lagi ke admin instansi")
    return Need(_("Kirim lagi “%s”") % title, href, due, told)


def agency_needs(
    user: User, counts: dict[str, int], returned: Sequence[Entry], window: Window | None
) -> list[Need]:
    """What waits for an admin or an innovator in one edition."""
    due = window.closes_at if window else None
    is_late = window is None or not window.is_open(clock.now())
    needs = []
    waiting = counts.get(EntryState.WITH_AGENCY, 0)
    if waiting and user.has_role(Role.AGENCY_ADMIN) and not is_late:
        text = ngettext(
            "%d proposal menunggu keputusan Anda", "%d proposal menunggu keputusan Anda", waiting
        )
        needs.append(Need(text % waiting, "?keadaan=with_agency#proposal", due))
    if not is_late:
        # Whoever returned it waits for the unit, and has nothing to mend.
        administered = user.agency_ids(Role.AGENCY_ADMIN)
        needs += [
            _returned_need(entry, due)
            for entry in returned
            if entry.created_by_id == user.pk or entry.agency_id not in administered
        ]
    drafts = counts.get(EntryState.DRAFT, 0)
    if drafts and not is_late:
        text = ngettext("Lengkapi %d draf proposal", "Lengkapi %d draf proposal", drafts)
        needs.append(Need(text % drafts, "?keadaan=draft#proposal", due))
    return needs


def correction_needs(entries: Iterable[OwnEntry]) -> list[Need]:
    """Submitted proposals that the secretariat wants mended, while there is time."""
    pks = first_in(entries, EntryState.CORRECTION)
    mending = list(Entry.objects.filter(pk__in=pks).select_related("innovation")) if pks else []
    rounds = running_corrections(mending) if mending else {}
    now = clock.now()
    return [
        Need(
            _("Perbaiki “%s” untuk seleksi administrasi") % entry.innovation.title,
            reverse("competitions:entry_tasks", args=[entry.pk]),
            rounds[entry.pk].due_at,
            _("Diminta sekretariat. Ajukan lagi sebelum tenggat"),
        )
        for entry in mending
        if rounds[entry.pk].due_at > now
    ]


def check_queues(user: User) -> list[Any]:
    """Administrative stages that take checks now, with numbers and ages of their queues.

    Officers check what is submitted while registration still runs (`takes_checks`). Entries in
    conflict with the person are in no number.
    """
    return _QUEUES.all(**ties_of(user))


def _queues(person: Any, **ties: Any) -> QuerySet[Any, Any]:
    running = Stage.objects.open().of_kind(StageKind.REGISTRATION)
    takes_checks = Q(stage_entry__stage__state=StageState.OPEN) | Q(
        stage_entry__stage__state=StageState.PLANNED,
        stage_entry__stage__edition__in=running.values("edition"),
    )
    queued = Q(state=CheckState.QUEUED)
    second = Q(state=CheckState.FAIL_PROPOSED)
    return (
        AdministrativeCheck.objects.filter(takes_checks, stage_entry__left_at=None)
        .exclude(stage_entry__entry__in=close_to(person, **ties))
        .order_by("stage_entry__stage__closes_at")
        .values(
            "stage_entry__stage",
            "stage_entry__stage__name",
            "stage_entry__stage__closes_at",
            "stage_entry__stage__edition__year",
            "stage_entry__stage__edition__name",
        )
        .annotate(
            queued=Count("pk", filter=queued),
            oldest=Min("stage_entry__entered_at", filter=queued),
            own=Count("pk", filter=Q(state=CheckState.CLAIMED, claimed_by=person)),
            claimed=Count("pk", filter=Q(state=CheckState.CLAIMED)),
            second=Count("pk", filter=second),
            to_confirm=Count("pk", filter=second & ~Q(decided_by=person)),
        )
    )


_QUEUES = Prepared(_queues, *TIES)


def check_needs(queues: Sequence[Any]) -> list[Need]:
    """What waits in the administrative queues."""
    needs = []
    for queue in queues:
        year = queue["stage_entry__stage__edition__year"]
        href = reverse("competitions:check_queue", args=[year])
        due = queue["stage_entry__stage__closes_at"]
        name = queue["stage_entry__stage__edition__name"]
        if number := queue["to_confirm"]:
            text = ngettext(
                "Konfirmasi %d usulan tidak lolos", "Konfirmasi %d usulan tidak lolos", number
            )
            needs.append(Need(text % number, href, due, name))
        if number := queue["own"]:
            text = ngettext(
                "Selesaikan %d pemeriksaan yang Anda ambil",
                "Selesaikan %d pemeriksaan yang Anda ambil",
                number,
            )
            needs.append(Need(text % number, href, due, name))
        if number := queue["queued"]:
            text = ngettext(
                "%d proposal menunggu pemeriksa", "%d proposal menunggu pemeriksa", number
            )
            needs.append(Need(text % number, href, due, name))
    return needs


def editions_with_stages(user: User) -> list[Edition]:
    """Editions with their stages: those with an open stage, then the others; two queries.

    Open stages come with the number of entries inside and gone through; entries in conflict
    with the person are in no number.
    """
    editions = _EDITIONS.all()
    stages: dict[int, list[Stage]] = {edition.pk: [] for edition in editions}
    for stage in _STAGES.all(**ties_of(user)):
        stages[stage.edition_id].append(stage)
    for edition in editions:
        put(edition, "stages", stages[edition.pk])
        for stage in stages[edition.pk]:
            stage.edition = edition
    return sorted(
        editions, key=lambda edition: not any(stage.is_open for stage in stages[edition.pk])
    )


def _stages(**ties: Any) -> QuerySet[Stage]:
    stays = StageEntry.objects.filter(stage=OuterRef("pk")).exclude(entry__in=close_to(**ties))
    entered = stays.exclude(outcome=Outcome.REOPENED)
    return Stage.objects.with_deadline().annotate(
        inside=_while_open(stays.filter(left_at=None)), entered=_while_open(entered)
    )


def _while_open(rows: QuerySet[StageEntry]) -> Case:
    return Case(When(state=StageState.OPEN, then=counted_beside(rows)))


_EDITIONS = Prepared(lambda: Edition.objects.order_by("-year"))
_STAGES = Prepared(_stages, *TIES)


def open_stages(editions: Iterable[Edition]) -> list[Stage]:
    """Their stages that are open, the next to close first."""
    stages = (stage for edition in editions for stage in edition.stages.all())
    return sorted((one for one in stages if one.is_open), key=lambda stage: stage.closes_at)


def stage_needs(stages: Sequence[Stage]) -> list[Need]:
    """Stages whose time is over and that only the head can close."""
    now = clock.now()
    return [
        Need(
            _("Tutup tahap %s") % _(stage.name),
            reverse("competitions:stage_detail", args=[stage.pk]),
            stage.deadline,
            stage.edition.name,
        )
        for stage in stages
        if stage.deadline <= now
    ]


def list_needs(user: User) -> list[Need]:
    """Lists that wait for a lock, for the second person or for a date."""
    sentences = {
        CutOffState.PROVISIONAL: _("Daftar %s masih sementara: periksa dan usulkan penguncian"),
        CutOffState.LOCK_PROPOSED: _("Daftar %s menunggu konfirmasi orang kedua"),
        CutOffState.LOCKED: _("Daftar %s terkunci: masukkan keputusan dan jadwal pengumuman"),
    }
    needs = []
    for cut_off in _LISTS.all():
        is_for_head = cut_off.state != CutOffState.LOCK_PROPOSED
        if is_for_head and not user.has_role(Role.SECRETARIAT_HEAD):
            continue
        if not is_for_head and cut_off.lock_proposed_by_id == user.pk:
            continue
        needs.append(
            Need(
                sentences[CutOffState(cut_off.state)] % cut_off.stage.name,
                reverse("competitions:ranking_board", args=[cut_off.stage_id]),
                detail=cut_off.stage.edition.name,
            )
        )
    return needs


_LISTS = Prepared(
    lambda: CutOff.objects.exclude(state=CutOffState.SCHEDULED).select_related("stage__edition")
)


def objection_needs(user: User) -> list[Need]:
    """Objections that wait for the person's answer or confirmation."""
    needs = []
    for stage, number in waiting_by_stage(user):
        text = ngettext(
            "%(number)d sanggahan %(stage)s menunggu jawaban",
            "%(number)d sanggahan %(stage)s menunggu jawaban",
            number,
        )
        href = reverse("competitions:objection_board", args=[stage.pk])
        facts = {"number": number, "stage": _(stage.name)}
        needs.append(Need(text % facts, href, detail=stage.edition.name))
    return needs
