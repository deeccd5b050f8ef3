"""Starts roles by forking them from a zygote, and keeps them as processes of its own."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from local.addresses import ROOT, Addresses, outside_environment, role_environment
from local.graph import Instance
from local.processes import Running, Trace
from local.roles import Roles


class Zygote:
    """The parent of forked roles; it and they end with the process that started it."""

    def __init__(self) -> None:
        attach = [sys.executable, "-I", "-S", str(ROOT / "local" / "attached.py")]
        program = [sys.executable, "-m", "tests.fire.zygote"]
        self._process = subprocess.Popen(
            [*attach, str(os.getpid()), str(int(signal.SIGKILL)), "-", *program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=outside_environment(),
            start_new_session=True,
        )
        self._lock = threading.Lock()
        threads = self._heard()["threads"]
        if threads != 1:
            raise AssertionError(f"the zygote has {threads} threads: what it forks may hang")

    def fork(
        self, instance: Instance, log: Path, environment: Mapping[str, str], run: str | None
    ) -> "ForkedChild":
        """A role in a process of its own; `run` names what runs it in place of chassis.roles."""
        log.parent.mkdir(parents=True, exist_ok=True)
        made = self.ask(
            "fork", service=instance.service, role=instance.role, log=str(log),
            environment=dict(environment), run=run,
        )  # fmt: skip
        return ForkedChild(self, made["pid"])

    def ask(self, do: str, **what: Any) -> Any:
        """One request and its answer."""
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps({"do": do, **what}) + "\n")
            self._process.stdin.flush()
            return self._heard()

    def _heard(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the zygote ended with {self._process.wait()}")
        return json.loads(line)

    def close(self) -> None:
        """Ends it; children that still run end with it."""
        self._process.kill()
        self._process.communicate()


class ForkedChild:
    """A process that another one forked, in a process group of its own."""

    def __init__(self, zygote: Zygote, pid: int) -> None:
        self._zygote = zygote
        self._code: int | None = None
        self.trace = Trace.of(pid)

    @property
    def pid(self) -> int:
        return self.trace.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        if self._code is None:
            self._code = self._zygote.ask("exit-code", pid=self.pid)["code"]
        return self._code

    def send(self, number: signal.Signals) -> None:
        if self.exit_code() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends the whole group at once, and waits for it."""
        if self.exit_code() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
            self._wait(60)

    def stop(self, patience: float = 15.0) -> None:
        """Asks it to end, then ends what is left of it."""
        self.send(signal.SIGTERM)
        self._wait(patience)
        self.kill()

    def _wait(self, patience: float) -> None:
        deadline = time.monotonic() + patience
        while self.exit_code() is None and time.monotonic() < deadline:
            time.sleep(0.005)


class ForkedRoles(Roles):
    """Roles from a zygote; a role in `sabotage` (`okr-relay`) is run by the function it names."""

    def __init__(
        self,
        instances: Sequence[Instance],
        addresses: Callable[[], Addresses],
        logs: Path,
        *,
        zygote: Zygote,
        sabotage: Mapping[str, str],
        own: Mapping[str, str],
    ) -> None:
        """`own` are settings of the roles alone, as the address of a proxy."""
        super().__init__(instances, addresses, logs)
        self._zygote = zygote
        self._sabotage = sabotage
        self._own = own

    def add_instance(self, instance: Instance) -> None:
        """One more process of a role, not started."""
        self.instances[instance.name] = instance
        self.add(instance.name, partial(self._start, instance))

    def _start(self, instance: Instance) -> Running:
        return self._zygote.fork(
            instance,
            self.log_of(instance.name),
            {**role_environment(self._addresses(), instance), **self._own},
            self._sabotage.get(f"{instance.service}-{instance.role}"),
        )
