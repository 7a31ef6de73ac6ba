"""Judged sets → what an adapter is taught with: questions, and the vectors among which those that answer are found."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from eval.corpus import BeirCorpus, open_corpus, split_entries
from eval.folds import elsewhere, folds
from eval.judgements import BUILT_IN, beir_set, built_in_set
from eval.spans import Span, covered
from index.adapters import Purpose
from index.centre import centre_of, centred
from index.configuration import Configuration, open_parts
from index.document import Clause
from index.embed import DEFAULT_MODEL, open_embedder
from index.lexical import LexicalIndex
from index.text import Tokenizer, simplified
from index.vector_cache import VectorCache
from index.vectors import Vectors
from retriever.answers.cutter import by_themselves
from retriever.answers.pieces import Piece, pieces_of
from retriever.answers.places import without_places
from retriever.search import Searcher

SHARE = {2: 0.4, 3: 1.0}
"""What a clause of a grade counts as an answer; grade 1 is no answer and no mistake."""
NEAR = 22
"""Articles of law that are held against each lay question: the first by BM25, beside those that answer."""
LAY_CHARS = 450


@dataclass(frozen=True, slots=True)
class Task:
    """Questions about one collection."""

    texts: tuple[str, ...]
    answers: tuple[Mapping[int, float], ...]
    """Of each question: row of the collection → share of the answer; empty where nothing answers."""
    fold: tuple[int, ...]
    vectors: Tensor
    """(vectors, dimension) unit rows about the centre."""
    owners: Tensor
    """(vectors,) row of each vector."""
    rows: int
    centre: Tensor

    def without(self, fold: int | None) -> "Task":
        """The questions of all other folds."""
        kept = [i for i, own in enumerate(self.fold) if own != fold]
        texts, answers = tuple(self.texts[i] for i in kept), tuple(self.answers[i] for i in kept)
        return replace(self, texts=texts, answers=answers, fold=tuple(self.fold[i] for i in kept))

    def scores(self, vectors: Tensor) -> Tensor:
        """(n, rows): nearness of each row by its nearest vector."""
        near = vectors @ self.vectors.T
        nothing = torch.full((len(vectors), self.rows), -2.0)
        return nothing.scatter_reduce(1, self.owners.expand(len(vectors), -1), near, "amax")

    def wanted(self, batch: Sequence[int]) -> Tensor:
        """(n, rows): the shares of these questions."""
        table = torch.zeros(len(batch), self.rows)
        for place, question in enumerate(batch):
            for row, share in self.answers[question].items():
                table[place, row] = share
        return table


def built_in_tasks(stores: Path, models: Path) -> dict[Purpose, list[Task]]:
    """The tune questions of the built-in sets, for either purpose."""
    tasks: dict[Purpose, list[Task]] = {purpose: [] for purpose in Purpose}
    for name in BUILT_IN:
        judged = built_in_set(name)
        searcher = open_corpus(judged, open_parts(Configuration(stores / name, models))).searcher
        index = searcher.index
        clauses = index.catalogue.clauses(list(range(index.manifest.clauses)))
        row_of = {clause.address: row for row, clause in enumerate(clauses)}
        asked = judged.only("tune").questions
        fold = folds(name, [q.id for q in asked])
        vectors, owners, centre = index.vectors()
        grades = [{row_of[a]: SHARE[g] for a, g in judged.qrels[q.id].items() if g in SHARE} for q in asked]
        kept = [i for i, of in enumerate(grades) if of]
        tasks[Purpose.SEARCH].append(_task(
            [simplified(asked[i].text) for i in kept], [grades[i] for i in kept], [fold[asked[i].id] for i in kept],
            vectors, owners, len(clauses), centre,
        ))  # fmt: skip
        pieces, own = _pieces(searcher, clauses)
        spans = [spanned(q.spans, row_of, clauses, pieces) for q in asked]
        others = elsewhere()
        tasks[Purpose.ANSWER].append(_task(
            [without_places(simplified(text)) for text in [*(q.text for q in asked), *others]],
            [*spans, *({} for _ in others)],
            [*(fold[q.id] for q in asked), *folds("", others).values()],
            own, np.arange(len(own)), len(own), centre,
        ))  # fmt: skip
    return tasks


def _pieces(
    searcher: Searcher, clauses: Sequence[Clause]
) -> tuple[dict[int, list[tuple[int, Piece]]], Vectors]:
    """The pieces of each clause by row, each with its place among all; and the vectors of all."""
    of: dict[int, list[tuple[int, Piece]]] = defaultdict(list)
    texts: list[str] = []
    for row, clause in enumerate(clauses):
        for piece in pieces_of(clause):
            of[row].append((len(texts), piece))
            texts.append(clause.text[piece.start : piece.end])
    return of, by_themselves(searcher, texts)


def spanned(
    spans: Sequence[Span],
    row_of: Mapping[str, int],
    clauses: Sequence[Clause],
    pieces: Mapping[int, Sequence[tuple[int, Piece]]],
) -> dict[int, float]:
    """Place of a piece → the share of it that belongs to an answer."""
    shares: dict[int, float] = {}
    for address in {span.address for span in spans}:
        row, marked = row_of[address], [span.text for span in spans if span.address == address]
        shares |= {place: covered(piece, clauses[row].text, marked) for place, piece in pieces[row]}
    return {place: share for place, share in shares.items() if share}


def lay_task(folder: Path, models: Path, kept_vectors: Path) -> Task:
    """The questions of a BEIR folder against the articles that answer them or share most words with one of them.

    `kept_vectors`: an SQLite file in which the articles' vectors are kept for the next time.
    """
    judged = beir_set(folder)
    clauses = [clause for source in BeirCorpus(folder) for clause in split_entries(source).clauses]
    row_of = {clause.address: row for row, clause in enumerate(clauses)}
    tokenizer = Tokenizer(cache=models)
    lexical = LexicalIndex.build([_bag(tokenizer, f"{clause.citation} {clause.text}") for clause in clauses])
    kept: set[int] = set()
    for question in judged.measured:
        kept.update(row_of[a] for a in judged.relevant(question.id))
        kept.update(
            np.argsort(-lexical.scores(_bag(tokenizer, question.text)), kind="stable")[:NEAR].tolist()
        )
    place = {row: at for at, row in enumerate(sorted(kept))}
    embedder = open_embedder(DEFAULT_MODEL, models)
    with VectorCache(kept_vectors) as cache:
        centre = centre_of(lambda texts: cache.vectors(embedder, texts, _silently)[0])
        texts = [simplified(clauses[row].text)[:LAY_CHARS] for row in sorted(kept)]
        vectors, _ = cache.vectors(embedder, texts, _silently)
    answers = [{place[row_of[a]]: 1.0 for a in judged.relevant(q.id)} for q in judged.measured]
    fold = folds("", [q.id for q in judged.measured])
    return _task(
        [simplified(q.text) for q in judged.measured], answers, list(fold.values()),
        centred(vectors, centre), np.arange(len(vectors)), len(vectors), centre,
    )  # fmt: skip


def _bag(tokenizer: Tokenizer, text: str) -> list[str]:
    words, others = tokenizer.bag(text)
    return [*words, *others]


def _silently(done: int, total: int) -> None:
    pass


def _task(
    texts: Sequence[str], answers: Sequence[Mapping[int, float]], fold: Sequence[int],
    vectors: Vectors, owners: NDArray[np.integer], rows: int, centre: Vectors,
) -> Task:  # fmt: skip
    return Task(
        tuple(texts), tuple(answers), tuple(fold), torch.from_numpy(vectors),
        torch.from_numpy(owners.astype(np.int64)), rows, torch.from_numpy(centre),
    )  # fmt: skip
