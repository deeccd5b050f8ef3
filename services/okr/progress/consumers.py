"""What okr makes of check-ins: rows of key results' series."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.db import Tx
from chassis.poison import NotYet
from chassis.received import Received
from services.okr.messages import CheckIn
from services.okr.progress import domain
from services.okr.progress.recording import Held, Told, hold_each, record_all


async def record_check_ins(tx: Tx, events: Sequence[Received[CheckIn]]) -> None:
    """Record the values of check-ins, of each objective in the order of their numbers.

    Raises NotYet for an objective or key result that okr, who makes them, does not have: its
    database was restored, and they come back when it adopts them from its topic.
    """
    held = await hold_each(tx, {event.data.objective for event in events})
    told = [_told(event, held) for event in sorted(events, key=lambda it: it.data.number)]
    await record_all(tx, told)


def _told(event: Received[CheckIn], held: Mapping[UUID, Held]) -> Told:
    said = event.data
    if said.objective not in held:
        raise NotYet("unknown-objective")
    objective, place = held[said.objective]
    goals = frozenset(goal.id for goal in objective.key_results)
    if not {it.key_result for it in said.entries} <= goals:
        raise NotYet("unknown-key-result")
    source = domain.Source(
        f"check-in/{said.id}", event.envelope.sequence, said.number, said.effective_date, goals
    )
    values = {it.key_result: domain.Said(it.value, it.confidence, it.done) for it in said.entries}
    return Told(objective, place, source, values, event.envelope)
