"""What time it is: instants in UTC, dates in the agency's zone.

The agency's clock may be moved ahead, for demos and tests alone: by a file that all processes of
one local system follow. What must not be moved asks for the true time.
"""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo


class _Followed:
    """The file that says by how much the clock is moved, and what it said when it was last read."""

    def __init__(self) -> None:
        self._file: Path | None = None
        self._read: tuple[int, int] | None = None
        self._ahead = timedelta()

    def follow(self, file: Path | None) -> None:
        self._file, self._read, self._ahead = file, None, timedelta()

    def ahead(self) -> timedelta:
        if self._file is None:
            return timedelta()
        try:
            found = os.stat(self._file)  # noqa: PTH116 - half the price, and paid for each event
        except FileNotFoundError:
            return self._ahead
        seen = (found.st_mtime_ns, found.st_ino)
        if seen != self._read:
            self._ahead = max(self._ahead, read_ahead(self._file))
            self._read = seen
        return self._ahead


_followed = _Followed()


def follow(file: Path | None) -> None:
    """Be as far ahead as `file` says, from now on and whenever it changes; None: not at all."""
    _followed.follow(file)


def read_ahead(file: Path) -> timedelta:
    """By how much a file says the clock is moved; not at all without one."""
    try:
        return timedelta(seconds=int(file.read_text("ascii")))
    except FileNotFoundError:
        return timedelta()


def now() -> datetime:
    """The present instant by the agency's clock, in UTC."""
    return true_now() + _followed.ahead()


def today(zone: str) -> date:
    """The present date by the agency's clock in the IANA zone `zone`."""
    return now().astimezone(ZoneInfo(zone)).date()


def true_now() -> datetime:
    """The present instant, whatever the agency's clock says: for ages, leases and expiry."""
    return datetime.now(UTC)
