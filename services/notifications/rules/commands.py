"""Settles occasions: finds whom each is told to, and puts it into their inboxes."""

from collections.abc import Collection
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

    What refers to something that is not known waits for it. Whatever other workers do at the
    same time, each is told once.
    """
    since = await store.telling_since(tx)
    taken = await store.unsettled(tx, confirmed_at, AT_ONCE)
    for occasion in taken:
        if not domain.is_young(occasion.at, now, since):
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
    found = [
        occasion
        for goal in await replica.goals_in_rhythm(tx, now.astimezone(zone).date())
        for occasion in domain.of_rhythm(
            goal.id, goal.responsible_team, _turn(goal, now, zone), now, zone
        )
        if domain.is_young(occasion.at, now, since)
    ]
    if found:
        await store.note(tx, found)


def _turn(goal: InRhythm, now: datetime, zone: ZoneInfo) -> pace.Turn:
    return pace.turn(goal.rhythm, goal.last, goal.start_date, goal.end_date, now, zone)


async def _people(
    tx: Tx, occasion: Occasion, goal: Goal, local: datetime
) -> Collection[UUID] | None:
    """None while it can't be known."""
    author: UUID | None = None
    if RULES[occasion.rule].whose == "author":
        known, author = await replica.author(tx, UUID(occasion.subject.partition("/")[2]))
        if not known:
            return None
    teams = await _teams(tx, occasion, goal)
    held = [Held(*one) for one in await replica.held_in(tx, teams, local.date())]
    return domain.audience(occasion, held, author)


async def _teams(tx: Tx, occasion: Occasion, goal: Goal) -> Collection[UUID]:
    match RULES[occasion.rule].whose:
        case "responsible":
            return [goal.responsible_team]
        case "goal":
            return goal.teams
        case "said":
            return [occasion.team] if occasion.team else []
        case "beside":
            beside = await replica.teams_beside(tx, occasion.objective)
            return beside - {occasion.team or goal.responsible_team}
        case "author":
            return []
