"""Parts of templates that are alike on every page of a language are written once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Engine
from django.template.base import Node, NodeList, TextNode
from django.templatetags.i18n import TranslateNode
from django.utils.translation import override

PLAIN = "django.template.loaders.locmem.Loader"
LIBRARIES = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "web": "sinovik.web.templatetags.web",
}
TEMPLATES = {
    "base": "{% load i18n static %}<a href=\"{% static 'a.css' %}\">{% translate 'Menu' %}</a>"
    "{% block inside %}-{% endblock %}",
    "page": "{% extends 'base' %}{% load i18n web %}{% block inside %}"
    "{% for n in few %}{% translate 'Masuk' %}{% icon 'user' %} {{ n }},{% endfor %}"
    "{% if few %}{% translate 'Keluar' as out %}{{ out }}{{ out }}{% else %}{% icon 'x' %}"
    "{% endif %}"
    "{% url 'home:front' %} {% url 'home:nowhere' as where %}[{{ where }}]{% icon name %}"
    "{% translate name %}{% translate 'Provinsi' context 'banyak' %}{% include 'part' only %}"
    "{% language 'id' %}{% translate 'Menu' %}{% endlanguage %}{% endblock %}",
    "part": "{% load i18n %}{% comment %}x{% endcomment %}{% translate '100%% < ' %}",
}


def engine(folds: bool) -> Engine:
    inner = (PLAIN, TEMPLATES)
    loaders: list[Any] = [("sinovik.web.folding.Loader", [inner])] if folds else [inner]
    return Engine(loaders=loaders, libraries=LIBRARIES)


@pytest.mark.parametrize("autoescape", [True, False])
def test_folded_template_writes_what_it_would_write(autoescape: bool) -> None:
    folds, plain = engine(True), engine(False)
    for language in ("id", "en", "id"):
        for few, name in (([1, 2], "menu-2"), ([], "user"), ([3], "<b>")):
            given = {"few": few, "name": name}
            with override(language):
                said = [
                    one.get_template("page").render(Context(given, autoescape=autoescape))
                    for one in (folds, plain)
                ]
            assert said[0] == said[1]
            assert ("Sign in" in said[0]) is (language == "en" and bool(few))


def test_what_a_page_names_is_not_kept() -> None:
    by = engine(True)
    for name in ("menu-2", "user"):
        page = by.get_template("page").render(Context({"name": name}))
        assert [one for one in ("#menu-2", "#user") if one in page] == [f"#{name}"]


def nodes_in(nodes: NodeList) -> Iterator[Node]:
    for node in nodes:
        yield node
        for name in node.child_nodelists:
            yield from nodes_in(getattr(node, name, NodeList()))


def test_neighbours_become_one_node_and_stay_apart_from_what_differs() -> None:
    folds, plain = (
        [*nodes_in(engine(is_folding).get_template("page").nodelist)]
        for is_folding in (True, False)
    )
    assert [type(one) for one in plain].count(TranslateNode) == 5
    assert [type(one) for one in folds].count(TranslateNode) == 1  # the one with a variable


def test_text_alone_stays_as_it_is() -> None:
    by = Engine(loaders=[("sinovik.web.folding.Loader", [(PLAIN, {"a": "text"})])])
    assert [type(one) for one in by.get_template("a").nodelist] == [TextNode]
