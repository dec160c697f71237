"""Forms of the administrative selection."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from competitions.enums import CheckState, Outcome, Verdict
from competitions.queries.checklist import Answer, Examined

VERDICT, NOTE, REMARK = "verdict_", "note_", "remark_"
SAVE = "save"
GIVEN = [(one.value, one.label) for one in Verdict if one != Verdict.OPEN]


class ChecklistForm(forms.Form):
    """A verdict and a note for each item, then what becomes of the entry.

    What is not posted stays as it stands on the lines: stored, or proposed by the rules. A
    chosen standard remark joins the note, so that it takes one choice without JavaScript.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(
        choices=[
            (Outcome.PASSED.value, Outcome.PASSED.label),
            (Outcome.FAILED.value, Outcome.FAILED.label),
            (CheckState.CORRECTION.value, _("Perlu perbaikan")),
            (SAVE, _("Simpan")),
        ],
        widget=forms.HiddenInput,
        error_messages={"required": _("Pilih Lolos, Perlu perbaikan, atau Usulkan tidak lolos.")},
    )

    def __init__(self, *args: Any, lines: Sequence[Examined], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            key, title = line.item.key, gettext(line.item.title)
            self.fields[VERDICT + key] = forms.ChoiceField(
                label=title, choices=GIVEN, required=False, initial=line.answer.verdict
            )
            self.fields[NOTE + key] = forms.CharField(
                label=gettext("Catatan untuk “%s”") % title,
                required=False,
                max_length=2000,
                initial=line.answer.note,
                widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": "2"}),
            )
            self.fields[REMARK + key] = forms.ChoiceField(
                label=gettext("Catatan baku untuk “%s”") % title,
                choices=[("", gettext("Pilih catatan baku")), *((r, r) for r in line.item.remarks)],
                required=False,
            )

    @property
    def answers(self) -> dict[str, Answer]:
        """The verdict and the note of every item, for a valid form."""
        found = {}
        for line in self.lines:
            key = line.item.key
            verdict = self.cleaned_data[VERDICT + key] or line.answer.verdict
            is_typed = self.add_prefix(NOTE + key) in self.data
            note = self.cleaned_data[NOTE + key] if is_typed else line.answer.note
            remark = self.cleaned_data[REMARK + key]
            if remark and remark not in note:
                note = f"{note}\n{remark}".strip()
            found[key] = Answer(verdict, note.strip())
        return found

    def clean(self) -> dict[str, Any]:
        """Hold verdicts and decision together."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        verdicts = {key: answer.verdict for key, answer in self.answers.items()}
        unmet = [key for key, verdict in verdicts.items() if verdict == Verdict.UNMET]
        decision = cleaned.get("decision")
        if decision == Outcome.FAILED and not unmet:
            self.add_error(None, gettext("Tandai paling sedikit satu butir sebagai Tidak sesuai."))
        if decision == Outcome.PASSED:
            for key, verdict in verdicts.items():
                title = self.fields[VERDICT + key].label
                if verdict == Verdict.OPEN:
                    self.add_error(VERDICT + key, gettext("Beri putusan untuk “%s”.") % title)
                elif verdict == Verdict.UNMET and not self.answers[key].note:
                    sentence = gettext("Tulis mengapa “%s” tetap lolos.")
                    self.add_error(NOTE + key, sentence % title)
        return cleaned

    def rows(self) -> list[dict[str, Any]]:
        """What each item's fieldset shows."""
        return [
            {
                "line": line,
                "verdict": self[VERDICT + line.item.key],
                "note": self[NOTE + line.item.key],
                "remark": self[REMARK + line.item.key],
                "id": f"id_{VERDICT}{line.item.key}_0",
            }
            for line in self.lines
        ]


class RejectFailForm(forms.Form):
    """The second person sends a proposed fail back to the queue and says why."""

    note = forms.CharField(
        label=_("Alasan mengembalikan"),
        help_text=_("Pemeriksa membaca catatan ini."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis alasan mengembalikan ke antrean.")},
    )


class SaveFilterForm(forms.Form):
    """A name for the filter as it stands."""

    name = forms.CharField(
        label=_("Nama saringan"),
        max_length=60,
        error_messages={"required": _("Beri nama saringan ini.")},
    )
