"""Documents of many kinds in tests/corpus, each beside the tree it must be read as.

`python tests/index/structure/test_corpus.py FILE…` prints the trees as they are read now; compare them by eye with
the documents before you keep them.
"""

import sys
from pathlib import Path

import pytest

from index.document import Split
from index.readers import read
from index.structure.check import check
from index.structure.split import split

CORPUS = Path(__file__).parents[2] / "corpus"
DOCUMENTS = sorted(path for path in CORPUS.iterdir() if path.suffix != ".tree")
FACTS = ("title", "number", "issuer", "published")
SHOWN_CHARS = 12


def tree(result: Split) -> str:
    """The facts, the nodes (kind, address, origin of the number, first words), the units, the findings."""
    document = result.document
    lines = [f"{name}: {getattr(document, name)}" for name in FACTS if getattr(document, name)]
    depth: list[int] = []
    for node in result.nodes:
        depth.append(depth[node.parent] + 1 if node.parent >= 0 else 0)
        words = "".join(document.text[node.start : node.own_end].split())[:SHOWN_CHARS]
        origin = f"({node.number_origin.value})" if node.number else ""
        lines.append(" ".join(filter(None, ["  " * depth[-1] + node.kind, node.address, origin, words])))
    lines.append("units: " + " ".join(clause.address.partition("#")[2] for clause in result.clauses))
    lines += [f"line {one.line} {one.code}" for one in result.findings]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_is_read_as_the_tree_beside_it_says(path: Path) -> None:
    result = split(read(path))
    assert check(result) == []
    assert tree(result) == path.with_suffix(".tree").read_text(encoding="utf-8")


def test_there_are_documents_to_read() -> None:
    assert len(DOCUMENTS) > 15


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(tree(split(read(Path(name)))), end="")
