"""Messages of the contest's judging side. Nothing here may tell a result before its instant.

Addresses are literal, not reversed: a reversed one would carry the language of whoever
acted. A test holds that each resolves.
"""

from collections.abc import Collection, Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.models import AdministrativeCheck, Appointment, Entry, Stage
from competitions.queries.deadlines import closes_at_for
from competitions.queries.letters import Draft
from competitions.queries.progress import scored_by
from sinovik import notifications
from sinovik.notifications import in_each_language
from sinovik.notifications.kinds import TASK
from sinovik.web.templatetags.web import moment

WORK_HOME = "/kerja/"
READING_LIST = "/kerja/penilaian/"


in_site_language = in_each_language
"""Every message is told in each language; the recipient's own decides."""


def receipt_path(entry: Entry) -> str:
    """Where the agency follows a submitted entry."""
    return f"/kerja/peserta/{entry.pk}/tanda-terima/"


def tasks_path(entry: Entry) -> str:
    """Where an entry is written and mended."""
    return f"/kerja/peserta/{entry.pk}/"


def check_path(check: AdministrativeCheck) -> str:
    """Where the secretariat checks an entry."""
    return f"/kerja/seleksi/{check.pk}/"


def board_path(stage: Stage) -> str:
    """Where the head hands out entries."""
    return f"/kerja/tahap/{stage.pk}/penugasan/"


def ranking_path(stage: Stage) -> str:
    """Where the list of a selection stage is worked on."""
    return f"/kerja/tahap/{stage.pk}/peringkat/"


def active_people(role: str) -> list[User]:
    """Everybody who holds a role now, wherever."""
    holders = User.objects.filter(
        is_active=True, memberships__role=role, memberships__ended_at__isnull=True
    )
    return list(holders.distinct().order_by("pk"))


@in_site_language
def tell_lapsed(stage: Stage, people: Collection[User]) -> None:
    """Registration closed over unsubmitted entries: their writers and admins hear of it."""
    notifications.notify(
        recipients=people,
        subject=_("Pendaftaran %(edition)s ditutup") % {"edition": stage.edition.name},
        body=_(
            "Ada proposal instansi Anda yang belum diajukan saat pendaftaran ditutup, sehingga"
            " tidak ikut edisi ini. Dosirnya tetap tersimpan dan dapat diajukan pada edisi"
            " berikutnya."
        ),
        path=WORK_HOME,
    )


@in_site_language
def tell_letters(
    letters: Sequence[tuple[Entry, Draft]], admins: Mapping[int, Sequence[User]]
) -> None:
    """Letters about entries: the agency's admins get each as a message of its own."""
    for entry, draft in letters:
        notifications.notify(
            recipients=admins.get(entry.agency_id, []),
            subject=draft.subject,
            body=draft.body,
            path=receipt_path(entry),
        )


@in_site_language
def tell_passed(entries: Sequence[Entry], admins: Mapping[int, Sequence[User]]) -> None:
    """Passes of a whole stage: one message an agency, the letters wait on the tracking pages."""
    by_agency: dict[int, list[Entry]] = {}
    for entry in entries:
        by_agency.setdefault(entry.agency_id, []).append(entry)
    for agency_id, own in by_agency.items():
        lines = "\n".join(f"{entry.number} {entry.innovation.title}" for entry in own)
        notifications.notify(
            recipients=admins.get(agency_id, []),
            subject=ngettext(
                "%(count)s proposal lolos seleksi administrasi",
                "%(count)s proposal lolos seleksi administrasi",
                len(own),
            )
            % {"count": len(own)},
            body=_("Suratnya ada di halaman lacak status setiap proposal:\n%(lines)s")
            % {"lines": lines},
            path=receipt_path(own[0]),
        )


@in_site_language
def tell_correction_asked(entry: Entry, people: Collection[User], draft: Draft) -> None:
    """A submitted entry comes back: admins and writers read what to mend, and until when."""
    notifications.notify(
        recipients=people, subject=draft.subject, body=draft.body, path=tasks_path(entry)
    )


@in_site_language
def tell_correction_ended(check: AdministrativeCheck, entry: Entry, *, is_mended: bool) -> None:
    """The officer goes on: with a new version, or with what there was."""
    facts = {"number": entry.number, "title": entry.innovation.title}
    if is_mended:
        subject, body = _("Proposal sudah diperbaiki"), _("%(number)s “%(title)s” diajukan lagi.")
    else:
        subject = _("Masa perbaikan lewat")
        body = _("%(number)s “%(title)s” tidak diperbaiki. Lanjutkan dengan isi yang ada.")
    notifications.notify(
        recipients=[check.claimed_by] if check.claimed_by else [],
        subject=subject,
        body=body % facts,
        path=check_path(check),
    )


@in_site_language
def tell_fail_rejected(check: AdministrativeCheck, proposer: User | None, note: str) -> None:
    """The second person disagrees: who proposed the fail reads why."""
    notifications.notify(
        recipients=[proposer] if proposer else [],
        subject=_("Usulan tidak lolos ditolak"),
        body=_("%(number)s kembali ke antrean pemeriksaan. Catatan: %(note)s")
        % {"number": check.stage_entry.entry.number, "note": note},
        path=check_path(check),
    )


@in_site_language
def tell_appointed(appointments: Sequence[Appointment]) -> None:
    """People appointed to judge an edition, and from when; all rows of one edition and body."""
    if not appointments:
        return
    first = scored_by([appointments[0].edition_id], appointments[0].role).first()
    when = _("%(stage)s dibuka %(moment)s. Anda diberi tahu bila daftar bacaan Anda tersedia.")
    notifications.notify(
        kind=TASK,
        recipients=[appointment.user for appointment in appointments],
        subject=_("Anda ditunjuk sebagai penilai"),
        body=_("Anda ditunjuk sebagai %(role)s pada %(edition)s.")
        % {
            "role": appointments[0].get_role_display().lower(),
            "edition": appointments[0].edition.name,
        }
        + (
            f" {when}" % {"stage": _(first.name), "moment": moment(first.opens_at)} if first else ""
        ),
        path=READING_LIST,
    )


@in_site_language
def tell_assigned(stage: Stage, judges: Collection[User]) -> None:
    """Judges who got entries to read."""
    notifications.notify(
        kind=TASK,
        recipients=judges,
        subject=_("Proposal untuk Anda nilai"),
        body=_("Daftar bacaan Anda untuk %(stage)s sudah tersedia. Tahap ditutup %(moment)s.")
        % {"stage": stage.said, "moment": moment(closes_at_for(stage, None))},
        path=READING_LIST,
    )


@in_site_language
def tell_conflict_declared(stage: Stage, judge: User) -> None:
    """A judge stepped back: the heads find a replacement."""
    notifications.notify(
        kind=TASK,
        recipients=active_people(Role.SECRETARIAT_HEAD),
        subject=_("Penilai menyatakan benturan kepentingan"),
        body=_("%(name)s tidak menilai satu peserta pada %(stage)s. Tugaskan penilai pengganti.")
        % {"name": judge.name, "stage": stage.said},
        path=board_path(stage),
    )


@in_site_language
def tell_lock_proposed(stage: Stage, proposer: User) -> None:
    """A list waits for its second person."""
    people = active_people(Role.SECRETARIAT_HEAD) + active_people(Role.SECRETARIAT_OFFICER)
    notifications.notify(
        kind=TASK,
        recipients=[person for person in people if person.pk != proposer.pk],
        subject=_("Daftar menunggu konfirmasi Anda"),
        body=_("Penguncian daftar %(stage)s diusulkan dan perlu orang kedua.")
        % {"stage": stage.said},
        path=ranking_path(stage),
    )


@in_site_language
def tell_lock_rejected(stage: Stage, proposer: User | None, reason: str) -> None:
    """The second person sends the list back."""
    notifications.notify(
        recipients=[proposer] if proposer else [],
        subject=_("Penguncian daftar ditolak"),
        body=_("Daftar %(stage)s kembali menjadi sementara. Alasan: %(reason)s")
        % {"stage": stage.said, "reason": reason},
        path=ranking_path(stage),
    )
