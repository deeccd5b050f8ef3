"""What every answer stands on: when it was asked, how fresh the tables are, names and texts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import Depends, Request
from pydantic import Field

from chassis import clock, consumer, sql
from chassis.db import Tx
from chassis.doors import Api
from chassis.topics import prefixed
from contracts.envelope import Closed
from contracts.words import Text
from services.reporting.domain import Frame

GROUP = "reporting"
WORDS_NEED = timedelta(minutes=15)
"""How fresh the tables must be for words to be shown: memberships may have ended since."""

_queries = sql.load(consumer.__file__, "consumer.sql")


class Freshness(Closed):
    """How fresh an answer is."""

    as_of: datetime | None = Field(description="Time of the last event that is in the answer.")
    confirmed_at: datetime | None = Field(
        description="When every event so far was last known to be in; null until it once was."
    )
    lag: int = Field(description="How many events were still to come when that was last looked at.")

    def fresh_enough_for_words(self, now: datetime) -> bool:
        """Whether the memberships that words are shown by are recent enough."""
        return self.confirmed_at is not None and now - self.confirmed_at <= WORDS_NEED


class Named(Closed):
    """Something with a name; null while its event has not arrived."""

    id: UUID
    name: Text | None


class Titled(Closed):
    """A goal with its title; null while its event has not arrived."""

    id: UUID
    title: Text | None


class InCycle(Closed):
    """The cycle that an answer is about."""

    id: UUID
    name: Text
    cycle_kind: str = Field(description="Open code: year, tertial, quarter …")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    state: str = Field(description="Open code: planned, open, closed.")
    elapsed: float = Field(description="Share of the cycle that has passed, 0–1.")


@dataclass(frozen=True, slots=True)
class Asked:
    """When a question was asked, in the agency's zone, and of which group's tables."""

    now: datetime
    zone: ZoneInfo
    group: str

    async def freshness(self, tx: Tx) -> Freshness:
        """How fresh the tables are."""
        row = await _queries.freshness(tx.conn, group_name=self.group)
        return Freshness(as_of=row["as_of"], confirmed_at=row["confirmed_at"], lag=row["lag"])

    def frame(self, cycle: Any) -> Frame:
        """The frame of a row of `cycles`, looked at from now."""
        return Frame(cycle["start_date"], cycle["end_date"], self.now, self.zone)


async def _asked(request: Request) -> Asked:
    api: Api = request.app.state.api
    settings = api.settings
    group = prefixed(settings.topic_prefix, GROUP)
    return Asked(clock.now(), ZoneInfo(settings.timezone), group)


AskedNow = Annotated[Asked, Depends(_asked)]
"""Declared by a route that needs to know when it was asked."""


def text(stored: str | None) -> Text | None:
    """The text that a jsonb column holds."""
    return Text.model_validate_json(stored) if stored else None


def known_text(stored: str) -> Text:
    """The text that a jsonb column holds which is never null."""
    return Text.model_validate_json(stored)


def from_json(stored: str | None) -> Any:
    """What a jsonb column holds."""
    return orjson.loads(stored) if stored else None


def in_cycle(row: Any, asked: Asked) -> InCycle:
    """The cycle of a row of `cycles`."""
    return InCycle(
        id=row["id"],
        name=known_text(row["name"]),
        cycle_kind=row["cycle_kind"],
        start=row["start_date"],
        end=row["end_date"],
        state=row["state"],
        elapsed=asked.frame(row).elapsed,
    )
