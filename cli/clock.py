"""`soihtu clock`: moves the agency's clock ahead, for all processes of the local system."""

import os
import re
import sys
from datetime import timedelta
from typing import Annotated

import typer

from local.problems import SOIHTU, LocalProblem

UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
LONGEST = timedelta(days=3660)


def register(app: typer.Typer) -> None:
    app.command()(clock)


def clock(
    by: Annotated[
        str | None, typer.Argument(help="How far to move it: +3d, +2w, +90m, +1d12h.")
    ] = None,
) -> None:
    """Say what time it is for the agency; move its clock ahead, with SOIHTU_LOCAL=1 alone."""
    from chassis.clock import read_ahead, true_now
    from local.files import write_private
    from local.home import find_home

    file = find_home().clock_file
    ahead = read_ahead(file)
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


def duration(said: str) -> timedelta:
    """What `+1d12h` means. Raises LocalProblem for what is not ahead."""
    if not re.fullmatch(r"\+(\d{1,6}[wdhm])+", said):
        raise LocalProblem(
            "The clock moves ahead alone, by weeks, days, hours or minutes, as +3d or +1d12h; "
            f"it can't move by {said!r}."
        )
    parts = re.findall(r"(\d+)([wdhm])", said)
    return sum((timedelta(**{UNITS[unit]: int(n)}) for n, unit in parts), timedelta())
