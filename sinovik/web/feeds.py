"""Atom feeds (RFC 4287): each says who speaks, in which language, and when it last changed."""

from datetime import UTC, datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries changed: "now" would make it another one at each request."""


class Feed(Atom1Feed):  # type: ignore[misc]
    """A feed of the site in the reader's language; `page` is what it follows."""

    def __init__(self, request: HttpRequest, title: str, page: str) -> None:
        super().__init__(
            title=title,
            link=settings.SITE_ADDRESS + page,
            description="",
            feed_url=settings.SITE_ADDRESS + request.get_full_path(),
            language=get_language(),
            author_name="SINOVIK",
        )

    def latest_post_date(self) -> datetime:
        """The newest instant of its entries."""
        return super().latest_post_date() if self.items else NEVER  # type: ignore[no-any-return]

    def answer(self) -> HttpResponse:
        """The feed as it is sent."""
        return HttpResponse(self.writeString("utf-8"), content_type=self.content_type)
