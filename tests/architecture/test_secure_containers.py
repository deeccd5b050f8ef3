"""deploy/compose.secure.yaml adds a login to each container that talks to Kafka, and no more."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis.principals import PASSWORD
from chassis.settings import KafkaSettings
from local.graph import SERVICE_NAMES, SERVICES
from local.guard import ADMINISTRATOR, BROKER, Guard
from tests.architecture.test_containers import CONTAINERS, MIGRATIONS, OURS, TOLD
from tests.architecture.tree import ROOT
from tests.in_containers import variable


class _Loader(yaml.SafeLoader):
    """Reads compose's own tag, too."""


def _override(loader: _Loader, node: yaml.SequenceNode) -> list[Any]:
    return loader.construct_sequence(node)


_Loader.add_constructor("!override", _override)

OVERRIDE: dict[str, Any] = yaml.load(
    (ROOT / "deploy" / "compose.secure.yaml").read_text("utf-8"),
    Loader=_Loader,  # noqa: S506 - a safe one
)
ADDED: dict[str, dict[str, Any]] = OVERRIDE["services"]
JOBS = ("authority", "access")
# An API has nothing to do with Kafka.
TALK = {
    **{f"{it.name}-{role}": it.name for it in SERVICES for role in it.roles if role != "api"},
    **MIGRATIONS,
}
SECRETS = (ROOT / "deploy" / "compose" / "secrets.sh").read_text("utf-8")
GUARDED = (ROOT / "deploy" / "compose" / "guarded.sh").read_text("utf-8")


def test_who_talks_to_kafka_logs_in_and_nobody_else_does() -> None:
    assert set(ADDED) == {*TALK, *JOBS, "topics", "kafka"}


@pytest.mark.parametrize("name", TALK)
def test_a_container_logs_in_as_its_service_with_a_secret_of_its_own(name: str) -> None:
    assert ADDED[name]["environment"] == {
        "SOIHTU_KAFKA_SECURITY": "SASL_SSL",
        "SOIHTU_KAFKA_USERNAME": TALK[name],
        "SOIHTU_KAFKA_PASSWORD_FILE": f"/run/secrets/{PASSWORD}",
        "SOIHTU_KAFKA_CA": "/run/secrets/kafka_ca.pem",
    }
    assert set(ADDED[name]) <= {"environment", "depends_on"}
    assert OURS[name] == TALK[name], "whose secrets alone it has, docker-compose.yml"


@pytest.mark.parametrize("name", TALK)
def test_what_is_told_then_is_a_setting(name: str) -> None:
    fields = dict(TOLD)[name].model_fields
    named = {it.removeprefix("SOIHTU_").removesuffix("_FILE") for it in ADDED[name]["environment"]}
    assert {it.lower() for it in named} <= set(fields)


@pytest.mark.parametrize("name", ["access", "topics"])
def test_jobs_log_in_as_the_administrator(name: str) -> None:
    told = ADDED[name]["environment"]
    assert told["SOIHTU_KAFKA_USERNAME"] == ADMINISTRATOR
    assert ADDED[name]["volumes"][0]["volume"]["subpath"] == "administration"
    named = {it.removeprefix("SOIHTU_").removesuffix("_FILE").lower() for it in told}
    assert named <= set(KafkaSettings.model_fields)


def test_nobody_starts_before_what_it_needs() -> None:
    done = {"condition": "service_completed_successfully"}
    assert ADDED["topics"]["depends_on"] == {"access": done}
    assert ADDED["access"]["depends_on"] == {"kafka": {"condition": "service_healthy"}}
    assert ADDED["kafka"]["depends_on"] == {"authority": done}
    assert ADDED["authority"]["depends_on"] == {"secrets": done}


@pytest.mark.parametrize("name", JOBS)
def test_a_job_is_bounded_as_the_others_are(name: str) -> None:
    container, other = ADDED[name], CONTAINERS["databases"]
    for word in ("read_only", "cap_drop", "security_opt", "restart", "deploy", "logging", "tmpfs"):
        assert container[word] == other[word]


def test_the_broker_is_told_what_that_of_the_local_run_is(tmp_path: Path) -> None:
    """Secrets and places aside, which its start script tells."""
    told: Mapping[str, Any] = ADDED["kafka"]["environment"]
    local = {variable(name): str(it) for name, it in Guard(tmp_path).server_settings().items()}
    for name, value in local.items():
        if name.endswith("_LOCATION") or name == "KAFKA_INTER_BROKER_LISTENER_NAME":
            continue
        if "JAAS" in name:
            assert name.replace("_SECURE_", "_INSIDE_") in GUARDED
        elif "_SECURE_" in name:
            assert told["KAFKA_SASL_ENABLED_MECHANISMS"] == value
        else:
            assert told[name] == value, name
    protocols = told["KAFKA_LISTENER_SECURITY_PROTOCOL_MAP"].split(",")
    assert {it.partition(":")[2] for it in protocols} == {"SASL_SSL"}


def test_everybody_has_a_password_and_only_the_broker_that_of_the_broker() -> None:
    for service in SERVICE_NAMES:
        assert service in ADDED["authority"]["environment"]["SERVICES"].split()
    assert f'put "/secrets/$service/{PASSWORD}" 0440' in SECRETS
    assert f"put /secrets/administration/{PASSWORD} 0440" in SECRETS
    assert f"put /secrets/kafka/{PASSWORD} 0400" in SECRETS
    for name in (ADMINISTRATOR, BROKER):
        assert f"name={name},password=" in GUARDED


def test_the_port_stays_on_this_machine_until_it_is_told_otherwise() -> None:
    [port] = ADDED["kafka"]["ports"]
    assert re.fullmatch(r"\$\{\w+_BIND:-127\.0\.0\.1\}:\$\{SOIHTU_KAFKA_PORT:-\d+\}:9093", port)
