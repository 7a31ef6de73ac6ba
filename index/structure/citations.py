"""Citations as people write them: a document and its nodes in, the display form of each node out."""

import re
from collections.abc import Sequence

from index.document import Document, Node, NumberOrigin
from index.structure.address import CONTAINERS
from index.structure.titles import TITLE_NOUN, squeeze, title_text

_RANKED = ("部分", "条", "项", "目", "点")
"""Names of the levels of an official document in speech, outermost first."""
_LAW_RANKED = ("项", "目", "点")


class Citations:
    """Display forms for the nodes of one document, as people write them."""

    def __init__(self, document: Document, nodes: Sequence[Node]) -> None:
        self.document = document
        self.nodes = nodes
        self._undotted_at = 0
        self._sources: dict[int, str] = {}
        self._titles: dict[int, str] = {}
        self._numbers: dict[int, str] = {}
        self._parts: set[int] = set()
        """Containers whose outermost numbers are headings of parts (第二部分), not points (第二条)."""
        for _i, node in enumerate(nodes):
            if node.parent < 0 or nodes[node.parent].kind not in CONTAINERS:
                if (node.kind == "item" and node.parent >= 0 and nodes[node.parent].kind == "item") or (
                    node.kind == "paragraph"
                    and nodes[node.parent].kind == "item"
                    and node.address.endswith("/第1段")
                ):
                    above = nodes[node.parent]
                    if above.parent >= 0 and nodes[above.parent].kind in CONTAINERS:
                        self._parts.add(above.parent)
                continue
            if node.kind == "title":
                title = title_text(document.text[node.start : node.own_end])
                known = self._titles.get(node.parent, "")
                if not known or TITLE_NOUN.search(title) or not TITLE_NOUN.search(known):
                    self._titles[node.parent] = title
            elif node.kind == "number":
                self._numbers.setdefault(node.parent, squeeze(document.text[node.start : node.own_end]))
        # What a covering notice issues is cited by the number of the notice.
        issued_under = ""
        for i, node in enumerate(nodes):
            if node.kind == "notice":
                issued_under = self._numbers.get(i, "")
            elif node.kind == "document" and node.parent < 0:
                if i in self._numbers:
                    issued_under = ""
                else:
                    self._numbers[i] = issued_under or (document.number if i == 0 else "")

    def __call__(self, i: int) -> str:
        """Return the citation of the i-th node."""
        chain: list[int] = []
        j = i
        while j >= 0 and self.nodes[j].kind not in CONTAINERS:
            chain.append(j)
            j = self.nodes[j].parent
        chain.reverse()
        source = self._sources.get(j)
        if source is None:
            source = self._sources[j] = self._source(j)
        return source + self._within(chain, j)

    def _source(self, container: int) -> str:
        if container < 0:
            return self._named(self.document.title, self.document.number)
        node = self.nodes[container]
        title = self._titles.get(container, "")
        if node.kind == "attachment":
            label = node.address.rpartition("/")[2]
            outer = (
                self._source(node.parent)
                if node.parent >= 0
                else self._named(self.document.title, self.document.number)
            )
            return outer + label
        number = self._numbers.get(container, self.document.number)
        if number and self.document.number.endswith(number):
            # 第706号 is completed by the facts to 国务院令第706号.
            number = self.document.number
        return self._named(title or self.document.title, number)

    def _named(self, title: str, number: str) -> str:
        quoted = title.replace("《", "〈").replace("》", "〉")
        bare = number.strip("（）()【】[]")
        return f"《{quoted}》" + (f"（{bare}）" if bare else "")

    def _within(self, chain: list[int], container: int) -> str:
        nodes = self.nodes
        written = ""
        law = divided = False
        depth = 0
        for place, i in enumerate(chain):
            node = nodes[i]
            inferred = "（推定）" if node.number_origin is NumberOrigin.INFERRED else ""
            if node.kind in ("part", "subpart", "chapter", "section"):
                article = next((nodes[k] for k in chain[place + 1 :] if nodes[k].kind == "article"), None)
                # 条 are cited without their 章, unless their numbers begin anew in every 章.
                if article is None or node.number in article.address.split("/"):
                    written += node.number + inferred
                divided = True
            elif node.kind == "article":
                written += node.number + inferred
                law = True
            elif node.kind == "point":
                written += f"“{node.number}”"
            elif (
                node.kind == "item"
                and place + 1 < len(chain)
                and any(nodes[k].kind == "article" for k in chain[place + 1 :])
            ):
                # 一、一般规定 groups articles; they are cited without it.
                continue
            elif node.kind == "item":
                names = (
                    _LAW_RANKED
                    if law
                    else _RANKED
                    if container in self._parts and not divided
                    else _RANKED[1:]
                )
                number = node.number
                if "." in number and number[0].isdigit():
                    written = written if depth == 0 else written[: self._undotted_at]
                    depth = 0 if depth == 0 else depth
                else:
                    self._undotted_at = len(written)
                written += f"第{number}{names[min(depth, len(names) - 1)]}{inferred}"
                depth += 1
                if (
                    place + 1 < len(chain)
                    and nodes[chain[-1]].kind == "paragraph"
                    and place + 2 == len(chain)
                ):
                    written += self._quoted_heading(i)
            elif node.kind == "heading":
                written += f"“{squeeze(self.document.text[node.start : node.own_end])}”"
            elif node.address:
                written += self._unnumbered(node, law)
        return written

    def _unnumbered(self, node: Node, law: bool) -> str:
        segments = node.address.split("/")
        if node.kind == "paragraph" and len(segments) > 1 and segments[-2] in ("引言", "结语"):
            return segments[-2] + segments[-1]
        return segments[-1]

    def _quoted_heading(self, i: int) -> str:
        node = self.nodes[i]
        own = self.document.text[node.start : node.own_end]
        found = re.match(r"[（(]?[^、.．）)\s]{1,8}[、.．）)\s]\s*", own)
        heading = (
            squeeze(own[found.end() :])
            if found and node.number_origin is NumberOrigin.PRINTED
            else squeeze(own)
        )
        return (
            f"“{heading.rstrip('。')}”" if heading and len(heading) <= 40 and "。" not in heading[:-1] else ""
        )


def citation(document: Document, nodes: Sequence[Node], i: int) -> str:
    """Return the display form of the i-th node, e.g. 《…》（…）第三条第二款第（三）项.

    For many nodes of one document make one `Citations` and call it: it reads the nodes once.
    """
    return Citations(document, nodes)(i)
