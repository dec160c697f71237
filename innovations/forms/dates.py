"""A date typed in three boxes: day, month, year (GOV.UK's date input)."""

from calendar import monthrange
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

PARTS = (("day", _("Hari"), 3), ("month", _("Bulan"), 3), ("year", _("Tahun"), 5))
EARLIEST_YEAR = 1900


NAMES = (
    ("januari", "january"),
    ("februari", "february"),
    ("maret", "march"),
    ("april",),
    ("mei", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("agustus", "august", "ags", "agt"),
    ("september",),
    ("oktober", "october"),
    ("november",),
    ("desember", "december"),
)
"""What people write for a month, whatever the language of the page; or the start of it."""


def month_number(written: str) -> int:
    """Read a month written as a number or by its name; 0 for words that are neither."""
    name = written.strip(" .").casefold()
    if len(name) > 2:
        for number, names in enumerate(NAMES, start=1):
            if any(one.startswith(name) for one in names):
                return number
    return int(name) if name.isdecimal() or not name else 0


class YearAlone(date):
    """A year of which nobody knows the day: the first of July stands for it."""

    @classmethod
    def of(cls, year: int) -> "YearAlone":
        """A year by its number."""
        return cls(year, 7, 1)


def as_typed(row: Any) -> date:
    """What stands in the boxes for a row's `dated_on` and `is_year_only`."""
    day: date = row.dated_on
    return YearAlone.of(day.year) if row.is_year_only else day


def dating(typed: date) -> dict[str, Any]:
    """`dated_on` and `is_year_only` of what was typed: the reverse of `as_typed`."""
    return {
        "dated_on": date(typed.year, typed.month, typed.day),
        "is_year_only": isinstance(typed, YearAlone),
    }


class DateBoxes(forms.MultiWidget):
    """Three number boxes with labels of their own."""

    template_name = "innovations/_date_boxes.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {
            key: forms.TextInput(
                attrs={
                    "inputmode": "numeric",
                    "class": f"govuk-input govuk-date-input__input govuk-input--width-{width}",
                }
            )
            for key, _label, width in PARTS
        }
        super().__init__(boxes, attrs)

    def id_for_label(self, id_: str) -> str:
        """Lead from the error summary into the first box."""
        return f"{id_}_0" if id_ else id_

    def decompress(self, value: date | None) -> list[int | None]:
        if isinstance(value, YearAlone):
            return [None, None, value.year]
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, part in zip(context["widget"]["subwidgets"], PARTS, strict=True):
            box["label"] = part[1]
        return context


class DateBoxesField(forms.MultiValueField):
    """The date of three boxes; empty boxes are no date.

    Where it `takes_year_alone`, a year without day and month is one too (`YearAlone`).
    """

    widget = DateBoxes

    def __init__(self, *, takes_year_alone: bool = False, **kwargs: Any) -> None:
        self.takes_year_alone = takes_year_alone
        if takes_year_alone:
            kwargs["help_text"] = _("Bila hanya tahunnya yang diketahui, isi tahunnya saja.")
        parts = [forms.CharField(required=False) for _part in PARTS]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, values: list[str]) -> date | None:
        """Raise with a sentence where the three parts name no day."""
        if not any(values or []):
            # Blanks alone are something to Django before it strips them.
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        is_year_alone = self.takes_year_alone and not (values[0].strip() or values[1].strip())
        try:
            year = int(values[2])
            day, month = (1, 7) if is_year_alone else (int(values[0]), month_number(values[1]))
        except ValueError as error:
            raise ValidationError(
                _("Tanggal harus memuat hari, bulan, dan tahun, misalnya 27 3 2019"),
                code="invalid" if all(values) else "incomplete",
            ) from error
        if month not in MONTHS:
            raise ValidationError(_("Bulan ditulis 1 sampai 12 atau namanya"), code="invalid")
        if not EARLIEST_YEAR <= year <= date.max.year:
            raise ValidationError(
                _("Tulis tahun dengan empat angka, misalnya 2019"), code="short_year"
            )
        if not 1 <= day <= monthrange(year, month)[1]:
            raise ValidationError(
                _("Tanggal %(day)s tidak ada dalam bulan %(month)s %(year)s"),
                code="invalid",
                params={"day": values[0].strip(), "month": MONTHS[month], "year": year},
            )
        return YearAlone.of(year) if is_year_alone else date(year, month, day)
