"""An endpoint → what is wrong with it, as far as its list of models tells; nothing is generated."""

import asyncio
import json
from dataclasses import replace

from retriever.generate.endpoint import Endpoint, GenerationError, unreachable

CHECK_SECONDS = 5.0
MAX_LIST_BYTES = 2**20


async def check(endpoint: Endpoint) -> GenerationError | None:
    """What is wrong, None where nothing is known to be: not every server lists its models."""
    import httpx

    endpoint = replace(endpoint, timeout_seconds=min(endpoint.timeout_seconds, CHECK_SECONDS))
    try:
        async with asyncio.timeout(endpoint.timeout_seconds), endpoint.client() as client:
            request = client.build_request(
                "GET", endpoint.base + "/models", headers=endpoint.headers("application/json")
            )
            response = await client.send(request, stream=True)
            try:
                return _fault(response.status_code, await _names(response), endpoint.model)
            finally:
                await response.aclose()
    except GenerationError as error:
        return error
    except (TimeoutError, httpx.TimeoutException):
        seconds = f"{endpoint.timeout_seconds:g} s"
        return GenerationError("timeout", f"the language model's endpoint says nothing within {seconds}")
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        return unreachable(error)


def _fault(status: int, names: list[str], model: str) -> GenerationError | None:
    if status in (401, 403):
        return GenerationError(
            "key", f"the language model's endpoint refuses the key ({status}); see TIAOWEN_LLM_KEY"
        )
    if 300 <= status < 400:
        return GenerationError(
            "redirect", "the language model's endpoint redirects, which is not followed; see TIAOWEN_LLM_URL"
        )
    if names and model not in names:
        return GenerationError(
            "model", "the language model's endpoint does not list the model of TIAOWEN_LLM_MODEL; "
            "it may refuse or answer with another"
        )  # fmt: skip
    return None


async def _names(response: "object") -> list[str]:
    """The models listed, [] where there is no list that can be read."""
    told = b""
    async for chunk in response.aiter_raw():  # type: ignore[attr-defined]
        told += chunk
        if len(told) > MAX_LIST_BYTES:
            return []
    try:
        listed = json.loads(told)["data"]
        return [str(model["id"]) for model in listed]
    except (ValueError, RecursionError, KeyError, TypeError):
        return []
