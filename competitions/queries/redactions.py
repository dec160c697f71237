"""Which pieces of a frozen text are hidden from blind readers, and which titles."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from competitions.anonymity import Range, hide, merged, standing
from competitions.models import Assignment, Entry, Redaction
from innovations.models import InnovationVersion

TITLE = "title"


def places_of(
    redaction: Redaction, version: int | None, texts: Mapping[str, str]
) -> dict[str, tuple[Range, ...]]:
    """Where it hides something in a version, by section.

    In another version than its own that is wherever the same wording stands: what was hidden
    is read neither in the text before a correction nor in the one after it.
    """
    if redaction.version_id == version:
        return {redaction.section: ((redaction.start, redaction.end),)}
    return {key: standing(text, redaction.wording) for key, text in texts.items()}


def hidden_pieces(
    entry: Entry, version: InnovationVersion, texts: Mapping[str, str]
) -> dict[str, tuple[Range, ...]]:
    """The hidden places of each text, joined and in order. One query, none for a preview."""
    if entry.pk is None or version.pk is None:
        return {}
    found: dict[str, list[Range]] = defaultdict(list)
    for one in Redaction.objects.in_force().filter(entry=entry):
        for key, places in places_of(one, version.pk, texts).items():
            found[key].extend(places)
    return {key: merged(texts.get(key, ""), places) for key, places in found.items()}


def hidden_since(assignments: "QuerySet[Assignment]", moment: datetime) -> bool:
    """Whether a piece of any of these proposals was hidden at that moment or later."""
    entries = assignments.order_by().values("entry")
    return Redaction.objects.in_force().filter(entry__in=entries, hidden_at__gte=moment).exists()


def with_hidden_title() -> Exists:
    """Whether a piece of an assignment's title is hidden, or could be."""
    of_title = Q(section=TITLE) | ~Q(version=OuterRef("version"))
    return Exists(Redaction.objects.in_force().filter(of_title, entry=OuterRef("entry")))


def title_read(assignment: Assignment) -> str:
    """The title as its judge sees it; `stage` and `version` loaded. Up to two queries."""
    shown = blind_titles([assignment]) if assignment.stage.is_blind else {}
    frozen = assignment.version or assignment.entry.version
    return shown.get(assignment.pk) or (str(frozen.content["title"]) if frozen else "")


def blind_titles(assignments: Iterable[Assignment]) -> dict[int, str]:
    """Titles as blind readers see them by assignment, where anything is hidden. Two queries."""
    by_entry: dict[int, list[Redaction]] = defaultdict(list)
    rows = {one.pk: one for one in assignments}
    entries = [one.entry_id for one in rows.values()]
    for one in Redaction.objects.in_force().filter(entry__in=entries):
        by_entry[one.entry_id].append(one)
    concerned = [pk for pk, one in rows.items() if one.entry_id in by_entry]
    titles = Assignment.objects.filter(pk__in=concerned).values_list(
        "pk",
        "entry",
        Coalesce("version", "entry__version"),
        Coalesce("version__content__title", "entry__version__content__title"),
    )
    shown = {}
    for pk, entry, version, raw in titles:
        title = str(raw).strip()
        places = [
            place
            for one in by_entry[entry]
            for place in places_of(one, version, {TITLE: title}).get(TITLE, ())
        ]
        shown[pk] = hide(title, merged(title, places))
    return shown
