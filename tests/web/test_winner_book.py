"""The book of winners: none before the instant, whole and labelled after it, made once."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from competitions.actions.announcements import schedule_announcement
from competitions.queries.results_public import winners
from competitions.views.books import kept_key
from innovations.actions.archiving import archive_innovation
from innovations.models import Innovation
from sinovik.audit import clock
from tests.editions import FIRST
from tests.factories import lock, make_contest
from tests.pages import WatchfulClient

pytestmark = pytest.mark.django_db


def outline(octets: bytes) -> list[str]:
    """Titles of the book's bookmarks."""
    with pikepdf.open(BytesIO(octets)) as made:
        assert made.Root.MarkInfo.Marked
        assert "Buku pemenang" in str(made.docinfo["/Title"])
        with made.open_outline() as bookmarks:
            return [str(item.title) for item in bookmarks.root]


def test_the_book_opens_at_the_instant_and_is_kept_while_nothing_changes(
    client: WatchfulClient,
) -> None:
    contest = make_contest(FIRST)
    now = clock.now()
    address = f"/kompetisi/{contest.edition.year}/{FIRST}/buku.pdf"
    assert client.get(address).status_code == 404
    announcement = schedule_announcement(
        by=contest.head,
        cut_off=lock(contest, FIRST),
        decree_number="7/2019",
        decree_dated_on=now.date(),
        announce_at=now + timedelta(hours=2),
    )
    with time_machine.travel(announcement.announce_at - timedelta(seconds=1), tick=False):
        assert client.get(address).status_code == 404
    first, second, loser = (entry.innovation for entry in contest.entries)
    Innovation.objects.filter(pk=first.pk).update(
        state="published",
        published_at=now,
        published_by=contest.head,
        summary="Ringkas *tanpa* #markup\n\nAlinea kedua",
        is_simulated=True,
    )
    first.refresh_from_db()
    with time_machine.travel(announcement.announce_at, tick=False):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert len(queries) <= 6
        assert answer["Content-Disposition"].endswith(f'"buku-{FIRST}-{contest.edition.year}.pdf"')
        titles = outline(answer.content)
        assert sorted(titles) == sorted([first.title, second.title])
        assert loser.title not in titles
        page = client.get(f"/kompetisi/{contest.edition.year}/{FIRST}/").content.decode()
        assert address in page
        assert address in client.get("/pemenang/").content.decode()
        stage = contest.stage(FIRST)
        cache.set(kept_key(stage, list(winners(stage))), b"%PDF-kept")
        assert client.get(address).content == b"%PDF-kept"
        archive_innovation(by=contest.team.admin, innovation=first, reason="Layanan digabung.")
        assert sorted(outline(client.get(address).content)) == sorted(titles)
        english = client.get(f"/en{address}").content
        with pikepdf.open(BytesIO(english)) as made:
            assert "Public Service Innovations" in str(made.docinfo["/Title"])
