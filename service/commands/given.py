"""`--fact NAME=VALUE` of `tiaowen index` → facts that replace those of the one file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from index.document import Fact, Source
from index.errors import TiaowenError
from index.overrides import overrides_of, stated_over


def facts_given(options: Sequence[str], files: int) -> tuple[Fact, ...]:
    """Read the options; a name may be repeated where a document can have several. Raises TiaowenError."""
    if options and files != 1:
        raise TiaowenError(f"--fact states facts of one document, and {files} files are named; index it alone, or put "
                           "NAME.facts.json beside each")  # fmt: skip
    values: dict[str, list[str]] = {}
    for option in options:
        name, equals, value = option.partition("=")
        if not equals:
            raise TiaowenError(f"--fact {option!r} has no =; write it as --fact number=国科发区〔2020〕187号")
        values.setdefault(name.strip(), []).append(value.strip())
    given: Mapping[str, object] = {name: said if len(said) > 1 else said[0] for name, said in values.items()}
    return overrides_of(given, "--fact")


def with_given(sources: Sequence[Source], given: tuple[Fact, ...]) -> Source:
    """The one source with those facts, which go before those of its sidecar. Raises TiaowenError."""
    if len(sources) != 1:
        raise TiaowenError(f"--fact states facts of one document, and {len(sources)} were found; index it alone, or "
                           "put NAME.facts.json beside each")  # fmt: skip
    return replace(sources[0], overrides=stated_over(sources[0].overrides, given))
