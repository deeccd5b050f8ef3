"""Operations on the local system's services: each is the service's own, with its own settings."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence

from local.addresses import ROOT, outside_environment
from local.control import running
from local.graph import SERVICE_NAMES
from local.home import find_home
from local.problems import LocalProblem

PASSED_ON = ("SOIHTU_OPERATOR", "SOIHTU_POSTGRES_ADMIN")


def operate(service: str, operation: str, arguments: Sequence[str] = ()) -> int:
    """Run an operation of `service`; its output goes through, and its exit code is returned."""
    return _run(service, operation, arguments, None).returncode


def told_by(service: str, operation: str, arguments: Sequence[str]) -> tuple[str, str]:
    """What an operation of `service` says, on standard output and on standard error."""
    done = _run(service, operation, arguments, subprocess.PIPE)
    return done.stdout, done.stderr


def _run(
    service: str, operation: str, arguments: Sequence[str], output: int | None
) -> "subprocess.CompletedProcess[str]":
    operator = {name: it for name, it in os.environ.items() if name in PASSED_ON}
    return subprocess.run(
        [sys.executable, "-m", f"services.{service}", operation, *arguments],
        cwd=ROOT,
        env=outside_environment() | operator | settings_of(service),
        stdout=output,
        stderr=output,
        text=True,
        check=False,
    )


def settings_of(service: str) -> dict[str, str]:
    """What operations on a service are told. Raises `LocalProblem` where none runs here."""
    if service not in SERVICE_NAMES:
        raise LocalProblem(f"There is no service {service!r}: it is {', '.join(SERVICE_NAMES)}.")
    home = find_home()
    running(home)
    told: dict[str, dict[str, str]] = json.loads(home.environments_file.read_text())
    return told[service]
