"""The whole world of the matrix."""

from typing import Any

from competitions.models import Edition
from sinovik import audit
from sinovik.audit.models import Seal
from sinovik.audit.sealing import seal_events
from tests.access.cast import make_cast
from tests.access.world import World
from tests.access.world_agencies import add_dossiers, add_imports, add_people, add_replications
from tests.access.world_contest import (
    add_checking,
    add_embargoed,
    add_plenary,
    add_registration,
    add_review,
)
from tests.access.world_hearing import add_announced, add_design, add_hearing, add_objections
from tests.editions import REVIEW
from tests.owner import tell_the_planner
from tests.remembering import remembered

DERIVED: dict[str, tuple[str, dict[str, Any]]] = {
    "draft section": ("draft", {"key": "novelty"}),
    "year kind": ("year", {"kind": "csv"}),
    "watched": ("draft", {}),
    "badge look": ("badge", {"look": "terang"}),
    "figures": ("edition", {"table": "jenis"}),
    "draft edition section": ("draft edition", {"key": "novelty"}),
    "draft edition sheet": ("draft edition", {"slug": REVIEW}),
    "rehearsal screen": ("rehearsal", {"number": 2}),
    "article version": ("article", {"number": 1}),
}
"""Kinds that name the rows of another kind and something beside."""
STANDING: dict[str, dict[str, dict[str, Any]]] = {
    "section": {"first": {"section": "halaman"}},
    "province": {"own": {"code": "91"}},
    "category": {"own": {"slug": "pendidikan"}},
    "dump": {"missing": {"stamp": "2020-01-01", "name": "register.csv"}},
    "rest": {"missing": {"rest": "tidak/ada"}},
    "reset": {"wrong": {"uidb36": "1", "key": "tidak-sah"}},
    "statistics table": {"first": {"table": "corong"}},
    "article kind": {"news": {"kind": "news"}},
}


def make_world() -> World:
    """Build it once a module; a test changes nothing that it does not undo."""
    world = _made()
    tell_the_planner()
    return world


@remembered
def _made() -> World:
    world = World(make_cast())
    for add in (
        add_dossiers, add_people, add_replications, add_imports, add_registration, add_checking,
        add_review, add_plenary, add_embargoed, add_hearing, add_announced, add_objections,
        add_design,
    ):  # fmt: skip
        add(world)
    _derive(world)
    return world


def _derive(world: World) -> None:
    things = world.things
    years = things["year"]
    things["draft edition"] = {"draft": years.pop("draft")}
    things["edition"] = years | things["draft edition"]
    Edition.objects.exclude(year=things["draft edition"]["draft"]["year"]).update(is_published=True)
    things["version dossier"] = {one: {"pk": it["pk"]} for one, it in things["version"].items()}
    things["origin page"] = {one: things["page"][one] for one in ("public agency", "draft agency")}
    for kind, (base, more) in DERIVED.items():
        things[kind] = {one: it | more for one, it in things[base].items()}
    for kind in ("board", "blind board", "reading"):
        things[kind] = things["stage"] | {"over": things["over review stage"]["announced"]}
    things |= STANDING
    things["sheet"]["panel"] = things["panel sheet"]["own"]
    seal_events()
    audit.record(by=None, event="agency_exports_dropped", obj=world.cast.own.agency)
    seal_events()
    newest = Seal.objects.order_by("-number")[0]
    things["seal"] = {"first": {"number": newest.number}}
    things["seals"] = {"first": {"old": newest.number - 1, "new": newest.number}}
