"""Numbers that people type, read as pages of their language show them; nothing is guessed.

Indonesian writes 1.500,5 and English 1,500.5: what is three digits after the mark of thousands
in one is three decimals in the other, so that no reading serves both.
"""

import re
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import get_format, number_format
from django.utils.translation import get_language, ngettext_lazy
from django.utils.translation import gettext_lazy as _

TOO_LARGE = _("Angka itu terlalu besar")
LONGEST = 40
"""Characters; no number that is stored comes near."""


@cache
def _shapes(_language: str | None) -> tuple[str, str, re.Pattern[str]]:
    """Marks of thousands and of decimals, and what a number looks like, in that language."""
    thousands, point = get_format("THOUSAND_SEPARATOR"), get_format("DECIMAL_SEPARATOR")
    whole = rf"(\d+|[1-9]\d{{0,2}}({re.escape(thousands)}\d{{3}})+)"
    return thousands, point, re.compile(rf"-?{whole}({re.escape(point)}\d+)?", re.ASCII)


def read_number(typed: str) -> Decimal:
    """What was typed, as pages of the present language write it; or a ValidationError."""
    thousands, point, shape = _shapes(get_language())
    text = typed.strip()
    if len(text) > LONGEST:
        raise ValidationError(TOO_LARGE, code="invalid")
    if shape.fullmatch(text):
        return Decimal(text.replace(thousands, "").replace(point, "."))
    if re.fullmatch(r"-?[\d.,]+", text, re.ASCII):
        raise ValidationError(
            _(
                "Titik memisahkan ribuan dan diikuti tiga angka, misalnya 1.500;"
                " koma mengawali pecahan, misalnya 12,5"
            ),
            code="ambiguous",
        )
    raise ValidationError(_("Isi dengan angka, misalnya 15 atau 12,5"), code="invalid")


def written_number(value: Decimal) -> str:
    """The number as `read_number` takes it back: 1.500,5, with no more decimals than it has."""
    return number_format(value.normalize() + 0, use_l10n=True, force_grouping=True)


class NumberField(forms.DecimalField):
    """A number, perhaps with decimals: 1.234,5 on an Indonesian page, 1,234.5 on an English one."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "govuk-input--width-10"})

    def __init__(self, *, decimal_places: int = 3, **kwargs: Any) -> None:
        messages = {
            "max_digits": TOO_LARGE,
            "max_whole_digits": TOO_LARGE,
            "max_decimal_places": ngettext_lazy(
                "Paling banyak %(max)s angka di belakang koma",
                "Paling banyak %(max)s angka di belakang koma",
                "max",
            ),
        }
        super().__init__(
            max_digits=11 + decimal_places,
            decimal_places=decimal_places,
            error_messages=messages | kwargs.pop("error_messages", {}),
            **{"help_text": _("Angka saja, misalnya 15 atau 12,5"), **kwargs},
        )

    def to_python(self, value: Any) -> Any:
        """A Decimal, None for nothing."""
        if value in self.empty_values:
            return None
        return read_number(value) if isinstance(value, str) else Decimal(value)

    def prepare_value(self, value: Any) -> Any:
        """Stored numbers as the page writes them; what was typed stays as it was."""
        return written_number(value) if isinstance(value, Decimal) else value


class WholeNumberField(forms.IntegerField):
    """A whole number; Django's own takes 1.000 for one."""

    def to_python(self, value: Any) -> int | None:
        """An int, None for nothing; a ValidationError for decimals."""
        if not isinstance(value, str) or value in self.empty_values:
            return super().to_python(value)
        _thousands, point, _shape = _shapes(get_language())
        if point in value:
            raise ValidationError(_("Isi dengan angka bulat, tanpa pecahan"), code="invalid")
        try:
            return int(read_number(value))
        except ValidationError as error:
            if error.code == "invalid":
                raise ValidationError(self.error_messages["invalid"], code="invalid") from error
            raise
