"""Options that mean the same in every command of people; their help is in `texts.yaml`."""

from typing import Annotated, Literal

import typer

As = Annotated[str | None, typer.Option("--as", metavar="NAME")]
Json = Annotated[bool, typer.Option("--json")]
TeamName = Annotated[str | None, typer.Option("--team", metavar="TEAM")]
CycleName = Annotated[str | None, typer.Option("--cycle", metavar="CYCLE")]
GoalName = Annotated[str, typer.Argument(metavar="GOAL")]
ToldIn = Annotated[Literal["fi", "sv", "en"] | None, typer.Option("--language")]
