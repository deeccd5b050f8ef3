"""Keeps processes running: what exits is started again, with back-off, until it is stopped."""

import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from local.processes import Running

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
# Whoever ran this long was well, and its next exit counts as the first.
WELL_AFTER_SECONDS = 60.0


def delay_after(exits: int) -> float:
    """Seconds to wait before the next start, after so many exits in a row."""
    return float(min(FIRST_DELAY_SECONDS * 2 ** max(exits - 1, 0), LONGEST_DELAY_SECONDS))


@dataclass
class Kept:
    """One process; `wanted` from its first start until someone stops it."""

    name: str
    start: Callable[[], Running]
    child: Running | None = None
    wanted: bool = False
    exits: int = 0
    restarts: int = 0
    started_at: float = 0.0
    start_again_at: float | None = None

    @property
    def runs(self) -> bool:
        return self.child is not None and self.child.exit_code() is None


class Keeper:
    """Some processes that belong together."""

    def __init__(self) -> None:
        self._kept: dict[str, Kept] = {}

    def add(self, name: str, start: Callable[[], Running]) -> None:
        self._kept[name] = Kept(name, start)

    @property
    def all(self) -> list[Kept]:
        return list(self._kept.values())

    def of(self, name: str) -> Kept:
        return self._kept[name]

    def launch(self, name: str) -> None:
        """Starts one, in the calling thread, which has to live as long as the process."""
        kept = self._kept[name]
        kept.child = kept.start()
        kept.wanted, kept.start_again_at = True, None
        kept.started_at = time.monotonic()

    def tick(self) -> None:
        """Starts again what has exited and waited long enough. Call it often."""
        for kept in self.all:
            if kept.wanted and not kept.runs:
                self._bring_back(kept, time.monotonic())

    def _bring_back(self, kept: Kept, now: float) -> None:
        if kept.start_again_at is None:
            well = now - kept.started_at > WELL_AFTER_SECONDS
            kept.exits = 1 if well else kept.exits + 1
            kept.start_again_at = now + delay_after(kept.exits)
        elif now >= kept.start_again_at:
            kept.restarts += 1
            self.launch(kept.name)

    def stop(self, name: str) -> None:
        """Lets it drain; it stays away until it is launched again."""
        kept = self._kept[name]
        kept.wanted, kept.exits = False, 0
        if kept.child:
            kept.child.stop()

    def kill(self, name: str) -> None:
        """Ends it at once; it stays away until it is launched again."""
        kept = self._kept[name]
        kept.wanted, kept.exits = False, 0
        if kept.child:
            kept.child.kill()

    def send(self, name: str, number: signal.Signals) -> None:
        child = self._kept[name].child
        if child:
            child.send(number)

    def stop_all(self) -> None:
        if self._kept:
            with ThreadPoolExecutor(len(self._kept)) as pool:
                list(pool.map(self.stop, list(self._kept)))
