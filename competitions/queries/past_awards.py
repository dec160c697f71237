"""Awards of earlier editions that may bar an innovation. Never one not announced yet."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from competitions.eligibility import EarlierAward, likest
from competitions.models import Entry
from innovations.models import Award


def earlier_awards(
    entries: Sequence[Entry], thresholds: Mapping[int, int]
) -> dict[int, list[EarlierAward]]:
    """Awards of the entries' innovations, of the own agency's dossiers that they replicate,
    and of those with the same or a like title; by entry id, one query.

    `thresholds` tells from which likeness on, by group id. Announced before this instant,
    in years before the edition's.
    """
    agencies = {entry.agency_id for entry in entries}
    dossiers = {entry.innovation_id for entry in entries}
    rows = (
        Award.objects.announced()
        .filter(Q(innovation__agency__in=agencies) | Q(innovation__in=dossiers))
        .filter(year__lt=entries[0].edition.year)
        .select_related("innovation")
        .defer("innovation__sections")
        .order_by("year", "pk")
    )
    awards = list(rows)
    return {
        entry.pk: _of(entry, awards, thresholds[entry.group_id]) if awards else []
        for entry in entries
    }


def _of(entry: Entry, awards: Sequence[Award], threshold: int) -> list[EarlierAward]:
    innovation = entry.innovation
    own = {innovation.pk, innovation.replicates_id}
    titles = {
        award.innovation_id: award.innovation.title
        for award in awards
        if award.innovation.agency_id == entry.agency_id
    }
    alike = likest(innovation.title, titles, threshold=threshold, most=len(titles) or 1)
    same = {one.key for one in alike if one.is_same}
    near = {one.key for one in alike}
    return [
        EarlierAward(
            band=award.band,
            band_name=award.band_name,
            year=award.year,
            title=award.innovation.title,
            is_certain=award.innovation_id == innovation.pk
            or (award.innovation_id in titles and award.innovation_id in own | same),
        )
        for award in awards
        if award.innovation_id == innovation.pk
        or (award.innovation_id in titles and award.innovation_id in own | near)
    ]
