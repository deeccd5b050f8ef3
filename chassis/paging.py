"""Lists by pages: where a page ends is an opaque cursor made of the last row's sort keys."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from chassis.problem import Problem
from contracts.words import no_nul

DEFAULT, MOST = 50, 200

T = TypeVar("T")
R = TypeVar("R")


class Page(BaseModel, Generic[T]):
    """Some of a list, and where it goes on."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True,
        json_schema_extra={"description": "Some of a list, and where it goes on."},
    )  # fmt: skip

    items: tuple[T, ...]
    next: str | None = Field(
        None, description="Give it as `after` for the next page; null on the last one."
    )


class Paging:
    """Which page is asked for: `limit` rows after the cursor `after`."""

    def __init__(self, limit: int, after: str | None) -> None:
        self.limit = limit
        self._after = after

    def key(self, *kinds: Callable[[str], Any]) -> list[Any] | None:
        """The sort keys after which the page begins, each read by its kind (`UUID`, `str` …).

        None for the first page. Raises Problem `malformed-cursor`.
        """
        if self._after is None:
            return None
        try:
            padded = self._after + "=" * (-len(self._after) % 4)
            parts = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
            if not isinstance(parts, list) or not all(isinstance(one, str) for one in parts):
                raise ValueError("not a list of texts")
            return [kind(no_nul(part)) for kind, part in zip(kinds, parts, strict=True)]
        except (binascii.Error, ValueError, TypeError):
            raise Problem("malformed-cursor") from None

    def page(
        self, rows: Sequence[R], item: Callable[[R], T], key: Callable[[R], Sequence[object]]
    ) -> Page[T]:
        """The page of `rows`, of which one more than `limit` was asked for."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(
            items=tuple(item(row) for row in shown),
            next=cursor(key(shown[-1])) if more else None,
        )


def cursor(key: Sequence[object]) -> str:
    """The opaque form of sort keys."""
    text = orjson.dumps([str(part) for part in key])
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


async def _paging(
    limit: Annotated[int, Query(ge=1, le=MOST, description="Items on a page.")] = DEFAULT,
    after: Annotated[
        str | None, Query(max_length=2000, description="`next` of the page before.")
    ] = None,
) -> Paging:
    return Paging(limit, after)


Pages = Annotated[Paging, Depends(_paging)]
"""Declared by a route that lists: `async def list_…(door: Read, pages: Pages)`."""
