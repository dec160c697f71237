"""What of last year's proposal to use: one choice a section."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from competitions.queries.carrying import CarryRow, CarryState, CutSection
from sinovik.web.forms import DraftForm

KEEP = ""


class CarryForm(DraftForm):
    """Keeping the dossier's text is chosen everywhere: nothing newer goes unasked."""

    edit_number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(
        self, *args: Any, rows: Sequence[CarryRow], cut: Sequence[CutSection], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for row in rows:
            choices = _choices(row, cut)
            if len(choices) > 1:
                self.fields[f"bagian-{row.key}"] = forms.ChoiceField(
                    label=_("Teks untuk “%s”") % row.title,
                    choices=choices,
                    widget=forms.RadioSelect,
                    initial=KEEP,
                )
        self.asked_later = frozenset(self.fields) - {"edit_number"}

    def field_of(self, row: CarryRow) -> Any:
        """The choice of a section; None where there is nothing to choose."""
        name = f"bagian-{row.key}"
        return self[name] if name in self.fields else None

    def sources(self) -> dict[str, str]:
        """As `carry_over` takes them."""
        return {
            name.removeprefix("bagian-"): source
            for name, source in self.cleaned_data.items()
            if name.startswith("bagian-") and source != KEEP
        }


def _choices(row: CarryRow, cut: Sequence[CutSection]) -> list[tuple[str, str]]:
    keep = _("Pakai teks dosir sekarang") if row.present else _("Biarkan kosong, tulis nanti")
    choices = [(KEEP, keep)]
    if row.state == CarryState.CHANGED:
        choices.append((row.key, _("Pakai teks yang diajukan dahulu")))
    if row.state == CarryState.NEW and not row.present:
        choices += [(one.key, _("Mulai dari teks “%s”") % one.title) for one in cut]
    return choices
