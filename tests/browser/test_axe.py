"""Every page, at two widths and in both themes: accessible, within its width, without errors.

What everybody may read is looked at in English too, there where no script runs.
`open_page` adds that nothing complains in the console, the content security policy included.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import OpenPage, SignIn
from tests.browser.languages import EnglishReader
from tests.browser.visits import (
    Visit,
    again_visits,
    checking_visits,
    deadline_visits,
    entrant_visits,
    judging_visits,
    public_visits,
    ranking_visits,
    standing_visits,
)
from tests.browser.visits_after import after_visits
from tests.browser.visits_articles import article_visits
from tests.browser.visits_design import design_visits
from tests.browser.visits_hearing import hearing_visits
from tests.browser.visits_objections import objection_visits
from tests.browser.visits_plenary import plenary_visits
from tests.browser.visits_replication import replication_visits
from tests.browser.visits_tables import table_visits

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

WIDTHS = (360, 1280)
NARROWEST = 320
OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
    "preload": False,
}
# The theme changes colours alone, so that a second look asks for nothing else.
COLOURS = OPTIONS | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}
# Each width and each theme is looked at whole once: what is wide is rarely of one theme only.
LOOKS = {
    WIDTHS[0]: (("light", OPTIONS), ("dark", COLOURS)),
    WIDTHS[1]: (("dark", OPTIONS),),
}
RUN = """options => axe.run(document, options).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({html, target}) =>
        `${id} ${target} ${html.slice(0, 120)}`)))"""
IS_WIDE = "document.documentElement.scrollWidth > innerWidth"
WIDEST = """[...document.querySelectorAll("main *")].filter(
  e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120))[0]"""


@pytest.mark.parametrize(
    "visits",
    [
        public_visits,
        standing_visits,
        entrant_visits,
        again_visits,
        checking_visits,
        deadline_visits,
        judging_visits,
        ranking_visits,
        table_visits,
        after_visits,
        design_visits,
        objection_visits,
        hearing_visits,
        replication_visits,
        plenary_visits,
        article_visits,
    ],
)
def test_pages_are_accessible_and_fit(
    open_page: OpenPage, sign_in: SignIn, visits: Callable[[], Iterator[Visit]]
) -> None:
    page, plain, english = open_page(), open_page(), EnglishReader()
    faults = []
    for visit in visits():
        if visit.user:
            sign_in(page, visit.user)
        else:
            page.context.clear_cookies()
        faults += [f"{visit.address}: {fault}" for fault in look_at(page, visit)]
        faults += [f"{visit.address}: {fault}" for fault in english.faults(visit)]
        if not visit.user:
            faults += [f"{visit.address}: {fault}" for fault in look_without_script(plain, visit)]
    assert not faults, "\n".join(faults)


def look_at(page: Page, visit: Visit) -> Iterator[str]:
    """Load a page on a phone, widen it, and tell what is wrong with it in either theme."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    response = page.goto(visit.address)
    assert response
    assert response.status == visit.status, visit.address
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width} {fault}" for fault in violations(page, width))
        other_half = page.locator(".split-tabs a").nth(1)
        if other_half.is_visible():
            other_half.click()
            yield from (f"{width} other half {fault}" for fault in violations(page, width))
        if page.evaluate(IS_WIDE):
            yield f"scrolls sideways at {width}"
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    if page.evaluate(IS_WIDE):
        yield f"scrolls sideways at {NARROWEST}: {page.evaluate(WIDEST)}"


@contextmanager
def scripts_off(page: Page) -> Iterator[None]:
    """Load without any script; afterwards axe may run, and the page's own stay undone."""
    line = page.context.new_cdp_session(page)
    line.send("Emulation.setScriptExecutionDisabled", {"value": True})
    yield
    line.send("Emulation.setScriptExecutionDisabled", {"value": False})
    assert not page.locator("[data-theme-toggle]:visible").count()
    line.detach()


def look_without_script(page: Page, visit: Visit) -> Iterator[str]:
    """Load the English page on a phone without JavaScript, widen it, and tell what is wrong."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    with scripts_off(page):
        page.goto(f"/en{visit.address.removeprefix('/en')}")
    page.evaluate(AXE_SCRIPT)
    yield from (f"English, no script: {fault}" for fault in page.evaluate(RUN, OPTIONS))
    for width in (*WIDTHS, NARROWEST):
        page.set_viewport_size({"width": width, "height": 900})
        if page.evaluate(IS_WIDE):
            yield f"English, no script: scrolls sideways at {width}"


def violations(page: Page, width: int) -> Iterator[str]:
    """What axe finds on the page as it stands: on a phone in both themes, else in the dark one."""
    for scheme, options in LOOKS[width]:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        yield from (f"{scheme} {fault}" for fault in page.evaluate(RUN, options))
