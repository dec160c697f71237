"""An edition whose registration is about to close, and everybody who is at it."""

from dataclasses import asdict, dataclass
from datetime import date
from importlib import import_module
from typing import Any

from bench.faults.promises import account

AN_AGENCY = 10
"""Proposals; each agency's admin submits them one after the other in as many tabs."""
TEXT = "Warga tidak lagi menunggu sejak pagi karena antrean, berkas dan hasilnya diurus daring. "
REPEATED = 18
"""Times TEXT stands in a section: 234 words, of 300 that are allowed."""


@dataclass(frozen=True)
class Registration:
    """The stage that closes, and the people as the crowd takes them."""

    stage: int
    submitters: list[dict[str, Any]]
    writers: list[dict[str, Any]]
    late: list[dict[str, Any]]


def build(*, submitters: int, writers: int, late: int) -> Registration:
    """Complete proposals with their agencies, those to be written drafts; by the actions."""
    from sinovik import notifications

    # By name: the checker of types does not go into the tests.
    factories = import_module("tests.factories")
    number = submitters + writers + late
    with notifications.muted():
        # Not one that was remembered: those rows belong to another database.
        contest = factories.make_contest.__wrapped__(entries=0)
        people: list[list[dict[str, Any]]] = [[], []]
        for first in range(0, number, AN_AGENCY):
            kept = range(first, min(first + AN_AGENCY, number))
            _fill(
                contest,
                factories,
                sum(place < submitters + late for place in kept),
                len(kept),
                people,
            )
    sent, drafts = people
    return Registration(
        contest.stage("pendaftaran").pk, sent[:submitters], drafts, sent[submitters:]
    )


def _fill(
    contest: Any, factories: Any, sending: int, number: int, people: list[list[dict[str, Any]]]
) -> None:
    """One agency with its proposals, the first of them sent to its admin."""
    from competitions.actions.entries import create_entry, send_entries

    team = factories.make_team()
    (group,) = contest.edition.groups.all()
    entries = [
        create_entry(by=team.innovator, edition=contest.edition, group=group, innovation=innovation)
        for innovation in _dossiers(team, factories, number)
    ]
    if sending:
        people[0] += [
            asdict(account(team.admin, entry))
            for entry in send_entries(by=team.innovator, entries=entries[:sending])
        ]
    people[1] += [asdict(account(team.innovator, entry)) for entry in entries[sending:]]


def _dossiers(team: Any, factories: Any, number: int) -> Any:
    from innovations.actions.dossiers import DossierDraft, create_innovations

    drafts = [
        DossierDraft(
            title=f"Layanan {place} {team.agency.name}",
            unit=team.unit,
            category=factories.make_category(),
            started_on=date(2015, 1, 1),
            summary=TEXT,
            sections=dict.fromkeys(factories.WEIGHTS, TEXT * REPEATED),
        )
        for place in range(number)
    ]
    return create_innovations(by=team.innovator, agency=team.agency, drafts=drafts)
