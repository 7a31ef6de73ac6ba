"""Bounds that keep one hostile or oversized file from taking the machine down with it."""

MAX_FILE_BYTES = 256 * 2**20
"""Largest file, archive member or document part that is read at all."""

MAX_TAGS = 6_000_000
"""A part or page with more tags takes gigabytes and minutes; Word writes about two for each character at worst."""

MAX_RATIO, RATIO_MATTERS_FROM = 200, 16 * 2**20
"""Office files and text shrink 3 to 30 times, the emptiest forms about 100 times; bombs 1,000 times."""

MAX_PARAGRAPHS = 3_000_000
"""A paragraph costs about 170 bytes in memory; the longest code of laws has fewer than 100,000."""
