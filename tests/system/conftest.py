"""Whole systems of real processes, for the journeys."""

from collections.abc import Iterator, Mapping

import pytest

from local.throwaway import ThrowAwayParts
from local.throwaway_system import NewSystem, ThrowAwaySystem
from tests.system.agency import Agency


@pytest.fixture(scope="session")
def system(parts: ThrowAwayParts) -> Iterator[ThrowAwaySystem]:
    """One that all journeys share: leave every role running, and look only at what is yours."""
    parts.start("mail")
    shared = ThrowAwaySystem(
        parts, settings={**parts.mail.settings, "SOIHTU_MAIL_DOMAINS": "example.org"}
    )
    shared.start_all()
    yield shared
    shared.stop_all()


@pytest.fixture
def new_system(parts: ThrowAwayParts) -> Iterator[NewSystem]:
    """`new_system(kafka={"SOIHTU_KAFKA": …})`: one of a test's own, already running."""
    made: list[ThrowAwaySystem] = []

    def make(
        *, kafka: Mapping[str, str] | None = None, settings: Mapping[str, str] | None = None
    ) -> ThrowAwaySystem:
        made.append(ThrowAwaySystem(parts, kafka=kafka, settings=settings))
        made[-1].start_all()
        return made[-1]

    yield make
    for own in made:
        own.stop_all()


@pytest.fixture
def agency(system: ThrowAwaySystem) -> Iterator[Agency]:
    """A client of the shared system, which has reached nothing yet."""
    client = Agency(system)
    yield client
    client.close()


@pytest.fixture(scope="module")
def module_agency(system: ThrowAwaySystem) -> Iterator[Agency]:
    """A client of the shared system for all tests of a module."""
    client = Agency(system)
    yield client
    client.close()
