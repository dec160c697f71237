"""The frozen versions of a dossier: what was sent when, by whom, and which was judged."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from competitions.enums import SentTo
from competitions.models import Announcement, Assignment, Entry, Sending
from innovations.models import Innovation, InnovationVersion
from sinovik.audit import clock


def last_sent_version(entry: Entry) -> InnovationVersion | None:
    """The version that was sent last, to whomever; None where nothing was sent yet."""
    last = Sending.objects.filter(entry=entry).select_related("version").last()
    return last.version if last else None


def sendings_of(innovation: Innovation, user: Any) -> QuerySet[Sending]:
    """The dossier's sendings that the person may read, oldest first, contents left unread.

    Whoever may open an entry's working pages may read each version that was sent of it.
    """
    entries = Entry.objects.filter(innovation=innovation).visible_to(user)
    return (
        Sending.objects.filter(entry__in=entries)
        .select_related("version", "entry__edition", "sent_by")
        .defer("version__content")
        .order_by("version__number")
    )


def submitted_until(entry: Entry, version: InnovationVersion) -> list[Sending]:
    """What the ministry got of an entry up to `version`: all that its judge may compare."""
    sent = Sending.objects.filter(entry=entry, sent_to=SentTo.MINISTRY)
    up_to = sent.filter(version__number__lte=version.number)
    return list(up_to.select_related("version").order_by("version__number"))


def stages_that_judged(version_ids: Iterable[int], *, is_insider: bool) -> Mapping[int, list[str]]:
    """Names of the stages in which each version was handed out to judges, in order.

    Whoever is no insider learns of a stage once the list that rests on it is announced: its
    own, or that of a stage after it.
    """
    given = Assignment.objects.filter(version__in=list(version_ids))
    if not is_insider:
        told = Announcement.objects.filter(
            announce_at__lte=clock.now(),
            cut_off__stage__edition=OuterRef("stage__edition"),
            cut_off__stage__position__gte=OuterRef("stage__position"),
        )
        given = given.filter(Exists(told))
    rows = given.order_by("stage__position").values_list("version_id", "stage__name").distinct()
    found: dict[int, list[str]] = {}
    for version_id, name in rows:
        found.setdefault(version_id, []).append(name)
    return found
