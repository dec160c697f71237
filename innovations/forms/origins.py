"""Choosing the innovation that another one replicates, by the code that people quote."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from innovations.enums import InnovationState
from innovations.models import Innovation

CODE = re.compile(r"^\s*(?:INO-?)?0{0,9}(\d{1,9})\s*$", re.IGNORECASE)


class OriginField(forms.CharField):
    """The code of an innovation that `reader` may open; cleans to the dossier or None."""

    def __init__(self, **kwargs: Any) -> None:
        self.reader: User | None = None
        # What is stored stays valid, whatever became of the origin since.
        self.stored: Innovation | None = None
        kwargs = {
            "label": _("Kami mereplikasi inovasi"),
            "help_text": _(
                "Isi kodenya bila inovasi ini meniru yang lain, misalnya INO-00417. Kosongkan bila"
                " gagasan sendiri."
            ),
            "max_length": 20,
            "widget": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            **kwargs,
        }
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The dossier, None where nothing is named."""
        text = super().clean(value)
        if not text:
            return None
        found = CODE.match(text)
        origin = self._origin(int(found[1])) if found else None
        if origin is None:
            raise forms.ValidationError(
                _("Kode inovasi itu tidak ditemukan. Salin dari halamannya, misalnya INO-00417")
            )
        return origin

    def prepare_value(self, value: Any) -> Any:
        """Its code in the box."""
        return value.code if isinstance(value, Innovation) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare codes."""
        return bool(super().has_changed(self.prepare_value(initial), data))

    def _origin(self, pk: int) -> Innovation | None:
        if self.stored is not None and self.stored.pk == pk:
            return self.stored
        rows = (
            Innovation.objects.visible_to(self.reader)
            if self.reader
            else Innovation.objects.published()
        )
        return rows.exclude(state=InnovationState.ARCHIVED).filter(pk=pk).first()
