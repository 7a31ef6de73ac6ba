"""Reports ↔ JSON files, and the small file that a gate compares with."""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.judgements import EvalError
from eval.measure import PRIMARY

FORMAT = 2
"""Layout of the JSON; raise it when a field changes its meaning."""
KINDS = {"Report": "retrieval", "AnswerReport": "answers", "OracleReport": "oracle"}
"""What a report's JSON calls itself."""
GATED = (PRIMARY, "F1", "right")
"""Measures that a gate compares, question by question."""


def as_json(made: Any) -> dict[str, Any]:
    """A report as JSON values; a value that is no number becomes null."""
    values: dict[str, Any] = _finite({"format": FORMAT, "report": KINDS[type(made).__name__], **asdict(made)})
    return values


def write_json(path: Path, made: Mapping[str, Any]) -> None:
    """Write what `as_json` gave."""
    text = json.dumps(made, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_gate(path: Path, made: Mapping[str, Any]) -> None:
    """Write only what a later run is compared with: no text, no time, no machine, so that it can be committed."""
    kept = {
        "format": FORMAT,
        "report": "gate",
        "set": {key: made["set"][key] for key in ("name", "split", "measured")},
        "snapshot": made["index"]["snapshot"],
        "commit": made["environment"]["commit"],
        "systems": [{"name": system["name"]} for system in made["systems"]],
        "questions": [{"id": q["id"], **{k: q[k] for k in GATED if k in q}} for q in made["questions"]],
    }
    head = json.dumps({**kept, "questions": []}, ensure_ascii=False, indent=1).removesuffix("[]\n}")
    lines = ",\n  ".join(json.dumps(q, ensure_ascii=False, allow_nan=False) for q in kept["questions"])
    path.write_text(f"{head}[\n  {lines}\n ]\n}}\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read what `write_json` wrote. Raises EvalError."""
    try:
        made = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvalError(f"cannot read the report {path}: {error}") from error
    if not isinstance(made, dict) or made.get("format") != FORMAT:
        raise EvalError(
            f"{path} is no report of this version; make one with `tiaowen eval run --json {path}`"
        )
    return made


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(v) for key, v in value.items()}
    return [_finite(v) for v in value] if isinstance(value, list | tuple) else value
