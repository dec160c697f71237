"""Forms of an edition's parts: content in, content out, one row a form."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from competitions.enums import RuleBasis, RuleKey, Severity
from competitions.models import Edition
from sinovik.web.forms import asked_for
from sinovik.web.numbers import WholeNumberField

KEY_LENGTH = 40
MOST_ROWS = 40
ENOUGH = {"class": "govuk-input--width-4", "inputmode": "numeric"}
Row = dict[str, Any]


def text(label: Any, length: int, *, is_required: bool = True, help_text: Any = "") -> Any:
    """A line of text."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=is_required,
        help_text=help_text,
        error_messages={"required": asked_for(label)},
    )


def longer(label: Any, length: int, *, is_required: bool = False, help_text: Any = "") -> Any:
    """A paragraph."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=is_required,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": asked_for(label)},
    )


def whole(
    label: Any, least: int, most: int, *, is_required: bool = True, help_text: Any = ""
) -> WholeNumberField:
    """A whole number."""
    return WholeNumberField(
        label=label,
        min_value=least,
        max_value=most,
        required=is_required,
        help_text=help_text,
        widget=forms.NumberInput(attrs=ENOUGH),
        error_messages={"required": asked_for(label)},
    )


class RowForm(forms.Form):
    """One row of a part. `name_field` names the row; a new one gets its key from it.

    Rows without a `key_field` have none.
    """

    key_field: ClassVar[str] = "slug"
    name_field: ClassVar[str] = "name"

    def __init__(self, *args: Any, choices: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = choices
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.widget.attrs["lang"] = "id"  # what is typed here is Indonesian
        self.prepare()

    def prepare(self) -> None:
        """Give the fields what depends on the edition."""

    @property
    def title(self) -> str:
        """What the row is called on the page; empty for a new one."""
        return str(self.initial.get(self.name_field, ""))

    @classmethod
    def from_content(cls, row: Row) -> Row:
        """What the form starts with."""
        return row

    def as_content(self) -> Row:
        """What was typed, as content."""
        return {
            key: _in_lines(self.cleaned_data[key])
            for key in self.fields
            if key not in {"ORDER", "DELETE"}
        }

    @property
    def main_fields(self) -> list[Any]:
        """Fields that stand open on the page."""
        return [field for field in self.visible_fields() if not self.is_detail(field.name)]

    @property
    def detail_fields(self) -> list[Any]:
        """Fields folded away under a summary."""
        return [field for field in self.visible_fields() if self.is_detail(field.name)]

    def is_detail(self, _name: str) -> bool:
        """Whether the field is folded away."""
        return False

    @property
    def has_detail_errors(self) -> bool:
        """Whether something folded away needs mending."""
        return any(self.is_detail(name) for name in self.errors)

    @property
    def detail_title(self) -> Any:
        """The summary of what is folded away."""
        return _("Petunjuk dan contoh")


class ThemeForm(RowForm):
    """What the edition is called."""

    name = text(_("Nama edisi"), 120)
    theme = longer(_("Tema"), 400, help_text=_("Dibaca umum di halaman edisi."))
    source = text(_("Sumber"), 400, is_required=False, help_text=_("Peraturan atau surat."))
    note = longer(_("Catatan tentang isi edisi"), 4000)


class GroupForm(RowForm):
    """A group with its age and quota."""

    slug = forms.SlugField(required=False, widget=forms.HiddenInput)
    name = text(_("Nama kelompok"), 80)
    minimum_age_months = whole(_("Usia paling muda inovasi (bulan)"), 0, 600)
    quota = whole(
        _("Kuota per instansi"),
        1,
        9999,
        is_required=False,
        help_text=_("Kosongkan bila tidak dibatasi."),
    )


class CategoriesForm(RowForm):
    """Which categories the edition admits."""

    unmarked = frozenset({"slugs"})

    slugs = forms.MultipleChoiceField(
        label=_("Kategori yang dilombakan"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self) -> None:
        field: forms.MultipleChoiceField = self.fields["slugs"]  # type: ignore[assignment]
        field.choices = self.known["categories"]


class SectionForm(RowForm):
    """A section of the proposal form with its limit."""

    key_field, name_field = "key", "title"
    key = forms.SlugField(required=False, widget=forms.HiddenInput)
    title_text = text(_("Judul bagian"), 120)
    question = text(_("Pertanyaan"), 300)
    maximum_words = whole(
        _("Paling banyak (kata)"),
        1,
        20000,
        is_required=False,
        help_text=_("Kosongkan bila tidak dibatasi."),
    )
    guidance = longer(_("Petunjuk"), 4000)
    example = longer(_("Contoh jawaban"), 8000)

    def is_detail(self, name: str) -> bool:
        return name in {"guidance", "example"}

    @classmethod
    def from_content(cls, row: Row) -> Row:
        return row | {"title_text": row["title"]}

    def as_content(self) -> Row:
        content = super().as_content()
        return content | {"title": content.pop("title_text")}


class DocumentForm(RowForm):
    """A document to attach."""

    key_field = "key"
    key = forms.SlugField(required=False, widget=forms.HiddenInput)
    name = text(_("Nama dokumen"), 120)
    guidance = longer(_("Petunjuk"), 400)
    is_required = forms.BooleanField(label=_("Wajib diunggah"), required=False)


class RuleForm(RowForm):
    """How the edition applies one rule; its numbers are fields of their own."""

    key_field = "key"
    key = forms.CharField(widget=forms.HiddenInput)
    group = forms.CharField(required=False, widget=forms.HiddenInput)
    is_on = forms.BooleanField(label=_("Aturan ini berlaku"), required=False)
    severity = forms.ChoiceField(
        label=_("Akibat"),
        choices=[(one.value, one.label) for one in (Severity.BLOCKING, Severity.WARNING)],
    )
    source = text(_("Sumber"), 400)
    basis = forms.ChoiceField(label=_("Dasar"), choices=RuleBasis.choices)

    numbers: ClassVar[dict[str, Any]] = {
        "least_words": lambda: whole(_("Paling sedikit kata per bagian"), 1, 20),
        "copy_threshold": lambda: whole(_("Batas mirip dengan petunjuk (persen)"), 50, 100),
        "threshold": lambda: whole(_("Batas kemiripan judul (persen)"), 50, 100),
        "most": lambda: whole(_("Judul mirip yang disebut paling banyak"), 1, 20),
        "bands": lambda: longer(
            _("Penghargaan yang menutup keikutsertaan"),
            400,
            is_required=True,
            help_text=_("Satu per baris: alamat daftar, tanda sama dengan, berapa kali."),
        ),
    }

    def prepare(self) -> None:
        for name, value in self.initial.get("parameters", {}).items():
            self.fields[name] = self.numbers[name]()
            lines = name == "bands"
            self.initial[name] = _as_lines(value) if lines else value

    @property
    def title(self) -> str:
        label = str(RuleKey(self.initial["key"]).label)
        return f"{label} · {self.initial['group']}" if self.initial["group"] else label

    def clean_bands(self) -> dict[str, int]:
        """Lines "top-45 = 1" as numbers by band."""
        bands = {}
        for line in self.cleaned_data["bands"].splitlines():
            if not line.strip():
                continue
            band, _sign, times = (piece.strip() for piece in line.partition("="))
            if not (band and len(band) <= 20 and times.isdecimal() and 1 <= int(times[:6]) <= 20):
                raise forms.ValidationError(
                    _("Tulis seperti “top-45 = 1” pada baris “%(line)s”."), params={"line": line}
                )
            bands[band] = int(times)
        return bands

    def as_content(self) -> Row:
        content = super().as_content()
        numbers = {name: content.pop(name) for name in self.numbers if name in content}
        return content | {
            "parameters": numbers,
            "key": self.initial["key"],
            "group": self.initial["group"],
        }


def _as_lines(bands: Mapping[str, int]) -> str:
    return "\n".join(f"{band} = {times}" for band, times in bands.items())


class ReasonForm(forms.Form):
    """Why a locked part shall change, or why it shall not."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Isi alasannya.")},
    )


class CloneForm(forms.Form):
    """From which edition next year's is made."""

    source = forms.ModelChoiceField(
        label=_("Salin dari"),
        queryset=Edition.objects.none(),
        empty_label=None,
        error_messages={"required": _("Pilih edisi yang disalin")},
    )
    year = whole(_("Tahun edisi baru"), 2014, 9999)
    name = text(_("Nama edisi"), 120, help_text=_("Contoh: KIPP 2028."))
    theme = longer(_("Tema"), 400, help_text=_("Boleh diisi kemudian."))

    def __init__(self, *args: Any, editions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.queryset = editions


def keyed(rows: Iterable[Row], key_field: str, name_field: str) -> list[Row]:
    """Rows in which each new one has a key of its own, made of its name."""
    found: list[Row] = []
    listed = list(rows)
    taken = {row[key_field] for row in listed if row[key_field]}
    for row in listed:
        key = row[key_field]
        if not key:
            stem = slugify(row[name_field])[: KEY_LENGTH - 4] or "baris"
            numbered = (f"{stem}-{number}" for number in range(2, MOST_ROWS * 2))
            key = stem if stem not in taken else next(one for one in numbered if one not in taken)
            taken.add(key)
        found.append(row | {key_field: key})
    return found


def _in_lines(value: Any) -> Any:
    """Browsers send line ends of their own; text keeps one kind."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
