"""What okr makes of check-ins: rows of key results' series."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from chassis.db import Tx
from chassis.poison import NotYet
from chassis.received import Received
from contracts.okr import ObjectiveChanged, TeamCycleChanged
from services.okr.cycles.store import share_places, share_places_of
from services.okr.messages import CheckIn
from services.okr.objectives.store import hold_all
from services.okr.progress import domain
from services.okr.progress.recording import Source, Told, record

Held: TypeAlias = tuple[ObjectiveChanged, TeamCycleChanged | None]


async def record_check_ins(tx: Tx, events: Sequence[Received[CheckIn]]) -> None:
    """Record the values of check-ins, of each objective in the order of their numbers.

    Raises NotYet for an objective or key result that okr, who makes them, does not have: its
    database was restored, and they come back when it adopts them from its topic.
    """
    held = await _hold(tx, {event.data.objective for event in events})
    told = [_told(event, held) for event in sorted(events, key=lambda it: it.data.number)]
    for some in _one_of_each(told):
        await record(tx, some)


async def _hold(tx: Tx, ids: Collection[UUID]) -> Mapping[UUID, Held]:
    """Objectives with their teams' places: places are held first, in order, then objectives."""
    places = await share_places_of(tx, ids)
    objectives = await hold_all(tx, ids)
    if other := {_place_of(it) for it in objectives} - places.keys():  # it moved, or has none
        places |= await share_places(tx, other)
    return {it.id: (it, places.get(_place_of(it))) for it in objectives}


def _place_of(objective: ObjectiveChanged) -> tuple[UUID, UUID]:
    return objective.responsible_team, objective.cycle


def _told(event: Received[CheckIn], held: Mapping[UUID, Held]) -> Told:
    said = event.data
    if said.objective not in held:
        raise NotYet("unknown-objective")
    objective, place = held[said.objective]
    goals = frozenset(goal.id for goal in objective.key_results)
    if not {it.key_result for it in said.entries} <= goals:
        raise NotYet("unknown-key-result")
    source = Source(
        f"check-in/{said.id}", event.envelope.sequence, said.number, said.effective_date, goals
    )
    values = {it.key_result: domain.Said(it.value, it.confidence, it.done) for it in said.entries}
    return Told(objective, place, source, values, event.envelope)


def _one_of_each(told: Sequence[Told]) -> Iterator[list[Told]]:
    """All of them, in turns that hold each objective at most once."""
    waiting = list(told)
    while waiting:
        turn: dict[UUID, Told] = {}
        for one in waiting:
            turn.setdefault(one.objective.id, one)
        yield [turn[objective] for objective in sorted(turn)]
        waiting = [one for one in waiting if turn[one.objective.id] is not one]
