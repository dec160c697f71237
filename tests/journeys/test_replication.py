"""A replication from request to verified counts in the Replikasi group of the next edition."""

from dataclasses import replace
from datetime import timedelta

import pytest

from competitions.actions.editions import create_edition
from competitions.actions.entries import create_entry, send_entries, submit_entries
from competitions.actions.reference import rule_blueprints
from competitions.actions.stages import open_stage
from competitions.blueprints import GroupBlueprint, moved_to
from competitions.eligibility import Finding, Severity
from competitions.enums import EntryState, RuleKey
from competitions.exceptions import NotEligible
from competitions.models import Edition, Entry
from competitions.queries.design import blueprint_of
from competitions.queries.findings import find
from innovations.actions.dossiers import publish_innovations
from innovations.enums import ReplicationState as S
from innovations.queries.family import Kin, family_of
from sinovik.audit import clock
from tests.factories import (
    ANNOUNCED,
    REGISTRATION,
    Contest,
    make_contest,
    make_innovations,
    make_replication,
    make_team,
)
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def next_edition(contest: Contest) -> Edition:
    """Next year's edition, with a group of replicas and its rule."""
    year = contest.edition.year + 1
    blueprint = moved_to(blueprint_of(contest.edition), year=year, name="KIPP lagi", theme="Lagi")
    return create_edition(
        by=contest.head,
        blueprint=replace(
            blueprint,
            groups=(*blueprint.groups, GroupBlueprint("replikasi", "Replikasi", 12, 5)),
            rules=(*blueprint.rules, *rule_blueprints("replication")),
            is_published=True,
        ),
    )


def about_replication(entry: Entry) -> list[Finding]:
    fresh = Entry.objects.select_related(
        "edition", "group", "version", "innovation__category", "innovation__replicates__agency"
    ).get(pk=entry.pk)
    return [one for one in find([fresh])[fresh.pk] if one.rule == RuleKey.REPLICATION]


def lines(kin: Kin) -> list[tuple[str, str]]:
    """The tree as (title or agency, state), from the top."""
    name = kin.innovation.title if kin.innovation else kin.replication.agency.name  # type: ignore[union-attr]
    state = kin.replication.state if kin.replication else ""
    return [(name, state), *(line for child in kin.children for line in lines(child))]


def test_replication_from_request_to_verified_counts_in_the_next_edition(
    client: WatchfulClient,
) -> None:
    contest = make_contest(ANNOUNCED, entries=1, seats=(1, 1))
    (winner,) = publish_innovations(
        by=contest.team.admin, innovations=[contest.entries[0].innovation]
    )
    edition = next_edition(contest)
    stage = edition.stages.get(slug=REGISTRATION)
    group = edition.groups.get(slug="replikasi")
    asking = make_team()
    (dossier,) = make_innovations(asking, titles=["Loket desa"])
    with clock.at(stage.opens_at):
        open_stage(by=contest.head, stage=stage)
    with clock.at(stage.opens_at + timedelta(days=1)):
        entry = create_entry(by=asking.innovator, edition=edition, group=group, innovation=dossier)
        (finding,) = about_replication(entry)
        assert finding.is_blocking
        with pytest.raises(NotEligible, match="disepakati"):
            send_entries(by=asking.innovator, entries=[entry])
        world = make_replication(S.ACCEPTED, origin=winner, origin_team=contest.team, asking=asking)
        assert about_replication(entry)[0].is_blocking
        world.officer = contest.officer
        world.replica = dossier
        world.walk(S.REPORTED)
        assert about_replication(entry)[0].severity == Severity.NOTE
        assert family_of(winner).verified == 0
        assert lines(family_of(winner).root) == [
            (winner.title, ""),
            (asking.agency.name, "reported"),
        ]
        world.walk(S.VERIFIED)
        assert about_replication(entry) == []
        sent = send_entries(by=asking.innovator, entries=[entry])
        (entry,) = submit_entries(by=asking.admin, entries=sent)
        assert entry.state == EntryState.SUBMITTED
    publish_innovations(by=asking.admin, innovations=[dossier])
    family = family_of(winner)
    assert family.verified == 1
    assert lines(family.root) == [(winner.title, ""), ("Loket desa", "verified")]
    html = client.get(winner.get_absolute_url()).content.decode()
    assert "1 replikasi inovasi ini sudah terverifikasi" in html
    assert "Loket desa" in html
    assert winner.title in client.get(dossier.get_absolute_url()).content.decode()
