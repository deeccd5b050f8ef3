"""The demo's three cycles: when each is, whose goals it holds, and when they were checked in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from cli.demo.dates import Calendar, Frame
from cli.demo.earlier import EARLIER
from cli.demo.goals import GOALS
from cli.demo.tables import Goal
from cli.demo.yearly import YEARLY


@dataclass(frozen=True)
class Round:
    """A cycle with its goals."""

    frame: Callable[[Calendar], Frame]
    dates: Callable[[Calendar], list[date]]
    goals: tuple[Goal, ...]
    rhythm: Literal["weekly", "monthly"] = "weekly"
    of_the_agency: bool = False


YEAR_CYCLE = Round(
    lambda when: when.year, Calendar.monthly, YEARLY, rhythm="monthly", of_the_agency=True
)
EARLIER_CYCLE = Round(lambda when: when.earlier, Calendar.earlier_dates, EARLIER)
RUNNING_CYCLE = Round(lambda when: when.running, Calendar.weekly, GOALS)
