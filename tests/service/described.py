"""The committed descriptions of the APIs, which `tests/contracts` hold to the code."""

from functools import cache
from typing import Any

import orjson

from local.addresses import ROOT


@cache
def described(service: str) -> dict[str, Any]:
    """What is promised of a service's API; making it anew for each test takes long."""
    found: dict[str, Any] = orjson.loads(
        (ROOT / "services" / service / "openapi.json").read_bytes()
    )
    return found
