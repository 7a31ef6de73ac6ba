"""A draft → the citations it gives by address or link, and by footnote."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import unquote

from retriever.verify.citation import Citation
from retriever.verify.spans import overlaps

_LINK = re.compile(r"\[(?P<shown>[^\[\]\n]{0,200})\]\((?P<url>[^()\s]{1,400}(?:\([^()\s]{0,80}\)[^()\s]{0,200}){0,4})\)"
                   r"|(?P<bare>https?://[^\s<>\"“”，。；、]{1,600})")  # fmt: skip
_NOTE = re.compile(r"^[ \t]*\[\^?(?P<label>[0-9A-Za-z]{1,6})\][::]?[ \t]*(?P<words>.*)$", re.MULTILINE)
_MARK = re.compile(r"\[\^?(?P<label>[0-9A-Za-z]{1,6})\](?!\()")
_ADDRESS_END = re.compile(r"[\s,;!?\"'“”「」《》<>|，；]")


def addressed(text: str, ids: Iterable[str]) -> Iterator[Citation]:
    """Our own addresses, bare or in links; the longest document id that stands before # counts."""
    known = sorted(ids, key=len, reverse=True)
    covered: list[tuple[int, int]] = []
    for match in _LINK.finditer(text):
        url = unquote(match["url"] or match["bare"])
        if "#" not in url and "clause=" not in url:
            continue
        url = url.partition("clause=")[2].partition("&")[0] or url
        for document_id in known if "#" in url else ():
            at = url.find(document_id + "#")
            if at >= 0:
                address = url[at + len(document_id) + 1 :].partition("#")[0].rstrip(".,)")
                address = address + ")" * (address.count("(") - address.count(")"))
                covered.append(match.span())
                yield Citation(*match.span(), (document_id,), document_id, address=address)
                break
    at = text.find("#")
    while at >= 0:
        if not overlaps(at, at + 1, covered):
            for document_id in known:
                if text.endswith(document_id, 0, at):
                    stop = _ADDRESS_END.search(text, at + 1, at + 100)
                    address = text[at + 1 : stop.start() if stop else min(at + 100, len(text))]
                    yield Citation(at - len(document_id), at + 1 + len(address), (document_id,), document_id,
                                   address=address)  # fmt: skip
                    break
        at = text.find("#", at + 1)


def with_footnotes(level: str, found: list[Citation]) -> list[Citation]:
    """A mark [1] cites what its note cites; the note itself is then not counted again."""
    notes: dict[str, tuple[tuple[int, int], list[Citation]]] = {}
    for match in _NOTE.finditer(level):
        inside = [c for c in found if match.start("words") <= c.start and c.end <= match.end()]
        if inside and match["label"] not in notes:
            notes[match["label"]] = (match.span(), inside)
    used: set[str] = set()
    marks: list[Citation] = []
    for match in _MARK.finditer(level) if notes else ():
        note = notes.get(match["label"])
        if note and not note[0][0] <= match.start() < note[0][1]:
            used.add(match["label"])
            marks.extend(replace(c, start=match.start(), end=match.end()) for c in note[1])
    spent = {(c.start, c.end) for label in used for c in notes[label][1]}
    return sorted([*(c for c in found if (c.start, c.end) not in spent), *marks], key=lambda c: c.start)
