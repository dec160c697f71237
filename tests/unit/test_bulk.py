"""What Python writes in place of templates: no value gets into a page as it was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from sinovik.web.routes import address_of
from sinovik.web.templatetags import bulk
from sinovik.web.templatetags import bulk_tables as rows

BAD = '<b>&"'
SAFE = "&lt;b&gt;&amp;&quot;"
CARD = {
    "title": BAD,
    "summary": BAD,
    "agency": BAD,
    "topic": BAD,
    "award": BAD,
    "year": 2019,
    "simulated": False,
}
WRITERS: list[tuple[Callable[[], Any], int]] = [
    (lambda: bulk.cards([{**CARD, "href": BAD, "cover": 0}]), 6),
    (lambda: bulk.cards([{**CARD, "href": "", "cover": 0}]), 4),
    (lambda: bulk.results([{**CARD, "href": BAD, "tone": "gold", "life": BAD}]), 7),
    (lambda: bulk.results([{**CARD, "href": BAD}]), 6),
    (lambda: rows.bar_rows([{"label": BAD, "value": 1, "href": BAD, "note": BAD}], 2), 3),
    (lambda: rows.labelled_rows([(BAD, BAD, BAD)], ["a", "b", BAD]), 4),
    (lambda: rows.figure_rows([{"label": BAD, "values": [1, None]}], BAD), 2),
    (lambda: rows.value_cells([{"values": (1, 2), "note": BAD, "column": BAD}]), 2),
    (lambda: rows.published_rows([dict.fromkeys(("year", "metric", "group", "source"), BAD)
                                  | {"value": 1}]), 4),
    (lambda: rows.framed([{"title": BAD, "href": BAD, "agency": BAD, "simulated": True}], BAD), 4),
    (lambda: bulk.top_links([{"href": BAD, "text": BAD, "current": "page"}]), 2),
    (lambda: bulk.menu_links([{"href": BAD, "text": BAD, "current": "", "icon": "home"}]), 2),
    (lambda: bulk.list_links([{"href": BAD, "text": BAD}]), 2),
]  # fmt: skip


@pytest.mark.parametrize(("write", "times"), WRITERS)
def test_every_value_is_escaped(write: Callable[[], Any], times: int) -> None:
    html = write()
    assert BAD not in html
    assert html.count(SAFE) == times


def test_marked_summary_stays_marked() -> None:
    found = bulk.mark_safe("<mark>antrean</mark>")
    assert "<mark>antrean</mark>" in bulk.result(title="a", href="/", summary=found)
    assert "<mark>" not in bulk.result(title="a", href="/", summary="<mark>antrean</mark>")


@pytest.mark.parametrize("language", ["id", "en"])
def test_address_of_one_kind_is_what_reverse_says(language: str) -> None:
    with override(language):
        for name, key in (
            ("innovations:innovation_detail", "mantra-padu_2"),
            ("innovations:province_detail", "33"),
            ("competitions:edition_detail", 2019),
        ):
            assert address_of(name, key) == reverse(name, args=[key])


def test_key_with_other_signs_goes_the_long_way() -> None:
    with pytest.raises(NoReverseMatch):
        address_of("innovations:innovation_detail", "../masuk")
