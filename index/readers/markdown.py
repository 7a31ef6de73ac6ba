"""A Markdown file in, one paragraph for each line out, with heading levels, table rows and front matter."""

import re
from collections.abc import Iterator

from index.document import Source
from index.readers.compose import Draft, compose
from index.readers.decode import decode, normalise_line_ends
from index.readers.facts import stated_facts

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|[^\x00-\x7f])[ \t]*(.*?)(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BULLET = re.compile(r"[ \t]*(?:>[ \t]?)*[ \t]*(?:[-*+][ \t]+(?:\[[ xX]\][ \t]+)?)?")
_NOTE = re.compile(r" {0,3}\[\^[^\]\s]{1,60}\]:")
_TABLE_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_INLINE = (
    (re.compile(r"!\[[^\]\n]{0,500}\]\([^)\s]{0,2000}(?:\s[^)]{0,500})?\)"), ""),
    (re.compile(r"\[([^\]\n]{1,2000})\]\([^)\s]{0,2000}(?:\s[^)]{0,500})?\)"), r"\1"),
    (re.compile(r"</?(?:[a-zA-Z][a-zA-Z0-9]{0,9})(?:\s[^<>]{0,500})?/?>"), ""),
    (re.compile(r"(?<!\\)(\*{2,3}|_{2,3}|~~|`)(?=[^\s*_`])([^*_`~\n]{0,2000}[^\s*_`\\])\1"), r"\2"),
    (re.compile(r"(?<![\\*0-9A-Za-z])\*(?=[^\s*])([^*\n]{0,2000}[^\s*\\])\*(?![*0-9A-Za-z])"), r"\1"),
    (re.compile(r"(?<!\\)\*\*"), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read_markdown(name: str, content: bytes) -> Source:
    """Read a Markdown file.

    Decision: each line is a paragraph. CommonMark would join lines that no blank line parts, but Chinese
    law texts put one 条 or 款 on a line, and a joined pair of 条 cannot be told apart again.
    Numbers of ordered lists are printed text and stay; bullets, emphasis and link targets go.
    """
    text, warnings = decode(name, content)
    text = normalise_line_ends(text)
    facts: dict[str, str] = {}
    front_matter = _FRONT_MATTER.match(text)
    if front_matter and ":" in front_matter[1]:
        facts = stated_facts(
            (key, value.strip(" \t'\""))
            for key, _, value in (line.partition(":") for line in front_matter[1].split("\n"))
        )
        text = text[front_matter.end() :]
    return compose(name, "md", _drafts(_COMMENT.sub("", text).split("\n")), facts, warnings)


def _drafts(lines: list[str]) -> Iterator[Draft]:
    fence = ""
    table = 0
    in_table = False
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else ""
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence):
                fence = ""
            else:
                yield Draft(line)
        elif mark:
            fence = mark[1]
        elif "|" in line and (in_table or (_TABLE_RULE.match(following) and "-" in following)):
            table += not in_table
            in_table = True
            if not _TABLE_RULE.match(line):
                yield Draft(_row(line), style="row", table=table)
        elif heading := _HEADING.match(line):
            in_table = False
            yield Draft(_plain(heading[2]), heading_level=len(heading[1]))
        else:
            in_table = False
            yield from _body(line, lines[i - 1] if i else "", following)


def _body(line: str, previous: str, following: str) -> Iterator[Draft]:
    """Yield a line outside tables and fences: a heading by its underline, a rule (nothing), or plain text."""
    if _RULE.match(line) or (_UNDERLINE.match(line) and previous.strip()):
        return
    underline = _UNDERLINE.match(following) if line.strip() else None
    level = 0 if underline is None else 1 if underline[1].startswith("=") else 2
    marker = _BULLET.match(line)
    style = "footnote" if _NOTE.match(line) else ""
    for part in _BREAK.split(line[marker.end() if marker else 0 :]):
        yield Draft(_plain(part), heading_level=level, style=style)


def _row(line: str) -> str:
    cells = _CELL_END.split(line.strip().removeprefix("|"))
    if len(cells) > 1 and not cells[-1].strip():
        cells.pop()
    return "\t".join(_plain(_BREAK.sub(" ", cell)).strip() for cell in cells)


def _plain(text: str) -> str:
    if len(text) < 100_000:
        for pattern, replacement in _INLINE:
            text = pattern.sub(replacement, text)
    return text
