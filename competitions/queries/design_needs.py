"""Changes of locked parts that wait for a second person."""

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from competitions.models import EditionChange
from competitions.queries.work_home import Need
from sinovik.web.prepared import Prepared


def change_needs(user: User) -> list[Need]:
    """Proposed changes for which this person can be the second one. One query."""
    return [
        Need(
            _("Konfirmasi perubahan rancangan %s") % row.edition.name,
            reverse("competitions:change_decide", args=[row.pk]),
            detail=row.reason,
        )
        for row in _WAITING.all(person=user.pk)
    ]


_WAITING = Prepared(
    lambda person: EditionChange.objects.waiting().for_list().exclude(proposed_by=person), "person"
)
