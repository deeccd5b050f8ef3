"""Closed lists: problems, log events, topics, access rows, and what a subscriber is told."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path
from socket import gethostname
from typing import Any

import pytest
from pydantic import BaseModel

from chassis import telemetry
from chassis.api import access_differences
from chassis.db import Database
from chassis.ops import Health
from chassis.problem_texts import Catalogue
from chassis.reasons import REASONS
from chassis.settings import Settings
from chassis.subscription import Subscription
from chassis.topics import declared_topics
from contracts.catalogue import EVENTS
from tests.architecture.tree import ROOT, calls, modules, name_of

SERVICES = ("okr", "checkins", "reporting", "notifications")

PARTITIONS = {
    "soihtu.organisation.v1": 3,
    "soihtu.memberships.v1": 3,
    "soihtu.people.v1": 3,
    "soihtu.okr.v1": 12,
    "soihtu.progress.v1": 12,
    "soihtu.checkins.v1": 12,
    "soihtu.retro.v1": 3,
    "soihtu.open.v1": 12,
    "soihtu.open-progress.v1": 12,
}


def settings() -> Settings:
    return Settings.model_validate({"kafka": "127.0.0.1:1", "postgres": "postgresql://nowhere"})


def _literals(file: Path, ending: str) -> Iterator[str]:
    for called, call in calls(file):
        if called.rpartition(".")[2] == ending and call.args:
            first = call.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _raised(*packages: str) -> set[str]:
    return {code for file in modules(*packages) for code in _literals(file, "Problem")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_problem_that_a_service_raises_has_its_texts(service: str) -> None:
    own = ROOT / "services" / service / "problems.yaml"
    listed = set(Catalogue.load(own).wordings)
    raised = _raised(f"services/{service}", "chassis")
    assert raised <= listed


@pytest.mark.parametrize("service", SERVICES)
def test_every_listed_problem_can_be_raised(service: str) -> None:
    own = set(Catalogue.load(ROOT / "services" / service / "problems.yaml").wordings)
    shared = set(Catalogue.load().wordings)
    text = "".join(
        file.read_text(encoding="utf-8") for file in modules(f"services/{service}", "chassis")
    )
    idle = {code for code in own - shared if f'"{code}"' not in text}
    assert not idle


def test_log_events_are_a_closed_list() -> None:
    logged = {
        name
        for file in modules("chassis", "services")
        for ending in ("info", "warning", "error", "exception", "debug")
        for called, call in calls(file)
        if called.endswith(f".{ending}") and "log()" in called
        for name in [call.args[0].value]  # type: ignore[attr-defined]
    }
    assert logged == set(telemetry.LOG_EVENTS)


METRICS = ("Counter", "Gauge", "Histogram", "Summary", "Info", "Enum")


def test_metrics_are_a_closed_list_in_one_room_each_with_its_help() -> None:
    made = [
        (name_of(file), [str(it.value) for it in call.args[:2] if isinstance(it, ast.Constant)])
        for file in modules("chassis", "services")
        for called, call in calls(file)
        if called in METRICS and len(call.args) > 1
    ]
    assert {room for room, _ in made} == {"chassis/telemetry.py"}
    for _, (name, told) in made:
        assert name.startswith("soihtu_")
        assert len(told) > 10


def test_reasons_of_not_being_ready_are_a_closed_list() -> None:
    said = {
        reason
        for file in modules("chassis", "services")
        for ending in ("unready", "hinder", "die")
        for reason in _literals(file, ending)
    }
    assert said | {"starting"} == set(REASONS)


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_row_in_the_access_table(service: str) -> None:
    app = importlib.import_module(f"services.{service}.app")
    made = app.create_app(settings(), Database(None, f"/agencies/demo/{service}"))  # type: ignore[arg-type]
    assert not access_differences(made)


def test_partitions_never_change() -> None:
    assert {topic.name: topic.partitions for topic in declared_topics()} == PARTITIONS


def test_topics_say_who_writes_and_reads_them() -> None:
    writes: dict[str, set[str]] = {}
    for name, event in EVENTS.items():
        writes.setdefault(event.topic, set()).add(name)
    for topic in declared_topics():
        assert topic.name in writes
        readers = {
            service
            for service in SERVICES
            if topic.name in importlib.import_module(f"services.{service}.app").SERVICE.topics
        }
        assert readers == set(topic.consumers), f"{topic.name}: {readers}"
        assert (topic.audience == "open") == topic.name.startswith("soihtu.open")


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_types_that_there_are_from_topics_that_carry_them(service: str) -> None:
    made = importlib.import_module(f"services.{service}.app").SERVICE
    assert {EVENTS[name].topic for name in made.reads} == set(made.topics)


def _models(*packages: str) -> Iterator[type[BaseModel]]:
    for file in modules(*packages):
        if "migrations" in file.parts or file.name in ("__main__.py", "env.py"):
            continue
        module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
        for held in vars(module).values():
            if isinstance(held, type) and issubclass(held, BaseModel) and held is not BaseModel:
                yield held


def test_no_model_tells_what_was_put_into_it() -> None:
    telling = {
        f"{model.__module__}.{model.__name__}"
        for model in _models("contracts", "chassis", "services")
        if model.__module__.split(".")[0] in ("contracts", "chassis", "services")
        and not model.model_config.get("hide_input_in_errors")
    }
    assert not telling


def test_nothing_of_a_subscriber_is_left_at_a_default_that_loses_data() -> None:
    made = Subscription(
        Database(None, "/agencies/demo/okr"),  # type: ignore[arg-type]
        settings(),
        "okr",
        ["soihtu.checkins.v1"],
        {},
        Health(),
    )
    said: dict[str, Any] = made._subscriber._connection_args
    assert said["isolation_level"] == "read_committed"
    assert said["auto_offset_reset"] == "earliest"
    assert said["enable_auto_commit"] is False
    assert said["session_timeout_ms"] == 10_000
    assert said["rebalance_timeout_ms"] == 60_000
    assert said["group_instance_id"] == f"okr-{gethostname()}"
    assert made.group == "okr"


@pytest.mark.parametrize("file", sorted((ROOT / "requirements").glob("*.txt")), ids=name_of)
def test_a_lock_names_no_host_and_hashes_everything(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "://" not in text
    pinned = [line for line in text.splitlines() if line and line[0].isalnum()]
    assert pinned
    assert all(line.endswith("\\") for line in pinned), "a pin without a hash"
