"""The default model's encoder in torch, with an adapter to fit; and the file that adapters are kept in."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from index.adapters import FIRST_LAYER, RANKS, Adapters, Purpose, parsed, ranks_of
from index.model_folder import QUERY_PROMPT

RANK = 8
"""Of one fit of an adapter for questions."""
SCALE = 2.0
"""What an adapter's product is multiplied by (alpha / rank in Hu et al. 2021); the file holds it multiplied."""
MAX_TOKENS = 128
"""Of a question that a vector is fitted for."""
MAPS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "fi": "intermediate.dense", "fo": "output.dense",
}  # fmt: skip
"""Short names of a layer's linear maps, as the weights have them, and those of a Hugging Face BertModel."""


class LowRank(nn.Module):
    """A linear map that stays as it is, and a low-rank one beside it, which begins as nothing."""

    def __init__(self, base: nn.Linear, rank: int) -> None:
        super().__init__()
        self.base = base
        self.a = nn.Parameter(torch.randn(rank, base.in_features) / math.sqrt(base.in_features))
        self.b = nn.Parameter(torch.zeros(base.out_features, rank))
        self.dropout = 0.0

    def forward(self, x: Tensor) -> Tensor:
        seen = functional.dropout(x, self.dropout) if self.dropout else x
        mapped: Tensor = self.base(x) + SCALE * (seen @ self.a.T.to(x.dtype)) @ self.b.T.to(x.dtype)
        return mapped


class Encoder(nn.Module):
    """Questions → (n, dimension) unit rows. What the layers below the first adapted one make of a text is kept."""

    def __init__(
        self, folder: Path, rank: int = RANK, max_tokens: int = MAX_TOKENS, dtype: torch.dtype = torch.float32
    ) -> None:
        """`dtype` is that of the adapted layers."""
        from tokenizers import Tokenizer
        from transformers import BertModel

        super().__init__()
        model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
        self._model = model.eval().requires_grad_(False)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens)
        self._lower: dict[str, tuple[Tensor, Any]] = {}
        self._adapters: dict[str, LowRank] = {}
        self._left_out = 0.0
        self.dimension: int = model.config.hidden_size
        self.dtype = dtype
        for number in range(FIRST_LAYER, model.config.num_hidden_layers):
            model.encoder.layer[number].to(dtype)
            for short, name in MAPS.items():
                owner, _, last = name.rpartition(".")
                holder = model.encoder.layer[number].get_submodule(owner)
                adapter = LowRank(getattr(holder, last), rank)
                setattr(holder, last, adapter)
                self._adapters[f"l{number}.{short}"] = adapter

    def adapted(self) -> list[nn.Parameter]:
        return [parameter for one in self._adapters.values() for parameter in (one.a, one.b)]

    def disturb(self, left_out: float, dropout: float) -> None:
        """Leave out so many of a text's tokens, and of what the adapters see of the others, at random."""
        self._left_out = left_out
        for one in self._adapters.values():
            one.dropout = dropout

    def maps(self) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Name of each linear map → its (rank, inputs) and (outputs, rank) matrices, the scale within."""
        return {
            name: (one.a.detach().numpy(), np.float32(SCALE) * one.b.detach().numpy())
            for name, one in self._adapters.items()
        }

    def adapt(self, adapters: Adapters, purpose: Purpose) -> "Encoder":
        """Take one of the adapters that a file holds (`index.adapters.parsed`)."""
        ranks = ranks_of(purpose)
        for name, one in self._adapters.items():
            one.a.data = torch.from_numpy(adapters[f"{name}.a"][ranks])
            one.b.data = torch.from_numpy(adapters[f"{name}.b"][:, ranks] / np.float32(SCALE))
        return self

    def forward(self, texts: Sequence[str]) -> Tensor:
        hidden, mask = self.upper([self._some(self.lower(QUERY_PROMPT + text)[0]) for text in texts])
        mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return functional.normalize(mean, dim=-1)

    def lower(self, text: str) -> tuple[Tensor, Any]:
        """(tokens, dimension) what the lower layers make of a text, and where each token begins and ends in it."""
        if text not in self._lower:
            encoding = self._tokenizer.encode(text)
            with torch.no_grad():
                hidden = self._model.embeddings(input_ids=torch.tensor([encoding.ids]))
                hidden = self._through(hidden, torch.ones(1, len(encoding.ids)), 0, FIRST_LAYER)[0]
            self._lower[text] = hidden.to(self.dtype), encoding.offsets
        return self._lower[text]

    def upper(self, rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Sequences of states → (n, length, dimension) what the adapted layers make of them, (n, length) their mask."""
        hidden, mask = _padded(rows)
        return self._through(hidden, mask, FIRST_LAYER, len(self._model.encoder.layer)).float(), mask

    def _some(self, row: Tensor) -> Tensor:
        """Those of its tokens that are not left out; the first and the last stay."""
        if not self._left_out:
            return row
        kept = torch.rand(len(row)) >= self._left_out
        kept[0] = kept[-1] = True
        return row[kept]

    def _through(self, hidden: Tensor, mask: Tensor, first: int, last: int) -> Tensor:
        unseen = ((1 - mask)[:, None, None, :] * torch.finfo(hidden.dtype).min).to(hidden.dtype)
        for layer in self._model.encoder.layer[first:last]:
            out = layer(hidden, unseen)
            hidden = out[0] if isinstance(out, tuple) else out
        return hidden


def _padded(rows: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(row)) for row in rows], batch_first=True)
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True), mask


Maps = Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]]
"""What `Encoder.maps` returns."""


def saved(
    path: Path, maps: Mapping[Purpose, Sequence[Maps]], others: Mapping[str, NDArray[np.float32]]
) -> None:
    """Write the adapters as `index.adapters` reads them: of each map the ranks of all purposes one after another.

    The adapter of a purpose is the mean of its fits (after Wortsman et al. 2022): their ranks side by side. Without any
    fit it is nothing.
    """
    from safetensors.numpy import save_file

    tensors = {name: value.astype(np.float16) for name, value in others.items()}
    for name, (one, other) in maps[Purpose.SEARCH][0].items():
        fits = []
        for purpose, rank in RANKS.items():
            nothing = np.zeros((rank, one.shape[1]), np.float32), np.zeros((len(other), rank), np.float32)
            own = [fit[name] for fit in maps.get(purpose, ())]
            fits += [(fit, len(own)) for fit in own] or [(nothing, 1)]
        tensors[f"{name}.a"] = np.concatenate([a for (a, _), _ in fits], axis=0).astype(np.float16)
        tensors[f"{name}.b"] = np.concatenate([b / of for (_, b), of in fits], axis=1).astype(np.float16)
    save_file(tensors, path)
    path.chmod(0o644)


def put(path: Path, maps: Mapping[Purpose, Maps], others: Mapping[str, NDArray[np.float32]]) -> None:
    """Write the adapters of some purposes, and other tensors, into a file that holds all."""
    from safetensors.numpy import save_file

    tensors = dict(parsed(path.read_bytes())) | dict(others)
    for purpose, own in maps.items():
        ranks = ranks_of(purpose)
        for name, (a, b) in own.items():
            tensors[f"{name}.a"][ranks], tensors[f"{name}.b"][:, ranks] = a, b
    save_file({name: tensor.astype(np.float16) for name, tensor in tensors.items()}, path)
    path.chmod(0o644)
