"""What an index is made with: the store, the model, the dictionary. The one place that makes parts of names."""

from dataclasses import dataclass, replace
from pathlib import Path

from index.dictionary import read_dictionary
from index.document import Source
from index.embed import DEFAULT_MODEL, Embedder, Report, open_embedder
from index.snapshot import Store
from index.text import Tokenizer

OWN_DICTIONARY, OWN_SYNONYMS = "dictionary.txt", "synonyms.txt"
"""In the store: the user's words where no other file is configured."""


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
    keep_originals: bool = True
    """Whether the store keeps the files that documents are read from."""

    def own_files(self) -> "Configuration":
        """The same where files that nobody configured are those of the store, as far as it has them."""
        dictionary, synonyms = self.store / OWN_DICTIONARY, self.store / OWN_SYNONYMS
        return replace(
            self,
            user_dictionary=self.user_dictionary or (dictionary if dictionary.is_file() else None),
            synonyms=self.synonyms or (synonyms if synonyms.is_file() else None),
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """The opened parts that build an index and ask it."""

    store: Store
    tokenizer: Tokenizer
    embedder: Embedder
    synonyms: Path | None = None
    """None for the store's own file, which need not exist."""
    reranker: str = ""
    cache: Path | None = None
    """Folder for what is made once and can be made again: the turned dictionary. Without one no word is looked up."""
    dictionary: Path | None = None
    """The file that the tokenizer's own words were read from; None for the store's own, which need not exist."""

    keep_originals: bool = True

    @property
    def dictionary_file(self) -> Path:
        """Where the user's words are, or would be."""
        return self.dictionary or self.store.path / OWN_DICTIONARY

    @property
    def synonyms_file(self) -> Path:
        """Where the user's synonyms are, or would be."""
        return self.synonyms or self.store.path / OWN_SYNONYMS

    def tokenizer_now(self) -> Tokenizer:
        """A tokenizer with the words that the file holds now; the same one where they did not change.

        Raises TiaowenError.
        """
        words = (
            read_dictionary(self.dictionary_file) if self.dictionary or self.dictionary_file.exists() else []
        )
        if tuple(words) == self.tokenizer.own_words:
            return self.tokenizer
        return Tokenizer(cache=self.tokenizer.cache, words=words)

    def keep(self, source: Source, content: bytes) -> Source:
        """The source with the bytes it was read from kept in the store, unless that is switched off.

        Call it while `build` reads its sources, for it holds the writer lock then.
        """
        return self.store.originals.keep(source, content) if self.keep_originals else source


def open_parts(configuration: Configuration, report: Report = lambda message: None) -> Parts:
    """Open the parts. Raises ModelError or TiaowenError (unreadable dictionary)."""
    return Parts(
        Store(configuration.store),
        Tokenizer(configuration.own_files().user_dictionary, configuration.models),
        open_embedder(configuration.model, configuration.models, report),
        configuration.synonyms,
        configuration.reranker,
        configuration.models,
        configuration.user_dictionary,
        configuration.keep_originals,
    )


def default_cache() -> Path:
    """The user's cache folder, for what can be made again: the default model, indexes of eval sets."""
    from platformdirs import user_cache_dir

    return Path(user_cache_dir("tiaowen", appauthor=False))
