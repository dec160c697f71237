"""Opening an edition from a blueprint: everything that changed between years is a row."""

from decimal import Decimal

from django.db import transaction

from agencies.models import User
from agencies.permissions import check_is_secretariat_head
from competitions.blueprints import EditionBlueprint, RuleBlueprint, StageBlueprint
from competitions.eligibility import check_parameters, default_policies
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
from sinovik import audit

UNSOURCED = "Aturan bawaan sistem; edisi ini tidak menyebut yang lain."


@transaction.atomic
def create_edition(*, by: User, blueprint: EditionBlueprint) -> Edition:
    """Create the edition with all its parts; every stage starts planned.

    Raises ValueError when the weights of a rubric do not sum to 100 or a tie-break names
    no criterion: a blueprint is written by developers, not typed into a form.
    """
    check_is_secretariat_head(by)
    for stage in blueprint.stages:
        _check_rubric(blueprint, stage)
    edition = Edition.objects.create(
        year=blueprint.year,
        name=blueprint.name,
        theme=blueprint.theme,
        is_published=blueprint.is_published,
        is_simulated=blueprint.is_simulated,
        source=blueprint.source,
        note=blueprint.note,
    )
    _create_form(edition, blueprint)
    _create_documents(edition, blueprint)
    _create_rules(edition, blueprint)
    for position, stage in enumerate(blueprint.stages, start=1):
        _create_stage(edition, position, stage)
    audit.record(
        by=by,
        event="edition_created",
        obj=edition,
        payload={"stages": [stage.slug for stage in blueprint.stages]},
    )
    return edition


def _check_rubric(blueprint: EditionBlueprint, stage: StageBlueprint) -> None:
    if stage.criteria and sum(c.weight for c in stage.criteria) != Decimal(100):
        raise ValueError(f"weights of {stage.slug} do not sum to 100")
    source = stage
    if stage.ranks_from:
        (source,) = (other for other in blueprint.stages if other.slug == stage.ranks_from)
    if unknown := set(stage.tie_break) - {criterion.key for criterion in source.criteria}:
        raise ValueError(f"tie-break of {stage.slug} names no criterion: {sorted(unknown)}")


def _create_form(edition: Edition, blueprint: EditionBlueprint) -> None:
    Group.objects.bulk_create(
        [
            Group(
                edition=edition,
                slug=group.slug,
                name=group.name,
                position=position,
                minimum_age_months=group.minimum_age_months,
                quota=group.quota,
            )
            for position, group in enumerate(blueprint.groups, start=1)
        ]
    )
    categories = Category.objects.in_bulk(blueprint.categories, field_name="slug")
    EditionCategory.objects.bulk_create(
        [
            EditionCategory(edition=edition, category=categories[slug], position=position)
            for position, slug in enumerate(blueprint.categories, start=1)
        ]
    )
    FormSection.objects.bulk_create(
        [
            FormSection(
                edition=edition,
                key=section.key,
                title=section.title,
                question=section.question,
                guidance=section.guidance,
                example=section.example,
                maximum_words=section.maximum_words,
                position=position,
            )
            for position, section in enumerate(blueprint.sections, start=1)
        ]
    )


def _create_documents(edition: Edition, blueprint: EditionBlueprint) -> None:
    DocumentRequirement.objects.bulk_create(
        [
            DocumentRequirement(
                edition=edition,
                key=document.key,
                name=document.name,
                guidance=document.guidance,
                is_required=document.is_required,
                position=position,
            )
            for position, document in enumerate(blueprint.documents, start=1)
        ]
    )


def _create_rules(edition: Edition, blueprint: EditionBlueprint) -> None:
    """Write the named rules, and every other one with its defaults: the page lists rows."""
    groups = {group.slug: group for group in edition.groups.all()}
    named = {rule.key for rule in blueprint.rules if not rule.group}
    defaults = [
        RuleBlueprint(key, UNSOURCED, severity=policy.severity)
        for key, policy in default_policies().items()
        if key not in named
    ]
    EligibilityRule.objects.bulk_create(
        [
            EligibilityRule(
                edition=edition,
                group=groups[rule.group] if rule.group else None,
                key=rule.key,
                severity=rule.severity,
                parameters=check_parameters(rule.key, rule.parameters),
                source=rule.source,
                basis=rule.basis,
                is_on=rule.is_on,
            )
            for rule in [*blueprint.rules, *defaults]
        ]
    )


def _create_stage(edition: Edition, position: int, blueprint: StageBlueprint) -> None:
    stage = Stage.objects.create(
        edition=edition,
        kind=blueprint.kind,
        position=position,
        name=blueprint.name,
        slug=blueprint.slug,
        opens_at=blueprint.opens_at,
        closes_at=blueprint.closes_at,
        grace_minutes=blueprint.grace_minutes,
        correction_days=blueprint.correction_days,
        correction_rounds=blueprint.correction_rounds,
        objection_days=blueprint.objection_days,
        answer_days=blueprint.answer_days,
        seats=blueprint.seats,
        ranks_from=edition.stages.get(slug=blueprint.ranks_from) if blueprint.ranks_from else None,
        reviews_per_entry=blueprint.reviews_per_entry,
        extra_readers=blueprint.extra_readers,
        disagreement_threshold=blueprint.disagreement_threshold,
        passing_grade=blueprint.passing_grade,
        ranks_by=blueprint.ranks_by,
        is_blind=blueprint.is_blind,
        tie_break=list(blueprint.tie_break),
    )
    _create_criteria(stage, blueprint)
    PolicyStep.objects.bulk_create(
        [
            PolicyStep(
                stage=stage,
                position=position,
                kind=step.kind,
                number=step.number,
                trait=step.trait,
            )
            for position, step in enumerate(blueprint.policy, start=1)
        ]
    )


def _create_criteria(stage: Stage, blueprint: StageBlueprint) -> None:
    criteria = Criterion.objects.bulk_create(
        [
            Criterion(
                stage=stage,
                key=criterion.key,
                name=criterion.name,
                question=criterion.question,
                weight=criterion.weight,
                scale_maximum=criterion.scale_maximum,
                note_rule=criterion.note_rule,
                position=place,
            )
            for place, criterion in enumerate(blueprint.criteria, start=1)
        ]
    )
    CriterionLevel.objects.bulk_create(
        [
            CriterionLevel(
                criterion=row, mark=level.mark, label=level.label, descriptor=level.descriptor
            )
            for row, criterion in zip(criteria, blueprint.criteria, strict=True)
            for level in criterion.levels
        ]
    )
