"""What heads say of writes past the site."""

from typing import Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from agencies.enums import SECRETARIAT_ROLES
from agencies.models import User
from competitions.queries.owner_writes import SHOWN


def _numbers() -> SimpleArrayField:
    return SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=SHOWN,
        widget=forms.HiddenInput,
    )


class OwnerWritesForm(forms.Form):
    """The writes that were shown, and who made them and why."""

    unmarked = frozenset({"written_by"})
    writes = _numbers()
    written_by = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Yang menulis"),
        required=False,
        empty_label=_("Orang tanpa akun di sini"),
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )
    note = forms.CharField(
        label=_("Mengapa, dan namanya bila tanpa akun"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off"}),
        error_messages={"required": _("Tulis siapa yang menulis dan mengapa.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(
            is_active=True, memberships__role__in=SECRETARIAT_ROLES, memberships__ended_at=None
        )
        self.fields["written_by"].queryset = people.distinct()  # type: ignore[attr-defined]


class OwnerWordsForm(forms.Form):
    """The words that were shown."""

    words = _numbers()
