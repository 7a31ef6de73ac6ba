"""The `tiaowen` command: serve, search, index, clauses, snapshots, and what other packages add."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from index.errors import ReadError, TiaowenError
from service.commands import only, worded
from service.commands.backup import backup_command, restore_command
from service.commands.bundle import bundle_command
from service.commands.configured import settings_command, settings_of, use_config
from service.commands.feedback import feedback_command
from service.commands.keys import app as keys_commands
from service.settings import Settings

if TYPE_CHECKING:
    from index.build import Progress
    from index.configuration import Parts
    from index.document import Source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None, help=(
    "条文 Tiaowen: answers questions about Chinese policy documents with the exact clause that says so."))  # fmt: skip

Store = Annotated[Path | None, typer.Option("--store", help="Folder of the index (TIAOWEN_STORE).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

app.command("settings")(settings_command)
app.command("feedback")(feedback_command)
app.add_typer(keys_commands, name="keys")
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.command("bundle")(bundle_command)


@app.callback()
def configured(
    context: typer.Context,
    config: Annotated[Path | None, typer.Option(help="Configuration file (TIAOWEN_CONFIG).")] = None,
) -> None:
    use_config(config)
    context.obj = lambda: _settings(
        None
    ).configuration()  # for commands of other packages, which read no settings


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (TIAOWEN_HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on (TIAOWEN_PORT).")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=64, help="Processes (TIAOWEN_WORKERS).")] = None,
    store: Store = None,
) -> None:
    """Start the search page and the API; the first start indexes the bundled plan."""
    from service.server import serve as run

    settings = _settings(store)
    settings = replace(settings, host=host or settings.host, port=settings.port if port is None else port,
                       workers=workers or settings.workers)  # fmt: skip
    with _progress() as progress:
        run(settings, progress=progress, report=_report)


@app.command()
def mcp(
    url: Annotated[str, typer.Option(help="A running service to ask; by default the local store.")] = "",
    key: Annotated[str, typer.Option(help="Key for that service.")] = "",
    store: Store = None,
) -> None:
    """Serve search, answers and clauses to agents by the Model Context Protocol, on standard input and output."""
    from service.client import AsyncClient
    from service.commands.mcp import local_client, serve_stdio

    if url:
        serve_stdio(AsyncClient(url, key=key))
        return
    with _progress() as progress:
        client = local_client(_parts(store), progress, _report)
    serve_stdio(client)


@app.command()
def search(
    question: Annotated[str, typer.Argument(help="The question, in Chinese or English.")],
    top_k: Annotated[int, typer.Option("--top-k", "-k", help="Clauses to show, 1 to 100.")] = 5,
    offset: Annotated[int, typer.Option(help="Clauses to skip.")] = 0,
    mode: Annotated[str, typer.Option(help="hybrid, bm25 or dense.")] = "hybrid",
    document: only.Document = None,
    issuer: only.Issuer = None,
    kind: only.Kind = None,
    year: only.Year = None,
    in_force: only.InForce = None,
    as_json: AsJson = False,
    store: Store = None,
) -> None:
    """Print the clauses that answer a question, each with its citation."""
    from retriever.open import open_or_build
    from retriever.search import Mode
    from service.api import understanding

    if mode not in tuple(Mode):
        raise TiaowenError(f"--mode is {mode!r}; it must be hybrid, bm25 or dense")
    with _progress() as progress:
        searcher = open_or_build(_parts(store), progress)
    left = only.documents_left(searcher, document, issuer, kind, year, in_force)
    results = searcher.search(question, top_k=top_k, offset=offset, mode=Mode(mode), documents=left)
    if as_json:
        _print_json(asdict(results))
        return
    for problem in searcher.synonyms.problems:
        _report(problem)
    for line in understanding.lines(results.understood):
        typer.echo(typer.style(line, dim=True))
    for ranked in results.clauses:
        typer.echo(f"{ranked.rank}. {typer.style(ranked.clause.citation, bold=True)}")
        typer.echo(f"   {_marked(ranked.clause.text, ranked.highlights)}")
        why = "; ".join(f"{s.side} #{s.rank} ({s.score:.3f})" for s in ranked.signals)
        typer.echo(typer.style(f"   {ranked.clause.address}  score {ranked.score:.4f}  {why}", dim=True))
    if not searcher.index.manifest.documents:
        typer.echo(f"{' '.join(understanding.EMPTY)}")
    elif not results.clauses:
        typer.echo("没有找到相关条款。 No clause found; try other words or --mode hybrid.")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in Chinese or English.")],
    document: only.Document = None,
    issuer: only.Issuer = None,
    kind: only.Kind = None,
    year: only.Year = None,
    in_force: only.InForce = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Confidence to answer from (TIAOWEN_ANSWER_THRESHOLD).")
    ] = None,
    after: Annotated[str | None, typer.Option(help="The question that this one follows.")] = None,
    model: Annotated[
        bool | None,
        typer.Option(
            "--model/--no-model", help="Let the language model word it (default: if TIAOWEN_LLM_URL is set)."
        ),
    ] = None,
    as_json: AsJson = False,
    store: Store = None,
) -> None:
    """Quote the words that answer a question, or say that the documents do not tell."""
    from retriever.answers.answer import Context
    from retriever.generate.prompt import MAX_CLAUSES
    from retriever.open import answerer_over, open_or_build
    from service.api.ask import said_of_silence
    from service.api.understanding import EMPTY

    endpoint = worded.needed(_settings(store).endpoint(), model)
    parts = _parts(store)
    with _progress() as progress:
        searcher = open_or_build(parts, progress)
    threshold = _settings(store).answer_threshold if threshold is None else threshold
    answerer = answerer_over(searcher, parts, threshold)
    left = only.documents_left(searcher, document, issuer, kind, year, in_force)
    answer = answerer.answer(question, documents=left, context=Context(after) if after else None)
    if as_json:
        _print_json(asdict(answer))
        return
    silence = said_of_silence(answer) if searcher.index.manifest.documents else EMPTY
    for said in silence if answer.abstained else ():
        typer.echo(said)
    for citation in answer.citations:
        typer.echo(f"“{citation.quote}”")
        typer.echo(f"   {typer.style(citation.display, bold=True)}")
    value = f", {answer.kind}: {answer.value}" if answer.value else ""
    typer.echo(typer.style(f"   confidence {answer.confidence:.2f}{value}", dim=True))
    if endpoint is not None and not answer.abstained:
        found = searcher.search(answer.question.text, top_k=MAX_CLAUSES, documents=left)
        worded.print_worded(endpoint, answer, [ranked.clause for ranked in found.clauses])


@app.command()
def verify(
    file: Annotated[
        Path, typer.Argument(help="Text or Markdown file with the draft; - reads standard input.")
    ],
    as_json: AsJson = False,
    store: Store = None,
) -> None:
    """Check every citation and quotation of a draft; exit status 2 where one does not hold."""
    from retriever.open import open_or_build
    from retriever.verify.verifier import Verifier
    from service.api.verify import draft_of, report_lines

    draft = draft_of(file)
    with _progress() as progress:
        searcher = open_or_build(_parts(store), progress)
    verification = Verifier(searcher).verify(draft)
    if as_json:
        _print_json(asdict(verification))
    else:
        typer.echo("\n".join(report_lines(draft, verification)))
    if not all(check.holds for check in verification.checks):
        raise typer.Exit(2)


@app.command("index")
def index_command(
    files: Annotated[list[Path] | None, typer.Argument(help="Files, folders or zip archives.")] = None,
    replace_all: Annotated[
        bool, typer.Option("--replace", help="Drop the documents indexed before.")
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Add the bundled plan.")] = False,
    fact: Annotated[
        list[str] | None, typer.Option(help="Fact of the one file, as NAME=VALUE; repeatable.")
    ] = None,
    store: Store = None,
) -> None:
    """Add files to the index and publish it; without files, rebuild it from its own documents."""
    from index.build import build
    from index.plan import plan_source
    from index.readers import read_all
    from retriever.open import prepare_published
    from service.commands.given import facts_given, with_given

    if replace_all and not files and not plan:
        raise TiaowenError(
            "--replace needs the files to index instead; name them, or add --plan for the bundled plan"
        )
    skipped: list[str] = []

    def skip(name: str, error: ReadError) -> None:
        skipped.append(name)
        _report(f"skipped {error}")  # the message begins with the name

    given = facts_given(fact or [], len(files or []) + plan)
    parts = _parts(store)

    def sources() -> "Iterator[Source]":
        read = [*([plan_source(parts.keep)] if plan else []), *read_all(files or [], skip, parts.keep)]
        if skipped and not read:
            raise TiaowenError("none of the files could be read; nothing was changed")
        yield from [with_given(read, given)] if given and read else read

    with _progress() as progress:
        built = build(sources(), parts, keep=not replace_all, progress=progress)
    manifest = built.manifest
    for document_id in built.replaced:
        typer.echo(f"replaced {document_id}")
    state = (
        f"published snapshot {manifest.id}" if built.changed else f"nothing new, snapshot {manifest.id} stays"
    )
    typer.echo(f"{state}: {manifest.documents:,} documents, {manifest.clauses:,} clauses, "
               f"{built.embedded:,} newly embedded")  # fmt: skip
    with _progress() as progress:
        prepare_published(parts, progress)
    if skipped:
        raise TiaowenError(f"{len(skipped)} of the files could not be read and were skipped (listed above)")


@app.command()
def clauses(
    files: Annotated[list[Path], typer.Argument(help="Files, folders or zip archives.")],
    as_json: AsJson = False,
    check: Annotated[
        bool, typer.Option("--check", help="Prove each split and count by format instead.")
    ] = False,
) -> None:
    """Print the clause tree of files and the diagnosis: which numbers were inferred, and why. Nothing is indexed."""
    from index.readers import read_all
    from index.structure.split import split
    from service.commands.checking import Tally, proof_json, proof_lines, proof_of
    from service.commands.tree import tree_json, tree_lines

    broken = 0
    unread: list[str] = []
    tally, proofs = Tally(), []

    def skip(name: str, error: ReadError) -> None:
        unread.append(name)
        tally.skip(name)
        _report(f"skipped {error}")  # the message begins with the name

    for source in read_all(files, skip):
        began = time.process_time()
        result = split(source)
        seconds = time.process_time() - began
        if check:
            proof = proof_of(source.name, source.format, result, seconds)
            tally.add(proof)
            broken += len(proof.violations)
            if as_json:
                proofs.append(proof_json(proof))
            else:
                typer.echo("\n".join(proof_lines(proof)))
        elif as_json:
            _print_json(tree_json(result))
        else:
            typer.echo("\n".join(tree_lines(result)))
    if check and as_json:
        _print_json({**tally.as_json(), "documents": proofs})
    elif check:
        typer.echo("\n" + "\n".join(tally.lines()))
    if broken:
        raise TiaowenError(f"{broken} rules are broken (listed above); please report the document")
    if unread:
        raise TiaowenError(f"{len(unread)} of the files could not be read (listed above)")


@app.command()
def snapshots(
    publish: Annotated[str | None, typer.Option(help="Publish this kept snapshot again.")] = None,
    store: Store = None,
) -> None:
    """List the snapshots kept in the store, or go back to one."""
    from index.snapshot import Store as SnapshotStore

    folder = SnapshotStore(_settings(store).store)
    if publish is not None:
        folder.verified(publish)
        with folder.writing():
            folder.point_to(publish)
    current = folder.current()
    for snapshot in folder.snapshots():
        typer.echo(f"{'*' if snapshot == current else ' '} {snapshot}")


def _settings(store: Path | None) -> Settings:
    return settings_of(store)


def _parts(store: Path | None) -> "Parts":
    from index.configuration import open_parts

    return open_parts(_settings(store).configuration(), _report)


def _report(message: str) -> None:
    typer.echo(message, err=True)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """A progress bar on standard error that appears with the first stage of a build."""
    from service.commands.progress import ProgressBar

    with ProgressBar() as bar:
        yield bar


def _marked(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    if not sys.stdout.isatty():
        return text
    marked, at = "", 0
    for start, end in spans:
        marked += text[at:start] + typer.style(text[start:end], fg="yellow", bold=True)
        at = end
    return marked + text[at:]


def _print_json(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    typer.echo(text.encode("utf-8", "replace").decode())


def main() -> None:
    """Run a command; every expected error becomes one line and exit status 1, without a traceback."""
    for command in entry_points(group="tiaowen.commands"):
        app.add_typer(command.load(), name=command.name)
    try:
        app()
    except TiaowenError as error:
        typer.echo(f"tiaowen: {error}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("tiaowen: interrupted; what was published stays as it was", err=True)
        sys.exit(130)
