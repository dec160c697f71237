"""Forms of drafts: saving never asks for what only sending needs."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def asked_for(label: Any) -> Any:
    """What a form says of an empty field that has no sentence of its own: Isi “Kuota”."""
    return format_lazy(gettext_lazy("Isi “{label}”"), label=label)


class DraftForm(forms.Form):
    """Saves what there is: fields in `asked_later` may stay empty without reading "optional"."""

    asked_later: frozenset[str] = frozenset()
    use_required_attribute = False

    def full_clean(self) -> None:
        """Check the values that are there; let the later ones be empty."""
        later = [self.fields[name] for name in self.asked_later if name in self.fields]
        for field in later:
            field.required = False
        super().full_clean()
        for field in later:
            field.required = True


class StoredForm(DraftForm):
    """A draft over what is stored (`initial`): what did not come along at all empties nothing.

    No browser leaves out a box that somebody emptied.
    """

    def full_clean(self) -> None:
        """Check the values that are there, then those that are not."""
        super().full_clean()
        for name in self.fields if self.is_bound else ():
            self._keep_unless_sent(name)

    def _keep_unless_sent(self, name: str) -> None:
        """Refuse the save for a box that did not come, and show what is stored there.

        Of a group in which nothing is chosen browsers send nothing; none can be taken back, so
        that what is stored there was chosen elsewhere since, and stays.
        """
        field: Any = self.fields[name]
        stored = self.get_initial_for_field(field, name)
        came = (self.data, self.files, self.add_prefix(name))
        is_missing = field.widget.value_omitted_from_data(*came) and not field.widget.is_hidden
        if not is_missing or stored in field.empty_values:
            return
        field.bound_data = lambda _came, initial: initial
        if isinstance(field.widget, forms.RadioSelect):
            self.cleaned_data[name] = stored
        else:
            self.add_error(
                name,
                _(
                    "“%(field)s” tidak ikut terkirim, jadi yang tersimpan tidak diubah."
                    " Muat ulang halaman, lalu simpan lagi."
                )
                % {"field": field.label},
            )
