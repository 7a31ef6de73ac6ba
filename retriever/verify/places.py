"""The nodes of a document, and the steps of a citation (第二部分第（四）条) → the nodes it means."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.document import Node
from index.structure.numerals import chinese_numeral, parse_numeral
from retriever.verify.folding import flat

MAX_PLACES = 8
"""A number that stands in more places than this is no citation."""
RANKS = (
    "附件", "编", "分编", "部分", "章", "节", "条", "款", "", "项", "点", "目", "专栏", "表", "注", "段",
    "行",
)  # fmt: skip
"""Units of citations, outermost first."""
_CIRCLED = {c: i for i, c in enumerate("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳", 1)}
_SEGMENT = re.compile(
    r"第(?P<value>[^/第]{1,10}?)(?P<unit>分编|部分|编|章|节|条|款|项|目|段|行)(?:之(?P<branch>[一二三四五六七八九十]{1,3}))?"
    r"|(?P<named>附件|专栏|表|注)(?P<count>[^/]{0,8})"
    r"|(?P<round>\((?P<inner>[^()/]{1,8})\)|[①-⑳])"
    r"|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{1,3})+)\.?"
    r"|(?P<plain>[0-9〇零一二三四五六七八九十百千]{1,8})[.、)]?"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One level that a citation names."""

    unit: str
    """条, 款, 项, 部分, 章, 附件…; "" for a bare （四）."""
    value: tuple[int, ...]
    """(4,) for 四, (2, 3) for 2.3, (3, -1) for 三之一; () where a name has no number (附件)."""
    round: bool = False
    """True where the number stands in brackets or in a circle."""


def number_values(numeral: str, branch: str = "") -> tuple[int, ...] | None:
    """The values of a written number: 四, 15, 2.3.1, ④; None where it is none."""
    numeral = numeral.strip(" .、)(\t")
    if numeral in _CIRCLED:
        return (_CIRCLED[numeral],)
    parts = [parse_numeral(part) for part in numeral.split(".")]
    if not parts or None in parts or len(parts) > 6:
        return None
    values = tuple(part for part in parts if part is not None)
    if branch:
        return (*values, -(parse_numeral(branch) or 0))
    return values


class Places:
    """The addresses of one document, found by the steps of a citation."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.by_address = {node.address: i for i, node in enumerate(nodes) if node.address}
        self._ending: dict[tuple[int, ...], list[tuple[list[Step | None], int]]] = {}
        """Value of the last segment → the segments of each address that ends so, and its node."""
        for address, i in self.by_address.items():
            segments = [_segment(part) for part in address.split("/")]
            if (last := segments[-1]) is not None:
                self._ending.setdefault(last.value, []).append((segments, i))

    def find(self, steps: Sequence[Step]) -> list[int]:
        """The nodes meant, [] where there is none. Several where a number begins anew in every part."""
        found = self._find(steps)
        for at, step in enumerate(steps):
            if (
                not found
                and at
                and step == Step("款", (1,))
                and not self._find([*steps[:at], Step("款", (2,))])
            ):
                # The only paragraph of a 条 has no number of its own: its first 款 is the 条 itself.
                found = self._find([*steps[:at], *steps[at + 1 :]])
        return found

    def _find(self, steps: Sequence[Step]) -> list[int]:
        fits: dict[int, int] = {}
        if steps:
            for segments, i in self._ending.get(steps[-1].value, ()):
                cost = _cost(steps, segments)
                if cost is not None:
                    fits[i] = cost
        best = min(fits.values(), default=0)
        nodes = [i for i, cost in fits.items() if cost == best]
        return nodes if len(nodes) <= MAX_PLACES else []


def written(steps: Sequence[Step]) -> str:
    """The steps as people write them, for messages."""
    parts = []
    for step in steps:
        value = step.value
        number = ".".join(str(v) for v in value if v >= 0) if len(value) > 1 and value[-1] >= 0 else ""
        if not number:
            number = chinese_numeral(value[0]) if value else ""
        branch = f"之{chinese_numeral(-value[-1])}" if len(value) > 1 and value[-1] < 0 else ""
        if step.unit in ("附件", "专栏", "表", "注"):
            parts.append(f"{step.unit}{value[0] if value else ''}")
        elif step.round:
            parts.append(f"第（{number}）{step.unit}" if step.unit else f"（{number}）")
        else:
            parts.append(f"第{number}{step.unit}{branch}")
    return "".join(parts)


def _segment(part: str) -> Step | None:
    level = flat(part)
    head, mark, count = level.rpartition("·")
    if mark and count.isdecimal():
        level = head
    match = _SEGMENT.fullmatch(level)
    if match is None:
        return None
    if match["unit"]:
        value = number_values(match["value"].strip("()"), match["branch"] or "")
        return Step(match["unit"], value, match["value"].startswith("(")) if value else None
    if match["named"]:
        value = number_values(match["count"]) if match["count"] else ()
        return None if value is None else Step(match["named"], value)
    if match["round"]:
        value = number_values(match["inner"] or match["round"])
        return Step("", value, True) if value else None
    value = number_values(match["dotted"] or match["plain"])
    return Step("", value) if value else None


def _cost(steps: Sequence[Step], segments: Sequence[Step | None]) -> int | None:
    """How far the steps are from naming the address: segments left out, looser readings; None where they do not.

    Steps are matched from the innermost outwards, each to a segment above the last.
    """
    cost, at = 0, len(segments)
    for place, step in enumerate(reversed(steps)):
        while at:
            at -= 1
            segment = segments[at]
            fit = _fit(step, segment) if segment is not None else None
            if fit is not None:
                cost += fit
                break
            if place == 0:
                return None
            cost += 1
        else:
            return None
    return cost + at


def _fit(step: Step, segment: Step) -> int | None:
    if step.value != segment.value:
        return None
    if step.unit == segment.unit:
        return 0 if step.round == segment.round else 2
    if segment.unit == "" and step.unit in ("条", "项", "目", "点", "部分"):
        # Items have no unit of their own: in an official document （四） is called 条, 项 or 点.
        loose = step.round != segment.round and step.unit in ("条", "项")
        return None if step.unit == "部分" and segment.round else 10 if loose else 4
    if step.unit == "" and segment.unit in ("条", "款", "项", "目"):
        return 6
    if step.unit == "款" and step.round and segment.unit == "":
        return 6
    if {step.unit, segment.unit} == {"部分", "章"}:
        return 8
    return None
