"""What the database holds about one person, as the law lets them see it (UU PDP, article 7)."""

from typing import Any

from django.db import models
from django.db.models import Count, Q, Value

from agencies.models import User
from sinovik.audit.models import AuditEvent, RowChange

SECRET = frozenset(
    {
        "password",
        "token",
        "salt",
        "actor_salt",
        "leaf",
        "secret",
        "data",
        "session_data",
        "session_key",
        "storage_name",
    }
)
"""Columns that would let somebody in, or that say nothing about a person."""
ACT = "_by"
"""Columns that end so name who did something to a row that is not about them."""


def own_rows(person: User) -> dict[str, list[dict[str, Any]]]:
    """Rows about the person by model ("agencies.membership"), each as its columns."""
    found: dict[str, list[dict[str, Any]]] = {"agencies.user": [_columns(person)]}
    for relation in _relations():
        if not relation.field.name.endswith(ACT):
            rows = _rows(relation, person)
            if rows:
                found[relation.related_model._meta.label_lower] = [_columns(row) for row in rows]
    return found


def counts(person: User) -> dict[str, int]:
    """How many rows name the person, by "competitions.entry: created_by"; one query."""
    parts = [
        _rows(relation, person)
        .order_by()
        .annotate(where_named=Value(place_of(relation)))
        .values("where_named")
        .annotate(times=Count("pk"))
        .values_list("where_named", "times")
        for relation in _relations()
    ]
    return dict(sorted(parts[0].union(*parts[1:], all=True)))


def place_of(relation: models.ManyToOneRel) -> str:
    """The model and column by which rows name a person."""
    return f"{relation.related_model._meta.label_lower}: {relation.field.name}"


def acts(person: User) -> dict[str, int]:
    """The same for columns that name the person as who did something."""
    return {place: count for place, count in counts(person).items() if place.endswith(ACT)}


def events_of(person: User) -> list[dict[str, Any]]:
    """What the log says that the person did, oldest first."""
    rows = AuditEvent.objects.filter(actor_id=person.pk).order_by("pk")
    return [dict(row) for row in rows.values("at", "verb", "object_type", "object_id")]


def history_of(person: User) -> list[dict[str, Any]]:
    """What stood in the account's and the memberships' rows before, oldest first."""
    memberships = list(person.memberships.values_list("pk", flat=True))
    rows = RowChange.objects.filter(
        Q(source="agencies_user", row_id=person.pk)
        | Q(source="agencies_membership", row_id__in=memberships)
        | Q(source="agencies_membership", before__user_id=person.pk)
    )
    columns = ("changed_at", "source", "row_id", "act", "before", "after")
    return [dict(row) for row in rows.order_by("pk").values(*columns)]


def own_data(person: User) -> dict[str, Any]:
    """All of it in one document."""
    return {
        "format": "sinovik-person-1",
        "rows": own_rows(person),
        "acts": acts(person),
        "events": events_of(person),
        "history": history_of(person),
    }


def _relations() -> list[models.ManyToOneRel]:
    # Hidden ones too: most columns that name who acted have no way back.
    return [
        relation
        for relation in User._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and not relation.related_model._meta.auto_created
        and relation.related_model is not AuditEvent
    ]


def _rows(relation: models.ManyToOneRel, person: User) -> "models.QuerySet[Any]":
    manager = relation.related_model._base_manager
    return manager.filter(**{relation.field.name: person}).order_by("pk")


def _columns(row: models.Model) -> dict[str, Any]:
    """The row's columns; of relations their numbers."""
    return {
        field.attname: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in SECRET
    }
