"""Adapters for pieces in context: they learn what they are taught, and what is fitted in torch is what is served."""

from pathlib import Path

import numpy as np
import pytest
import torch

from eval import fit_context
from eval.adaptation import put
from eval.corpus import open_corpus
from eval.fit_context import Asked, Collection, all_pieces, fit
from eval.judgements import PLAN, built_in_set
from index.adapters import Purpose, parsed, shipped
from index.configuration import Parts
from index.embed import BundledEmbedder
from index.model_folder import default_model_folder
from index.passage import Passage
from index.snapshot import Store
from index.text import Tokenizer

RULES = [
    Passage("第一条 县档案局主管查阅，接受监督。", ((4, 11), (12, 16))),
    Passage("第二条 申请人应当提交申请书，并说明用途。", ((4, 14), (15, 20))),
    Passage("第三条 查阅免费，复制收取成本费。", ((4, 8), (9, 16))),
]
QUESTIONS = ["查档要不要钱", "谁来管这件事", "门口几点锁门"]
ANSWERS = [{1: 1.0}, {4: 1.0}, {}]
"""Pieces that answer nothing of the kind: only what is fitted can find them."""


def _collection() -> Collection:
    made = object.__new__(Collection)
    made.passages, made.starts, made.rows = RULES, np.array([0, 2, 4, 6]), {"rules": [0, 1], "fees": [2]}
    made.centre = torch.zeros(384)
    made.asked = [
        Asked(text, document, answer, 0)
        for text, document, answer in zip(QUESTIONS, ["rules", "fees", "rules"], ANSWERS, strict=True)
    ]
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "some.safetensors"
    path.write_bytes(shipped())
    return path


def test_what_is_fitted_finds_its_answers_and_is_served_as_it_was_fitted(
    models: Path, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit_context, "PIECE_RATE", 3e-3)
    monkeypatch.setattr(fit_context, "QUESTION_RATE", 3e-3)
    monkeypatch.setattr(fit_context, "SILENCE_RATE", 1e-2)
    collection = _collection()
    pair = fit([collection], default_model_folder(models), file, None, epochs=20)
    pieces = all_pieces(pair, collection)
    with torch.no_grad():
        vectors = pair.questions(QUESTIONS)
        scores = torch.cat([vectors @ pieces.T, pair.silence(vectors)[:, None]], 1)
    assert scores.argmax(1).tolist() == [1, 4, 6]

    before = parsed(file.read_bytes())
    put(file, {Purpose.CONTEXT: pair.question.maps(), Purpose.PIECE: pair.piece.maps()},
        {"context.offset": np.array([0.25])})  # fmt: skip
    served = BundledEmbedder(default_model_folder(tmp_path, adapters=file.read_bytes()))
    within = served.embed_in_context(RULES)
    assert within is not None
    assert (np.concatenate(within) * pieces.numpy()).sum(1).min() > 0.995  # bfloat16 against int8 activations
    asked = np.stack([served.embed_question(text, Purpose.CONTEXT) for text in QUESTIONS])
    assert (asked * vectors.numpy()).sum(1).min() > 0.995
    after = parsed(file.read_bytes())
    assert after["context.offset"] == 0.25
    assert np.array_equal(after["silence.direction"], before["silence.direction"])
    assert np.array_equal(after["l6.q.a"][:24], before["l6.q.a"][:24])


def test_questions_are_asked_of_their_own_document_and_fit_what_answers_them(
    tmp_path: Path, tokenizer: Tokenizer, models: Path
) -> None:
    parts = Parts(Store(tmp_path / "store"), tokenizer, BundledEmbedder(default_model_folder(models)))
    judged = built_in_set(PLAN)
    collection = Collection(open_corpus(judged, parts))
    assert len(collection.passages) == len(collection.starts) - 1 == 25
    tune = judged.only("tune").questions
    said = [piece for passage in collection.passages for piece in passage.pieces]
    for question, asked in zip(tune, collection.asked[: len(tune)], strict=True):
        assert bool(asked.shares) == question.answerable, question.id
        for place, share in asked.shares.items():
            assert 0 < share <= 1
            assert share < 1 or any(said[place] in span.text for span in question.spans), question.id
