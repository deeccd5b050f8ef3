"""A whole line under load, watched from outside while one of the parts it stands on is away."""

import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx

from local.graph import SERVICES
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem
from tests.fire.client import Choice, Client, Command
from tests.fire.ledger import Ledger
from tests.fire.mix import Mix
from tests.fire.oracle import check
from tests.fire.rest import Rest
from tests.fire.world import World
from tests.system.agency import until

ROLES = tuple(f"{service.name}-{role}" for service in SERVICES for role in service.roles)
APIS = tuple(role for role in ROLES if role.endswith("-api"))
RELAYS = tuple(role for role in ROLES if role.endswith("-relay"))
OF_KAFKA = tuple(role for role in ROLES if role not in APIS)

TOLD_WITHIN = 12.0
"""Seconds within which a role says that a part of it is away: it asks every five, and waits."""
BACK_WITHIN = 90.0
"""Seconds after which a line that is not back would not come back: restarts wait ever longer."""
IN_A_ROW = 5
STEADY = 50
"""Answers in a row by which a role is back: more than a relay waits for one of Kafka's."""
LOG_EVERY = 9.5
"""Seconds between lines of one reason, less what a clock may be read apart."""
PLACE = "move_team_cycle"
LOST = "database-unavailable"
OVERTAKEN = ("key-result-dropped", "objective-not-agreed")
"""Why checkins refuses what was to be said before okr heard otherwise."""
AGAIN = ("busy", "not-here-yet", "overloaded", "too-many-requests")


@dataclass(frozen=True)
class Seen:
    """What a role's operations port answered between two moments; None: no answer."""

    asked: float
    told: float
    live: int | None
    ready: int | None
    reasons: tuple[str, ...] = ()


class Watch(threading.Thread):
    """Asks one role, again and again, whether it lives and is ready."""

    def __init__(self, address: str, ended: threading.Event) -> None:
        super().__init__(name=f"watches {address}", daemon=True)
        self._address = address
        self._ended = ended
        self.seen: list[Seen] = []

    def run(self) -> None:
        with httpx.Client(timeout=5) as client:
            while not self._ended.wait(0.1):
                self.seen.append(self._look(client))

    def _look(self, client: httpx.Client) -> Seen:
        asked = time.monotonic()
        try:
            live = client.get(f"{self._address}/health/live").status_code
            ready = client.get(f"{self._address}/health/ready")
        except httpx.TransportError:
            return Seen(asked, time.monotonic(), None, None)
        reasons = tuple(ready.json()["reasons"])
        return Seen(asked, time.monotonic(), live, ready.status_code, reasons)


class Load(threading.Thread):
    """One client that sends command after command, and each again until it is answered."""

    def __init__(self, client: Client, mix: Mix) -> None:
        super().__init__(name="load", daemon=True)
        self._client = client
        self._mix = mix
        self._ended = threading.Event()
        self._put_off: list[Choice] = []
        self.avoid = ""
        """A service whose commands wait until this is another."""
        self.done: Counter[str] = Counter()
        self.not_done: Counter[str] = Counter()
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._ended.wait(0.02):
                if self._may_catch_up():
                    self._catch_up()
                else:
                    self._send(self._chosen())
            while self._put_off:
                self._catch_up()
        except BaseException as error:
            self.failed = error

    def _may_catch_up(self) -> bool:
        return bool(self._put_off) and self._put_off[-1][0].service != self.avoid

    def _catch_up(self) -> None:
        """Send again what waited, unless what was done elsewhere meanwhile has overtaken it."""
        self._send(self._put_off.pop(), overtaken_by=OVERTAKEN)

    def _chosen(self) -> Choice:
        # A team's place goes there and back faster than others may learn of it.
        return self._mix.next(
            lambda command: command.service != self.avoid and command.name != PLACE
        )

    def _send(self, choice: Choice, overtaken_by: Collection[str] = ()) -> None:
        command, learn = choice
        lost = False
        while True:
            answer, code = self._attempt(command)
            lost = lost or code == LOST
            if answer is not None:
                break
            if command.service == self.avoid:
                self._put_off.append(choice)
                return
            self._ended.wait(0.1)
        if code in overtaken_by:
            return
        learn(self._client.keep(command, answer, lost=lost))
        self.done[command.service] += 1

    def _attempt(self, command: Command) -> tuple[httpx.Response | None, str]:
        """The answer, if there is one, and why not: what has no answer may have been done."""
        try:
            answer = self._client.attempt(command)
        except httpx.TransportError as error:
            self.not_done[type(error).__name__] += 1
            return None, LOST
        code = answer.json().get("code", "") if answer.status_code >= 400 else ""
        if answer.status_code >= 500 or code in AGAIN:
            self.not_done[code] += 1
            return None, code
        return answer, code

    def end(self) -> None:
        self.avoid = ""
        self._ended.set()
        self.join()

    def until_more(self, count: int, *services: str) -> None:
        """Returns when so many more commands of these services were acknowledged, or of all."""

        def done() -> int:
            return sum(self.done[service] for service in services or list(self.done))

        wanted = done() + count

        def enough() -> bool:
            if self.failed:
                raise self.failed
            return done() >= wanted

        until(enough, f"{count} commands; not done: {self.not_done}", BACK_WITHIN)


@dataclass
class Outage:
    """A part was away from `began` to `ended`; what needs it is `affected`, and may say `why`.

    From `began` to `gone` it was on its way: what needs it may say either.
    """

    affected: tuple[str, ...]
    why: frozenset[str]
    may_restart: tuple[str, ...]
    began: float
    gone: float = 0.0
    ended: float = 0.0
    back: float = 0.0

    def is_gone(self) -> None:
        """What was on its way is away from now on."""
        self.gone = time.monotonic()

    def ends(self) -> None:
        """It comes back from now on, and is seen to be there sooner or later."""
        self.ended = time.monotonic()

    def lasts_for(self, seconds: float) -> Callable[[], bool]:
        """Whether it has lasted so long."""
        return lambda: time.monotonic() - self.began > seconds


@dataclass
class Line:
    """A system of its own, a client of it, and all that it said of itself."""

    parts: ThrowAwayParts
    ledger: Ledger = field(default_factory=Ledger)

    def __post_init__(self) -> None:
        self.system = ThrowAwaySystem(self.parts, settings={"SOIHTU_LOG_FORMAT": "json"})
        self._unread: dict[str, int] = defaultdict(int)

    def begin(self) -> None:
        self.system.start_all()
        self.client = Client(self.system, self.ledger)
        self._world = World(self.client, self.system.running.issuer)
        self._world.begin()
        self._come_to_rest()
        command, learn = Mix(self._world, random.Random(0)).next(lambda it: it.name == PLACE)
        learn(self.client.do(command))  # one team checks in from now on, one looks back
        self._come_to_rest()

    def end(self) -> None:
        self.client.close()
        self.system.stop_all()

    def _come_to_rest(self) -> None:
        rest = Rest(self.system)
        try:
            rest.wait()
        finally:
            rest.close()
        self._world.at_rest()

    @contextmanager
    def under_load(self, seed: str) -> Iterator[Load]:
        """Commands all along, while the line is watched; in the end it is judged."""
        load = Load(self.client, Mix(self._world, random.Random(seed)))
        with self.watched():
            load.start()
            try:
                load.until_more(20)
                yield load
                load.until_more(20)
            finally:
                load.end()
        self._come_to_rest()
        verdict = check(self.system, self.ledger)
        assert verdict.holds, verdict

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Every role is asked all along what it says of itself; it is ready when this begins."""
        ended = threading.Event()
        self.watches = {role: Watch(self.system.operations(role), ended) for role in ROLES}
        for role, watch in self.watches.items():
            self._unread[role] = len(self.system.log(role))
            watch.start()
        try:
            self._until_ready()
            yield
        finally:
            ended.set()
            for watch in self.watches.values():
                watch.join()

    @contextmanager
    def outage(
        self,
        affected: tuple[str, ...],
        *why: str,
        may_restart: tuple[str, ...] = (),
    ) -> Iterator[Outage]:
        """A part is away within this block, and what stands on it says so; then all is back."""
        reasons = frozenset({*why, "starting"})
        now = time.monotonic()
        outage = Outage(affected, reasons, may_restart, now, gone=now)
        yield outage
        assert outage.ended, "the test brings back what it took away"
        self._until_ready(STEADY)
        outage.back = time.monotonic()

    def until_told(self, outage: Outage) -> None:
        """Returns when everything affected says that it is not ready, and does so all the time."""
        for role in outage.affected:
            self._until_seen(role, lambda it: it.live is not None and it.ready != 200)

    def _until_ready(self, in_a_row: int = IN_A_ROW) -> None:
        for role in ROLES:
            self._until_seen(role, lambda it: it.ready == 200, in_a_row)

    def _until_seen(
        self, role: str, fits: Callable[[Seen], bool], in_a_row: int = IN_A_ROW
    ) -> None:
        seen = self.watches[role].seen

        def found() -> bool:
            return len(seen) >= in_a_row and all(fits(it) for it in seen[-in_a_row:])

        try:
            until(found, role, BACK_WITHIN)
        except AssertionError as error:
            raise AssertionError(f"{error}: {seen[-1:]}\n{self.system.log(role)[-2000:]}") from None

    def untruths(self, outage: Outage) -> list[str]:
        """Where a role said something else of itself than what was so."""
        found = []
        for role in ROLES:
            seen = self.watches[role].seen
            found += [f"{role} said it is dead: {it}" for it in seen if it.live not in (200, None)]
            if role not in outage.may_restart:
                found += [f"{role} did not answer: {it}" for it in seen if it.live is None]
            if role in outage.affected:
                found += _untruths_of_affected(role, seen, outage)
                seen = [it for it in seen if not outage.began <= it.told or it.asked > outage.back]
            found += [f"{role} is ready: {it}" for it in seen if it.live and it.ready != 200]
        return found

    def chatter(self) -> list[str]:
        """Log lines that came too soon after another of the same reason, or are none of ours."""
        return [it for role in ROLES for it in _too_many(role, self._new_lines(role))]

    def _new_lines(self, role: str) -> list[str]:
        return self.system.log(role)[self._unread[role] :].splitlines()


def _untruths_of_affected(role: str, seen: list[Seen], outage: Outage) -> list[str]:
    answers = [it for it in seen if it.asked >= outage.began and it.live is not None]
    first = next((it for it in answers if it.ready != 200), None)
    if first is None or first.asked - outage.gone > TOLD_WITHIN:
        return [f"{role} said nothing, or too late: {first}"]
    known = max(first.asked, outage.gone + (TOLD_WITHIN if outage.gone > outage.began else 0))
    during = [it for it in answers if known <= it.asked and it.told <= outage.ended]
    waiting = [it for it in answers if it.ready != 200 and it.told <= outage.back]
    return [f"{role} is not ready: {it}" for it in during if it.ready == 200] + [
        f"{role} waits for something else: {it}"
        for it in waiting
        if not outage.why.issuperset(it.reasons)
    ]


def _too_many(role: str, lines: list[str]) -> list[str]:
    found: list[str] = []
    times: dict[Any, list[datetime]] = defaultdict(list)
    for line in lines:
        try:
            told = json.loads(line)
        except ValueError:
            found.append(f"{role} says what is no log line: {line}")
            continue
        if told["event"] == "role-ends":
            times.clear()  # what follows is another process
            if "exception" in told:
                found.append(f"{role} ended, and nobody had thought of why: {line}")
        elif told["level"] not in ("debug", "info"):
            reason = (told.get("logger"), told["event"], told.get("reason"))
            times[reason].append(datetime.fromisoformat(told["timestamp"]))
            found += _too_soon(role, reason, times[reason][-2:])
    return found


def _too_soon(role: str, reason: object, times: list[datetime]) -> list[str]:
    return [
        f"{role} says {reason} {(after - before).total_seconds()} s after it did"
        for before, after in pairwise(times)
        if (after - before).total_seconds() < LOG_EVERY
    ]
