"""An agency's places in a group: the one gate of every move that takes or claims one.

Submission and revival call `hold_places` before they lock a stage, so that two people of one
agency take turns, and `check_places` after it: what is late is told so before anything else,
and the count that the second person sees is true until it commits.
"""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agencies.models import Agency
from competitions.enums import RuleKey, Severity
from competitions.exceptions import NotEligible
from competitions.models import EligibilityRule, Entry, Group
from competitions.queries.quotas import counts_in
from competitions.queries.rules import policies_for
from sinovik.web.prepared import OneOf, Prepared

FULL = gettext_lazy(
    "Kuota %(group)s sudah terpakai %(used)s dari %(quota)s. Tarik atau buka kembali"
    " satu usulan lain lebih dahulu."
)


_HELD = Prepared(lambda pks: Agency.objects.locked().filter(OneOf("pk", pks)).order_by("pk"), "pks")


def hold_places(entries: Sequence[Entry]) -> None:
    """Lock the entries' agencies until the transaction ends, and bring them as they are then.

    Needs `innovation` loaded. Call it before a stage is locked: two orders would be a deadlock.
    """
    agency_ids = {entry.agency_id for entry in entries}
    agencies = {row.pk: row for row in _HELD.all(pks=[*agency_ids])}
    for entry in entries:
        entry.agency = agencies[entry.agency_id]
        # A dossier that moved since is another agency's: its own is read where it is frozen.
        if entry.innovation.agency_id == entry.agency_id:
            entry.innovation.agency = entry.agency


def check_places(entries: Sequence[Entry]) -> None:
    """Refuse what would exceed a quota; `hold_places` came before.

    `entries` are of one edition, their `group` loaded. Raises NotEligible where the group's
    quota doesn't hold them all.
    """
    asked = Counter((entry.agency_id, entry.group_id) for entry in entries)
    groups = {entry.group_id: entry.group for entry in entries}
    quotas = _quotas(list(groups.values()))
    if not quotas:
        return
    used = counts_in(asked, without=[entry.pk for entry in entries])
    for place, number in asked.items():
        taken, quota = used.get(place, 0), quotas.get(place[1])
        if quota is not None and taken + number > quota:
            name = _(groups[place[1]].name)
            raise NotEligible(FULL % {"group": name, "used": taken, "quota": quota})


def _quotas(groups: Sequence[Group]) -> dict[int, int]:
    """The quotas that the edition holds its agencies to, by group id."""
    limited = [group for group in groups if group.quota is not None]
    if not limited:
        return {}
    rows = list(EligibilityRule.objects.filter(edition=limited[0].edition_id, key=RuleKey.QUOTA))
    found = {}
    for group in limited:
        policy = policies_for(group, rows).get(RuleKey.QUOTA)
        if group.quota is not None and policy and policy.severity == Severity.BLOCKING:
            found[group.pk] = group.quota
    return found
