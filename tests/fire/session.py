"""A run of kills on one system, as its seed has it: commands, seams, and rest between them."""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from local.throwaway import ThrowAwayParts
from tests.fire.client import Client
from tests.fire.forking import Zygote
from tests.fire.ledger import Acknowledged, Ledger
from tests.fire.mix import Choice, Mix
from tests.fire.oracle import Verdict, check
from tests.fire.proxy import KafkaProxy
from tests.fire.rest import Rest
from tests.fire.seams import SEAMS, Stage
from tests.fire.system import FireSystem
from tests.fire.world import World

MOST_BEFORE = 3
MOST_WHILE_AWAY = 2
ALL: tuple[tuple[str, str], ...] = tuple(
    (seam, role) for seam, (_, roles) in SEAMS.items() for role in roles
)
"""Every seam at every role that has it."""


@dataclass
class Result:
    """What came of a session."""

    seed: str
    kills: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    verdict: Verdict | None = None


class Session:
    """One system, its client, and the generator that decides everything."""

    def __init__(
        self,
        parts: ThrowAwayParts,
        zygote: Zygote,
        proxy: KafkaProxy,
        seed: str,
        *,
        sabotage: Mapping[str, str] | None = None,
    ) -> None:
        self.result = Result(seed)
        self._chance = random.Random(seed)
        self.system = FireSystem(parts, zygote, proxy, sabotage=sabotage)

    def run(self, kills: Sequence[tuple[str, str]]) -> Result:
        """Kill at each of these seams and roles, and judge the line once it is at rest."""
        self.system.start_all()
        client = Client(self.system, self.result.ledger)
        rest = Rest(self.system)
        try:
            self._begin(client, rest)
            for seam, role in kills:
                self._kill(seam, role)
            self.result.verdict = check(self.system, self.result.ledger)
        finally:
            rest.close()
            client.close()
            self.system.stop_all()
        return self.result

    def _begin(self, client: Client, rest: Rest) -> None:
        self._client, self._rest = client, rest
        self._stage = Stage(self.system, rest, client)
        self._world = World(client, self.system.running.issuer)
        self._mix = Mix(self._world, self._chance)
        self._world.begin()
        self._come_to_rest()

    def _kill(self, seam: str, role: str) -> None:
        service, _, kind = role.partition("-")
        hit = self._chance.randint(1, MOST_BEFORE)
        for _ in range(hit - 1):
            self._do(self._mix.next())
        command, learn = self._mix.next(lambda it: (service, kind) in it.locks)
        sys.stdout.write(f"{seam} of {role} at hit {hit}: {command}\n")
        self._come_to_rest()
        told = SEAMS[seam][0](self._stage, role, command)
        self.result.kills += 1
        while_away: list[Choice] = []
        self.system.launch(role)
        learn(told or self._client.do(command, lost=True))
        for choice in while_away:
            self._do(choice)
        self._come_to_rest()
        self.system.wait_until_ready(role)

    def _do(self, choice: Choice) -> Acknowledged:
        command, learn = choice
        told = self._client.do(command)
        learn(told)
        return told

    def _come_to_rest(self) -> None:
        self._rest.wait()
        self._world.at_rest()
