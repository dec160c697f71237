"""Keeping fresh which submitted proposals of an edition have titles that are alike."""

from django.db import transaction

from agencies.models import User
from competitions.models import Edition, Entry, TitlePair
from competitions.queries.title_pairs import alike_titles, floor_of

BATCH = 1000


@transaction.atomic
def refresh_title_pairs(*, by: User | None, edition: Edition) -> int:
    """Compare the titles of all submitted entries; returns how many rows stand afterwards.

    Derived rows, not decisions: the ledger keeps what they are derived from. Run twice at
    once, both write the same.
    """
    entries = Entry.objects.filter(edition=edition).submitted()
    titles = dict(entries.values_list("pk", "innovation__title"))
    wanted = alike_titles(titles, floor_of(edition))
    stored = {
        (entry, other): (pk, likeness)
        for pk, entry, other, likeness in TitlePair.objects.filter(
            entry__edition=edition
        ).values_list("pk", "entry", "other", "likeness")
    }
    gone = [pk for pair, (pk, _likeness) in stored.items() if pair not in wanted]
    TitlePair.objects.filter(pk__in=gone).delete()
    TitlePair.objects.bulk_create(
        [
            TitlePair(entry_id=entry, other_id=other, likeness=likeness)
            for (entry, other), likeness in wanted.items()
            if stored.get((entry, other), (0, 0))[1] != likeness
        ],
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["entry", "other"],
        update_fields=["likeness"],
    )
    return len(wanted)
