"""The process behind `soihtu up`: starts the system, keeps it running, and ends with it."""

import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any, NoReturn

from local.addresses import given, service_settings, shared_settings
from local.files import write_private
from local.graph import SERVICE_NAMES, Ports
from local.guard import Guard
from local.home import Home, find_home
from local.keeping import Kept
from local.logs import shorten
from local.parts import PREPARED
from local.ports import is_free
from local.problems import (
    MEBIBYTE,
    LocalProblem,
    disk_full,
    disk_full_explained,
    free_bytes,
    issuer_port_taken,
    port_taken,
)
from local.processes import Trace, end_traces
from local.system import System

TICK_SECONDS = 0.2
LEAST_FREE_BYTES = 512 * MEBIBYTE
ANOTHER_RUNS = 3
SECURE = "SOIHTU_SECURE"
"""Set where the embedded Kafka is to be guarded; one that ever was stays so."""


class Supervisor:
    """Runs one system, and keeps its state file true."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._phase = "starting"
        self._message = ""
        self._failure = ""
        self._done: list[str] = []
        self._written = ""
        self._system: System | None = None

    def run(self) -> None:
        """Until it is told to stop. Raises `LocalProblem` if the system does not start."""
        try:
            with disk_full_explained(self._home.folder):
                self._start()
                self._keep()
        except LocalProblem as problem:
            self._fail(str(problem))
            raise

    def _start(self) -> None:
        end_traces(recorded(self._home.state()))
        self._write()
        check_disk(self._home)
        ports = self._home.choose_ports(os.environ)
        system = System(
            self._home,
            ports,
            given(os.environ),
            shared_settings(os.environ),
            self._say,
            guard=guard_of(self._home, os.environ),
        )
        check_ports(system.needed_ports(), ports, started_before=self._home.ports_file.exists())
        self._home.keep_ports(ports)
        self._system = system
        system.start(tick=self._tick_starting, done=self._note)
        self._keep_environments(system)
        self._phase = "ready"
        self._write()

    def _keep_environments(self, system: System) -> None:
        addresses, more = system.addresses(), system.administration()
        told = {name: service_settings(addresses, name) | more for name in SERVICE_NAMES}
        write_private(self._home.environments_file, json.dumps(told))

    def _tick_starting(self) -> None:
        # Parts are left alone: one that ends while starting is a failure to tell, not to retry.
        if self._system:
            self._system.roles.tick()
        self._write()

    def _keep(self) -> None:
        assert self._system
        while True:
            self._hold(self._system)
            self._system.parts.tick()
            self._system.roles.tick()
            # A full disk stops what writes to it, not the processes that still answer.
            with suppress(OSError):
                self._write()
                for log in self._home.logs.glob("*.log"):
                    shorten(log)
            time.sleep(TICK_SECONDS)

    def _hold(self, system: System) -> None:
        """Stop the roles that an operation wants stopped, and start them when it is done."""
        held = self._home.held()
        for kept in system.roles.all:
            if kept.wanted and kept.name in held:
                system.roles.stop(kept.name)
            elif not kept.wanted and kept.name not in held:
                system.roles.launch(kept.name)

    def _say(self, message: str) -> None:
        self._message = message

    def _note(self, step: str) -> None:
        if not step.endswith(PREPARED):
            self._done.append(step)
        self._write()

    def stop(self) -> None:
        self._phase = "stopping"
        self._write()
        if self._system:
            self._system.stop()
        self._home.state_file.unlink(missing_ok=True)

    def _fail(self, sentence: str) -> None:
        self._phase, self._failure = "failed", sentence
        if self._system:
            self._system.stop()
        with suppress(OSError):
            self._write()

    def _write(self) -> None:
        text = json.dumps(self._state())
        if text != self._written:
            write_private(self._home.state_file, text)
            self._written = text

    def _state(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "phase": self._phase,
            "message": self._message,
            "failure": self._failure,
            "done": self._done,
            "supervisor": asdict(Trace.of(os.getpid())),
        }
        if not self._system:
            return told | {"parts": [], "roles": []}
        running = self._system.running()
        return told | {
            "kafka": dict(running.kafka),
            "issuer": running.issuer,
            "apis": dict(running.apis),
            "topic_prefix": running.topic_prefix,
            "parts": [_process(kept) for kept in self._system.parts.all],
            "roles": [self._role(kept) for kept in self._system.roles.all],
        }

    def _role(self, kept: Kept) -> dict[str, Any]:
        assert self._system
        instance = self._system.roles.instances[kept.name]
        return {
            "service": instance.service,
            "role": instance.role,
            "instance": instance.number,
            "address": instance.address,
            "operations_port": instance.operations_port,
            **_process(kept),
        }


def _process(kept: Kept) -> dict[str, Any]:
    trace = kept.child.trace if kept.child else Trace(0, 0.0)
    return {
        "name": kept.name,
        "pid": trace.pid,
        "started": trace.started,
        "running": kept.runs,
        "restarts": kept.restarts,
    }


def recorded(state: dict[str, Any]) -> list[Trace]:
    """What an earlier supervisor had started: roles first, then what they stand on."""
    processes = [*state.get("roles", []), *state.get("parts", [])]
    return [Trace(process["pid"], process["started"]) for process in processes if process["pid"]]


def guard_of(home: Home, environment: Mapping[str, str]) -> Guard | None:
    """That of the embedded Kafka. Raises `LocalProblem` where there is none to guard."""
    guard, wanted = Guard(home.part("kafka") / "guard"), environment.get(SECURE)
    if wanted and environment.get("SOIHTU_KAFKA"):
        raise LocalProblem(
            "--secure is for the Kafka that is started here. A given one is reached as"
            " SOIHTU_KAFKA_SECURITY and its kin say."
        )
    return guard if wanted or guard.stood else None


def check_disk(home: Home) -> None:
    if free_bytes(home.folder) < LEAST_FREE_BYTES:
        raise disk_full(home.folder)


def check_ports(
    needed: Iterable[tuple[int, str]],
    ports: Ports,
    *,
    started_before: bool,
    free: Callable[[int], bool] = is_free,
) -> None:
    for port, purpose in needed:
        if free(port):
            continue
        if port == ports.identity and started_before:
            raise issuer_port_taken(port)
        raise port_taken(port, purpose, ports.base)


def _end(*_: object) -> NoReturn:
    # A second signal must not cut the orderly end short.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise SystemExit(0)


def main() -> int:
    home = find_home()
    with home.only_one() as alone:
        if not alone:
            return ANOTHER_RUNS
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, _end)
        supervisor = Supervisor(home)
        try:
            supervisor.run()
        except LocalProblem as problem:
            sys.stderr.write(f"{problem}\n")
            return 1
        except SystemExit:
            supervisor.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
