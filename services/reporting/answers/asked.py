"""What every answer stands on: when it was asked, of which tables, names and texts."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from fastapi import Depends, Request
from pydantic import Field

from chassis import clock
from chassis.doors import Api
from chassis.freshness import Replica, replica_of
from contracts.envelope import Closed
from contracts.words import Text
from services.reporting.domain import Frame

GROUP = "reporting"


class Named(Closed):
    """Something with a name; null while its event has not arrived."""

    id: UUID
    name: Text | None


class Titled(Closed):
    """A goal with its title; null while its event has not arrived."""

    id: UUID
    title: Text | None


class Helped(Titled):
    """A key result that a goal contributes to, and the goal that it measures."""

    objective: UUID | None = Field(
        description="Null while its event has not arrived, and where a proposal states it no more."
    )


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
class Asked(Replica):
    """When a question was asked, in the agency's zone, and of which group's tables."""

    zone: ZoneInfo
    at: datetime

    @property
    def today(self) -> date:
        """The day by the agency's clock."""
        return self.at.astimezone(self.zone).date()

    def frame(self, cycle: Any) -> Frame:
        """The frame of a row of `cycles`, looked at by the agency's clock."""
        return Frame(cycle["start_date"], cycle["end_date"], self.at, self.zone)


async def _asked(
    request: Request, replica: Annotated[Replica, Depends(replica_of(GROUP))]
) -> Asked:
    api: Api = request.app.state.api
    return Asked(replica.group, replica.now, ZoneInfo(api.settings.timezone), clock.now())


AskedNow = Annotated[Asked, Depends(_asked)]
"""Declared by a route that needs to know when it was asked."""


def text(stored: str | None) -> Text | None:
    """The text that a jsonb column holds."""
    return Text.stored(stored) if stored else None


def known_text(stored: str) -> Text:
    """The text that a jsonb column holds which is never null."""
    return Text.stored(stored)


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
