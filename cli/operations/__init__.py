"""Operations on the local system's services: each is the service's own, with its own settings."""

import json
import subprocess
import sys
from collections.abc import Sequence

from local.addresses import ROOT, outside_environment
from local.control import running
from local.home import find_home


def operate(service: str, operation: str, arguments: Sequence[str] = ()) -> int:
    """Run an operation of `service`; its output goes through, and its exit code is returned."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.{service}", operation, *arguments],
        cwd=ROOT,
        env=outside_environment() | settings_of(service),
        check=False,
    )
    return done.returncode


def settings_of(service: str) -> dict[str, str]:
    """The settings of a service that runs here. Raises `LocalProblem` where none does."""
    home = find_home()
    running(home)
    told: dict[str, dict[str, str]] = json.loads(home.environments_file.read_text())
    return told[service]
