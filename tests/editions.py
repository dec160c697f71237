"""Editions for tests: five stages of ten days each around this moment."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from itertools import count

from agencies.models import User
from competitions.actions.editions import create_edition
from competitions.blueprints import (
    CriterionBlueprint,
    DocumentBlueprint,
    EditionBlueprint,
    GroupBlueprint,
    SectionBlueprint,
    StageBlueprint,
)
from competitions.enums import NoteRule, StageKind
from competitions.models import Edition
from innovations.models import Category
from sinovik.audit import clock

STAGE_DAYS = 10
REGISTRATION, ADMINISTRATIVE, REVIEW = "pendaftaran", "seleksi-administrasi", "penilaian-proposal"
FIRST, SECOND = "top-2", "top-1"
STAGES = (REGISTRATION, ADMINISTRATIVE, REVIEW, FIRST, SECOND)
ANNOUNCED = "announced"
"""As `now_in`: every stage is closed and both lists are public."""
WEIGHTS = {"background": 30, "novelty": 50, "sustainability": 20}
_years = count(2101)
_positions = count(1)


def make_category(slug: str = "pendidikan") -> Category:
    """A category of the register."""
    return Category.objects.get_or_create(
        slug=slug, defaults={"name": slug.capitalize(), "position": next(_positions)}
    )[0]


def make_edition(
    head: User,
    *,
    year: int = 0,
    now_in: str = REGISTRATION,
    reviews: int = 2,
    seats: tuple[int, int] = (2, 1),
    quota: int | None = None,
    documents: tuple[DocumentBlueprint, ...] = (),
    grace: int = 0,
    objection_days: int = 0,
    extra: int = 0,
    passing_grade: int | None = None,
    notes: Mapping[str, str] | None = None,
) -> Edition:
    """An edition of five stages of ten days each, `now_in` running at this moment."""
    category = make_category()
    passed = STAGES.index(now_in) if now_in in STAGES else len(STAGES)
    start = clock.now() - timedelta(days=STAGE_DAYS * passed + STAGE_DAYS / 2)
    criteria = tuple(
        CriterionBlueprint(
            key,
            key.capitalize(),
            f"Bagaimana {key}?",
            Decimal(weight),
            note_rule=(notes or {}).get(key, NoteRule.AT_EXTREMES),
        )
        for key, weight in WEIGHTS.items()
    )

    def stage(place: int, kind: str, **options: object) -> StageBlueprint:
        opens = start + timedelta(days=STAGE_DAYS * place)
        return StageBlueprint(
            kind=kind,
            slug=STAGES[place],
            name=STAGES[place].replace("-", " ").capitalize(),
            opens_at=opens,
            closes_at=opens + timedelta(days=STAGE_DAYS),
            reviews_per_entry=reviews,
            extra_readers=extra,
            passing_grade=passing_grade,
            **options,  # type: ignore[arg-type]
        )

    return create_edition(
        by=head,
        blueprint=EditionBlueprint(
            year=year or next(_years),
            name="KIPP Uji",
            theme="Tema uji",
            groups=(GroupBlueprint("umum", "Umum", 12, quota),),
            categories=(category.slug,),
            sections=(
                SectionBlueprint("summary", "Ringkasan", "Apa ringkasnya?", maximum_words=200),
                *(
                    SectionBlueprint(key, key.capitalize(), f"Bagaimana {key}?", maximum_words=300)
                    for key in WEIGHTS
                ),
            ),
            documents=documents,
            stages=(
                stage(0, StageKind.REGISTRATION, grace_minutes=grace),
                stage(1, StageKind.ADMINISTRATIVE),
                stage(2, StageKind.REVIEW, criteria=criteria),
                stage(
                    3,
                    StageKind.SELECTION,
                    seats=seats[0],
                    objection_days=objection_days,
                    ranks_from=REVIEW,
                    tie_break=("novelty",),
                ),
                stage(
                    4,
                    StageKind.SELECTION,
                    seats=seats[1],
                    objection_days=objection_days,
                    criteria=criteria,
                    tie_break=("novelty", "background"),
                ),
            ),
        ),
    )
