"""How far a proposal has been written: one task a form section, and the identity."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from competitions.eligibility import Finding
from competitions.enums import EntryState, StageKind
from competitions.models import Entry, EntryRemark, FormSection, Stage
from competitions.queries.windows import Window, WindowKind
from innovations.models import Innovation
from innovations.queries.edits import IDENTITY_FIELDS
from innovations.versions import word_count
from sinovik.audit.models import AuditEvent
from sinovik.web.prepared import OneOf, Prepared

IDENTITY = "identity"
"""Key of the task that is not a form section: what, where, since when, for whom."""

WRITABLE = frozenset({EntryState.DRAFT, EntryState.RETURNED, EntryState.CORRECTION})
"""States in which the unit holds the proposal."""

SUMMARY = "summary"
FEW_WORDS = 20
"""Fewer words than this read as begun, not as done, until they are sent: the rules took them."""

DOCUMENTS = "documents"
"""Key of the page where files are handed in."""

IDENTITY_RULES = frozenset(
    {"title", "age", "category", "same_title", "similar_title", "former_winner"}
)
IDENTITY_COLUMNS = {
    "category_id": gettext_lazy("Kategori"),
    "location_id": gettext_lazy("Lokasi"),
    "novelty_kind": gettext_lazy("Jenis kebaruan"),
    "novelty_form": gettext_lazy("Bentuk kebaruan"),
    "benefit": gettext_lazy("Jenis manfaat"),
    "started_on": gettext_lazy("Mulai diterapkan"),
}


class TaskState(StrEnum):
    """What the tag beside a task says."""

    EMPTY = "empty"
    STARTED = "started"
    RETURNED = "returned"
    DONE = "done"


TASK_LABELS = {
    TaskState.EMPTY: gettext_lazy("Belum diisi"),
    TaskState.STARTED: gettext_lazy("Sedang diisi"),
    TaskState.RETURNED: gettext_lazy("Perlu perbaikan"),
    TaskState.DONE: gettext_lazy("Selesai"),
}
TASK_TONES = {
    TaskState.EMPTY: "grey",
    TaskState.STARTED: "blue",
    TaskState.RETURNED: "yellow",
    TaskState.DONE: "green",
}


@dataclass(frozen=True)
class Task:
    """One thing to write. `maximum` is in words, None without a limit."""

    key: str
    title: str
    state: TaskState
    text: str = ""
    words: int = 0
    maximum: int | None = None
    remarks: tuple[EntryRemark, ...] = ()
    is_amended: bool = False
    findings: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The state in words."""
        return str(TASK_LABELS[self.state])

    @property
    def tone(self) -> str:
        """Colour of the state's tag."""
        return TASK_TONES[self.state]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do here."""
        return self.state == TaskState.DONE

    @property
    def excess(self) -> int:
        """Words above the limit."""
        return max(0, self.words - self.maximum) if self.maximum else 0

    @property
    def hint(self) -> str:
        """What the person should know before opening it."""
        if self.remarks:
            if self.is_amended:
                return _("Sudah diubah sejak catatan ditulis. Kirim lagi bila sudah sesuai.")
            count = len(self.remarks)
            return ngettext("%d catatan perbaikan", "%d catatan perbaikan", count) % count
        if self.excess:
            return (
                ngettext("Perlu dikurangi %d kata", "Perlu dikurangi %d kata", self.excess)
                % self.excess
            )
        if self.findings:
            return self.findings[0]
        if self.lacking and self.state == TaskState.STARTED:
            return _("Belum diisi: %(parts)s") % {"parts": ", ".join(self.lacking)}
        if self.maximum and self.words:
            return _("%(words)s dari %(maximum)s kata") % {
                "words": self.words,
                "maximum": self.maximum,
            }
        return ""


def tasks_of(
    entry: Entry,
    sections: Iterable[FormSection],
    *,
    remarks: Sequence[EntryRemark] = (),
    findings: Sequence[Finding] = (),
    amended: Collection[str] = (),
) -> list[Task]:
    """The tasks of one entry, identity first. Reads nothing but `entry.innovation`.

    `remarks` are the unresolved ones; `amended` names sections changed after them.
    """
    tasks = [_identity_task(entry.innovation, remarks, findings, amended)]
    for section in sections:
        text = text_of(entry.innovation, section.key)
        own = _remarks_on(remarks, section.key)
        tasks.append(
            Task(
                key=section.key,
                title=_(section.title),
                state=_section_state(
                    text, section.maximum_words, bool(own), is_sent=entry.state not in WRITABLE
                ),
                text=text,
                words=word_count(text),
                maximum=section.maximum_words,
                remarks=own,
                is_amended=section.key in amended,
            )
        )
    return tasks


def done_count(tasks: Sequence[Task]) -> int:
    """Number of finished tasks."""
    return sum(task.is_done for task in tasks)


def text_of(innovation: Innovation, key: str) -> str:
    """The text of one section; the summary has a column of its own."""
    if key == SUMMARY:
        return innovation.summary
    return str(innovation.sections.get(key, ""))


def amended_sections(entry: Entry, remarks: Sequence[EntryRemark]) -> frozenset[str]:
    """Sections under a remark whose text was saved after the remark, by the ledger."""
    if not remarks:
        return frozenset()
    since = min(remark.written_at for remark in remarks)
    events = AuditEvent.objects.about(entry.innovation).named("innovation_edited")
    saved = [
        (event.at, _as_section(field))
        for event in events.filter(at__gte=since)
        for field in event.payload.get("fields", [])
    ]
    return frozenset(
        remark.section_key
        for remark in remarks
        if any(at >= remark.written_at and key == remark.section_key for at, key in saved)
    )


class LockKind(StrEnum):
    """Why a proposal can't be written now."""

    WITH_AGENCY = "with_agency"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    DEADLINE = "deadline"
    CORRECTION_OVER = "correction_over"
    READER = "reader"


LATE = frozenset({LockKind.DEADLINE, LockKind.CORRECTION_OVER})
"""The time is over; the text still goes into the dossier."""


@dataclass(frozen=True)
class Lock:
    """Why and since when a proposal can't be written."""

    kind: LockKind
    since: datetime


def lock_of(entry: Entry, window: Window, at: datetime, *, can_write: bool) -> Lock | None:
    """What keeps a reader, writer or not, from writing the entry at `at`; None: nothing.

    `window` is `windows.writing_window(entry)`.
    """
    if entry.state == EntryState.SUBMITTED:
        return Lock(LockKind.SUBMITTED, entry.submitted_at or entry.state_changed_at)
    if entry.state == EntryState.WITHDRAWN:
        return Lock(LockKind.WITHDRAWN, entry.state_changed_at)
    if not window.is_open(at):
        is_correction = window.kind == WindowKind.CORRECTION
        kind = LockKind.CORRECTION_OVER if is_correction else LockKind.DEADLINE
        return Lock(kind, window.closes_at)
    if entry.state == EntryState.WITH_AGENCY:
        return Lock(LockKind.WITH_AGENCY, entry.state_changed_at)
    if not can_write:
        return Lock(LockKind.READER, entry.state_changed_at)
    return None


def can_write_on(entry: Entry, lock: Lock | None, *, can_write: bool) -> bool:
    """Whether its sections may be written: after the close too, into the dossier."""
    if lock is None:
        return True
    return can_write and entry.state in WRITABLE and lock.kind in LATE


def registrations(edition_ids: Iterable[int], agency_ids: Collection[int] = ()) -> dict[int, Stage]:
    """The registration stage of each edition with its deadline, by edition id."""
    stages = _REGISTRATIONS.all(editions=list(set(edition_ids)), agencies=list(agency_ids))
    return {stage.edition_id: stage for stage in stages}


_REGISTRATIONS = Prepared(
    lambda editions, agencies: (
        Stage.objects.with_deadline(agencies)
        .of_kind(StageKind.REGISTRATION)
        .filter(OneOf("edition_id", editions))
    ),
    *("editions", "agencies"),
)


def sections_of(edition_ids: Iterable[int]) -> Mapping[int, list[FormSection]]:
    """Form sections by edition id, in the order of the form."""
    found: dict[int, list[FormSection]] = {}
    for section in _SECTIONS.all(editions=list(set(edition_ids))):
        found.setdefault(section.edition_id, []).append(section)
    return found


def form_of(edition_id: int) -> list[FormSection]:
    """The sections of one edition's form, in their order."""
    return sections_of([edition_id]).get(edition_id, [])


_SECTIONS = Prepared(
    lambda editions: FormSection.objects.filter(OneOf("edition_id", editions)), "editions"
)


def open_remarks(entries: Iterable[Entry]) -> Mapping[int, list[EntryRemark]]:
    """Unresolved remarks by entry id, with who wrote them."""
    found: dict[int, list[EntryRemark]] = {}
    for remark in _REMARKS.all(entries=[entry.pk for entry in entries]):
        found.setdefault(remark.entry_id, []).append(remark)
    return found


_REMARKS = Prepared(
    lambda entries: (
        EntryRemark.objects.filter(OneOf("entry_id", entries), resolved_at=None)
        .select_related("written_by", "version")
        .defer("version__content")
    ),
    "entries",
)


def _as_section(field: str) -> str:
    return IDENTITY if field in IDENTITY_FIELDS else field


def _remarks_on(remarks: Sequence[EntryRemark], key: str) -> tuple[EntryRemark, ...]:
    return tuple(remark for remark in remarks if remark.section_key == key)


def _identity_task(
    innovation: Innovation,
    remarks: Sequence[EntryRemark],
    findings: Sequence[Finding],
    amended: Collection[str],
) -> Task:
    own = _remarks_on(remarks, IDENTITY)
    sentences = [f.sentence for f in findings if f.rule in IDENTITY_RULES and f.is_blocking]
    lacking = [str(name) for key, name in IDENTITY_COLUMNS.items() if not getattr(innovation, key)]
    return Task(
        key=IDENTITY,
        title=_("Identitas inovasi"),
        state=_identity_state(lacking, bool(own), bool(sentences)),
        remarks=own,
        is_amended=IDENTITY in amended,
        findings=tuple(sentences),
        lacking=tuple(lacking),
    )


def _identity_state(lacking: Collection[str], has_remark: bool, has_finding: bool) -> TaskState:
    if has_remark:
        return TaskState.RETURNED
    if not lacking:
        return TaskState.STARTED if has_finding else TaskState.DONE
    return TaskState.STARTED if len(lacking) < len(IDENTITY_COLUMNS) else TaskState.EMPTY


def _section_state(text: str, maximum: int | None, has_remark: bool, *, is_sent: bool) -> TaskState:
    if has_remark:
        return TaskState.RETURNED
    words = word_count(text)
    if not words:
        return TaskState.EMPTY
    if (words < FEW_WORDS and not is_sent) or (maximum and words > maximum):
        return TaskState.STARTED
    return TaskState.DONE
