"""Sends commands until they are answered, and keeps what was acknowledged in a ledger."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx

from local.graph import SERVICE_NAMES
from local.throwaway_system import ThrowAwaySystem
from tests.fire.ledger import Acknowledged, Ledger
from tests.fire.locks import Holder, Lock
from tests.system.agency import until

TOKEN_LIVES = 300.0
ABREAST = 4
AGAIN = ("busy", "not-here-yet")


@dataclass(frozen=True)
class Command:
    """A request that changes something; `version` is that of If-Match, which grows by `steps`.

    `locks` say, for each role that writes because of it, a lock which this writing waits for.
    `also` is what it leads to besides, which the answer to the same sent again does not say.
    `told`: events tell of it.
    """

    name: str
    service: str
    who: str
    method: str
    path: str
    body: Any = None
    key: str | None = None
    version: int | None = None
    locks: Mapping[Holder, Lock] = field(default_factory=dict)
    steps: int = 1
    also: tuple[str, ...] = ()
    told: bool = True

    def __str__(self) -> str:
        return f"{self.name} {self.path}"


Learn = Callable[[Acknowledged], None]
"""Takes in what was answered."""
Choice = tuple[Command, Learn]


class Sending(threading.Thread):
    """One request under way, whose answer may get lost."""

    def __init__(self, client: "Client", command: Command) -> None:
        super().__init__(name=f"sends {command}")
        self._client, self._command = client, command
        self.answer: httpx.Response | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self._client.attempt(self._command)
        except httpx.TransportError:
            self.answer = None


class Asking(threading.Thread):
    """A question that may get no answer."""

    def __init__(self, client: "Client", service: str) -> None:
        super().__init__(name=f"asks {service}")
        self._client, self._service = client, service

    def run(self) -> None:
        with suppress(httpx.TransportError):
            self._client.ask(self._service)


class Burst:
    """Commands that are sent side by side; none of them needs what another does."""

    def __init__(self, client: "Client", commands: Sequence[Command]) -> None:
        self._client, self._commands = client, commands
        self._pool = ThreadPoolExecutor(ABREAST)
        self._answers = [self._pool.submit(client.answer, command) for command in commands]

    @property
    def answered(self) -> int:
        """How many have their answers."""
        return sum(answer.done() for answer in self._answers)

    def keep(self) -> list[Acknowledged]:
        """All that was acknowledged, once all was, in the order of the commands."""
        self._pool.shutdown()
        told = [answer.result() for answer in self._answers]
        return [
            self._client.keep(command, answer, lost=lost)
            for command, (answer, lost) in zip(self._commands, told, strict=True)
        ]


class Client:
    """A client of a system's APIs, as good ones are: what has no answer is sent again."""

    def __init__(self, system: ThrowAwaySystem, ledger: Ledger) -> None:
        self._system = system
        self._ledger = ledger
        self._http = httpx.Client(timeout=30, transport=httpx.HTTPTransport(retries=0))
        self._tokens: dict[str, tuple[float, str]] = {}
        self.questions: dict[str, tuple[str, str]] = {}
        """For each service a caller, and the path of something to ask for."""

    def close(self) -> None:
        self._http.close()

    def attempt(self, command: Command) -> httpx.Response:
        """One request. Raises httpx.TransportError where the answer is lost."""
        url = self._system.apis[command.service] + command.path
        return self._http.request(
            command.method, url, json=command.body, headers=self.headers(command)
        )

    def headers(self, command: Command) -> dict[str, str]:
        """Those of a command's request."""
        headers = self._headers(command.who)
        if command.key is not None:
            headers["Idempotency-Key"] = command.key
        if command.version is not None:
            headers["If-Match"] = f'"{command.version}"'
        return headers

    def _headers(self, who: str) -> dict[str, str]:
        made, token = self._tokens.get(who, (0.0, ""))
        if not token or time.monotonic() - made > TOKEN_LIVES:
            token = self._system.token(who)
            self._tokens[who] = (time.monotonic(), token)
        return {"Authorization": f"Bearer {token}"}

    def do(self, command: Command, *, lost: bool = False) -> Acknowledged:
        """Send it, again and again where the answer is lost, and keep what was acknowledged.

        `lost`: it was sent before, and had no answer.
        """
        answer, lost = self.answer(command, lost=lost)
        return self.keep(command, answer, lost=lost)

    def answer(self, command: Command, *, lost: bool = False) -> tuple[httpx.Response, bool]:
        """The answer that it got in the end, and whether one was lost before."""
        told = lost

        def answered() -> httpx.Response | None:
            nonlocal told
            try:
                answer = self.attempt(command)
            except httpx.TransportError:
                told = True
                return None
            again = answer.status_code == 503 and answer.json().get("code") in AGAIN
            return None if again else answer

        return until(answered, f"an answer to {command}"), told

    def keep(self, command: Command, answer: httpx.Response, *, lost: bool) -> Acknowledged:
        """Note an answer. Raises AssertionError when the command was refused."""
        state, versions = _told(command, answer, lost=lost)
        acknowledged = Acknowledged(
            name=command.name,
            service=command.service,
            who=command.who,
            method=command.method,
            path=command.path,
            body=command.body,
            key=command.key,
            status=answer.status_code,
            answer=state,
            versions=tuple(versions),
            lost_at_first=lost,
        )
        self._ledger.add(acknowledged)
        return acknowledged

    def ask(self, service: str, after: Sequence[str] = ()) -> httpx.Response:
        """An answer of a service that has got as far as `after`. Raises httpx's errors."""
        who, path = self.questions[service]
        headers = self._headers(who)
        if after:
            headers["Soihtu-After"] = ", ".join(after)
        return self._http.get(self._system.apis[service] + path, headers=headers)

    def reach(self, versions: Sequence[str], services: Sequence[str] = SERVICE_NAMES) -> None:
        """Returns once services have got as far as `versions`, at most 200."""
        for service in services:
            until(partial(self._has_reached, service, versions), f"{versions} in {service}")

    def _has_reached(self, service: str, versions: Sequence[str]) -> bool:
        try:
            return self.ask(service, versions).is_success
        except httpx.TransportError:
            return False


def _told(command: Command, answer: httpx.Response, *, lost: bool) -> tuple[Any, list[str]]:
    """The state that a command led to, and what it reached."""
    also = command.also if lost else ()
    if answer.is_success:
        state, said = answer.json(), answer.headers.get("soihtu-version", "")
        return state, list(dict.fromkeys([*_listed(said), *_beside(command, state), *also]))
    if lost and answer.status_code == 412 and command.version is not None:
        # It was done the first time: nobody else changes what this client changes.
        state, version = answer.json()["current"], answer.json()["current_version"]
        if version == command.version + command.steps:
            return state, [f"{_subject(command, state)}@{version}", *also]
    raise AssertionError(f"{command}: {answer.status_code} {answer.text}")


def _listed(said: str) -> list[str]:
    return [it for it in said.split(", ") if it]


def _beside(command: Command, state: Any) -> list[str]:
    """What an answer says in its body alone: rows of many values, and what no event tells of."""
    if command.name == "put_machine_values":
        refused = [it for it in state["results"] if it["problem"]]
        if refused:
            raise AssertionError(f"{command}: {refused}")
        return [it["reached"] for it in state["results"]]
    silent = command.name.endswith("_candidacy")
    return [f"{_subject(command, state)}@{state['version']}"] if silent else []


KINDS = {
    "correct_check_in": "check-ins", "correct_retro": "retros", "change_person": "people",
    "change_pillar": "pillars", "reword_remark": "remarks", "change_strategy": "strategies",
    "publish_strategy": "strategies", "amend_strategy": "strategies",
    "accept_candidacy": "candidacies", "decline_candidacy": "candidacies",
}  # fmt: skip
"""What commands change; all others objectives."""


def _subject(command: Command, state: Any) -> str:
    if command.name == "move_team_cycle":
        return f"team-cycles/{state['team']}/{state['cycle']}"
    return f"{KINDS.get(command.name, 'objectives')}/{state['id']}"
