"""Bytes of a text file in, text out: UTF-8, UTF-16 with a BOM, else GB18030."""

import codecs
import re

from index.errors import ReadError

# Everything str.splitlines() cuts at becomes \n, so that no later stage counts lines differently.
_OTHER_LINE_ENDS = re.compile(r"[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAVE_AS = "save it as UTF-8 text and read it again"


def decode(name: str, content: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text without its BOM and warnings about damage; `declared` is an encoding to believe first.

    Raises ReadError for binary content and for encodings other than those above.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _decode_strictly(name, content[len(bom) :], encoding), ()
    if (
        _CONTROL.search(content[:65536])
        and len(_CONTROL.findall(content[:65536])) > len(content[:65536]) // 1000
    ):
        raise ReadError(f"{name}: it is binary, not text; convert it to one of the supported formats")
    try:
        return content.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(content):
            warning = f"damaged UTF-8 from byte {error.start}; unreadable bytes were replaced by U+FFFD"
            return content.decode("utf-8", errors="replace"), (warning,)
    try:
        # GB18030 contains GBK and GB2312, so one attempt serves all three names.
        return content.decode("gb18030"), ()
    except UnicodeDecodeError as error:
        if declared and _is_other_encoding(declared):
            return _decode_strictly(name, content, declared), ()
        if len(content) - error.start < 4:
            warning = f"cut off inside a character at byte {error.start}; the rest was replaced by U+FFFD"
            return content.decode("gb18030", errors="replace"), (warning,)
        message = f"{name}: it is neither UTF-8, UTF-16 nor GB18030 (byte {error.start}); {_SAVE_AS}"
        raise ReadError(message) from None


def _decode_strictly(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"{name}: it is damaged {encoding} (byte {error.start}); {_SAVE_AS}") from None


def _is_other_encoding(declared: str) -> bool:
    try:
        return codecs.lookup(declared).name not in {"utf-8", "gbk", "gb2312", "gb18030"}
    except LookupError:
        return False


def _is_damaged_utf8(content: bytes) -> bool:
    """Whether all but a few bytes are UTF-8: one bad byte must not turn a file into GB18030 nonsense."""
    sample = content[: 2**20]
    text = sample.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(character > "\u07ff" for character in text) - bad
    return good > 20 * max(bad, 1) if len(content) > 256 else good > 5 * max(bad, 1)


def normalise_line_ends(text: str) -> str:
    """Make every line end a single \\n; nothing else changes."""
    return _OTHER_LINE_ENDS.sub("\n", text.replace("\r\n", "\n"))
