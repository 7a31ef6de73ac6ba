"""Pieces of a stream → whole sentences, each with the tags that follow it."""

import re
from collections.abc import AsyncIterator

from retriever.generate.support import TAG

MAX_SENTENCE_CHARS = 1200
_END = re.compile(r"[。！？!?]+[”」』\"’）)]*|\n+|(?<=[A-Za-z0-9)\]”\"])\.(?=\s|$)")
_LOOK_AHEAD = 12
"""So many characters after a full stop tell whether a tag follows it."""


async def sentences(pieces: AsyncIterator[str]) -> AsyncIterator[str]:
    """Sentences as soon as they are whole; the rest when the stream ends."""
    waiting = ""
    async for piece in pieces:
        waiting += piece
        while True:
            end = _whole(waiting, final=False)
            if end < 0:
                break
            sentence, waiting = waiting[:end].strip(), waiting[end:]
            if sentence:
                yield sentence
    while (end := _whole(waiting, final=True)) > 0:
        sentence, waiting = waiting[:end].strip(), waiting[end:]
        if sentence:
            yield sentence
    if waiting.strip():
        yield waiting.strip()


def _whole(text: str, *, final: bool) -> int:
    """Where the first sentence ends, its tags included; -1 while that cannot be told."""
    for match in _END.finditer(text):
        before = text[: match.end()]
        if before.count("“") > before.count("”") and len(before) < MAX_SENTENCE_CHARS:
            continue  # a full stop within a quotation
        end = match.end()
        while tag := TAG.match(text, end):
            end = tag.end()
        if not final and len(text) - end < _LOOK_AHEAD and "\n" not in text[end:]:
            return -1
        return end
    return len(text) if len(text) > MAX_SENTENCE_CHARS else -1
