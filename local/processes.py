"""Processes that this one starts, knows again by pid and start time, and never leaves behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

ATTACHED = Path(__file__).with_name("attached.py")


@dataclass(frozen=True)
class Trace:
    """What tells a process from a later one with its pid."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Trace":
        """Raises `psutil.NoSuchProcess`."""
        return cls(pid, start_of(psutil.Process(pid)))

    def find(self) -> psutil.Process | None:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(self.pid)
            if process.status() != psutil.STATUS_ZOMBIE and start_of(process) == self.started:
                return process
        return None


def start_of(process: psutil.Process) -> float:
    """When a process started, as something that no change of the machine's clock touches."""
    try:
        status = Path(f"/proc/{process.pid}/stat").read_text(errors="replace")
    except OSError:
        return round(process.create_time(), 1)
    # The second field is the program's name in parentheses, with any characters in it.
    return float(status.rpartition(")")[2].split()[19])


@dataclass(frozen=True)
class Account:
    """The user and group that a process runs as."""

    uid: int
    gid: int


class Running(Protocol):
    """A process as its keeper sees it, whoever started it and how."""

    @property
    def trace(self) -> Trace: ...

    @property
    def pid(self) -> int: ...

    def exit_code(self) -> int | None: ...

    def send(self, number: signal.Signals) -> None: ...

    def kill(self) -> None: ...

    def stop(self) -> None: ...


class Child:
    """A long-lived process that ends with this one, in a process group of its own."""

    def __init__(
        self,
        program: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path | None = None,
        account: Account | None = None,
        stop_signal: signal.Signals = signal.SIGTERM,
        death_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        """Starts it. Call from a thread that lives as long: Linux ties children to the thread."""
        user = f"{account.uid}:{account.gid}" if account else "-"
        attach = [sys.executable, "-I", "-S", str(ATTACHED), str(os.getpid())]
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            self._popen = subprocess.Popen(
                [*attach, str(int(death_signal)), user, *program],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=folder,
                start_new_session=True,
            )
        self.log = log
        self.trace = Trace.of(self._popen.pid)
        self._stop_signal = stop_signal

    @property
    def pid(self) -> int:
        return self.trace.pid

    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._popen.poll()

    def wait(self) -> int:
        """Its exit code, when it has ended by itself."""
        return self._popen.wait()

    def send(self, number: signal.Signals) -> None:
        if self.exit_code() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Ends the whole group at once, and waits for it."""
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()

    def stop(self, patience: float = 15.0) -> None:
        """Asks it to end, then ends what is left of its group."""
        self.send(self._stop_signal)
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(patience)
        self.kill()


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for a message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def end_traces(traces: Iterable[Trace], patience: float = 10.0) -> list[Trace]:
    """Ends what is left of earlier processes and their children; returns what refuses to end."""
    wanted = list(traces)
    found = [process for trace in wanted if (process := trace.find())]
    family = found + [child for process in found for child in _children(process)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs(family, timeout=patience)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=patience)
    return [trace for trace in wanted if trace.find()]


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return process.children(recursive=True)
    return []


def wait_until_gone(traces: Iterable[Trace], patience: float) -> bool:
    """Whether all of them ended within `patience` seconds."""
    waiting = list(traces)
    deadline = time.monotonic() + patience
    while waiting := [trace for trace in waiting if trace.find()]:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
