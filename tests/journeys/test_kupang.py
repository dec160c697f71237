"""The worked example from award to alarm: what was proven in 2011 is worst-rated in 2016."""

from datetime import timedelta

import pytest
from django.urls import reverse

from innovations.actions.dossiers import publish_innovations
from innovations.models import Alarm, Innovation, MysteryCheck
from innovations.queries.life import waiting_reports
from sinovik.audit import clock
from sinovik.audit.models import AuditEvent
from sinovik.management.world.aftermath import DRAFT, NUMBER_OF_2016, SOURCE, tell_kupang
from tests.factories import ANNOUNCED, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def page(client: WatchfulClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_kupang_walks_from_award_to_alarm(client: WatchfulClient) -> None:
    contest = make_contest(ANNOUNCED, entries=2, judges=2, seats=(2, 1))
    winner = contest.entries[0].innovation
    if winner.published_at is None:
        publish_innovations(by=contest.team.admin, innovations=[winner])
    # The service that is told of began in 2011, so what was found that year is of its time.
    Innovation.objects.filter(pk=winner.pk).update(started_on=DRAFT.started_on)
    winner.refresh_from_db()
    public = winner.get_absolute_url()
    assert "Riwayat penghargaan" in page(client, public)
    alarm = tell_kupang(by=contest.team.admin, observer=contest.observer, innovation=winner)
    shown = page(client, public)
    for text in (
        "Angka awal, 2011",
        "15 menit",
        "Peringatan: hasil kembali ke angka awal atau lebih buruk",
        'Terakhir diukur <span lang="id">40 menit</span> (2016)',
        'angka awalnya <span lang="id">15 menit</span> (2011).',
        NUMBER_OF_2016,
        "Pemeriksaan tersamar, 2011",
        "Waktu tunggu",
        SOURCE,
        "Contoh jawaban:",
        "Riwayat penghargaan",
    ):
        assert text in shown, text
    # The year is known and nothing more; what the source does not say is labelled.
    assert "Juli 2016" not in shown
    assert "Data simulasi" in shown
    assert not MysteryCheck.objects.get().is_simulated
    assert alarm.value.is_simulated
    assert not alarm.baseline.is_simulated
    alarms = reverse("innovations:alarm_list")
    for person in (contest.head, contest.observer, contest.team.admin):
        client.force_login(person)
        assert winner.title in page(client, alarms)
    assert waiting_reports(contest.team.admin).alarms == 0
    assert Alarm.objects.standing().get() == alarm
    client.logout()
    with clock.at(clock.now() + timedelta(days=366)):
        assert "belum menyatakan" in page(client, public)
        assert Innovation.objects.with_life().get(pk=winner.pk).life == "tanpa-kabar"
    events = AuditEvent.objects.values_list("verb", flat=True)
    assert {"mystery_check_filed", "satisfaction_filed", "alarm_raised", "alarm_answered"} <= set(
        events
    )
