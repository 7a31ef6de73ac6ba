"""Bytes of a text file in, text out: UTF-8, UTF-16 and UTF-32 with or without a BOM, GB18030, Big5."""

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
_WIDE = frozenset(("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"))
_BIG5 = frozenset(("big5", "big5hkscs", "cp950"))
_SAMPLE = 2**16
_SAVE_AS = "save it as UTF-8 text and read it again"
# Both scripts. A right decoding of official prose has a third to half of its characters among
# these, a wrong one a few per cent.
_FREQUENT = frozenset(
    "，。、；：（）《》“”「」\u3000\n"
    "的一是在不有和人中大为為上个個国國以要年会會可主发發动動同工也能对對行方成部于於条條法规規定应應当當"
    "关關政府管理作业業单單位市省民务務用地所产產第二三十及或与與本之其者经經有关按照由办辦制實实施"
)
_LIKELY = 0.15


def decode(name: str, content: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Return the text without its BOM and warnings about damage; `declared` is what the file says of itself.

    Raises ReadError for binary content and for encodings other than those above.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _decode_strictly(name, content[len(bom) :], encoding), ()
    warnings: tuple[str, ...] = ()
    if b"\x00" in content or _is_binary(content):
        # Half of all bytes of UTF-16 and UTF-32 look like control characters, too.
        text = _as_wide(content)
        if text is not None:
            return text, ()
        content, warnings = _without_padding(content)
        if _is_binary(content):
            raise ReadError(f"{name}: it is binary, not text; convert it to one of the supported formats")
    try:
        return content.decode("utf-8"), warnings
    except UnicodeDecodeError as error:
        if _is_damaged_utf8(content):
            warning = f"damaged UTF-8 from byte {error.start}; unreadable bytes were replaced by U+FFFD"
            return content.decode("utf-8", errors="replace"), (*warnings, warning)
    text, more = _legacy(name, content, declared)
    return text, (*warnings, *more)


def _is_binary(content: bytes) -> bool:
    sample = content[:_SAMPLE]
    return len(_CONTROL.findall(sample)) > len(sample) // 1000


def _as_wide(content: bytes) -> str | None:
    """Return the text if it is UTF-16 or UTF-32 without a BOM, in Chinese or in ASCII."""
    detected = _detected(content)
    # The detector gives up on text full of rare signs; the characters still tell.
    for encoding in dict.fromkeys((detected, "utf-16-le", "utf-16-be")):
        if encoding not in _WIDE:
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _likelihood(text[:_SAMPLE]) > _LIKELY or (encoding == detected and text.isascii()):
            return text
    return None


def _legacy(name: str, content: bytes, declared: str) -> tuple[str, tuple[str, ...]]:
    """Decode what is not UTF-8: GB18030 unless the bytes make better sense in another encoding."""
    better = _better(content, declared)
    if better is not None:
        return better, ()
    try:
        # GB18030 contains GBK and GB2312, so one attempt serves all three names.
        return content.decode("gb18030"), ()
    except UnicodeDecodeError as error:
        if declared and _is_other_encoding(declared):
            return _decode_strictly(name, content, declared), ()
        if len(content) - error.start < 4:
            warning = f"cut off inside a character at byte {error.start}; the rest was replaced by U+FFFD"
            return content.decode("gb18030", errors="replace"), (warning,)
        message = f"{name}: it is neither Unicode, GB18030 nor Big5 (byte {error.start}); {_SAVE_AS}"
        raise ReadError(message) from None


def _better(content: bytes, declared: str) -> str | None:
    """Return the text if it is Big5 or UTF-16 and not GB18030.

    Almost all bytes are valid GB18030, so the characters must decide.
    """
    for encoding in dict.fromkeys((_codec(declared), _detected(content))):
        if encoding not in _BIG5 and encoding not in _WIDE:
            continue
        try:
            # Big5-HKSCS holds Big5 and the characters of Hong Kong.
            text = content.decode("big5hkscs" if encoding in _BIG5 else encoding)
        except UnicodeDecodeError:
            continue
        other = content[:_SAMPLE].decode("gb18030", errors="replace")
        if _likelihood(text[:_SAMPLE]) > max(_LIKELY, _likelihood(other)):
            return text
    return None


def _detected(content: bytes) -> str:
    """Return the encoding that charset-normalizer finds in the beginning of a file, "" for none."""
    from charset_normalizer import from_bytes

    sample = content[:_SAMPLE]
    if len(content) > _SAMPLE and b"\x00" not in sample:
        # A character must not be cut in two.
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    best = from_bytes(sample).best()
    return "" if best is None else _codec(best.encoding)


def _likelihood(text: str) -> float:
    """Return the share of frequent characters among all that are not ASCII."""
    wide = [character for character in text if character > "\x7f"]
    return sum(character in _FREQUENT for character in wide) / max(len(wide), 1)


def _without_padding(content: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Take out a few NUL bytes, and those that a crash or a copy appended."""
    text = content.rstrip(b"\x00")
    if b"\x00" in text and text.count(b"\x00") <= len(text) // 1000:
        text = text.replace(b"\x00", b"")
    dropped = len(content) - len(text)
    return text, (f"{dropped} NUL bytes were left out; the file may be damaged",) if dropped else ()


def _decode_strictly(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ReadError(f"{name}: it is damaged {encoding} (byte {error.start}); {_SAVE_AS}") from None


def _codec(name: str) -> str:
    """Return Python's name of an encoding, "" for none or an unknown one."""
    try:
        return codecs.lookup(name).name if name else ""
    except LookupError:
        return ""


def _is_other_encoding(declared: str) -> bool:
    return _codec(declared) not in {"", "utf-8", "gbk", "gb2312", "gb18030"}


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
