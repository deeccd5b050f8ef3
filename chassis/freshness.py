"""Says how fresh a reader's tables are, and whether that is fresh enough to show words by."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from pydantic import Field

from chassis import clock, sql
from chassis.db import Tx
from chassis.doors import Api
from chassis.problem import Problem
from chassis.topics import prefixed
from contracts.envelope import Closed

MINUTES = 15
WORDS_NEED = timedelta(minutes=MINUTES)
"""How fresh the tables must be for words to be shown: memberships may have ended since."""

RETRY_AFTER = 60
"""Seconds: a reader that is back confirms its tables within a few, once it is at the end."""

_queries = sql.load(__file__, "consumer.sql")


class Freshness(Closed):
    """How fresh an answer is."""

    as_of: datetime | None = Field(description="Time of the last event that is in the answer.")
    confirmed_at: datetime | None = Field(
        description="When every event so far was last known to be in; null until it once was."
    )
    lag: int | None = Field(
        description="How many events were still to come when last looked; null until all is known."
    )

    def fresh_enough_for_words(self, now: datetime) -> bool:
        """Whether the memberships that words are shown by are recent enough."""
        return self.confirmed_at is not None and now - self.confirmed_at <= WORDS_NEED


@dataclass(frozen=True, slots=True)
class Replica:
    """A group's tables, looked at at one moment of the true time."""

    group: str
    now: datetime

    async def freshness(self, tx: Tx) -> Freshness:
        """How fresh the tables are."""
        row = await _queries.freshness(tx.conn, group_name=self.group)
        return Freshness(as_of=row["as_of"], confirmed_at=row["confirmed_at"], lag=row["lag"])

    async def is_recent(self, tx: Tx) -> bool:
        """Whether words may be shown by what the tables say of memberships."""
        return (await self.freshness(tx)).fresh_enough_for_words(self.now)

    async def require_recent(self, tx: Tx) -> None:
        """Raises Problem `replica-too-old` (503) where words may not be shown."""
        if not await self.is_recent(tx):
            raise Problem("replica-too-old", minutes=MINUTES, retry_after=RETRY_AFTER)


def replica_of(group: str) -> Callable[[Request], Awaitable[Replica]]:
    """What a route depends on to know how fresh the tables of `group` are when it is asked."""

    async def looked_at(request: Request) -> Replica:
        api: Api = request.app.state.api
        return Replica(prefixed(api.settings.topic_prefix, group), clock.true_now())

    return looked_at
