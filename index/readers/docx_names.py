"""Names of WordprocessingML elements, and how their on/off and value attributes are read."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


def child(element: "_Element | None", *path: str) -> "_Element | None":
    """Return the first descendant along local names of the main namespace, or None."""
    for name in path:
        if element is None:
            return None
        element = element.find(W + name)
    return element


def value(element: "_Element | None", *path: str) -> str | None:
    """Return `w:val` of a descendant, None where either is absent."""
    found = child(element, *path)
    return None if found is None else found.get(W + "val")


def integer(element: "_Element | None", *path: str) -> int | None:
    """Return `w:val` of a descendant as a number, None where absent or malformed."""
    text = value(element, *path)
    try:
        return None if text is None else int(text)
    except ValueError:
        return None


def switch(element: "_Element | None", name: str) -> bool | None:
    """Return an on/off property: None where unset; an element without a value is on."""
    found = child(element, name)
    if found is None:
        return None
    return found.get(W + "val", "true").lower() not in ("false", "0", "off")


def is_placeholder(element: "_Element") -> bool:
    """Whether an element is a content control that nobody filled in: it shows a prompt such as 单击此处输入文字."""
    return element.tag == W + "sdt" and bool(switch(child(element, "sdtPr"), "showingPlcHdr"))


def alternatives(element: "_Element") -> Iterator["_Element"]:
    """Yield the children of the one branch of `mc:AlternateContent` that Word shows.

    Branches hold the same content twice, drawn anew and for old versions: only one may be read.
    """
    branches = [*element.findall(MC + "Choice"), *element.findall(MC + "Fallback")]
    chosen = next((branch for branch in branches if branch.find(f".//{W}t") is not None), None)
    if chosen is None and branches:
        chosen = branches[0]
    if chosen is not None:
        yield from chosen
