"""Sends two commands at once, and holds what they lead to, to one of the two serial orders."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random

from chassis import clock
from tests.service.okr.at_once import world as worlds
from tests.service.okr.at_once.judge import Answered, Observed, differences, out_of_order
from tests.service.okr.at_once.pairs import ORDERS, Pair, in_order
from tests.service.okr.at_once.stage import Stage
from tests.service.okr.at_once.turns import Call, Choose, after_steps, at_random, in_turns
from tests.service.okr.at_once.world import World

ZONE = "Europe/Helsinki"
MOST_STEPS = 14
"""Statements of most commands, from BEGIN to COMMIT."""
WHOLE = 1000


class NeitherOrder(AssertionError):
    """What two commands led to is what no order of them leads to."""


@dataclass(frozen=True)
class Schedule:
    """Whose statements go when, and how that is called."""

    name: str
    choose: Choose | None


def steps_of(first: int, steps: int) -> Schedule:
    return Schedule(f"{steps} steps of {first} before the other's", after_steps(first, steps))


def drawn(rnd: Random) -> Schedule:
    """One's statements before the other's, or before some of them, or at random, or as they come.

    All of one's before the other's shows either order for certain; the others what is between.
    """
    kind, first = rnd.choice(("whole", "steps", "steps", "random", "free")), rnd.randrange(2)
    if kind == "free":
        return Schedule("as they come", None)
    if kind == "random":
        return Schedule("at random", at_random(rnd))
    return steps_of(first, WHOLE if kind == "whole" else rnd.randint(2, MOST_STEPS))


@dataclass
class Counts:
    """What was come by: `told_apart` are the steps whose order is seen by what they led to."""

    steps: int = 0
    waited: int = 0
    busy: int = 0
    told_apart: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)


@dataclass
class Together:
    """Two commands after two others, on one stage; `taken` are the statements of the last two."""

    stage: Stage
    counts: Counts = field(default_factory=Counts)
    taken: Sequence[int] = ()

    async def hold(self, world: World, pair: Pair, schedule: Schedule) -> World:
        """What there is afterwards; `world` is what there was. Raises NeitherOrder.

        Who is told that others are at it sends the same again, as one is to.
        """
        today = clock.today(ZONE)
        await self.stage.rows()
        send = [partial(self.stage.send, command) for command in pair]
        calls = await in_turns(self.stage.watch, schedule.choose, *send)
        self.taken = [call.taken for call in calls]
        answers = [call.result() for call in calls]
        for place, answer in enumerate(answers):
            if answer.body.get("code") == "busy":
                self.counts.busy += 1
                answers[place] = await self.stage.send(pair[place])
        seen = Observed(answers, await self.stage.rows(), await worlds.read(self.stage.watch))
        catalogue = self.stage.app.state.api.catalogue
        orders = [in_order(world, pair, order, today) for order in ORDERS]
        found = [differences(it, seen, catalogue) for it in orders]
        wrong = out_of_order(seen.rows)
        if all(found) or wrong:
            raise NeitherOrder(_told(pair, schedule, found, wrong))
        self._count(pair, answers, calls, found)
        return seen.world

    def _count(
        self,
        pair: Pair,
        answers: Sequence[Answered],
        calls: Sequence[Call[Answered]],
        found: Sequence[Sequence[str]],
    ) -> None:
        self.counts.steps += 1
        self.counts.waited += any(call.waited for call in calls)
        for command, answer in zip(pair, answers, strict=True):
            self.counts.answered[f"{command.operation} {answer.body.get('code', 'done')}"] += 1
        if found[0] or found[1]:
            order = "second, first" if found[0] else "first, second"
            self.counts.told_apart[order] += 1


def _told(
    pair: Pair, schedule: Schedule, found: Sequence[Sequence[str]], wrong: Sequence[str]
) -> str:
    lines = [f"statements: {schedule.name}", *map(str, pair), *wrong]
    for order, differing in zip(ORDERS, found, strict=True):
        lines += [f"not in the order {order}:", *(f"  {it}" for it in differing[:8])]
    return "\n".join(lines)
