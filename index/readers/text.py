"""A plain text file in, one paragraph for each non-blank line out; the text stays verbatim."""

from index.document import Paragraph, Source
from index.errors import ReadError
from index.readers.decode import decode, normalise_line_ends
from index.readers.limits import MAX_PARAGRAPHS


def read_text(name: str, content: bytes) -> Source:
    """Read a plain text file.

    Decision: the text is the file's own, character for character, except that the BOM is dropped and every
    line end is \\n: spans then hold on every system, and a person can check them in any editor.
    """
    text, warnings = decode(name, content)
    text = normalise_line_ends(text)
    paragraphs: list[Paragraph] = []
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        if end < 0:
            end = len(text)
        if text[start:end].strip():
            if len(paragraphs) == MAX_PARAGRAPHS:
                raise ReadError(f"{name}: more than {MAX_PARAGRAPHS:,} lines; split it into smaller files")
            paragraphs.append(Paragraph(start, end))
        start = end + 1
    if not paragraphs:
        raise ReadError(f"{name}: it holds only blank lines; check that it is the right file")
    return Source(name, "txt", text, tuple(paragraphs), {}, warnings)
