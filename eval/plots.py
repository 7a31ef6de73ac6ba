"""A report's JSON → the places of what its plots draw, in SVG units."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from eval.measure import PRIMARY
from eval.systems import BASELINE

WIDTH = 640
"""Of a plot."""
_LEFT, _ROW = 140, 26


def intervals(systems: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One row a system: its mean as a dot on its 95 % interval, from 0 to 1."""
    span = WIDTH - _LEFT - 60
    rows = []
    for place, system in enumerate(systems):
        value = system["measures"][PRIMARY]
        x = {end: _LEFT + span * (value[end] or 0.0) for end in ("mean", "low", "high")}
        rows.append({"name": system["name"], "y": 20 + place * _ROW, "label": value["mean"], **x})
    ticks = [{"x": _LEFT + span * i / 5, "label": f"{i / 5:.1f}"} for i in range(6)]
    return {"rows": rows, "ticks": ticks, "height": 30 + len(rows) * _ROW}


def latency(systems: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The share of questions answered within a time, one curve a system, on a logarithmic axis."""
    times = {
        s["name"]: sorted(max(ms, 0.01) for ms in s["milliseconds"]) for s in systems if s["milliseconds"]
    }
    if not times:
        return {"curves": [], "ticks": [], "height": 0}
    low = math.floor(min(math.log10(of[0]) for of in times.values()))
    high = math.ceil(max(math.log10(of[-1]) for of in times.values()))
    span, height = (WIDTH - _LEFT) / max(high - low, 1), max(180, 16 * len(times))

    def point(ms: float, share: float) -> str:
        return f"{40 + span * (math.log10(ms) - low):.1f},{10 + height * (1 - share):.1f}"

    curves = [
        {"name": name, "points": " ".join(point(ms, i / len(of)) for i, ms in enumerate(of, 1)),
         "end": 10 + 16 * place}
        for place, (name, of) in enumerate(times.items())
    ]  # fmt: skip
    ticks = [
        {"x": 40 + span * (power - low), "label": f"{10.0**power:g} ms"} for power in range(low, high + 1)
    ]
    return {"curves": curves, "ticks": ticks, "height": height + 30, "bottom": height + 10}


def differences(made: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Per system the differences to the baseline, question by question, best first, as bars."""
    names = [s["name"] for s in made["systems"]]
    if BASELINE not in names or not made["questions"]:
        return []
    plots = []
    step = WIDTH / len(made["questions"])
    for name in names:
        if name == BASELINE:
            continue
        values = sorted((q[PRIMARY][name] - q[PRIMARY][BASELINE] for q in made["questions"]), reverse=True)
        bars = [
            {"x": round(i * step, 2), "y": round(50 - 45 * max(v, 0), 2), "height": round(45 * abs(v), 2),
             "won": v > 0}
            for i, v in enumerate(values) if v
        ]  # fmt: skip
        plots.append({"name": name, "bars": bars, "step": max(step * 0.85, 0.5)})
    return plots


def reliability(bins: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What was claimed against what came true, one dot a bin; right is where confidence equals truth."""
    side, left, top = 260, 40, 16
    largest = max([of["questions"] for of in bins], default=1)
    dots = [
        {
            "x": round(left + side * of["confidence"], 1),
            "y": round(top + side * (1 - of["right"]), 1),
            "r": round(3 + 9 * math.sqrt(of["questions"] / largest), 1),
            "label": f"{of['questions']} questions: claimed {of['confidence']:.2f}, right {of['right']:.2f}",
        }
        for of in bins
    ]
    ticks = [{"at": i / 5, "x": left + side * i / 5, "y": top + side * (1 - i / 5)} for i in range(6)]
    return {
        "dots": dots,
        "ticks": ticks,
        "left": left,
        "top": top,
        "right": left + side,
        "bottom": top + side,
    }
