"""Field visits: who may be asked, what a report still lacks, who reads which."""

import tomllib
from functools import cache
from pathlib import Path

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.enums import SECRETARIAT_ROLES
from agencies.models import User
from competitions.enums import StageKind
from competitions.models import Entry, FieldVisit, Stage
from competitions.queries.conflicts import conflicting_entries

REFERENCE = Path(__file__).resolve().parent.parent / "reference" / "field_visit.toml"
MOST_PHOTOS = 6


@cache
def visit_questions() -> tuple[str, ...]:
    """What a visit looks into, in order."""
    with REFERENCE.open("rb") as file:
        return tuple(tomllib.load(file)["questions"])


def verifiers_for(stage: Stage) -> "QuerySet[User]":
    """Whom a visit may be asked of: the secretariat, and whoever judges in the edition."""
    staff = Q(memberships__role__in=SECRETARIAT_ROLES, memberships__ended_at__isnull=True)
    judges = Q(appointments__edition=stage.edition_id)
    people = User.objects.filter(staff | judges, is_active=True)
    return people.distinct().order_by("name")


def missing_in(visit: FieldVisit) -> list[str]:
    """What keeps a report from being filed, in words; two queries."""
    found = []
    if visit.visited_on is None:
        found.append(_("tanggal kunjungan"))
    for text, name in (
        (visit.place, _("tempat")),
        (visit.met, _("yang ditemui")),
        (visit.finding, _("temuan")),
    ):
        if not text.strip():
            found.append(name)
    found += [answer.question for answer in visit.answers.all() if not answer.verdict]
    return found


def readable_visits(user: User) -> "QuerySet[FieldVisit]":
    """Reports that the person may open; none of an entry in conflict."""
    rows = FieldVisit.objects.visible_to(user).exclude(entry__in=conflicting_entries(user))
    return rows.select_related(
        "stage__edition", "entry__edition", "entry__agency", "entry__innovation", "verifier"
    ).defer("entry__innovation__sections")


def visits_beside(entry: Entry, stage: Stage) -> list[FieldVisit]:
    """Filed reports to read beside a panel's sheet; none where identities are hidden.

    One query where there are none, else three. The caller has seen to conflicts.
    """
    if stage.kind != StageKind.SELECTION or stage.is_blind:
        return []
    rows = FieldVisit.objects.filed().filter(stage=stage, entry=entry)
    return list(
        rows.select_related("verifier").prefetch_related("answers", "photos__file").order_by("pk")
    )
