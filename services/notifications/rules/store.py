"""Keeps occasions until they are settled, and for as long as they could be met again."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic_core import to_json

from chassis import sql
from chassis.db import Tx
from services.notifications.rules.domain import HORIZON, RULES, Occasion

_queries = sql.load(__file__)


async def telling_since(tx: Tx) -> datetime | None:
    """Since when people are told; None in a database that was restored, until it begins."""
    since: datetime | None = await _queries.telling_since(tx.conn)
    return since


async def begin_telling(tx: Tx, now: datetime) -> bool:
    """Begin now in a database that was restored or copied; False where it has begun before."""
    done: str = await _queries.begin_telling(tx.conn, now=now)
    return done == "UPDATE 1"


async def forget(tx: Tx) -> None:
    """Forget what was settled and can't come again."""
    await _queries.forget(tx.conn, hours=2 * int(HORIZON.total_seconds()) // 3600)


async def note(tx: Tx, occasions: Sequence[Occasion]) -> None:
    """Keep those that were not met before."""
    await _queries.note(tx.conn, states=to_json([asdict(one) for one in occasions]).decode())


async def unsettled(tx: Tx, confirmed_at: datetime, most: int) -> list[Occasion]:
    """Some that the copy was confirmed after, held until the transaction ends."""
    rows = _queries.unsettled(tx.conn, confirmed_at=confirmed_at, rules=list(RULES), most=most)
    return [Occasion(**row) async for row in rows]


async def settle(tx: Tx, occasion: Occasion) -> None:
    """It is over."""
    await _queries.settle(tx.conn, **_named(occasion))


async def put_off(tx: Tx, occasion: Occasion) -> None:
    """It waits for something that has not come."""
    await _queries.put_off(tx.conn, **_named(occasion))


def _named(occasion: Occasion) -> dict[str, str]:
    return dict(zip(("rule", "subject", "occurrence"), occasion.key, strict=True))
