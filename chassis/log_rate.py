"""Holds log lines to one for each reason and 10 s, with a count: ours and those of libraries."""

import logging
import time
from collections.abc import Callable, Hashable, MutableMapping
from typing import Any

import structlog

EVERY = 10.0
"""Seconds between two lines of the same reason."""
MOST = 1000
"""Reasons that are remembered: a library may write its own into the message."""


class Rate:
    """Says which line is due, and for how many it stands."""

    def __init__(self, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._said: dict[Hashable, tuple[float, int]] = {}

    def times(self, *reason: Hashable) -> int:
        """How often `reason` came since its last line, this time included; 0: hold it back."""
        now = self._elapsed()
        if reason not in self._said and len(self._said) >= MOST:
            self._forget(now)
        since, held = self._said.get(reason, (now - EVERY, 0))
        if now - since < EVERY:
            self._said[reason] = (since, held + 1)
            return 0
        self._said[reason] = (now, 0)
        return held + 1

    def _forget(self, now: float) -> None:
        self._said = {key: it for key, it in self._said.items() if now - it[0] < EVERY}
        while len(self._said) >= MOST:
            del self._said[next(iter(self._said))]


class Ours:
    """Holds back our own warnings and errors: the same event for the same reason."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate

    def __call__(
        self, _: Any, level: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        """Let `event` through, with its count, or drop it. A processor of structlog."""
        if level in ("debug", "info"):
            return event
        why = [str(event.get(name)) for name in ("reason", "code", "at")]
        event["times"] = self._rate.times("ours", event["event"], *why)
        if not event["times"]:
            raise structlog.DropEvent
        return event


class Theirs(logging.Filter):
    """Holds back what libraries say: the same message of the same logger, whatever it is about."""

    def __init__(self, rate: Rate) -> None:
        super().__init__()
        self._rate = rate

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether `record` is to be said; it then has its count as `times`."""
        said, _, _ = str(record.msg).partition("\n")  # asyncio adds what is different each time
        times = self._rate.times("theirs", record.name, record.levelno, said)
        record.__dict__["times"] = times  # as `extra` would
        return bool(times)
