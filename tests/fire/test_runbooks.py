"""Every command of the runbooks is run, on a system in the state that the runbook is for."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from confluent_kafka import Producer

from local.addresses import ROOT
from local.graph import ports_from
from local.home import Home
from local.ports import is_free
from tests.system.agency import until

pytestmark = pytest.mark.fire

DOCUMENT = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL))
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
ELSEWHERE = "Containers: "
"""Runbooks that begin so are for tests/containers."""
RUNBOOKS = [
    heading
    for heading, text in SECTIONS.items()
    if BLOCK.search(text) and not heading.startswith(ELSEWHERE)
]


@dataclass
class LocalRun:
    """A local system with everything embedded, and a folder to work in."""

    home: Home
    folder: Path
    environment: Mapping[str, str]

    def run(self, commands: str) -> str:
        """What the commands of a block say. Raises AssertionError with it when one fails."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def _free_base() -> int:
    return next(
        base
        for base in range(9500, 60_000, 100)
        if all(
            is_free(port)
            for port, _ in ports_from(base).purposes(("kafka", "postgres", "identity"))
        )
    )


@pytest.fixture(scope="module")
def local_run() -> Iterator[LocalRun]:
    folder = Path(tempfile.mkdtemp(prefix="soihtu-"))
    folder.chmod(0o711)
    own = {name: it for name, it in os.environ.items() if not name.startswith("SOIHTU_")}
    environment = own | {
        "SOIHTU_HOME": str(folder / "home"),
        "SOIHTU_PORT_BASE": str(_free_base()),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    made = LocalRun(Home(folder / "home"), folder, environment)
    made.run("soihtu up --no-demo")
    yield made
    made.run("soihtu reset --yes")
    shutil.rmtree(folder)


def _send_a_bad_record(run: LocalRun) -> None:
    producer = Producer({"bootstrap.servers": run.home.state()["kafka"]["SOIHTU_KAFKA"]})
    headers = {"ce_type": "fi.soihtu.team-changed.v1"}
    producer.produce("soihtu.organisation.v1", b"{", b"key", headers=list(headers.items()))
    assert producer.flush(20) == 0
    until(lambda: "bad" in run.run("soihtu dead-letters list checkins"), "the dead letter")


PREPARE: Mapping[str, Callable[[LocalRun], None]] = {
    "Records are set aside": _send_a_bad_record,
}


@pytest.mark.parametrize("heading", RUNBOOKS)
def test_the_commands_of_a_runbook_work(local_run: LocalRun, heading: str) -> None:
    if prepare := PREPARE.get(heading):
        prepare(local_run)
    for block in BLOCK.findall(SECTIONS[heading]):
        local_run.run(block)


def test_all_is_well_in_the_end(local_run: LocalRun) -> None:
    for reader in ("checkins", "reporting", "notifications"):  # what a rebuild met again
        local_run.run(f"soihtu dead-letters drop {reader} --all --reason 'as before'")
    local_run.run("soihtu doctor")
