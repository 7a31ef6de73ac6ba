"""Paragraphs as a format delivers them in, one `Source` with their spans out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.document import Paragraph, Source
from index.errors import ReadError
from index.readers.limits import MAX_PARAGRAPHS

_INVISIBLE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]*")
_LINE_ENDS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A paragraph before its place in the text is known; the fields are those of `Paragraph`."""

    text: str
    label: str = ""
    heading_level: int = 0
    style: str = ""
    table: int = 0
    page: int = 0


def compose(
    name: str,
    format: str,
    drafts: Iterable[Draft],
    facts: Mapping[str, str] | None = None,
    warnings: Iterable[str] = (),
    when_empty: str = "it holds no text; check that it is the right file",
) -> Source:
    """Join drafts, one line each, into a source; blank drafts are dropped.

    Raises ReadError if nothing is left or if there are too many paragraphs.
    """
    lines: list[str] = []
    paragraphs: list[Paragraph] = []
    start = 0
    for draft in drafts:
        line = _LINE_ENDS.sub(" ", draft.text).strip(" \n\u3000\xa0" if draft.table else None)
        if _INVISIBLE.fullmatch(line):
            continue
        if len(paragraphs) == MAX_PARAGRAPHS:
            raise ReadError(f"{name}: more than {MAX_PARAGRAPHS:,} paragraphs; split it into smaller files")
        paragraphs.append(
            Paragraph(
                start,
                start + len(line),
                label=draft.label,
                heading_level=draft.heading_level,
                style=draft.style,
                table=draft.table,
                page=draft.page,
            )
        )
        lines.append(line)
        start += len(line) + 1
    if not paragraphs:
        raise ReadError(f"{name}: {when_empty}")
    return Source(name, format, "\n".join(lines), tuple(paragraphs), dict(facts or {}), tuple(warnings))
