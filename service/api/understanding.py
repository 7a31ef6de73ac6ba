"""What was understood of a question → the JSON of the API, and lines for a terminal."""

from retriever.understood import Understood
from service.api import schema

EMPTY = (
    "还没有收录任何文件。请先上传文件，或运行 tiaowen index 文件。",
    "No document is indexed yet. Upload some, or run `tiaowen index FILE`.",
)
"""What is said to every question while the collection is empty."""


def as_schema(meant: Understood) -> schema.Understood:
    return schema.Understood(
        simplified=meant.simplified,
        words=list(meant.words),
        unknown=list(meant.unknown),
        numbers=[schema.Number(written=written, form=form) for written, form in meant.numbers],
        synonyms=[schema.Synonym(written=rule.written, meant=list(rule.meant)) for rule in meant.synonyms],
        places=[
            schema.NamedPlace(
                text=place.text,
                document=place.document,
                found=place.found,
                document_known=place.known,
                addresses=list(place.addresses),
            )
            for place in meant.places
        ],
        suggestion=meant.suggestion,
    )


def lines(meant: Understood) -> list[str]:
    """Chinese and English in one line each; nothing for what is not there."""
    said = [f"您是不是要找 did you mean: {meant.suggestion}"] if meant.suggestion else []
    for place in meant.places:
        name = place.document + ("" if place.text in place.document else place.text)
        if not place.known:
            said.append(f"没有收录这份文件 not in the collection: {place.document}")
        elif not place.found:
            said.append(f"文件中没有 no such place: {name}")
        else:
            more = f" … ({len(place.addresses)})" if len(place.addresses) > 1 else ""
            said.append(f"直接定位 names a place: {name} → {place.addresses[0]}{more}")
    if meant.words:
        unknown = f"; 没有条款含有 no clause holds: {'、'.join(meant.unknown)}" if meant.unknown else ""
        said.append(f"理解为 understood as: {' · '.join(meant.words)}{unknown}")
    if meant.numbers:
        said.append("数字 numbers: " + "; ".join(f"{written} = {form}" for written, form in meant.numbers))
    if meant.synonyms:
        rules = "; ".join(f"{rule.written} → {'、'.join(rule.meant)}" for rule in meant.synonyms)
        said.append(f"也查 also searched: {rules}")
    return said
