"""The application → its OpenAPI document as text.

`python -m service.api.contract > service/api/openapi.json` keeps a copy.
"""

import json
import sys

from service.app import create_app
from service.live import Live


class _Unasked(Live):
    """No index: to describe the API none is needed."""

    def __init__(self) -> None:
        pass


def contract() -> str:
    """What GET /openapi.json answers, with sorted keys and a line per value, so that changes are seen in a diff."""
    document = create_app(_Unasked()).openapi()
    return json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(contract().encode())
