"""A reranker orders the first clauses and leaves the others behind them; a CrossEncoder folder is one."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.build import build
from index.configuration import Parts
from index.embed import HashEmbedder
from index.errors import ModelError
from index.plan import plan_source
from index.snapshot import Store
from index.text import Tokenizer
from retriever import rerank
from retriever.open import open_searcher
from retriever.options import RankingOptions
from retriever.rerank import CrossEncoderReranker
from retriever.search import Mode, Searcher


class Shortest:
    """Prefers short clauses, whatever was asked."""

    def scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        assert question == "怎样用大数据开展社会治理"
        return np.array([-len(text) for text in texts], np.float32)


@pytest.fixture
def searcher(tmp_path: Path, tokenizer: Tokenizer) -> Searcher:
    parts = Parts(Store(tmp_path / "store"), tokenizer, HashEmbedder())
    build([plan_source()], parts)
    opened = open_searcher(parts)
    return Searcher(opened.index, tokenizer, HashEmbedder(), reranker=Shortest())


def test_the_first_clauses_take_the_order_of_the_reranker(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rerank, "RERANKED", 5)
    question = "怎样用大数据开展社会治理"
    before = searcher.with_options(RankingOptions(rerank=False)).search(question, top_k=25).clauses
    after = searcher.search(question, top_k=25).clauses
    first = sorted(before[:5], key=lambda ranked: len(ranked.clause.text))
    assert [r.clause.address for r in after] == [r.clause.address for r in [*first, *before[5:]]]
    assert [r.score for r in after] == sorted((r.score for r in after), reverse=True)
    by_side = {signal.side: signal for signal in after[0].signals}
    assert (by_side["reranker"].rank, by_side["reranker"].score) == (1, -len(after[0].clause.text))
    assert sum(s.contribution for s in after[0].signals) == pytest.approx(after[0].score)
    assert "reranker" not in {signal.side for signal in after[5].signals}


def test_every_mode_is_reranked_and_pages_fit_together(searcher: Searcher) -> None:
    question = "怎样用大数据开展社会治理"
    for mode in Mode:
        whole = [r.clause.address for r in searcher.search(question, top_k=20, mode=mode).clauses]
        page = searcher.search(question, top_k=5, offset=5, mode=mode).clauses
        assert [r.clause.address for r in page] == whole[5:10]


def test_a_folder_without_a_model_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="give the folder of a downloaded CrossEncoder"):
        CrossEncoderReranker(str(tmp_path / "none")).scores("甲", ["乙", "丙"])


def test_a_cross_encoder_folder_gives_a_score_for_every_clause(tmp_path: Path) -> None:
    import torch
    from tokenizers import Tokenizer as Pieces
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = {word: i for i, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"甲乙丙丁"])}
    pieces = Pieces(WordLevel(words, unk_token="[UNK]"))
    pieces.pre_tokenizer = Split("", "isolated")
    torch.manual_seed(7)
    config = BertConfig(vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2,
                        intermediate_size=8, num_labels=1)  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    PreTrainedTokenizerFast(tokenizer_object=pieces, unk_token="[UNK]", pad_token="[PAD]", cls_token="[CLS]",
                            sep_token="[SEP]").save_pretrained(tmp_path)  # fmt: skip
    reranker = CrossEncoderReranker(str(tmp_path))
    both = reranker.scores("甲", ["乙丙", "丁"])
    assert (both.shape, both.dtype) == ((2,), np.float32)
    assert reranker.scores("甲", ["丁"])[0] == pytest.approx(both[1], abs=1e-5)
