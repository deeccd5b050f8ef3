"""The roles of the services as processes, each with its environment, its log and its readiness."""

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from local.addresses import ROOT, Addresses, role_environment
from local.graph import Instance
from local.keeping import Keeper
from local.probe import readiness
from local.problems import LocalProblem
from local.processes import Child, Running, tail

GIVE_UP_AFTER_EXITS = 4


class Roles(Keeper):
    """The processes of one system's roles, by the names of their instances."""

    def __init__(
        self, instances: Sequence[Instance], addresses: Callable[[], Addresses], logs: Path
    ) -> None:
        super().__init__()
        self.instances = {instance.name: instance for instance in instances}
        self._addresses = addresses
        self._logs = logs
        for instance in instances:
            self.add(instance.name, partial(self._start, instance))

    def _start(self, instance: Instance) -> Running:
        return Child(
            [sys.executable, "-m", f"services.{instance.service}", instance.role],
            log=self.log_of(instance.name),
            environment=role_environment(self._addresses(), instance),
            folder=ROOT,
        )

    def log_of(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def is_ready(self, name: str) -> bool:
        kept = self.of(name)
        return kept.runs and readiness(self.instances[name].operations_port).ready

    def has_started(self, name: str) -> bool:
        """Whether it is ready, or as ready as it can be before an operator acts."""
        kept = self.of(name)
        told = readiness(self.instances[name].operations_port)
        return kept.runs and (told.ready or told.waits_for_an_operator)

    def wait_until_ready(self, name: str, patience: float = 60.0) -> None:
        kept = self.of(name)
        deadline = time.monotonic() + patience
        while kept.wanted and not self.has_started(name):
            if kept.exits >= GIVE_UP_AFTER_EXITS:
                raise self._failed(name, "kept ending while starting")
            if time.monotonic() > deadline:
                raise self._failed(name, f"was not ready within {patience:.0f} s")
            time.sleep(0.1)

    def _failed(self, name: str, what: str) -> LocalProblem:
        reasons = "; ".join(readiness(self.instances[name].operations_port).reasons)
        log = self.log_of(name)
        return LocalProblem(f"{name} {what} ({reasons}); its log {log} ends with:\n{tail(log)}")
