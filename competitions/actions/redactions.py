"""Hiding pieces of a text from blind readers and showing them again; releasing files to them."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.anonymity import standing
from competitions.enums import StageState
from competitions.exceptions import WrongState
from competitions.models import (
    AttachmentRelease,
    Entry,
    Redaction,
    RedactionReview,
    Stage,
    StageEntry,
)
from competitions.permissions.redactions import check_can_redact
from competitions.queries.locks import close_stage_alone
from competitions.queries.redaction_queue import Spot, redacted_texts, text_of
from innovations.models import Attachment
from sinovik import audit
from sinovik.audit import clock

MOST = 200
"""Places that one wording hides at once."""


@transaction.atomic
def hide_piece(*, by: User, stage: Stage, entry: Entry, spot: Spot) -> int:
    """Hide one piece; hidden already it stays so. Return how many are new.

    Raises WrongState where the text does not say `spot.wording` there.
    """
    row = _locked(by, stage, entry)
    text = text_of(row, spot.section)
    if not spot.wording or text[spot.start : spot.end] != spot.wording:
        raise WrongState(_("Teks itu tidak ditemukan di naskah. Muat ulang, lalu pilih lagi."))
    return _hide(by, row, [spot])


@transaction.atomic
def hide_wording(*, by: User, stage: Stage, entry: Entry, section: str, wording: str) -> int:
    """Hide a wording wherever a section says it to the letter; return how many are new."""
    row = _locked(by, stage, entry)
    places = standing(text_of(row, section), wording)
    if not places:
        raise WrongState(
            _("Kata itu tidak ada di bagian ini. Salin persis dari naskah, huruf besar dan kecil.")
        )
    if len(places) > MOST:
        raise WrongState(_("Kata itu terlalu sering muncul. Tulis yang lebih panjang."))
    return _hide(by, row, [Spot(section, start, end, wording) for start, end in places])


@transaction.atomic
def hide_proposed(*, by: User, stage: Stage, entry: Entry) -> int:
    """Hide all that the search proposes and nobody hid; return how many are new."""
    row = _locked(by, stage, entry)
    return _hide(by, row, [spot for text in redacted_texts(row) for spot in text.proposed])


@transaction.atomic
def lift_redaction(*, by: User, stage: Stage, redaction: Redaction) -> None:
    """Show a piece again; shown already it stays so."""
    entry = _locked(by, stage, redaction.entry)
    row = Redaction.objects.locked().get(pk=redaction.pk, entry=entry)
    if row.lifted_at:
        return
    row.lifted_at, row.lifted_by = clock.now(), by
    row.save(update_fields=["lifted_at", "lifted_by"])
    audit.record(by=by, event="redaction_lifted", obj=row)


@transaction.atomic
def release_attachment(
    *, by: User, stage: Stage, entry: Entry, attachment: int, has_read: bool
) -> None:
    """Let the stage's blind readers have a file that `by` has read whole.

    Released already it stays so. Raises WrongState where the version that the entry stands
    with names no such file, where nobody says to have read it, or where the file was kept as
    it came, with its metadata, for the sake of its electronic signature.
    """
    row = _locked(by, stage, entry)
    files = Attachment.objects.visible_to(by).filter(frozen_in__version=row.version_id)
    file = files.filter(pk=attachment).first()
    if file is None:
        raise WrongState(_("Berkas itu tidak ada di proposal ini. Muat ulang halaman."))
    if not file.is_cleaned:
        raise WrongState(
            _("Tanda tangan elektronik berkas ini menyebut penandatangan. Biarkan tertutup.")
        )
    if not has_read:
        raise WrongState(
            _("Baca dulu berkasnya sampai habis, lalu centang bahwa isinya tanpa identitas.")
        )
    release, is_new = AttachmentRelease.objects.in_force().get_or_create(
        stage=stage,
        attachment=file,
        defaults={"released_at": clock.now(), "released_by": by},
    )
    if is_new:
        audit.record(
            by=by, event="attachment_released", obj=release, payload={"attachment": file.pk}
        )


@transaction.atomic
def withdraw_release(*, by: User, stage: Stage, entry: Entry, attachment: int) -> None:
    """Hide a released file from the stage's readers again; hidden already it stays so."""
    row = _locked(by, stage, entry)
    releases = AttachmentRelease.objects.in_force().filter(
        stage=stage, attachment=attachment, attachment__innovation=row.innovation_id
    )
    release = releases.select_for_update(of=("self",)).first()
    if release is None:
        return
    release.withdrawn_at, release.withdrawn_by = clock.now(), by
    release.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record(
        by=by, event="attachment_release_withdrawn", obj=release, payload={"attachment": attachment}
    )


@transaction.atomic
def finish_redaction(*, by: User, stage: Stage, entry: Entry) -> None:
    """Note that somebody looked through the whole text; once is enough."""
    row = _locked(by, stage, entry)
    review, is_new = RedactionReview.objects.get_or_create(
        stage=stage, entry=row, defaults={"done_at": clock.now(), "done_by": by}
    )
    if is_new:
        audit.record(by=by, event="redaction_finished", obj=review)


def _locked(by: User, stage: Stage, entry: Entry) -> Entry:
    """The entry under lock: it is in this blind stage, which is not over, and `by` may."""
    # Alone: a pack that is asked for meanwhile either holds the mark or is older than it.
    held = close_stage_alone(stage.pk)
    rows = Entry.objects.locked().select_related("version", "agency__region__province")
    row = rows.get(pk=entry.pk)
    check_can_redact(by, row)
    if not held.is_blind or held.state == StageState.CLOSED:
        raise WrongState(
            _("Naskah hanya disamarkan untuk tahap tanpa identitas yang belum ditutup.")
        )
    is_in = StageEntry.objects.standing().filter(stage=held, entry=row).exists()
    if not is_in or row.version is None:
        raise WrongState(_("Proposal ini tidak ada di tahap ini."))
    return row


def _hide(by: User, entry: Entry, spots: Iterable[Spot]) -> int:
    count = 0
    for spot in spots:
        row, is_new = Redaction.objects.in_force().get_or_create(
            entry=entry,
            version_id=entry.version_id,
            section=spot.section,
            start=spot.start,
            end=spot.end,
            defaults={"wording": spot.wording, "hidden_at": clock.now(), "hidden_by": by},
        )
        if is_new:
            count += 1
            payload = {"section": spot.section, "start": spot.start, "end": spot.end}
            audit.record(by=by, event="text_redacted", obj=row, payload=payload)
    return count
