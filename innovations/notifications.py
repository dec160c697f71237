"""Messages of the register."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.enums import SECRETARIAT_ROLES
from agencies.models import Agency, User
from agencies.queries.admission import active_admins
from innovations.enums import AttachmentState
from innovations.models import Alarm, Attachment, DossierImport, Innovation, Replication
from innovations.queries.people import workers_of
from innovations.workflow import attestation_due
from sinovik.notifications import in_each_language, notify
from sinovik.notifications.kinds import DECISION, TASK, Kind, Rhythm, register
from sinovik.notifications.reminding import Due, ReminderKind, register_reminder
from sinovik.web.templatetags.web import day

LIFE = register(
    Kind(
        "life",
        gettext_lazy("Kabar inovasi setelah terbit"),
        gettext_lazy("Pernyataan keadaan yang jatuh tempo."),
        rhythm=Rhythm.WEEKLY,
    )
)
AROUND_DUE = (-30, 0, 30)
"""Days from an attestation's due day, every year anew while nobody attests."""
MOST_LINES = 20


def tell_import_finished(kept: DossierImport) -> None:
    """Who confirmed a large import hears when it is done."""
    with translation.override("id"):
        notify(
            recipients=[kept.confirmed_by or kept.created_by],
            subject=_("Impor selesai: %d dosir dibuat") % kept.created,
            body=_("Berkas %(file)s sudah diimpor. %(known)d baris sudah ada dan dilewati.")
            % {"file": kept.file_name, "known": kept.known},
            path=reverse("innovations:import_detail", args=[kept.pk]),
        )


def tell_import_failed(kept: DossierImport) -> None:
    """Who confirmed a large import hears that nothing was brought in."""
    with translation.override("id"):
        notify(
            recipients=[kept.confirmed_by or kept.created_by],
            subject=_("Impor gagal, tidak ada dosir yang dibuat"),
            body=_("Berkas %s belum diimpor karena gangguan sistem. Unggah berkasnya lagi.")
            % kept.file_name,
            path=reverse("innovations:import_detail", args=[kept.pk]),
        )


def attachments_path(innovation_id: int) -> str:
    """Where the files of a dossier are kept; literal, since a reversed one has a language."""
    return f"/kerja/inovasi/{innovation_id}/lampiran/"


def tell_settled(attachment: Attachment, before: str) -> None:
    """Tell who sent a file that it was refused, or that one held so far is ready."""
    with translation.override(settings.LANGUAGE_CODE):
        if attachment.state == AttachmentState.REFUSED:
            subject, body = _("Berkas ditolak: %s"), attachment.reason
        elif attachment.state == AttachmentState.READY and before == AttachmentState.HELD:
            subject = _("Berkas lolos pemeriksaan virus: %s")
            body = _("Berkas itu kini ikut dalam dosir.")
        else:
            return
        notify(
            recipients=[attachment.uploaded_by],
            subject=subject % attachment.name,
            body=body,
            path=attachments_path(attachment.innovation_id),
        )


@in_each_language
def tell_alarm_raised(alarm: Alarm) -> None:
    """The innovation's people hear that a figure has fallen back, and are asked for an answer."""
    indicator = alarm.value.indicator
    innovation = indicator.innovation
    notify(
        recipients=workers_of([innovation])[innovation.pk],
        subject=_("Hasil mundur: %s") % indicator.name,
        body=_(
            "%(code)s %(title)s: hasil ukur terakhir tidak lebih baik daripada angka awal."
            " Umum melihat peringatan ini. Tuliskan jawaban instansi Anda."
        )
        % {"code": innovation.code, "title": innovation.title},
        path=f"/kerja/inovasi/{innovation.pk}/peringatan/{alarm.pk}/jawab/",
        kind=TASK,
    )


def reminder_day(due_on: date, today: date) -> date | None:
    """The last of the days `AROUND_DUE` that has come, where it came within a month."""
    anniversaries = [due_on + timedelta(days=365 * year) for year in range(3)]
    while anniversaries[-1] <= today:
        anniversaries = [one + timedelta(days=365) for one in anniversaries]
    steps = [one + timedelta(days=days) for one in anniversaries for days in AROUND_DUE]
    come = [step for step in steps if today - timedelta(days=30) < step <= today]
    return max(come, default=None)


def find_attestations_due(now: datetime) -> Iterator[Due]:
    """A month before, on and a month after the day, each year: the innovation's people."""
    today = timezone.localdate(now)
    soon = now + timedelta(days=max(AROUND_DUE))
    known = Innovation.objects.unattested(soon).values_list("pk", "attested_at", "published_at")
    days = {
        pk: step
        for pk, attested_at, published_at in known
        if published_at
        and (due := timezone.localdate(attestation_due(attested_at, published_at)))
        and (step := reminder_day(due, today))
    }
    rows = list(Innovation.objects.filter(pk__in=days).for_list().order_by("pk"))
    people = workers_of(rows)
    for row in rows:
        yield from (Due(person, row, days[row.pk]) for person in people[row.pk])


@in_each_language
def tell_attestations_due(person: Any, dues: Sequence[Due]) -> None:
    """One message names the innovations and the days on which they fall due."""
    rows = [due.about for due in dues if isinstance(due.about, Innovation)]
    lines = [
        _("- %(code)s %(title)s, jatuh tempo %(day)s")
        % {"code": row.code, "title": row.title, "day": day(row.attestation_due_at)}
        for row in rows[:MOST_LINES]
    ]
    if len(rows) > MOST_LINES:
        lines.append(_("- dan %d lagi") % (len(rows) - MOST_LINES))
    notify(
        recipients=[person],
        subject=ngettext(
            "%d inovasi menunggu pernyataan keadaan",
            "%d inovasi menunggu pernyataan keadaan",
            len(rows),
        )
        % len(rows),
        body="\n".join([_("Nyatakan apakah masih berjalan, dengan bukti:"), *lines]),
        path=f"/kerja/inovasi/{rows[0].pk}/keadaan/" if len(rows) == 1 else "/kerja/inovasi/kabar/",
        kind=LIFE,
    )


ATTESTATION_DUE = register_reminder(
    ReminderKind("attestation-due", find_attestations_due, tell_attestations_due)
)


def replication_path(replication: Replication) -> str:
    """Where both agencies follow a replication; literal, as above."""
    return f"/kerja/replikasi/{replication.pk}/"


def _secretariat() -> list[User]:
    people = User.objects.filter(
        is_active=True,
        memberships__role__in=SECRETARIAT_ROLES,
        memberships__ended_at__isnull=True,
    )
    return list(people.distinct().order_by("pk"))


def _of(agency: Agency) -> list[User]:
    """Who answers for an agency: its admins; the secretariat while it has none."""
    return active_admins(agency) or _secretariat()


def _replicators(replication: Replication) -> list[User]:
    return [replication.requested_by, *active_admins(replication.agency)]


def _tell(
    people: list[User], subject: str, body: str, replication: Replication, kind: Kind = DECISION
) -> None:
    notify(
        recipients=people,
        subject=subject % {"code": replication.code},
        body=body
        % {
            "title": replication.origin.title,
            "origin": replication.origin.agency.name,
            "agency": replication.agency.name,
            "reason": replication.return_reason or replication.withdrawal_reason,
        },
        path=replication_path(replication),
        kind=kind,
    )


@in_each_language
def tell_replication_requested(replication: Replication) -> None:
    """The origin's admins answer; the secretariat hears while the agency has no admin."""
    _tell(
        _of(replication.origin.agency),
        _("Permintaan replikasi %(code)s"),
        _("%(agency)s ingin mereplikasi “%(title)s”. Jawab dengan syarat atau alasan."),
        replication,
        TASK,
    )


@in_each_language
def tell_replication_answered(replication: Replication) -> None:
    """Who asked hears what the origin said."""
    is_accepted = replication.state == "accepted"
    _tell(
        _replicators(replication),
        _("Replikasi %(code)s diterima") if is_accepted else _("Replikasi %(code)s ditolak"),
        _("%(origin)s menerima. Baca syaratnya, lalu catat surat kesepakatan.")
        if is_accepted
        else _("%(origin)s menolak permintaan untuk “%(title)s”. Alasannya ada di halamannya."),
        replication,
    )


@in_each_language
def tell_replication_agreed(replication: Replication) -> None:
    """The origin hears that the letter is there."""
    _tell(
        _of(replication.origin.agency),
        _("Replikasi %(code)s disepakati"),
        _("%(agency)s mencatat surat kesepakatan untuk “%(title)s”."),
        replication,
    )


@in_each_language
def tell_replication_reported(replication: Replication) -> None:
    """The origin looks at what became of its innovation."""
    _tell(
        _of(replication.origin.agency),
        _("Laporan replikasi %(code)s"),
        _("%(agency)s melaporkan replikasi “%(title)s”. Benarkan atau kembalikan."),
        replication,
        TASK,
    )


@in_each_language
def tell_replication_confirmed(replication: Replication) -> None:
    """The secretariat verifies what the origin confirmed."""
    _tell(
        _secretariat(),
        _("Replikasi %(code)s menunggu verifikasi"),
        _("%(origin)s membenarkan laporan %(agency)s tentang “%(title)s”."),
        replication,
        TASK,
    )


@in_each_language
def tell_replication_returned(replication: Replication) -> None:
    """Who reported writes it anew."""
    _tell(
        _replicators(replication),
        _("Laporan replikasi %(code)s dikembalikan"),
        _("Perbaiki laporannya. Alasan: %(reason)s"),
        replication,
        TASK,
    )


@in_each_language
def tell_replication_verified(replication: Replication) -> None:
    """Both agencies hear that the replica counts."""
    _tell(
        [*_replicators(replication), *active_admins(replication.origin.agency)],
        _("Replikasi %(code)s terverifikasi"),
        _("Replikasi “%(title)s” oleh %(agency)s terhitung dan tampil di halaman inovasi."),
        replication,
    )


@in_each_language
def tell_replication_withdrawn(replication: Replication) -> None:
    """Both agencies hear that it ended, and why."""
    _tell(
        [*_replicators(replication), *active_admins(replication.origin.agency)],
        _("Replikasi %(code)s ditarik"),
        _("Replikasi “%(title)s” oleh %(agency)s ditarik. Alasan: %(reason)s"),
        replication,
    )
