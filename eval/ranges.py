"""The default model and ordinary prose → how large the inputs of its linear maps become, for rounding to 8 bits.

`python -m eval.ranges OUT.safetensors MODELS` makes `index/data/ranges.safetensors` out of the sentences of
`index/data/background.txt`, each as a question and as a clause, with no adapter.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from eval.adaptation import MAPS
from index.centre import background
from index.model_folder import PASSAGE_PROMPT, QUERY_PROMPT, default_model_folder
from index.rounding import SHARES


def ranges(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Name of each linear map → (inputs,) the greatest absolute value that each of its inputs takes."""
    from transformers import BertModel

    model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False)
    model.eval()
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    greatest: dict[str, torch.Tensor] = {}

    def listen(name: str) -> Any:
        def hear(_: Any, given: tuple[torch.Tensor, ...]) -> None:
            seen = given[0].abs().amax(dim=(0, 1))
            greatest[name] = torch.maximum(greatest.get(name, seen), seen)

        return hear

    for number, layer in enumerate(model.encoder.layer):
        for short in SHARES:
            layer.get_submodule(MAPS[short]).register_forward_pre_hook(listen(f"l{number}.{short}"))
    chinese, english = background()
    with torch.no_grad():
        for prompt in (QUERY_PROMPT, PASSAGE_PROMPT):
            for text in (*chinese, *english):
                model(input_ids=torch.tensor([tokenizer.encode(prompt + text).ids]))
    return {name: value.numpy() for name, value in greatest.items()}


def main() -> None:
    from safetensors.numpy import save_file

    out, models = map(Path, sys.argv[1:])
    found = ranges(default_model_folder(models))
    save_file({name: value.astype(np.float16) for name, value in found.items()}, out)
    print(f"{len(found)} maps, {out.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
