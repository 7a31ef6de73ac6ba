"""Judged questions → the adapters that a question and the pieces of a clause, as they stand in it, are compared by.

`python -m eval.fit_context ADAPTERS STORES MODELS` puts them into each file that `eval.fit_questions` wrote there; the
one for questions goes on from that file's adapter for answers. Both sides are learned: every step encodes the clauses
of one document anew and compares some of its questions with all of their pieces, with those of the set's other
documents as they were when last encoded, and with the choice that nothing answers.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from eval.adaptation import Encoder, put
from eval.corpus import OpenSet, open_corpus
from eval.fit_questions import BATCH, Silence, choosing, pace_at
from eval.folds import FOLDS, elsewhere, folds, name_of
from eval.judgements import BUILT_IN, EvalQuestion, built_in_set
from eval.taught import spanned
from index.adapters import RANKS, Purpose, parsed
from index.configuration import Configuration, open_parts
from index.model_folder import MAX_TOKENS, PASSAGE_PROMPT, default_model_folder
from index.passage import pooling
from index.text import simplified
from retriever.answers.cutter import passage_of
from retriever.answers.pieces import pieces_of
from retriever.answers.places import without_places

SEED = 5
EPOCHS = 3
PIECE_RATE, QUESTION_RATE, SILENCE_RATE = 5e-4, 3e-4, 1e-3
TOKENS_LEFT_OUT = 0.1
DROPOUT = 0.1
ALIKE = 8
"""Clauses that are encoded together, of similar length."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the document it is compared with anew, and its answer."""

    text: str
    document: str
    shares: dict[int, float]
    """Place of a piece in the collection → the share of it that belongs to an answer; empty where nothing answers."""
    fold: int


class Collection:
    """The clauses of a set, their pieces, and the questions on them."""

    def __init__(self, opened: OpenSet) -> None:
        index, judged = opened.searcher.index, opened.judged
        clauses = index.catalogue.clauses(list(range(index.manifest.clauses)))
        own = [pieces_of(clause) for clause in clauses]
        self.passages = [passage_of(c, of, whole=True) for c, of in zip(clauses, own, strict=True)]
        self.starts = np.cumsum([0, *map(len, own)])
        """(clauses + 1,) place of the first piece of each clause."""
        self.rows: dict[str, list[int]] = defaultdict(list)
        """Document → the rows of its clauses."""
        for row, clause in enumerate(clauses):
            self.rows[clause.document_id].append(row)
        self.centre = torch.from_numpy(index.vectors()[2])
        tune = judged.only("tune").questions
        of = folds(judged.name, [q.id for q in tune])
        homes = _homes(tune, {c.address: c.document_id for c in clauses}, opened)
        row_of = {clause.address: row for row, clause in enumerate(clauses)}
        placed = {row: list(enumerate(found, int(self.starts[row]))) for row, found in enumerate(own)}
        self.asked = [
            Asked(
                without_places(simplified(q.text)), homes[q.id], spanned(q.spans, row_of, clauses, placed),
                of[q.id],
            )
            for q in tune
        ]  # fmt: skip
        chance = random.Random(SEED)
        documents = sorted(self.rows)
        self.asked += [
            Asked(without_places(simplified(text)), chance.choice(documents), {}, fold)
            for text, fold in folds("", elsewhere()).items()
        ]

    def places(self, document: str) -> NDArray[np.intp]:
        """Of the pieces of a document."""
        return np.concatenate(
            [np.arange(self.starts[row], self.starts[row + 1]) for row in self.rows[document]]
        )


def _homes(asked: Sequence[EvalQuestion], document_of: dict[str, str], opened: OpenSet) -> dict[str, str]:
    """The document that each question is on; of one that nothing answers that of the first clause found."""
    homes = {}
    for question in asked:
        judged = [document_of[address] for address in opened.judged.qrels.get(question.id, {})]
        found = judged or [
            r.clause.document_id for r in opened.searcher.search(question.text, top_k=1).clauses
        ]
        homes[question.id] = (found or sorted(document_of.values()))[0]
    return homes


class Pair(nn.Module):
    """An encoder of questions and one of pieces in context, the adapted layers in bfloat16."""

    def __init__(self, folder: Path, adapters: Path, centre: Tensor) -> None:
        super().__init__()
        stored = parsed(adapters.read_bytes())
        self.question = Encoder(folder, RANKS[Purpose.CONTEXT], dtype=torch.bfloat16).adapt(
            stored, Purpose.ANSWER
        )
        self.piece = Encoder(folder, RANKS[Purpose.PIECE], MAX_TOKENS, torch.bfloat16)
        self.silence = Silence(self.question.dimension)
        self.silence.direction.data = torch.from_numpy(stored["silence.direction"])
        self.silence.offset.data = torch.from_numpy(stored["silence.offset"])[0]
        self.centre = centre

    def questions(self, texts: Sequence[str]) -> Tensor:
        """(n, dimension) unit rows about the centre."""
        return functional.normalize(self.question(texts) - self.centre, dim=-1)

    def pieces(self, collection: Collection, rows: Sequence[int]) -> Tensor:
        """(pieces, dimension) unit rows about the centre, of all pieces of these clauses."""
        passages = [collection.passages[row] for row in rows]
        lower = [self.piece.lower(PASSAGE_PROMPT + passage.text) for passage in passages]
        means: dict[int, Tensor] = {}
        order = sorted(range(len(rows)), key=lambda at: len(lower[at][0]))
        for start in range(0, len(order), ALIKE):
            batch = order[start : start + ALIKE]
            states, _ = self.piece.upper([lower[at][0] for at in batch])
            for own, at in zip(states, batch, strict=True):
                offsets = np.array(lower[at][1]).reshape(-1, 2) - len(PASSAGE_PROMPT)
                means[at] = torch.from_numpy(pooling(offsets, passages[at].spans)) @ own[: len(offsets)]
        together = functional.normalize(torch.cat([means[at] for at in range(len(rows))]), dim=-1)
        return functional.normalize(together - self.centre, dim=-1)

    def disturb(self, tokens: float, inputs: float) -> None:
        self.question.disturb(tokens, inputs)
        self.piece.disturb(0.0, inputs)


Batch = tuple[int, str, list[Asked]]
"""Number of the collection, a document, some questions on it."""


def batches(collections: Sequence[Collection], fold: int | None) -> Iterator[Batch]:
    """All questions of the other folds once."""
    made: list[Batch] = []
    for number, collection in enumerate(collections):
        by_document: dict[str, list[Asked]] = defaultdict(list)
        for one in collection.asked:
            if one.fold != fold:
                by_document[one.document].append(one)
        for document, asked in by_document.items():
            random.shuffle(asked)
            made += [(number, document, asked[at : at + BATCH]) for at in range(0, len(asked), BATCH)]
    random.shuffle(made)
    yield from made


def all_pieces(pair: Pair, collection: Collection) -> Tensor:
    """(pieces, dimension) of a collection, without a gradient."""
    with torch.no_grad():
        rows = range(len(collection.passages))
        return torch.cat([pair.pieces(collection, rows[at : at + 64]) for at in range(0, len(rows), 64)])


def loss(pair: Pair, collection: Collection, known: Tensor, document: str, asked: Sequence[Asked]) -> Tensor:
    """Cross entropy between what answers and the nearness of all pieces; `known` learns those of the document."""
    places = collection.places(document)
    fresh = pair.pieces(collection, collection.rows[document])
    known[places] = fresh.detach()
    others = np.setdiff1d(np.arange(len(known)), places)
    vectors = pair.questions([one.text for one in asked])
    scores = torch.cat([vectors @ fresh.T, vectors @ known[others].T, pair.silence(vectors)[:, None]], 1)
    column = {int(place): at for at, place in enumerate(np.concatenate([places, others]))}
    wanted = torch.zeros_like(scores)
    for row, one in zip(wanted, asked, strict=True):
        for place, share in one.shares.items():
            row[column[place]] = share
        if not one.shares:
            row[-1] = 1.0
    return choosing(scores, wanted)


def fit(
    collections: Sequence[Collection], folder: Path, adapters: Path, fold: int | None, epochs: int = EPOCHS
) -> Pair:
    """Fit both adapters without a fold; `folder` is that of the default model, `adapters` the file to go on from."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    pair = Pair(folder, adapters, collections[0].centre)
    known = [all_pieces(pair, collection) for collection in collections]
    pair.disturb(TOKENS_LEFT_OUT, DROPOUT)
    rates = [
        (pair.piece.adapted(), PIECE_RATE),
        (pair.question.adapted(), QUESTION_RATE),
        (list(pair.silence.parameters()), SILENCE_RATE),
    ]
    optimiser = torch.optim.AdamW([{"params": own, "rate": rate} for own, rate in rates], weight_decay=0.0)
    steps = epochs * len(list(batches(collections, fold)))
    taken = 0
    for epoch in range(epochs):
        costs = []
        for number, document, asked in batches(collections, fold):
            pace = pace_at(taken, steps)
            for group in optimiser.param_groups:
                group["lr"] = group["rate"] * pace
            cost = loss(pair, collections[number], known[number], document, asked)
            optimiser.zero_grad()
            cost.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_([*pair.piece.adapted(), *pair.question.adapted()], 1.0)
            optimiser.step()
            taken += 1
            costs.append(cost.item())
            if taken % 40 == 0:
                print(f"{name_of(fold)} step {taken} of {steps}: loss {np.mean(costs[-40:]):.3f}", flush=True)
        print(f"{name_of(fold)} epoch {epoch + 1} of {epochs}: loss {np.mean(costs):.3f}", flush=True)
    pair.disturb(0.0, 0.0)
    return pair


def main(arguments: Sequence[str] | None = None) -> None:
    told = argparse.ArgumentParser(description=__doc__)
    for name in ("adapters", "stores", "models"):
        told.add_argument(name, type=Path)
    told.add_argument("--only", help="adapters, or without-K: one file, for one process each")
    given = told.parse_args(arguments)
    collections = [
        Collection(
            open_corpus(built_in_set(name), open_parts(Configuration(given.stores / name, given.models)))
        )
        for name in BUILT_IN
    ]
    for fold in (None, *range(FOLDS)):
        if given.only in (None, name_of(fold)):
            file = given.adapters / f"{name_of(fold)}.safetensors"
            pair = fit(collections, default_model_folder(given.models), file, fold)
            put(
                file,
                {Purpose.CONTEXT: pair.question.maps(), Purpose.PIECE: pair.piece.maps()},
                {
                    "context.direction": pair.silence.direction.detach().numpy(),
                    "context.offset": pair.silence.offset.detach().numpy().reshape(1),
                },
            )


if __name__ == "__main__":
    main()
