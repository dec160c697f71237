from playwright.sync_api import Page


def test_livez_in_chromium_answers(page: Page) -> None:
    page.goto("/livez")
    assert "ok" in page.content()
