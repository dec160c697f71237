"""What the public could read of a dossier stays readable after it changes."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from innovations.actions.archiving import archive_innovation
from innovations.actions.dossiers import (
    edit_innovation,
    publish_innovations,
    save_sections,
)
from innovations.models import EarlierText, Innovation
from sinovik.audit import clock
from sinovik.web.querysets import ImmutableRow
from tests.factories import Team, make_innovations, make_published_innovation, make_team
from tests.owner import as_owner
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def write(team: Team, innovation: Innovation, summary: str, *, by: str = "admin") -> None:
    innovation.refresh_from_db()
    save_sections(
        by=getattr(team, by),
        innovation=innovation,
        edit_number=innovation.edit_number,
        sections={"summary": summary},
    )


def test_a_published_text_is_kept_once_a_sitting_and_nothing_else_is() -> None:
    team = make_team()
    (innovation,) = make_innovations(team)
    write(team, innovation, "Draf pertama.")
    publish_innovations(by=team.admin, innovations=[innovation])
    innovation.refresh_from_db()
    published_at = innovation.published_at
    assert not EarlierText.objects.exists()
    edit_innovation(
        by=team.admin,
        innovation=innovation,
        edit_number=innovation.edit_number,
        changes={"goals": []},
    )
    write(team, innovation, "Draf pertama.")
    assert not EarlierText.objects.exists()
    now = clock.now()
    for minutes, text in ((1, "Dua."), (30, "Tiga."), (60, "Empat."), (62, "Lima.")):
        with time_machine.travel(now + timedelta(minutes=minutes), tick=False):
            write(team, innovation, text)
    with time_machine.travel(now + timedelta(minutes=63), tick=False):
        write(team, innovation, "Enam.", by="innovator")
    kept = list(EarlierText.objects.all())
    # 60 is within an hour of 1, 62 is not; another person's change is always one more.
    assert [row.summary for row in kept] == ["Draf pertama.", "Empat.", "Lima."]
    assert kept[0].told_from == published_at
    assert kept[1].told_from == kept[0].told_until
    assert str(kept[0]).startswith(innovation.title)


def test_kept_texts_never_change() -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    write(team, innovation, "Lain.")
    row = EarlierText.objects.get()
    with pytest.raises(ImmutableRow):
        row.delete()
    for sql in (
        "UPDATE innovations_earliertext SET summary = ''",
        "DELETE FROM innovations_earliertext",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            as_owner() as cursor,
        ):
            cursor.execute(sql)


def test_public_follows_the_changes(client: WatchfulClient) -> None:
    team = make_team()
    innovation = make_published_innovation(team)
    page = innovation.get_absolute_url()
    history = f"{page}riwayat/"
    assert client.get(history).status_code == 404
    assert history not in client.get(page).content.decode()
    now = clock.now()
    for hours, text in (
        (0, "Antrean dua jam <b>."),
        (2, "Antrean satu jam."),
        (4, "Tanpa antrean."),
    ):
        with time_machine.travel(now + timedelta(hours=hours), tick=False):
            write(team, innovation, text)
    assert f'<a href="{history}">' in client.get(page).content.decode()
    with CaptureQueriesContext(connection) as queries:
        html = client.get(history).content.decode()
    assert len(queries) <= 6
    assert "Perubahan dari teks 3 ke teks 4" in html
    assert "<ins>" in html
    assert "dua jam" not in html
    html = client.get(f"{history}?dari=4&ke=2").content.decode()
    assert "Perubahan dari teks 2 ke teks 4" in html
    assert "dua jam &lt;b&gt;" in html
    assert "masih berlaku" in html
    for query in ("?dari=9&ke=x", "?dari=%00", "?dari=-1"):
        assert "Perubahan dari teks 3 ke teks 4" in client.get(history + query).content.decode()
    assert "Tidak ada perbedaan" in client.get(f"{history}?dari=2&ke=2").content.decode()
    assert "sampai" in client.get(f"{history}?dari=1&ke=2").content.decode()
    assert client.get(f"/en{history}").status_code == 200
    innovation.refresh_from_db()
    archive_innovation(by=team.admin, innovation=innovation, reason="Digabung.")
    assert client.get(history).status_code == 410
