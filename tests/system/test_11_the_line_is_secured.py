"""The whole system where Kafka asks for TLS, a login and rights, which are each service's own."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from chassis.kafka_access import KafkaAccess, Subscribers
from local.graph import SERVICE_NAMES
from local.kafka import Kafka
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem
from tests.operators import Operator
from tests.rights import administrator_of, client_of
from tests.system.agency import Agency, until
from tests.system.records import read_all
from tests.system.test_00_local_run import called, free_base

PUBLISHERS = ("okr", "checkins")


@pytest.fixture(scope="module")
def secured(parts: ThrowAwayParts, guarded_kafka: Kafka) -> Iterator[ThrowAwaySystem]:
    """With a check-in on the board: through every topic that our services read."""
    made = ThrowAwaySystem(parts, guarded=guarded_kafka)
    made.start_all()
    agency = Agency(made)
    check_in(agency)
    agency.close()
    yield made
    made.stop_all()


def check_in(agency: Agency) -> None:
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 400)
    assert team.goal_on_board(cycle, objective)["progress"] is not None


def test_every_role_logs_in_as_its_service(secured: ThrowAwaySystem) -> None:
    for service in SERVICE_NAMES:
        told = secured.addresses.logins[service]
        assert told["SOIHTU_KAFKA_USERNAME"] == secured.topic(service)
        assert told["SOIHTU_KAFKA_SECURITY"] == "SASL_SSL"


def test_another_agency_reads_it(secured: ThrowAwaySystem, guarded_kafka: Kafka) -> None:
    access = KafkaAccess(administrator_of(guarded_kafka).for_confluent())
    subscribers = Subscribers(access, secured.prefix)
    password = subscribers.add("9999")
    login = client_of(guarded_kafka, subscribers.username("9999"), password).for_confluent()
    client = {**login, "group.id": f"{subscribers.groups('9999')}main"}
    topics = {secured.topic(f"soihtu.{name}.v1") for name in ("open", "open-progress")}

    def heard() -> bool:
        return {it.topic for it in read_all(guarded_kafka.address, topics, client)} == topics

    until(heard, "records of both open topics")
    subscribers.remove("9999")


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_doctor_finds_it_well_and_says_that_it_is_secured(
    service: str, secured: ThrowAwaySystem, parts: ThrowAwayParts
) -> None:
    told = Operator.of(secured, parts, service).run("doctor", "--json").stdout
    found = {it["what"]: it for it in json.loads(told)}
    assert "is secured" in found["line"]["told"]
    assert secured.topic(service) in found["line"]["told"]
    topics = [name for name in found if name.startswith(secured.prefix)]
    assert topics
    assert all(found[name]["well"] for name in topics)
    assert "Kafka" not in found


@pytest.mark.parametrize("service", PUBLISHERS)
def test_a_service_is_published_anew(
    service: str, secured: ThrowAwaySystem, parts: ThrowAwayParts
) -> None:
    said = Operator.of(secured, parts, service).do("republish", "--reason", "to see that it may")
    assert "aggregates published anew" in said


@pytest.mark.parametrize("service", ["reporting", "checkins", "notifications"])
def test_a_reader_is_rebuilt(service: str, secured: ThrowAwaySystem, parts: ThrowAwayParts) -> None:
    Operator.of(secured, parts, service).do("rebuild", "--reason", "to see that it may")


def test_reporting_verifies(secured: ThrowAwaySystem, parts: ThrowAwayParts) -> None:
    Operator.of(secured, parts, "reporting").do("verify")


def test_what_was_not_secured_is_not_secured_unasked(tmp_path: Path) -> None:
    own = {name: said for name, said in os.environ.items() if not name.startswith("SOIHTU_")}
    environment = {**own, "SOIHTU_HOME": str(tmp_path), "SOIHTU_PORT_BASE": str(free_base())}
    data = tmp_path / "kafka" / "data"
    data.mkdir(parents=True)
    (data / "meta.properties").touch()
    done = called(environment, "up", "--secure", "--no-demo")
    assert done.returncode == 1
    assert "reset --yes" in done.stderr
    given = called({**environment, "SOIHTU_KAFKA": "kafka.example:9092"}, "up", "--secure")
    assert given.returncode == 1
    assert "SOIHTU_KAFKA_SECURITY" in given.stderr
