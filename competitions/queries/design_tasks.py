"""The parts of an edition as a task list: what each is called and where it stands."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from competitions.blueprints import EditionBlueprint, Part, StageBlueprint
from competitions.enums import PolicyKind, StageState
from competitions.models import Edition
from competitions.queries.design import Place, Told, places_of, stage_rows
from sinovik.web.templatetags.web import indonesian, moment


@dataclass(frozen=True)
class DesignTasks:
    """Items of two task lists: the edition's parts, and those of its stages."""

    parts: list[dict[str, Any]]
    stages: list[dict[str, Any]]


def design_tasks(edition: Edition, blueprint: EditionBlueprint, faults: list[Told]) -> DesignTasks:
    """Every part with its state. One query after `read_once`, whatever the number of parts."""
    states = {row.slug: row.state for row in stage_rows(edition)}
    waiting = set(edition.changes.waiting().values_list("part", flat=True))
    tasks = DesignTasks([], [])
    for place in places_of(blueprint):
        item = {
            "title": title_of(place, blueprint),
            "href": reverse("competitions:design_part", args=[edition.year, place.address]),
            "hint": hint_of(place, blueprint),
            **_status(place, blueprint, states, faults, waiting),
        }
        (tasks.stages if place.slug else tasks.parts).append(item)
    return tasks


def _status(
    place: Place,
    blueprint: EditionBlueprint,
    states: dict[str, str],
    faults: list[Told],
    waiting: set[str],
) -> dict[str, str]:
    if place.address in waiting:
        return {"status": _("Menunggu orang kedua"), "tone": "yellow"}
    if any(told.place == place for told in faults):
        return {"status": _("Perlu perbaikan"), "tone": "red"}
    state = _lock(place, blueprint, states)
    if state == StageState.PLANNED:
        return {"status": _("Selaras"), "tone": "green"}
    if state == StageState.OPEN:
        return {"status": _("Terkunci"), "tone": "blue"}
    return {"status": _("Tetap"), "tone": "grey"}


def _lock(place: Place, blueprint: EditionBlueprint, states: dict[str, str]) -> str:
    """As `design.lock_of`, from states read once."""
    if place.part == Part.DATES or not states:
        planned = StageState.PLANNED in states.values() or not states
        return StageState.PLANNED if planned else StageState.CLOSED
    if not place.slug:
        return next(iter(states.values()))
    own = states[place.slug]
    source = blueprint.stage(place.slug).ranks_from
    if place.part == Part.RUBRIC or not source or own == StageState.CLOSED:
        return own
    locked = states[source] != StageState.PLANNED
    return StageState.OPEN if locked else StageState.PLANNED


def title_of(place: Place, blueprint: EditionBlueprint) -> str:
    """What a part is called."""
    titles = {
        Part.THEME: _("Nama dan tema"),
        Part.GROUPS: _("Kelompok, usia, dan kuota"),
        Part.CATEGORIES: _("Kategori"),
        Part.SECTIONS: _("Bagian formulir dan batas kata"),
        Part.DOCUMENTS: _("Dokumen pendukung"),
        Part.RULES: _("Aturan syarat"),
        Part.STAGES: _("Tahap dan urutannya"),
        Part.DATES: _("Jadwal"),
        Part.SETTINGS: _("Ketentuan {stage}"),
        Part.POLICY: _("Langkah kebijakan {stage}"),
        Part.RUBRIC: _("Rubrik {stage}"),
    }
    name = _(blueprint.stage(place.slug).name) if place.slug else ""
    return titles[place.part].format(stage=name)


def hint_of(place: Place, blueprint: EditionBlueprint) -> str:
    """What the part holds now, in a few words."""
    if place.slug:
        return _stage_hint(place, blueprint.stage(place.slug))
    names = {
        Part.THEME: blueprint.theme and indonesian(blueprint.theme),
        Part.GROUPS: ", ".join(_(group.name) for group in blueprint.groups),
        Part.STAGES: " → ".join(_(stage.name) for stage in blueprint.stages),
    }
    if place.part in names:
        return names[place.part]
    if place.part == Part.DATES:
        stages = blueprint.stages
        ends = {"opens": moment(stages[0].opens_at), "closes": moment(stages[-1].closes_at)}
        return _("{opens} sampai {closes}").format(**ends)
    counts = {
        Part.CATEGORIES: len(blueprint.categories),
        Part.SECTIONS: len(blueprint.sections),
        Part.DOCUMENTS: len(blueprint.documents),
        Part.RULES: sum(rule.is_on for rule in blueprint.rules),
    }
    words = {
        Part.CATEGORIES: _("{n} kategori"),
        Part.SECTIONS: _("{n} bagian"),
        Part.DOCUMENTS: _("{n} dokumen"),
        Part.RULES: _("{n} aturan berlaku"),
    }
    return words[place.part].format(n=counts[place.part])


def _stage_hint(place: Place, stage: StageBlueprint) -> str:
    if place.part == Part.RUBRIC:
        count = len(stage.criteria)
        total = sum((criterion.weight for criterion in stage.criteria), Decimal())
        text = ngettext("%(n)s kriteria, bobot %(total)s", "%(n)s kriteria, bobot %(total)s", count)
        return text % {"n": count, "total": f"{total.normalize():f}".replace(".", ",")}
    if place.part == Part.POLICY:
        names = [str(PolicyKind(step.kind).label) for step in stage.policy]
        return " → ".join(names) or _("Tidak ada; daftar mengikuti peringkat")
    if stage.seats:
        return _("{n} kursi").format(n=stage.seats)
    return ""
