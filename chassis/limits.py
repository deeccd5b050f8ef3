"""Stops a consumer that sets too much aside, until someone says to go on."""

from collections import deque
from dataclasses import dataclass, field
from typing import Any

from chassis import sql

FEW = 50
"""Dead letters that stop nothing."""
LAST = 500
"""The records that are looked at, the newest ones."""
SHARE = 0.1
"""Of these so many may be dead letters."""

_queries = sql.load(__file__, "limits.sql")


class TooManyDeadLetters(Exception):
    """The consumer is stopped; what it has applied by now is committed."""


@dataclass
class Tally:
    """What a group has read and set aside, by its rows; members count one after the other.

    A dead letter that someone has accepted beforehand doesn't count, and once all that were
    accepted have come, counting begins anew.
    """

    group: str
    passed: int
    counted_from: int
    accept: int
    stopped: bool
    _all: int = 0
    _recent: deque[int] = field(default_factory=deque)

    @classmethod
    async def hold(cls, conn: Any, group: str) -> "Tally":
        """As the rows say; the group's is held for the transaction."""
        await _queries.add_limit(conn, group_name=group)
        await _queries.lock_limit(conn, group_name=group)
        row = await _queries.limit_of(conn, group_name=group)
        made = cls(
            group, row["passed"], row["counted_from"], row["accept"], row["stopped_at"] is not None
        )
        rows = _queries.counted_dead_letters(conn, group_name=group, counted_from=made.counted_from)
        counted = [it["passed"] async for it in rows]
        made._all = len(counted)
        made._recent.extend(it for it in counted if it > made.passed - LAST)
        return made

    def count(self, bad: bool) -> None:
        """Count a record that was read."""
        self.passed += 1
        if bad and self.accept:
            self.accept -= 1
            if not self.accept:
                self._begin_anew()
        elif bad:
            self._all += 1
            self._recent.append(self.passed)
            self.stopped = self._exceeds()

    def _exceeds(self) -> bool:
        while self._recent[0] <= self.passed - LAST:
            self._recent.popleft()
        looked_at = min(LAST, self.passed - self.counted_from)
        return self._all > FEW and len(self._recent) > SHARE * looked_at

    def _begin_anew(self) -> None:
        self.counted_from, self._all = self.passed, 0
        self._recent.clear()

    async def save(self, conn: Any) -> None:
        """Keep it with what the transaction does."""
        await _queries.save_limit(
            conn,
            group_name=self.group,
            counted_from=self.counted_from,
            accept=self.accept,
            stopped=self.stopped,
        )


async def is_stopped(conn: Any, group: str) -> bool:
    """Whether `group` is to read nothing until someone says to go on."""
    return await _queries.stopped_since(conn, group_name=group) is not None


async def go_on(conn: Any, group: str, accept: int, reason: str) -> bool:
    """Let `group` go on, and set aside `accept` more; False where there is no such group."""
    return bool(await _queries.go_on(conn, group_name=group, accept=accept, reason=reason))
