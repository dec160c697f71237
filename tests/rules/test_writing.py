"""Writing a proposal: sections, last year's texts, who writes now, the order of what waits."""

from datetime import timedelta

import pytest

from competitions.actions.carrying import carry_over
from competitions.actions.choice import move_in_choice
from competitions.actions.entries import return_entry
from competitions.actions.writing import save_entry_section
from competitions.enums import EntryState
from competitions.exceptions import WrongState
from competitions.models import Entry
from innovations.actions.dossiers import DossierDraft, create_innovations, edit_innovation
from innovations.actions.presence import end_presence, note_presence
from innovations.exceptions import DossierLocked, OriginRefused, StaleEdit
from innovations.models import EditPresence, Innovation
from innovations.queries.presence import EXPIRY, writing_now
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from tests.factories import (
    ADMINISTRATIVE,
    Contest,
    enter,
    make_contest,
    make_innovations,
    make_published_innovation,
    make_team,
    walk_entry,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return make_contest(entries=1)


def stored(entry: Entry) -> Innovation:
    return Innovation.objects.get(pk=entry.innovation_id)


def test_section_names_the_edit_it_read(contest: Contest) -> None:
    entry, admin = contest.entries[0], contest.team.admin

    def save(number: int, text: str, key: str = "novelty") -> None:
        save_entry_section(by=admin, entry=entry, edit_number=number, key=key, text=text)

    save(1, "Satu.")
    save(1, "Lain bagian.", "background")
    save(1, "Satu.")
    with pytest.raises(StaleEdit):
        save(1, "Dua.")
    with pytest.raises(StaleEdit):
        save(99, "Dua.")
    assert stored(entry).sections["novelty"] == "Satu."
    with pytest.raises(Forbidden):
        save_entry_section(
            by=make_team().innovator, entry=entry, edit_number=3, key="novelty", text="Disusupkan"
        )


def test_text_and_identity_are_held_still_while_the_admin_reads(contest: Contest) -> None:
    entry, writer = contest.entries[0], contest.team.innovator
    walk_entry(contest, entry, EntryState.WITH_AGENCY)
    number = stored(entry).edit_number
    with pytest.raises(WrongState, match="terkunci"):
        save_entry_section(
            by=writer, entry=entry, edit_number=number, key="novelty", text="Diam-diam"
        )
    with pytest.raises(DossierLocked, match="sedang diperiksa admin instansi"):
        edit_innovation(
            by=writer,
            innovation=entry.innovation,
            edit_number=number,
            changes={"title": "Diam-diam"},
        )


def test_texts_of_last_year_are_taken_as_chosen_and_recorded() -> None:
    last_year = make_contest(ADMINISTRATIVE, entries=1)
    contest = make_contest(entries=0)
    contest.team = team = last_year.team
    (entry,) = enter(contest, [last_year.entries[0].innovation])
    with pytest.raises(WrongState):
        carry_over(by=team.innovator, entry=last_year.entries[0], edit_number=1, sources={})
    number = stored(entry).edit_number
    save_entry_section(
        by=team.innovator, entry=entry, edit_number=number, key="novelty", text="Baru."
    )

    def carry(number: int, **sources: str) -> None:
        carry_over(by=team.innovator, entry=entry, edit_number=number, sources=sources)

    with pytest.raises(StaleEdit):
        carry(number - 1, novelty="background")
    with pytest.raises(ValueError, match="rahasia"):
        carry(number + 1, novelty="rahasia")
    with pytest.raises(Forbidden):
        carry_over(by=make_team().innovator, entry=entry, edit_number=number, sources={})
    carry(number + 1)
    assert stored(entry).sections["novelty"] == "Baru."
    carry(number + 1, novelty="background")
    texts = stored(entry).sections
    assert texts["novelty"] == texts["background"] == "Isi bagian background."
    event = AuditEvent.objects.about(entry).get(verb="entry_carried_over")
    assert event.payload["sections"] == {"novelty": "background"}


def test_admin_puts_what_waits_in_order_and_a_stranger_does_not(contest: Contest) -> None:
    first, second = (
        walk_entry(contest, entry, EntryState.WITH_AGENCY)
        for entry in enter(contest, make_innovations(contest.team, 2))
    )
    admin = contest.team.admin
    assert move_in_choice(by=admin, entry=first, up=True) == [first, second]
    assert move_in_choice(by=admin, entry=first, up=False) == [second, first]
    assert move_in_choice(by=admin, entry=first, up=False) == [second, first]
    assert [one.pk for one in Entry.objects.exclude(agency_rank=None).order_by("agency_rank")] == [
        second.pk,
        first.pk,
    ]
    return_entry(by=admin, entry=first, remarks=[("", "Lagi.")])
    with pytest.raises(WrongState):
        move_in_choice(by=admin, entry=first, up=False)
    with pytest.raises(Forbidden):
        move_in_choice(by=make_team().admin, entry=second, up=False)


def test_presence_keeps_since_when_is_renewed_ends_and_expires(contest: Contest) -> None:
    innovation, team = contest.entries[0].innovation, contest.team
    first = note_presence(by=team.innovator, innovation=innovation, place="novelty")
    with clock.at(first.since + timedelta(seconds=40)):
        note_presence(by=team.innovator, innovation=innovation, place="novelty")
    with clock.at(first.since + timedelta(seconds=100)):
        (seen,) = writing_now(innovation, besides=team.admin, place="novelty")
    assert seen.since == first.since
    with clock.at(first.since + timedelta(seconds=41) + EXPIRY):
        note_presence(by=team.admin, innovation=innovation, place="novelty")
    assert {row.user for row in EditPresence.objects.all()} == {team.admin}
    for act in (note_presence, end_presence):
        with pytest.raises(Forbidden):
            act(by=make_team().admin, innovation=innovation, place="novelty")
    end_presence(by=team.admin, innovation=innovation, place="novelty")
    assert not EditPresence.objects.exists()


def test_origin_that_may_not_be_read_or_goes_in_a_circle_is_refused(contest: Contest) -> None:
    team, origin = contest.team, make_published_innovation(make_team())
    (secret,) = make_innovations(make_team(), titles=["Kanari"])

    def create(named: Innovation) -> None:
        drafts = [DossierDraft("Replika", replicates=named)]
        create_innovations(by=team.innovator, agency=team.agency, drafts=drafts)

    create(origin)
    with pytest.raises(OriginRefused):
        create(secret)
    first, second = make_innovations(team, titles=["Satu", "Dua"])
    edit_innovation(by=team.admin, innovation=first, edit_number=1, changes={"replicates": second})
    for named in (first, second, secret):
        with pytest.raises(OriginRefused):
            edit_innovation(
                by=team.admin, innovation=second, edit_number=1, changes={"replicates": named}
            )
