"""Containers that all tests here share; what one test changes, it changes back."""

import subprocess
from collections.abc import Iterator

import pytest

from tests.containers.composed import Composed
from tests.containers.runbooks import run
from tests.system.agency import Agency


@pytest.fixture(scope="session")
def composed() -> Iterator[Composed]:
    """Built and started as docs/operate.md says, and taken down with all that it kept."""
    answered = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    assert answered.returncode == 0, "these tests need a docker engine with compose"
    made = Composed()
    try:
        run(made, "Containers: start")
        yield made
    finally:
        made.take_down()


@pytest.fixture
def agency(composed: Composed) -> Iterator[Agency]:
    client = Agency(composed)  # type: ignore[arg-type] # as far as a journey needs one
    yield client
    client.close()
