"""A walk: step by step two commands at once, as a seed has them drawn."""

from dataclasses import dataclass
from random import Random

from chassis import clock
from tests.service.okr.at_once import world as worlds
from tests.service.okr.at_once.drawing import Cast
from tests.service.okr.at_once.pairs import Pairs
from tests.service.okr.at_once.stage import Stage
from tests.service.okr.at_once.themes import Draws
from tests.service.okr.at_once.together import ZONE, Counts, Together, drawn


@dataclass(frozen=True)
class Walk:
    """Of what a cast may do, by how often it is drawn."""

    stage: Stage
    cast: Cast
    rnd: Random
    draws: Draws

    async def steps(self, number: int) -> Counts:
        """Raises NeitherOrder."""
        together = Together(self.stage)
        world = await worlds.read(self.stage.watch)
        for _ in range(number):
            pairs = Pairs(self.rnd, self.cast, self.draws, clock.today(ZONE))
            world = await together.hold(world, pairs.draw(world), drawn(self.rnd))
        return together.counts
