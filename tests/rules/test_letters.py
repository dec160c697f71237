"""Agencies are opened on letters; invitations are sent again and taken back."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.actions.letters import Letter, admit_agency
from agencies.actions.people import (
    accept_invitation,
    end_membership,
    invite_member,
    resend_invitation,
    revoke_invitation,
)
from agencies.enums import InvitationState, LetterPurpose, Role
from agencies.exceptions import (
    AlreadyInvited,
    AlreadyMember,
    InvitationUnusable,
    LetterRefused,
    TooSoon,
)
from agencies.models import Agency, AgencyLetter, Invitation, Membership, User
from agencies.permissions import can_admit_agency, can_end_role
from agencies.queries.admission import (
    OPEN,
    UNOPENED,
    WITHOUT_ADMIN,
    admission_counts,
    with_admission,
)
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.notifications.models import Notification
from sinovik.web.access import Forbidden
from tests.factories import make_agency, make_person, make_team
from tests.owner import as_owner
from tests.rules.test_judging_races import outcome, same, start

pytestmark = pytest.mark.django_db
PASSWORD = "angin-laut-di-selat-bali"
LETTER = Letter("065/1234/ORG", date(2026, 1, 5))


@pytest.fixture
def officer() -> User:
    return make_person(Role.SECRETARIAT_OFFICER)


@pytest.fixture
def head() -> User:
    return make_person(Role.SECRETARIAT_HEAD)


@pytest.fixture
def agency() -> Agency:
    return make_agency("Kabupaten Pulau Taliabu")


def admit(by: User, agency: Agency, email: str = "admin@contoh.example") -> AgencyLetter:
    return admit_agency(by=by, agency=agency, letter=LETTER, email=email)


def accept(invitation: Invitation, name: str = "Ratna") -> User:
    return accept_invitation(invitation=invitation, name=name, password=PASSWORD)


class TestOpening:
    def test_letter_opens_the_agency_and_invites_its_first_admin(
        self, officer: User, agency: Agency
    ) -> None:
        letter = admit(officer, agency)
        assert (letter.purpose, letter.number) == (LetterPurpose.OPENING, "065/1234/ORG")
        assert letter.invitation.role == Role.AGENCY_ADMIN
        admin = accept(letter.invitation)
        assert admin.agency_ids(Role.AGENCY_ADMIN) == {agency.pk}
        event = AuditEvent.objects.named("agency_opened").get()
        assert event.payload == {"letter": "065/1234/ORG"}
        invite_member(by=admin, agency=agency, email="unit@contoh.example", role=Role.INNOVATOR)

    def test_only_the_secretariat_opens(self, agency: Agency) -> None:
        for role in (Role.AGENCY_ADMIN, Role.INNOVATOR, Role.OBSERVER, Role.PANELIST):
            with pytest.raises(Forbidden):
                admit(make_person(role), agency)
        assert not Invitation.objects.exists()

    def test_agency_without_an_admin_gets_one_on_another_letter(
        self, officer: User, head: User, agency: Agency
    ) -> None:
        first = accept(admit(officer, agency).invitation)
        assert not can_admit_agency(officer, agency)
        with pytest.raises(Forbidden, match="sudah punya admin"):
            admit(officer, agency, "lain@contoh.example")
        User.objects.filter(pk=first.pk).update(is_active=False)
        letter = admit(officer, agency, "lain@contoh.example")
        assert letter.purpose == LetterPurpose.APPOINTMENT
        assert AuditEvent.objects.named("agency_admin_appointed").exists()

    def test_head_appoints_beside_an_admin_who_is_told(
        self, officer: User, head: User, agency: Agency
    ) -> None:
        admin = accept(admit(officer, agency).invitation)
        assert can_admit_agency(head, agency)
        letter = admit(head, agency, "lain@contoh.example")
        told = Notification.objects.get(recipient=admin)
        assert "065/1234/ORG" in told.body
        accept(letter.invitation, "Sari")
        end_membership(by=head, membership=admin.memberships.get())
        assert Membership.objects.active().filter(agency=agency).count() == 1

    @pytest.mark.parametrize(
        "letter", [Letter("  ", date(2026, 1, 5)), Letter("1/2", date(2999, 1, 1))]
    )
    def test_impossible_letters_are_refused(
        self, officer: User, agency: Agency, letter: Letter
    ) -> None:
        with pytest.raises(LetterRefused):
            admit_agency(by=officer, agency=agency, letter=letter, email="a@contoh.example")
        assert not AgencyLetter.objects.exists()

    def test_letter_of_today_in_jakarta_counts_while_it_is_yesterday_in_utc(
        self, officer: User, agency: Agency
    ) -> None:
        at = clock.now().replace(hour=18)
        today = (at + timedelta(hours=7)).date()
        with clock.at(at):
            admit_agency(by=officer, agency=agency, letter=Letter("1", today), email="a@x.example")

    def test_second_letter_to_the_same_address_waits_for_the_first(
        self, officer: User, agency: Agency
    ) -> None:
        admit(officer, agency)
        with pytest.raises(AlreadyInvited):
            admit(officer, agency, "ADMIN@contoh.example")
        accept(Invitation.objects.get())
        User.objects.update(is_active=True)
        with pytest.raises(AlreadyMember):
            admit(make_person(Role.SECRETARIAT_HEAD), agency)

    def test_rows_are_final(self, officer: User, agency: Agency) -> None:
        admit(officer, agency)
        for sql in (
            "UPDATE agencies_agencyletter SET number = 'x'",
            "DELETE FROM agencies_agencyletter",
        ):
            with (
                pytest.raises(IntegrityError, match="append-only"),
                transaction.atomic(),
                as_owner() as cursor,
            ):
                cursor.execute(sql)

    def test_directory_tells_who_is_open_and_who_has_nobody(
        self, officer: User, agency: Agency
    ) -> None:
        team = make_team(make_agency("Kota Tua"))
        left = make_team(make_agency("Kota Sepi"))
        User.objects.filter(pk=left.admin.pk).update(is_active=False)
        names = {
            state: [one.name for one in with_admission("Ko ta", state)]
            for state in (UNOPENED, WITHOUT_ADMIN, OPEN, "")
        }
        assert names[WITHOUT_ADMIN] == ["Kota Sepi"]
        assert names[OPEN] == [team.agency.name]
        assert agency.name in [one.name for one in with_admission("", UNOPENED)]
        assert names[""] == ["Kota Sepi", "Kota Tua"]
        counts = admission_counts()
        assert counts[WITHOUT_ADMIN] >= 1
        assert sum(counts.values()) == Agency.objects.count()


class TestInvitations:
    @pytest.fixture
    def invitation(self) -> Invitation:
        team = make_team()
        return invite_member(
            by=team.admin, agency=team.agency, email="x@x.example", role=Role.INNOVATOR
        )

    def admin(self, invitation: Invitation) -> User:
        return Membership.objects.get(agency=invitation.agency, role=Role.AGENCY_ADMIN).user

    def test_states(self, invitation: Invitation) -> None:
        assert invitation.state == InvitationState.PENDING
        with clock.at(invitation.expires_at):
            assert invitation.state == InvitationState.EXPIRED
        revoked = revoke_invitation(by=self.admin(invitation), invitation=invitation)
        assert revoked.state == InvitationState.REVOKED
        assert revoked.state_label == "Dibatalkan"

    def test_same_offer_twice_is_refused_until_the_first_expires(
        self, invitation: Invitation
    ) -> None:
        again = {"agency": invitation.agency, "email": "X@x.example", "role": Role.INNOVATOR}
        with pytest.raises(AlreadyInvited):
            invite_member(by=self.admin(invitation), **again)
        with clock.at(invitation.expires_at):
            assert invite_member(by=self.admin(invitation), **again).is_usable

    def test_sent_again_makes_a_new_link_and_kills_the_old(self, invitation: Invitation) -> None:
        old = invitation.token
        with pytest.raises(TooSoon):
            resend_invitation(by=self.admin(invitation), invitation=invitation)
        with clock.at(invitation.expires_at + timedelta(days=1)):
            again = resend_invitation(by=self.admin(invitation), invitation=invitation)
            assert again.token != old
            assert again.is_usable
            assert accept(again).roles == {Role.INNOVATOR}
        assert not Invitation.objects.filter(token=old).exists()
        assert AuditEvent.objects.named("invitation_resent").count() == 1

    def test_taken_back_is_dead_at_once(self, invitation: Invitation) -> None:
        revoke_invitation(by=self.admin(invitation), invitation=invitation)
        with pytest.raises(InvitationUnusable):
            accept(invitation)
        for action in (revoke_invitation, resend_invitation):
            with pytest.raises(InvitationUnusable, match="dijawab atau dibatalkan"):
                action(by=self.admin(invitation), invitation=invitation)

    def test_accepted_ones_and_strangers_take_nothing_back(
        self, invitation: Invitation, officer: User
    ) -> None:
        for stranger in (make_team().admin, officer):
            with pytest.raises(Forbidden):
                revoke_invitation(by=stranger, invitation=invitation)
        accept(invitation)
        with pytest.raises(InvitationUnusable):
            revoke_invitation(by=self.admin(invitation), invitation=invitation)
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.update(revoked_at=clock.now(), revoked_by=officer)

    def test_admin_ends_no_role_of_the_ministry(self, head: User) -> None:
        team = make_team()
        assert not can_end_role(team.admin, team.agency, Role.EVALUATOR)
        assert can_end_role(head, team.agency, Role.EVALUATOR)
        assert can_end_role(head, team.agency, Role.INNOVATOR)


@pytest.mark.django_db(transaction=True)
def test_two_officers_at_once_send_one_invitation() -> None:
    agency = make_agency()
    officers = [make_person(Role.SECRETARIAT_OFFICER) for _ in range(2)]
    jobs = [start(lambda one=one: admit(same(one), agency)) for one in officers]  # type: ignore[misc]
    results = sorted(type(outcome(job)).__name__ for job in jobs)
    assert results == ["AgencyLetter", "AlreadyInvited"]
    assert Invitation.objects.count() == 1
