"""What to hide: a place that was proposed, or a wording that an officer types."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PieceForm(forms.Form):
    """A wording in a section; with `start` the one place, else every place."""

    section = forms.SlugField(max_length=60)
    start = forms.IntegerField(min_value=0, max_value=10_000_000, required=False)
    wording = forms.CharField(
        label=_("Kata atau kalimat"),
        min_length=2,
        max_length=1000,
        strip=False,
        error_messages={
            "required": _("Tulis kata yang akan disamarkan."),
            "min_length": _("Tulis paling sedikit dua huruf."),
        },
    )

    def clean_wording(self) -> str:
        """Browsers send line ends as CR LF."""
        wording: str = self.cleaned_data["wording"]
        return wording.replace("\r\n", "\n")
