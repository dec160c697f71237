"""One dossier as the public reads it."""

import math
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from innovations.models import (
    Award,
    EarlierText,
    Innovation,
    InnovationLink,
    MysteryCheck,
    SatisfactionFigure,
    SustainableGoal,
    TeamMember,
)
from innovations.models.innovation import InnovationQuerySet
from innovations.queries.search import announced_awards
from innovations.versions import word_count

WORDS_A_MINUTE = 200

HEADINGS: dict[str, Promise] = {
    "background": _("Masalah dan tujuan"),
    "novelty": _("Solusi dan kebaruan"),
    "implementation": _("Pelaksanaan"),
    "significance": _("Dampak"),
    "adaptability": _("Replikasi"),
    "resources": _("Sumber daya"),
    "sustainability": _("Keberlanjutan"),
}
"""Form sections in reading order, with the headings that the public page gives them."""


@dataclass(frozen=True)
class Passage:
    """A section of a dossier as the page prints it."""

    key: str
    heading: str
    text: str


def public_innovations() -> InnovationQuerySet:
    """Dossiers the public may ask for (archived ones to be told so), with their facts.

    `goal_rows`, `link_rows` and `team_rows` come with the dossier. Two queries: that and
    announced awards.
    """
    own = {"innovation": OuterRef("pk")}
    goals = SustainableGoal.objects.filter(innovations=OuterRef("pk")).order_by("number")
    links = InnovationLink.objects.filter(**own).order_by("pk")
    team = TeamMember.objects.filter(**own).order_by("pk")
    return (
        Innovation.objects.exclude(published_at=None)
        .select_related("agency__region__province", "unit", "category", "location__province")
        .prefetch_related(announced_awards())
        .annotate(
            is_observed=Exists(MysteryCheck.objects.filter(innovation=OuterRef("pk")))
            | Exists(SatisfactionFigure.objects.filter(innovation=OuterRef("pk"))),
            was_changed=Exists(EarlierText.objects.filter(innovation=OuterRef("pk"))),
            goal_rows=ArraySubquery(goals.values(row=JSONObject(number="number", name="name"))),
            link_rows=ArraySubquery(links.values(row=JSONObject(title="title", url="url"))),
            team_rows=ArraySubquery(team.values(row=JSONObject(name="name", position="position"))),
        )
    )


def passages(innovation: Innovation) -> list[Passage]:
    """The sections that have text, in reading order; no query."""
    return [
        Passage(key, str(heading), innovation.sections[key])
        for key, heading in HEADINGS.items()
        if innovation.sections.get(key, "").strip()
    ]


def reading_minutes(innovation: Innovation) -> int:
    """Minutes to read the whole dossier at 200 words a minute, at least one."""
    texts = [innovation.summary, *innovation.sections.values()]
    return max(1, math.ceil(sum(word_count(str(text)) for text in texts) / WORDS_A_MINUTE))


def similar_to(innovation: Innovation, count: int = 3) -> list[Innovation]:
    """Published dossiers of the same field with the most alike titles.

    One query; `top_award` has the band's name and the year of the highest announced award,
    None without. Words of the title are alternatives: a dossier that shares any
    of them counts.
    """
    own = Award.objects.announced().filter(innovation=OuterRef("pk"))
    awards = own.order_by("seats", "-year")
    words = [word for word in innovation.title.split() if word.isalnum()]
    query = SearchQuery(" or ".join(words), config="indonesian", search_type="websearch")
    return list(
        Innovation.objects.published()
        .for_list()
        .filter(category=innovation.category_id)
        .exclude(pk=innovation.pk)
        .annotate(
            likeness=SearchRank(SearchVector("title", config="indonesian"), query),
            top_award=Subquery(
                awards.values(row=JSONObject(band_name="band_name", year="year"))[:1]
            ),
        )
        .order_by("-likeness", "pk")[:count]
    )


def start_shown(innovation: Innovation) -> date | None:
    """When the innovation began, as far as it may be told.

    Of dossiers that carry the source of their title only title, agency and award are known;
    the date in the row is there because eligibility asks for one.
    """
    documented = innovation.source and not innovation.is_simulated
    return None if documented else innovation.started_on


def province_code(innovation: Innovation) -> str:
    """Code of the province the dossier belongs to, empty for the whole country."""
    region = innovation.location or innovation.agency.region
    return region.province_or_self.code if region else ""


def withdrawn_sentence(innovation: Innovation) -> str:
    """When a dossier was withdrawn and why, in one line."""
    day = date_format(localtime(innovation.archived_at), "j F Y")
    return gettext("Inovasi ini ditarik oleh instansinya pada %(day)s. Alasan: %(reason)s") % {
        "day": day,
        "reason": innovation.archive_reason,
    }
