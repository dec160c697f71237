"""The nightly look over everything, kept whatever it finds."""

from django.db import transaction

from competitions.models import NightCheck
from competitions.notifications.trust import tell_findings
from competitions.queries.night import look_over
from sinovik import audit
from sinovik.audit import clock


def check_everything() -> NightCheck:
    """Look everything over, keep what was found and tell the heads what is false.

    Reads for minutes in a large season, outside any transaction.
    """
    found = look_over()
    with transaction.atomic():
        check = NightCheck.objects.create(checked_at=clock.now(), **found)
        audit.record(
            by=None,
            event="night_checked",
            obj=check,
            payload={"findings": [one["key"] for one in check.findings]},
        )
        if check.findings:
            tell_findings(check)
    return check
