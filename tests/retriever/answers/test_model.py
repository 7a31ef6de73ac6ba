"""What is chosen among pieces, and how near a piece must be for a question that is put in some way."""

import numpy as np
import pytest

from retriever.answers.model import ANSWERING, SUREST, Choice, Silence, load_model


def test_what_one_piece_gains_the_others_lose() -> None:
    choice = Choice({"near": 0.1})
    few = choice.chances(np.array([[1.0], [0.0], [0.0], [0.0]]), ["near"])
    more = choice.chances(np.array([[1.0], [1.0], [0.0], [0.0]]), ["near"])
    assert few[0] > more[0] == more[1] > more[2]
    assert few.sum() == pytest.approx(more.sum()) == pytest.approx(ANSWERING)


def test_no_piece_is_surer_than_sure_and_none_at_all_is_no_error() -> None:
    choice = Choice({"near": 50.0})
    assert choice.chances(np.array([[1.0], [0.0]]), ["near"]).tolist() == [SUREST, pytest.approx(0, abs=1e-9)]
    assert choice.chances(np.empty((0, 1)), ["near"]).shape == (0,)


def test_silence_is_heard_only_with_the_embedder_it_was_learned_with() -> None:
    silence = Silence("some-model", 0.5, np.array([1.0, -2.0]))
    vector = np.array([0.25, -0.5], np.float32)
    assert silence.nearness(vector, "some-model-v2") == pytest.approx(1.75)
    assert silence.nearness(vector, "another-model") == 0.5
    assert silence.nearness(np.zeros(3, np.float32), "some-model") == 0.5


def test_the_shipped_model_hears_silence_in_the_default_embedder() -> None:
    from index.model_folder import FINGERPRINT

    silence = load_model().silence
    assert FINGERPRINT.startswith(silence.embedder)
    assert len(silence.direction) == 384
    assert np.abs(silence.direction).max() > 0
