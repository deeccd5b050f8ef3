"""The system stated once: every process, every port, every need."""

from collections import Counter

from local.graph import NEEDS, SERVICES, instances, ports_from


def test_every_role_of_every_service_is_a_process() -> None:
    found = [(instance.service, instance.role) for instance in instances(ports_from(7400))]
    assert found == [(service.name, role) for service in SERVICES for role in service.roles]


def test_no_port_is_given_twice() -> None:
    purposes = list(ports_from(7400).purposes({"kafka", "postgres", "identity"}))
    assert [
        port for port, count in Counter(port for port, _ in purposes).items() if count > 1
    ] == []


def test_ports_move_together_with_their_base() -> None:
    before = [port for port, _ in ports_from(7400).purposes({"kafka"})]
    after = [port for port, _ in ports_from(8400).purposes({"kafka"})]
    assert after == [port + 1000 for port in before]


def test_the_issuer_stays_where_it_was_when_the_base_moves() -> None:
    assert ports_from(8400, identity=7440).identity == 7440


def test_given_parts_need_no_ports() -> None:
    purposes = [purpose for _, purpose in ports_from(7400).purposes(())]
    assert not any("Kafka" in purpose or "PostgreSQL" in purpose for purpose in purposes)


def test_only_an_api_has_a_public_port() -> None:
    for instance in instances(ports_from(7400)):
        assert (instance.api_port is not None) == (instance.role == "api")


def test_every_role_says_what_it_needs() -> None:
    assert {role for service in SERVICES for role in service.roles} == set(NEEDS)
