"""Formulas that depend on what day it is: when a check-in is due, and how a goal keeps pace.

Pure: no clock is read. They are computed when somebody reads, and never sent. After section 6 of
the design; `pace_vectors.json` holds the same rules as examples, for other languages.
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

Status = Literal["on-track", "behind", "at-risk", "no-value", "stale"]
Band = Literal["likely", "uncertain", "unlikely"]

DUE_AT = time(12, 0)
"""The hour, in the agency's zone, at which a check-in is due."""
GRACE = timedelta(days=3)
"""Days by the calendar after a due until a goal without a check-in is stale."""
LOW_CONFIDENCE = 3
"""Confidence up to this is `unlikely`."""
HIGH_CONFIDENCE = 8
"""Confidence from this on is `likely`."""

_FRIDAY = 4
_DAY = timedelta(days=1)
_WEAKEST_FIRST: tuple[Status, ...] = ("stale", "at-risk", "behind", "no-value", "on-track")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least difference of progress and expected share that is still on track, or behind."""

    on_track: float = -0.2
    behind: float = -0.4


DEFAULT_THRESHOLDS = Thresholds()


def elapsed(start: date, end: date, day: date) -> float:
    """The share of a cycle that has passed on `day`: 0 on its first day, 1 on its last; 0–1."""
    if day >= end:
        return 1.0
    if day <= start:
        return 0.0
    return (day - start).days / (end - start).days


class Phase(Protocol):
    """The share (0–1) of the way that is to be behind on a day."""

    @property
    def day(self) -> date: ...
    @property
    def share(self) -> float: ...


def expected(start: date, end: date, day: date, phases: Iterable[Phase] = ()) -> float:
    """The progress that is expected on `day`, 0–1.

    Straight lines lead from 0 on the first day of the cycle through its phases, which rise, to 1
    on its last day, where the last phase is not on that; without phases it is `elapsed`. Phases
    outside of the cycle, as of a goal that was moved to another one, say nothing.
    """
    points = [(start, 0.0), *((it.day, it.share) for it in phases if start < it.day <= end)]
    if points[-1][0] < end or start == end:
        points.append((end, 1.0))
    if day >= end:
        return points[-1][1]
    for (since, low), (until, high) in pairwise(points):
        if since < day <= until:
            share = low + (high - low) * (day - since).days / (until - since).days
            return min(share, high)  # 1.0 - 0.4 + 0.4 may be above 1.0
    return 0.0


def week(day: date) -> str:
    """The week of a day by ISO 8601, from Monday, as `2026-W53`; its year may be another one."""
    year, number, _ = day.isocalendar()
    return f"{year}-W{number:02}"


def due_after(rhythm: str, instant: datetime, zone: ZoneInfo) -> datetime:
    """The first due later than `instant` (aware).

    `weekly`: each Friday at 12:00 in `zone`; any other rhythm: the month's last Friday.
    """
    day = instant.astimezone(zone).date()
    return next(due for due in _dues_from(rhythm, day, zone) if due > instant)


def due_before(rhythm: str, instant: datetime, zone: ZoneInfo) -> datetime:
    """The last due at or earlier than `instant` (aware)."""
    day = instant.astimezone(zone).date()
    return next(due for due in _dues_back_from(rhythm, day, zone) if due <= instant)


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a goal is in its rhythm at an instant; all of its dues are in its cycle.

    `due`: the last due that has come, where no check-in has met it. `missed`: the last one that
    three days have gone by since, where none has met it. `next_due`: the first to come that none
    has met; None when the cycle has no such due left.
    """

    due: datetime | None
    missed: datetime | None
    next_due: datetime | None

    @property
    def stale(self) -> bool:
        """Whether a due was missed, and not made up for since."""
        return self.missed is not None


class Moment(Protocol):
    """A state that a goal reached, when (aware), and by whom; None for an import."""

    @property
    def state(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def by(self) -> UUID | None: ...


def agreed_at(states: Iterable[Moment]) -> datetime | None:
    """When people agreed on a goal; None where an import brought it, as agreed on at any time."""
    agreed = (one.at for one in states if one.state == "agreed" and one.by is not None)
    return max(agreed, default=None)


def closed_at(state: str, states: Iterable[Moment]) -> datetime | None:
    """When a goal that is closed was closed last; None of one that is not."""
    closed = (one.at for one in states if one.state == "closed")
    return max(closed, default=None) if state == "closed" else None


def turn(
    rhythm: str,
    last_check_in: date | None,
    cycle_start: date,
    cycle_end: date,
    now: datetime,
    zone: ZoneInfo,
    agreed_at: datetime | None = None,
) -> Turn:
    """What is due, missed and stale at `now` (aware).

    A check-in meets a due from the day after the due before it, and later ones meet it too. What
    has come is judged at the earlier of `now` and the end of the cycle's last day. A due that had
    come by `agreed_at` (aware), when people agreed on the goal, asks nothing of them.
    """

    def unmet(at: datetime) -> datetime | None:
        due = due_before(rhythm, at.replace(tzinfo=zone), zone)
        met = last_check_in is not None and last_check_in >= _period_start(rhythm, due, zone)
        before = due.date() < cycle_start or (agreed_at is not None and due <= agreed_at)
        return None if met or before else due

    judged_at = now.astimezone(zone).replace(tzinfo=None)
    if judged_at.date() > cycle_end:
        judged_at = datetime.combine(cycle_end + _DAY, time.min)
    return Turn(
        due=unmet(judged_at),
        # Wall-clock days: over a clock change three days are not 72 hours.
        missed=unmet(judged_at - GRACE),
        next_due=_next_due(
            rhythm, last_check_in, cycle_start, cycle_end, max(now, agreed_at or now), zone
        ),
    )


def missed_at(due: datetime, zone: ZoneInfo) -> datetime:
    """When a due is missed: three days later by the calendar, at the same hour."""
    return datetime.combine(due.astimezone(zone).date() + GRACE, DUE_AT, zone)


def _next_due(
    rhythm: str,
    last_check_in: date | None,
    cycle_start: date,
    cycle_end: date,
    now: datetime,
    zone: ZoneInfo,
) -> datetime | None:
    if now.astimezone(zone).date() >= cycle_start:
        due = due_after(rhythm, now, zone)
    else:
        due = next(_dues_from(rhythm, cycle_start, zone))
    if last_check_in is not None and last_check_in >= _period_start(rhythm, due, zone):
        due = due_after(rhythm, due, zone)
    return due if due.date() <= cycle_end else None


def status(
    progress: float | None,
    expected: float,
    stale: bool,
    thresholds: Thresholds = DEFAULT_THRESHOLDS,
) -> Status:
    """How a key result keeps pace: by progress − expected, both 0–1.

    Staleness comes before all. `no-value` is said of whatever has no progress: no value counts, or
    its baseline is to be measured. The difference is rounded to 9 digits, so 0.3 − 0.5 is −0.2.
    """
    if stale:
        return "stale"
    if progress is None:
        return "no-value"
    ahead = round(progress - expected, 9)
    if ahead >= thresholds.on_track:
        return "on-track"
    return "behind" if ahead >= thresholds.behind else "at-risk"


def weakest(statuses: Iterable[Status]) -> Status:
    """An objective's status, from those of its key results; `no-value` when it has none."""
    return min(statuses, key=_WEAKEST_FIRST.index, default="no-value")


def band(confidence: int) -> Band:
    """What a confidence of 0–10 says of the target: likely, uncertain or unlikely to be met."""
    if confidence >= HIGH_CONFIDENCE:
        return "likely"
    return "unlikely" if confidence <= LOW_CONFIDENCE else "uncertain"


def _period_start(rhythm: str, due: datetime, zone: ZoneInfo) -> date:
    """The first day whose check-ins meet `due`."""
    before = next(_dues_back_from(rhythm, due.date() - _DAY, zone))
    return before.date() + _DAY


def _dues_from(rhythm: str, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    if rhythm == "weekly":
        friday = day + timedelta(days=(_FRIDAY - day.weekday()) % 7)
        while True:
            yield datetime.combine(friday, DUE_AT, zone)
            friday += timedelta(days=7)
    month = day.replace(day=1)
    while True:
        if (friday := _last_friday(month)) >= day:
            yield datetime.combine(friday, DUE_AT, zone)
        month = (month + timedelta(days=31)).replace(day=1)


def _dues_back_from(rhythm: str, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    if rhythm == "weekly":
        friday = day - timedelta(days=(day.weekday() - _FRIDAY) % 7)
        while True:
            yield datetime.combine(friday, DUE_AT, zone)
            friday -= timedelta(days=7)
    month = day.replace(day=1)
    while True:
        if (friday := _last_friday(month)) <= day:
            yield datetime.combine(friday, DUE_AT, zone)
        month = (month - _DAY).replace(day=1)


def _last_friday(month: date) -> date:
    last = month.replace(day=monthrange(month.year, month.month)[1])
    return last - timedelta(days=(last.weekday() - _FRIDAY) % 7)
