"""Events of checkins about check-ins: what a team said about an objective on a day."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.numbers import Number
from contracts.okr import Done
from contracts.words import Words

READERS = "Read by the team, its supervisor and the heads of the units above."


class Entry(Closed):
    """What was said about one key result."""

    key_result: UUID = Field(description="The key result that it is about.")
    value: Number = Field(description="In the key result's unit; milestones: the weight done.")
    done: Done | None = Field(None, description="Milestones: all that are done; else absent.")
    confidence: int | None = Field(None, ge=0, le=10, description="0–10; absent when not said.")
    words: Words | None = Field(None, description=f"What changed; absent when not said. {READERS}")


class CheckInRecorded(Event):
    """A check-in; a correction is a new version of it, `entries` then is all that stands."""

    topic: ClassVar = "soihtu.checkins.v1"
    kind: ClassVar = "check-ins"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The check-in; never changes.")
    objective: UUID = Field(description="The objective that it is about.")
    cycle: UUID = Field(description="The cycle of that objective.")
    team: UUID = Field(description="The team that checked in.")
    author: UUID | None = Field(
        None, description="Opaque id; absent for an import. Read by whoever reads the words."
    )
    number: int = Field(description="Counts the objective's check-ins from 1.")
    effective_date: date = Field(description="The day that the values are of.")
    entries: tuple[Entry, ...] = Field(
        description="One for each key result that was spoken of; empty when withdrawn."
    )
    help_wanted: Words | None = Field(
        None, description=f"Absent when no help is asked for. {READERS}"
    )
    reason: Words | None = Field(
        None, description=f"Why it was corrected; absent when not said. {READERS}"
    )
