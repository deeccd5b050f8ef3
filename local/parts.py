"""Embedded parts as steps of a start: prepare on disk, launch, wait until ready."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Protocol

from local.problems import LocalProblem, disk_full
from local.processes import Child, tail
from local.steps import Step, run

PATIENCE_SECONDS = 60.0
PREPARED = "prepared"


class Part(Protocol):
    """Kafka, PostgreSQL or the identity provider, as a process of its own."""

    child: Child | None

    @property
    def name(self) -> str: ...

    def prepare(self) -> None:
        """What must be on disk before it runs. May take long; safe in any thread."""

    def launch(self, log: Path) -> Child:
        """Starts the process. Quick; only in a thread that lives as long as the process."""

    def is_ready(self) -> bool: ...

    def stop(self) -> None: ...


def steps_of(part: Part, launch: Callable[[], object]) -> list[Step]:
    """The last one is called as the part is."""
    prepared = f"{part.name} {PREPARED}"
    return [
        Step(prepared, then=part.prepare),
        Step(
            part.name,
            (prepared,),
            first=launch,
            then=partial(wait_until_ready, part, PATIENCE_SECONDS),
        ),
    ]


def start(parts: Sequence[Part], logs: Path) -> None:
    """Starts all of them; if one fails, stops the others and says why."""
    steps = [
        step
        for part in parts
        for step in steps_of(part, partial(part.launch, logs / f"{part.name}.log"))
    ]
    run(steps, give_up=partial(stop, parts))


def stop(parts: Sequence[Part]) -> None:
    if parts:
        with ThreadPoolExecutor(len(parts)) as pool:
            list(pool.map(lambda part: part.stop(), parts))


def wait_until_ready(part: Part, patience: float) -> None:
    deadline = time.monotonic() + patience
    while not part.is_ready():
        if part.child and part.child.exit_code() is not None:
            raise _ended(part, part.child.log)
        if time.monotonic() > deadline:
            raise LocalProblem(f"{part.name} was not ready within {patience:.0f} s.")
        time.sleep(0.05)


def _ended(part: Part, log: Path) -> LocalProblem:
    said = tail(log)
    if "No space left on device" in said:
        return disk_full(log)
    return LocalProblem(f"{part.name} ended while starting; its log {log} says:\n{said}")
