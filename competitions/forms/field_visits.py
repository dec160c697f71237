"""Forms of field visits: asking somebody, writing the report, laying a photo on it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from competitions.actions.field_visits import LONGEST_FINDING, VisitReport
from competitions.enums import VisitVerdict
from competitions.models import Entry, FieldVisitAnswer
from innovations.forms.dates import DateBoxesField
from sinovik.web.forms import StoredForm


class AssignVisitForm(forms.Form):
    """Who visits which entry."""

    entry = forms.ModelChoiceField(
        label=_("Peserta"),
        queryset=Entry.objects.none(),
        empty_label=_("Pilih peserta"),
        error_messages={
            "required": _("Pilih peserta."),
            "invalid_choice": _("Pilih peserta."),
        },
    )
    verifier = forms.ModelChoiceField(
        label=_("Petugas kunjungan"),
        help_text=_("Orang sekretariat atau penilai edisi ini, tanpa benturan kepentingan."),
        queryset=User.objects.none(),
        empty_label=_("Pilih orang"),
        error_messages={"required": _("Pilih orang."), "invalid_choice": _("Pilih orang.")},
    )

    def __init__(self, *args: Any, entries: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entry: Any = self.fields["entry"]
        entry.queryset = entries
        entry.label_from_instance = lambda row: f"{row.number} {row.innovation.title}"
        verifier: Any = self.fields["verifier"]
        verifier.queryset = people
        verifier.label_from_instance = lambda person: person.name


class VisitForm(StoredForm):
    """The report; nothing is required of a draft."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    visited_on = DateBoxesField(label=_("Tanggal kunjungan"))
    place = forms.CharField(label=_("Tempat"), max_length=200)
    met = forms.CharField(
        label=_("Yang ditemui"),
        help_text=_("Perannya saja, misalnya kepala puskesmas dan tiga pengguna; tanpa nama."),
        max_length=300,
    )

    def __init__(self, *args: Any, answers: Sequence[FieldVisitAnswer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.positions = [answer.position for answer in answers]
        for answer in answers:
            self.fields[f"verdict-{answer.position}"] = forms.ChoiceField(
                label=answer.question,
                choices=VisitVerdict.choices,
                widget=forms.RadioSelect(),
                initial=answer.verdict,
            )
            self.fields[f"note-{answer.position}"] = forms.CharField(
                label=_("Catatan: apa yang dilihat"),
                max_length=500,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=answer.note,
            )
        self.fields["finding"] = forms.CharField(
            label=_("Temuan"),
            help_text=_(
                "Apa yang cocok dan tidak cocok dengan proposal. Paling panjang 5.000 huruf."
            ),
            max_length=LONGEST_FINDING,
            widget=forms.Textarea(attrs={"rows": 6}),
        )
        self.asked_later = frozenset(name for name, one in self.fields.items() if one.required)
        self.asked_later -= {"version"}

    def report(self) -> VisitReport:
        """What a valid form holds."""
        answers = self.cleaned_data
        return VisitReport(
            visited_on=answers["visited_on"],
            place=answers["place"],
            met=answers["met"],
            finding=answers["finding"],
            answers={
                place: (answers[f"verdict-{place}"], answers[f"note-{place}"])
                for place in self.positions
            },
        )


class VisitPhotoForm(forms.Form):
    """A photo and what it shows."""

    photo = forms.FileField(
        label=_("Foto"),
        help_text=_(
            "JPG, PNG, atau WebP, paling besar 5 MB. Tempat dan waktu dari kamera dibuang."
        ),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp"}),
        error_messages={
            "required": _("Pilih foto."),
            "empty": _("Berkas ini kosong. Pilih berkas yang berisi."),
            "max_length": _("Nama berkas terlalu panjang. Pendekkan namanya lalu unggah lagi."),
        },
    )
    caption = forms.CharField(
        label=_("Keterangan foto"),
        max_length=200,
        error_messages={"required": _("Tulis keterangan foto: apa yang terlihat.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photo"].widget.attrs["data-max-bytes"] = str(settings.UPLOAD_LIMIT)
