"""An agreed replication for a rehearsal's entry, where its group asks for one."""

from datetime import timedelta

from agencies.actions.people import NewPerson, enrol_people
from agencies.enums import Role
from agencies.models import Agency, User
from competitions.enums import RuleKey
from competitions.models import Edition, Group
from competitions.queries.rules import policies_for
from innovations.actions.dossiers import DossierDraft, create_innovation, publish_innovations
from innovations.actions.replications import (
    ReplicationRequest,
    agree_replication,
    answer_replication,
    request_replication,
)
from innovations.models import Innovation
from sinovik.audit import clock
from sinovik.web.zones import contest_day

WORDS = "Gladi bersih."


def asks_for_replica(edition: Edition, group: Group) -> bool:
    """Whether entries of the group need a replication behind them."""
    return RuleKey.REPLICATION in policies_for(group, edition.rules.all())


def agreed_origin(*, by: User, agency: Agency, owner: Agency) -> Innovation:
    """An innovation of `owner` whose replication by `agency` both agreed on; `by` is its admin."""
    (other,) = enrol_people(
        by=None,
        people=[
            NewPerson(
                email=f"gladi-asal-{owner.pk}@gladi.example",
                name=f"{Role.AGENCY_ADMIN.label} {owner.pk} (simulasi)",
                agency=owner,
                role=Role.AGENCY_ADMIN,
            )
        ],
    )
    today = contest_day(clock.now())
    draft = DossierDraft(
        title=f"Asal replikasi {owner.pk}",
        started_on=today - timedelta(days=1500),
        summary=WORDS,
        is_simulated=True,
        source="Gladi bersih",
    )
    origin = create_innovation(by=other, agency=owner, draft=draft)
    publish_innovations(by=other, innovations=[origin])
    asked = request_replication(
        by=by, origin=origin, agency=agency, request=ReplicationRequest(WORDS, WORDS, today)
    )
    answer_replication(by=other, replication=asked, accepts=True, answer=WORDS)
    agree_replication(by=by, replication=asked, number="1/gladi", dated_on=today)
    return origin
