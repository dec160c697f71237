"""Offers and needs of the replication hub: who posts them, who takes them down."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction

from agencies.enums import Role
from innovations.actions.archiving import archive_innovation
from innovations.actions.life import Proof, attest_life
from innovations.actions.replication_hub import (
    NeedText,
    end_need,
    end_offer,
    offer_innovation,
    post_need,
)
from innovations.exceptions import ReplicationRefused
from innovations.models import ReplicationOffer
from innovations.permissions import can_end_need, can_offer_innovation, can_post_need
from sinovik.audit import clock
from sinovik.web.access import Forbidden
from tests.editions import make_category
from tests.factories import make_innovations, make_person, make_published_innovation, make_team

pytestmark = pytest.mark.django_db


def text(title: str = "Antrean rujukan lama", size: int = 2) -> NeedText:
    return NeedText(title, "Tiga jam menunggu.", make_category(), size)


def test_offer_is_the_admins_and_a_second_one_takes_the_place_of_the_first() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    for person in (team.innovator, make_team().admin):
        assert not can_offer_innovation(person, innovation)
        with pytest.raises(Forbidden):
            offer_innovation(by=person, innovation=innovation, text="Kode sumber.", size=1)
    assert can_offer_innovation(team.admin, innovation)
    with pytest.raises(ReplicationRefused, match="ditawarkan"):
        offer_innovation(by=team.admin, innovation=innovation, text=" ", size=1)
    (draft,) = make_innovations(team)
    with pytest.raises(ReplicationRefused, match="terbit"):
        offer_innovation(by=team.admin, innovation=draft, text="Kode sumber.", size=1)
    first = offer_innovation(by=team.admin, innovation=innovation, text="Naskah SOP.", size=1)
    second = offer_innovation(by=team.admin, innovation=innovation, text="Kode sumber.", size=2)
    assert list(ReplicationOffer.objects.standing()) == [second]
    with pytest.raises(ReplicationRefused):
        end_offer(by=team.admin, offer=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReplicationOffer.objects.filter(pk=first.pk).update(ended_at=None, ended_by=None)
    archive_innovation(by=team.admin, innovation=innovation, reason="Berhenti.")
    assert not ReplicationOffer.objects.standing().exists()
    end_offer(by=team.admin, offer=second)


def test_what_has_stopped_is_not_offered_and_its_offer_stands_no_more() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    offer = offer_innovation(by=team.admin, innovation=innovation, text="Naskah SOP.", size=1)
    tell = partial(attest_life, by=team.admin, innovation=innovation)
    tell(state="berhenti", proof=Proof(), stopped_on=clock.today(), reason="Habis dana.")
    assert not ReplicationOffer.objects.standing().exists()
    assert list(ReplicationOffer.objects.held()) == [offer]
    with pytest.raises(ReplicationRefused, match="nyatakan keadaannya lebih dahulu"):
        offer_innovation(by=team.admin, innovation=innovation, text="Kode sumber.", size=1)
    assert ReplicationOffer.objects.get().ended_at is None
    tell(state="berjalan", proof=Proof(note="Dibuka lagi."))
    assert list(ReplicationOffer.objects.standing()) == [offer]


def test_need_is_posted_once_and_closed_by_its_writer_or_the_admin() -> None:
    team = make_team()
    loose = make_person(Role.INNOVATOR, agency=team.agency)
    assert not can_post_need(loose, team.agency)
    with pytest.raises(Forbidden):
        post_need(by=loose, agency=team.agency, need=text())
    assert can_post_need(team.innovator, team.agency)
    with pytest.raises(ReplicationRefused):
        post_need(by=team.admin, agency=team.agency, need=text(" "))
    need = post_need(by=team.admin, agency=team.agency, need=text())
    with pytest.raises(ReplicationRefused, match="sudah memasang"):
        post_need(by=team.innovator, agency=team.agency, need=text("Antrean  rujukan lama"))
    assert not can_end_need(team.innovator, need)
    with pytest.raises(Forbidden, match="rekan"):
        end_need(by=team.innovator, need=need)
    assert can_end_need(team.admin, need)
    end_need(by=team.admin, need=need)
    with pytest.raises(ReplicationRefused, match="ditutup"):
        end_need(by=team.admin, need=need)
    own = post_need(by=team.innovator, agency=team.agency, need=text())
    end_need(by=team.innovator, need=own)
