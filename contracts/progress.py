"""Events of okr about numbers: values, and the progress that they make."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.numbers import Number
from contracts.okr import Done
from contracts.words import Code, Line


class Standing(Closed):
    """What an earlier version of a source said that still counts."""

    effective_date: date = Field(description="The day that the value is of.")
    value: Number = Field(description="In the key result's unit; milestones: the weight done.")
    done: Done | None = Field(None, description="Milestones: all that are done; else absent.")
    confidence: int | None = Field(None, ge=0, le=10, description="0–10; absent when not said.")


class ValueRecorded(Event):
    """One row of a key result's series: what one source said, and whether it counts."""

    topic: ClassVar = "soihtu.progress.v1"
    kind: ClassVar = "values"

    id: UUID = Field(description="The row; never changes.")
    key_result: UUID = Field(description="The key result that it is a value of.")
    objective: UUID = Field(description="The objective of that; the record's key.")
    source: Line = Field(
        description="`check-in/<id>`, `machine/<client>/<date>`, or `carried/<key result>` of what "
        "was kept from an earlier cycle."
    )
    source_version: int = Field(description="Version of the source that this row comes from.")
    source_values: int = Field(description="How many rows that version of the source has.")
    number: int = Field(description="The objective's check-in number; else 0.")
    effective_date: date = Field(description="The day that the value is of.")
    value: Number | None = Field(
        None,
        description="In the key result's unit; milestones: the weight done, as it was defined "
        "when it was said. Absent if withdrawn.",
    )
    done: Done | None = Field(None, description="Milestones: all that are done; else absent.")
    withdrawn: bool = Field(False, description="Whether the source took it back.")
    confidence: int | None = Field(None, ge=0, le=10, description="0–10; absent when not said.")
    counted: bool = Field(description="Whether it counts.")
    reason: Code | None = Field(None, description="Why it does not count; absent when it does.")
    standing: Standing | None = Field(
        None,
        description="What counts in its place, of a correction that came too late; else absent.",
    )

    @property
    def key(self) -> str:
        return str(self.objective)

    @property
    def counts(self) -> Standing | None:
        """What of this source counts; None when nothing does."""
        if not self.counted:
            return self.standing
        if self.value is None:
            return None
        return Standing(
            effective_date=self.effective_date,
            value=self.value,
            done=self.done,
            confidence=self.confidence,
        )


class KeyResultUpdated(Event):
    """The progress of one key result, and its objective's totals as they were then."""

    topic: ClassVar = "soihtu.progress.v1"
    kind: ClassVar = "key-results"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The key result; never changes.")
    objective: UUID = Field(description="The objective that it belongs to; the record's key.")
    value: Number | None = Field(
        None, description="In its unit; milestones: the weight done. Absent when none counts."
    )
    done: Done | None = Field(
        None, description="Milestones: those that are done, of those there are now; else absent."
    )
    effective_date: date | None = Field(
        None, description="The day that the value is of; absent when none counts."
    )
    source: Line | None = Field(
        None, description="Where the current value comes from; absent when none counts."
    )
    progress: float | None = Field(
        None,
        description="0–1; absent when no value counts, and while the baseline is to be measured.",
    )
    unclamped: float | None = Field(
        None, description="Progress before it is held to 0–1; absent when that is."
    )
    confidence: int | None = Field(
        None, description="0–10, of the current value; absent when not said."
    )
    objective_progress: float | None = Field(
        None, description="Weighted mean, 0–1; absent when no key result has progress."
    )
    objective_coverage: float = Field(
        description="Share of weight that has progress, 0–1: one whose baseline is to be measured "
        "has none, whatever its value."
    )
    objective_progress_version: int = Field(description="Counts the objective's totals alone.")

    @property
    def key(self) -> str:
        return str(self.objective)
