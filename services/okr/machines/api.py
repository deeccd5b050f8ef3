"""Values of machines over HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Path
from pydantic import Field

from chassis.db import Tx
from chassis.doors import Change, Repeatable
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.okr import ObjectiveChanged
from contracts.progress import ValueRecorded
from contracts.words import Code
from services.okr.machines import commands
from services.okr.machines.commands import Outcome
from services.okr.machines.domain import Machines, MachineValue, ValueOfDay, ValuesOfDays

router = Router(tags=["machines"])


class Refusal(Closed):
    """Why one value was refused."""

    code: Code = Field(description="What is wrong, for programs: that of the problem.")
    title: str = Field(description="What is wrong, in the caller's language.")
    detail: str = Field(description="What to do, in the caller's language.")


class ValueResult(Closed):
    """What became of one value."""

    key_result: UUID
    date: date
    status: Literal["recorded", "unchanged", "refused"]
    counted: bool | None = Field(description="Whether it counts; null when it was refused.")
    reason: Code | None = Field(description="Why it does not count; null when it does.")
    reached: str | None = Field(
        description="Its row at its version: give it as Soihtu-After elsewhere. Null when refused."
    )
    problem: Refusal | None = Field(description="Null unless it was refused.")


class ValueResults(Closed):
    """What became of values, one result for each, in their order."""

    results: tuple[ValueResult, ...] = Field(description="As many as there were values.")


@router.put("/key-results/{id}/machines", operation_id="name_machines")
async def name_machines(id: UUID, body: Machines, door: Change) -> ObjectiveChanged:
    """Name the machines that may put a key result's values, of those that write named ones alone.

    If-Match is the objective's version.
    """
    return await door.run(
        lambda tx: commands.name_machines(tx, door.caller, id, door.expected, body.machines)
    )


@router.put("/key-results/{id}/values/{day}", operation_id="put_machine_value")
async def put_machine_value(
    id: UUID,
    day: Annotated[date, Path(description="The day that the value is of.")],
    body: MachineValue,
    door: Repeatable,
) -> ValueRecorded:
    """Put a machine's value for a day; the same again changes nothing."""
    return await door.run(
        lambda tx: commands.put_value(tx, door.caller, id, day, body, door.expected, door.today)
    )


@router.post("/key-results/values", operation_id="put_machine_values")
async def put_machine_values(body: ValuesOfDays, door: Repeatable) -> ValueResults:
    """Put a machine's values of key results that name it; the same again changes nothing.

    One that is refused stops no other. If-Match has no meaning here.
    """

    async def work(tx: Tx) -> ValueResults:
        outcomes = await commands.put_values(tx, door.caller, body.values, door.today)
        told = zip(body.values, outcomes, strict=True)
        return ValueResults(results=tuple(result(it, outcome) for it, outcome in told))

    def result(it: ValueOfDay, outcome: Outcome) -> ValueResult:
        row, problem = outcome.row, outcome.problem
        said = door.told(problem) if problem else {}
        return ValueResult(
            key_result=it.key_result,
            date=it.date,
            status=outcome.status,
            counted=row.counted if row else None,
            reason=row.reason if row else None,
            reached=f"{row.subject}@{row.version}" if row else None,
            problem=Refusal(**{name: said[name] for name in Refusal.model_fields})
            if said
            else None,
        )

    return await door.run(work)
