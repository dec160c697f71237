"""An edition's design read from its rows: the blueprint, its locks, its faults in sentences."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, QuerySet, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from competitions.blueprints import (
    OF_A_STAGE,
    Content,
    CriterionBlueprint,
    DocumentBlueprint,
    EditionBlueprint,
    GroupBlueprint,
    LevelBlueprint,
    Part,
    PolicyBlueprint,
    RuleBlueprint,
    SectionBlueprint,
    StageBlueprint,
    content_of,
)
from competitions.consistency import Fault, FaultKind, find_faults
from competitions.enums import PolicyKind, RuleKey, StageKind, StageState
from competitions.models import Edition, PolicyStep, Stage


def blueprint_of(edition: Edition) -> EditionBlueprint:
    """The edition as plain values, instants on the site's clock. Nine queries."""
    return EditionBlueprint(
        year=edition.year,
        name=edition.name,
        theme=edition.theme,
        source=edition.source,
        note=edition.note,
        is_published=edition.is_published,
        is_simulated=edition.is_simulated,
        groups=tuple(
            GroupBlueprint(row.slug, row.name, row.minimum_age_months, row.quota)
            for row in edition.groups.all()
        ),
        categories=tuple(edition.edition_categories.values_list("category__slug", flat=True)),
        sections=tuple(
            SectionBlueprint(
                row.key, row.title, row.question, row.guidance, row.example, row.maximum_words
            )
            for row in edition.sections.all()
        ),
        documents=tuple(
            DocumentBlueprint(row.key, row.name, row.guidance, row.is_required)
            for row in edition.documents.all()
        ),
        rules=tuple(
            RuleBlueprint(
                row.key,
                row.source,
                row.basis,
                row.severity,
                row.parameters,
                row.group.slug if row.group else "",
                row.is_on,
            )
            for row in edition.rules.select_related("group")
        ),
        stages=_stages(edition),
    )


def read_once(edition: Edition) -> Edition:
    """The edition with its stages in hand, for a page that changes none of them."""
    prefetch_related_objects([edition], Prefetch("stages", _whole_stages(), to_attr=IN_HAND))
    return edition


def stage_rows(edition: Edition) -> list[Stage]:
    """Stages in order with rubric and ranking base; no query after `read_once`."""
    found: list[Stage] | None = getattr(edition, IN_HAND, None)
    return list(_whole_stages().filter(edition=edition)) if found is None else found


def _whole_stages() -> "QuerySet[Stage]":
    steps = PolicyStep.objects.filter(stage=OuterRef("pk")).order_by("position")
    plain = steps.values(plain=JSONObject(kind="kind", number="number", trait="trait"))
    rows = Stage.objects.select_related("ranks_from").prefetch_related("criteria__levels")
    rows = rows.annotate(policy=ArraySubquery(plain))
    return rows.order_by("position")


def _stages(edition: Edition) -> tuple[StageBlueprint, ...]:
    rows = stage_rows(edition)
    return tuple(
        StageBlueprint(
            kind=row.kind,
            slug=row.slug,
            name=row.name,
            opens_at=_on_the_clock(row.opens_at),
            closes_at=_on_the_clock(row.closes_at),
            seats=row.seats,
            ranks_from=row.ranks_from.slug if row.ranks_from else None,
            reviews_per_entry=row.reviews_per_entry,
            extra_readers=row.extra_readers,
            disagreement_threshold=row.disagreement_threshold,
            passing_grade=row.passing_grade,
            ranks_by=row.ranks_by,
            policy=tuple(PolicyBlueprint(**step) for step in row.policy),  # type: ignore[attr-defined]
            is_blind=row.is_blind,
            tie_break=tuple(row.tie_break),
            grace_minutes=row.grace_minutes,
            correction_days=row.correction_days,
            correction_rounds=row.correction_rounds,
            objection_days=row.objection_days,
            answer_days=row.answer_days,
            criteria=_criteria(row),
        )
        for row in rows
    )


def _criteria(stage: Stage) -> tuple[CriterionBlueprint, ...]:
    return tuple(
        CriterionBlueprint(
            key=row.key,
            name=row.name,
            question=row.question,
            weight=row.weight,
            scale_maximum=row.scale_maximum,
            note_rule=row.note_rule,
            levels=tuple(
                LevelBlueprint(level.mark, level.label, level.descriptor)
                for level in row.levels.all()
            ),
        )
        for row in stage.criteria.all()
    )


def _on_the_clock(instant: datetime) -> datetime:
    return timezone.localtime(instant, timezone.get_default_timezone())


IN_HAND = "stages_in_hand"


@dataclass(frozen=True)
class Place:
    """A part of one edition, as its address names it; `slug` is a stage's or empty."""

    part: Part
    slug: str = ""

    @property
    def address(self) -> str:
        """What stands in the address of its page."""
        return f"{self.part}-{self.slug}" if self.slug else str(self.part)


def place_of(address: str, blueprint: EditionBlueprint) -> Place | None:
    """The part that an address names; None where the edition has no such part."""
    return next((one for one in places_of(blueprint) if one.address == address), None)


def places_of(blueprint: EditionBlueprint) -> list[Place]:
    """Every part of the edition in the order of the task list."""
    places = [Place(part) for part in Part if part not in OF_A_STAGE]
    for stage in blueprint.stages:
        places.append(Place(Part.SETTINGS, stage.slug))
        if stage.kind == StageKind.SELECTION:
            places.append(Place(Part.POLICY, stage.slug))
        if scores(stage):
            places.append(Place(Part.RUBRIC, stage.slug))
    return places


def scores(stage: StageBlueprint) -> bool:
    """Whether sheets are written in the stage."""
    return stage.kind == StageKind.REVIEW or (
        stage.kind == StageKind.SELECTION and not stage.ranks_from
    )


def locking_stage(edition: Edition, place: Place) -> Stage | None:
    """The stage whose opening locks the part; None for the dates, which lock one by one.

    What ranks is fixed before anybody scores: the settings and the policy of a band lock with
    the stage that ranks it.
    """
    if place.part == Part.DATES:
        return None
    stages = stage_rows(edition)
    if place.part not in OF_A_STAGE:
        return next(iter(stages), None)
    stage = next(one for one in stages if one.slug == place.slug)
    return stage if place.part == Part.RUBRIC else stage.ranks_from or stage


def lock_of(edition: Edition, place: Place) -> str:
    """The state of the part: of the stage that locks it, planned where nothing does."""
    stage = locking_stage(edition, place)
    if stage is None:
        return StageState.PLANNED
    own = stage
    if place.part in OF_A_STAGE:
        own = next(one for one in stage_rows(edition) if one.slug == place.slug)
    if stage.state == StageState.CLOSED and own.state != StageState.CLOSED:
        return StageState.OPEN
    return stage.state


def present_content(blueprint: EditionBlueprint, place: Place) -> Content:
    """The part as its form shows and stores it."""
    return content_of(blueprint, place.part, place.slug)


def mark_of(content: Content) -> str:
    """A short mark of the content: two people who change it at once are told apart."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Told:
    """A fault in a sentence, with the part where it can be mended."""

    sentence: str
    place: Place


def faults_of(blueprint: EditionBlueprint) -> list[Told]:
    """Every reason why the edition can't open, in sentences."""
    return [Told(sentence_of(one), Place(one.part, one.stage)) for one in find_faults(blueprint)]


def sentence_of(fault: Fault) -> str:
    """What is wrong and what to do, for people."""
    named = {key: _(value) for key, value in fault.named.items()}
    if "rule" in named:
        named["rule"] = str(RuleKey(fault.named["rule"]).label)
    if "kind" in named:
        named["kind"] = str(StageKind(fault.named["kind"]).label)
    if "step" in named:
        named["step"] = str(PolicyKind(fault.named["step"]).label)
    sentences = _form_sentences() | _stage_sentences() | _policy_sentences()
    return sentences[fault.kind].format(**named)


def _form_sentences() -> dict[FaultKind, str]:
    return {
        FaultKind.NO_THEME: _("Tema belum diisi."),
        FaultKind.NO_GROUP: _("Belum ada kelompok. Tambah paling sedikit satu."),
        FaultKind.SAME_NAME: _("“{name}” dipakai dua kali. Bedakan namanya."),
        FaultKind.NO_CATEGORY: _("Belum ada kategori. Pilih paling sedikit satu."),
        FaultKind.NO_SECTION: _("Formulir belum memiliki bagian. Tambah paling sedikit satu."),
        FaultKind.BAD_RULE: _("Angka pada aturan “{rule}” tidak dikenal. Isi ulang aturan itu."),
        FaultKind.RULE_OF_NO_GROUP: _(
            "Aturan “{rule}” menyebut kelompok “{group}” yang tidak ada pada edisi ini."
        ),
        FaultKind.NO_SOURCE: _("Aturan “{rule}” belum menyebut sumbernya."),
        FaultKind.KIND_MISSING: _("Belum ada tahap “{kind}”. Tambahkan."),
        FaultKind.KIND_TWICE: _("Tahap “{kind}” hanya boleh satu. Hapus yang lebih."),
        FaultKind.KIND_ORDER: _("Tahap “{later}” harus mendahului “{earlier}”. Ubah urutannya."),
    }


def _stage_sentences() -> dict[FaultKind, str]:
    return {
        FaultKind.CLOSES_EARLY: _("Tahap “{stage}” ditutup sebelum dibuka. Perbaiki tanggalnya."),
        FaultKind.OVERLAP: _(
            "Tahap “{later}” dibuka sebelum “{earlier}” ditutup. Perbaiki tanggalnya."
        ),
        FaultKind.NO_SEATS: _("Jumlah kursi “{stage}” belum diisi."),
        FaultKind.SEATS_GROW: _(
            "Kursi “{later}” ({more}) lebih banyak daripada “{earlier}” ({fewer})."
            " Kursi tidak bertambah dari satu penetapan ke penetapan berikutnya."
        ),
        FaultKind.RANKS_FROM_NOTHING: _(
            "“{stage}” diperingkat dari tahap yang tidak ada. Pilih tahap lain."
        ),
        FaultKind.RANKS_FROM_LATER: _(
            "“{stage}” diperingkat dari tahap sesudahnya. Pilih tahap sebelumnya."
        ),
        FaultKind.NO_RUBRIC: _("“{stage}” belum memiliki rubrik. Tambah kriterianya."),
        FaultKind.WEIGHTS: _("Bobot “{stage}” berjumlah {total}, harus tepat 100."),
        FaultKind.NO_QUESTION: _(
            "Kriteria “{criterion}” pada “{stage}” belum memiliki pertanyaan."
        ),
        FaultKind.LEVELS: _(
            "Jenjang nilai kriteria “{criterion}” pada “{stage}” ganda atau di luar skalanya."
        ),
        FaultKind.NOTE_RULE: _(
            "Kriteria “{criterion}” pada “{stage}” belum mengatur kapan catatan wajib ditulis."
        ),
        FaultKind.TIE_BREAK: _(
            "Pemecah seri “{stage}” menyebut kriteria “{key}” yang tidak ada pada “{source}”."
        ),
        FaultKind.TIE_BREAK_TWICE: _("Pemecah seri “{stage}” menyebut satu kriteria dua kali."),
        FaultKind.NO_TIE_BREAK: _("“{stage}” belum memiliki urutan pemecah seri."),
    }


def _policy_sentences() -> dict[FaultKind, str]:
    return {
        FaultKind.POLICY_TWICE: _("“{stage}” memuat langkah “{step}” dua kali. Hapus salah satu."),
        FaultKind.POLICY_NO_GRADE: _(
            "“{stage}” memakai nilai kelulusan, tetapi “{source}” belum menyebut angkanya."
        ),
        FaultKind.POLICY_TOO_MANY: _(
            "“{stage}” menjaga {kept} tempat, lebih banyak daripada kursinya ({seats})."
        ),
    }
