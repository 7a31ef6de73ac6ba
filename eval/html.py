"""A report's JSON → one HTML file with its plots as SVG; it loads nothing and runs no script."""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from eval.measure import PRIMARY
from eval.run import BASELINE

WIDTH = 640
"""Of a plot, in SVG units."""
_LEFT, _ROW = 110, 26


def write_html(path: Path, made: Mapping[str, Any]) -> None:
    """Write the page."""
    import jinja2

    template = resources.files("eval").joinpath("data/report.html").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    page = environment.from_string(template).render(
        report=made,
        primary=PRIMARY,
        intervals=intervals(made["systems"]),
        latency=latency(made["systems"]),
        differences=differences(made),
        width=WIDTH,
    )
    path.write_text(page, encoding="utf-8")


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
    import math

    times = {
        s["name"]: sorted(max(ms, 0.01) for ms in s["milliseconds"]) for s in systems if s["milliseconds"]
    }
    if not times:
        return {"curves": [], "ticks": [], "height": 0}
    low = math.floor(min(math.log10(of[0]) for of in times.values()))
    high = math.ceil(max(math.log10(of[-1]) for of in times.values()))
    span, height = (WIDTH - _LEFT) / max(high - low, 1), 180

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
