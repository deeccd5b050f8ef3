"""A rolling restart of every role, under load: nothing is lost, and nobody is answered 5xx."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, closing
from typing import Any

import httpx
import pytest

from local.graph import SERVICES, Instance
from local.ports import free_port
from local.throwaway import ThrowAwayParts
from tests.fire.balancer import Balancer
from tests.fire.client import Client, Command
from tests.fire.forking import Zygote
from tests.fire.ledger import Ledger
from tests.fire.mix import Mix
from tests.fire.oracle import check
from tests.fire.proxy import KafkaProxy
from tests.fire.rest import Rest
from tests.fire.system import FireSystem
from tests.fire.world import World
from tests.system.agency import until

pytestmark = pytest.mark.fire

ROLES = [f"{service.name}-{role}" for service in SERVICES for role in service.roles]
DRAIN = 5
AT_LEAST = 20
"""Commands that are answered while one role after the other is started anew."""


class PairSystem(FireSystem):
    """Every role twice; clients reach the APIs through balancers."""

    def start_all(self) -> None:
        super().start_all()
        self._pairs: dict[str, Balancer] = {}
        for role in ROLES:
            self._start_second(role)
        for service in SERVICES:
            pair = [self.forked.instances[f"{service.name}-api-{number}"] for number in (0, 1)]
            self._pairs[service.name] = Balancer(pair)

    def stop_all(self) -> None:
        for balancer in self._pairs.values():
            balancer.close()
        super().stop_all()

    @property
    def apis(self) -> Mapping[str, str]:
        return {service: balancer.address for service, balancer in self._pairs.items()}

    def _start_second(self, role: str) -> None:
        service, _, kind = role.partition("-")
        port = free_port() if kind == "api" else None
        instance = Instance(service, kind, 1, free_port(), port)
        self.forked.add_instance(instance)
        self.start(instance.name)

    def restart(self, name: str) -> int | None:
        """Let one process drain, and start it anew; gives how it ended."""
        self.stop(name)
        child = self.forked.of(name).child
        ended = child.exit_code() if child else None
        self.start(name)
        return ended


class Watched(Client):
    """Counts what each request was answered; the lost ones under 0."""

    def __init__(self, system: PairSystem, ledger: Ledger) -> None:
        super().__init__(system, ledger)
        self.statuses: Counter[int] = Counter()

    def attempt(self, command: Command) -> httpx.Response:
        return self._counted(super().attempt, command)

    def ask(self, service: str, after: Any = ()) -> httpx.Response:
        return self._counted(super().ask, service, after)

    def _counted(self, send: Any, *what: Any) -> httpx.Response:
        try:
            answer: httpx.Response = send(*what)
        except httpx.TransportError:
            self.statuses[0] += 1
            raise
        self.statuses[answer.status_code] += 1
        return answer

    @property
    def unserved(self) -> dict[int, int]:
        """What no caller should see."""
        return {it: count for it, count in self.statuses.items() if it == 0 or it >= 500}


def _needs_no_rest(command: Command) -> bool:
    """A team that moves to and fro would have to wait for checkins to learn of it."""
    return command.name != "move_team_cycle"


class Load(threading.Thread):
    """Sends commands one after the other, and questions between them, until told to end."""

    def __init__(self, client: Watched, mix: Mix) -> None:
        super().__init__(name="load")
        self._client, self._mix = client, mix
        self._ending = threading.Event()
        self.answered = 0
        self.failed: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            while not self._ending.is_set():
                command, learn = self._mix.next(_needs_no_rest)
                learn(self._client.do(command))
                self.answered += 1
                for service in self._client.questions:
                    self._client.ask(service)
        except BaseException as error:
            self.failed = error

    def goes_on(self, more: int) -> None:
        """Returns once so many more commands were answered."""
        goal = self.answered + more
        until(lambda: self.answered >= goal or self.failed is not None, "answers to commands")

    def end(self) -> None:
        self._ending.set()
        self.join()
        if self.failed:
            raise self.failed


def test_a_rolling_restart_loses_nothing_and_answers_no_5xx(
    parts: ThrowAwayParts, zygote: Zygote, proxy: KafkaProxy
) -> None:
    system = PairSystem(parts, zygote, proxy, settings={"SOIHTU_DRAIN": str(DRAIN)})
    ledger = Ledger()
    with ExitStack() as after:
        after.callback(system.stop_all)
        system.start_all()
        client = after.enter_context(closing(Watched(system, ledger)))
        rest = after.enter_context(closing(Rest(system)))
        world = World(client, system.running.issuer)
        world.begin()
        rest.wait()
        world.at_rest()
        load = Load(client, Mix(world, random.Random("rolling")))
        try:
            ended = {}
            for name in [f"{role}-{number}" for number in (0, 1) for role in ROLES]:
                ended[name] = system.restart(name)
                load.goes_on(AT_LEAST)
        finally:
            load.end()
        rest.wait()
        assert set(ended.values()) == {0}, ended
        assert client.unserved == {}
        verdict = check(system, ledger)
        assert verdict.holds, verdict
