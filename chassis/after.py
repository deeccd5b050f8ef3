"""Read your own write: waits until this service's copy has got as far as the caller has."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from chassis import sql
from chassis.db import Database, Tx, reading
from chassis.problem import Problem

HEADER = "Soihtu-After"
MAX_VERSIONS = 200
PATIENCE = 2.0
"""Seconds that a caller is kept waiting."""
FIRST_PAUSE, LONGEST_PAUSE = 0.02, 0.2

_ONE = "([a-z][a-z-]{0,39})/([A-Za-z0-9][A-Za-z0-9._:/-]{0,199})@([1-9][0-9]{0,8})"
_VERSION = re.compile(_ONE)
PATTERN = f"^({_ONE}( *, *{_ONE})*)?$"
"""What the header looks like."""
_queries = sql.load(__file__, "after.sql")

Reached: TypeAlias = Callable[[Tx, str, str], Awaitable[int | None]]
"""`(tx, kind, id)` → the version of it that is here; None when there is none."""


@dataclass(frozen=True, slots=True)
class Version:
    """An aggregate at a version, said as `kind/id@n`."""

    kind: str
    id: str
    number: int

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}@{self.number}"


def parse(header: str | None) -> tuple[Version, ...]:
    """The versions of a `Soihtu-After` header. Raises Problem `malformed-header`."""
    parts = header.split(",") if header else []
    found = [_VERSION.fullmatch(part.strip(" ")) for part in parts]
    if len(found) > MAX_VERSIONS or not all(found):
        raise Problem("malformed-header", header=HEADER, form="kind/id@n, …")
    return tuple(Version(one[1], one[2], int(one[3])) for one in found if one)


async def seen(tx: Tx, kind: str, id: str) -> int | None:
    """The highest version of an aggregate of another service that was applied here."""
    version: int | None = await _queries.version_seen(tx.conn, kind=kind, id=id)
    return version


async def wait(
    db: Database,
    holds: Mapping[str, Reached],
    wanted: Sequence[Version],
    patience: float = PATIENCE,
) -> None:
    """Wait until all that is `wanted` is here; kinds that are not in `holds` are met at once.

    Raises Problem `not-here-yet` (503) after `patience` seconds.
    """
    missing = [version for version in wanted if version.kind in holds]
    clock = asyncio.get_running_loop().time
    until, pause = clock() + patience, FIRST_PAUSE
    while missing := await _missing(db, holds, missing) if missing else []:
        if clock() + pause > until:
            raise Problem("not-here-yet", missing=[str(one) for one in missing], retry_after=1)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)


async def _missing(
    db: Database, holds: Mapping[str, Reached], wanted: Sequence[Version]
) -> list[Version]:
    async with reading(db) as tx:
        here = [await holds[one.kind](tx, one.kind, one.id) for one in wanted]
    return [one for one, number in zip(wanted, here, strict=True) if (number or 0) < one.number]
