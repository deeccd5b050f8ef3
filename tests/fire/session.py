"""A run of kills on one system, as its seed has it: commands, seams, and rest between them."""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial

from local.problems import LocalProblem
from local.processes import tail
from local.throwaway import ThrowAwayParts
from tests.fire.client import Burst, Choice, Client, Command
from tests.fire.forking import Zygote
from tests.fire.ledger import Acknowledged, Ledger
from tests.fire.mix import Mix
from tests.fire.oracle import Verdict, check
from tests.fire.proxy import KafkaProxy
from tests.fire.rest import Rest
from tests.fire.seams import SEAMS
from tests.fire.stage import Stage
from tests.fire.system import FireSystem
from tests.fire.world import World

MOST_HITS = 3
MOST_WHILE_AWAY = 2
IN_A_BURST = 12
BURSTS = 0.3
"""How likely it is that much is to be done while a role is away."""
AT_ONCE = 20
"""Commands whose versions are asked for together; a request names at most 200."""


@dataclass
class Result:
    """What came of a session."""

    seed: str
    kills: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    verdict: Verdict | None = None
    failed: str | None = None
    """What was waited for in vain, or went wrong otherwise, and where everything stood then."""

    @property
    def holds(self) -> bool:
        """Whether all went well."""
        return self.failed is None and self.verdict is not None and self.verdict.holds

    @property
    def complaints(self) -> tuple[str, ...]:
        """What did not."""
        judged = self.verdict or Verdict()
        found = (*judged.lost, *judged.doubled, *map(str, judged.differences))
        return (*([self.failed] if self.failed else []), *found)


class SomethingFound(Exception):
    """A watchful session goes on no longer than to its first bad verdict."""


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
        tell: Callable[[str], object] = lambda _: None,
        watchful: bool = False,
    ) -> None:
        """`watchful`: the line is judged whenever it is at rest, until something is found."""
        self._watchful = watchful
        self.result = Result(seed)
        self._tell = tell
        self._reached = 0
        self._doing = "the beginning"
        self._chance = random.Random(seed)
        self.system = FireSystem(parts, zygote, proxy, sabotage=sabotage)

    def run(self, kills: Sequence[tuple[str, str]]) -> Result:
        """Kill at each of these seams and roles, and judge the line once it is at rest."""
        try:
            self.system.start_all()
            with (
                closing(Client(self.system, self.result.ledger)) as client,
                closing(Rest(self.system)) as rest,
            ):
                self._run(client, rest, kills)
        finally:
            self.system.stop_all()
        return self.result

    def _run(self, client: Client, rest: Rest, kills: Sequence[tuple[str, str]]) -> None:
        try:
            self._begin(client, rest)
            for seam, role in kills:
                self._kill(seam, role)
            self._rest.wait_until_told()
            self._judge()
        except SomethingFound:
            return
        except (AssertionError, LocalProblem) as error:
            self.result.failed = self._report(error, rest)
            if self._watchful:
                self._judge()

    def _report(self, error: Exception, rest: Rest) -> str:
        said = f"seed {self.result.seed}, kill {self.result.kills + 1}, {self._doing}: {error}"
        logs = [
            f"{name}: {line}"
            for name in self.system.forked.instances
            for line in tail(self.system.forked.log_of(name), 3).splitlines()
        ]
        return "\n".join([said, rest.report(), *logs])

    def _judge(self) -> Verdict:
        self.result.verdict = check(self.system, self.result.ledger, posted=self.system.posted)
        return self.result.verdict

    def _begin(self, client: Client, rest: Rest) -> None:
        self._client, self._rest = client, rest
        self._stage = Stage(self.system, rest, client, self._do_named, self._burst)
        self._world = World(client, self.system.running.issuer)
        self._mix = Mix(self._world, self._chance)
        self._world.begin()
        self._come_to_rest()

    def _kill(self, name: str, role: str) -> None:
        seam, hit = SEAMS[name], self._chance.randint(1, MOST_HITS)
        command, learn = self._until_led(partial(seam.leads, role), hit)
        self._come_to_rest()
        self._doing = f"{name} of {role} at hit {hit}: {command.name}"
        self._tell(f"{self._doing}\n")
        told = seam.hold(self._stage, role, command)
        self.result.kills += 1
        if role == "notifications-worker":
            self.result.ledger.sent_again.update(self._stage.being_mailed())
            self._stage.end_leases()
        if told:
            learn(told)
            self._go_on(role)
        self.system.launch(role)
        if not told:
            learn(self._client.do(command, lost=True))
        self._come_to_rest()
        self.system.wait_until_ready(role)

    def _until_led(self, leads: Callable[[Command], bool], hit: int) -> Choice:
        """Do commands until so many of them lead to a seam; the last of those is not done yet."""
        while True:
            choice = self._mix.next()
            hit -= leads(choice[0])
            if not hit:
                return choice
            self._do(choice)

    def _go_on(self, away: str) -> None:
        """Commands that are taken while a role is away."""
        if self._chance.random() < BURSTS and not away.endswith("-api"):
            self._burst()
        for _ in range(self._chance.randint(0, MOST_WHILE_AWAY)):
            self._do(self._mix.next(lambda it: f"{it.service}-api" != away))

    def _do(self, choice: Choice) -> Acknowledged:
        command, learn = choice
        told = self._client.do(command)
        learn(told)
        return told

    def _do_named(self, name: str) -> Acknowledged:
        return self._do(self._mix.next(lambda it: it.name == name))

    def _burst(self, meanwhile: Callable[[Burst], None] = lambda _: None) -> None:
        choices = self._mix.apart(IN_A_BURST)
        burst = Burst(self._client, [command for command, _ in choices])
        try:
            meanwhile(burst)
        finally:
            told = burst.keep()
        for (_, learn), acknowledged in zip(choices, told, strict=True):
            learn(acknowledged)

    def _come_to_rest(self) -> None:
        self._rest.wait()
        if self._watchful and not self._judge().holds:
            raise SomethingFound
        self._world.at_rest()
        new = self.result.ledger.commands[self._reached :]
        for start in range(0, len(new), AT_ONCE):
            some = new[start : start + AT_ONCE]
            self._client.reach([version for it in some for version in it.versions])
        self._reached += len(new)
