"""A quoted answer → the same in the words of the configured language model, printed sentence by sentence."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from index.errors import TiaowenError

if TYPE_CHECKING:
    from index.document import Clause
    from retriever.answers.answer import Answer
    from retriever.generate.endpoint import Endpoint


def needed(endpoint: "Endpoint | None", asked: bool | None) -> "Endpoint | None":
    """The language model to ask: without a word of the user, the configured one. Raises TiaowenError."""
    if asked and endpoint is None:
        raise TiaowenError("--model needs a language model; set TIAOWEN_LLM_URL and TIAOWEN_LLM_MODEL")
    return None if asked is False else endpoint


def print_worded(endpoint: "Endpoint", answer: "Answer", clauses: Sequence["Clause"]) -> None:
    """Print each sentence as it comes; where the model fails, one line says that the quotes count."""
    from retriever.generate.generator import Done, Fallback, Generator, Sentence

    async def print_events() -> None:
        async for event in Generator(endpoint).events(answer, clauses):
            if isinstance(event, Fallback):
                typer.echo(
                    typer.style(
                        f"   没有改写，以原文为准。 Not worded by a model: {event.message}.", dim=True
                    )
                )
                return
            if isinstance(event, Sentence):
                places = "; ".join(source.clause.citation for source in event.sources)
                typer.echo(f"{event.text} {typer.style(places, bold=True)}")
            elif isinstance(event, Done):
                told = f"由模型改写，逐句核对，略去 {event.dropped} 句。 Worded by a model, {event.dropped} dropped."
                typer.echo(typer.style(f"   {told}", dim=True))

    typer.echo()
    asyncio.run(print_events())
