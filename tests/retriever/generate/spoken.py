"""Sentences → a language model of a few hundred kilobytes that says them and nothing else, for real servers.

A Markov chain in the shape of a Llama: embeddings are one-hot, attention and feed-forward are zero, so the output
layer is the table of what follows what. Nothing is trained, and whatever the prompt, its last token decides.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

SPECIALS = ("<unk>", "<s>", "</s>", "<|user|>", "<|assistant|>")
END, ASSISTANT = SPECIALS.index("</s>"), SPECIALS.index("<|assistant|>")
HEADS = 4
TEMPLATE = (
    "{% for message in messages %}{{ '<|user|>' + message['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def vocabulary(pieces: Sequence[str]) -> list[str]:
    """Special tokens, the 256 bytes, then the pieces, which must differ from each other."""
    assert len(set(pieces)) == len(pieces)
    return [*SPECIALS, *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]


def weights(pieces: Sequence[str], *, ends: bool) -> dict[str, np.ndarray]:
    """Tensors by their names in transformers; a model that does not end begins again."""
    size = len(vocabulary(pieces))
    hidden = -(-size // (2 * HEADS)) * 2 * HEADS
    follows = np.zeros((size, hidden), np.float32)
    said = [ASSISTANT, *range(size - len(pieces), size)]
    for now, after in zip(said, [*said[1:], END if ends else said[1]], strict=True):
        follows[after, now] = 1
    square, one = np.zeros((hidden, hidden), np.float32), np.ones(hidden, np.float32)
    layer = {f"self_attn.{name}_proj.weight": square for name in "qkvo"}
    layer |= {f"mlp.{name}_proj.weight": square for name in ("gate", "up", "down")}
    layer |= {f"{name}_layernorm.weight": one for name in ("input", "post_attention")}
    return {
        "model.embed_tokens.weight": np.eye(size, hidden, dtype=np.float32),
        **{f"model.layers.0.{name}": tensor for name, tensor in layer.items()},
        "model.norm.weight": one,
        "lm_head.weight": follows,
    }


def transformers_folder(folder: Path, pieces: Sequence[str], *, ends: bool = True) -> Path:
    """The model as a folder that `transformers serve` loads."""
    from safetensors.numpy import save_file
    from tokenizers import AddedToken, Tokenizer, decoders, models

    folder.mkdir(parents=True, exist_ok=True)
    tensors = weights(pieces, ends=ends)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    words = vocabulary(pieces)
    numbers = {word: i for i, word in enumerate(words[: len(words) - len(pieces)])}
    tokenizer = Tokenizer(models.BPE(numbers, [], unk_token="<unk>", byte_fallback=True))
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([AddedToken(word, special=True, normalized=False) for word in SPECIALS])
    tokenizer.add_tokens([AddedToken(piece, normalized=False) for piece in pieces])
    tokenizer.save(str(folder / "tokenizer.json"))
    hidden = tensors["model.norm.weight"].size
    config = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": hidden,
        "intermediate_size": hidden, "num_attention_heads": HEADS, "num_key_value_heads": HEADS,
        "num_hidden_layers": 1, "vocab_size": len(words), "max_position_embeddings": 32768, "dtype": "float32",
        "bos_token_id": 1, "eos_token_id": END, "tie_word_embeddings": False,
    }  # fmt: skip
    words_config = {
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>",
        "chat_template": TEMPLATE,
    }  # fmt: skip
    generation = {"bos_token_id": 1, "eos_token_id": END, "pad_token_id": END}
    for name, told in (
        ("config", config), ("tokenizer_config", words_config), ("generation_config", generation)
    ):  # fmt: skip
        (folder / f"{name}.json").write_text(json.dumps(told), encoding="utf-8")
    return folder


def gguf_file(file: Path, pieces: Sequence[str], *, ends: bool = True) -> Path:
    """The model as a file that llama.cpp loads."""
    import gguf

    tensors, words = weights(pieces, ends=ends), vocabulary(pieces)
    hidden = tensors["model.norm.weight"].size
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_context_length(32768)
    writer.add_embedding_length(hidden)
    writer.add_block_count(1)
    writer.add_feed_forward_length(hidden)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_dimension_count(hidden // HEADS)
    writer.add_vocab_size(len(words))
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(words)
    writer.add_token_scores([0.0] * len(words))
    kinds = [gguf.TokenType.UNKNOWN, *[gguf.TokenType.CONTROL] * (len(SPECIALS) - 1)]
    kinds += [gguf.TokenType.BYTE] * 256 + [gguf.TokenType.USER_DEFINED] * len(pieces)
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(END)
    writer.add_unk_token_id(0)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, 1)
    for name, tensor in tensors.items():
        writer.add_tensor(names.get_name(name, try_suffixes=(".weight",)), tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return file
