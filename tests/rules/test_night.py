"""The nightly look over everything: clean after an edition, loud after a breach."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from agencies.enums import Role
from agencies.models import Membership
from competitions.models import NightCheck
from competitions.tasks import check_at_night
from sinovik.audit.models import AuditEvent
from sinovik.audit.sealing import seal_events
from sinovik.home.metrics import FIGURES
from sinovik.notifications.models import Notification
from tests.factories import ANNOUNCED, Contest, make_contest
from tests.owner import as_owner, past_triggers
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db

BREACHES = {
    "lists": "UPDATE competitions_result SET rank = rank + 100",
    # Only the program for strangers looks at signatures.
    "lists (signed)": "UPDATE competitions_commitment SET signature = reverse(signature)",
    "funnel": "DELETE FROM competitions_stageentry WHERE stage_id ="
    " (SELECT id FROM competitions_stage WHERE kind = 'administrative')"
    " AND entry_id = (SELECT min(id) FROM competitions_entry)",
    "counts": "DELETE FROM competitions_announcement",
    "ledger": "UPDATE audit_auditevent SET verb = 'entry_moved' WHERE id ="
    " (SELECT min(id) FROM audit_auditevent)",
}


@pytest.fixture
def announced() -> Contest:
    contest = make_contest(ANNOUNCED, quota=3)
    seal_events()
    return contest


def night() -> NightCheck:
    check_at_night(timestamp=0)
    return NightCheck.objects.latest("pk")


def figure(name: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES[name][1])
        return float(cursor.fetchone()[0])


def heads() -> set[int]:
    rows = Membership.objects.active().filter(role=Role.SECRETARIAT_HEAD)
    return set(rows.values_list("user", flat=True))


def test_a_walked_edition_gives_a_clean_night_and_nobody_hears(announced: Contest) -> None:
    assert figure("night_findings") == figure("night_check_age_seconds") == -1
    before = Notification.objects.count()
    check = night()
    assert check.findings == []
    assert check.lists > 0
    assert check.events > 0
    assert Notification.objects.count() == before
    assert figure("night_findings") == 0
    assert 0 <= figure("night_check_age_seconds") < 60
    assert AuditEvent.objects.named("night_checked").count() == 1


def test_each_planted_breach_is_found_that_night(announced: Contest) -> None:
    unheard = []
    for key, statement in BREACHES.items():
        with transaction.atomic():
            with past_triggers() as cursor:
                cursor.execute(statement)
                assert cursor.rowcount > 0, key
            found = {one["key"] for one in night().findings}
            unheard += [key] if key.split()[0] not in found else []
            transaction.set_rollback(True)
    assert unheard == []
    assert night().findings == []


def test_a_breach_reaches_the_heads_the_alarm_and_their_home(
    announced: Contest, client: WatchfulClient
) -> None:
    with as_owner() as cursor:
        cursor.execute("GRANT UPDATE ON audit_seal TO sinovik_web")
    check = night()
    assert [one["key"] for one in check.findings] == ["web-role"]
    told = Notification.objects.filter(subject__contains="Pemeriksaan malam")
    assert {row.recipient_id for row in told} == heads() != set()
    assert figure("night_findings") == 1
    client.force_login(announced.head)
    home = client.get(reverse("competitions:work_home"))
    assert "1 kalimat tidak benar" in home.text
    assert [need.is_alarm for need in home.context["needs"]][:1] == [True]
    page = client.get(reverse("competitions:night_check")).text
    assert "boleh mengubah tabel final audit_seal" in page
    client.force_login(announced.team.innovator)
    assert client.get(reverse("competitions:night_check")).status_code == 403
