"""What a head says of writes past the site."""

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from competitions.queries.row_history import SHOWN


class OwnerWritesForm(forms.Form):
    """The writes that were shown, and who made them and why."""

    writes = SimpleArrayField(
        forms.IntegerField(min_value=1, max_value=2**63 - 1),
        max_length=SHOWN,
        widget=forms.HiddenInput,
    )
    note = forms.CharField(
        label=_("Siapa yang menulis, dan mengapa"),
        max_length=300,
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "off"}),
    )
