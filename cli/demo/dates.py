"""When the demo takes place: everything is counted from one Monday."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cli.demo.tables import Text, fi

WEEK = timedelta(weeks=1)
DAY = timedelta(days=1)
LENGTH = 17 * WEEK
PASSED = 12
"""Weeks of the running cycle that have passed on the Monday."""
FRIDAY = 4


@dataclass(frozen=True)
class Frame:
    """A cycle of the demo."""

    key: str
    kind: str
    name: Text
    start: date
    end: date


@dataclass(frozen=True)
class Calendar:
    """The demo's dates, as of its Monday."""

    monday: date
    weeks: int = PASSED

    @classmethod
    def of(cls, today: date, weeks: int = PASSED) -> "Calendar":
        """That of the week of `today`, so many weeks into the running cycle."""
        return cls(today - today.weekday() * DAY, weeks)

    @property
    def running(self) -> Frame:
        """The third tertial, in its thirteenth week if not said otherwise."""
        return self._tertial(3, self.monday - self.weeks * WEEK)

    @property
    def earlier(self) -> Frame:
        """The second tertial, which has ended."""
        return self._tertial(2, self.running.start - LENGTH)

    @property
    def first(self) -> Frame:
        """The first tertial, which has ended before the earlier one."""
        return self._tertial(1, self.earlier.start - LENGTH)

    @property
    def year(self) -> Frame:
        """The year of them all, three tertials long."""
        start = self.first.start
        name = fi(f"Vuosi {self._year}", f"Året {self._year}", f"Year {self._year}")
        return Frame("year", "year", name, start, start + 3 * LENGTH - DAY)

    @property
    def _year(self) -> int:
        return (self.monday - self.weeks * WEEK).year

    def _tertial(self, number: int, start: date) -> Frame:
        name = fi(
            f"{number}. tertiaali {self._year}",
            f"Tertial {number} {self._year}",
            f"Tertial {number}, {self._year}",
        )
        return Frame(f"tertial-{number}", "tertial", name, start, start + LENGTH - DAY)

    def weekly(self) -> list[date]:
        """The Fridays of the running cycle until the Monday, oldest first."""
        return [self.running.start + week * WEEK + FRIDAY * DAY for week in range(self.weeks)]

    def earlier_dates(self) -> list[date]:
        """The Fridays on which teams checked in during the earlier cycle."""
        return [self.earlier.start + week * WEEK + FRIDAY * DAY for week in (2, 6, 11, 16)]

    def fortnightly(self, frame: Frame) -> list[date]:
        """Every other Friday of a cycle that has ended, with its last one."""
        return [frame.start + week * WEEK + FRIDAY * DAY for week in range(0, 17, 2)]

    def monthly(self) -> list[date]:
        """The last Friday of each month of the year until the Monday, oldest first."""
        days = [
            self.year.start + days * DAY for days in range((self.monday - self.year.start).days)
        ]
        return [day for day in days if day.weekday() == FRIDAY and _is_last_of_month(day)]


def _is_last_of_month(day: date) -> bool:
    return day.day + 7 > monthrange(day.year, day.month)[1]


def known_calendar(cycles: Iterable[Mapping[str, Any]], weeks: int = PASSED) -> Calendar | None:
    """The calendar of a demo that was begun: its year, or running cycle, is among `cycles`."""
    for cycle in cycles:
        start = date.fromisoformat(cycle["start"])
        for before in (timedelta(), 2 * LENGTH):
            calendar = Calendar(start + before + weeks * WEEK, weeks)
            if calendar.monday.weekday() == 0 and _has(calendar, cycle):
                return calendar
    return None


def _has(calendar: Calendar, cycle: Mapping[str, Any]) -> bool:
    return any(
        (frame.name, frame.start.isoformat(), frame.end.isoformat())
        == (cycle["name"], cycle["start"], cycle["end"])
        for frame in (calendar.year, calendar.running)
    )
