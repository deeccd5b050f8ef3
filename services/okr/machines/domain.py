"""Decides whose values a key result takes, and what a machine may say of a day; pure."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.caller import Caller
from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.numbers import Number
from contracts.okr import CycleChanged, Done, KeyResult, ObjectiveChanged, TeamCycleChanged
from contracts.progress import ValueRecorded
from contracts.words import Line
from services.okr.key_results.domain import find_open, known, with_key_result
from services.okr.objectives.stated import MOST_MILESTONES
from services.okr.progress.domain import Said, reason_not_counted, said_by, said_of

ANY, NAMED = "values:write", "values:write-named"
"""Scopes of machines: for every key result, and for those that name the machine."""
MOST_MACHINES = 10
MOST_VALUES = 500
LONGEST_CLIENT = 255

Client = Annotated[Line, StringConstraints(max_length=LONGEST_CLIENT)]


class Machines(Closed):
    """The machines whose values a key result takes; all of them."""

    machines: tuple[Client, ...] = Field(
        max_length=MOST_MACHINES,
        description="Clients of the identity provider, each called as GET /me tells it.",
    )


class MachineValue(Closed):
    """A value as a machine puts it for a day."""

    value: Number | None = Field(
        default=None, description="In the key result's unit; not needed for milestones."
    )
    done: Done | None = Field(
        default=None, max_length=MOST_MILESTONES, description="Milestones: all that are done."
    )
    confidence: int | None = Field(default=None, ge=0, le=10, description="0–10.")


class ValueOfDay(MachineValue):
    """A value of one key result and one day."""

    key_result: UUID
    date: date


class ValuesOfDays(Closed):
    """Values of key results, each of a day."""

    values: tuple[ValueOfDay, ...] = Field(min_length=1, max_length=MOST_VALUES)


def name_machines(
    objective: ObjectiveChanged, key_result_id: UUID, clients: Iterable[str]
) -> ObjectiveChanged:
    """The key result takes values of these machines, and of no other. Raises Problem."""
    goal = find_open(objective, key_result_id)
    named = goal.model_copy(update={"machines": tuple(dict.fromkeys(clients))})
    return with_key_result(objective, named, "machines-named")


def expect_named(caller: Caller, goal: KeyResult) -> None:
    """A machine that may not write every key result writes those that name it. Raises Problem."""
    if caller.client not in goal.machines:
        raise Problem("machine-not-named", client=caller.client, key_result=str(goal.id))


def said_on(
    goal: KeyResult, cycle: CycleChanged, said: MachineValue, day: date, today: date
) -> Said:
    """What a machine says of a day of the cycle that has come. Raises Problem."""
    if day > today:
        raise Problem("date-in-future", date=day.isoformat())
    if not cycle.start <= day <= cycle.end:
        raise Problem("date-outside-cycle", date=day, start=cycle.start, end=cycle.end)
    return said_of(goal, said.value, said.done, said.confidence)


def source_of(caller: Caller, day: date) -> str:
    """How a series names what a machine says of a day."""
    return f"machine/{caller.client}/{day.isoformat()}"


def stands(
    before: ValueRecorded, said: Said, objective: ObjectiveChanged, place: TeamCycleChanged | None
) -> bool:
    """Whether it was said before, and counts, or does not for the reason that there still is."""
    reason = reason_not_counted(objective, known(objective, before.key_result), place)
    return said_by(before) == said and (before.counted or before.reason == reason)
