"""Relationships between the parts of an office document, and to what lies outside it."""

import re
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from defusedxml import ElementTree

from sinovik.cleaning.faults import Fault, Unclean

NAMESPACE = "http://schemas.openxmlformats.org/package/2006/relationships"
SAFE_ADDRESS = re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE)
NOWHERE = "about:blank"
# Local templates are named by nearly every document of an office; the name is dropped.
DROPPED = {
    "customXml", "customXmlProps", "custom-properties", "thumbnail", "attachedTemplate",
}  # fmt: skip


def check_relations(archive: zipfile.ZipFile) -> None:
    """Refuse documents that fetch a picture, a template or another document from outside."""
    for name in archive.namelist():
        if name.lower().endswith(".rels"):
            for relation in _parsed(archive.read(name)):
                _check(relation)


def rewritten_relations(content: bytes) -> bytes:
    """Drop relationships to parts that are dropped; lead unsafe links nowhere."""
    root = _parsed(content)
    for relation in list(root):
        if _kind(relation) in DROPPED:
            root.remove(relation)
        elif _is_external(relation) and not SAFE_ADDRESS.match(relation.get("Target", "").strip()):
            relation.set("Target", NOWHERE)
    ET.register_namespace("", NAMESPACE)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _parsed(content: bytes) -> ET.Element:
    try:
        root: ET.Element = ElementTree.fromstring(content, forbid_dtd=True)
    except ElementTree.ParseError as error:
        raise Unclean(Fault.DAMAGED) from error
    return root


def _kind(relation: ET.Element) -> str:
    return relation.get("Type", "").rpartition("/")[2]


def _is_external(relation: ET.Element) -> bool:
    return relation.get("TargetMode", "").lower() == "external"


def _check(relation: ET.Element) -> None:
    kind = _kind(relation)
    if kind in {"vbaProject", "wordVbaData", "xlMacrosheet", "control"}:
        raise Unclean(Fault.MACRO)
    if kind in {"oleObject", "package", "aFChunk"}:
        raise Unclean(Fault.EMBEDDED)
    if kind == "attachedTemplate" and SAFE_ADDRESS.match(relation.get("Target", "")):
        raise Unclean(Fault.EXTERNAL)
    if _is_external(relation) and kind not in {"hyperlink", "attachedTemplate"}:
        raise Unclean(Fault.EXTERNAL)


def without_overrides(content: bytes, dropped: Iterable[re.Pattern[str]]) -> bytes:
    """The list of content types without the parts that are dropped."""
    root = _parsed(content)
    for override in list(root):
        name = override.get("PartName", "").lstrip("/")
        if any(pattern.match(name) for pattern in dropped):
            root.remove(override)
    ET.register_namespace("", "http://schemas.openxmlformats.org/package/2006/content-types")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))
