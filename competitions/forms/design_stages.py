"""Forms of an edition's stages: their order, dates, settings, rubrics."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from competitions.enums import NoteRule, RunBasis, StageKind
from competitions.forms.design import Row, RowForm, text, whole
from competitions.forms.rankings import DAY, TIME
from sinovik.web.forms import asked_for
from sinovik.web.numbers import NumberField

LEVELS = 5
TIE_BREAKS = 4


def _moment(kind: type[forms.Field], label: Any, widget: forms.Widget) -> forms.Field:
    return kind(label=label, widget=widget, error_messages={"required": asked_for(label)})


class StageForm(RowForm):
    """A stage in the order of the edition."""

    slug = forms.SlugField(required=False, widget=forms.HiddenInput)
    name = text(_("Nama tahap"), 80)
    kind = forms.ChoiceField(label=_("Jenis"), choices=StageKind.choices)


class DatesForm(RowForm):
    """When a stage opens and closes, on WIB's clock."""

    slug = forms.SlugField(widget=forms.HiddenInput)
    opens_on = _moment(forms.DateField, _("Tanggal dibuka"), DAY)
    opens_time = _moment(forms.TimeField, _("Jam dibuka (WIB)"), TIME)
    closes_on = _moment(forms.DateField, _("Tanggal ditutup"), DAY)
    closes_time = _moment(forms.TimeField, _("Jam ditutup (WIB)"), TIME)

    def prepare(self) -> None:
        if self.initial["slug"] in self.known["begun"]:
            for field in self.fields.values():
                field.disabled = True
        for name in ("opens_time", "closes_time"):
            field = self.fields[name]
            field.input_formats = ["%H:%M", "%H.%M", "%H:%M:%S"]  # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        return str(self.known["stages"][self.initial["slug"]])

    @classmethod
    def from_content(cls, row: Row) -> Row:
        opens, closes = (datetime.fromisoformat(row[name]) for name in ("opens_at", "closes_at"))
        return {
            "slug": row["slug"],
            "opens_on": opens.date(),
            "opens_time": opens.time().replace(second=0, microsecond=0),
            "closes_on": closes.date(),
            "closes_time": closes.time().replace(second=0, microsecond=0),
            "original": row,
        }

    def as_content(self) -> Row:
        """Minutes that were not touched keep their seconds."""
        original = self.initial["original"]
        content = {"slug": original["slug"]}
        for side in ("opens", "closes"):
            fields = (f"{side}_on", f"{side}_time")
            if set(fields) & set(self.changed_data):
                naive = datetime.combine(*(self.cleaned_data[name] for name in fields))
                zone = timezone.get_default_timezone()
                content[f"{side}_at"] = timezone.make_aware(naive, zone).isoformat()
            else:
                content[f"{side}_at"] = original[f"{side}_at"]
        return content


class SettingsForm(RowForm):
    """What holds in one stage; only the fields that its kind uses are asked for."""

    unmarked = frozenset({"ranks_from"})

    seats = whole(_("Jumlah kursi"), 1, 9999)
    ranks_from = forms.ChoiceField(
        label=_("Diperingkat dari"),
        required=False,
        help_text=_("Tahap yang lembar nilainya menyusun peringkat."),
    )
    ranks_by = forms.ChoiceField(
        label=_("Nilai yang menentukan peringkat"),
        choices=RunBasis.choices,
        help_text=_(
            "Ditetapkan sebelum penilaian dibuka. Nilai disesuaikan mengurangi keketatan dan"
            " kelonggaran tiap penilai; keduanya selalu ditampilkan."
        ),
    )
    reviews_per_entry = whole(_("Lembar nilai per peserta"), 1, 15)
    extra_readers = whole(
        _("Pembaca tambahan bila berselisih"),
        0,
        3,
        help_text=_("Ditugaskan otomatis; 0 berarti tidak ada."),
    )
    disagreement_threshold = whole(
        _("Selisih yang memanggil pembaca tambahan (poin)"),
        1,
        100,
        help_text=_("Antara lembar tertinggi dan terendah dari 100."),
    )
    passing_grade = whole(
        _("Nilai kelulusan"),
        1,
        100,
        is_required=False,
        help_text=_("Lembar di kedua sisinya juga memanggil pembaca tambahan."),
    )
    is_blind = forms.BooleanField(label=_("Samarkan identitas instansi"), required=False)
    grace_minutes = whole(_("Kelonggaran sesudah tenggat (menit)"), 0, 120)
    correction_days = whole(_("Masa perbaikan (hari)"), 1, 60)
    correction_rounds = whole(_("Perbaikan paling banyak (kali)"), 0, 9)
    objection_days = whole(_("Masa sanggah (hari)"), 0, 60)
    answer_days = whole(_("Sanggahan dijawab dalam (hari kalender)"), 1, 60)

    used: ClassVar[dict[str, tuple[str, ...]]] = {
        StageKind.REGISTRATION: ("grace_minutes",),
        StageKind.ADMINISTRATIVE: ("correction_days", "correction_rounds"),
        StageKind.REVIEW: (
            "reviews_per_entry",
            "extra_readers",
            "disagreement_threshold",
            "passing_grade",
            "is_blind",
        ),
        StageKind.SELECTION: (
            "seats",
            "ranks_from",
            "ranks_by",
            "reviews_per_entry",
            "extra_readers",
            "disagreement_threshold",
            "passing_grade",
            "is_blind",
            "objection_days",
            "answer_days",
        ),
    }

    def prepare(self) -> None:
        stage = self.known["stage"]
        for name in set(self.fields) - set(self.used[stage.kind]):
            del self.fields[name]
        if stage.kind != StageKind.SELECTION:
            return
        others: Any = self.fields["ranks_from"]
        others.choices = [("", _("Lembar nilai tahap ini sendiri")), *self.known["earlier"]]
        chain = self.initial["tie_break"]
        for place in range(max(TIE_BREAKS, len(chain))):
            self.fields[f"tie_{place}"] = forms.ChoiceField(
                label=_("Pemecah seri ke-%(place)s") % {"place": place + 1},
                choices=[("", _("Tidak ada")), *self.known["criteria"]],
                required=False,
            )
            self.initial[f"tie_{place}"] = chain[place] if place < len(chain) else ""

    def as_content(self) -> Row:
        typed = super().as_content()
        ties = [typed.pop(name) for name in list(typed) if name.startswith("tie_")]
        content = {**self.initial["original"], **typed}
        if self.known["stage"].kind == StageKind.SELECTION:
            content["ranks_from"] = typed["ranks_from"] or None
            content["tie_break"] = [key for key in ties if key]
        return content

    @classmethod
    def from_content(cls, row: Row) -> Row:
        return row | {"original": row}


class CriterionForm(RowForm):
    """A criterion with its weight and a word for each level."""

    key_field = "key"
    key = forms.SlugField(required=False, widget=forms.HiddenInput)
    name = text(_("Nama kriteria"), 120)
    section = forms.ChoiceField(
        label=_("Bagian formulir yang dinilai"),
        required=False,
        help_text=_("Penilai membaca bagian ini di samping kriteria."),
    )
    question = text(_("Pertanyaan bagi penilai"), 300)
    weight = NumberField(
        label=_("Bobot (persen)"),
        decimal_places=2,
        error_messages={"required": _("Isi bobot kriteria")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "decimal"}),
    )
    scale_maximum = whole(_("Nilai tertinggi"), 2, 100)
    note_rule = forms.ChoiceField(
        label=_("Catatan penilai"),
        choices=NoteRule.choices,
        help_text=_("Terendah berarti dua perlima terbawah: 1 dan 2 dari 5."),
    )

    def prepare(self) -> None:
        sections = self.known["sections"]
        field: Any = self.fields["section"]
        field.choices = [("", _("Tidak khusus satu bagian")), *sections]
        key = self.initial.get("key", "")
        self.initial["section"] = key if key in dict(sections) else ""
        if key:
            field.disabled = True
        if "weight" in self.initial:
            self.initial["weight"] = Decimal(self.initial["weight"])
        self.initial.setdefault("scale_maximum", LEVELS)
        self.initial.setdefault("note_rule", NoteRule.AT_EXTREMES.value)
        levels = self.initial.get("levels", [])
        for place in range(max(LEVELS, len(levels))):
            level = levels[place] if place < len(levels) else {}
            mark = level.get("mark", place + 1)
            self._add_level(place, mark, level)

    def _add_level(self, place: int, mark: int, level: Mapping[str, Any]) -> None:
        self.fields[f"label_{place}"] = text(
            _("Sebutan nilai %(mark)s") % {"mark": mark}, 40, is_required=False
        )
        self.fields[f"text_{place}"] = text(
            _("Uraian nilai %(mark)s") % {"mark": mark}, 300, is_required=False
        )
        self.initial[f"mark_{place}"] = mark
        self.initial[f"label_{place}"] = level.get("label", "")
        self.initial[f"text_{place}"] = level.get("descriptor", "")

    def is_detail(self, name: str) -> bool:
        return name.startswith(("label_", "text_"))

    @property
    def detail_title(self) -> Any:
        return _("Sebutan dan uraian tiap nilai")

    def clean_weight(self) -> Any:
        """A weight of nothing is no criterion."""
        weight = self.cleaned_data["weight"]
        if not 0 < weight <= 100:
            raise forms.ValidationError(_("Bobot harus lebih dari 0 dan paling besar 100."))
        return weight

    def as_content(self) -> Row:
        typed = self.cleaned_data
        places = [int(name[6:]) for name in self.fields if name.startswith("label_")]
        levels = [
            {
                "mark": self.initial[f"mark_{place}"],
                "label": typed[f"label_{place}"],
                "descriptor": typed[f"text_{place}"],
            }
            for place in places
            if typed[f"label_{place}"] or typed[f"text_{place}"]
        ]
        return {
            "key": self.initial.get("key") or typed["section"],
            "name": typed["name"],
            "question": typed["question"],
            "weight": f"{typed['weight']:.2f}",
            "scale_maximum": typed["scale_maximum"],
            "note_rule": typed["note_rule"],
            "levels": levels,
        }
