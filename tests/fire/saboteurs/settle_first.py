"""A worker that has what people are told of be over before it is in their inboxes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from chassis import clock, roles
from chassis.db import Database, Tx, reading, transaction
from chassis.positions import confirmed_at
from chassis.settings import Settings
from chassis.topics import prefixed
from chassis.waiting import pause
from services.notifications.inbox import store as inbox
from services.notifications.mail import store as mail
from services.notifications.mail.sending import Sender
from services.notifications.replica import store as replica
from services.notifications.rules import commands, store
from services.notifications.rules.domain import Occasion


async def _tell(tx: Tx, it: Occasion, zone: ZoneInfo) -> None:
    if goal := await replica.goal(tx, it.objective):
        people = await commands._people(tx, it, goal, clock.now().astimezone(zone)) or ()
        told = await inbox.add(tx, it, it.team or goal.responsible_team, sorted(people))
        await mail.queue(tx, it.rule, told, clock.now())


async def _tick_for_ever(db: Database, settings: Settings, stop: asyncio.Event) -> None:
    while not stop.is_set():
        async with reading(db) as tx:
            known = await confirmed_at(tx, prefixed(settings.topic_prefix, "notifications"))
        async with transaction(db) as tx:
            await store.begin_telling(tx, clock.now())
            taken = await store.unsettled(tx, known, 100) if known else []
            for it in taken:
                await store.settle(tx, it)
        async with transaction(db) as tx:
            for it in taken:
                await _tell(tx, it, ZoneInfo(settings.timezone))
        await pause(1.0, stop)


async def _by_the_clock(db: Database, settings: Any, stop: asyncio.Event) -> None:
    ticking = _tick_for_ever(db, settings, stop)
    await asyncio.gather(ticking, Sender(db, settings).send_for_ever(stop))


def main(service: roles.Service, argv: Sequence[str]) -> None:
    roles.main(replace(service, beside=_by_the_clock), argv)
