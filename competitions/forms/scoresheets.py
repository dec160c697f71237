"""The scoresheet as a plain form, and the autosaved parts of it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competitions.enums import NoteRule
from competitions.models import Criterion, Score, Scoresheet
from competitions.scoring import (
    RubricLine,
    missing_marks,
    missing_notes,
    needs_note,
    provisional_total,
    shown,
)

MARK = "mark_"
NOTE = "note_"
TEXTS = ("strengths", "weaknesses")


def initial_of(sheet: Scoresheet, scores: Iterable[Score]) -> dict[str, Any]:
    """Field values of a stored sheet; `scores` need their criterion loaded."""
    values: dict[str, Any] = {
        "version": sheet.edit_number,
        "strengths": sheet.strengths,
        "weaknesses": sheet.weaknesses,
    }
    for score in scores:
        values[MARK + score.criterion.key] = score.mark
        values[NOTE + score.criterion.key] = score.note
    return values


def writable(criteria: Iterable[Criterion]) -> list[str]:
    """The names of a sheet's fields that a person fills."""
    return [*TEXTS, *(name + one.key for one in criteria for name in (MARK, NOTE))]


def rubric_line(criterion: Criterion) -> RubricLine:
    """A criterion as arithmetic sees it."""
    return RubricLine(criterion.key, criterion.weight, criterion.scale_maximum, criterion.note_rule)


def noted_marks(criterion: Criterion) -> list[int]:
    """The marks of a criterion that must be explained, lowest first."""
    top = criterion.scale_maximum
    return [mark for mark in range(1, top + 1) if needs_note(mark, top, criterion.note_rule)]


def note_hint(criterion: Criterion) -> str:
    """When a judge must write a note, in words."""
    if criterion.note_rule == NoteRule.NEVER:
        return _("Tidak wajib.")
    if criterion.note_rule == NoteRule.ALWAYS:
        return _("Wajib untuk setiap nilai.")
    *_rest, low, top = noted_marks(criterion)
    if low == 1:
        return _("Wajib untuk nilai 1 dan %(top)s.") % {"top": top}
    if low == 2:
        return _("Wajib untuk nilai 1, 2, dan %(top)s.") % {"top": top}
    return _("Wajib untuk nilai 1 sampai %(low)s, dan %(top)s.") % {"low": low, "top": top}


class NoteField(forms.CharField):
    """A note within its criterion's fieldset: a short label, the whole one for screen readers."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"template_name": "competitions/_scoresheet_note.html", **kwargs})


class ScoresheetForm(forms.Form):
    """Marks, notes, strengths and weaknesses; nothing is required until it is sent."""

    # Named as the autosave module expects: it keeps the number current after each save.
    version = forms.IntegerField(widget=forms.HiddenInput)
    strengths = forms.CharField(
        label=gettext_lazy("Kekuatan"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": "3", "lang": "id"}),
    )
    weaknesses = forms.CharField(
        label=gettext_lazy("Kelemahan"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "data-autogrow": "3", "lang": "id"}),
    )

    def __init__(self, *args: Any, criteria: Sequence[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        self.rubric = [rubric_line(c) for c in criteria]
        for criterion in criteria:
            marks = [(mark, mark) for mark in range(1, criterion.scale_maximum + 1)]
            self.fields[MARK + criterion.key] = forms.TypedChoiceField(
                label=_(criterion.name), choices=marks, coerce=int, empty_value=None, required=False
            )
            self.fields[NOTE + criterion.key] = NoteField(
                label=_("Catatan untuk %(criterion)s") % {"criterion": _(criterion.name)},
                help_text=note_hint(criterion),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2, "data-autogrow": "2", "lang": "id"}),
            )

    @property
    def marks(self) -> dict[str, int | None]:
        """Marks by criterion key, as typed (valid form) or as stored (unbound form)."""
        return {c.key: self._value(MARK + c.key) for c in self.criteria}

    @property
    def notes(self) -> dict[str, str]:
        """Notes by criterion key."""
        return {c.key: self._value(NOTE + c.key) or "" for c in self.criteria}

    def _value(self, name: str) -> Any:
        if self.is_bound and hasattr(self, "cleaned_data"):
            return self.cleaned_data.get(name)
        return self.initial.get(name)

    @property
    def filled(self) -> int:
        """How many criteria have a mark."""
        return sum(mark is not None for mark in self.marks.values())

    @property
    def provisional(self) -> Any:
        """What the marks so far bring in, as people read it."""
        return shown(provisional_total(self.marks, self.rubric)) if self.filled else 0

    def require_complete(self) -> bool:
        """Add an error for each missing mark and required note; True when there is none."""
        names = {c.key: _(c.name) for c in self.criteria}
        for key in missing_marks(self.marks, self.rubric):
            self.add_error(MARK + key, _("Pilih nilai untuk %(name)s.") % {"name": names[key]})
        for key in missing_notes(self.marks, self.notes, self.rubric):
            self.add_error(
                NOTE + key,
                _("Tulis catatan: nilai %(mark)s untuk %(name)s perlu dijelaskan.")
                % {"mark": self.marks[key], "name": names[key]},
            )
        return self.is_valid()

    def rows(self) -> list[dict[str, Any]]:
        """What each criterion's fieldset shows; levels must be prefetched on the criteria."""
        return [self._row(criterion) for criterion in self.criteria]

    def _row(self, criterion: Criterion) -> dict[str, Any]:
        name = MARK + criterion.key
        levels = {level.mark: level for level in criterion.levels.all()}
        mark = self.marks[criterion.key]
        weight = criterion.weight
        return {
            "criterion": criterion,
            "weight": int(weight) if weight == weight.to_integral_value() else weight,
            "said": _(levels[mark].label) if mark in levels else "",
            "name": name,
            "id": f"id_{name}",
            "value": mark,
            "options": [
                {
                    "value": number,
                    "label": _(levels[number].label) if number in levels else "",
                    "descriptor": _(levels[number].descriptor) if number in levels else "",
                }
                for number in range(1, criterion.scale_maximum + 1)
            ],
            "error": " ".join(str(error) for error in self.errors.get(name, [])),
            "note": self[NOTE + criterion.key],
            "note_marks": noted_marks(criterion),
            "note_text": self.notes[criterion.key],
        }


def merged(stored: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Stored field values with autosaved ones on top; names that are no field are dropped.

    Autosave never validates for people, but a row that can't exist is not stored either:
    the form that takes the merged values decides.
    """
    return {name: changed.get(name, value) for name, value in stored.items()}


class ReopenForm(forms.Form):
    """The head says why a sent sheet is opened for its judge again."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan pembukaan"),
        help_text=gettext_lazy("Penilai membacanya. Contoh: nilai dua kriteria tertukar."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Tulis alasan pembukaan.")},
    )


class HighlightForm(forms.Form):
    """A passage that a judge selected; what was selected is taken to the letter."""

    section = forms.SlugField(max_length=60)
    start = forms.IntegerField(min_value=0, max_value=10_000_000)
    quote = forms.CharField(max_length=1000, strip=False)

    def clean_quote(self) -> str:
        """Browsers send line ends as CR LF."""
        quote: str = self.cleaned_data["quote"]
        return quote.replace("\r\n", "\n")


class AbstainForm(forms.Form):
    """A judge says why they do not score an entry."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan tidak menilai"),
        help_text=gettext_lazy("Contoh: kategorinya di luar keahlian saya."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Tulis alasan Anda tidak menilai.")},
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("Saya mengerti proposal ini tidak kembali kepada saya."),
        error_messages={"required": gettext_lazy("Centang pernyataan untuk melanjutkan.")},
    )


class ConflictForm(forms.Form):
    """A judge says why the entry is not for them."""

    reason = forms.CharField(
        label=gettext_lazy("Alasan benturan kepentingan"),
        help_text=gettext_lazy("Contoh: pernah menjadi pembimbing unit ini pada 2024."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Tulis alasan benturan kepentingan Anda.")},
    )
    confirm = forms.BooleanField(
        label=gettext_lazy("Saya mengerti pernyataan ini tidak dapat dicabut."),
        error_messages={"required": gettext_lazy("Centang pernyataan untuk melanjutkan.")},
    )
