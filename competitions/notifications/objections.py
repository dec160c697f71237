"""Messages about objections. None says who is selected or how anybody was marked."""

from django.utils.translation import gettext as _

from agencies.enums import Role
from agencies.models import User
from competitions.enums import ObjectionState
from competitions.models import Entry, Objection, ObjectionWindow
from competitions.notifications import active_people, in_site_language, ranking_path
from competitions.notifications.deadlines import secretariat
from competitions.queries.conflicts import conflicted_pairs
from competitions.queries.holders import admins_of
from sinovik import notifications
from sinovik.notifications.kinds import DECISION, TASK
from sinovik.web.templatetags.web import moment, zones


def objection_path(objection: Objection) -> str:
    """Where one objection is read and answered."""
    return f"/kerja/sanggahan/{objection.pk}/"


def objections_path(objection: Objection) -> str:
    """Where the secretariat sees all objections of a stage."""
    return f"{ranking_path(objection.stage)}sanggahan/"


def filing_path(entry: Entry) -> str:
    """Where an agency objects about an entry."""
    return f"/kerja/peserta/{entry.pk}/sanggahan/"


@in_site_language
def tell_window_opened(window: ObjectionWindow) -> None:
    """Admins of every agency that has an entry in the stage, selected or not; one message each."""
    entries: dict[int, Entry] = {}
    standing = Entry.objects.filter(stage_entries__stage=window.stage).order_by("pk")
    for entry in standing.distinct():
        entries.setdefault(entry.agency_id, entry)
    admins = admins_of(list(entries))
    for agency_id, entry in entries.items():
        notifications.notify(
            recipients=admins.get(agency_id, []),
            subject=_("Masa sanggah %(stage)s dibuka") % {"stage": window.stage.said},
            body=_(
                "Daftar sementara sudah disusun; isinya belum diumumkan. Instansi Anda dapat"
                " mengajukan sanggahan tentang pesertanya sendiri sampai %(closes)s."
            )
            % {"closes": zones(window.closes_at)},
            path=filing_path(entry),
            kind=TASK,
        )


def who_may_answer(objection: Objection) -> list[User]:
    """The secretariat without those who are too close to the entry."""
    people = secretariat()
    barred = {user_id for user_id, _entry in conflicted_pairs(people, [objection.entry])}
    return [one for one in people if one.pk not in barred]


@in_site_language
def tell_filed(objection: Objection) -> None:
    """The secretariat answers it."""
    notifications.notify(
        recipients=who_may_answer(objection),
        subject=_("Sanggahan %(number)s menunggu jawaban") % {"number": objection.code},
        body=_("%(stage)s: %(reason)s. Jawab paling lambat %(due)s.")
        % {
            "stage": objection.stage.said,
            "reason": objection.get_reason_display(),
            "due": moment(objection.due_at),
        },
        path=objection_path(objection),
        kind=TASK,
    )


@in_site_language
def tell_answer_proposed(objection: Objection) -> None:
    """The others of the secretariat: one of them is the second person."""
    notifications.notify(
        recipients=[one for one in who_may_answer(objection) if one != objection.proposed_by],
        subject=_("Jawaban sanggahan %(number)s menunggu konfirmasi Anda")
        % {"number": objection.code},
        body=_("Usulan jawaban: %(answer)s, %(reason)s.")
        % {
            "answer": objection.get_answer_display(),
            "reason": objection.get_answer_reason_display(),
        },
        path=objection_path(objection),
        kind=TASK,
    )


@in_site_language
def tell_answer_returned(objection: Objection, proposer: User | None, note: str) -> None:
    """The second person disagrees: who proposed the answer reads why."""
    notifications.notify(
        recipients=[proposer] if proposer else [],
        subject=_("Jawaban sanggahan %(number)s dikembalikan") % {"number": objection.code},
        body=_("Usulkan jawaban lagi. Catatan: %(note)s") % {"note": note},
        path=objection_path(objection),
        kind=DECISION,
    )


@in_site_language
def tell_answered(objection: Objection) -> None:
    """The agency's admins read the answer; of an accepted one the heads hear, too."""
    facts = {
        "number": objection.code,
        "answer": objection.get_answer_display(),
        "reason": objection.get_answer_reason_display(),
    }
    notifications.notify(
        recipients=admins_of([objection.entry.agency_id]).get(objection.entry.agency_id, []),
        subject=_("Sanggahan %(number)s dijawab") % facts,
        body=_("%(answer)s: %(reason)s. Baca uraiannya di halaman sanggahan.") % facts,
        path=objection_path(objection),
        kind=DECISION,
    )
    if objection.state == ObjectionState.ACCEPTED:
        notifications.notify(
            recipients=active_people(Role.SECRETARIAT_HEAD),
            subject=_("Sanggahan %(number)s diterima") % facts,
            body=_("Tinjau daftarnya. Yang berubah dipindahkan di papan peringkat dengan alasan."),
            path=ranking_path(objection.stage),
            kind=TASK,
        )
