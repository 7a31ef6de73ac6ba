"""A small BEIR folder, written here and nobody else's data."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

CORPUS = [
    {"_id": "a", "title": "科技条例第一条", "text": "市政府设立科技创新专项资金，支持企业开展研究开发。"},
    {"_id": "b", "title": "科技条例第二条", "text": "企业研究开发费用可以按照规定加计扣除。"},
    {"_id": "c", "title": "科技条例第三条", "text": "高等学校可以与企业共建实验室，培养人才。"},
    {"_id": "d", "title": "科技条例第四条", "text": "  "},
    {"_id": "e", "title": "", "text": "外国人才可以申请工作许可，任期不超过五年。"},
]
QUERIES = [
    {"_id": "1", "text": "企业研究开发费用能扣除吗"},
    {"_id": "2", "text": "外国人才怎么申请工作许可"},
    {"_id": "3", "text": "没有被判断的问题"},
]
QRELS = [("1", "b", 2), ("1", "a", 1), ("2", "e", 1)]

Write = Callable[..., Path]


@pytest.fixture
def beir(tmp_path: Path) -> Write:
    """`beir(corpus=…, queries=…, qrels={"test": …}, gz=…)` writes a BEIR folder and returns it."""

    def write(
        corpus: list[dict[str, object]] = CORPUS,
        queries: list[dict[str, object]] = QUERIES,
        qrels: dict[str, list[tuple[str, str, int]]] | None = None,
        gz: bool = False,
    ) -> Path:
        folder = tmp_path / "beir"
        (folder / "qrels").mkdir(parents=True)
        lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in corpus)
        if gz:
            (folder / "corpus.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
        else:
            (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
        (folder / "queries.jsonl").write_text(
            "".join(json.dumps(q, ensure_ascii=False) + "\n" for q in queries), encoding="utf-8"
        )
        for name, rows in ({"test": QRELS} if qrels is None else qrels).items():
            body = "".join(f"{q}\t{a}\t{grade}\n" for q, a, grade in rows)
            (folder / "qrels" / f"{name}.tsv").write_text("query-id\tcorpus-id\tscore\n" + body)
        return folder

    return write
