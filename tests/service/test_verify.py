"""The citation check over HTTP, as a page and on the command line."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from index.errors import ReadError
from retriever.verify.verifier import MAX_DRAFT_CHARS
from service.api.verify import draft_of, report_lines
from service.api.verify_schema import DRAFT
from service.commands import cli
from service.live import Live

PLAN = "国科发区〔2020〕187号"
BROWSER = {"Accept": "text/html"}
RIGHT = "《行动方案》第一部分提出“到2025年，全社会研发投入占地区生产总值（GDP）比重力争达到4.8%”。"
WRONG = RIGHT.replace("4.8", "4.5")


def test_the_example_of_the_documentation_is_answered_as_documented(client: TestClient) -> None:
    answer = client.post("/v1/verify", json={"text": DRAFT}).json()
    quotation, citation = sorted(answer["checks"], key=lambda check: check["kind"], reverse=True)
    assert (quotation["start"], quotation["end"], quotation["status"]) == (14, 30, "quote_differs")
    assert (quotation["quote"], quotation["quote_start"], quotation["quote_end"]) == (
        "综合应用大数据、云计算、人工智能等技术", 2796, 2815,
    )  # fmt: skip
    assert [d["text"] for d in quotation["differences"] if d["kind"] == "deleted"] == ["、人工智能"]
    assert quotation["citation"].endswith("第五部分第（十五）条")
    assert citation["numbers"] == [{"start": 32, "end": 37, "stated": "2030年", "source": ""}]
    assert client.get(f"/v1/clauses/{quotation['clause'].replace('#', '%23')}").status_code == 200


def test_the_longest_text_is_checked_and_a_longer_one_refused(client: TestClient) -> None:
    filler = "今天的会议讨论了许多事情，"
    text = (filler * MAX_DRAFT_CHARS)[: MAX_DRAFT_CHARS - len(WRONG)] + WRONG
    for answer in (
        client.post("/v1/verify", json={"text": text}),
        client.post(
            "/verify", content=json.dumps({"text": text}), headers={"Content-Type": "application/json"}
        ),
    ):
        assert [check["status"] for check in answer.json()["checks"]] == ["number_differs"]
    refused = client.post("/v1/verify", json={"text": text + "。"})
    assert (refused.status_code, refused.json()["error"]["field"]) == (422, "text")
    assert client.post("/v1/search", json={"question": "a" * 66_000}).status_code == 413, (
        "others stay as they were"
    )


def test_the_page_shows_each_check_with_its_status_and_marks_the_difference(client: TestClient) -> None:
    empty = client.get("/verify", headers=BROWSER)
    assert empty.status_code == 200
    assert 'action="/verify/page"' in empty.text
    page = client.post("/verify/page", data={"text": RIGHT + "\n\n" + WRONG}, headers=BROWSER).text
    assert page.index("status-verified") < page.index("status-number-differs")
    assert "<del title=" in page and ">8</del>" in page and ">5</ins>" in page
    assert f"/read/{'%E5%9B%BD'}" in page
    english = client.post("/verify/page", data={"text": WRONG, "lang": "en"}, headers=BROWSER).text
    assert "Number differs" in english
    assert '<html lang="en">' in english


def test_a_form_with_the_longest_text_is_read(client: TestClient) -> None:
    text = ("会" * MAX_DRAFT_CHARS)[: MAX_DRAFT_CHARS - len(WRONG)] + WRONG
    page = client.post("/verify/page", data={"text": text}, headers=BROWSER)
    assert page.status_code == 200
    assert "status-number-differs" in page.text
    assert client.post("/verify/page", data={"text": text + "。"}, headers=BROWSER).status_code == 422


def test_markup_in_a_draft_never_becomes_markup(client: TestClient) -> None:
    bold = WRONG.replace("到2025年", "到<b>2025</b>年")
    text = f"</textarea><script>alert(1)</script> {bold} “<i>{{{{7*191}}}}全社会研发投入”"
    page = client.post("/verify/page", data={"text": text}, headers=BROWSER).text
    assert "<script>alert" not in page
    assert "<b>" not in page and "<i>" not in page
    assert "1337" not in page


def test_every_page_links_to_the_check(client: TestClient) -> None:
    assert '<a href="/verify">核对引用</a>' in client.get("/", headers=BROWSER).text


def test_the_lines_of_the_command_name_place_status_and_the_clause(plan_live: Live) -> None:
    draft = f"第一行\n{RIGHT}\n{WRONG}"
    lines = "\n".join(report_lines(draft, plan_live.serving().verifier.verify(draft)))
    assert "2: ok verified" in lines
    assert "3: !! number_differs" in lines
    assert f"{PLAN}#一/第1段" in lines
    assert lines.endswith("1 number_differs, 1 verified")


def test_a_draft_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("《方案》".encode("gb18030"))
    for name in ("a.txt", "none.txt"):
        with pytest.raises(ReadError, match=name):
            draft_of(tmp_path / name)


def test_the_command_ends_with_status_2_where_a_quotation_is_wrong(
    plan_live: Live, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_parts", lambda store: plan_live.parts)
    for draft, status in ((RIGHT, 0), (WRONG, 2)):
        path = tmp_path / "draft.md"
        path.write_text(draft, encoding="utf-8")
        result = CliRunner().invoke(cli.app, ["verify", str(path), "--json"])
        assert result.exit_code == status, result.output
        assert [c["status"] for c in json.loads(result.stdout)["checks"]] == [
            "number_differs" if status else "verified"
        ]
