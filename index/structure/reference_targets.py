"""The places of a document that can be cited: its nodes in, the addresses that a citation means out."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.document import Node
from index.structure.numerals import chinese_numeral, parse_numeral
from index.structure.reference_grammar import Steps

MAX_COUNTED_BACK = 10
"""前十款 is as far back as a relative reference counts."""
_DIVISIONS = frozenset(("part", "subpart", "chapter", "section"))
_UNIT_KINDS = {"款": ("paragraph",), "项": ("item",), "条": ("article",)}


class Places:
    """The addresses of one document; a citation that names none of them for certain finds nothing."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = nodes
        self.known = {node.address: i for i, node in enumerate(nodes) if node.address}
        self._order = [i for i, node in enumerate(nodes) if node.own_end > node.start]
        self._starts = [nodes[i].start for i in self._order]
        self._listed: dict[str, list[str]] = {}
        self._divisions: dict[str, list[str]] = {}
        """第三章, 第一编/第三章 → addresses that end so."""
        self._families: dict[tuple[int, str], list[int]] = {}
        """(parent, kind) → nodes in order; 条 have -1 for parent."""
        for i, node in enumerate(nodes):
            family = -1 if node.kind == "article" else node.parent
            self._families.setdefault((family, node.kind), []).append(i)
            if node.kind in _DIVISIONS:
                segments = node.address.split("/")
                for above in range(1, min(len(segments), 4) + 1):
                    self._divisions.setdefault("/".join(segments[-above:]), []).append(node.address)
            if node.kind == "item":
                self._listed.setdefault(node.number, []).append(node.address)

    def at(self, offset: int) -> int:
        """The innermost node whose own text holds the offset."""
        return self._order[max(bisect_right(self._starts, offset) - 1, 0)]

    def base(self, i: int) -> str:
        """The prefix of addresses in the document, notice or attachment that holds a node."""
        holder = self._up(i, ("document", "notice", "attachment"))
        return self.nodes[holder].address + "/" if holder >= 0 and self.nodes[holder].address else ""

    def cited(self, prefix: str, steps: Steps, own: bool = True) -> str:
        """The address of what is named from its 条 or part downwards, or "".

        `own`: outside the prefix too, where a whole document was named.
        """
        if "article" in steps:
            article = steps["article"]
            address = self._find(f"{steps['part']}/{article}" if "part" in steps else article, prefix)
            if not address and "division" in steps:  # its 条 begin anew in every 章
                address = self._find(f"{steps['division']}/{article}", prefix)
            if not address and article.startswith("（"):
                listed = [one for one in self._listed.get(article, []) if one.startswith(prefix)]
                address = listed[0] if len(listed) == 1 else ""
            if not address and own and "part" not in steps:
                address = self._find(article, "") or self._listed_plainly(article, prefix)
        elif "part" in steps:
            address = self._find(steps["part"], prefix)
        else:
            address = self._division(steps["division"], prefix) if "division" in steps else ""
        return self._below(address, steps) if address else ""

    def cited_here(self, here: int, steps: Steps) -> str:
        """The address of a 款 or 项 that is named without its 条: that of the 条 it stands in, or ""."""
        at = self._up(here, ("article",))
        address = self.nodes[at].address if at >= 0 else ""
        if address and "paragraph" not in steps:
            within = self._up(here, ("paragraph", "article"))
            if f"{self.nodes[within].address}/{steps.get('point', '')}" in self.known:
                address = self.nodes[within].address
        return self._below(address, steps) if address else ""

    def relative(self, here: int, found: re.Match[str]) -> list[str]:
        """The addresses of the 款, 项 or 条 that a relative reference begins with."""
        unit = found["unit"] or found["this"]
        kinds = _UNIT_KINDS[unit]
        article, at = self._up(here, ("article",)), self._up(here, kinds)
        if at < 0 and found["this"] == "款" and article >= 0:
            return [self.nodes[article].address]
        if at < 0 or (unit == "款" and article < 0):
            return []
        if found["this"]:
            return [self.nodes[at].address]
        count = parse_numeral(found["count"] or "一") or 1
        siblings = self._siblings(at, kinds[0])
        place = len(siblings) - 1
        return [self.nodes[one].address for one in siblings[place - count : place]] if place >= count else []

    def _up(self, i: int, kinds: tuple[str, ...]) -> int:
        while i >= 0 and self.nodes[i].kind not in kinds:
            i = self.nodes[i].parent
        return i

    def _find(self, address: str, prefix: str) -> str:
        return next((one for one in (prefix + address, address) if one in self.known), "")

    def _division(self, division: str, prefix: str) -> str:
        """第三章, though its address is 第一编/第三章, where the document has only one."""
        found = [one for one in self._divisions.get(division, []) if one.startswith(prefix)]
        return found[0] if len(found) == 1 else self._find(division, prefix)

    def _listed_plainly(self, article: str, prefix: str) -> str:
        """第二条 of a notice that counts its points 一、二、; of one whose 一、 are parts it is not certain."""
        address = self._find(article.removeprefix("第").removesuffix("条"), prefix)
        if not address or self.nodes[self.known[address]].kind != "item":
            return ""
        return "" if (self.known[address], "item") in self._families else address

    def _below(self, address: str, steps: Steps) -> str:
        """Go down from a 条 to the 款, 项 and 目 that are named; where a 款 is left out, the one that has the 项."""
        if "paragraph" in steps:
            deeper = f"{address}/{steps['paragraph']}"
            if deeper in self.known:
                address = deeper
            elif steps["paragraph"] != "第一款" or f"{address}/第二款" in self.known:
                return ""
        if "point" in steps:
            address = next((place for place in _points(address, steps["point"]) if place in self.known), "")
            if not address:
                return ""
        if "detail" in steps:
            address = f"{address}/{steps['detail']}"
        return address if address in self.known else ""

    def _siblings(self, at: int, kind: str) -> list[int]:
        """The nearest nodes of the same kind up to `at`, nearest last; 条 are counted over 章 and 节."""
        family = self._families[-1 if kind == "article" else self.nodes[at].parent, kind]
        stop = bisect_right(family, at)
        return family[max(0, stop - MAX_COUNTED_BACK - 1) : stop]


def _points(address: str, point: str) -> Iterator[str]:
    yield f"{address}/{point}"
    for number in range(1, 9):
        yield f"{address}/第{chinese_numeral(number)}款/{point}"
