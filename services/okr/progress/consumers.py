"""What okr makes of check-ins: rows of key results' series."""

from collections.abc import Sequence

from chassis.db import Tx
from chassis.poison import NotYet
from chassis.received import Received
from contracts.okr import ObjectiveChanged
from services.okr.cycles.store import share_place
from services.okr.messages import CheckIn
from services.okr.objectives.store import objectives
from services.okr.progress import domain
from services.okr.progress.recording import Source, record


async def record_check_ins(tx: Tx, events: Sequence[Received[CheckIn]]) -> None:
    """Record the values of check-ins; objectives are held in the order of their ids.

    Raises NotYet for an objective or key result that okr, who makes them, does not have: its
    database was restored, and they come back when it adopts them from its topic.
    """
    for event in sorted(events, key=lambda it: (it.data.objective, it.data.number)):
        await _record(tx, event)


async def _record(tx: Tx, event: Received[CheckIn]) -> None:
    said = event.data
    known = await objectives.find(tx, said.objective)
    if known is None:
        raise NotYet("unknown-objective")
    place = await share_place(tx, known.responsible_team, known.cycle)
    objective = await objectives.find_locked(tx, said.objective)
    if objective is None:
        raise NotYet("unknown-objective")
    if objective.responsible_team != known.responsible_team:
        place = await share_place(tx, objective.responsible_team, objective.cycle)
    _check_known(objective, said)
    source = Source(
        f"check-in/{said.id}",
        event.envelope.sequence,
        said.number,
        said.effective_date,
        frozenset(goal.id for goal in objective.key_results),
    )
    values = {it.key_result: domain.Said(it.value, it.confidence) for it in said.entries}
    await record(tx, objective, place, source, values, event.envelope)


def _check_known(objective: ObjectiveChanged, said: CheckIn) -> None:
    known = {goal.id for goal in objective.key_results}
    if not {it.key_result for it in said.entries} <= known:
        raise NotYet("unknown-key-result")
