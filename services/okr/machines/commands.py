"""Takes values from machines: each function is one command, in the transaction that it is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem, expect_version
from contracts.okr import CycleChanged, ObjectiveChanged
from contracts.progress import ValueRecorded
from services.okr.access import ACCESS
from services.okr.cycles.store import cycles
from services.okr.key_results.domain import known
from services.okr.machines import domain
from services.okr.machines.domain import MachineValue, ValueOfDay
from services.okr.objectives.commands import hold
from services.okr.objectives.domain import expect_not_closed
from services.okr.objectives.store import of_key_result, of_key_results, save
from services.okr.progress import store
from services.okr.progress.domain import Said, Source
from services.okr.progress.recording import Held, Told, hold_each, record, record_all


async def name_machines(
    tx: Tx, caller: Caller, key_result_id: UUID, expected: int | None, clients: Iterable[str]
) -> ObjectiveChanged:
    """The machines whose values a key result takes."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await ACCESS.require(tx, caller, "name_machines", teams=[objective.responsible_team])
    expect_not_closed(place)
    return await save(tx, domain.name_machines(objective, key_result_id, clients))


async def put_value(
    tx: Tx,
    caller: Caller,
    key_result_id: UUID,
    day: date,
    said: MachineValue,
    expected: int | None,
    today: date,
) -> ValueRecorded:
    """What a machine says of a day; the same again changes nothing, unless it counts by now.

    Raises Problem `not-found` and `changed-since` where a version is `expected`.
    """
    objective, place = await hold(tx, await of_key_result(tx, key_result_id))
    goal = known(objective, key_result_id)
    if domain.ANY not in caller.scopes:
        domain.expect_named(caller, goal)
    value = domain.said_on(goal, await cycles.get(tx, objective.cycle), said, day, today)
    name = domain.source_of(caller, day)
    rows = await store.rows_of_sources(tx, [key_result_id], [name])
    before = rows[0] if rows else None
    if before is None and expected is not None:
        raise Problem("not-found", kind=ValueRecorded.kind, id=f"{key_result_id}/{day}")
    if before is not None:
        expect_version(before, expected)
    if before is not None and domain.stands(before, value, objective, place):
        return before
    told = _told((objective, place), name, day, {key_result_id: value}, [before])
    return (await record(tx, [told]))[0]


def _told(
    held: Held,
    source: str,
    day: date,
    said: Mapping[UUID, Said],
    before: Iterable[ValueRecorded | None],
) -> Told:
    objective, place = held
    version = max((row.source_version for row in before if row), default=0) + 1
    return Told(objective, place, Source(source, version, 0, day, frozenset(said)), said)


@dataclass(frozen=True)
class Outcome:
    """What became of one of many values: the row that it is now, or why it was refused."""

    status: Literal["recorded", "unchanged", "refused"]
    row: ValueRecorded | None = None
    problem: Problem | None = None


async def put_values(
    tx: Tx, caller: Caller, asked: Sequence[ValueOfDay], today: date
) -> list[Outcome]:
    """What a machine says of days, in the order in which it is asked; each as it alone would be.

    All is decided before anything is written, so that what is refused stops nothing else.
    Objectives, and their teams' places before, are held in the order of their ids: of two calls
    one waits. What the command reached is as much as there are values: each outcome has its row.
    """
    batch = await _Batch.of(tx, caller, asked, today)
    decided = [batch.decide(it) for it in asked]
    rows = await record_all(tx, batch.told())
    written = {(row.key_result, row.effective_date): row for row in rows}
    tx.reached.clear()
    return [
        one or Outcome("recorded", written[it.key_result, it.date])
        for it, one in zip(asked, decided, strict=True)
    ]


@dataclass(frozen=True)
class _Batch:
    """What values are decided by, and what is to be written of them."""

    caller: Caller
    today: date
    objective_of: Mapping[UUID, UUID]
    held: Mapping[UUID, Held]
    cycles: Mapping[UUID, CycleChanged]
    before: Mapping[tuple[UUID, str], ValueRecorded]
    met: set[tuple[UUID, date]] = field(default_factory=set)
    news: dict[tuple[UUID, date], dict[UUID, Said]] = field(default_factory=dict)

    @classmethod
    async def of(cls, tx: Tx, caller: Caller, asked: Sequence[ValueOfDay], today: date) -> "_Batch":
        """With all that they speak of held."""
        objective_of = await of_key_results(tx, {it.key_result for it in asked})
        held = await hold_each(tx, set(objective_of.values()))
        frames = {objective.cycle for objective, _ in held.values()}
        sources = {domain.source_of(caller, it.date) for it in asked}
        rows = await store.rows_of_sources(tx, objective_of, sources)
        return cls(
            caller,
            today,
            objective_of,
            held,
            {cycle: await cycles.get(tx, cycle) for cycle in frames},
            {(row.key_result, row.source): row for row in rows},
        )

    def decide(self, it: ValueOfDay) -> Outcome | None:
        """What becomes of a value; None when it is to be written."""
        try:
            objective, said = self._said(it)
        except Problem as problem:
            return Outcome("refused", problem=problem)
        before = self.before.get((it.key_result, domain.source_of(self.caller, it.date)))
        if before is not None and domain.stands(before, said, *self.held[objective.id]):
            return Outcome("unchanged", before)
        self.news.setdefault((objective.id, it.date), {})[it.key_result] = said
        return None

    def _said(self, it: ValueOfDay) -> tuple[ObjectiveChanged, Said]:
        if it.key_result not in self.objective_of:
            raise Problem("not-found", kind="key-results", id=str(it.key_result))
        objective, _ = self.held[self.objective_of[it.key_result]]
        goal = known(objective, it.key_result)
        domain.expect_named(self.caller, goal)
        if (it.key_result, it.date) in self.met:
            raise Problem("said-twice", key_result=str(it.key_result), date=it.date.isoformat())
        cycle = self.cycles[objective.cycle]
        said = domain.said_on(goal, cycle, it, it.date, self.today)
        self.met.add((it.key_result, it.date))
        return objective, said

    def told(self) -> list[Told]:
        """All that is to be written: what is said of an objective on a day goes together."""
        return [
            _told(self.held[objective], source, day, said, before)
            for (objective, day), said in self.news.items()
            for source in [domain.source_of(self.caller, day)]
            for before in [[self.before.get((goal, source)) for goal in said]]
        ]
