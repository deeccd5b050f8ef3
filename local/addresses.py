"""Where the parts are, embedded or given, and the environment that a role gets from that."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.graph import SERVICE_NAMES, Instance
from local.ports import LOOPBACK
from local.postgres import Database
from local.problems import LocalProblem

if TYPE_CHECKING:
    from chassis.settings import KafkaSettings

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SOIHTU_"
KAFKA_SETTINGS = tuple(
    f"SOIHTU_KAFKA{suffix}"
    for suffix in ("", "_SECURITY", "_SASL_MECHANISM", "_USERNAME", "_PASSWORD", "_CA")
)
SMTP_SETTINGS = (
    *(f"SOIHTU_SMTP{suffix}" for suffix in ("", "_SECURITY", "_USERNAME", "_PASSWORD")),
    "SOIHTU_MAIL_FROM",
    "SOIHTU_MAIL_DOMAINS",
    "SOIHTU_MAIL_PREFERENCES_URL",
)
PASSED_ON = (
    "SOIHTU_AUDIENCE",
    "SOIHTU_SUBJECT_CLAIM",
    "SOIHTU_ROLES_CLAIM",
    "SOIHTU_AGENCY",
    "SOIHTU_AGENCY_NAME",
    "SOIHTU_TIMEZONE",
    "SOIHTU_TOPIC_PREFIX",
    "SOIHTU_OTLP",
    "SOIHTU_DRAIN",
    "SOIHTU_MAX_IN_FLIGHT",
    "SOIHTU_RATE",
    "SOIHTU_RATE_MACHINES",
    "SOIHTU_RATE_BURST",
)


@dataclass(frozen=True)
class Addresses:
    """What every role is told of the parts; `settings` are the SOIHTU_ ones that all share.

    `logins`: the Kafka settings of each service, where not all log in as `kafka` says.
    """

    kafka: Mapping[str, str]
    issuer: str
    databases: Mapping[str, Database]
    settings: Mapping[str, str] = field(default_factory=dict)
    logins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def kafka_address(self) -> str:
        return self.kafka["SOIHTU_KAFKA"]

    def client_config(self) -> dict[str, Any]:
        """For librdkafka's clients."""
        return kafka_settings(self.kafka).for_confluent()


@dataclass(frozen=True)
class Given:
    """Running parts that were named instead of embedded ones; None where there is none."""

    kafka: Mapping[str, str] | None
    issuer: str | None
    databases: Mapping[str, Database] | None
    smtp: Mapping[str, str] | None = None
    migrated: bool = False
    logins: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def given(environment: Mapping[str, str]) -> Given:
    return Given(
        kafka=_chosen(environment, KAFKA_SETTINGS) if environment.get("SOIHTU_KAFKA") else None,
        issuer=environment.get("SOIHTU_ISSUER") or None,
        databases=_given_databases(environment),
        smtp=_chosen(environment, SMTP_SETTINGS) if environment.get("SOIHTU_SMTP") else None,
    )


def _chosen(environment: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    return {name: environment[name] for name in names if environment.get(name)}


def _given_databases(environment: Mapping[str, str]) -> Mapping[str, Database] | None:
    names = [f"SOIHTU_POSTGRES_{service.upper()}" for service in SERVICE_NAMES]
    wanted = tuple(name + kind for name in names for kind in ("", "_OWNER"))
    found = _chosen(environment, wanted)
    if not found:
        return None
    if missing := [name for name in wanted if name not in found]:
        raise LocalProblem(
            f"Databases are given all together or not at all: set {', '.join(missing)} too."
        )
    return {
        service: Database(service, app=found[name], owner=found[f"{name}_OWNER"])
        for service, name in zip(SERVICE_NAMES, names, strict=True)
    }


def shared_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return _chosen(environment, PASSED_ON)


def kafka_settings(settings: Mapping[str, str]) -> "KafkaSettings":
    from chassis.settings import KafkaSettings

    named: dict[str, Any] = {
        name.removeprefix(PREFIX).lower(): value for name, value in settings.items()
    }
    return KafkaSettings(**named)


def outside_environment() -> dict[str, str]:
    """This process's environment without our settings; a proxy is for the world outside."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return inherited | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "NO_PROXY": f"{inherited.get('NO_PROXY', '')},{LOOPBACK},localhost".lstrip(","),
        "no_proxy": f"{inherited.get('no_proxy', '')},{LOOPBACK},localhost".lstrip(","),
    }


def service_environment(addresses: Addresses, service: str) -> dict[str, str]:
    return {
        **outside_environment(),
        "SOIHTU_DRAIN": "0",  # nothing here routes by readiness
        **(addresses.logins[service] if addresses.logins else addresses.kafka),
        "SOIHTU_LOG_FORMAT": "console",
        **addresses.settings,
        "SOIHTU_ISSUER": addresses.issuer,
        "SOIHTU_POSTGRES": addresses.databases[service].app,
        "SOIHTU_HOST": LOOPBACK,
    }


def migration_environment(addresses: Addresses, service: str) -> dict[str, str]:
    owner = addresses.databases[service].owner
    return {**service_environment(addresses, service), "SOIHTU_POSTGRES_OWNER": owner}


def service_settings(addresses: Addresses, service: str) -> dict[str, str]:
    """What an operation on the service is told, beyond what any process here inherits."""
    told = migration_environment(addresses, service)
    return {name: value for name, value in told.items() if name.startswith(PREFIX)}


def role_environment(addresses: Addresses, instance: Instance) -> dict[str, str]:
    api = {"SOIHTU_PORT": str(instance.api_port)} if instance.api_port else {}
    return {
        **service_environment(addresses, instance.service),
        **api,
        "SOIHTU_OPS_PORT": str(instance.operations_port),
        "SOIHTU_INSTANCE": str(instance.number),
    }
