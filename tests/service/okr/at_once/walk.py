"""A walk: step by step two commands at once, each of which has to be one of two serial orders."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from chassis import clock
from tests.service.okr.at_once import world as worlds
from tests.service.okr.at_once.judge import Observed, differences, out_of_order
from tests.service.okr.at_once.mix import Cast, Draws
from tests.service.okr.at_once.pairs import ORDERS, Pair, Pairs, in_order
from tests.service.okr.at_once.stage import Stage
from tests.service.okr.at_once.turns import Choose, after_steps, at_random, in_turns
from tests.service.okr.at_once.world import World

ZONE = "Europe/Helsinki"
ALL = 1000


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
    draws: Draws
    counts: Counts = field(default_factory=Counts)

    async def steps(self, number: int) -> Counts:
        world = await worlds.read(self.stage.watch)
        for _ in range(number):
            world = await self.step(world)
        return self.counts

    async def step(self, world: World) -> World:
        today = clock.today(ZONE)
        pair = Pairs(self.rnd, self.cast, self.draws, today).draw(world)
        schedule, choose = schedule_of(self.rnd)
        await self.stage.rows()
        calls = await in_turns(
            self.stage.watch,
            choose,
            *(lambda command=it: self.stage.send(command) for it in pair),
        )
        answers = [it.result() for it in calls]
        for place, answer in enumerate(answers):
            if answer.body.get("code") == "busy":
                self.counts.busy += 1
                answers[place] = await self.stage.send(pair[place])
        seen = Observed(answers, await self.stage.rows(), await worlds.read(self.stage.watch))
        orders = [in_order(world, pair, order, today) for order in ORDERS]
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


def schedule_of(rnd: Random) -> tuple[str, Choose | None]:
    """Whose statements go when: one's before the other's, or before some of them; or as they come.

    To be first in full half of the time of these shows both orders; what is between, the rest.
    """
    kind = rnd.choice(("whole", "steps", "steps", "random", "free"))
    first, steps = rnd.randrange(2), ALL if kind == "whole" else rnd.randint(2, 14)
    if kind == "free":
        return "as they come", None
    if kind == "random":
        return "at random", at_random(rnd)
    return f"{steps} steps of {first} before the other's", after_steps(first, steps)


def _told(pair: Pair, schedule: str, found: list[list[str]], wrong: list[str]) -> str:
    lines = [f"statements: {schedule}", *map(str, pair), *wrong]
    for order, differing in zip(ORDERS, found, strict=True):
        lines += [f"not in the order {order}:", *(f"  {it}" for it in differing[:8])]
    return "\n".join(lines)
