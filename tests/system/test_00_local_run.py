"""The local run itself: real processes, kept and ended."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from local.addresses import ROOT
from local.graph import IDENTITY, ports_from
from local.home import Home
from local.kafka import Kafka
from local.ports import free_port, is_free
from local.processes import Trace
from local.throwaway import ThrowAwayParts
from local.throwaway_system import NewSystem, ThrowAwaySystem
from tests.system.agency import Agency, until


def test_what_exits_is_started_again(system: ThrowAwaySystem) -> None:
    before = system.pid("reporting-worker")
    os.kill(before, signal.SIGKILL)
    until(lambda: system.pid("reporting-worker") != before, "another process")
    until(lambda: system.is_ready("reporting-worker"), "a ready worker")


def test_what_a_test_kills_stays_away_until_it_is_started(system: ThrowAwaySystem) -> None:
    before = system.pid("checkins-worker")
    system.kill("checkins-worker")
    assert not psutil.pid_exists(before)
    assert not system.is_ready("checkins-worker")
    system.start("checkins-worker")
    assert system.pid("checkins-worker") != before


def test_a_check_in_passes_a_sasl_listener(own_broker: Kafka, new_system: NewSystem) -> None:
    login = own_broker.sasl_login
    own = new_system(
        kafka={
            "SOIHTU_KAFKA": own_broker.sasl_address,
            "SOIHTU_KAFKA_SECURITY": "SASL_PLAINTEXT",
            "SOIHTU_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
            "SOIHTU_KAFKA_USERNAME": login.username,
            "SOIHTU_KAFKA_PASSWORD": login.password,
        }
    )
    agency = Agency(own)
    team, cycle = agency.team("Lumme"), agency.cycle_of_today()
    team.move(cycle, "running")
    objective = team.objective(cycle)
    team.check_in(objective, 400)
    assert team.goal_on_board(cycle, objective)["progress"] is not None
    agency.close()


def test_nothing_is_embedded_for_given_parts_and_nothing_is_left_behind(
    parts: ThrowAwayParts, tmp_path: Path
) -> None:
    environment = given_parts(parts, tmp_path / "home")
    try:
        up_and_down(environment, parts, tmp_path / "home")
    finally:
        soihtu(environment, "down")


def up_and_down(environment: Mapping[str, str], parts: ThrowAwayParts, home: Path) -> None:
    soihtu(environment, "up", "--no-demo")
    status = json.loads(soihtu(environment, "status", "--json"))
    assert status["kafka"] == parts.kafka.address
    assert status["issuer"] == parts.identity.issuer
    assert set(status["apis"]) == {"okr", "checkins", "reporting", "notifications"}
    assert {role["state"] for role in status["roles"]} == {"ready"}
    assert status["parts"] == []

    state = json.loads((home / "state.json").read_text())
    processes = [*state["roles"], state["supervisor"]]
    started = [Trace(process["pid"], process["started"]) for process in processes]
    # Not even where the supervisor has no chance to stop what it started.
    os.kill(state["supervisor"]["pid"], signal.SIGKILL)
    soihtu(environment, "down")
    assert [trace for trace in started if trace.find()] == []


def test_a_taken_port_is_told_before_anything_is_kept(tmp_path: Path) -> None:
    own = {name: said for name, said in os.environ.items() if not name.startswith("SOIHTU_")}
    base = free_base()
    with socket.create_server(("127.0.0.1", base + IDENTITY)):
        done = called(
            {**own, "SOIHTU_HOME": str(tmp_path), "SOIHTU_PORT_BASE": str(base)}, "up", "--no-demo"
        )
    assert done.returncode == 1
    assert f"`SOIHTU_PORT_BASE={base + 1000} make up`" in done.stderr
    assert not Home(tmp_path).ports_file.exists()


def soihtu(environment: Mapping[str, str], *words: str) -> str:
    done = called(environment, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def called(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import sys; from cli.main import main; sys.exit(main())", *words],
        cwd=ROOT,
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def given_parts(parts: ThrowAwayParts, home: Path) -> dict[str, str]:
    databases = {
        f"SOIHTU_POSTGRES_{service.upper()}{kind}": address
        for service, database in parts.databases().items()
        for kind, address in (("", database.app), ("_OWNER", database.owner))
    }
    return {
        **os.environ,
        **databases,
        "SOIHTU_KAFKA": parts.kafka.address,
        "SOIHTU_ISSUER": parts.identity.issuer,
        "SOIHTU_SMTP": parts.mail.address,
        "SOIHTU_TOPIC_PREFIX": parts.topic_prefix(),
        "SOIHTU_PORT_BASE": str(free_base()),
        "SOIHTU_HOME": str(home),
    }


def free_base() -> int:
    while True:
        base = free_port()
        parts = {"kafka", "postgres", "identity", "mail"}
        if all(is_free(port) for port, _ in ports_from(base).purposes(parts)):
            return base
