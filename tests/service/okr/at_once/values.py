"""Values of machines, and the progress that follows from values, as models."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TypeAlias
from uuid import UUID

from chassis.problem import Problem, expect_version
from chassis.problem_texts import Catalogue
from contracts.okr import CycleChanged, ObjectiveChanged
from contracts.progress import KeyResultUpdated, ValueRecorded
from services.okr.app import FOLDER
from services.okr.key_results.domain import known
from services.okr.machines import domain as machines
from services.okr.machines.domain import MachineValue, ValueOfDay, ValuesOfDays
from services.okr.progress import domain
from services.okr.progress.domain import Said, Source
from tests.service.okr.at_once.work import Act, Json, Work


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


_News: TypeAlias = dict[tuple[UUID, date], dict[UUID, Said]]
"""What is to be written, by the objective and the day."""


@dataclass(frozen=True)
class _Told:
    """What is said of an objective on a day."""

    objective: ObjectiveChanged
    source: Source
    said: Mapping[UUID, Said]


def put_values(work: Work) -> Json:
    """All is decided before anything is written; one that is refused stops no other."""
    asked = work.body(ValuesOfDays).values
    news: _News = {}
    met: set[tuple[UUID, date]] = set()
    results = [_decided(work, it, news, met) for it in asked]
    told = [_told_of(work, *of, said) for of, said in news.items()]
    while told:
        turn: dict[UUID, _Told] = {}
        for one in told:
            turn.setdefault(one.objective.id, one)
        _record_turn(work, [turn[objective] for objective in sorted(turn)])
        told = [one for one in told if turn[one.objective.id] is not one]
    return {
        "results": [
            result or _result(it, "recorded", _before(work, it))
            for it, result in zip(asked, results, strict=True)
        ]
    }


def _decided(work: Work, it: ValueOfDay, news: _News, met: set[tuple[UUID, date]]) -> Json | None:
    """What becomes of a value; None, and it is among `news`, when it is to be written."""
    try:
        objective, place = work.seen(work.owner(it.key_result))
        goal = known(objective, it.key_result)
        machines.expect_named(work.caller, goal)
        if (it.key_result, it.date) in met:
            raise Problem("said-twice", key_result=str(it.key_result), date=it.date.isoformat())
        cycle = work.world.get(CycleChanged, objective.cycle)
        said = machines.said_on(goal, cycle, it, it.date, work.today)
        met.add((it.key_result, it.date))
    except Problem as problem:
        return _result(it, "refused", None, problem)
    before = _before(work, it)
    if before is not None and machines.stands(before, said, objective, place):
        return _result(it, "unchanged", before)
    news.setdefault((objective.id, it.date), {})[it.key_result] = said
    return None


def _before(work: Work, it: ValueOfDay) -> ValueRecorded | None:
    return next(_rows(work, it.key_result, machines.source_of(work.caller, it.date)), None)


def _result(
    it: ValueOfDay, status: str, row: ValueRecorded | None, problem: Problem | None = None
) -> Json:
    said = _catalogue().document(problem, "en", "") if problem else None
    return {
        "key_result": str(it.key_result),
        "date": it.date.isoformat(),
        "status": status,
        "counted": row.counted if row else None,
        "reason": row.reason if row else None,
        "reached": f"{row.subject}@{row.version}" if row else None,
        "problem": {name: said[name] for name in ("code", "title", "detail")} if said else None,
    }


@cache
def _catalogue() -> Catalogue:
    return Catalogue.load(FOLDER / "problems.yaml")


def _told_of(work: Work, objective: UUID, day: date, said: Mapping[UUID, Said]) -> _Told:
    name = machines.source_of(work.caller, day)
    held = [row for goal in said for row in _rows(work, goal, name)]
    version = max((row.source_version for row in held), default=0) + 1
    source = Source(name, version, 0, day, frozenset(said))
    return _Told(work.world.get(ObjectiveChanged, objective), source, said)


def _record_turn(work: Work, turn: Collection[_Told]) -> None:
    """The rows of each objective's source; progress of them all is told before them."""
    written = [_written(work, it) for it in turn]
    for it, rows in zip(turn, written, strict=True):
        refresh(work, it.objective, {row.key_result for row in rows}, "value-recorded")
    for rows in written:
        work.tell(*rows)


def _written(work: Work, told: _Told) -> Collection[ValueRecorded]:
    objective, source = told.objective, told.source
    place = work.world.place(objective.responsible_team, objective.cycle)
    held = [row for goal in told.said for row in _rows(work, goal, source.name)]
    rows = domain.rows(objective, place, source, told.said, held, work.new_id) or ()
    for row in rows:
        work.keep(row)
    return rows


def record(
    work: Work, objective: ObjectiveChanged, source: Source, goal: UUID, said: Said
) -> ValueRecorded:
    """The row of a source's one value."""
    _record_turn(work, [_Told(objective, source, {goal: said})])
    return next(_rows(work, goal, source.name))


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


ACTS: dict[str, Act] = {"put_machine_value": put_value, "put_machine_values": put_values}
