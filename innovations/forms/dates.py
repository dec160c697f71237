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
        return [value.day, value.month, value.year] if value else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        for box, part in zip(context["widget"]["subwidgets"], PARTS, strict=True):
            box["label"] = part[1]
        return context


class DateBoxesField(forms.MultiValueField):
    """The date of three boxes; empty boxes are no date."""

    widget = DateBoxes

    def __init__(self, **kwargs: Any) -> None:
        parts = [forms.CharField(required=False) for _part in PARTS]
        super().__init__(parts, require_all_fields=False, **kwargs)

    def compress(self, values: list[str]) -> date | None:
        """Raise with a sentence where the three parts name no day."""
        if not any(values or []):
            # Blanks alone are something to Django before it strips them.
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        try:
            day, month, year = int(values[0]), month_number(values[1]), int(values[2])
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
        return date(year, month, day)
