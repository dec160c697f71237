"""Forms of drafts: saving never asks for what only sending needs."""

from django import forms


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
