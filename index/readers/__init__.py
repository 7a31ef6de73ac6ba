"""Files of any supported format in, `Source` values out: text, paragraphs, and facts the container states."""

from index.readers.batch import read_all
from index.readers.limits import MAX_FILE_BYTES
from index.readers.registry import SUFFIXES, read

__all__ = ["MAX_FILE_BYTES", "SUFFIXES", "read", "read_all"]
