"""Awards of earlier editions that may bar an innovation. Never one not announced yet."""

from collections.abc import Mapping, Sequence

from competitions.eligibility import EarlierAward, likest
from competitions.models import Entry
from innovations.models import Award
from sinovik.audit import clock
from sinovik.web.prepared import OneOf, Prepared

_EARLIER = Prepared(
    lambda agencies, dossiers, year, at: (
        Award.objects.announced(at)
        .filter(OneOf("innovation__agency_id", agencies) | OneOf("innovation_id", dossiers))
        .filter(year__lt=year)
        .select_related("innovation")
        .only("band", "band_name", "year", "innovation__agency_id", "innovation__title")
        .order_by("year", "pk")
    ),
    "agencies",
    "dossiers",
    "year",
    "at",
)


def earlier_awards(
    entries: Sequence[Entry], thresholds: Mapping[int, int]
) -> dict[int, list[EarlierAward]]:
    """Awards of the entries' innovations, of the own agency's dossiers that they replicate,
    and of those with the same or a like title; by entry id, one query.

    `thresholds` tells from which likeness on, by group id. Announced before this instant,
    in years before the edition's.
    """
    awards = _EARLIER.all(
        agencies=sorted({entry.agency_id for entry in entries}),
        dossiers=sorted({entry.innovation_id for entry in entries}),
        year=entries[0].edition.year,
        at=clock.now(),
    )
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
