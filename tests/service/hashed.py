"""Parts with hashed vectors that child processes can open: `partial(hashed_parts, store)` is picklable."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from eval.preview import preview
from index.configuration import Parts
from index.embed import HashEmbedder
from index.snapshot import Store
from index.text import Tokenizer
from retriever.preview import Previewer


def hashed_parts(store: Path) -> Parts:
    """The prepared dictionary is kept where the tests of one session share it."""
    return Parts(Store(store), Tokenizer(None, store.parents[1]), HashEmbedder())


def worded_parts(store: Path) -> Parts:
    """With the dictionary that the store holds now."""
    parts = hashed_parts(store)
    return replace(parts, tokenizer=parts.tokenizer_now())


def evaluating_previewer() -> Previewer:
    """What the entry point `tiaowen.previews` leads to, whether this checkout is installed or not."""
    return preview


def killed_parts(store: Path) -> Parts:
    """A build that is killed before it publishes, as one for which there is no memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(10)
    return hashed_parts(store)
