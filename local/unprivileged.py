"""What PostgreSQL needs where root runs the system: another user, and folders open to it."""

import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from local.files import only_one
from local.problems import no_user_for_postgres
from local.processes import Account

# Where data goes when the checkout lies under a folder, such as /root, that only root can enter.
OPEN_FOLDER = Path("/var/tmp")


def needed_account() -> Account | None:
    """None where this process is not root and its own user will do."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise no_user_for_postgres()


def run_as(account: Account | None, program: list[str], **more: Any) -> "Finished":
    """Runs a program to its end, its output kept, as that user."""
    user: dict[str, Any] = (
        {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    )
    return subprocess.run(
        program, capture_output=True, text=True, cwd="/", check=False, **user, **more
    )


Finished = subprocess.CompletedProcess[str]


def can_enter(account: Account, folder: Path) -> bool:
    return run_as(account, ["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0


def own_folder(account: Account | None, folder: Path) -> Path:
    """A private folder of that user."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def open_place(folder: Path) -> Path:
    """The stand-in for a folder that other users cannot enter: always the same one."""
    fingerprint = hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]
    place = OPEN_FOLDER / f"soihtu-{fingerprint}"
    place.mkdir(mode=0o711, exist_ok=True)
    return place


def copied(base: Path, names: Sequence[str], copy: Path) -> Path:
    """A copy of some folders of programs below `base`, which appears whole or not at all."""
    if not copy.exists():
        with only_one(copy):
            if not copy.exists():
                partial = copy.with_name(f"{copy.name}.partial")
                shutil.rmtree(partial, ignore_errors=True)
                for name in names:
                    shutil.copytree(base / name, partial / name, symlinks=True)
                partial.rename(copy)
    return copy
