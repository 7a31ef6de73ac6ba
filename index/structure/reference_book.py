"""A split as its references are read: its places, what it is called, and the short names it has introduced."""

import re
from dataclasses import dataclass, field

from index.document import Split
from index.structure.cited import THIS, Cited
from index.structure.reference_grammar import noted
from index.structure.reference_targets import Places
from index.structure.titles import squeeze
from index.structure.traditional import shadow_of
from index.text import simplified


@dataclass(slots=True)
class Book:
    """A split as its references are read."""

    split: Split
    text: str = ""
    places: Places = field(init=False)
    names: set[str] = field(init=False)
    """What this document is called."""
    numbered: set[int] = field(init=False)
    """Where a number of the document's own stands."""
    aliases: dict[str, Cited] = field(default_factory=dict)
    """Short names that the text has introduced so far."""
    amended: Cited = field(init=False)
    """The law that a decision amends: a bare 将第五条修改为 means its articles. Otherwise this document."""

    def __post_init__(self) -> None:
        self.text = shadow_of(self.split.document.text)
        self.places = Places(self.split.nodes)
        title = simplified(squeeze(self.split.document.title))
        self.names = {title, title.replace("中华人民共和国", "")}
        amended = [simplified(fact.value) for fact in self.split.document.facts if fact.name == "amends"]
        bare = len(amended) == 1 and not any(node.kind == "article" for node in self.split.nodes)
        self.amended = Cited(amended[0]) if bare else THIS
        self.numbered = {node.start for node in self.split.nodes if node.number}

    def titled(self, found: re.Match[str]) -> Cited:
        """The document that 《》 and the note after it name; a short name given there is kept."""
        title = found["title"][1:-1]
        number, edition, alias = noted(found["note"] or "")
        cited = self.known(Cited(title, number, edition))
        if alias:
            self.aliases[squeeze(alias)] = cited
        return cited

    def known(self, cited: Cited) -> Cited:
        """What a short name stands for; this document where it names itself, and not an older one by its 文号."""
        title = squeeze(cited.title)
        if title in self.aliases and not cited.number:
            return self.aliases[title]
        own_number = squeeze(self.split.document.number)
        other = (cited.number and cited.number != own_number) or cited.edition
        return THIS if title in self.names and not other else cited
