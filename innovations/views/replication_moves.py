"""The steps of a replication as its page offers them: when, by whom, with which form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innovations.actions.replications import (
    ReplicationReport,
    agree_replication,
    answer_replication,
    confirm_replication,
    report_replication,
    return_replication,
    verify_replication,
    withdraw_replication,
)
from innovations.enums import ReplicationState as S
from innovations.forms.replications import (
    AgreementForm,
    AnswerReplicationForm,
    ReplicationReasonForm,
    ReportReplicationForm,
)
from innovations.models import Replication
from innovations.permissions import (
    check_can_agree_replication,
    check_can_answer_replication,
    check_can_confirm_replication,
    check_can_report_replication,
    check_can_return_replication,
    check_can_verify_replication,
    check_can_withdraw_replication,
)
from sinovik.web.access import Forbidden


@dataclass(frozen=True)
class Move:
    """A step that somebody may take. `act` gets the person, the row and the form's answers.

    `taken_by` is the column of who took it, of a step in which there is nothing to write.
    """

    name: str
    states: frozenset[str]
    check: Callable[[Any, Replication], None]
    title: Any
    button: Any
    done: Any
    act: Callable[[Any, Replication, dict[str, Any]], Replication]
    form: type[forms.Form] | None = None
    explains: Any = ""
    is_grave: bool = False
    taken_by: str = ""

    @property
    def url_name(self) -> str:
        """Name of its address."""
        return f"innovations:replication_{self.name}"

    def is_open_to(self, user: Any, row: Replication) -> bool:
        """Whether the person may take the step now."""
        if row.state not in self.states:
            return False
        try:
            self.check(user, row)
        except Forbidden:
            return False
        return True

    def was_taken_by(self, user: Any, row: Replication) -> bool:
        """Whether the person pressed its only button before."""
        return bool(self.taken_by) and getattr(row, self.taken_by) == user.pk

    def form_for(self, user: Any, row: Replication, typed: Any = None) -> forms.Form:
        """Its form, empty or with what was typed; a report begins with the last one's words."""
        ids = f"id_{self.name}_%s"
        if self.form is None:
            return forms.Form(typed, auto_id=ids)
        if self.form is not ReportReplicationForm:
            return self.form(typed, auto_id=ids)
        names = ("replica", "adaptation", "evidence", "evidence_url")
        initial = {name: getattr(row, name) for name in names}
        return ReportReplicationForm(typed, auto_id=ids, initial=initial, by=user, replication=row)


def _answer(user: Any, row: Replication, answers: dict[str, Any]) -> Replication:
    return answer_replication(
        by=user,
        replication=row,
        accepts=answers["decision"] == "accept",
        answer=answers["answer"],
        internal_note=answers["internal_note"],
    )


def _agree(user: Any, row: Replication, answers: dict[str, Any]) -> Replication:
    return agree_replication(by=user, replication=row, **answers)


def _report(user: Any, row: Replication, answers: dict[str, Any]) -> Replication:
    return report_replication(by=user, replication=row, report=ReplicationReport(**answers))


def _confirm(user: Any, row: Replication, _answers: dict[str, Any]) -> Replication:
    return confirm_replication(by=user, replication=row)


def _verify(user: Any, row: Replication, _answers: dict[str, Any]) -> Replication:
    return verify_replication(by=user, replication=row)


def _return(user: Any, row: Replication, answers: dict[str, Any]) -> Replication:
    return return_replication(by=user, replication=row, **answers)


def _withdraw(user: Any, row: Replication, answers: dict[str, Any]) -> Replication:
    return withdraw_replication(by=user, replication=row, **answers)


MOVES = (
    Move(
        "answer",
        frozenset({S.REQUESTED}),
        check_can_answer_replication,
        _("Jawab permintaan"),
        _("Kirim jawaban"),
        _("Jawaban terkirim kepada instansi pemohon."),
        _answer,
        AnswerReplicationForm,
    ),
    Move(
        "agree",
        frozenset({S.ACCEPTED}),
        check_can_agree_replication,
        _("Catat kesepakatan"),
        _("Sepakati"),
        _("Kesepakatan tercatat."),
        _agree,
        AgreementForm,
        _(
            "Dengan mencatat surat, instansi Anda menerima syarat instansi asal. Setelah itu"
            " replikasi ini tampil di halaman umum inovasi asal."
        ),
    ),
    Move(
        "report",
        frozenset({S.AGREED}),
        check_can_report_replication,
        _("Laporkan replika"),
        _("Kirim laporan"),
        _("Laporan terkirim kepada instansi asal."),
        _report,
        ReportReplicationForm,
        _("Dosir yang Anda pilih akan menyatakan diri sebagai replikasi inovasi asal."),
    ),
    Move(
        "confirm",
        frozenset({S.REPORTED}),
        check_can_confirm_replication,
        _("Benarkan laporan"),
        _("Benarkan"),
        _("Laporan dibenarkan dan diteruskan kepada sekretariat."),
        _confirm,
        explains=_(
            "Anda menyatakan bahwa replika ini memang berasal dari inovasi Anda dan berjalan."
            " Sekretariat memeriksanya sekali lagi."
        ),
        taken_by="confirmed_by_id",
    ),
    Move(
        "verify",
        frozenset({S.CONFIRMED}),
        check_can_verify_replication,
        _("Verifikasi replikasi"),
        _("Verifikasi"),
        _("Replikasi terverifikasi dan kini terhitung."),
        _verify,
        explains=_(
            "Setelah diverifikasi, replikasi ini terhitung bagi inovasi asal dan tidak dapat"
            " diubah lagi."
        ),
        taken_by="verified_by_id",
    ),
    Move(
        "return",
        frozenset({S.REPORTED, S.CONFIRMED}),
        check_can_return_replication,
        _("Kembalikan laporan"),
        _("Kembalikan"),
        _("Laporan dikembalikan untuk diperbaiki."),
        _return,
        ReplicationReasonForm,
        is_grave=True,
    ),
    Move(
        "withdraw",
        frozenset({S.REQUESTED, S.ACCEPTED, S.AGREED, S.REPORTED, S.CONFIRMED}),
        check_can_withdraw_replication,
        _("Tarik replikasi ini"),
        _("Tarik"),
        _("Replikasi ditarik. Kedua instansi diberi tahu."),
        _withdraw,
        ReplicationReasonForm,
        is_grave=True,
    ),
)
"""In the order of the page; the first that is open to a person is what it offers in full."""
