"""Parts with hashed vectors that child processes can open: `partial(hashed_parts, store)` is picklable."""

import os
import signal
import time
from pathlib import Path

from index.configuration import Parts
from index.embed import HashEmbedder
from index.snapshot import Store
from index.text import Tokenizer


def hashed_parts(store: Path) -> Parts:
    """The prepared dictionary is kept where the tests of one session share it."""
    return Parts(Store(store), Tokenizer(None, store.parents[1]), HashEmbedder())


def killed_parts(store: Path) -> Parts:
    """A build that is killed before it publishes, as one for which there is no memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(10)
    return hashed_parts(store)
