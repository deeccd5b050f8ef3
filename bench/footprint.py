"""What the whole system takes: time until it is ready, and memory while it is idle."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from bench.parts import BenchFailed, Run
from bench.table import Row, at_most
from local.addresses import ROOT
from local.ports import is_free

IDLE_SECONDS = 10.0
COMMAND = "import sys; from cli.main import main; sys.exit(main())"
PORTS = range(15_000, 30_000, 100)


async def measure(run: Run) -> list[Row]:
    """Seconds of `soihtu up` without the demo, the first time apart; gigabytes of its processes."""
    return await asyncio.to_thread(_measured, run)


def _measured(run: Run) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="soihtu-bench-") as home:
        environment = _environment(Path(home))
        try:
            first = _seconds_until_ready(environment)
            ready, idle = [], []
            for _ in range(run.repeats):
                _soihtu(environment, "down")
                ready.append(_seconds_until_ready(environment))
                time.sleep(IDLE_SECONDS)  # of what starting took, some is given back
                idle.append(_memory(Path(home)))
        finally:
            _soihtu(environment, "reset", "--yes")
    return [
        Row("whole system: ready, first start", "s", [first], aim=at_most(20, " s")),
        Row("whole system: ready", "s", ready, aim=at_most(20, " s")),
        Row("whole system: idle, PSS", "GB", idle, aim=at_most(1.2, " GB")),
    ]


def _environment(home: Path) -> Mapping[str, str]:
    base = next(base for base in PORTS if all(is_free(port) for port in range(base, base + 60)))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOIHTU_")}
    return {**kept, "SOIHTU_HOME": str(home / "home"), "SOIHTU_PORT_BASE": str(base)}


def _soihtu(environment: Mapping[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", COMMAND, *words], env=environment, cwd=ROOT, check=False,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise BenchFailed(f"soihtu {words[0]}: {done.stderr[-500:]}")


def _seconds_until_ready(environment: Mapping[str, str]) -> float:
    began = time.perf_counter()
    _soihtu(environment, "up", "--no-demo")
    return time.perf_counter() - began


def _memory(home: Path) -> float:
    """Proportional set size of the supervisor and all below it; what is shared counts once."""
    state: dict[str, Any] = json.loads((home / "home" / "state.json").read_text())
    supervisor = psutil.Process(state["supervisor"]["pid"])
    total = 0
    for process in [supervisor, *supervisor.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            total += process.memory_full_info().pss
    return total / 1e9
