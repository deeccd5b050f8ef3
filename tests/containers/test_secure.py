"""The system in containers where Kafka asks for TLS, a login and rights."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.settings import KafkaSettings
from chassis.topics import declared_topics
from local.addresses import kafka_settings
from local.graph import SERVICE_NAMES
from tests import rights
from tests.containers.composed import Composed
from tests.containers.test_compose import ROLES, check_in
from tests.system.agency import Agency, until

pytestmark = pytest.mark.containers

TOPICS = [it.name for it in declared_topics()]


@pytest.fixture
def agency(secured: Composed) -> Iterator[Agency]:
    client = Agency(secured)  # type: ignore[arg-type] # as far as a journey needs one
    yield client
    client.close()


def health(secured: Composed) -> list[str]:
    """Of Kafka and all that talks to it."""
    talk = [name for name in ROLES if not name.endswith("-api")]
    return [
        container["State"].get("Health", {}).get("Status", "")
        for name in ("kafka", *talk)
        for container in secured.containers(name)
    ]


def login(secured: Composed, service: str) -> KafkaSettings:
    """From this machine, as a service."""
    password = secured.compose(f"exec -T {service}-worker cat /run/secrets/kafka_password")
    told = {"SOIHTU_KAFKA_USERNAME": service, "SOIHTU_KAFKA_PASSWORD": password.strip()}
    return kafka_settings({**secured.running.kafka, **told})


def test_a_check_in_reaches_the_board(secured: Composed, agency: Agency) -> None:
    check_in(agency)
    told = secured.shell(
        'eval "$(deploy/compose/reach.sh)"\nsoihtu tail --topic okr --from-start --json | head -n 1'
    )
    assert json.loads(told)


def test_who_does_not_log_in_is_refused(secured: Composed) -> None:
    reached = secured.running.kafka
    assert not rights.answers(KafkaSettings(kafka=reached["SOIHTU_KAFKA"]))
    assert not rights.logs_in(kafka_settings({**reached, "SOIHTU_KAFKA_PASSWORD": "guessed"}))
    assert rights.trusted_by(kafka_settings(reached)) == {"librdkafka", "aiokafka"}


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_a_service_reads_what_is_written_that_it_reads(secured: Composed, service: str) -> None:
    known = {
        it.name for it in declared_topics() if service in it.consumers or service in it.producers
    }
    client = login(secured, service)
    assert rights.readable(client, TOPICS) == known
    others = [it.name for it in declared_topics() if service not in it.producers]
    assert rights.writable(client, others) == set()


def test_keys_and_passwords_are_for_who_needs_them(secured: Composed) -> None:
    listed = secured.compose(
        "run --rm --no-deps -T --entrypoint sh secrets -c"
        " 'stat -c \"%a %u %n\" /secrets/authority/*.* /secrets/kafka/* /secrets/okr/kafka*'"
    )
    assert {tuple(line.split()) for line in listed.splitlines()} == {
        ("600", "0", "/secrets/authority/ca.key"),
        ("644", "0", "/secrets/authority/ca.pem"),
        ("600", "0", "/secrets/authority/broker.pem"),
        ("400", "1000", "/secrets/kafka/broker.pem"),
        ("400", "1000", "/secrets/kafka/admin_password"),
        ("400", "1000", "/secrets/kafka/kafka_password"),
        ("444", "0", "/secrets/kafka/kafka_ca.pem"),
        ("440", "10001", "/secrets/okr/kafka_password"),
        ("444", "0", "/secrets/okr/kafka_ca.pem"),
    }
    for name in ("kafka", "okr-worker", "okr-relay"):
        [container] = secured.containers(name)
        assert "password=" not in " ".join(container["Config"]["Env"]).lower()


def test_jobs_may_run_again_and_twice_at_once_and_kafka_anew(
    secured: Composed, agency: Agency
) -> None:
    before = secured.reached["SOIHTU_KAFKA_PASSWORD"]
    for job in ("secrets", "authority", "access", "topics"):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(secured.compose, [f"run --rm --no-deps --no-TTY {job}"] * 2))
    secured.compose("restart kafka")
    # A relay that was sending has ended, to be started anew.
    until(lambda: all(it == "healthy" for it in health(secured)), "healthy roles", 300)
    del secured.reached
    assert secured.reached["SOIHTU_KAFKA_PASSWORD"] == before
    check_in(agency)
