"""The form of the settings page."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from sinovik.notifications.kinds import Rhythm, optional_kinds
from sinovik.notifications.models import ZONES
from sinovik.notifications.preferences import Choices


class PreferenceForm(forms.Form):
    """One choice for each kind that is not mandatory, the language and the zone."""

    language = forms.ChoiceField(label=_("Bahasa surel"), choices=settings.LANGUAGES)
    zone = forms.ChoiceField(
        label=_("Zona waktu"),
        choices=ZONES,
        help_text=_("Ringkasan datang pukul 07.00 di zona ini."),
    )

    def __init__(self, answers: Any, *, choices: Choices) -> None:
        initial = {"language": choices.language, "zone": choices.zone, **choices.rhythms}
        super().__init__(answers, initial=initial)
        for kind in optional_kinds():
            self.fields[kind.key] = forms.ChoiceField(
                label=str(kind.label),
                help_text=str(kind.hint),
                choices=Rhythm.choices,
                initial=initial.get(kind.key),
            )
        self.order_fields([*(kind.key for kind in optional_kinds()), "language", "zone"])

    @property
    def choices(self) -> Choices:
        """What was chosen."""
        answers = self.cleaned_data
        rhythms = {kind.key: answers[kind.key] for kind in optional_kinds()}
        return Choices(answers["language"], answers["zone"], rhythms)
