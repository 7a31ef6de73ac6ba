"""The commands from end to end, with the fake embedder in the place of the model."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from eval.cli import app
from eval.corpus import BEIR_SPLITTER
from eval.judgements import EvalError
from index import configuration
from index.configuration import Configuration, Parts
from index.embed import HashEmbedder
from index.snapshot import Store
from index.text import Tokenizer

PLAN = Path(__file__).resolve().parents[2] / "eval" / "data" / "plan"


@pytest.fixture(autouse=True)
def _fake_model(monkeypatch: pytest.MonkeyPatch, tokenizer: Tokenizer, tmp_path: Path) -> None:
    def open_fake(given: Configuration, report: object = None) -> Parts:
        return Parts(Store(given.store), tokenizer, HashEmbedder())

    monkeypatch.setattr(configuration, "open_parts", open_fake)
    monkeypatch.setattr(configuration, "default_cache", lambda: tmp_path / "cache")


def _tiaowen_eval(*arguments: object) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_without_a_command_the_plan_set_is_run_with_the_baseline_first(tmp_path: Path) -> None:
    output = _tiaowen_eval().output
    lines = (PLAN / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    answerable = sum(json.loads(line)["answerable"] for line in lines)
    counts = f"{len(lines)} questions, {answerable} measured ({len(lines) - answerable} unanswerable"
    assert counts in output
    rows = re.findall(r"^ *(rank-bm25|bm25|dense|hybrid) +0\.\d", output, re.M)
    assert rows == ["rank-bm25", "bm25", "dense", "hybrid"]
    assert re.search(r"hybrid +dense +[+-]0\.\d", output)
    assert "paraphrase" in output
    assert (tmp_path / "cache" / "eval" / "plan" / "CURRENT").exists()


def test_a_run_writes_json_html_and_trec_files_that_agree(beir, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    folder = beir(gz=True)
    _tiaowen_eval("run", "--set", folder, "--store", tmp_path / "s", "--json", out, "--html", tmp_path / "out.html",
                  "--trec", tmp_path / "trec")  # fmt: skip
    made = json.loads(out.read_text(encoding="utf-8"))
    assert [system["name"] for system in made["systems"]] == ["rank-bm25", "bm25", "dense", "hybrid"]
    assert made["set"]["measured"] == 2 and made["set"]["entries_without_text"] == 1
    assert made["index"]["splitter"] == BEIR_SPLITTER and made["index"]["bytes"] > 0
    assert made["index"]["snapshot"] == (tmp_path / "s" / "CURRENT").read_text().strip()
    assert made["environment"]["packages"]["rank-bm25"] == "0.2.2"
    assert made["configuration"]["retriever"]["fusion"] == "score"
    assert made["systems"][0]["measures"]["R@5"]["mean"] == 1.0
    assert {p.name for p in (tmp_path / "trec").iterdir()} == {
        "qrels.txt", "rank-bm25.run", "bm25.run", "dense.run", "hybrid.run",
    }  # fmt: skip

    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert not re.search(r"<script|src=|https?://|@import|url\(", page)
    for system in made["systems"]:
        assert f"{system['measures']['nDCG@10']['mean']:.4f}" in page
    _tiaowen_eval("report", out, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page


def test_the_page_escapes_what_questions_say(beir, tmp_path: Path) -> None:
    folder = beir(queries=[{"_id": "1", "text": "<script>alert('企业')</script>"}])
    _tiaowen_eval("run", "--set", folder, "--systems", "bm25", "--html", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_two_runs_of_one_set_give_the_same_figures(beir, tmp_path: Path) -> None:
    folder = beir()
    made = []
    for name in ("one.json", "two.json"):
        _tiaowen_eval("run", "--set", folder, "--json", tmp_path / name)
        made.append(json.loads((tmp_path / name).read_text(encoding="utf-8")))
    for key in ("set", "comparisons", "groups", "questions", "configuration"):
        assert made[0][key] == made[1][key]
    assert [s["measures"] for s in made[0]["systems"]] == [s["measures"] for s in made[1]["systems"]]
    assert made[0]["index"]["build_seconds"] > 0 and made[1]["index"]["build_seconds"] is None


def test_the_gate_passes_the_same_code_and_fails_a_significant_drop(tmp_path: Path) -> None:
    out = tmp_path / "before.json"
    _tiaowen_eval("run", "--systems", "dense", "--json", out)
    assert (
        "nothing is significantly worse" in _tiaowen_eval("run", "--systems", "dense", "--gate", out).output
    )
    made = json.loads(out.read_text(encoding="utf-8"))
    for question in made["questions"]:
        question["nDCG@10"]["dense"] = 1.0
    out.write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(
        EvalError, match=r"significantly worse than in .*before\.json: dense nDCG@10 -0\.\d+, p 0"
    ):
        _tiaowen_eval("run", "--systems", "dense", "--gate", out)


def test_sets_of_one_name_never_share_a_default_store(beir, tmp_path: Path) -> None:
    folder = beir()
    _tiaowen_eval("run", "--set", folder, "--systems", "bm25")
    _tiaowen_eval("run", "--set", "plan", "--systems", "bm25", "--limit", 3)
    stores = [store.name for store in (tmp_path / "cache" / "eval").iterdir()]
    assert len(stores) == 2 and "plan" in stores


def test_the_baseline_can_be_left_out_and_the_table_says_so(tmp_path: Path) -> None:
    output = _tiaowen_eval(
        "run", "--no-baseline", "--systems", "bm25", "--split", "tune", "--limit", 9
    ).output
    assert "split tune: 9 questions" in output
    assert "the baseline rank-bm25 was left out" in output
    assert not re.search(r"^ *rank-bm25 +0", output, re.M)


def test_compare_shows_questions_won_and_lost_with_their_clauses(tmp_path: Path) -> None:
    trec = tmp_path / "trec"
    _tiaowen_eval("run", "--systems", "dense", "--trec", trec)
    output = _tiaowen_eval("compare", trec / "dense.run", trec / "rank-bm25.run", "--show", 2).output
    assert re.match(r"nDCG@10 \+0\.\d{4} \(p 0\.\d{4}\); \d+ won, \d+ lost, \d+ tied; 2 of \d+ shown", output)
    assert re.search(r"grade 3  rank (\d+|-) to \d+  国科发区〔2020〕187号#", output)
    assert "not in the corpus" not in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("run", "--set", "absent"), "is no folder"),
        (("run", "--split", "dev"), "no split 'dev'"),
        (("run", "--systems", "colbert"), "unknown system 'colbert'"),
        (("run", "--json", "/dev/null/x/out.json"), "cannot write /dev/null/x"),
        (("run", "--gate", "absent.json"), "cannot read the report absent.json"),
        (("compare", "a.run", "b.run"), "cannot open a.run"),
        (("report", "absent.json", "x.html"), "cannot read the report absent.json"),
    ],
)
def test_mistakes_are_named_with_the_next_step(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(EvalError, match=message):
        _tiaowen_eval(*arguments)


def test_a_report_of_another_format_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text('{"format": 0}')
    with pytest.raises(EvalError, match="is no report of this version"):
        _tiaowen_eval("report", tmp_path / "old.json", tmp_path / "x.html")


def test_importing_the_commands_loads_nothing_heavy() -> None:
    code = "import sys, eval.cli; print(*sorted(m for m in ('numpy', 'rich.table', 'ir_measures', 'index', 'jieba') if m in sys.modules))"  # noqa: E501
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                            cwd=Path(__file__).resolve().parents[2])  # fmt: skip
    assert loaded.stdout.strip() == ""
