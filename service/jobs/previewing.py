"""A proposed dictionary or file of synonyms → what it would change, found out in a child process, in memory."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path

from index.configuration import Parts
from index.dictionary import entries
from index.errors import TiaowenError
from index.local import LocalIndex
from index.text import Tokenizer
from retriever.open import open_searcher, parts_of
from retriever.preview import Asked, Previewer
from retriever.search import Searcher
from retriever.synonyms import SynonymFile
from service.jobs.child import Tell
from service.words import Proposed, WordStore

MAX_CLAUSES = 200_000
"""Of a dictionary's preview: the terms of all clauses are made anew and held in memory, about 3 kB a clause."""
MAX_FEEDBACK = 500
TELL_SECONDS = 0.3


def installed_previewer() -> Previewer:
    """What an installed package offers: the service does not import evaluation. Raises TiaowenError."""
    for entry in entry_points(group="tiaowen.previews"):
        previewer: Previewer = entry.load()
        return previewer
    raise TiaowenError("no installed package offers previews of words (entry point tiaowen.previews); install tiaowen "
                       "anew, with `pip install --force-reinstall --no-deps`")  # fmt: skip


def preview_in_child(
    open_parts: Callable[[], Parts], open_previewer: Callable[[], Previewer], job: str, tell: Tell
) -> None:
    """Keep the preview of the proposal that the job names, and tell that it is done, or why it failed."""
    try:
        tell({"stage": "open", "done": 0, "total": 0})
        parts = open_parts()
        words = WordStore(parts.store.path)
        proposed = words.proposed(job)
        if proposed is None:
            raise TiaowenError(
                "the proposed words are gone; more recent ones took their place. Propose them again"
            )
        with tempfile.TemporaryDirectory(prefix="tiaowen-preview-") as folder:
            before, after = _both(parts, proposed, Path(folder), tell)
            asked = [*proposed.questions, *_feedback(parts.store.path)]
            found = open_previewer()(before, after, asked, _teller(tell, "ask"))
        words.conclude(job, asdict(found))
        tell({"done": True})
    except TiaowenError as error:
        tell({"failed": str(error)})


def _both(parts: Parts, proposed: Proposed, folder: Path, tell: Tell) -> tuple[Searcher, Searcher]:
    snapshot = parts.store.current()
    parts = parts_of(parts, snapshot)
    before = open_searcher(parts, snapshot)
    if proposed.kind == "synonyms":
        file = folder / "synonyms.txt"
        file.write_text(proposed.text, encoding="utf-8")
        return before, before.with_parts(synonyms=SynonymFile(file))
    clauses = before.index.manifest.clauses
    if clauses > MAX_CLAUSES:
        raise TiaowenError(f"the collection has {clauses:,} clauses; a change of the dictionary is previewed up to "
                           f"{MAX_CLAUSES:,}. Try it on a part of the documents, in a store of its own")  # fmt: skip
    tokenizer = Tokenizer(cache=folder, words=entries(proposed.text))
    if not clauses or tokenizer.own_words == parts.tokenizer.own_words:
        return before, before
    return before, _cut_anew(before, before.index, tokenizer, _teller(tell, "terms"))


def _cut_anew(
    before: Searcher, index: LocalIndex, tokenizer: Tokenizer, progress: Callable[[int, int], None]
) -> Searcher:
    """The same snapshot whose BM25 is made with another tokenizer; vectors stay, they know no dictionary."""
    from index.bags import clause_bags
    from index.lexical import LexicalIndex

    def counted() -> Iterator[list[str]]:
        for done, bag in enumerate(clause_bags(index, tokenizer), 1):
            yield bag
            progress(done, index.manifest.clauses)

    return before.with_parts(index=index.with_sides(LexicalIndex.build(list(counted()))), tokenizer=tokenizer)


def _feedback(store: Path) -> list[Asked]:
    """The newest questions of which people said something."""
    from service.feedback import FeedbackStore, judgements

    judged = judgements(FeedbackStore(store).all())
    newest = list(judged.items())[-MAX_FEEDBACK:]
    return [Asked(question, "feedback", grades) for question, grades in newest if question]


def _teller(tell: Tell, stage: str) -> Callable[[int, int], None]:
    last = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last > TELL_SECONDS or done == total:
            last = time.monotonic()
            tell({"stage": stage, "done": done, "total": total})

    return progress
