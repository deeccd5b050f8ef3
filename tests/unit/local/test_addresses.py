"""What a role is told, from embedded parts and from given ones."""

import pytest

from local.addresses import Addresses, given, migration_environment, role_environment
from local.graph import SERVICE_NAMES, instances, ports_from
from local.postgres import Database
from local.problems import LocalProblem

ADDRESSES = Addresses(
    kafka={"SOIHTU_KAFKA": "127.0.0.1:7420"},
    issuer="http://127.0.0.1:7440/soihtu",
    databases={name: Database(name, f"{name} app", f"{name} owner") for name in SERVICE_NAMES},
    settings={"SOIHTU_TOPIC_PREFIX": "t1."},
)
API, WORKER = instances(ports_from(7400))[:2]


def test_nothing_is_given_by_an_empty_environment() -> None:
    found = given({})
    assert (found.kafka, found.issuer, found.databases) == (None, None, None)


def test_a_given_broker_comes_with_its_settings() -> None:
    said = {"SOIHTU_KAFKA": "kafka:9093", "SOIHTU_KAFKA_SECURITY": "SASL_SSL", "OTHER": "x"}
    assert given(said).kafka == {
        "SOIHTU_KAFKA": "kafka:9093",
        "SOIHTU_KAFKA_SECURITY": "SASL_SSL",
    }


def test_a_given_mail_server_comes_with_whom_it_may_write_to() -> None:
    said = {"SOIHTU_SMTP": "mail:587", "SOIHTU_MAIL_DOMAINS": "agency.test", "OTHER": "x"}
    assert given(said).smtp == {"SOIHTU_SMTP": "mail:587", "SOIHTU_MAIL_DOMAINS": "agency.test"}


def test_databases_are_given_all_together() -> None:
    with pytest.raises(LocalProblem, match="SOIHTU_POSTGRES_REPORTING_OWNER"):
        given({"SOIHTU_POSTGRES_OKR": "postgresql://…"})


def test_two_addresses_of_each_service_are_its_database() -> None:
    said = {
        f"SOIHTU_POSTGRES_{name.upper()}{kind}": f"{name}{kind}"
        for name in SERVICE_NAMES
        for kind in ("", "_OWNER")
    }
    assert given(said).databases == {
        name: Database(name, name, f"{name}_OWNER") for name in SERVICE_NAMES
    }


def test_a_role_never_learns_the_owner_of_its_database() -> None:
    environment = role_environment(ADDRESSES, API)
    assert environment["SOIHTU_POSTGRES"] == "okr app"
    assert "okr owner" not in environment.values()


def test_migrations_know_both_roles_of_the_database() -> None:
    environment = migration_environment(ADDRESSES, "reporting")
    assert environment["SOIHTU_POSTGRES"] == "reporting app"
    assert environment["SOIHTU_POSTGRES_OWNER"] == "reporting owner"


def test_only_an_api_is_told_a_public_port() -> None:
    assert role_environment(ADDRESSES, API)["SOIHTU_PORT"] == "7400"
    assert "SOIHTU_PORT" not in role_environment(ADDRESSES, WORKER)


def test_our_settings_of_the_outside_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOIHTU_POSTGRES_OKR_OWNER", "secret")
    assert "SOIHTU_POSTGRES_OKR_OWNER" not in role_environment(ADDRESSES, API)


def test_a_proxy_does_not_stand_between_our_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "example.org")
    environment = role_environment(ADDRESSES, API)
    assert environment["NO_PROXY"].split(",") == ["example.org", "127.0.0.1", "localhost"]
