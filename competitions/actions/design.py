"""Making next year's edition: clone, change part by part, make public."""

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.editions import create_edition
from competitions.actions.parts import prefix_stays, write_part
from competitions.blueprints import Content, Part, moved_to, with_content
from competitions.consistency import find_faults
from competitions.enums import SheetState, StageState
from competitions.exceptions import EditionInconsistent, PartFinal, PartLocked, WrongState
from competitions.models import Edition, EditionChange, Scoresheet
from competitions.permissions.design import check_can_design
from competitions.queries.design import (
    Place,
    blueprint_of,
    faults_of,
    lock_of,
    mark_of,
    present_content,
)
from sinovik import audit
from sinovik.audit.models import AuditEvent


@transaction.atomic
def clone_edition(*, by: User, source: Edition, year: int, name: str, theme: str) -> Edition:
    """A draft of another year with all parts of `source`, its dates moved by whole years.

    The draft is not public. Raises WrongState where the year has an edition already,
    EditionInconsistent where the source contradicts itself.
    """
    check_can_design(by)
    # Who presses twice is told the second time.
    Edition.objects.locked().get(pk=source.pk)
    if Edition.objects.filter(year=year).exists():
        raise WrongState(_("Edisi %(year)s sudah ada. Pilih tahun lain.") % {"year": year})
    blueprint = blueprint_of(source)
    copy = moved_to(blueprint, year=year, name=name.strip(), theme=theme.strip())
    if find_faults(blueprint):
        raise EditionInconsistent([told.sentence for told in faults_of(blueprint)])
    edition = create_edition(by=by, blueprint=copy)
    audit.record(by=by, event="edition_cloned", obj=edition, payload={"source": source.year})
    return edition


@transaction.atomic
def save_part(*, by: User, edition: Edition, place: Place, content: Content, seen: str) -> None:
    """Change a part that is not locked. `seen` is the mark of what the person saw.

    Raises PartLocked once the part's stage is open, PartFinal once it is closed, WrongState
    where somebody else changed the part meanwhile. Contradictions are allowed in a draft.
    """
    check_can_design(by)
    row = Edition.objects.locked().get(pk=edition.pk)
    state = lock_of(row, place)
    if state == StageState.OPEN:
        raise PartLocked
    check_not_final(row, place, state)
    before = present_content(blueprint_of(row), place)
    if mark_of(before) != seen:
        raise WrongState(_changed_meanwhile(by, row, place))
    write_content(row, place, content)
    audit.record(
        by=by,
        event="edition_part_changed",
        obj=row,
        payload={"part": place.address, "before": before, "after": content},
    )


def _changed_meanwhile(by: User, edition: Edition, place: Place) -> str:
    """Who was faster: somebody else, or the same person in another tab."""
    changes = AuditEvent.objects.about(edition).named("edition_part_changed")
    last = changes.filter(payload__part=place.address).last()
    if last is not None and last.actor_id == by.pk:
        return _(
            "Bagian ini baru saja Anda ubah sendiri di tab atau perangkat lain. Isian di sini masih"
            " ada di bawah; bandingkan dengan yang tersimpan, lalu simpan lagi."
        )
    return _(
        "Bagian ini baru saja diubah orang lain. Isian Anda masih di bawah; bandingkan"
        " dengan yang tersimpan, lalu simpan lagi."
    )


@transaction.atomic
def publish_edition(*, by: User, edition: Edition) -> Edition:
    """Make the edition's page public. Raises EditionInconsistent with every reason."""
    check_can_design(by)
    row = Edition.objects.locked().get(pk=edition.pk)
    if row.is_published:
        raise WrongState
    check_consistent(row)
    row.is_published = True
    row.save(update_fields=["is_published"])
    audit.record(by=by, event="edition_published", obj=row)
    return row


def check_consistent(edition: Edition) -> None:
    """Raise EditionInconsistent with every reason at once."""
    if told := faults_of(blueprint_of(edition)):
        raise EditionInconsistent([one.sentence for one in told])


def check_not_final(edition: Edition, place: Place, state: str) -> None:
    """Refuse a part whose stage is over, and a rubric by which somebody has judged."""
    if state == StageState.CLOSED:
        raise PartFinal
    final = Scoresheet.objects.filter(
        assignment__stage__edition=edition,
        assignment__stage__slug=place.slug,
        state=SheetState.FINAL,
    )
    if place.part == Part.RUBRIC and final.exists():
        raise PartFinal(
            _("Sudah ada lembar nilai yang dikirim dengan rubrik ini. Rubrik tidak berubah lagi.")
        )


def write_content(edition: Edition, place: Place, content: Content) -> None:
    """Write the content of one part. The caller holds the edition and has checked the rest."""
    new = with_content(blueprint_of(edition), place.part, content, place.slug)
    if place.part == Part.STAGES and not prefix_stays(edition, new.stages):
        raise WrongState(_("Tahap yang sudah dibuka tidak dapat dipindah atau dihapus."))
    if not new.stages:
        raise WrongState(_("Edisi memerlukan paling sedikit satu tahap."))
    if early := [stage.name for stage in new.stages if stage.closes_at <= stage.opens_at]:
        names = ", ".join(early)
        raise WrongState(
            _("Ditutup sebelum dibuka: %(names)s. Perbaiki tanggalnya.") % {"names": names}
        )
    _check_fixed(edition, place, content)
    write_part(edition, place.part, new)


FIXED = {
    Part.SETTINGS: (
        "grace_minutes",
        "reviews_per_entry",
        "extra_readers",
        "disagreement_threshold",
        "passing_grade",
        "ranks_from",
        "tie_break",
    ),
    Part.RUBRIC: ("key", "weight", "scale_maximum", "note_rule"),
}
"""What was announced with the opening of a stage; the database keeps it as well."""


def _check_fixed(edition: Edition, place: Place, content: Content) -> None:
    """Refuse a change of what nobody may change once the stage itself has opened."""
    if place.part not in FIXED:
        return
    if edition.stages.get(slug=place.slug).state == StageState.PLANNED:
        return
    names = FIXED[place.part]
    before, after = (
        sorted([str(row[name]) for name in names] for row in rows)
        for rows in (present_content(blueprint_of(edition), place), content)
    )
    if before == after:
        return
    if place.part == Part.RUBRIC:
        raise WrongState(
            _(
                "Susunan kriteria, bobot, dan skala tetap sejak tahap dibuka. Yang masih dapat"
                " diubah: nama, pertanyaan, dan uraian nilai."
            )
        )
    raise WrongState(
        _(
            "Kelonggaran, jumlah lembar nilai, pembaca tambahan, nilai kelulusan, dasar peringkat,"
            " dan pemecah seri tetap sejak tahap dibuka."
        )
    )


def waiting_change(edition: Edition, place: Place) -> EditionChange | None:
    """The change of this part that waits for the second person."""
    return EditionChange.objects.waiting().filter(edition=edition, part=place.address).first()
