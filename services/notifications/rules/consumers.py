"""Notes, from the events of others, the occasions on which people are told something."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from chassis import clock
from chassis.db import Tx
from chassis.messages import Reader
from chassis.received import Received
from services.notifications.messages import CheckIn, Objective, Remark, Retro, Value
from services.notifications.replica import consumers as replica
from services.notifications.rules import domain, store
from services.notifications.rules.domain import Occasion

M = TypeVar("M", bound=Reader)


async def hear_objectives(tx: Tx, events: Sequence[Received[Objective]]) -> None:
    """Keep objectives, and note which are proposed, and which were agreed on."""
    await replica.keep_objectives(tx, events)
    await _note(tx, events, lambda goal, _: domain.of_objective(goal))


async def hear_remarks(tx: Tx, events: Sequence[Received[Remark]]) -> None:
    """Keep who asked, and note what other teams ask, and what is answered."""
    await replica.keep_remarks(tx, events)
    await _note(tx, events, lambda remark, _: domain.of_remark(remark))


async def hear_check_ins(tx: Tx, events: Sequence[Received[CheckIn]]) -> None:
    """Keep check-ins, and note what they say that people are told of."""
    await replica.keep_check_ins(tx, events)
    await _note(tx, events, domain.of_check_in)


async def hear_values(tx: Tx, events: Sequence[Received[Value]]) -> None:
    """Note what could not be counted."""
    await _note(tx, events, domain.of_value)


async def hear_retros(tx: Tx, events: Sequence[Received[Retro]]) -> None:
    """Note learnings that are shared."""
    await _note(tx, events, domain.of_retro)


async def _note(
    tx: Tx,
    events: Sequence[Received[M]],
    occasions: Callable[[M, datetime], Iterable[Occasion]],
) -> None:
    now = clock.now()
    since = await store.telling_since(tx)
    found = [
        occasion
        for event in events
        if domain.tells(event.envelope, now, since)
        for occasion in occasions(event.data, event.envelope.time)
        if domain.is_young(occasion.at, now, since)
    ]
    if found:
        await store.note(tx, found)
