"""Bounds that keep one hostile or oversized file from taking the machine down with it."""

MAX_FILE_BYTES = 256 * 2**20
"""Largest file, archive member or document part that is read at all."""

MAX_PARAGRAPHS = 3_000_000
"""A paragraph costs about 170 bytes in memory; the longest code of laws has fewer than 100,000."""
