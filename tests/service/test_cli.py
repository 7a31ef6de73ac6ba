"""The command line as a person runs it: output, exit status, and one line for every expected error."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from index.document import Source
from index.errors import TiaowenError
from index.plan import plan_source
from index.readers import read_all
from index.structure.split import paragraphs_of, split
from service.commands.checking import proof_lines, proof_of
from service.commands.given import facts_given, with_given

RULES = "图书借阅规则\n\n第一条 读者凭证借阅。\n\n第二条 每人每次可借十册。\n"


def _tiaowen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "TIAOWEN_STORE": str(folder / "store"),
        "TIAOWEN_MODELS": str(folder / "models"),
    }
    command = [sys.executable, "-c", "from service.commands.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


def test_clauses_prints_the_tree_with_inferred_numbers_and_why(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text(plan_source().text, encoding="utf-8")
    run = _tiaowen(tmp_path, "clauses", str(tmp_path / "plan.txt"))
    assert run.returncode == 0
    assert "（一）[推定 inferred] 支持深圳强化产学研" in run.stdout
    assert run.stdout.count(": inferred: ") == 11
    made = json.loads(_tiaowen(tmp_path, "clauses", "--json", str(tmp_path / "plan.txt")).stdout)
    assert len(made["clauses"]) == 25
    assert sum(node["number_origin"] == "inferred" for node in made["nodes"]) == 11


def test_clauses_shows_what_each_clause_cites(tmp_path: Path) -> None:
    text = "借阅规则\n第一条　读者凭证借阅。\n第二条　违反前条、《读者法》第三条第一款和本规则第九条的，不得借阅。\n"
    (tmp_path / "rules.txt").write_text(text, encoding="utf-8")
    run = _tiaowen(tmp_path, "clauses", str(tmp_path / "rules.txt"))
    assert "前条 → #第一条\n" in run.stdout
    assert "《读者法》第三条第一款 → 《读者法》#第三条/第一款\n" in run.stdout
    assert "本规则第九条 → ?\n" in run.stdout
    made = json.loads(_tiaowen(tmp_path, "clauses", "--json", str(tmp_path / "rules.txt")).stdout)
    assert [(one["text"], one["addresses"]) for one in made["references"]] == [
        ("前条", ["第一条"]), ("《读者法》第三条第一款", ["第三条/第一款"]), ("本规则第九条", []),
    ]  # fmt: skip
    assert made["references"][1]["cited"]["title"] == "读者法"


def test_check_proves_a_folder_and_counts_by_format(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "rules.txt").write_text(RULES, encoding="utf-8")
    (folder / "more.txt").write_text(RULES + "\n第五条规定的除外。\n\n第三条 甲。\n", encoding="utf-8")
    (folder / "rules.md").write_text(f"# {RULES}", encoding="utf-8")
    (folder / "broken.txt").write_bytes(b"\0\1\2\3" * 50)
    run = _tiaowen(tmp_path, "clauses", "--check", str(folder))
    assert (
        "ok  rules.txt: 2 clauses, 0 inferred, 0 from Word lists, 2 of 2 printed articles found" in run.stdout
    )
    rows = {line.split()[0]: line.split() for line in run.stdout.splitlines()[-4:]}
    assert rows["txt"][1:9] == ["2", "5", "0", "0", "5/5", "1", "0", "1"], rows["format"]
    assert rows["md"][1:9] == ["1", "2", "0", "0", "2/2", "0", "0", "0"]
    assert rows["total"][1:9] == ["3", "7", "0", "0", "7/7", "1", "0", "1"]
    assert run.returncode == 1 and "broken.txt" in run.stderr and "Traceback" not in run.stderr

    made = json.loads(_tiaowen(tmp_path, "clauses", "--check", "--json", str(folder)).stdout)
    assert (made["total"]["documents"], made["total"]["skipped"], made["total"]["found"]) == (3, 1, 7)
    assert [one["format"] for one in made["formats"]] == ["txt", "md"]
    assert {one["name"] for one in made["documents"]} == {"rules.txt", "more.txt", "rules.md"}


def test_a_lost_character_breaks_the_proof() -> None:
    result = split(plan_source())
    damaged = replace(result, nodes=result.nodes[:5] + result.nodes[6:])
    whole, broken = (proof_of("plan.txt", "txt", one, 0.1) for one in (result, damaged))
    assert not whole.violations and proof_lines(whole)[0].startswith("ok")
    assert broken.violations and proof_lines(broken)[0].startswith("BROKEN")


def test_an_article_that_begins_no_clause_is_counted_as_missed() -> None:
    result = split(Source("a.txt", "txt", RULES, paragraphs_of(RULES)))
    lost = replace(result, nodes=tuple(n for n in result.nodes if n.number != "第二条"))
    assert (proof_of("a", "txt", lost, 0.1).found, proof_of("a", "txt", lost, 0.1).printed) == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("index", "missing.txt"), "missing.txt: no such file"),
        (("index", "--replace"), "--replace needs the files"),
        (
            ("index", "a.txt", "b.txt", "--fact", "number=1"),
            "--fact states facts of one document, and 2 files",
        ),
        (("index", "a.txt", "--fact", "number"), "--fact 'number' has no ="),
        (("index", "a.txt", "--fact", "nummer=1"), "there is no fact 'nummer'; the names are title"),
        (("search", "研发", "--mode", "magic"), "must be hybrid, bm25 or dense"),
        (("snapshots",), "nothing published yet"),
    ],
)
def test_expected_errors_are_one_line_and_exit_status_1(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    run = _tiaowen(tmp_path, *arguments)
    assert run.returncode == 1 and said in run.stderr and "Traceback" not in run.stderr


def test_facts_are_given_on_the_command_line_and_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "rules.txt").write_text(RULES, encoding="utf-8")
    (tmp_path / "rules.txt.facts.json").write_text(
        '{"issuer": "图书馆", "number": "图〔2020〕1号"}', encoding="utf-8"
    )
    shown = _tiaowen(tmp_path, "clauses", str(tmp_path / "rules.txt"))
    assert (
        "  issuer: 图书馆  (给定 given)\n" in shown.stdout
        and "  title: 图书借阅规则  (line 1)\n" in shown.stdout
    )
    sources = list(read_all([tmp_path / "rules.txt"], lambda name, error: None))
    given = facts_given(["number=图〔2021〕2号", "recipients=甲", "recipients=乙"], 1)
    document = split(with_given(sources, given)).document
    assert (document.id, document.issuer) == ("图〔2021〕2号", "图书馆")
    assert [fact.value for fact in document.facts if fact.name == "recipients"] == ["甲", "乙"]
    with pytest.raises(TiaowenError, match="2 were found"):
        with_given(sources * 2, given)


def test_search_answers_on_the_bundled_plan_from_an_empty_store(tmp_path: Path) -> None:
    run = _tiaowen(tmp_path, "search", "研发投入要占多少", "--json", "-k", "3")
    assert run.returncode == 0, run.stderr
    made = json.loads(run.stdout)
    assert made["clauses"][0]["clause"]["address"] == "国科发区〔2020〕187号#一/第1段"
    again = _tiaowen(tmp_path, "index")
    assert "nothing new" in again.stdout
    blank = _tiaowen(tmp_path, "search", "  ")
    assert blank.returncode == 1 and "question is empty" in blank.stderr
