"""Starts, finds and stops the supervisor of a home, from another process."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from local.addresses import ROOT
from local.graph import Running
from local.home import Home, find_home
from local.probe import readiness
from local.problems import (
    MEBIBYTE,
    SOIHTU,
    LocalProblem,
    disk_full,
    disk_full_explained,
    free_bytes,
)
from local.processes import Trace, end_traces, tail, wait_until_gone
from local.supervisor import ANOTHER_RUNS, SECURE, recorded

START_PATIENCE_SECONDS = 900.0
STOP_PATIENCE_SECONDS = 90.0
HOLD_PATIENCE_SECONDS = 90.0
FULL_BELOW_BYTES = 32 * MEBIBYTE

Watch = Callable[[Mapping[str, Any]], None]


def supervisor_of(state: Mapping[str, Any]) -> Trace | None:
    """The supervisor that wrote this, if it still runs."""
    said = state.get("supervisor")
    trace = Trace(said["pid"], said["started"]) if said else None
    return trace if trace and trace.find() else None


def runs(home: Home) -> bool:
    state = home.state()
    return bool(supervisor_of(state)) and state["phase"] == "ready"


def running(home: Home | None = None) -> Running:
    """The system that runs here; raises `LocalProblem` where there is none."""
    state = (home or find_home()).state()
    if not supervisor_of(state) or state["phase"] != "ready":
        raise LocalProblem("Soihtu is not running here: start it with `make up`.")
    return Running(state["kafka"], state["issuer"], state["apis"], state["topic_prefix"])


def start(home: Home, watch: Watch, *, secure: bool = False) -> None:
    """Returns when all is ready; `watch` is shown the supervisor's state while it changes."""
    process = None
    if secure and runs(home) and not running(home).kafka.get("SOIHTU_KAFKA_USERNAME"):
        raise LocalProblem(f"What runs here is not secured: say `{SOIHTU} down` first.")
    if not supervisor_of(home.state()):
        with disk_full_explained(home.folder):
            home.logs.mkdir(parents=True, exist_ok=True)
            process = _spawn(home, secure)
    try:
        _wait(home, process, watch)
    except KeyboardInterrupt:
        if process:
            stop(home)
        raise


def _spawn(home: Home, secure: bool) -> subprocess.Popen[bytes]:
    told = {"SOIHTU_HOME": str(home.folder), "PYTHONPATH": str(ROOT)}
    with (home.logs / "supervisor.log").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "local.supervisor"],
            cwd=ROOT,
            env={**os.environ, **told, **({SECURE: "1"} if secure else {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _wait(home: Home, process: subprocess.Popen[bytes] | None, watch: Watch) -> None:
    deadline = time.monotonic() + START_PATIENCE_SECONDS
    while time.monotonic() < deadline:
        # Looked at before the state, which is written last.
        ended = process.poll() if process else None
        state = home.state()
        if ended == ANOTHER_RUNS:
            process = None
        elif not process or state.get("supervisor", {}).get("pid") == process.pid:
            watch(state)
            if _has_started(home, state):
                return
        elif ended is not None:
            raise _ended(home)
        time.sleep(0.1)
    raise LocalProblem(f"Soihtu was not ready within {START_PATIENCE_SECONDS:.0f} s.")


def _has_started(home: Home, state: Mapping[str, Any]) -> bool:
    if state.get("phase") == "failed":
        raise LocalProblem(state["failure"])
    if not supervisor_of(state):
        raise _ended(home)
    return bool(state["phase"] == "ready")


def _ended(home: Home) -> LocalProblem:
    # A supervisor on a full disk cannot write down what it died of.
    if free_bytes(home.folder) < FULL_BELOW_BYTES:
        return disk_full(home.folder)
    log = home.logs / "supervisor.log"
    return LocalProblem(f"The supervisor ended; its log {log} ends with:\n{tail(log, 3)}")


def stop(home: Home) -> list[Trace]:
    """Stops everything that was started here; returns what refuses to end."""
    state = home.state()
    supervisor = supervisor_of(state)
    started = recorded(state)
    if supervisor:
        os.kill(supervisor.pid, signal.SIGTERM)
        if not wait_until_gone([supervisor], STOP_PATIENCE_SECONDS):
            end_traces([supervisor])
    left = end_traces(started)
    if not left:
        home.state_file.unlink(missing_ok=True)
    return left


@contextmanager
def holding(home: Home, roles: Iterable[str]) -> Iterator[None]:
    """Keeps roles, named like `okr-worker-0`, stopped; returns when they are ready again.

    Or as ready as they can be before an operator does what they wait for.
    """
    names = set(roles)
    try:
        with home.hold(names):
            _until(home, names, lambda role: not role["running"])
            yield
    finally:
        _until(home, names, _has_come_back)


def _has_come_back(role: Mapping[str, Any]) -> bool:
    if not Trace(role["pid"], role["started"]).find():
        return False
    told = readiness(role["operations_port"])
    return told.ready or told.waits_for_an_operator


def _until(home: Home, names: set[str], met: Callable[[Mapping[str, Any]], bool]) -> None:
    deadline = time.monotonic() + HOLD_PATIENCE_SECONDS
    while True:
        state = home.state()
        if not supervisor_of(state):
            raise _ended(home)
        late = [it["name"] for it in state["roles"] if it["name"] in names and not met(it)]
        if not late:
            return
        if time.monotonic() > deadline:
            raise LocalProblem(f"{', '.join(late)} did not stop or start: see `soihtu logs`.")
        time.sleep(0.1)


def role_state(role: Mapping[str, Any]) -> str:
    """ready, not ready, or down, as it is at this moment."""
    if not Trace(role["pid"], role["started"]).find():
        return "down"
    told = readiness(role["operations_port"])
    return "ready" if told.ready else "not ready"


def part_state(part: Mapping[str, Any]) -> str:
    return "ready" if Trace(part["pid"], part["started"]).find() else "down"
