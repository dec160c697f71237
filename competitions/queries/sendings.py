"""The frozen versions of an entry: what was sent when, and by whom."""

from competitions.models import Entry, Sending
from innovations.models import InnovationVersion


def last_sent_version(entry: Entry) -> InnovationVersion | None:
    """The version that was sent last, to whomever; None where nothing was sent yet."""
    last = Sending.objects.filter(entry=entry).select_related("version").last()
    return last.version if last else None
