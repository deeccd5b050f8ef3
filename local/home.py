"""The folder that holds all that one local system keeps: data, logs, state."""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.addresses import ROOT
from local.files import empty, write_private
from local.graph import DEFAULT_PORT_BASE, Ports, ports_from
from local.problems import LocalProblem

HOLDS, HELD = "holds", ".held"


@dataclass(frozen=True)
class Home:
    """`.soihtu/` of this checkout, unless SOIHTU_HOME names another."""

    folder: Path

    @property
    def logs(self) -> Path:
        return self.folder / "logs"

    @property
    def state_file(self) -> Path:
        return self.folder / "state.json"

    @property
    def demo_marker(self) -> Path:
        """Written when the demo is loaded to its end."""
        return self.folder / "demo-loaded"

    @property
    def demo_begun(self) -> Path:
        """Which demos were begun, and at which addresses, a line each: they alone may go on."""
        return self.folder / "demo-begun"

    def part(self, name: str) -> Path:
        return self.folder / name

    @contextmanager
    def hold(self, names: Iterable[str]) -> Iterator[None]:
        """Say of roles that they are to stay stopped, for as long as this process has it so."""
        folder = self.folder / HOLDS
        folder.mkdir(parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=folder)
        place = Path(f"{made}{HELD}")
        try:
            # Locked before it has its name: what nobody has locked was left by one that was killed.
            fcntl.flock(handle, fcntl.LOCK_EX)
            os.write(handle, "\n".join(sorted(names)).encode())
            Path(made).rename(place)
            yield
        finally:
            place.unlink(missing_ok=True)
            os.close(handle)

    def held(self) -> set[str]:
        """The names of roles that are to stay stopped; what was left behind is cleared away."""
        names: set[str] = set()
        for place in (self.folder / HOLDS).glob(f"*{HELD}"):
            with suppress(FileNotFoundError), place.open() as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    place.unlink()
                except BlockingIOError:
                    names |= set(file.read().split())
        return names

    @property
    def clock_file(self) -> Path:
        """How many seconds the agency's clock is ahead, for all processes of this system."""
        return self.folder / "clock"

    @property
    def environments_file(self) -> Path:
        """The settings of each service that runs here, for operations on it; holds passwords."""
        return self.folder / "environments.json"

    @property
    def ports_file(self) -> Path:
        """There once a system was started here."""
        return self.folder / "ports.json"

    def choose_ports(self, environment: Mapping[str, str]) -> Ports:
        """Those of SOIHTU_PORT_BASE, else those of last time; the issuer's never changes."""
        known = json.loads(self.ports_file.read_text()) if self.ports_file.exists() else {}
        base = _base(environment) or known.get("base", DEFAULT_PORT_BASE)
        return ports_from(base, known.get("identity"))

    def keep_ports(self, ports: Ports) -> None:
        """From now on: call it when they are known to be free."""
        write_private(self.ports_file, json.dumps({"base": ports.base, "identity": ports.identity}))

    @contextmanager
    def only_one(self) -> Iterator[bool]:
        """Whether this is the only process that runs the system here."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def state(self) -> dict[str, Any]:
        """What the supervisor last said; empty when there is none."""
        with suppress(FileNotFoundError, ValueError):
            state: dict[str, Any] = json.loads(self.state_file.read_text())
            return state
        return {}

    def remove_all(self) -> None:
        """Empties the folder, and what of it had to lie elsewhere."""
        if not self.folder.exists():
            return
        for link in self.folder.glob("*/elsewhere"):
            shutil.rmtree(link.resolve(), ignore_errors=True)
        empty(self.folder)


def _base(environment: Mapping[str, str]) -> int | None:
    said = environment.get("SOIHTU_PORT_BASE")
    if not said:
        return None
    if not said.isdigit() or not 1024 <= int(said) <= 65_000:
        raise LocalProblem(f"SOIHTU_PORT_BASE is a number from 1024 to 65000, not {said!r}.")
    return int(said)


def find_home(environment: Mapping[str, str] = os.environ) -> Home:
    return Home(Path(environment.get("SOIHTU_HOME") or ROOT / ".soihtu").absolute())
