"""How a question is ranked: one field a step, so that evaluation can change or switch off each of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from index.errors import TiaowenError
from retriever.fusion import Fusion, reciprocal_rank_fusion, score_fusion

FUSIONS: Mapping[str, Fusion] = {"score": score_fusion, "rrf": reciprocal_rank_fusion}


@dataclass(frozen=True, slots=True)
class RankingOptions:
    """The defaults are what is served.

    A new ranking step adds a field here and reads it in `Searcher.rank`: `tiaowen eval run --config` then takes it by
    name, and `tiaowen eval ablation` measures the search without it where the field is a bool that is True.
    """

    fusion: str = "score"
    """A key of `FUSIONS`."""
    bm25_weight: float = 0.4
    """Share of BM25 in the fused score, 0 to 1; dense has the rest."""
    depth: int = 1000
    """Candidates taken from each side, and the last rank that can be paged to: the same for every page, so that pages
    fit together."""

    exact: bool = True
    """A clause that the question names comes first, then its neighbours, then the ranking."""
    document_weight: float = 0.5
    """Weight of the support that a document's candidates give each other, 0 to leave it out."""

    rerank: bool = True
    """A configured reranker puts the first clauses in its order; without one nothing happens."""

    def __post_init__(self) -> None:
        """Raises TiaowenError for a value that no search can take."""
        if self.fusion not in FUSIONS:
            raise TiaowenError(f"fusion is {self.fusion!r}; it must be {' or '.join(FUSIONS)}")
        if not 0 <= self.bm25_weight <= 1:
            raise TiaowenError(f"bm25_weight is {self.bm25_weight}; it must be from 0 to 1")
        if self.depth < 1:
            raise TiaowenError(f"depth is {self.depth}; it must be 1 or more")

    synonyms: bool = True
    """What a question says in other words is searched too, by BM25, with less weight."""
    synonym_weight: float = 0.7
    """Weight of another word beside those of the question, 0 to 1."""
    dictionary: bool = True
    """English words that the glossary does not read are looked up in a dictionary."""
    readable_share: bool = True
    """BM25 counts for an English question by the share of it that glossary and dictionary read, not in full."""

    def weights(self, readable: float = 1.0) -> dict[str, float]:
        """Share of each side in the fused score; `readable`: how much of the question BM25 can read, 0 to 1."""
        bm25 = self.bm25_weight * readable
        return {"bm25": bm25, "dense": 1 - bm25}
