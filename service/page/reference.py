"""The application's OpenAPI document → what the page /docs shows: routes, fields, examples, errors, schemas."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.api.present import encoded

Schema = Mapping[str, Any]
Paragraph = tuple[str, tuple[tuple[str, str], ...]]
"""What it is (p or pre), and its pieces: words, and what they are (code, b or "")."""

FORM = "multipart/form-data"
_MARKED = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "pattern",
           "format", "minItems", "maxItems")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter, or a field of a request or an answer. Values are JSON."""

    name: str
    """With the names it stands under: `results[].citation.display`."""
    type: str
    schema: str
    """Name of the schema its type refers to, or ""."""
    required: bool
    place: str
    """`path` or `query`; "" for a field of a body."""
    facts: tuple[tuple[str, str], ...]
    """Its default, values and bounds under the names that JSON Schema gives them."""
    description: tuple[Paragraph, ...]
    example: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An error status of a route."""

    status: str
    description: str
    example: str
    headers: tuple[tuple[str, str], ...]
    """Name and example of each header but the id that every answer has."""


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: tuple[Paragraph, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: tuple[Field, ...]
    answer_schema: str
    headers: tuple[tuple[str, str], ...]
    """Of the answer, as of a refusal."""
    scope: str
    """What a key must be good for, where keys are needed; "" where none ever is."""
    curl: str
    example: str
    refusals: tuple[Refusal, ...]

    @property
    def anchor(self) -> str:
        return anchor(f"{self.method} {self.path}")


@dataclass(frozen=True, slots=True)
class Shape:
    """A named schema."""

    name: str
    description: tuple[Paragraph, ...]
    values: tuple[str, ...]
    """What it may be, for an enumeration."""
    fields: tuple[Field, ...]
    closed: bool
    """True if it refuses fields that are not listed."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The whole page."""

    version: str
    description: tuple[Paragraph, ...]
    routes: tuple[Route, ...]
    shapes: tuple[Shape, ...]


def reference(document: Mapping[str, Any], base_url: str) -> Reference:
    """Lay out an OpenAPI 3.1 document; `base_url`, without a slash at its end, is where the examples ask."""
    components = document.get("components", {})
    book = _Book(components.get("schemas", {}), components.get("headers", {}))
    routes = [
        _route(book, base_url, method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [
        Shape(name, prose(schema.get("description", "")), tuple(map(_json, schema.get("enum", ()))),
              tuple(book.fields(schema, nested=False)), schema.get("additionalProperties") is False)
        for name, schema in book.schemas.items()
    ]  # fmt: skip
    info = document["info"]
    return Reference(info["version"], prose(info.get("description", "")), tuple(routes), tuple(shapes))


def anchor(name: str) -> str:
    """`POST /v1/search` → `post-v1-search`: what a link to a route holds after #."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def prose(text: str) -> tuple[Paragraph, ...]:
    """The Markdown that descriptions use: paragraphs, blocks indented by four, `code` and **bold**."""
    return tuple(
        ("pre", ((block.strip(), ""),)) if block.startswith("    ") else ("p", tuple(_pieces(block.strip())))
        for block in re.split(r"\n{2,}", text.strip("\n"))
        if block.strip()
    )


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    for found in _MARKED.finditer(text):
        yield text[at : found.start()], ""
        yield (found[1], "code") if found[1] else (found[2], "b")
        at = found.end()
    yield text[at:], ""


class _Book:
    """Named schemas, and the reading of others with their help."""

    def __init__(self, schemas: Mapping[str, Schema], headers: Mapping[str, Schema]) -> None:
        self.schemas = schemas
        self._headers = headers

    def headers(self, answer: Schema) -> tuple[tuple[str, str], ...]:
        """Names and examples of an answer's headers, without the id that every answer has."""
        told = ((name, self._headers[_named(header)]) for name, header in answer.get("headers", {}).items())
        return tuple((name, str(header["example"])) for name, header in told if name != "X-Request-Id")

    def resolved(self, schema: Schema) -> Schema:
        """With what its `$ref` names; its own description, default and examples come first."""
        name = _named(schema)
        return {**self.schemas[name], **schema} if name else schema

    def fields(
        self, schema: Schema, *, nested: bool, under: str = "", above: tuple[str, ...] = ()
    ) -> Iterator[Field]:
        """The fields in order; if `nested`, each is followed by those of its own schema, unless it stands in itself."""
        schema = self.resolved(schema)
        for name, told, required in _properties(schema):
            yield self.field(under + name, told, required)
            inner = _reference_in(told)
            if nested and inner and inner not in above:
                step = "[]." if "items" in told else "."
                yield from self.fields(
                    self.schemas[inner], nested=True, under=under + name + step, above=(*above, inner)
                )

    def field(self, name: str, schema: Schema, required: bool, place: str = "") -> Field:
        full = self.resolved(schema)
        facts = [("default", _json(full["default"]))] if "default" in full and not required else []
        if "enum" in full:
            facts.append(("enum", ", ".join(map(_json, full["enum"]))))
        for prefix, part in (("", full), ("items.", full.get("items", {}))):
            facts += [(prefix + bound, _json(part[bound])) for bound in _BOUNDS if bound in part]
        example = _json(self.example(schema)) if _told_example(full) else ""
        return Field(
            name, self.type(schema), _reference_in(schema), required, place, tuple(facts),
            prose(full.get("description", "")), example,
        )  # fmt: skip

    def type(self, schema: Schema) -> str:
        """`string`, `integer | null`, `Result[]`, `[integer, integer]`, `object of number`."""
        if name := _named(schema):
            return name
        if "anyOf" in schema:
            return " | ".join(map(self.type, schema["anyOf"]))
        if "prefixItems" in schema:
            return f"[{', '.join(map(self.type, schema['prefixItems']))}]"
        if "items" in schema:
            return f"{self.type(schema['items'])}[]"
        values = schema.get("additionalProperties")
        return (
            f"object of {self.type(values)}"
            if isinstance(values, Mapping)
            else str(schema.get("type", "any"))
        )

    def example(self, schema: Schema, above: tuple[str, ...] = (), *, brief: bool = False) -> Any:
        """A value made of the examples of its fields; `brief` leaves out optional fields that repeat the default."""
        name = _named(schema)
        schema = self.resolved(schema)
        if told := _told_example(schema):
            return told[0]
        if name in above:
            return None
        above = (*above, name) if name else above
        if "properties" in schema:
            return {
                field: value
                for field, told, required in _properties(schema)
                for value in (self.example(told, above),)
                if not brief or required or value != told.get("default")
            }
        if "items" in schema:
            return [self.example(schema["items"], above)]
        if "anyOf" in schema:
            return self.example(schema["anyOf"][0], above)
        return next(iter(schema.get("enum", ())), schema.get("default"))


def _route(book: _Book, base_url: str, method: str, path: str, operation: Mapping[str, Any]) -> Route:
    parameters = operation.get("parameters", ())
    body = _content(operation.get("requestBody", {}))
    responses = operation["responses"]
    answered: Schema = next((answer for status, answer in responses.items() if status.startswith("2")), {})
    success = _content(answered)
    return Route(
        method, path, operation.get("summary", ""),
        prose(operation.get("description", "")),
        tuple(book.field(p["name"], {**p["schema"], **{k: p[k] for k in ("description",) if k in p}},
                         p.get("required", False), p["in"])
              for p in sorted(parameters, key=lambda p: not p.get("required"))),
        tuple(book.fields(body.get("schema", {}), nested=True)),
        tuple(book.fields(success.get("schema", {}), nested=True)),
        _named(success.get("schema", {})),
        book.headers(answered), _scope(operation.get("security", ())),
        _curl(book, base_url, method, path, parameters,
              operation.get("requestBody", {}).get("content", {})),
        _shown(_example(book, success)),
        tuple(Refusal(status, answer["description"], _json(_example(book, _content(answer)), 1), book.headers(answer))
              for status, answer in responses.items() if not status.startswith("2")),
    )  # fmt: skip


def _scope(security: Sequence[Mapping[str, Sequence[str]]]) -> str:
    """The role that every way to send a key asks for; "" where a request without one is let through."""
    roles = [scope for way in security for scope in (next(iter(way.values()), ()))]
    return roles[0] if roles and all(security) else ""


def _curl(
    book: _Book, base_url: str, method: str, path: str, parameters: Any, bodies: Mapping[str, Any]
) -> str:
    """A command that works when pasted into a shell, whatever the examples hold."""
    words: list[str] = []
    for parameter in parameters:
        name, value = parameter["name"], book.example(parameter["schema"])
        if parameter["in"] == "path":
            path = path.replace(f"{{{name}}}", encoded(str(value)))
        elif parameter.get("required") or value != parameter["schema"].get("default"):
            for one in value if isinstance(value, list) else [value]:
                words += ["--data-urlencode", f"{name}={one if isinstance(one, str) else _json(one)}"]
    options = ["-sG"] if words else ["-s"]
    if form := bodies.get(FORM):
        names = book.example(form["schema"], brief=True)["file"]
        words += [word for name in names for word in ("-F", f"file=@{name}")]
        options += [] if method == "POST" else ["-X", method]
    elif body := bodies.get("application/json"):
        words += [
            "-H",
            "Content-Type: application/json",
            "-d",
            _json(book.example(body["schema"], brief=True)),
        ]
        options += [] if method == "POST" else ["-X", method]
    elif method != "GET":
        options += ["-X", method]
    return shlex.join(["curl", *options, base_url + path, *words])


def _content(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a request or a response holds, as JSON or as a form."""
    contents: Mapping[str, Any] = part.get("content", {})
    first: Mapping[str, Any] = next(iter(contents.values()), {})
    content: Mapping[str, Any] = contents.get("application/json", contents.get(FORM, first))
    return content


def _shown(example: Any) -> str:
    """JSON, or the lines of a stream as they are."""
    return example if isinstance(example, str) else _json(example, 1)


def _example(book: _Book, content: Mapping[str, Any]) -> Any:
    return content["example"] if "example" in content else book.example(content.get("schema", {}))


def _properties(schema: Schema) -> list[tuple[str, Schema, bool]]:
    """Name, schema and whether it is required of each field: required ones first, else in their order."""
    required = schema.get("required", ())
    fields = [(name, told, name in required) for name, told in schema.get("properties", {}).items()]
    return sorted(fields, key=lambda field: not field[2])


def _told_example(schema: Schema) -> list[Any]:
    return list(schema.get("examples", ()))[:1]


def _named(schema: Schema) -> str:
    """The schema that it refers to, or ""."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _reference_in(schema: Schema) -> str:
    """The first schema that it refers to, itself or inside, or ""."""
    parts = [schema, schema.get("items", {}), *schema.get("anyOf", ())]
    return next(filter(None, map(_named, parts)), "")


def _json(value: Any, indent: int | None = None) -> str:
    if isinstance(value, float) and value.is_integer():  # FastAPI writes 999 as 999.0 in bounds
        value = int(value)
    return json.dumps(value, ensure_ascii=False, indent=indent)
