"""`soihtu logs`: what the processes of the local system say."""

import sys
import time
from typing import Annotated

import typer

LINES = 20
LINES_OF_ONE = 200


def register(app: typer.Typer) -> None:
    app.command()(logs)


def logs(
    service: Annotated[
        str | None,
        typer.Argument(help="okr, checkins, reporting, kafka, postgres, identity or supervisor."),
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
        sys.stdout.write(f"{name:18} {line}\n")
    while follow:
        try:
            for name, line in follower.new_lines(logs_of(folder, service)):
                sys.stdout.write(f"{name:18} {line}\n")
            sys.stdout.flush()
            time.sleep(0.2)
        except KeyboardInterrupt:
            return
