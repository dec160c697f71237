"""Appointing judges to an edition."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from competitions.models import Appointment
from innovations.models import Category


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


class ExpertiseForm(forms.Form):
    """The fields of every appointed judge; the name of a field is the appointment's id."""

    def __init__(
        self,
        *args: Any,
        appointments: Iterable[Appointment],
        categories: Iterable[Category],
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        choices = [(category.pk, gettext(category.name)) for category in categories]
        self.unmarked = {f"bidang-{one.pk}" for one in appointments}
        for one in appointments:
            self.fields[f"bidang-{one.pk}"] = forms.TypedMultipleChoiceField(
                label=one.user.name,
                choices=choices,
                coerce=int,
                required=False,
                initial=[category.pk for category in one.expertise.all()],
                widget=forms.CheckboxSelectMultiple,
            )

    @property
    def by_appointment(self) -> dict[int, list[int]]:
        """Chosen categories by appointment, of a valid form."""
        return {int(name[7:]): chosen for name, chosen in self.cleaned_data.items()}
