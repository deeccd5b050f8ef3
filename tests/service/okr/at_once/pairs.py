"""Which two commands are sent at once: mostly such that it matters which of them is first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import TypeAlias
from uuid import UUID

from contracts.okr import ObjectiveChanged
from services.okr.torchbearers.domain import Candidacy
from tests.service.okr.at_once import aligning, choosing, hints, office, others, strategy, values
from tests.service.okr.at_once.drawing import Cast, Drawing
from tests.service.okr.at_once.themes import Draws
from tests.service.okr.at_once.work import FRESH_ID, Answer, Command, Outcome, done
from tests.service.okr.at_once.world import World

Pair: TypeAlias = tuple[Command, Command]
Order: TypeAlias = tuple[int, int]

ACTS = (
    aligning.ACTS
    | choosing.ACTS
    | hints.ACTS
    | office.ACTS
    | others.ACTS
    | strategy.ACTS
    | values.ACTS
)
ORDERS: tuple[Order, Order] = ((0, 1), (1, 0))
PAIRS = 8
"""So often a pair is drawn anew until the order matters."""
AFTER = 0.3
"""How many second commands would be done after the first, and before it perhaps not."""
SAME = 0.85
"""How many second commands are on the goal of the first one."""
REFUSED = 0.02
"""How many of those that would be refused are sent."""


def in_order(world: World, pair: Pair, order: Order, today: date) -> Outcome:
    """What two commands lead to, one after the other."""
    answers, told = {}, {}
    for place in order:
        command = pair[place]
        made = done(world, command, ACTS[command.operation], place, today)
        answers[place], told[place], world = made
    return Outcome(answers, told, world)


@dataclass(frozen=True)
class Pairs:
    """Draws of what there is on a day; `draws` says how often of what."""

    rnd: Random
    cast: Cast
    draws: Draws
    today: date

    def draw(self, world: World) -> Pair:
        for _ in range(PAIRS):
            pair = self._pair(world)
            one, other = (in_order(world, pair, order, self.today) for order in ORDERS)
            if one.world != other.world or _codes(one) != _codes(other):
                break
        return pair

    def _pair(self, world: World) -> Pair:
        """Two commands that would be done, the second one sometimes only after the first."""
        goals = self._goals(world)
        first, goal = self._command(world, 0, goals)
        if self.rnd.random() < AFTER:
            _, _, world = done(world, first, ACTS[first.operation], 0, self.today)
        second, _ = self._command(world, 1, [goal] if self.rnd.random() < SAME else goals)
        return (first, second) if self.rnd.random() < 0.5 else (second, first)

    def _goals(self, world: World) -> list[UUID]:
        """Those that are not closed, in any order."""
        known = [*world.all(ObjectiveChanged)]
        open_ = [it.id for it in known if it.state != "closed"]
        return self.rnd.sample(open_, len(open_)) or [known[-1].id]

    def _command(self, world: World, place: int, goals: Sequence[UUID]) -> tuple[Command, UUID]:
        """A command that would be done, and the goal that it was looked for with."""
        stand = [it for it in world.all(Candidacy) if it.open]
        candidacy = self.rnd.choice(stand) if stand else None
        while True:
            drawn = self.rnd.choices([*self.draws], [*self.draws.values()])[0]
            for goal in goals:
                one = world.get(ObjectiveChanged, goal)
                made = drawn(Drawing(self.rnd, world, self.cast, one, candidacy, self.today))
                if made and FRESH_ID not in repr(made) and self._would_be_done(world, place, made):
                    return made, goal

    def _would_be_done(self, world: World, place: int, command: Command) -> bool:
        answer, _, _ = done(world, command, ACTS[command.operation], place, self.today)
        return answer.problem is None or self.rnd.random() < REFUSED


def _codes(outcome: Outcome) -> list[str | None]:
    return [_code(outcome.answers[place]) for place in (0, 1)]


def _code(answer: Answer) -> str | None:
    return answer.problem.code if answer.problem else None
