"""What becomes of one part of an office document: kept, rewritten or dropped."""

import re

from sinovik.cleaning.relations import rewritten_relations, without_overrides

SOMEBODY = b"Penulis"
DROPPED = (re.compile(r"customXml/"), re.compile(r"docProps/(custom\.xml|thumbnail\.)"))
PROPERTIES = {
    "docProps/core.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        b'core-properties"/>'
    ),
    "docProps/app.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'extended-properties"/>'
    ),
}
TAG = re.compile(rb"<[^<>!?/][^<>]*>")
NAMES = re.compile(
    rb"""(\s(?:\w+:)?(?:author|initials|displayName|userId|userName|lastEdited)=)("[^"]*"|'[^']*')"""
)
# Excel writes the folder of the last save, and with it the account's name.
FOLDER = re.compile(rb"""(<(?:\w+:)?absPath\b[^<>]*\surl=)("[^"]*"|'[^']*')""")
AUTHORS = re.compile(rb"(<(?:\w+:)?author>)[^<]*(</)")
TEMPLATE = re.compile(
    rb"<(?:\w+:)?attachedTemplate\b[^<>]*?(?:/>|>\s*</(?:\w+:)?attachedTemplate>)"
)


def rewritten(name: str, content: bytes) -> bytes | None:
    """The part as it may stay, or None where it is dropped."""
    if any(pattern.match(name) for pattern in DROPPED):
        return None
    if name.lower().endswith(".rels"):
        return rewritten_relations(content)
    if name == "[Content_Types].xml":
        return without_overrides(content, DROPPED)
    return PROPERTIES.get(name, content)


def without_names(name: str, content: bytes) -> bytes:
    """Comments and tracked changes stay; who made them does not."""
    if not name.endswith(".xml"):
        return content
    if name.startswith("word/"):
        content = TAG.sub(lambda tag: NAMES.sub(rb'\1"' + SOMEBODY + b'"', tag[0]), content)
        return TEMPLATE.sub(b"", content) if name == "word/settings.xml" else content
    if name.startswith(("xl/comments", "xl/persons", "xl/threadedComments")):
        content = AUTHORS.sub(rb"\1" + SOMEBODY + rb"\2", content)
        return TAG.sub(lambda tag: NAMES.sub(rb'\1"' + SOMEBODY + b'"', tag[0]), content)
    return FOLDER.sub(rb'\1""', content) if name == "xl/workbook.xml" else content
