"""A report's JSON → one HTML file with its plots as SVG; it loads nothing and runs no script."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from eval import plots
from eval.judgements import EvalError
from eval.measure import PRIMARY


def write_html(path: Path, made: Mapping[str, Any]) -> None:
    """Write the page of a report of any kind. Raises EvalError for a gate file."""
    import jinja2

    kind = made["report"]
    if kind not in _DRAWN:
        raise EvalError("a file that --write-gate wrote holds nothing to draw; give one of --json")
    loader = jinja2.FileSystemLoader(Path(__file__).parent / "data")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.get_template(f"{kind}.html")
    page = template.render(report=made, primary=PRIMARY, width=plots.WIDTH, **_DRAWN[kind](made))
    path.write_text(page, encoding="utf-8")


def _retrieval(made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "intervals": plots.intervals(made["systems"]),
        "latency": plots.latency(made["systems"]),
        "differences": plots.differences(made),
    }


def _answers(made: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "reliability": plots.reliability(made["calibration"]["bins"]),
        "latency": plots.latency([{"name": "answers", "milliseconds": made["milliseconds"]}]),
    }


_Draw = Callable[[Mapping[str, Any]], dict[str, Any]]
_DRAWN: Mapping[str, _Draw] = {"retrieval": _retrieval, "answers": _answers, "oracle": lambda made: {}}
