"""Pages in Debian's Chromium through Playwright."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from agencies.models import User
from tests.chromium import ARGUMENTS, CHROMIUM

OpenPage = Callable[..., Page]
SignIn = Callable[[Page, User], None]
# A page takes its time beside another worker's browser; what never comes still fails.
PATIENCE = 15_000
REFUSED = "Failed to load resource: the server responded with a status of"

# Playwright's own event loop runs in this thread; the database is still used synchronously.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


class Watch:
    """Notes console errors of a page, which is also how the browser tells of a breach of CSP.

    A page that itself answers 404 or 422 is no complaint; a missing part of a page is.
    """

    def __init__(self, expected: set[str]) -> None:
        self.expected = expected
        self.complaints: list[str] = []
        self.documents: set[str] = set()

    def attach(self, page: Page) -> None:
        page.on("request", self._remember)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _remember(self, request: Request) -> None:
        if request.is_navigation_request():
            self.documents.add(request.url)

    def _note(self, message: ConsoleMessage) -> None:
        address = message.location.get("url")
        if message.text.startswith(REFUSED) and address in self.documents:
            return
        if message.text in self.expected:
            return
        if message.type == "error":
            self.complaints.append(f"{message.text} ({address})")


def part(contexts: list[BrowserContext]) -> None:
    """Close browsers after their last words: pages say goodbye, and the tables are emptied next."""
    for context in contexts:
        for page in context.pages:
            page.goto("about:blank")
    if contexts:
        time.sleep(0.3)
    for context in contexts:
        context.close()


@pytest.fixture
def expected_errors() -> set[str]:
    """Console errors that a test brings about itself, by cutting the line."""
    return set()


@pytest.fixture
def open_page(browser: Browser, live_server: Any, expected_errors: set[str]) -> Iterator[OpenPage]:
    """Open pages of the given width, colour scheme, without JavaScript, or with our worker.

    Each page is its own visitor. The test fails on a console error.
    """
    contexts = []
    watch = Watch(expected_errors)

    def open_one(
        *,
        width: int = 1280,
        height: int = 900,
        scheme: Any = "light",
        javascript: bool = True,
        timezone: str = "Asia/Jakarta",
        host: str = "127.0.0.1",
        worker: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url.replace("127.0.0.1", host),
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=javascript,
            locale="id-ID",
            timezone_id=timezone,
            service_workers="allow" if worker else "block",
            # A page that still glides after a key was pressed lets a click land beside its button.
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch.attach(page)
        return page

    yield open_one
    part(contexts)
    assert not watch.complaints, watch.complaints


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """One page of a desktop visitor."""
    return open_page()


@pytest.fixture
def sign_in(live_server: Any) -> SignIn:
    """Give a page the session of a person, without the form."""

    def with_session(page: Page, user: User) -> None:
        client = Client()
        client.force_login(user)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": live_server.url}
        page.context.clear_cookies()
        page.context.add_cookies([cookie])  # type: ignore[list-item]

    return with_session
