"""Comments of judges that wait for the secretariat."""

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import ngettext

from agencies.models import User
from competitions.models import HeldComment
from competitions.queries.conflicts import TIES, close_to, ties_of
from competitions.queries.work_home import Need
from sinovik.audit import clock
from sinovik.web.prepared import Prepared


def comment_needs(user: User) -> list[Need]:
    """Held comments by list, due at its announcement; none in conflict. One query."""
    return [
        Need(
            ngettext(
                "Periksa %(count)s komentar penilai yang ditahan",
                "Periksa %(count)s komentar penilai yang ditahan",
                number,
            )
            % {"count": number},
            reverse("competitions:comment_list", args=[year]),
            due=announce_at if announce_at > clock.now() else None,
            detail=f"{name} {year}",
        )
        for year, name, announce_at, number in _LISTS.all(**ties_of(user))
    ]


_LISTS = Prepared(
    lambda **ties: (
        HeldComment.objects.waiting()
        .exclude(scoresheet__assignment__entry__in=close_to(**ties))
        .order_by("cut_off__announcement__announce_at")
        .values_list(
            "cut_off__stage__edition__year",
            "cut_off__stage__name",
            "cut_off__announcement__announce_at",
        )
        .annotate(number=Count("pk"))
    ),
    *TIES,
)
