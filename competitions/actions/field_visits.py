"""Field visits: asked for, written, given photos, filed for good, corrected by a further one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.contest_files import Incoming, take_file
from competitions.enums import VisitState
from competitions.exceptions import ConflictOfInterest, WrongState
from competitions.models import Entry, FieldVisit, FieldVisitAnswer, FieldVisitPhoto, Stage
from competitions.notifications import field_visits as letters
from competitions.permissions.field_visits import check_can_assign_visit, check_can_write_visit
from competitions.queries.conflicts import is_conflicted
from competitions.queries.field_visits import (
    MOST_PHOTOS,
    missing_in,
    verifiers_for,
    visit_questions,
)
from competitions.queries.locks import share_open_stage
from competitions.queries.presentations import share_panel_stage
from competitions.queries.stages import still_in
from innovations.exceptions import StaleEdit
from sinovik import audit
from sinovik.audit import clock
from sinovik.files import FileKind
from sinovik.web.zones import contest_day

PHOTO_KINDS = (FileKind.JPEG, FileKind.PNG, FileKind.WEBP)
LONGEST_FINDING = 5000
REPORT_FIELDS = ["visited_on", "place", "met", "finding", "edit_number"]


@dataclass(frozen=True)
class VisitReport:
    """What a verifier writes; `answers` are verdict and note by the question's position."""

    visited_on: date | None = None
    place: str = ""
    met: str = ""
    finding: str = ""
    answers: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@transaction.atomic
def assign_visit(*, by: User, stage: Stage, entry: Entry, verifier: User) -> FieldVisit:
    """Ask somebody to visit an entry of a panel's stage; returns the report to be written.

    Raises ConflictOfInterest where the verifier is too close to the entry, WrongState for
    somebody outside the secretariat and the edition's judges, or with an unfiled report.
    """
    check_can_assign_visit(by, entry)
    held = share_panel_stage(stage)
    if not still_in(held).filter(entry=entry).exists():
        raise WrongState(_("Peserta ini tidak berada di tahap tersebut."))
    if not verifiers_for(held).filter(pk=verifier.pk).exists():
        raise WrongState(_("Pilih orang sekretariat atau penilai edisi ini."))
    if is_conflicted(verifier, [entry.pk]):
        raise ConflictOfInterest(
            _("%(name)s memiliki benturan kepentingan dengan peserta ini. Pilih orang lain.")
            % {"name": verifier.name}
        )
    visit = _begin(by, held, entry, verifier)
    FieldVisitAnswer.objects.bulk_create(
        FieldVisitAnswer(visit=visit, position=place, question=question)
        for place, question in enumerate(visit_questions(), 1)
    )
    letters.tell_assigned(visit)
    return visit


def _begin(
    by: User, stage: Stage, entry: Entry, verifier: User, follows: FieldVisit | None = None
) -> FieldVisit:
    """A new draft; the stage's row, held by the caller, keeps two from being begun at once."""
    Entry.objects.locked().get(pk=entry.pk)
    own = FieldVisit.objects.filter(stage=stage, entry=entry, verifier=verifier)
    if own.filter(state=VisitState.DRAFT).exists():
        raise WrongState(_("Orang ini masih memegang laporan yang belum diajukan."))
    visit = FieldVisit.objects.create(
        stage=stage,
        entry=entry,
        verifier=verifier,
        follows=follows,
        assigned_at=clock.now(),
        assigned_by=by,
    )
    facts = {"entry": entry.pk, "verifier": verifier.pk, "follows": follows.pk if follows else None}
    audit.record(by=by, event="field_visit_assigned", obj=visit, payload=facts)
    return visit


@transaction.atomic
def save_visit(*, by: User, visit: FieldVisit, edit_number: int, report: VisitReport) -> FieldVisit:
    """Keep what was written so far. Raises StaleEdit where another window saved meanwhile."""
    row = _hold(by, visit)
    if row.edit_number != edit_number:
        raise StaleEdit
    row.visited_on, row.edit_number = report.visited_on, edit_number + 1
    row.place, row.met = report.place.strip()[:200], report.met.strip()[:300]
    row.finding = report.finding.strip()[:LONGEST_FINDING]
    row.save(update_fields=REPORT_FIELDS)
    answers = list(row.answers.filter(position__in=report.answers))
    for answer in answers:
        answer.verdict, note = report.answers[answer.position]
        answer.note = note.strip()[:500]
    FieldVisitAnswer.objects.bulk_update(answers, ["verdict", "note"])
    audit.record(by=by, event="field_visit_saved", obj=row)
    return row


def _hold(by: User, visit: FieldVisit) -> FieldVisit:
    """Lock a draft that the person writes, in an open stage."""
    share_open_stage(visit.stage_id)
    row = FieldVisit.objects.locked().get(pk=visit.pk)
    check_can_write_visit(by, row)
    if row.is_filed:
        raise WrongState(_("Laporan sudah diajukan. Tulis laporan koreksi."))
    return row


@transaction.atomic
def add_photo(*, by: User, visit: FieldVisit, incoming: Incoming, caption: str) -> FieldVisitPhoto:
    """Lay a photo on a draft, re-encoded and without what the camera wrote into it.

    Sent again with the same caption it is the photo that is there. Raises FileRefused for
    what is no photo.
    """
    row = _hold(by, visit)
    if row.photos.count() >= MOST_PHOTOS:
        raise WrongState(
            _("Foto paling banyak %(most)s. Hapus satu dahulu.") % {"most": MOST_PHOTOS}
        )
    if not caption.strip():
        raise WrongState(_("Tulis keterangan foto: apa yang terlihat."))
    file = take_file(by=by, incoming=incoming, kinds=PHOTO_KINDS)
    told = {"visit": row, "caption": caption.strip()[:200]}
    if again := FieldVisitPhoto.objects.filter(file__sha256=file.sha256, **told).first():
        return again
    photo = FieldVisitPhoto.objects.create(file=file, **told)
    audit.record(by=by, event="visit_photo_added", obj=photo, payload={"sha256": file.sha256})
    return photo


@transaction.atomic
def remove_photo(*, by: User, photo: FieldVisitPhoto) -> None:
    """Take a photo off a draft; its file stays in the store, out of everybody's reach."""
    row = _hold(by, photo.visit)
    audit.record(by=by, event="visit_photo_removed", obj=photo, payload={"visit": row.pk})
    row.photos.filter(pk=photo.pk).delete()


@transaction.atomic
def file_visit(*, by: User, visit: FieldVisit) -> FieldVisit:
    """File a complete report for good. Raises WrongState naming what is missing."""
    row = _hold(by, visit)
    if lacking := missing_in(row):
        raise WrongState(_("Lengkapi dahulu: %(parts)s.") % {"parts": "; ".join(lacking)})
    if row.visited_on and row.visited_on > contest_day(clock.now()):
        raise WrongState(_("Tanggal kunjungan belum tiba."))
    row.state, row.filed_at = VisitState.FILED, clock.now()
    row.save(update_fields=["state", "filed_at"])
    audit.record(by=by, event="field_visit_filed", obj=row, payload={"entry": row.entry_id})
    letters.tell_filed(row)
    return row


@transaction.atomic
def correct_visit(*, by: User, visit: FieldVisit) -> FieldVisit:
    """Begin a further report that follows a filed one, with its words to start from."""
    row = FieldVisit.objects.get(pk=visit.pk)
    stage = share_open_stage(row.stage_id)
    check_can_write_visit(by, row)
    if not row.is_filed:
        raise WrongState
    further = _begin(by, stage, row.entry, row.verifier, row)
    for name in ("visited_on", "place", "met", "finding"):
        setattr(further, name, getattr(row, name))
    further.save(update_fields=["visited_on", "place", "met", "finding"])
    FieldVisitAnswer.objects.bulk_create(
        FieldVisitAnswer(
            visit=further,
            position=one.position,
            question=one.question,
            verdict=one.verdict,
            note=one.note,
        )
        for one in row.answers.all()
    )
    return further
