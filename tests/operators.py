"""Operations as an operator runs them: processes of their own, under a service's settings."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.addresses import ROOT, Addresses, outside_environment, service_settings
from local.postgres import Postgres
from local.throwaway import ThrowAwayParts
from local.throwaway_system import ThrowAwaySystem

Done = subprocess.CompletedProcess[str]


class Slow:
    """One of PostgreSQL's programs, which begins its work only when it is let."""

    def __init__(self, program: str, postgres: Postgres, folder: Path) -> None:
        folder.mkdir()
        self._begins, self._may = folder / "begins", folder / "may"
        for pipe in (self._begins, self._may):
            os.mkfifo(pipe)
        script = folder / program
        real = postgres.programs / program
        script.write_text(
            "#!/bin/sh\n"
            f'if [ "$1" != --version ]; then echo >"{self._begins}"; read -r _ <"{self._may}"; fi\n'
            f'exec "{real}" "$@"\n'
        )
        script.chmod(0o755)
        self.path = f"{folder}{os.pathsep}{os.environ['PATH']}"

    @contextmanager
    def begun(self) -> Iterator[None]:
        """While the program waits before its work."""
        self.wait()
        try:
            yield
        finally:
            self.let()

    def wait(self) -> None:
        """Until the program is there."""
        self._begins.read_text()

    def let(self) -> None:
        """Have it begin."""
        self._may.write_text("\n")


class Operator:
    """Runs operations of one service, told what `soihtu` tells them."""

    def __init__(self, service: str, addresses: Addresses, postgres: Postgres) -> None:
        self._service = service
        self._environment: Mapping[str, str] = {
            **outside_environment(),
            **service_settings(addresses, service),
            "PATH": f"{postgres.programs}{os.pathsep}{os.environ['PATH']}",
            "SOIHTU_POSTGRES_ADMIN": postgres.admin,
        }

    @classmethod
    def of(cls, system: ThrowAwaySystem, parts: ThrowAwayParts, service: str) -> "Operator":
        return cls(service, system.addresses, parts.postgres)

    def run(self, *arguments: str, **changed: str) -> Done:
        """What came of it."""
        return subprocess.run(
            [sys.executable, "-m", f"services.{self._service}", *arguments],
            cwd=ROOT,
            env={**self._environment, **changed},
            capture_output=True,
            text=True,
            check=False,
        )

    def begin(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start it, to be ended by a signal."""
        return subprocess.Popen(
            [sys.executable, "-m", f"services.{self._service}", *arguments],
            cwd=ROOT,
            env=dict(self._environment),
            stdout=subprocess.DEVNULL,
        )

    def do(self, *arguments: str) -> str:
        """What it said; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout
