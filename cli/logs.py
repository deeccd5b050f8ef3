"""`soihtu logs`: what the processes of the local system say."""

import re
import sys
import time
from typing import Annotated

import typer

LINES = 20
LINES_OF_ONE = 200
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def register(app: typer.Typer) -> None:
    app.command()(logs)


def logs(
    service: Annotated[
        str | None,
        typer.Argument(help="A service, kafka, postgres, identity, mail or supervisor."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on as lines come.")] = False,
) -> None:
    """Show the logs, of all or of one service."""
    from local.home import find_home
    from local.logs import Follower, logs_of
    from local.problems import LocalProblem

    folder = find_home().logs
    if not logs_of(folder, service):
        raise LocalProblem(f"There are no logs of {service or 'anything'} here.")
    follower = Follower()
    for name, line in follower.start_at_end(
        logs_of(folder, service), LINES_OF_ONE if service else LINES
    ):
        _write(name, line)
    while follow:
        try:
            for name, line in follower.new_lines(logs_of(folder, service)):
                _write(name, line)
            sys.stdout.flush()
            time.sleep(0.2)
        except KeyboardInterrupt:
            return


def _write(name: str, line: str) -> None:
    plain = line if sys.stdout.isatty() else COLOURS.sub("", line)
    sys.stdout.write(f"{name:18} {plain}\n")
