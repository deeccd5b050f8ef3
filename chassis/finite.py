"""Refuses what is a number to a parser and to nobody else: NaN and infinities."""

import math
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from chassis.problem import Problem


def refuse_not_finite(arguments: Mapping[str, Any]) -> None:
    """Refuse NaN and infinities, which a number may be said to be in a text.

    Raises Problem `invalid-request`.
    """
    for name, value in arguments.items():
        plain = value.model_dump() if isinstance(value, BaseModel) else value
        place = "/body" if isinstance(value, BaseModel) else f"/{name}"
        errors = [
            {"pointer": pointer, "rule": "finite_number"} for pointer in _not_finite(plain, place)
        ]
        if errors:
            raise Problem("invalid-request", errors=errors)


def _not_finite(value: Any, place: str) -> list[str]:
    if isinstance(value, float):
        return [] if math.isfinite(value) else [place]
    if isinstance(value, dict):
        return [one for key, part in value.items() for one in _not_finite(part, f"{place}/{key}")]
    if isinstance(value, (list, tuple)):
        return [one for i, part in enumerate(value) for one in _not_finite(part, f"{place}/{i}")]
    return []
