"""Writing an edition's parts over its rows: known keys keep their row, others come and go."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.db import models
from django.db.models import F, ProtectedError
from django.utils.translation import gettext as _

from competitions.blueprints import THEME_FIELDS, EditionBlueprint, Part, StageBlueprint
from competitions.eligibility import check_parameters
from competitions.exceptions import WrongState
from competitions.models import (
    Criterion,
    CriterionLevel,
    DocumentRequirement,
    Edition,
    EditionCategory,
    EligibilityRule,
    FormSection,
    Group,
    PolicyStep,
    Stage,
)
from innovations.models import Category

ROOM = 1000
"""Places are first moved out of the way by this, so that none is taken twice."""


def write_part(edition: Edition, part: Part, blueprint: EditionBlueprint) -> None:
    """Write one part of the blueprint over the edition's rows. The caller holds the edition.

    Raises WrongState where a row that goes is in use.
    """
    try:
        WRITERS[part](edition, blueprint)
    except ProtectedError as error:
        raise WrongState(
            _("Ada yang sudah memakai baris yang dihapus. Kembalikan baris itu, lalu simpan lagi.")
        ) from error


def _write_theme(edition: Edition, blueprint: EditionBlueprint) -> None:
    for name in THEME_FIELDS:
        setattr(edition, name, getattr(blueprint, name))
    edition.save(update_fields=THEME_FIELDS)


def _write_groups(edition: Edition, blueprint: EditionBlueprint) -> None:
    rows = {
        one.slug: {
            "name": one.name,
            "minimum_age_months": one.minimum_age_months,
            "quota": one.quota,
        }
        for one in blueprint.groups
    }
    _rewrite(Group, {"edition": edition}, "slug", rows)


def _write_categories(edition: Edition, blueprint: EditionBlueprint) -> None:
    known = Category.objects.in_bulk(blueprint.categories, field_name="slug")
    rows: dict[Any, dict[str, Any]] = {known[slug].pk: {} for slug in blueprint.categories}
    _rewrite(EditionCategory, {"edition": edition}, "category_id", rows)


def _write_sections(edition: Edition, blueprint: EditionBlueprint) -> None:
    rows = {
        one.key: {
            "title": one.title,
            "question": one.question,
            "guidance": one.guidance,
            "example": one.example,
            "maximum_words": one.maximum_words,
        }
        for one in blueprint.sections
    }
    _rewrite(FormSection, {"edition": edition}, "key", rows)


def _write_documents(edition: Edition, blueprint: EditionBlueprint) -> None:
    rows = {
        one.key: {"name": one.name, "guidance": one.guidance, "is_required": one.is_required}
        for one in blueprint.documents
    }
    _rewrite(DocumentRequirement, {"edition": edition}, "key", rows)


def _write_rules(edition: Edition, blueprint: EditionBlueprint) -> None:
    """Rules are a closed set: they change and are switched off, none comes or goes."""
    rows = {
        (row.key, row.group.slug if row.group else ""): row
        for row in edition.rules.select_related("group")
    }
    for rule in blueprint.rules:
        row = rows[rule.key, rule.group]
        row.severity, row.source, row.basis = rule.severity, rule.source, rule.basis
        row.parameters, row.is_on = check_parameters(rule.key, rule.parameters), rule.is_on
    fields = ["severity", "source", "basis", "parameters", "is_on"]
    EligibilityRule.objects.bulk_update(rows.values(), fields)


def _write_stages(edition: Edition, blueprint: EditionBlueprint) -> None:
    known = {row.slug: row for row in edition.stages.all()}
    slugs = {stage.slug for stage in blueprint.stages}
    edition.stages.update(position=F("position") + ROOM)
    edition.stages.exclude(slug__in=slugs).delete()
    for position, stage in enumerate(blueprint.stages, start=1):
        row = known.get(stage.slug) or Stage(edition=edition, **_settings(stage, known))
        row.kind, row.slug, row.name, row.position = stage.kind, stage.slug, stage.name, position
        row.seats = row.seats or (1 if stage.kind == "selection" else None)
        if row.pk is None:
            row.opens_at, row.closes_at = stage.opens_at, stage.closes_at
        row.save()


def _write_dates(edition: Edition, blueprint: EditionBlueprint) -> None:
    for row in edition.stages.filter(state="planned"):
        stage = blueprint.stage(row.slug)
        row.opens_at, row.closes_at = stage.opens_at, stage.closes_at
        row.save(update_fields=["opens_at", "closes_at"])


def _write_settings(edition: Edition, blueprint: EditionBlueprint) -> None:
    known = {row.slug: row for row in edition.stages.all()}
    for stage in blueprint.stages:
        row = known[stage.slug]
        for name, value in _settings(stage, known).items():
            setattr(row, name, value)
        row.save(update_fields=[*_settings(stage, known)])


def _settings(stage: StageBlueprint, known: Mapping[str, Stage]) -> dict[str, Any]:
    return {
        "seats": stage.seats,
        "ranks_from": known[stage.ranks_from] if stage.ranks_from else None,
        "reviews_per_entry": stage.reviews_per_entry,
        "extra_readers": stage.extra_readers,
        "disagreement_threshold": stage.disagreement_threshold,
        "passing_grade": stage.passing_grade,
        "ranks_by": stage.ranks_by,
        "is_blind": stage.is_blind,
        "tie_break": list(stage.tie_break),
        "grace_minutes": stage.grace_minutes,
        "correction_days": stage.correction_days,
        "correction_rounds": stage.correction_rounds,
        "objection_days": stage.objection_days,
        "answer_days": stage.answer_days,
    }


def _write_policies(edition: Edition, blueprint: EditionBlueprint) -> None:
    """Steps have no key of their own: those of a stage are written anew where they differ."""
    for row in edition.stages.prefetch_related("policy_steps"):
        steps = [PolicyStep(stage=row, **values) for values in _steps(blueprint.stage(row.slug))]
        present = [(one.kind, one.number, one.trait) for one in row.policy_steps.all()]
        if present != [(one.kind, one.number, one.trait) for one in steps]:
            row.policy_steps.all().delete()
            PolicyStep.objects.bulk_create(steps)


def _steps(stage: StageBlueprint) -> list[dict[str, Any]]:
    return [asdict(step) | {"position": place} for place, step in enumerate(stage.policy, start=1)]


def _write_rubrics(edition: Edition, blueprint: EditionBlueprint) -> None:
    for row in edition.stages.all():
        criteria = {
            one.key: {
                "name": one.name,
                "question": one.question,
                "weight": one.weight,
                "scale_maximum": one.scale_maximum,
                "note_rule": one.note_rule,
            }
            for one in blueprint.stage(row.slug).criteria
        }
        _rewrite(Criterion, {"stage": row}, "key", criteria)
        written = {criterion.key: criterion for criterion in row.criteria.all()}
        CriterionLevel.objects.filter(criterion__stage=row).delete()
        CriterionLevel.objects.bulk_create(
            [
                CriterionLevel(
                    criterion=written[one.key],
                    mark=level.mark,
                    label=level.label,
                    descriptor=level.descriptor,
                )
                for one in blueprint.stage(row.slug).criteria
                for level in one.levels
            ]
        )


def _rewrite(
    model: type[models.Model],
    scope: Mapping[str, Any],
    key: str,
    rows: Mapping[Any, Mapping[str, Any]],
) -> None:
    """Rows of `scope` become those of `rows`, in their order."""
    owned = model._default_manager.filter(**scope)
    known = {getattr(row, key): row for row in owned}
    owned.exclude(**{f"{key}__in": [*rows]}).delete()
    for position, (name, values) in enumerate(rows.items(), start=1):
        row = known.get(name) or model(**scope, **{key: name})
        for field, value in {**values, "position": position}.items():
            setattr(row, field, value)
        row.save()


WRITERS = {
    Part.THEME: _write_theme,
    Part.GROUPS: _write_groups,
    Part.CATEGORIES: _write_categories,
    Part.SECTIONS: _write_sections,
    Part.DOCUMENTS: _write_documents,
    Part.RULES: _write_rules,
    Part.STAGES: _write_stages,
    Part.DATES: _write_dates,
    Part.SETTINGS: _write_settings,
    Part.POLICY: _write_policies,
    Part.RUBRIC: _write_rubrics,
}


def prefix_stays(edition: Edition, stages: Sequence[StageBlueprint]) -> bool:
    """Whether the stages that have opened stand where they stood."""
    begun = list(edition.stages.exclude(state="planned").order_by("position"))
    return [row.slug for row in begun] == [stage.slug for stage in stages[: len(begun)]]
