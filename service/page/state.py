"""A page's URL ↔ its state: what is asked, how, of which documents, in which language."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote as quoted_path
from urllib.parse import urlencode

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from service.api import present, schema
from service.api.facets import STANDINGS, Filters
from service.page.wording import LANGUAGES, asked_by_browser

PAGE_RESULTS = 10
DEFAULT_MODE = "hybrid"
QUOTED = "quoted"
"""Fragment of the paragraph that holds what an answer quotes; no address of a clause is Latin."""
FILTERS = ("document", "issuer", "kind", "year", "in_force")


@dataclass(frozen=True, slots=True)
class State:
    """What the URL of a page holds."""

    q: str = ""
    mode: str = DEFAULT_MODE
    document: tuple[str, ...] = ()
    issuer: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    year: tuple[int, ...] = ()
    in_force: tuple[str, ...] = ()
    title: str = ""
    """Documents offered as filter hold this in their title or 文号."""
    offset: int = 0
    lang: str = LANGUAGES[0]
    browser_lang: str = LANGUAGES[0]
    """The language of a URL that names none."""
    here: str = "/"
    """Path and query of the page, without the language."""
    may_administer: bool = False
    """Who asks may open /admin; in no URL, like the next."""
    logged_in: bool = False
    """A cookie brought the key: there is something to log out of."""

    def seen_by(self, request: Request) -> "State":
        """The same with what the request's key allows."""
        about = request.scope.get("state", {})
        return replace(
            self,
            may_administer=bool(about.get("may_administer")),
            logged_in=bool(about.get("logged_in")),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """Only what differs from the defaults, so that links stay short."""
        pairs = [("q", self.q), *self.filters()]
        if self.title:
            pairs.append(("title", self.title))
        if self.mode != DEFAULT_MODE:
            pairs.append(("mode", self.mode))
        if self.offset:
            pairs.append(("offset", str(self.offset)))
        pairs.append(("lang", self.kept_lang))
        return [pair for pair in pairs if pair[1]]

    @property
    def kept_lang(self) -> str:
        """The language where a URL has to name it, else ""."""
        return self.lang if self.lang != self.browser_lang else ""

    def in_language(self, lang: str) -> str:
        """Link to this very page in another language."""
        if lang == self.browser_lang:
            return self.here
        return f"{self.here}{'&' if '?' in self.here else '?'}lang={lang}"

    def filters(self) -> list[tuple[str, str]]:
        """What limits the documents, as parameters."""
        return [(name, str(value)) for name in FILTERS for value in getattr(self, name)]

    def asked(self) -> str:
        """The body of POST /v1/ask/stream for the same question of the same documents."""
        filters = {"documents": self.document, "issuers": self.issuer, "kinds": self.kind, "years": self.year,
                   "in_force": self.in_force}  # fmt: skip
        body = {"question": self.q, **{name: values for name, values in filters.items() if values}}
        return json.dumps(body, ensure_ascii=False)

    def facets(self) -> Filters:
        return Filters(self.issuer, self.kind, self.year, self.in_force)

    def toggled(self, facet: str, value: str | int, path: str = "/") -> str:
        """Link to the same with one value of a facet more, or less."""
        values = getattr(self, facet)
        changed = tuple(v for v in values if v != value) if value in values else (*values, value)
        return self.url(path, **{facet: changed, "offset": 0, "title": ""})

    def cleared(self, path: str = "/") -> str:
        """Link to the same without filters."""
        return self.url(path, **dict.fromkeys(FILTERS, ()), offset=0, title="")

    def bare(self, path: str = "/") -> str:
        """Link that keeps the language only."""
        return State(lang=self.lang, browser_lang=self.browser_lang).url(path)

    def url(self, path: str = "/", **changes: Any) -> str:
        query = urlencode(replace(self, **changes).parameters(), errors="replace")
        return f"{path}?{query}" if query else path

    def reader(self, address: str, quotes: Sequence[tuple[int, int]] = ()) -> str:
        """Link to a clause within its document, or to what is quoted of it: code points from its start."""
        document_id, _, fragment = address.rpartition("#")
        kept = [pair for pair in (("q", self.q), ("lang", self.kept_lang)) if pair[1]]
        path = f"/read/{present.encoded(document_id)}"
        if quotes:
            kept.append(("quote", ",".join(f"{start}-{end}" for start, end in quotes)))
        query = urlencode([("clause", address), *kept], errors="replace")
        return f"{path}?{query}#{QUOTED if quotes else quoted_path(fragment)}"


def state_of(request: Request) -> State:
    """The state as far as it makes sense: it is used to show errors too."""
    given = request.query_params
    lang, offset = given.get("lang", ""), given.get("offset", "")
    browser_lang = asked_by_browser(request.headers.get("accept-language", ""))
    rest = urlencode([pair for pair in given.multi_items() if pair[0] != "lang"], errors="replace")
    return State(
        q=given.get("q", ""),
        mode=given.get("mode", DEFAULT_MODE),
        document=tuple(d for d in given.getlist("document") if d),
        issuer=_several(given.getlist("issuer")),
        kind=_several(given.getlist("kind")),
        year=tuple(int(y) for y in _several(given.getlist("year")) if y.isdecimal() and 0 < len(y) < 5),
        in_force=tuple(v for v in _several(given.getlist("in_force")) if v in STANDINGS.values()),
        title=given.get("title", "")[:200],
        offset=int(offset) if offset.isdecimal() and len(offset) < 8 else 0,
        lang=lang if lang in LANGUAGES else browser_lang,
        browser_lang=browser_lang,
        here="/" + present.encoded(request.scope["path"]).lstrip("/") + (f"?{rest}" if rest else ""),
    ).seen_by(request)


def with_language(state: State, lang: str) -> State:
    """The state in the language that a form names, if it names one."""
    return replace(state, lang=lang) if lang in LANGUAGES else state


def _several(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def checked(request: Request, state: State) -> State:
    """Hold the page to the rules of the API. Raises RequestValidationError."""
    fields = {"q": state.q, "mode": state.mode, "top_k": PAGE_RESULTS,
              **{name: list(getattr(state, name)) for name in FILTERS},
              "offset": request.query_params.get("offset", "0")}  # fmt: skip
    try:
        query = schema.SearchQuery.model_validate(fields)
    except ValidationError as error:
        details = [{**e, "loc": ("query", *e["loc"])} for e in error.errors()]
        raise RequestValidationError(details) from None
    return replace(state, q=query.q, offset=query.offset)
