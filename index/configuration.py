"""What an index is made with: the store, the model, the dictionary. The one place that makes parts of names."""

from dataclasses import dataclass
from pathlib import Path

from index.embed import DEFAULT_MODEL, Embedder, Report, open_embedder
from index.snapshot import Store
from index.text import Tokenizer


@dataclass(frozen=True, slots=True)
class Configuration:
    """Where the index lives and which parts make it."""

    store: Path
    models: Path
    """Folder in which the default model and the prepared dictionary are kept."""
    model: str = DEFAULT_MODEL
    """`default`, or a sentence-transformers model by hub name or folder."""
    user_dictionary: Path | None = None
    """Words for jieba, one a line."""
    synonyms: Path | None = None
    """What questions say in other words, in Solr's format; no part of the index, looked at with each question."""
    reranker: str = ""
    """A sentence-transformers CrossEncoder by hub name or folder, "" for none; no part of the index."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The opened parts that build an index and ask it."""

    store: Store
    tokenizer: Tokenizer
    embedder: Embedder
    synonyms: Path | None = None
    reranker: str = ""
    cache: Path | None = None
    """Folder for what is made once and can be made again: the turned dictionary."""


def open_parts(configuration: Configuration, report: Report = lambda message: None) -> Parts:
    """Open the parts. Raises ModelError or TiaowenError (unreadable dictionary)."""
    return Parts(
        Store(configuration.store),
        Tokenizer(configuration.user_dictionary, configuration.models),
        open_embedder(configuration.model, configuration.models, report),
        configuration.synonyms,
        configuration.reranker,
        configuration.models,
    )


def default_cache() -> Path:
    """The user's cache folder, for what can be made again: the default model, indexes of eval sets."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("tiaowen", appauthor=False))
