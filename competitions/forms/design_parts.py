"""The forms of one part of an edition, filled from its content and read back into it."""

from collections.abc import Mapping
from copy import copy
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _

from competitions.blueprints import Content, EditionBlueprint, Part
from competitions.consistency import scoring_of
from competitions.enums import StageState
from competitions.forms.design import (
    MOST_ROWS,
    CategoriesForm,
    DocumentForm,
    GroupForm,
    RowForm,
    RuleForm,
    SectionForm,
    ThemeForm,
    keyed,
)
from competitions.forms.design_policy import PolicyForm
from competitions.forms.design_stages import CriterionForm, DatesForm, SettingsForm, StageForm
from competitions.models import Edition
from competitions.queries.design import Place, present_content, scores
from innovations.models import Category

FORMS: dict[Part, type[RowForm]] = {
    Part.THEME: ThemeForm,
    Part.GROUPS: GroupForm,
    Part.CATEGORIES: CategoriesForm,
    Part.SECTIONS: SectionForm,
    Part.DOCUMENTS: DocumentForm,
    Part.RULES: RuleForm,
    Part.STAGES: StageForm,
    Part.DATES: DatesForm,
    Part.SETTINGS: SettingsForm,
    Part.POLICY: PolicyForm,
    Part.RUBRIC: CriterionForm,
}
PREFIX = "baris"
GROWING = frozenset(
    {Part.GROUPS, Part.SECTIONS, Part.DOCUMENTS, Part.STAGES, Part.POLICY, Part.RUBRIC}
)
"""Parts whose rows come and go."""


class PartForms:
    """The rows of one part."""

    def __init__(self, place: Place, formset: Any) -> None:
        self.place, self.formset = place, formset
        self.is_growing = place.part in GROWING

    @property
    def forms(self) -> list[RowForm]:
        """The rows; where rows come and go, the last one is new and blank."""
        return list(self.formset.forms)

    def is_valid(self) -> bool:
        """Whether every row can be stored."""
        return bool(self.formset.is_valid())

    def errors(self) -> list[dict[str, str]]:
        """Every error with the address of its control."""
        if not self.formset.is_bound:
            return []
        return [
            {
                "text": f"{row.title}: {error}" if row.title else str(error),
                "href": _target(row, name),
            }
            for row in self.forms
            for name, errors in row.errors.items()
            for error in errors
        ] + [{"text": str(error), "href": ""} for error in self.formset.non_form_errors()]

    def content(self) -> Content:
        """What was typed, in the order asked for."""
        if self.place.part == Part.CATEGORIES:
            return [{"slug": slug} for slug in self.forms[0].cleaned_data["slugs"]]
        rows = [row for row in self._kept() if row.has_changed() or row.initial]
        content = [row.as_content() for row in rows]
        kind = FORMS[self.place.part]
        if not self.is_growing or not kind.key_field:
            return content
        return keyed(content, kind.key_field, kind.name_field)

    def _kept(self) -> list[RowForm]:
        return list(self.formset.ordered_forms) if self.is_growing else self.forms


def _target(row: RowForm, name: str) -> str:
    return f"#{row[name].id_for_label}" if name in row.fields else ""


def part_forms(
    edition: Edition,
    blueprint: EditionBlueprint,
    place: Place,
    typed: Mapping[str, Any] | None,
) -> PartForms:
    """The forms of a part, bound to what was typed if anything was."""
    kind = FORMS[place.part]
    is_growing = place.part in GROWING
    content = present_content(blueprint, place)
    if place.part == Part.CATEGORIES:
        initial: list[dict[str, Any]] = [{"slugs": [row["slug"] for row in content]}]
    else:
        initial = [kind.from_content(row) for row in content]
    most = MOST_ROWS if is_growing else len(initial)
    formset_kind = forms.formset_factory(
        kind,
        extra=1 if is_growing else 0,
        can_order=is_growing,
        can_delete=is_growing,
        can_delete_extra=False,
        max_num=most,
        # Rows beyond are counted out, not drawn.
        absolute_max=most + 1,
        validate_max=True,
    )
    known = choices(edition, blueprint, place)
    sent = typed if typed is None or is_growing else _counted(typed, most)
    formset = formset_kind(sent, initial=initial, prefix=PREFIX, form_kwargs={"choices": known})
    return PartForms(place, formset)


def _counted(typed: Mapping[str, Any], rows: int) -> Mapping[str, Any]:
    """What was typed, with as many rows as the part has, whatever the request says."""
    counted: Any = copy(typed)
    counted[f"{PREFIX}-TOTAL_FORMS"] = counted[f"{PREFIX}-INITIAL_FORMS"] = str(rows)
    return cast("Mapping[str, Any]", counted)


def choices(edition: Edition, blueprint: EditionBlueprint, place: Place) -> dict[str, Any]:
    """What the forms of a part let people choose from."""
    if place.part == Part.CATEGORIES:
        rows = Category.objects.order_by("position").values_list("slug", "name")
        return {"categories": [(slug, _(name)) for slug, name in rows]}
    if place.part == Part.DATES:
        begun = edition.stages.exclude(state=StageState.PLANNED).values_list("slug", flat=True)
        return {"begun": set(begun), "stages": {s.slug: _(s.name) for s in blueprint.stages}}
    if place.part == Part.RUBRIC:
        return {"sections": [(section.key, section.title) for section in blueprint.sections]}
    if place.part == Part.SETTINGS:
        return _of_settings(blueprint, place)
    return {}


def _of_settings(blueprint: EditionBlueprint, place: Place) -> dict[str, Any]:
    stage = blueprint.stage(place.slug)
    before = blueprint.stages[: blueprint.stages.index(stage)]
    source = scoring_of(stage, blueprint.stages) or stage
    listed = {one.key: one.name for other in (*before, stage) for one in other.criteria}
    own = {one.key: one.name for one in source.criteria}
    return {
        "stage": stage,
        "earlier": [(one.slug, _(one.name)) for one in before if scores(one)],
        "criteria": list((own | listed).items()),
    }
