"""Making a locked list public at an instant. Nothing runs then: readers ask the clock."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.actions.certificates import issue_certificates
from competitions.actions.preparations import ensure_prepared
from competitions.enums import CutOffState
from competitions.exceptions import WrongState
from competitions.models import Announcement, CutOff, Edition
from competitions.permissions import check_can_schedule_announcement
from competitions.queries.objections import check_objections_over
from competitions.workflow import CUT_OFF_MOVES, can_move
from innovations.models import Award, Innovation
from sinovik import audit
from sinovik.audit import clock
from sinovik.web.zones import contest_day

FORM_PRECISION = timedelta(minutes=1)
"""Forms give minutes: an instant within the running minute means now."""
BATCH = 1000


@transaction.atomic
def schedule_announcement(
    *,
    by: User,
    cut_off: CutOff,
    decree_number: str,
    decree_dated_on: date,
    announce_at: datetime,
) -> Announcement:
    """Enter the decree of a locked list and the instant from which the public sees it.

    Writes the awards at once, dated at that instant, signs certificates, and tells nobody.
    Raises WrongState on a list that is not prepared, an instant that has passed or a decree
    dated after it, ObjectionsOpen while one waits for its answer.
    """
    check_can_schedule_announcement(by, cut_off)
    row = _locked(cut_off)
    now = clock.database_now()
    instant = _instant(now, decree_number, decree_dated_on, announce_at)
    ensure_prepared(by=by, cut_off=row)
    announcement = Announcement.objects.create(
        cut_off=row,
        decree_number=decree_number.strip()[:120],
        decree_dated_on=decree_dated_on,
        announce_at=instant,
        scheduled_at=now,
        scheduled_by=by,
    )
    row.state = CutOffState.SCHEDULED
    row.save(update_fields=["state"])
    _write_awards(row, announcement)
    issue_certificates(by=by, announcement=announcement)
    audit.record(
        by=by,
        event="announcement_scheduled",
        obj=announcement,
        payload={"decree": announcement.decree_number, "announce_at": instant},
    )
    return announcement


def _locked(cut_off: CutOff) -> CutOff:
    row = CutOff.objects.locked().select_related("stage__edition").get(pk=cut_off.pk)
    check_objections_over(row.stage)
    if not can_move(CUT_OFF_MOVES, row.state, CutOffState.SCHEDULED):
        raise WrongState(_("Daftar perlu dikunci dua orang sebelum diumumkan."))
    return row


def _instant(
    now: datetime, decree_number: str, decree_dated_on: date, announce_at: datetime
) -> datetime:
    """The instant of the announcement, once the decree and the instant are sound."""
    if not decree_number.strip():
        raise WrongState(_("Isi nomor keputusan."))
    if announce_at < now - FORM_PRECISION:
        raise WrongState(_("Saat pengumuman sudah lewat. Pilih waktu yang akan datang."))
    instant = max(announce_at, now)
    if decree_dated_on > contest_day(instant):
        raise WrongState(_("Tanggal keputusan tidak boleh sesudah pengumuman."))
    return instant


def _source_of(innovation: Innovation, edition: Edition) -> str:
    """What a real innovation is known from tells nothing of the award of an invented edition."""
    return "" if edition.is_simulated and not innovation.is_simulated else innovation.source


def _write_awards(cut_off: CutOff, announcement: Announcement) -> None:
    """Tell the register; every public read of an award asks for its instant."""
    stage = cut_off.stage
    winners = cut_off.results.filter(is_selected=True).select_related("entry__innovation")
    rows = winners.defer("entry__innovation__sections")
    Award.objects.bulk_create(
        [
            Award(
                innovation=result.entry.innovation,
                year=stage.edition.year,
                band=stage.slug,
                band_name=stage.name,
                seats=cut_off.seats,
                announced_at=announcement.announce_at,
                decree_number=announcement.decree_number,
                is_simulated=stage.edition.is_simulated or result.entry.innovation.is_simulated,
                source=_source_of(result.entry.innovation, stage.edition),
            )
            for result in rows.order_by("rank", "entry")
        ],
        batch_size=BATCH,
    )
