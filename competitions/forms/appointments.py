"""Appointing judges to an edition."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from agencies.models import User


class PeopleChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People by name and employer, so that the head sees conflicts coming."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.employer})" if obj.employer else obj.name


class AppointForm(forms.Form):
    """Whom to appoint; `people` are those who hold the role and are not appointed yet."""

    users = PeopleChoice(
        label=_("Siapa yang ditunjuk?"),
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Pilih paling sedikit satu orang.")},
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["users"]
        field.queryset = people  # type: ignore[attr-defined]
        # Read once: the page asks whether anybody is left and then lists them.
        field.choices = [  # type: ignore[attr-defined]
            (person.pk, field.label_from_instance(person))  # type: ignore[attr-defined]
            for person in people
        ]

    @property
    def has_people(self) -> bool:
        """Whether anybody is left to appoint."""
        return bool(self.fields["users"].choices)  # type: ignore[attr-defined]
