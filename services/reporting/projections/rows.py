"""Makes events into the rows that a set-based query takes."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import orjson

from chassis.messages import Reader
from chassis.received import Received

M = TypeVar("M", bound=Reader)


def states(events: Sequence[Received[M]]) -> list[M]:
    """The states that `events` carry."""
    return [event.data for event in events]


def as_json(events: Sequence[Received[M]]) -> str:
    """The states that `events` carry as a JSON array; what is not known is left out."""
    return "[" + ",".join(event.data.model_dump_json(exclude_none=True) for event in events) + "]"


def dumped(rows: Iterable[dict[str, Any]]) -> str:
    """`rows` as a JSON array."""
    return orjson.dumps(list(rows)).decode()
