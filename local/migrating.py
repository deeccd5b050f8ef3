"""Brings a service's database to what its migrations say."""

import hashlib
import subprocess
import sys
from pathlib import Path

from local.addresses import ROOT, Addresses, migration_environment
from local.problems import LocalProblem, disk_full
from local.processes import tail


def fingerprint(service: str) -> str:
    """Of all that a service's migrations are made of."""
    folders = (ROOT / "services" / service / "migrations", ROOT / "chassis" / "schema")
    files = [
        ROOT / "chassis" / "migrate.py",
        *(f for folder in folders for kind in ("*.py", "*.sql") for f in folder.rglob(kind)),
    ]
    said = hashlib.sha256()
    for file in sorted(files):
        said.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return said.hexdigest()


def migrate(addresses: Addresses, service: str, logs: Path) -> None:
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{service}-migrate.log"
    with log.open("ab") as output:
        done = subprocess.run(
            [sys.executable, "-m", f"services.{service}", "migrate"],
            cwd=ROOT,
            env=migration_environment(addresses, service),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        said = tail(log)
        if "No space left on device" in said:
            raise disk_full(log)
        raise LocalProblem(f"{service}'s migrations failed; their log {log} ends with:\n{said}")
