"""How the C library keeps memory that Python gave back → bounded, so that a service of many swaps stays as small."""

import ctypes
import gc
from contextlib import suppress

M_ARENA_MAX = -8
"""Of malloc.h."""
ARENAS = 2


def bound_arenas() -> None:
    """Let all threads share a few arenas. Call it before threads are started; does nothing without glibc.

    glibc gives each of up to eight threads a core one of its own, and what one freed does not serve another.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, ARENAS)


def return_memory() -> None:
    """Give back what a first start used to make the model and the index; the C library would keep it for ever."""
    gc.collect()
    with suppress(OSError, AttributeError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)
