"""Templates in which what is alike on every page of a language is written once a process.

Texts, translations, icons, addresses of static files and of pages without a parameter: where they
stand side by side in a template they become one node, which remembers what it wrote. See
docs/adr/0062-written-in-one-go.md.
"""

from collections.abc import Hashable, Sequence
from itertools import groupby
from typing import Any

from django.template import Engine
from django.template.base import FilterExpression, Node, NodeList, Template, TextNode, Variable
from django.template.context import Context
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.library import SimpleNode
from django.template.loaders import cached
from django.templatetags.i18n import TranslateNode
from django.templatetags.static import StaticNode
from django.urls import get_script_prefix, get_urlconf
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from sinovik.web.templatetags.web import icon

SOURCES = (
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
)
SILENT = (TextNode, LoadNode, CommentNode)


class Loader(cached.Loader):  # type: ignore[misc]
    """Keeps templates as Django's does, and folds each before its first use."""

    def __init__(self, engine: Engine, sources: Sequence[Any] = SOURCES) -> None:
        super().__init__(engine, sources)

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        """A template with its parts folded."""
        is_new = self.cache_key(template_name, skip) not in self.get_template_cache
        template = super().get_template(template_name, skip)
        if is_new:
            # Another thread may be writing it already: either way the same comes out.
            template.nodelist = folded(template.nodelist)
        return template


def folded(nodes: NodeList) -> NodeList:
    """The nodes with each run of unchanging ones as one; those inside the others likewise."""
    found = NodeList()
    for is_unchanging, run in groupby(nodes, _is_unchanging):
        if is_unchanging:
            found.append(_as_one([*run]))
        else:
            found.extend(map(_with_parts_folded, run))
    found.contains_nontext = nodes.contains_nontext
    return found


def _as_one(run: list[Node]) -> Node:
    return run[0] if len(run) == 1 and isinstance(run[0], TextNode) else _Kept(run)


def _with_parts_folded(node: Node) -> Node:
    if isinstance(node, IfNode):
        node.conditions_nodelists = [
            (condition, folded(nodes)) for condition, nodes in node.conditions_nodelists
        ]
        return node
    for name in node.child_nodelists:
        if isinstance(vars(node).get(name), NodeList):
            setattr(node, name, folded(getattr(node, name)))
    name = getattr(node, "asvar", None)
    return _Named(node, name) if name and _says_the_same(node) else node


class _Kept(Node):  # type: ignore[misc]
    """Neighbours that write the same on every page of a language."""

    child_nodelists = ()

    def __init__(self, nodes: list[Node]) -> None:
        self.token, self.origin = nodes[0].token, nodes[0].origin
        self._nodes = NodeList(nodes)
        self._key = _place if any(isinstance(node, URLNode) for node in nodes) else get_language
        self._written: dict[Hashable, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = self._key(), context.autoescape
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = self._nodes.render(context)
        return found


class _Named(Node):  # type: ignore[misc]
    """A text or an address that the template gives a name to."""

    child_nodelists = ()

    def __init__(self, node: Node, name: str) -> None:
        self.token, self.origin = node.token, node.origin
        self._node, self._name = node, name
        self._known: dict[Hashable, str] = {}

    def render(self, context: Context) -> str:
        key = _place(), context.autoescape
        if key in self._known:
            context[self._name] = self._known[key]
        else:
            self._node.render(context)
            self._known[key] = context[self._name]
        return ""


def _place() -> Hashable:
    """What addresses depend on beside their name."""
    return get_language(), get_urlconf(), get_script_prefix()


def _is_unchanging(node: Node) -> bool:
    if isinstance(node, SILENT):
        return True
    if isinstance(node, StaticNode):
        return node.varname is None and _is_written_out(node.path)
    if isinstance(node, SimpleNode):
        is_icon = node.func is icon and node.target_var is None
        return is_icon and all(map(_is_written_out, [*node.args, *node.kwargs.values()]))
    return not getattr(node, "asvar", None) and _says_the_same(node)


def _says_the_same(node: Node) -> bool:
    if isinstance(node, TranslateNode):
        text = node.filter_expression
        is_literal = isinstance(text.var, Variable) and text.var.literal is not None
        context = node.message_context
        return is_literal and not text.filters and (context is None or _is_written_out(context))
    if isinstance(node, URLNode):
        return not node.args and not node.kwargs and _is_written_out(node.view_name)
    return False


def _is_written_out(value: FilterExpression) -> bool:
    """Whether the template itself says the value."""
    return not value.is_var and not value.filters
