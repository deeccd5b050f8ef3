"""Options that mean the same in every command of people."""

from typing import Annotated

import typer

As = Annotated[
    str | None,
    typer.Option("--as", help="In a local run: as this person or agency role, without a login."),
]
Json = Annotated[bool, typer.Option("--json", help="What the API answers.")]
TeamName = Annotated[
    str | None, typer.Option("--team", help="A team, by its name or id; else your own.")
]
GoalName = Annotated[
    str,
    typer.Argument(
        metavar="GOAL", help="Its id, how the id begins or ends, or a part of its title."
    ),
]
