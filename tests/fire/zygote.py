"""A parent that has imported what roles import, and forks a role in no time when it is asked to.

It is spoken to in lines of JSON on its standard input, and answers each with one on its output.
It has one thread, so that what it forks has no locks that nobody holds.
"""

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
BY_NAME = (
    "uvicorn.loops.auto",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
    "uvicorn.lifespan.on",
)
"""What uvicorn imports when it is started, by names in its settings."""


def role_modules() -> Iterator[str]:
    """Every module of the services and of what they stand on, but for migrations and mains."""
    for package in ("contracts", "chassis", "services"):
        for file in sorted((ROOT / package).rglob("*.py")):
            parts = file.relative_to(ROOT).with_suffix("").parts
            aside = {"migrations", "alembic", "migrate", "testing", "operations", "generate"}
            if not aside & set(parts) and parts[-1] not in ("__main__", "describe"):
                yield ".".join(parts).removesuffix(".__init__")


def serve() -> None:
    """Answer requests until nobody can send any more."""
    for name in (*role_modules(), *BY_NAME):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    _answer({"threads": len(list(Path("/proc/self/task").iterdir()))})
    for line in sys.stdin:
        request = json.loads(line)
        act = request.pop("do")
        _answer(_fork(**request) if act == "fork" else _exit_code(**request))


def _answer(said: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def _fork(**wanted: Any) -> dict[str, Any]:
    pid = os.fork()
    if pid == 0:
        _become(**wanted)
    return {"pid": pid}


def _exit_code(pid: int) -> dict[str, Any]:
    """None while it runs; it stays a zombie, and its pid its own, until this is asked."""
    ended, status = os.waitpid(pid, os.WNOHANG)
    return {"code": os.waitstatus_to_exitcode(status) if ended else None}


def _become(
    service: str, role: str, log: str, environment: dict[str, str], run: str | None
) -> NoReturn:
    """Run a role as its own program would, and end."""
    parent = os.getppid()
    code = 1
    try:
        os.setsid()
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == parent:
            _speak_to(log)
            os.environ.clear()
            os.environ.update(environment)
            code = _run(service, role, run)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)


def _speak_to(log: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for old, new in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(old, new)


def _run(service: str, role: str, run: str | None) -> int:
    what = importlib.import_module(f"services.{service}.app").SERVICE
    main = pkgutil.resolve_name(run or "chassis.roles:main")
    try:
        main(what, [role])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


if __name__ == "__main__":
    serve()
