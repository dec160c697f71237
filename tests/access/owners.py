"""Whose a row is, seen from the innovator who asks: the relation of what it hangs on."""

from typing import Any

from django.db.models import Model

from agencies.models import Agency, Membership, Unit, User
from competitions.models import Article
from innovations.enums import InnovationState
from innovations.models import Innovation, Replication
from tests.access.world import World

UPWARDS = (
    "innovation", "entry", "version", "assignment", "scoresheet", "check_of", "stage_entry",
    "visit", "indicator", "alarm", "origin", "result", "article", "agency", "user", "recipient",
    "cut_off", "plenary", "motion", "stage", "schedule", "room", "edition",
)  # fmt: skip
"""Along these a row hangs on another; the first that is there counts."""


class Owners:
    """The relation of every row, looked up once each."""

    def __init__(self, world: World) -> None:
        cast = world.cast
        self.units = {cast.team(one).unit.pk: one for one in ("own", "unit", "agency", "shut")}
        self.agencies = {cast.team(one).agency.pk: one for one in ("own", "agency", "shut")}
        self.people = {
            person.pk: f"role {letter}" for letter, person in cast.people.items() if person
        }
        judges = (cast.mate, cast.sitter, *cast.fellows)
        self.people |= {judge.pk: "other judge" for judge in judges}
        self.seasons = {season.contest.edition.pk: name for name, season in world.seasons.items()}
        self.known: dict[tuple[type[Model], Any], str] = {}

    def of(self, model: type[Model], pk: int) -> str:
        """The relation of a row, with its season where that matters."""
        key = (model, pk)
        if key not in self.known:
            row = model._default_manager.filter(pk=pk).first()
            self.known[key] = self._of(row) if row else "gone"
        return self.known[key]

    def _of(self, row: Any) -> str:
        if isinstance(row, Innovation):
            return self._of_dossier(row)
        if isinstance(row, Article):
            return "public" if row.published_at else "draft"
        if isinstance(row, Replication):
            return f"{self._of(row.origin)} for {self._of(row.agency)}"
        if isinstance(row, Agency):
            return self.agencies.get(row.pk, "third")
        if isinstance(row, Unit):
            return self.units.get(row.pk, "third")
        if isinstance(row, User):
            return self._of_person(row)
        forward = {one.name for one in row._meta.concrete_fields if one.is_relation}
        for name in UPWARDS:
            above = getattr(row, name) if name in forward else None
            if above is not None:
                judge = f" by {self._of(row.evaluator)}" if "evaluator" in forward else ""
                return self._of(above) + judge
        edition = self.seasons.get(row.pk) if row._meta.model_name == "edition" else None
        return edition or "nobody's"

    def _of_dossier(self, row: Innovation) -> str:
        """Public or not, whose, and in which season it takes part."""
        state = "public " if row.state == InnovationState.PUBLISHED else ""
        entry = row.entries.order_by("pk").first()
        season = self.seasons.get(entry.edition_id, "") if entry else ""
        return f"{state}{self.units.get(row.unit_id, 'third')} {season}".strip()

    def _of_person(self, person: User) -> str:
        if person.pk in self.people:
            return self.people[person.pk]
        rows = Membership.objects.filter(user=person)
        return next((self.agencies.get(one.agency_id, "third") for one in rows), "third")
