"""Judged questions → the adapters of the default model's encoder, one for each purpose of a question's vector.

`python -m eval.fit_questions FOLDER STORES MODELS [--beir FOLDER]` writes `adapters.safetensors`, and
`without-K.safetensors` for every fold that is left out. Only questions are learned: clauses and pieces keep the vectors
they have, so a question is compared with all of them at each step (a softmax over the collection, after Karpukhin et
al. 2020; adapters after Hu et al. 2021). For answers there is one more thing to choose: that nothing answers.
"""

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eval.adaptation import Encoder, saved
from eval.folds import FOLDS, name_of
from eval.taught import Task, built_in_tasks, lay_task
from index.adapters import Purpose
from index.model_folder import default_model_folder

TEMPERATURE = 0.05
BATCH = 16
"""Questions in one step."""
WARMUP = 0.1
"""Share of the steps in which the rate grows."""
SEED = 20261129


REPEATS = 2
"""How often an epoch asks the questions of the built-in sets for each time it asks the lay ones, which are more."""


@dataclass(frozen=True, slots=True)
class Noise:
    """What one fit leaves out at random."""

    tokens: float = 0.0
    """Share of a question's tokens."""
    inputs: float = 0.0
    """Share of what the adapters see of the others."""


@dataclass(frozen=True, slots=True)
class Course:
    """How an adapter is fitted; chosen on questions of documents that were left out."""

    rate: float
    epochs: int
    fits: tuple[Noise, ...] = (Noise(),)
    """Of which the adapter is the mean."""


COURSES = {
    Purpose.SEARCH: Course(rate=5e-4, epochs=3),
    Purpose.ANSWER: Course(rate=1e-3, epochs=6, fits=(Noise(), Noise(tokens=0.15, inputs=0.1))),
}


class Silence(nn.Module):
    """How near a piece must be to a question to answer it: a plane over the question vectors."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.direction = nn.Parameter(torch.zeros(dimension))
        self.offset = nn.Parameter(torch.tensor(0.45))

    def forward(self, vectors: Tensor) -> Tensor:
        nearness: Tensor = vectors @ self.direction + self.offset
        return nearness


def loss(encoder: Encoder, silence: Silence | None, task: Task, batch: Sequence[int]) -> Tensor:
    """Cross entropy between what answers and the nearness of everything in the task's collection."""
    vectors = functional.normalize(encoder([task.texts[i] for i in batch]) - task.centre, dim=-1)
    scores = task.scores(vectors)
    wanted = task.wanted(batch)
    if silence is not None:
        scores = torch.cat([scores, silence(vectors)[:, None]], 1)
        wanted = torch.cat([wanted, (wanted.sum(1, keepdim=True) == 0).float()], 1)
    return choosing(scores, wanted)


def choosing(scores: Tensor, wanted: Tensor) -> Tensor:
    """Cross entropy between (n, choices) shares of what is wanted and a softmax of scores."""
    wanted = wanted / wanted.sum(1, keepdim=True)
    return -(wanted * functional.log_softmax(scores / TEMPERATURE, 1)).sum(1).mean()


def pace_at(taken: int, steps: int) -> float:
    """The share of its rate that a step learns with: it grows at first, then falls to nothing."""
    return min(1.0, taken / (WARMUP * steps)) * (1 - taken / steps)


def batches(count: int, texts: Sequence[str]) -> Iterator[list[int]]:
    """All questions once, in batches of similar length."""
    order = random.sample(range(count), count)
    for start in range(0, count, 8 * BATCH):
        near = sorted(order[start : start + 8 * BATCH], key=lambda i: len(texts[i]))
        yield from (near[at : at + BATCH] for at in range(0, len(near), BATCH))


def fit(
    purpose: Purpose, tasks: Sequence[Task], folder: Path, told: str, which: int = 0
) -> tuple[Encoder, Silence]:
    """Fit an adapter on these tasks, as the course's fit of that number; `folder` is that of the default model."""
    course = COURSES[purpose]
    torch.manual_seed(SEED + which)
    random.seed(SEED + which)
    encoder = Encoder(folder)
    encoder.disturb(course.fits[which].tokens, course.fits[which].inputs)
    silence = Silence(encoder.dimension)
    hears = silence if purpose is Purpose.ANSWER else None
    optimiser = torch.optim.AdamW(
        [{"params": encoder.adapted(), "pace": 1.0}, {"params": list(silence.parameters()), "pace": 5.0}],
        lr=course.rate,
        weight_decay=0.0,
    )
    steps = course.epochs * sum(math.ceil(len(task.texts) / BATCH) for task in tasks)
    taken = 0
    for epoch in range(course.epochs):
        todo = [(task, batch) for task in tasks for batch in batches(len(task.texts), task.texts)]
        random.shuffle(todo)
        total = 0.0
        for task, batch in todo:
            pace = pace_at(taken, steps)
            for group in optimiser.param_groups:
                group["lr"] = course.rate * group["pace"] * pace
            cost = loss(encoder, hears, task, batch)
            optimiser.zero_grad()
            cost.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(encoder.adapted(), 1.0)
            optimiser.step()
            taken += 1
            total += cost.item()
        print(
            f"{told} {purpose} epoch {epoch + 1} of {course.epochs}: loss {total / len(todo):.3f}", flush=True
        )
    encoder.disturb(0.0, 0.0)
    return encoder, silence


def main(arguments: Sequence[str] | None = None) -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("out", type=Path)
    told.add_argument("stores", type=Path)
    told.add_argument("models", type=Path)
    told.add_argument("--beir", type=Path, help="lay questions with articles of law, to rank by (BEIR)")
    told.add_argument("--only", help="adapters, or without-K: one file, for one process each")
    given = told.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    folder = default_model_folder(given.models)
    tasks = built_in_tasks(given.stores, given.models)
    if given.beir:
        tasks[Purpose.SEARCH] = REPEATS * tasks[Purpose.SEARCH] + [
            lay_task(given.beir, given.models, given.out / "vectors.sqlite")
        ]
    for fold in (None, *range(FOLDS)):
        name = name_of(fold)
        if given.only in (None, name):
            fitted = {
                purpose: [
                    fit(purpose, [task.without(fold) for task in tasks[purpose]], folder, name, which)
                    for which in range(len(COURSES[purpose].fits))
                ]
                for purpose in COURSES
            }
            planes = [silence for _, silence in fitted[Purpose.ANSWER]]
            saved(
                given.out / f"{name}.safetensors",
                {purpose: [encoder.maps() for encoder, _ in fits] for purpose, fits in fitted.items()},
                {
                    "silence.direction": np.mean([one.direction.detach().numpy() for one in planes], axis=0),
                    "silence.offset": np.mean([one.offset.detach().numpy() for one in planes]).reshape(1),
                },
            )


if __name__ == "__main__":
    main()
