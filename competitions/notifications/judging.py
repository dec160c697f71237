"""Messages to judges about what they have still to read."""

from collections.abc import Collection
from datetime import datetime, timedelta
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.enums import Role
from agencies.models import User
from competitions.models import Assignment, Stage
from competitions.notifications import READING_LIST, active_people, in_site_language
from sinovik import notifications
from sinovik.notifications.kinds import NUDGE, TASK
from sinovik.web.templatetags.web import moment


@in_site_language
def tell_judge_nudged(
    stage: Stage, judge: User, total: int, unsent: int, closes_at: datetime, now: datetime
) -> None:
    """One judge reads what is left, until when, and how much that is a day."""
    days = max(1, ceil((closes_at - now) / timedelta(days=1)))
    subject = ngettext(
        "%(unsent)d lembar nilai menunggu Anda", "%(unsent)d lembar nilai menunggu Anda", unsent
    )
    notifications.notify(
        kind=NUDGE,
        recipients=[judge],
        subject=subject % {"unsent": unsent},
        body=_(
            "Sekretariat mengingatkan: %(unsent)s dari %(total)s lembar nilai Anda pada %(stage)s"
            " belum dikirim. Tahap ditutup %(moment)s. Dengan %(pace)s lembar sehari semuanya"
            " selesai sebelum itu."
        )
        % {
            "unsent": unsent,
            "total": total,
            "stage": stage.said,
            "moment": moment(closes_at),
            "pace": ceil(unsent / days),
        },
        path=READING_LIST,
    )


@in_site_language
def tell_extra_readers(stage: Stage, judges: Collection[User]) -> None:
    """Judges whom the rule called hear that there is more to read, and nothing of the others."""
    notifications.notify(
        kind=TASK,
        recipients=judges,
        subject=_("Bacaan tambahan untuk Anda nilai"),
        body=_(
            "Aturan %(stage)s memanggil pembaca tambahan, dan Anda yang paling sedikit bacaannya."
            " Proposalnya ada di akhir daftar Anda. Nilai seperti biasa sebelum tahap ditutup."
        )
        % {"stage": stage.said},
        path=READING_LIST,
    )


@in_site_language
def tell_abstained(stage: Stage, judge: User, *, is_replaced: bool) -> None:
    """The heads read that a judge gave an assignment back, and whether another has it now."""
    replaced = _("Penilai lain sudah ditugaskan otomatis.")
    lacking = _("Belum ada penilai yang bebas. Tunjuk penilai, lalu bagi tugas.")
    notifications.notify(
        kind=TASK,
        recipients=active_people(Role.SECRETARIAT_HEAD),
        subject=_("Penilai melepas satu penugasan"),
        body=_("%(name)s tidak menilai satu peserta pada %(stage)s. %(outcome)s")
        % {
            "name": judge.name,
            "stage": stage.said,
            "outcome": replaced if is_replaced else lacking,
        },
        path=f"/kerja/tahap/{stage.pk}/lembar/?status=dilepas",
    )


@in_site_language
def tell_replacement(stage: Stage, judges: Collection[User]) -> None:
    """A judge reads in another's place; who that was is not said."""
    notifications.notify(
        kind=TASK,
        recipients=judges,
        subject=_("Satu proposal lagi untuk Anda nilai"),
        body=_(
            "Anda menggantikan penilai lain pada %(stage)s. Proposalnya ada di akhir daftar Anda."
            " Nilai seperti biasa sebelum tahap ditutup."
        )
        % {"stage": stage.said},
        path=READING_LIST,
    )


@in_site_language
def tell_sheet_reopened(stage: Stage, assignment: Assignment, reason: str) -> None:
    """The judge whose sheet was reopened reads why, and that it has to be sent again."""
    notifications.notify(
        kind=TASK,
        recipients=[assignment.evaluator],
        subject=_("Lembar nilai Anda dibuka kembali"),
        body=_(
            "Kepala sekretariat membuka kembali satu lembar nilai Anda pada %(stage)s:"
            " %(reason)s Periksa isinya, lalu kirim lagi sebelum tahap ditutup. Sebelum itu"
            " lembar ini tidak dihitung."
        )
        % {"stage": stage.said, "reason": f"“{reason}”"},
        path=f"{READING_LIST}{assignment.pk}/",
    )


@in_site_language
def tell_unassigned(stage: Stage, judges: Collection[User]) -> None:
    """Judges whose list was taken back before anybody had begun."""
    notifications.notify(
        kind=TASK,
        recipients=judges,
        subject=_("Penugasan penilaian ditarik"),
        body=_(
            "Sekretariat menarik daftar bacaan Anda untuk %(stage)s sebelum ada lembar yang diisi."
            " Anda diberi tahu bila daftar baru tersedia."
        )
        % {"stage": stage.said},
        path=READING_LIST,
    )
