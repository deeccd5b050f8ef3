"""What okr reads of other services' events: the fields that it uses, and no more."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.messages import Reader
from contracts.numbers import Number
from contracts.okr import Done


class Entry(Reader):
    key_result: UUID
    value: Number
    done: Done | None = None
    confidence: int | None = Field(default=None, ge=0, le=10)


class CheckIn(Reader):
    """`CheckInRecorded`."""

    id: UUID
    objective: UUID
    number: int
    effective_date: date
    entries: tuple[Entry, ...]


class Finding(Reader):
    objective: UUID
    recommendation: str


class Retro(Reader):
    """`RetroCompleted`, for what it recommends alone."""

    id: UUID
    team: UUID
    cycle: UUID
    findings: tuple[Finding, ...]
