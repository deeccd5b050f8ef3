"""`soihtu tour`: who asks for it, and how it goes on from stop to stop."""

import asyncio
import sys
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command()(tour)


def tour(
    pause: Annotated[
        bool, typer.Option("--pause/--no-pause", help="Wait for Enter after each stop.")
    ] = True,
) -> None:
    """Walk through the demo agency in the terminal: what Soihtu is for, in two minutes.

    Its calls are real ones; the third stop says a value in team Lumme's name, as of today.
    """
    from rich.console import Console

    from cli.client import Refused
    from cli.reach import find_reach
    from cli.tail import kafka_settings_here
    from cli.touring.guide import Guide
    from cli.touring.stops import walk
    from local.problems import SOIHTU, LocalProblem

    reach = find_reach("okr", "checkins", "reporting")
    guide = Guide(Console(highlight=False), wait=pause and sys.stdin.isatty())
    try:
        asyncio.run(walk(reach, kafka_settings_here(), guide))
    except Refused as refused:
        raise LocalProblem(
            f"The tour stops here: {refused} ({refused.code}) It needs a demo whose cycle goes "
            f"on: `{SOIHTU} reset --yes`, then `make up`."
        ) from refused
