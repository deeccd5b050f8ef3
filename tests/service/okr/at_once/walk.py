"""A walk: step by step two commands at once, each of which has to be one of two serial orders."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from chassis import clock
from contracts.okr import ObjectiveChanged
from services.okr.torchbearers.domain import Candidacy
from tests.service.okr.at_once import choosing, others
from tests.service.okr.at_once import world as worlds
from tests.service.okr.at_once.judge import Observed, differences, out_of_order
from tests.service.okr.at_once.mix import DRAWS, Cast, Draw, Drawing, draw
from tests.service.okr.at_once.stage import Stage
from tests.service.okr.at_once.turns import after_steps, in_turns
from tests.service.okr.at_once.work import Command, in_order
from tests.service.okr.at_once.world import World

ZONE = "Europe/Helsinki"
Pair: TypeAlias = tuple[Command, Command]
ORDERS = ((0, 1), (1, 0))
ACTS = choosing.ACTS | others.ACTS


class NeitherOrder(AssertionError):
    """What two commands led to is what no order of them leads to."""


@dataclass
class Counts:
    """What a walk came by."""

    steps: int = 0
    waited: int = 0
    busy: int = 0
    told_apart: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)


@dataclass
class Walk:
    stage: Stage
    cast: Cast
    rnd: Random
    draws: Mapping[Draw, int] = field(default_factory=lambda: DRAWS)
    counts: Counts = field(default_factory=Counts)

    async def steps(self, number: int) -> Counts:
        world = await worlds.read(self.stage.watch)
        for _ in range(number):
            world = await self.step(world)
        return self.counts

    async def step(self, world: World) -> World:
        pair, schedule = self.drawn(world), self.rnd.choice(SCHEDULES)
        await self.stage.rows()
        today = clock.today(ZONE)
        calls = await in_turns(
            self.stage.watch,
            schedule and after_steps(*schedule),
            *(lambda command=it: self.stage.send(command) for it in pair),
        )
        answers = [it.result() for it in calls]
        for place, answer in enumerate(answers):
            if answer.body.get("code") == "busy":
                self.counts.busy += 1
                answers[place] = await self.stage.send(pair[place])
        seen = Observed(answers, await self.stage.rows(), await worlds.read(self.stage.watch))
        orders = [in_order(world, pair, order, today, ACTS) for order in ORDERS]
        found = [differences(it, seen, self.stage.app.state.api.catalogue) for it in orders]
        wrong = out_of_order(seen.rows)
        if all(found) or wrong:
            raise NeitherOrder(_told(pair, schedule, found, wrong))
        self.count(pair, seen, found, any(it.waited for it in calls))
        return seen.world

    def count(self, pair: Pair, seen: Observed, found: list[list[str]], waited: bool) -> None:
        self.counts.steps += 1
        self.counts.waited += waited
        for command, answer in zip(pair, seen.answers, strict=True):
            self.counts.answered[f"{command.operation} {answer.body.get('code', 'done')}"] += 1
        if bool(found[0]) != bool(found[1]):
            self.counts.told_apart[
                "first before second" if not found[0] else "second before first"
            ] += 1

    def drawn(self, world: World) -> Pair:
        """Two commands, mostly on the same goal."""
        goals = [it for it in world.all(ObjectiveChanged) if it.state != "closed"]
        goals = goals or [*world.all(ObjectiveChanged)][-1:]
        stand = [it for it in world.all(Candidacy) if it.open]
        candidacy = self.rnd.choice(stand) if stand else None
        goal = self.rnd.choice(goals)
        other = self.rnd.choice([goal, goal, goal, self.rnd.choice(goals)])
        one, two = (
            draw(Drawing(self.rnd, world, self.cast, it, candidacy, clock.today(ZONE)), self.draws)
            for it in (goal, other)
        )
        return one, two


SCHEDULES: tuple[tuple[int, int] | None, ...] = (
    None, *((first, steps) for first in (0, 1) for steps in (99, *range(2, 16)))
)  # fmt: skip
"""Whose statements go first, and how many before the other's; None: both as they come."""


def _told(pair: Pair, schedule: object, found: list[list[str]], wrong: list[str]) -> str:
    lines = [f"schedule {schedule}", *map(str, pair), *wrong]
    for order, differing in zip(ORDERS, found, strict=True):
        lines += [f"not in the order {order}:", *(f"  {it}" for it in differing[:8])]
    return "\n".join(lines)
