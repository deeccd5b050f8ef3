"""Settles occasions: finds whom each is told to, and puts it into their inboxes."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.db import Tx
from contracts import pace
from services.notifications.inbox import store as inbox
from services.notifications.mail import store as mail
from services.notifications.replica import store as replica
from services.notifications.replica.store import Goal, InRhythm
from services.notifications.rules import domain, store
from services.notifications.rules.domain import RULES, Held, Occasion

AT_ONCE = 100


async def settle(tx: Tx, confirmed_at: datetime, now: datetime, zone: ZoneInfo) -> int:
    """Tell what was noted before the copy was `confirmed_at`; how many occasions were taken.

    What refers to something that is not known waits for it; a check-in that came after all is
    neither due nor missed, and of a remark that was hidden or removed nothing is told. Whatever
    other workers do at the same time, each is told once.
    """
    since = await store.telling_since(tx)
    taken = await store.unsettled(tx, confirmed_at, AT_ONCE)
    ended = await _ended(tx, taken, now, zone)
    for occasion in taken:
        is_over = occasion in ended or not domain.is_young(occasion.at, now, since)
        if is_over or await _is_unsaid(tx, occasion):
            await store.settle(tx, occasion)
            continue
        goal = await replica.goal(tx, occasion.objective)
        people = await _people(tx, occasion, goal, now.astimezone(zone)) if goal else None
        if goal is None or people is None:
            await store.put_off(tx, occasion)
            continue
        team = occasion.team or goal.responsible_team
        told = await inbox.add(tx, occasion, team, sorted(people))
        await mail.queue(tx, occasion.rule, told, now)
        await store.settle(tx, occasion)
    return len(taken)


async def note_rhythm(tx: Tx, now: datetime, zone: ZoneInfo) -> None:
    """Note which check-ins have become due, and which were missed."""
    since = await store.telling_since(tx)
    if not domain.is_time(now, since, zone):
        return
    held = await _of_rhythm(tx, now, zone)
    if found := [occasion for occasion in held if domain.is_young(occasion.at, now, since)]:
        await store.note(tx, found)


async def _ended(
    tx: Tx, taken: Sequence[Occasion], now: datetime, zone: ZoneInfo
) -> Collection[Occasion]:
    """What was due or missed as it was noted, before the copy had all that was said by then."""
    noted = {occasion for occasion in taken if occasion.rule in domain.OF_RHYTHM}
    held = {occasion.key for occasion in await _of_rhythm(tx, now, zone)} if noted else ()
    return {occasion for occasion in noted if occasion.key not in held}


async def _is_unsaid(tx: Tx, occasion: Occasion) -> bool:
    """Whether it tells of a remark that was hidden or removed since."""
    kind, _, subject = occasion.subject.partition("/")
    return kind == "remarks" and await replica.is_unsaid(tx, UUID(subject))


async def _of_rhythm(tx: Tx, now: datetime, zone: ZoneInfo) -> list[Occasion]:
    """What is due and missed as far as the copy knows."""
    return [
        occasion
        for goal in await replica.goals_in_rhythm(tx, now.astimezone(zone).date())
        for occasion in domain.of_rhythm(
            goal.id, goal.responsible_team, _turn(goal, now, zone), now, zone
        )
    ]


def _turn(goal: InRhythm, now: datetime, zone: ZoneInfo) -> pace.Turn:
    return pace.turn(
        goal.rhythm, goal.last, goal.start_date, goal.end_date, now, zone, goal.agreed_at
    )


async def _people(
    tx: Tx, occasion: Occasion, goal: Goal, local: datetime
) -> Collection[UUID] | None:
    """None while it can't be known."""
    persons = await _persons(tx, occasion)
    if persons is None:
        return None
    teams = await _teams(tx, occasion, goal)
    held = [Held(*one) for one in await replica.held_in(tx, teams, local.date())]
    return domain.audience(occasion, held, persons)


async def _persons(tx: Tx, occasion: Occasion) -> Collection[UUID] | None:
    subject = UUID(occasion.subject.partition("/")[2])
    match RULES[occasion.rule].whose:
        case "author":
            known, author = await replica.author(tx, subject)
            return ([author] if author else []) if known else None
        case "asker":
            return await replica.askers(tx, subject)
        case _:
            return []


async def _teams(tx: Tx, occasion: Occasion, goal: Goal) -> Collection[UUID]:
    match RULES[occasion.rule].whose:
        case "responsible" | "asker":
            return [goal.responsible_team]
        case "goal":
            return goal.teams
        case "asked":
            return [occasion.asked or goal.responsible_team]
        case "said":
            return [occasion.team] if occasion.team else []
        case "beside":
            beside = await replica.teams_beside(tx, occasion.objective)
            return beside - {occasion.team or goal.responsible_team}
        case "author":
            return []
