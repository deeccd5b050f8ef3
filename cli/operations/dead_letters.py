"""`soihtu dead-letters`: what a service could not apply."""

from typing import Annotated

import typer

from local.graph import SERVICE_NAMES


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="Records that could not be applied.", no_args_is_help=True)
    group.command("list")(list_)
    app.add_typer(group, name="dead-letters")


def list_(
    service: Annotated[str | None, typer.Argument(help="One service; else all of them.")] = None,
) -> None:
    """Show what is set aside, oldest first."""
    from cli.operations import operate

    for name in [service] if service else SERVICE_NAMES:
        if code := operate(name, "dead-letters", ["list"]):
            raise typer.Exit(code)
