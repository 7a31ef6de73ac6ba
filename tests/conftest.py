"""Fixtures that every layer's tests share: cheap parts, and the real bundled model made once a session."""

from pathlib import Path

import pytest

from index.configuration import Parts
from index.embed import HashEmbedder
from index.model_folder import default_model_folder
from index.snapshot import Store
from index.text import Tokenizer


@pytest.fixture(scope="session")
def tokenizer() -> Tokenizer:
    return Tokenizer()


@pytest.fixture
def parts(tmp_path: Path, tokenizer: Tokenizer) -> Parts:
    """A new store with the fake embedder."""
    return Parts(Store(tmp_path / "store"), tokenizer, HashEmbedder())


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the bundled model."""
    folder = tmp_path_factory.mktemp("models")
    default_model_folder(folder)
    return folder
