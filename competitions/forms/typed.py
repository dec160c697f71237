"""What is typed and not saved yet, read leniently: a wrong value is as good as none."""

from typing import Any

from django import forms

from agencies.models import User
from competitions.forms.entries import LONGEST_TEXT
from innovations.forms.dates import DateBoxesField
from innovations.forms.origins import OriginField
from innovations.models import Category, Innovation


class TypedSection(forms.Form):
    """The text of one section."""

    text = forms.CharField(required=False, strip=False, max_length=LONGEST_TEXT)


class TypedIdentity(forms.Form):
    """The parts of an identity that rules look at."""

    title = forms.CharField(required=False, max_length=200)
    started_on = DateBoxesField(required=False)
    category = forms.ModelChoiceField(queryset=Category.objects.all(), required=False)
    replicates = OriginField(required=False)

    def __init__(
        self, *args: Any, by: User, innovation: Innovation | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        origin = self.fields["replicates"]
        origin.reader = by  # type: ignore[attr-defined]
        origin.stored = innovation.replicates if innovation else None  # type: ignore[attr-defined]

    def typed(self) -> dict[str, Any]:
        """The values that can be read, "" or None for the rest."""
        self.is_valid()
        answers = self.cleaned_data
        category = answers.get("category")
        return {
            "title": answers.get("title", ""),
            "started_on": answers.get("started_on"),
            "category": category.name if category else None,
            "replicates": answers.get("replicates"),
        }
