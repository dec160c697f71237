"""Dossiers: who may write, publish, archive; stale saves; frozen versions."""

from datetime import date

import pytest

from agencies.actions.people import NewPerson, create_units, enrol_people
from agencies.enums import AgencyType, Role
from agencies.models import Agency, Unit, User
from innovations.actions.archiving import archive_innovation
from innovations.actions.dossiers import (
    DossierDraft,
    create_innovation,
    create_innovations,
    edit_innovation,
    publish_innovations,
    save_identity,
    save_sections,
)
from innovations.actions.freezing import freeze_innovations
from innovations.enums import InnovationState
from innovations.exceptions import DossierIncomplete, DossierLocked, StaleEdit
from innovations.models import Innovation, InnovationVersion, SustainableGoal
from innovations.permissions import (
    can_create_innovation,
    can_edit_innovation,
    can_publish_innovation,
    works_for,
)
from innovations.versions import fingerprint, word_count
from sinovik.audit.canonical import canonical
from sinovik.audit.models import AuditEvent
from sinovik.web.access import Forbidden
from sinovik.web.querysets import ImmutableRow

pytestmark = pytest.mark.django_db


class Office:
    """An agency with an admin, and a unit with an innovator."""

    def __init__(self, name: str) -> None:
        slug = name.lower()
        self.agency = Agency.objects.create(
            name=name, slug=slug, agency_type=AgencyType.STATE_AGENCY
        )
        self.unit: Unit = create_units(by=None, agency=self.agency, names=[f"Unit {name}"])[0]
        self.admin = self.person("admin", Role.AGENCY_ADMIN)
        self.innovator = self.person("innovator", Role.INNOVATOR, self.unit)

    def person(self, label: str, role: str, unit: Unit | None = None) -> User:
        email = f"{label}@{self.agency.slug}.example"
        new = NewPerson(email, f"{label} {self.agency.name}", self.agency, role, unit)
        return enrol_people(by=None, people=[new])[0]

    def dossier(self, title: str = "Antre Cepat", **fields: object) -> Innovation:
        draft = DossierDraft(title=title, unit=self.unit, **fields)  # type: ignore[arg-type]
        return create_innovation(by=self.innovator, agency=self.agency, draft=draft)


@pytest.fixture
def office() -> Office:
    return Office("Badan Laut")


@pytest.fixture
def neighbour() -> Office:
    return Office("Badan Darat")


COMPLETE = {"summary": "Ringkasan rahasia bahari.", "started_on": date(2020, 1, 2)}


def test_same_titles_get_addresses_of_their_own(office: Office) -> None:
    first, second = create_innovations(
        by=office.innovator,
        agency=office.agency,
        drafts=[DossierDraft("Antre Cepat"), DossierDraft("Antre Cepat")],
    )
    third = office.dossier("Antre cepat")
    assert [first.slug, second.slug, third.slug] == [
        "antre-cepat",
        "antre-cepat-2",
        "antre-cepat-3",
    ]
    assert office.dossier("!!!").slug == "inovasi"


def test_stranger_creates_nothing_in_another_agency(office: Office, neighbour: Office) -> None:
    assert can_create_innovation(office.innovator, office.agency)
    assert not can_create_innovation(neighbour.innovator, office.agency)
    with pytest.raises(Forbidden):
        create_innovation(
            by=neighbour.admin, agency=office.agency, draft=DossierDraft("Selundupan")
        )
    assert not Innovation.objects.exists()


def test_draft_is_visible_to_its_own_people_alone(office: Office, neighbour: Office) -> None:
    draft = office.dossier(**COMPLETE)
    colleague = office.person("rekan", Role.INNOVATOR, office.unit)
    elsewhere = office.person(
        "lain", Role.INNOVATOR, create_units(by=None, agency=office.agency, names=["Lain"])[0]
    )
    for user in (office.innovator, office.admin, colleague):
        assert draft in Innovation.objects.visible_to(user)
        assert draft in Innovation.objects.editable_by(user)
        assert works_for(user, draft)
    for user in (elsewhere, neighbour.admin, neighbour.innovator):
        assert draft not in Innovation.objects.visible_to(user)
        assert not works_for(user, draft)


def test_writer_who_left_the_agency_sees_the_draft_no_more(office: Office) -> None:
    draft = office.dossier()
    membership = office.innovator.memberships.get()
    membership.ended_at, membership.ended_by = membership.started_at, office.admin
    membership.save()
    former = User.objects.get(pk=office.innovator.pk)
    assert draft not in Innovation.objects.visible_to(former)
    assert not works_for(former, draft)


def test_edit_names_the_edit_it_read(office: Office) -> None:
    draft = office.dossier()
    edit_innovation(
        by=office.innovator, innovation=draft, edit_number=1, changes={"title": "Antre Tepat"}
    )
    with pytest.raises(StaleEdit):
        edit_innovation(
            by=office.admin, innovation=draft, edit_number=1, changes={"title": "Menimpa"}
        )
    draft.refresh_from_db()
    assert (draft.title, draft.edit_number) == ("Antre Tepat", 2)


def test_identity_that_is_stored_already_is_no_conflict(office: Office) -> None:
    draft = office.dossier()
    title = {"title": "Antre Tepat"}
    for _again in range(2):
        row = save_identity(by=office.innovator, innovation=draft, edit_number=1, changes=title)
    assert row.edit_number == 2
    row = save_identity(
        by=office.innovator, innovation=draft, edit_number=1, changes=title | {"benefit": "direct"}
    )
    assert (row.title, row.benefit, row.edit_number) == ("Antre Tepat", "direct", 3)


def test_identity_of_two_people_is_a_conflict(office: Office) -> None:
    draft = office.dossier()
    for user, title in ((office.innovator, "Antre Tepat"), (office.admin, "Menimpa")):
        changes = {"title": title, "benefit": "direct"}
        if user == office.admin:
            with pytest.raises(StaleEdit):
                save_identity(by=user, innovation=draft, edit_number=1, changes=changes)
        else:
            save_identity(by=user, innovation=draft, edit_number=1, changes=changes)
    draft.refresh_from_db()
    assert (draft.title, draft.edit_number) == ("Antre Tepat", 2)


def test_edit_replaces_goals_links_and_team(office: Office) -> None:
    for number in (3, 4):
        SustainableGoal.objects.create(number=number, name=f"T{number}", name_en="", color="#000")
    draft = office.dossier(goals=[3], team=[("Ani", "Ketua")], links=[("A", "https://a.example")])
    edit_innovation(
        by=office.innovator,
        innovation=draft,
        edit_number=1,
        changes={"goals": [4], "links": [("B", "https://b.example")], "team": [("Badu", "")]},
    )
    assert [goal.number for goal in draft.goals.all()] == [4]
    assert draft.links.get().title == "B"
    assert draft.team.get().name == "Badu"


@pytest.mark.parametrize("field", ["state", "agency", "is_simulated", "published_at", "slug"])
def test_edit_of_a_field_that_is_not_the_writers_is_refused(office: Office, field: str) -> None:
    draft = office.dossier()
    with pytest.raises(ValueError, match=field):
        edit_innovation(by=office.innovator, innovation=draft, edit_number=1, changes={field: "x"})


def test_edit_of_one_list_leaves_the_others(office: Office) -> None:
    draft = office.dossier(team=[("Ani", "Ketua")])
    edit_innovation(
        by=office.innovator,
        innovation=draft,
        edit_number=1,
        changes={"links": [("B", "https://b.example")]},
    )
    assert draft.team.get().name == "Ani"


def test_sections_keep_the_others_and_summary_goes_to_the_summary(office: Office) -> None:
    draft = office.dossier(sections={"novelty": "baru"})
    save_sections(
        by=office.innovator,
        innovation=draft,
        edit_number=1,
        sections={"summary": "singkat", "impact": "besar"},
    )
    draft.refresh_from_db()
    assert draft.summary == "singkat"
    assert draft.sections == {"novelty": "baru", "impact": "besar"}


def test_neighbour_edits_nothing(office: Office, neighbour: Office) -> None:
    draft = office.dossier()
    assert can_edit_innovation(office.innovator, draft)
    assert not can_edit_innovation(neighbour.admin, draft)
    with pytest.raises(Forbidden):
        save_sections(
            by=neighbour.innovator, innovation=draft, edit_number=1, sections={"novelty": "x"}
        )


def test_admin_publishes_a_complete_dossier_once(office: Office) -> None:
    draft = office.dossier(**COMPLETE)
    assert not can_publish_innovation(office.innovator, draft)
    assert can_publish_innovation(office.admin, draft)
    with pytest.raises(Forbidden):
        publish_innovations(by=office.innovator, innovations=[draft])
    (published,) = publish_innovations(by=office.admin, innovations=[draft])
    assert published in Innovation.objects.published()
    with pytest.raises(DossierLocked):
        publish_innovations(by=office.admin, innovations=[draft])


def test_publishing_is_all_or_nothing(office: Office) -> None:
    complete, incomplete = office.dossier(**COMPLETE), office.dossier("Kosong")
    with pytest.raises(DossierIncomplete):
        publish_innovations(by=office.admin, innovations=[complete, incomplete])
    assert not Innovation.objects.published().exists()
    assert not AuditEvent.objects.filter(verb="innovation_published").exists()


def test_archiving_needs_a_reason_and_locks(office: Office) -> None:
    draft = office.dossier(**COMPLETE)
    publish_innovations(by=office.admin, innovations=[draft])
    with pytest.raises(DossierIncomplete):
        archive_innovation(by=office.admin, innovation=draft, reason="  ")
    archived = archive_innovation(by=office.admin, innovation=draft, reason="Layanan berhenti")
    assert archived.state == InnovationState.ARCHIVED
    assert not can_edit_innovation(office.admin, archived)
    with pytest.raises(DossierLocked):
        archive_innovation(by=office.admin, innovation=draft, reason="Lagi")


def test_frozen_versions_count_up_and_never_change(office: Office) -> None:
    draft = office.dossier(**COMPLETE)
    (first,) = freeze_innovations(by=office.admin, innovations=[draft])
    save_sections(
        by=office.innovator, innovation=draft, edit_number=1, sections={"summary": "lain"}
    )
    (second,) = freeze_innovations(by=office.admin, innovations=[draft])
    assert [first.number, second.number] == [1, 2]
    assert first.content["summary"] == COMPLETE["summary"]
    assert first.content_hash == fingerprint(first.content) != second.content_hash
    first.content = {}
    with pytest.raises(ImmutableRow):
        first.save()
    with pytest.raises(ImmutableRow):
        first.delete()
    with pytest.raises(ImmutableRow):
        InnovationVersion.objects.update(number=9)
    with pytest.raises(ImmutableRow):
        InnovationVersion.objects.all().delete()


def test_canonical_form_ignores_order_and_counts_words() -> None:
    assert canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert word_count(" sehari-hari  dua\ntiga ") == 3
