"""Values of machines, and the progress that follows from values, as models."""

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from chassis.problem import Problem, expect_version
from contracts.okr import CycleChanged, ObjectiveChanged
from contracts.progress import KeyResultUpdated, ValueRecorded
from services.okr.key_results.domain import known
from services.okr.machines import domain as machines
from services.okr.machines.domain import MachineValue
from services.okr.progress import domain
from services.okr.progress.domain import Said, Source
from tests.service.okr.at_once.work import Act, Work


def put_value(work: Work) -> ValueRecorded:
    day = date.fromisoformat(work.command.at["day"])
    objective, place = work.seen(work.owner(work.id))
    goal = known(objective, work.id)
    cycle = work.world.get(CycleChanged, objective.cycle)
    said = machines.said_on(goal, cycle, work.body(MachineValue), day, work.today)
    name = machines.source_of(work.caller, day)
    before = next(iter(_rows(work, goal.id, name)), None)
    if before is None and work.expected is not None:
        raise Problem("not-found", kind=ValueRecorded.kind, id=f"{goal.id}/{day}")
    if before is not None:
        expect_version(before, work.expected)
        if machines.stands(before, said, objective, place):
            return before
    version = before.source_version + 1 if before else 1
    source = Source(name, version, 0, day, frozenset([goal.id]))
    return record(work, objective, source, goal.id, said)


def record(
    work: Work, objective: ObjectiveChanged, source: Source, goal: UUID, said: Said
) -> ValueRecorded:
    """The row of a source's one value; progress is told before it."""
    held = [*_rows(work, goal, source.name)]
    place = work.world.place(objective.responsible_team, objective.cycle)
    rows = domain.rows(objective, place, source, {goal: said}, held, work.new_id)
    for row in rows or ():
        work.keep(row)
    if rows:
        refresh(work, objective, [goal], "value-recorded")
        work.tell(*rows)
    return (rows or held)[0]


def refresh(work: Work, objective: ObjectiveChanged, goals: Collection[UUID], change: str) -> None:
    told = work.world.all(KeyResultUpdated)
    held = {it.id: it for it in told if it.objective == objective.id}
    if objective.was_agreed or held:
        for news in domain.news(objective, goals, held, current(work), change):
            work.keep(news)
            work.tell(news)


def carry(work: Work, objective: ObjectiveChanged) -> None:
    """The first values of what was kept from an earlier cycle."""
    if objective.ancestor is None:
        return
    ancestor = work.world.get(ObjectiveChanged, objective.ancestor)
    day = work.world.get(CycleChanged, objective.cycle).start
    for goal, said in domain.carried(ancestor, objective, current(work)):
        source = Source(f"carried/{goal.ancestor}", 1, 0, day, frozenset([goal.id]), given=True)
        record(work, objective, source, goal.id, said)


def current(work: Work) -> dict[UUID, ValueRecorded]:
    """The rows that values are taken from, by the key result."""
    rows = sorted((it for it in work.world.all(ValueRecorded) if it.counts), key=_rank)
    return {row.key_result: row for row in rows}


def _rank(row: ValueRecorded) -> tuple[date, bool, int, str]:
    assert row.counts is not None
    by_person = not row.source.startswith("machine/")
    return row.counts.effective_date, by_person, row.number, row.source


def _rows(work: Work, goal: UUID, source: str) -> Iterator[ValueRecorded]:
    rows = work.world.all(ValueRecorded)
    return (it for it in rows if (it.key_result, it.source) == (goal, source))


ACTS: dict[str, Act] = {"put_machine_value": put_value}
