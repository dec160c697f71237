"""One dossier as the public reads it."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
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
    SearchRow,
    SustainableGoal,
    TeamMember,
)
from innovations.models.innovation import InnovationQuerySet
from innovations.queries.search import CONFIGURATION
from innovations.versions import word_count
from sinovik.audit import clock
from sinovik.web.prepared import Prepared

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


def public_innovation(slug: str) -> Innovation:
    """The dossier the public may ask for (an archived one to be told so), with its facts.

    `goal_rows`, `link_rows` and `team_rows` come with it. Two queries: that and announced
    awards, the highest first, as `announced_awards`. Raises Innovation.DoesNotExist.
    """
    innovation = _BY_SLUG.get(slug=slug)
    awards = _AWARDS.all(innovation=innovation.pk, now=clock.now())
    for award in awards:
        award.innovation = innovation
    innovation.announced_awards = awards  # type: ignore[attr-defined]
    return innovation


def _with_facts() -> InnovationQuerySet:
    own = {"innovation": OuterRef("pk")}
    goals = SustainableGoal.objects.filter(innovations=OuterRef("pk")).order_by("number")
    links = InnovationLink.objects.filter(**own).order_by("pk")
    team = TeamMember.objects.filter(**own).order_by("pk")
    return (
        Innovation.objects.exclude(published_at=None)
        .select_related("agency__region__province", "unit", "category", "location__province")
        .annotate(
            is_observed=Exists(MysteryCheck.objects.filter(innovation=OuterRef("pk")))
            | Exists(SatisfactionFigure.objects.filter(innovation=OuterRef("pk"))),
            was_changed=Exists(EarlierText.objects.filter(innovation=OuterRef("pk"))),
            goal_rows=ArraySubquery(goals.values(row=JSONObject(number="number", name="name"))),
            link_rows=ArraySubquery(links.values(row=JSONObject(title="title", url="url"))),
            team_rows=ArraySubquery(team.values(row=JSONObject(name="name", position="position"))),
        )
    )


_BY_SLUG = Prepared(lambda slug: _with_facts().filter(slug=slug).order_by(), "slug")
_AWARDS = Prepared(
    lambda innovation, now: (
        Award.objects.announced(now).filter(innovation=innovation).order_by("seats", "-year")
    ),
    "innovation",
    "now",
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


def similar_to(innovation: Innovation) -> list[Innovation]:
    """The three published dossiers of the same field with the most alike titles.

    One query; `top_award` has name and year of the highest announced award, as a card takes it,
    None without. Words of the title are alternatives: a dossier that shares any
    of them counts.
    """
    words = [word for word in innovation.title.split() if word.isalnum()]
    found = []
    for row in _SIMILAR.all(
        pk=innovation.pk,
        category=innovation.category_id,
        words=" or ".join(words),
        now=clock.now(),
    ):
        row.innovation.top_award = row.top_award  # type: ignore[attr-defined]
        found.append(row.innovation)
    return found


def _similar(pk: Any, category: Any, words: Any, now: Any) -> QuerySet[SearchRow]:
    awards = Award.objects.announced(now).filter(innovation=OuterRef("pk"))
    highest = awards.order_by("seats", "-year")
    query = SearchQuery(words, config=CONFIGURATION, search_type="websearch")
    likeness = SearchRank(F("title_search"), query)
    # Chosen by the narrow row alone: the dossier and its agency are read for these three only.
    nearest = (
        SearchRow.objects.filter(category=category, is_published=True)
        .exclude(pk=pk)
        .order_by(likeness.desc(), "pk")[:MOST_SIMILAR]
    )
    return (
        SearchRow.objects.filter(pk__in=nearest.values("pk"))
        .select_related("innovation__agency", "innovation__category")
        .defer("search", "title_search", "innovation__sections")
        .annotate(
            top_award=Subquery(highest.values(row=JSONObject(award="band_name", year="year"))[:1]),
        )
        .order_by(likeness.desc(), "pk")
    )


MOST_SIMILAR = 3
_SIMILAR = Prepared(_similar, "pk", "category", "words", "now")


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
