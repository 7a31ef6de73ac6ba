"""Adapters: what is fitted in torch is what is served, and it finds what it was taught."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.adaptation import Encoder, saved
from eval.fit_questions import COURSES, fit
from eval.folds import FOLDS, folds
from eval.judgements import FICTIONAL, PLAN, built_in_set
from eval.taught import Task
from index.adapters import Purpose, parsed, shipped
from index.embed import open_embedder
from index.model_folder import default_model_folder

TEXTS = [
    "到2025年研发投入要占多少",
    "外国人来深圳工作有什么措施",
    "Who evaluates how the plan is carried out?",
]


@pytest.mark.parametrize("purpose", Purpose)
def test_torch_and_onnx_agree_on_adapted_questions(models: Path, purpose: Purpose) -> None:
    encoder = Encoder(default_model_folder(models)).adapt(parsed(shipped()), purpose)
    with torch.no_grad():
        fitted = encoder(TEXTS).numpy()
    embedder = open_embedder("default", models)
    served = np.stack([embedder.embed_question(text, purpose) for text in TEXTS])
    assert (fitted * served).sum(axis=1).min() > 0.998


def _task(models: Path) -> Task:
    """Three questions whose answers are vectors that nothing says: only what is fitted can find them."""
    vectors = np.random.default_rng(1).normal(size=(40, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Task(
        tuple(TEXTS), ({3: 1.0}, {}, {7: 1.0}), (0, 1, 2), torch.from_numpy(vectors), torch.arange(40), 40,
        torch.zeros(384),
    )  # fmt: skip


def test_what_is_fitted_finds_its_answers_and_hears_silence(
    models: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(COURSES, Purpose.ANSWER, replace(COURSES[Purpose.ANSWER], rate=1e-2, epochs=40))
    folder, task = default_model_folder(models), _task(models)
    encoder, silence = fit(Purpose.ANSWER, [task], folder, "test")
    with torch.no_grad():
        vectors = encoder(TEXTS)
        scores = torch.cat([task.scores(vectors), silence(vectors)[:, None]], 1)
    assert scores.argmax(1).tolist() == [3, 40, 7]
    maps = encoder.maps()
    saved(tmp_path / "some.safetensors", {Purpose.SEARCH: [maps], Purpose.ANSWER: [maps, maps]}, {})
    again = Encoder(folder, rank=16).adapt(
        parsed((tmp_path / "some.safetensors").read_bytes()), Purpose.ANSWER
    )
    with torch.no_grad():
        assert (again(TEXTS) * vectors).sum(1).min() > 0.999


def test_what_a_fit_leaves_out_at_random_is_there_again_when_it_is_done(models: Path) -> None:
    encoder = Encoder(default_model_folder(models)).adapt(parsed(shipped()), Purpose.SEARCH)
    with torch.no_grad():
        whole = encoder(TEXTS)
        for left_out, dropout in ((0.5, 0.0), (0.0, 0.5)):
            encoder.disturb(left_out, dropout)
            assert (encoder(TEXTS) * whole).sum(1).max() < 0.9999
        encoder.disturb(0.0, 0.0)
        assert (encoder(TEXTS) * whole).sum(1).min() > 0.99999


def test_a_fold_leaves_out_whole_documents(models: Path) -> None:
    judged = built_in_set(FICTIONAL).only("tune")
    of = folds(FICTIONAL, [q.id for q in judged.questions])
    assert set(of.values()) == set(range(FOLDS))
    homes: dict[str, set[int]] = {}
    for question in judged.questions:
        for address in judged.relevant(question.id):
            homes.setdefault(address.split("#")[0], set()).add(of[question.id])
    assert all(len(found) == 1 for found in homes.values()), homes
    assert sorted(folds(PLAN, "abcdefgh").values()) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert _task(models).without(1).texts == (TEXTS[0], TEXTS[2])
