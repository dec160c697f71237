"""Forms of objections: filing one, answering it, sending an answer back."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from competitions.actions.contest_files import Incoming
from competitions.actions.objections import LONGEST
from competitions.enums import AnswerReason, ObjectionReason, ObjectionState
from competitions.models import ObjectionWindow
from competitions.workflow import ANSWERS_TO
from innovations.forms.attachments import ACCEPT


def incoming(file: Any) -> Incoming | None:
    """A picked file as actions take it."""
    return Incoming(file.name, file.size, file.chunks()) if file else None


def _text(label: Any, required: Any, help_text: Any = "", rows: int = 6) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": required},
    )


class ObjectionForm(forms.Form):
    """What the agency objects to, in which stage, with what evidence."""

    stage = forms.ModelChoiceField(
        label=_("Tahap"),
        queryset=ObjectionWindow.objects.none(),
        empty_label=None,
        error_messages={"required": _("Pilih tahap."), "invalid_choice": _("Pilih tahap.")},
    )
    reason = forms.ChoiceField(
        label=_("Pokok sanggahan"),
        choices=[("", _("Pilih pokok sanggahan")), *ObjectionReason.choices],
        error_messages={"required": _("Pilih pokok sanggahan.")},
    )
    text = _text(
        _("Uraian"),
        _("Tulis uraian sanggahan."),
        _("Sebutkan apa yang keliru, di mana, dan apa yang diminta. Paling panjang 5.000 huruf."),
    )
    evidence = forms.FileField(
        label=_("Bukti"),
        help_text=_("PDF, JPG, PNG, WebP, XLSX, atau DOCX, paling besar 5 MB."),
        required=False,
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "empty": _("Berkas ini kosong. Pilih berkas yang berisi."),
            "max_length": _("Nama berkas terlalu panjang. Pendekkan namanya lalu unggah lagi."),
        },
    )

    def __init__(self, *args: Any, windows: list[ObjectionWindow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage: Any = self.fields["stage"]
        stage.queryset = ObjectionWindow.objects.filter(pk__in=[one.pk for one in windows])
        stage.label_from_instance = lambda window: _(window.stage.name)
        if len(windows) == 1:
            stage.initial, stage.widget = windows[0].pk, forms.HiddenInput()
        self.fields["evidence"].widget.attrs["data-max-bytes"] = str(settings.UPLOAD_LIMIT)


class AnswerForm(forms.Form):
    """The answer that one person proposes."""

    answer = forms.ChoiceField(
        label=_("Putusan"),
        choices=[
            ("", _("Pilih putusan")),
            (ObjectionState.ACCEPTED.value, ObjectionState.ACCEPTED.label),
            (ObjectionState.REJECTED.value, ObjectionState.REJECTED.label),
        ],
        error_messages={"required": _("Pilih putusan.")},
    )
    reason = forms.ChoiceField(
        label=_("Alasan"),
        help_text=_("Terbuka untuk umum bersama nomor dan keadaannya."),
        choices=[
            ("", _("Pilih alasan")),
            *(
                (
                    ObjectionState(answer).label,
                    [(one.value, one.label) for one in AnswerReason if one in reasons],
                )
                for answer, reasons in ANSWERS_TO.items()
            ),
        ],
        error_messages={"required": _("Pilih alasan.")},
    )
    text = _text(
        _("Uraian jawaban"),
        _("Tulis uraian jawaban."),
        _("Dibaca instansi itu saja. Jangan menyebut nilai, peringkat, atau siapa yang terpilih."),
    )


class ReturnAnswerForm(forms.Form):
    """Why the second person sends the answer back."""

    note = forms.CharField(
        label=_("Alasan mengembalikan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasan mengembalikan jawaban.")},
    )
