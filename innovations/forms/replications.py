"""Forms of a replication: asking, answering, the letter, the report, a reason."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from innovations.actions.replications import ReplicationReport, ReplicationRequest
from innovations.enums import InnovationState
from innovations.forms.dates import DateBoxesField
from innovations.forms.life import TOO_LONG
from innovations.models import Innovation, Replication
from innovations.permissions import replicating

LONGEST = 3000


def _text(label: Any, hint: Any, missing: Any = "", rows: int = 4) -> forms.CharField:
    """A few lines; who writes more is told so."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=bool(missing),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": missing, "max_length": TOO_LONG},
    )


class OnBehalfForm(forms.Form):
    """For which of the person's agencies; chosen already where there is one."""

    agency = forms.TypedChoiceField(
        label=_("Atas nama instansi"),
        coerce=int,
        error_messages={
            "required": _("Pilih instansi Anda"),
            "invalid_choice": _("Pilih instansi Anda"),
        },
    )

    def __init__(self, *args: Any, by: User, besides: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agencies = {
            one.agency_id: one.agency for one in replicating(by) if one.agency_id != besides
        }
        field: Any = self.fields["agency"]
        field.choices = [(pk, agency.name) for pk, agency in self.agencies.items()]
        if len(self.agencies) == 1:
            self.initial["agency"] = next(iter(self.agencies))


class RequestReplicationForm(OnBehalfForm):
    """What the agency needs; whom to call; when it wants to begin."""

    need = _text(
        _("Kebutuhan instansi Anda"),
        _("Masalah layanan yang ingin diselesaikan, di mana, dan untuk berapa orang."),
        _("Tuliskan kebutuhan instansi Anda"),
    )
    contact = forms.CharField(
        label=_("Narahubung"),
        help_text=_(
            "Jabatan dan nomor telepon atau surel kantor. Hanya kedua instansi membacanya."
        ),
        max_length=200,
        error_messages={
            "required": _("Isi narahubung"),
            "max_length": _("Narahubung paling panjang 200 karakter"),
        },
    )
    wanted_on = DateBoxesField(
        label=_("Rencana mulai"),
        help_text=_("Misalnya 27 3 2027."),
        error_messages={"required": _("Isi rencana mulai")},
    )

    def __init__(self, *args: Any, by: User, origin: Innovation, **kwargs: Any) -> None:
        super().__init__(*args, by=by, besides=origin.agency_id, **kwargs)

    def request(self) -> ReplicationRequest:
        """What the answers ask for."""
        answers = self.cleaned_data
        return ReplicationRequest(answers["need"], answers["contact"], answers["wanted_on"])


class AnswerReplicationForm(forms.Form):
    """Accept with terms, or refuse with a reason."""

    decision = forms.ChoiceField(
        label=_("Jawaban instansi Anda"),
        choices=[("accept", _("Terima")), ("refuse", _("Tolak"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih terima atau tolak")},
    )
    answer = _text(
        _("Syarat bila diterima, alasan bila ditolak"),
        _("Dibaca instansi pemohon. Sebut pendampingan, perangkat, dan hak cipta bila ada."),
        _("Tuliskan syarat atau alasan"),
    )
    internal_note = _text(_("Catatan internal"), _("Hanya orang instansi Anda membacanya."), rows=2)


class AgreementForm(forms.Form):
    """The letter by which both agencies agree."""

    number = forms.CharField(
        label=_("Nomor surat"),
        help_text=_("Seperti tertulis di surat, misalnya 065/1234/ORG."),
        max_length=120,
        error_messages={
            "required": _("Isi nomor surat"),
            "max_length": _("Nomor surat paling panjang 120 karakter"),
        },
    )
    dated_on = DateBoxesField(
        label=_("Tanggal surat"), error_messages={"required": _("Isi tanggal surat")}
    )


class ReportReplicationForm(forms.Form):
    """The replica, what was changed and why, and what shows that it runs."""

    replica = forms.ModelChoiceField(
        label=_("Dosir replika di register"),
        help_text=_("Dosir instansi Anda sendiri. Lampirkan dokumen bukti pada dosir itu."),
        queryset=Innovation.objects.none(),
        empty_label=_("Pilih dosir"),
        error_messages={"required": _("Pilih dosir"), "invalid_choice": _("Pilih dosir")},
    )
    adaptation = _text(
        _("Catatan adaptasi"),
        _("Apa yang diubah dari inovasi asal, dan mengapa."),
        _("Tuliskan apa yang diubah dan mengapa"),
    )
    evidence = _text(
        _("Bukti bahwa replika berjalan"),
        _("Angka sebelum dan sesudah, sejak kapan, siapa yang mengukur."),
        _("Tuliskan bukti bahwa replika berjalan"),
    )
    evidence_url = forms.URLField(
        label=_("Alamat bukti"),
        help_text=_("Halaman layanan, berita, atau laporan, misalnya https://contoh.go.id/layanan"),
        max_length=400,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Tulis alamat lengkap, misalnya https://contoh.go.id")},
    )

    def __init__(self, *args: Any, by: User, replication: Replication, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["replica"]
        field.queryset = (
            Innovation.objects.editable_by(by)
            .filter(agency=replication.agency_id)
            .exclude(state=InnovationState.ARCHIVED)
            .only("title", "id")
            .order_by("title", "pk")
        )
        field.label_from_instance = lambda row: f"{row.title} ({row.code})"

    def report(self) -> ReplicationReport:
        """What the answers report."""
        return ReplicationReport(**self.cleaned_data)


class ReplicationReasonForm(forms.Form):
    """Why a report goes back, or why a replication ends; both agencies read it."""

    reason = _text(
        _("Alasan"),
        _("Dibaca kedua instansi."),
        _("Tuliskan alasannya"),
        rows=3,
    )
