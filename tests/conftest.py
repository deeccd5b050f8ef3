"""Real parts for tests: Kafka, PostgreSQL and an identity provider, started once per session."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from local.addresses import ROOT
from local.identity import Identity
from local.kafka import Kafka
from local.postgres import Database, Postgres
from local.throwaway import ThrowAwayParts

# how long an example takes says nothing of it: the machine may be busy
settings.register_profile("ours", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ours")

NewDatabase = Callable[..., Database]
REAL_QUARTER = ROOT.parent / "shared" / "data" / "gitlab-2018-q3.json"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Refuse a set of arguments: two workers that collect it in two orders run no test at all."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if any(
            isinstance(argument, set | frozenset)
            for argument in (*mark.args, *mark.kwargs.values())
        ):
            pytest.fail(
                f"{metafunc.definition.nodeid} is parametrised by a set, which has another order in"
                " every process: make it a tuple",
                pytrace=False,
            )


@pytest.fixture(scope="session")
def throwaway_parts() -> Iterator[ThrowAwayParts]:
    """The parts, none of them started: processes, or containers if SOIHTU_TEST_INFRA says so."""
    throwaway = _parts(os.environ.get("SOIHTU_TEST_INFRA", "processes"))
    yield throwaway
    throwaway.stop()


def _parts(infrastructure: str) -> ThrowAwayParts:
    if infrastructure == "processes":
        return ThrowAwayParts()
    if infrastructure != "containers":
        raise pytest.UsageError("SOIHTU_TEST_INFRA is processes or containers")
    from tests.in_containers import ContainerParts  # which nobody else needs

    return ContainerParts()


@pytest.fixture(scope="session")
def parts(throwaway_parts: ThrowAwayParts) -> ThrowAwayParts:
    """All three parts, running."""
    throwaway_parts.start("kafka", "postgres", "identity")
    return throwaway_parts


@pytest.fixture(scope="session")
def postgres(throwaway_parts: ThrowAwayParts) -> Postgres:
    throwaway_parts.start("postgres")
    return throwaway_parts.postgres


@pytest.fixture(scope="session")
def kafka(throwaway_parts: ThrowAwayParts) -> Kafka:
    throwaway_parts.start("kafka")
    return throwaway_parts.kafka


@pytest.fixture(scope="session")
def identity(throwaway_parts: ThrowAwayParts) -> Identity:
    throwaway_parts.start("identity")
    return throwaway_parts.identity


@pytest.fixture
def new_database(postgres: Postgres, throwaway_parts: ThrowAwayParts) -> Iterator[NewDatabase]:
    """`new_database("okr")`: migrated, for one test; with `migrated=False` an empty one."""
    made: list[Database] = []

    def make(service: str, *, migrated: bool = True) -> Database:
        made.append(throwaway_parts.database(service, migrated=migrated))
        return made[-1]

    yield make
    for database in made:
        postgres.drop_database(database.name)


@pytest.fixture(scope="session")
def real_quarter() -> Path:
    """A quarter of GitLab's company OKRs, as it was published."""
    if not REAL_QUARTER.exists():
        pytest.skip("the real quarter does not lie beside this checkout")
    return REAL_QUARTER


@pytest.fixture
def topic_prefix(throwaway_parts: ThrowAwayParts) -> str:
    return throwaway_parts.topic_prefix()


@pytest.fixture
def own_broker(throwaway_parts: ThrowAwayParts) -> Iterator[Kafka]:
    """A broker of one test, with a SASL listener, to stop and to kill."""
    broker = throwaway_parts.new_kafka(f"kafka-{throwaway_parts.topic_prefix()}", sasl=True)
    throwaway_parts.begin(broker)
    yield broker
    if broker.child:
        broker.child.send(signal.SIGCONT)
    broker.stop()


@pytest.fixture(scope="session")
def guarded_kafka(throwaway_parts: ThrowAwayParts) -> Iterator[Kafka]:
    """A broker that asks for TLS, a login and rights."""
    broker = throwaway_parts.new_guarded_kafka()
    throwaway_parts.begin(broker)
    yield broker
    broker.stop()
