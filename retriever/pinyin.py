"""A Chinese character → how it sounds, without tones, over pypinyin's table."""

import importlib.util
import unicodedata
from functools import cache
from pathlib import Path

_SOUNDS_LIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"))
_ENDS_LIKE = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def sound(character: str) -> str:
    """First reading without its tone: 障 → zhang; the character itself where it has none."""
    return _readings().get(character, character)


def loose(reading: str) -> str:
    """One form for readings that many speakers do not tell apart: zhang and zan, nan and lan."""
    for written, said in _SOUNDS_LIKE:
        if reading.startswith(written):
            reading = said + reading[len(written) :]
            break
    for written, said in _ENDS_LIKE:
        if reading.endswith(written):
            reading = reading[: -len(written)] + said
    return reading


@cache
def _readings() -> dict[str, str]:
    """Of the 21 thousand characters of the basic block.

    The table alone is loaded: the package itself also reads 47 thousand phrases, 50 MB that nobody needs here.
    """
    package = importlib.util.find_spec("pypinyin")
    assert package is not None and package.submodule_search_locations
    file = Path(package.submodule_search_locations[0]) / "pinyin_dict.py"
    spec = importlib.util.spec_from_file_location("_pinyin_table", file)
    assert spec is not None and spec.loader is not None
    table = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(table)
    found: dict[str, str] = {}
    toneless: dict[str, str] = {}
    for point, readings in table.pinyin_dict.items():
        if 0x4E00 <= point <= 0x9FFF:
            first = readings.partition(",")[0]
            if first not in toneless:
                toneless[first] = _toneless(first)
            found[chr(point)] = toneless[first]
    return found


def _toneless(reading: str) -> str:
    """zhāng → zhang, lǜ → lv."""
    letters = unicodedata.normalize("NFD", reading.replace("ü", "v"))
    kept = letters.replace("u\u0308", "v")
    return "".join(c for c in kept if c.isascii())
