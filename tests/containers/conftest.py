"""Containers that all tests here share; what one test changes, it changes back."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.containers.composed import SECURED, Composed, environment
from tests.containers.runbooks import run
from tests.system.agency import Agency

RUN: list[Composed] = []
"""Those that run now; a machine has room for one."""


@contextmanager
def started(made: Composed, heading: str) -> Iterator[Composed]:
    """Built and started as docs/operate.md says, and taken down with all that it kept."""
    answered = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    assert answered.returncode == 0, "these tests need a docker engine with compose"
    for other in RUN:
        other.compose("stop --timeout 20")
    RUN.append(made)
    try:
        run(made, heading)
        yield made
    finally:
        RUN.remove(made)
        made.take_down()
        for other in RUN:
            other.compose("up --detach --wait --no-recreate")


@pytest.fixture(scope="session")
def composed() -> Iterator[Composed]:
    with started(Composed(), "Containers: start") as made:
        yield made


@pytest.fixture(scope="module")
def secured() -> Iterator[Composed]:
    """Where Kafka asks for TLS, a login and rights."""
    made = Composed(environment(COMPOSE_FILE=SECURED))
    with started(made, "Containers: secure the line"):
        yield made


@pytest.fixture
def agency(composed: Composed) -> Iterator[Agency]:
    client = Agency(composed)  # type: ignore[arg-type] # as far as a journey needs one
    yield client
    client.close()
