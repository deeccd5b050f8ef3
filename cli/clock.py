"""`soihtu clock`: moves the agency's clock ahead, for all processes of the local system."""

import os
import re
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from local.problems import SOIHTU, LocalProblem

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
LONGEST = timedelta(days=3660)
TIMEZONE = "Europe/Helsinki"


def register(app: typer.Typer) -> None:
    app.command()(clock)


def clock(
    by: Annotated[
        str | None, typer.Argument(help="How far to move it: +3d, +2w, +90m, +1d12h.")
    ] = None,
) -> None:
    """Say what time it is for the agency; move its clock ahead, with SOIHTU_LOCAL=1 alone.

    People are told of a noon at which check-ins are due or missed only within a day of it.
    """
    from chassis.clock import read_ahead, true_now
    from local.files import write_private
    from local.home import find_home

    file = find_home().clock_file
    ahead = before = read_ahead(file)
    if by is not None:
        ahead += duration(by)
        if os.environ.get("SOIHTU_LOCAL") != "1":
            raise LocalProblem(
                "Time is moved for everybody here, and never back but by a reset: if that is what "
                f"you want, say `SOIHTU_LOCAL=1 {SOIHTU} clock {by}`."
            )
        if ahead > LONGEST:
            raise LocalProblem("The clock is moved by ten years at most, all moves together.")
        file.parent.mkdir(parents=True, exist_ok=True)
        write_private(file, str(int(ahead.total_seconds())))
    sys.stdout.write(
        f"{true_now() + ahead:%Y-%m-%d %H:%M:%S} UTC, {ahead} ahead of the true time\n"
    )
    zone = ZoneInfo(os.environ.get("SOIHTU_TIMEZONE", TIMEZONE))
    if noons := list(passed_over(true_now() + before, true_now() + ahead, zone)):
        sys.stdout.write(
            f"passed over, so nobody is told that check-ins were {', '.join(noons)}: people are "
            "told within a day of it, so move to less than a day after each such noon\n"
        )


def passed_over(since: datetime, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """The noons of weekly goals, monthly ones among them, that a jump left too far behind."""
    from contracts import pace
    from services.notifications.rules.domain import HORIZON

    due = pace.due_before("weekly", since, zone)
    while due <= now:
        for kind, at in (("due", due), ("missed", pace.missed_at(due, zone))):
            if since < at <= now - HORIZON:
                yield f"{kind} on {at:%Y-%m-%d %H:%M}"
        due = pace.due_after("weekly", due, zone)


def duration(said: str) -> timedelta:
    """What `+1d12h` means. Raises LocalProblem for what is not ahead."""
    if not re.fullmatch(r"\+(\d{1,6}[wdhm])+", said):
        raise LocalProblem(
            "The clock moves ahead alone, by weeks, days, hours or minutes, as +3d or +1d12h; "
            f"it can't move by {said!r}."
        )
    parts = re.findall(r"(\d+)([wdhm])", said)
    return sum((timedelta(**{UNITS[unit]: int(n)}) for n, unit in parts), timedelta())
