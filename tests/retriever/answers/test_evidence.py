"""What is said of a piece by what stands around it, against the same worked out one by one."""

import numpy as np

from retriever.answers.evidence import _Around
from retriever.answers.pieces import Piece

CLAUSES = [0, 0, 0, 0, 1, 1, 1, 2]
SENTENCES = [0, 0, 1, 1, 0, 0, 0, 0]
LENGTHS = [3, 5, 2, 7, 1, 4, 4, 9]


def test_nearness_of_window_sentence_and_clause() -> None:
    chance = np.random.default_rng(0)
    embedded = chance.normal(size=(8, 16)).astype(np.float32)
    answer, search = chance.normal(size=(2, 16)).astype(np.float32)
    pieces = [Piece(0, length, sentence) for length, sentence in zip(LENGTHS, SENTENCES, strict=True)]
    around = _Around(embedded, np.array(CLAUSES), pieces)
    found = np.column_stack(
        [around.window(answer), around.sentence(answer), around.whole(answer), around.sentence(search)]
    )
    for i in range(8):
        clause = [j for j in range(8) if CLAUSES[j] == CLAUSES[i]]
        sentence = [j for j in clause if SENTENCES[j] == SENTENCES[i]]
        window = [j for j in sentence if abs(i - j) <= 1]
        for column, (members, asked) in enumerate(
            ((window, answer), (sentence, answer), (clause, answer), (sentence, search))
        ):
            whole = sum(embedded[j] * LENGTHS[j] for j in members)
            assert np.isclose(found[i, column], whole @ asked / np.linalg.norm(whole), atol=1e-5)
