"""Forms by which an agency tells how its innovation fares."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from innovations.actions.life import Proof, check_can_have_ended
from innovations.enums import LifeState
from innovations.exceptions import ReportRefused
from innovations.forms.dates import DateBoxesField
from innovations.models import Attachment, Innovation
from innovations.queries.attachments import attachments_of
from sinovik.web.access import Refusal

LONGEST_TEXT = 2000
TOO_LONG = _("Paling panjang %(limit_value)s karakter, kini %(show_value)s")


def tell(form: forms.Form, refusal: Refusal) -> None:
    """Say a refusal at the field that it is about, or of the whole form."""
    field = getattr(refusal, "field", "")
    form.add_error(field if field in form.fields else None, str(refusal))


def long_text(label: Any, help_text: Any = "", *, asks: Any = "") -> forms.CharField:
    """A few lines of plain text; `asks` is said where they must not be empty."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(asks),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": asks, "max_length": TOO_LONG},
    )


def attachment_choice() -> "forms.ModelChoiceField[Attachment]":
    """One of the dossier's files that are ready."""
    return forms.ModelChoiceField(
        queryset=Attachment.objects.none(),
        required=False,
        label=_("Lampiran bukti"),
        help_text=_("Pilih berkas yang sudah ada pada dosir ini."),
        empty_label=_("Tanpa lampiran"),
    )


class ProofForm(forms.Form):
    """The part of every report that says what stands behind it."""

    unmarked = frozenset({"note", "link", "attachment"})

    note = long_text(
        _("Catatan dan bukti"), _("Beri sedikitnya satu bukti: catatan, tautan, atau lampiran.")
    )
    link = forms.URLField(
        label=_("Tautan bukti"),
        help_text=_("Misalnya berita, laporan, atau dasbor. Mulai dengan https://"),
        required=False,
        max_length=400,
        assume_scheme="https",
        error_messages={
            "invalid": _("Tautan harus berupa alamat web, misalnya https://…"),
            "max_length": TOO_LONG,
        },
    )
    attachment = attachment_choice()

    def __init__(self, *args: Any, innovation: Innovation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.innovation = innovation
        ready = [one.pk for one in attachments_of(innovation) if one.is_ready]
        field = self.fields["attachment"]
        field.queryset = Attachment.objects.filter(pk__in=ready)  # type: ignore[attr-defined]
        if not ready:
            del self.fields["attachment"]

    @property
    def lacks_proof(self) -> bool:
        """Whether nothing stands behind it. A proof that is itself wrong is told by its field."""
        names = ("note", "link", "attachment")
        is_wrong = any(name in self.errors for name in names)
        return not is_wrong and not self.proof().is_there

    def proof(self) -> Proof:
        """What was given as proof."""
        answers = self.cleaned_data
        return Proof(answers["note"], answers["link"], answers.get("attachment"))


class AttestationForm(ProofForm):
    """Does it still run? What has stopped needs a day and a reason, the rest needs proof."""

    unmarked = ProofForm.unmarked | {"stopped_on", "reason"}

    state = forms.ChoiceField(
        label=_("Bagaimana keadaan layanan ini sekarang?"),
        choices=[
            (LifeState.RUNNING, _("Berjalan: dipakai warga seperti sebelumnya")),
            (LifeState.GROWING, _("Berkembang: dipakai lebih luas atau lebih baik")),
            (LifeState.STOPPED, _("Berhenti: tidak dipakai lagi")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih keadaan layanan")},
    )
    stopped_on = DateBoxesField(
        label=_("Berhenti sejak"), help_text=_("Hanya bila berhenti."), required=False
    )
    reason = long_text(_("Alasan berhenti"), _("Hanya bila berhenti. Dibaca umum."))
    lessons = long_text(
        _("Pelajaran"),
        _("Apa yang sebaiknya diketahui instansi lain sebelum meniru inovasi ini? Dibaca umum."),
    )
    field_order = ("state", "note", "link", "attachment", "stopped_on", "reason", "lessons")

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen state needs, at the field that lacks it."""
        answers = super().clean() or self.cleaned_data
        state = answers.get("state")
        if state == LifeState.STOPPED:
            self._check_end(answers.get("stopped_on"))
            if not answers.get("reason", "").strip() and "reason" not in self.errors:
                self.add_error("reason", _("Tuliskan mengapa layanan berhenti"))
        elif state:
            for name in ("stopped_on", "reason"):
                if answers.get(name) and name not in self.errors:
                    self.add_error(
                        name, _("Pilih Berhenti bila layanan berhenti, atau kosongkan isian ini")
                    )
            if self.lacks_proof:
                self.add_error("note", _("Tuliskan buktinya, atau isi tautan atau lampiran"))
        return answers

    def _check_end(self, day: date | None) -> None:
        if "stopped_on" in self.errors:
            return
        if day is None:
            self.add_error("stopped_on", _("Isi sejak kapan layanan berhenti"))
            return
        try:
            check_can_have_ended(self.innovation, day)
        except ReportRefused as refusal:
            self.add_error("stopped_on", str(refusal))
