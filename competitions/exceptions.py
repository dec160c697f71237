"""Refusals of the contest; each text tells the person what to do next."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from sinovik.web.access import Forbidden, Refusal


class StageClosed(Refusal):
    """The stage that this move belongs to is not open."""

    default_message = _("Tahap ini sudah ditutup. Isian Anda tetap tersimpan sebagai draf.")


class TooLate(StageClosed):
    """It arrived after the deadline and its grace, by the database's clock."""

    def __init__(self, message: str, closes_at: datetime, instant: datetime) -> None:
        self.closes_at, self.instant = closes_at, instant
        super().__init__(message)


class WrongState(Refusal):
    """The move does not start from the present state (often: somebody else was faster)."""

    default_message = _("Keadaannya sudah berubah. Muat ulang halaman untuk melihat yang terbaru.")


class ScoresNotConnected(WrongState):
    """Calibrated scores would be compared across parts that no evaluator joins."""


class ObjectionsOpen(WrongState):
    """Objections wait for their answers; the text names them."""


class EntryIncomplete(Refusal):
    """Sections are missing or too long."""

    default_message = _("Proposal belum lengkap. Periksa daftar tugas, lalu kirim lagi.")


class NotEligible(Refusal):
    """A rule of the edition refuses the entry."""

    default_message = _("Proposal belum memenuhi syarat edisi ini.")


class ConflictOfInterest(Forbidden):
    """The person may not judge this entry."""

    default_message = _(
        "Anda memiliki benturan kepentingan dengan peserta ini. Lanjutkan ke proposal berikutnya."
    )


class SecondPersonNeeded(Forbidden):
    """The same person can't confirm the own decision."""

    default_message = _("Keputusan ini perlu orang kedua. Minta rekan Anda mengonfirmasi.")


class SheetIncomplete(Refusal):
    """A mark or a required note is missing."""

    default_message = _("Lembar nilai belum lengkap. Isi semua kriteria, lalu kirim lagi.")


class NotEnoughSheets(Refusal):
    """Entries lack final scoresheets, so the stage can't close."""

    default_message = _("Masih ada lembar nilai yang belum dikirim. Tahap belum bisa ditutup.")


class AssignmentInfeasible(Refusal):
    """Too few evaluators without a conflict."""

    default_message = _("Penilai tanpa benturan kepentingan tidak cukup. Tambah penilai.")


class TieAtTheLine(Refusal):
    """Equal entries stand on both sides of the line; the plenary decides."""

    default_message = _("Ada nilai seri tepat di garis batas. Putuskan dalam pleno lebih dahulu.")


class AlreadyNudged(Refusal):
    """The same person reminded the holder of this entry today."""

    default_message = _("Anda sudah mengingatkan pemegangnya hari ini. Coba lagi besok.")


class ExportGone(Refusal):
    """The copy can't be fetched any more, or not yet."""

    default_message = _("Salinan ini tidak bisa diunduh lagi. Siapkan salinan baru.")


class PartLocked(Refusal):
    """The stage that uses this part has opened: a change takes two people and a reason."""

    default_message = _(
        "Bagian ini terkunci karena tahapnya sudah dibuka. Usulkan perubahan dengan alasan;"
        " orang kedua mengonfirmasinya."
    )


class PartFinal(Refusal):
    """The stage that used this part is over."""

    default_message = _(
        "Tahap yang memakai bagian ini sudah selesai. Bagian ini tidak berubah lagi."
    )


class EditionInconsistent(Refusal):
    """The edition contradicts itself; `sentences` are all the reasons at once."""

    default_message = _("Edisi belum selaras. Perbaiki semua hal yang disebut.")

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join([str(self.default_message), *sentences]))


class StillPersonal(Refusal):
    """The text that was to be released tells a person still; `left` are the words that do."""

    def __init__(self, left: Sequence[str]) -> None:
        self.left = tuple(left)
        super().__init__(
            _(
                "Masih ada yang mungkin menunjuk seseorang: %(left)s. Hapus, atau nyatakan bahwa"
                " Anda sudah memeriksanya."
            )
            % {"left": ", ".join(f"“{one}”" for one in self.left)}
        )
