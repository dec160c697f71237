"""How the text of a published dossier changed, as the public may follow it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from innovations.models import EarlierText, Innovation
from innovations.queries.dossiers import HEADINGS
from innovations.versions import Hunk, word_difference


@dataclass(frozen=True)
class Stand:
    """A text of a dossier: when it stood on the page; `pk` is None for the one that stands."""

    number: int
    since: datetime | None
    until: datetime | None
    pk: int | None


@dataclass(frozen=True)
class Change:
    """A passage that became another, word by word."""

    heading: str
    hunks: Sequence[Hunk]


def stands_of(innovation: Innovation) -> list[Stand]:
    """Every text that was told, the oldest first, the present one last. One query."""
    told = EarlierText.objects.filter(innovation=innovation)
    rows = list(told.values_list("pk", "told_from", "told_until"))
    earlier = [Stand(number, *row[1:], row[0]) for number, row in enumerate(rows, 1)]
    since = rows[-1][2] if rows else innovation.published_at
    return [*earlier, Stand(len(rows) + 1, since, None, None)]


def changes_between(innovation: Innovation, old: Stand, new: Stand) -> list[Change]:
    """Passages that differ between two texts, in reading order. One query."""
    kept = {row.pk: row for row in EarlierText.objects.filter(pk__in=[old.pk, new.pk])}
    before, after = (_passages(kept.get(one.pk or 0, innovation)) for one in (old, new))
    return [
        Change(heading, word_difference(before.get(heading, ""), after.get(heading, "")))
        for heading in dict.fromkeys([*after, *before])
        if before.get(heading, "") != after.get(heading, "")
    ]


def _passages(text: Innovation | EarlierText) -> Mapping[str, str]:
    return {
        _("Judul"): text.title,
        _("Ringkasan"): text.summary,
        **{str(heading): text.sections.get(key, "") for key, heading in HEADINGS.items()},
    }
