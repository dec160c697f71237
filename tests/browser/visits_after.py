"""Pages that open after an announcement, and what the secretariat looks through before it."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse

from competitions.models import Certificate, HeldComment
from sinovik.audit import clock
from tests.browser.visits import Visit, visits_of
from tests.factories import FIRST
from tests.feedback import scheduled


def after_visits() -> Iterator[Visit]:
    """Feedback of a winner and of another, held comments, a certificate checked, badges."""
    with clock.at(clock.now() - timedelta(days=400)):
        contest = scheduled(entries=5)
    yield from visits_of(
        contest.team.admin,
        reverse("competitions:entry_feedback", args=[contest.entries[0].pk]),
        reverse("competitions:entry_feedback", args=[contest.entries[4].pk]),
    )
    yield from visits_of(
        contest.officer,
        reverse("competitions:comment_list", args=[contest.edition.year]),
        reverse("competitions:comment_decide", args=[HeldComment.objects.all()[0].pk]),
    )
    preparation = reverse("competitions:preparation_detail", args=[contest.stage(FIRST).pk])
    yield from visits_of(contest.head, preparation)
    badges = f"/kompetisi/{contest.edition.year}/{FIRST}/lencana/"
    yield from visits_of(
        None,
        f"/verifikasi/{Certificate.objects.all()[0].code_text}/",
        badges,
        f"{badges}{contest.entries[0].innovation.slug}/",
    )
