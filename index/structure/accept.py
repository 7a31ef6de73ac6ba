"""Acceptance: a candidate number in, its place in the sequences taken or the candidate refused.

A number that continues a sequence which is open, or closed earlier, is accepted, and one that starts one at 1. What
breaks the sequence is judged by what follows: if the expected number is still to come, the candidate was a
reference. Every departure is reported.
"""

from index.structure.draft import succeeds
from index.structure.latin_forms import as_letter
from index.structure.lines import Line
from index.structure.markers import DIVISIONS, LETTERED, Marker, number_of
from index.structure.sequences import Sequences


def accept(sequences: Sequences, i: int, marker: Marker) -> bool:
    """Place the candidate, or return False where it is a reference or a stray number."""
    line = sequences.lines[i]
    letter = as_letter(marker) if marker.style in LETTERED else None
    if letter is not None and sequences.follows(letter) >= 0 > sequences.follows(marker):
        marker = letter
    cut = sequences.previous is not None and sequences.previous.cut
    if marker.weak and not _called_for(sequences, i, marker, cut):
        return False
    if marker.style == "①" and marker.value == 1 and noted(sequences, i, marker):
        return False
    if marker.reference and cut:
        _refuse(sequences, line, marker)
        return False
    depth = sequences.follows(marker)
    if depth >= 0:
        if marker.reference and sequences.ahead.comes(i, marker, marker.value, sequences.stack):
            _refuse(sequences, line, marker)
            return False
        sequences.take(depth, i, marker)
        return True
    depth = next(
        (
            k
            for k in range(len(sequences.stack) - 1, sequences.box_floor - 1, -1)
            if sequences.stack[k].style == marker.style
        ),
        -1,
    )
    if depth >= 0:
        return _out_of_sequence(sequences, depth, i, marker, cut)
    if marker.value == 1:
        stray = cut and marker.style not in DIVISIONS and not sequences.ahead.goes_on(i, marker)
        cited = marker.reference and (
            sequences.ahead.comes(i, marker, 1, sequences.stack) or not sequences.ahead.goes_on(i, marker)
        )
        if stray or cited:
            _refuse(sequences, line, marker)
            return False
        lone = marker.style in LETTERED and marker.style != "a." and not line.labelled
        if lone and not sequences.ahead.comes(i, marker, 2, sequences.stack):
            return False
        sequences.begin(i, marker)
        return True
    before, branch, trailing = sequences.closed.get(marker.style, (0, 0, False))
    if succeeds(before, branch, marker):
        if marker.reference and sequences.ahead.comes(i, marker, marker.value, sequences.stack):
            _refuse(sequences, line, marker)
            return False
        sequences.begin(i, marker)
        return True
    if (
        marker.reference
        or cut
        or marker.style in LETTERED
        or marker.style in ("1.1", "1.1.1", "1.1.1.1")
        or (
            not _firm(sequences, line, marker)
            and sequences.ahead.comes(i, marker, before + 1, sequences.stack)
        )
    ):
        _refuse(sequences, line, marker)
        return False
    sequences.begin(i, marker)
    sequences.gap(marker, before, trailing)
    return True


def _called_for(sequences: Sequences, i: int, marker: Marker, cut: bool) -> bool:
    """Does the sequence call for a bare numeral (`4 基本要求`, `3.1` alone on its line)?"""
    if cut:
        return False
    if sequences.follows(marker) >= 0:
        return True
    if marker.prefix:
        parent = marker.prefix.rpartition(".")[2]
        above = next(
            (level for level in reversed(sequences.stack) if level.item.number == marker.prefix), None
        )
        return above is not None and marker.value == 1 and str(above.value) == parent
    before, _, _ = sequences.closed.get(marker.style, (0, 0, False))
    return (
        marker.value == before + 1
        and (before > 0 or sequences.ahead.outlines(i, marker))
        and not any(level.style == marker.style for level in sequences.stack)
    )


def noted(sequences: Sequences, i: int, marker: Marker) -> bool:
    """A lone ① after a finished sentence is a note at the foot of the page, not a list of one."""
    if (
        sequences.previous is None
        or sequences.previous.text[-1] not in "。”"
        or sequences.ahead.goes_on(i, marker)
    ):
        return False
    return not any(level.style == marker.style for level in sequences.stack)


def _out_of_sequence(sequences: Sequences, depth: int, i: int, marker: Marker, cut: bool) -> bool:
    line, level = sequences.lines[i], sequences.stack[depth]
    if marker.prefix != level.prefix and marker.value == 1:
        sequences.begin(i, marker)
        return True
    if marker.reference or cut:
        _refuse(sequences, line, marker)
        return False
    if marker.value == 1 and not marker.branch:
        if (
            level.item.own_end
            and sequences.text[level.item.own_end - 1] in "：:"
            and sequences.ahead.comes(i, marker, level.value + 1, sequences.stack)
        ):
            sequences.begin(i, marker, nested=True)
            return True
        sequences.take(depth, i, marker)
        sequences.report(
            line.start,
            "repeat",
            f"{marker.number} restarts the sequence after {level.item.number or level.value}",
        )
        return True
    expected = level.value + 1
    if not _firm(sequences, line, marker) and sequences.ahead.comes(i, marker, expected, sequences.stack):
        _refuse(sequences, line, marker)
        return False
    last = level.value
    if marker.value > expected:
        trailing = level.continued and level.parent.children[-1] is level.item
        sequences.take(depth, i, marker)
        sequences.gap(marker, last, trailing)
    else:
        code = "repeat" if marker.value == last else "disorder"
        sequences.take(depth, i, marker)
        sequences.report(line.start, code, f"{marker.number} stands after {number_of(marker.style, last)}")
    return True


def _firm(sequences: Sequences, line: Line, marker: Marker) -> bool:
    """第三条 with a blank after it is printed as a heading is; in running text no blank follows."""
    ordinal = marker.style == "条" or marker.style in DIVISIONS
    return ordinal and (
        line.labelled or marker.end >= line.end or sequences.text[marker.end] in " \t\u3000\xa0"
    )


def _refuse(sequences: Sequences, line: Line, marker: Marker) -> None:
    sequences.report(
        line.start,
        "reference",
        f"{marker.number} at the start of the line is read as a reference, not as a heading",
    )
