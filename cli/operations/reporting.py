"""`soihtu reporting`: what is asked of reporting alone."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What is asked of reporting alone.", no_args_is_help=True)
    group.command("verify")(verify)
    group.callback()(_always_a_group)
    app.add_typer(group, name="reporting")


def _always_a_group() -> None:
    """What is asked of reporting alone."""


def verify(
    most: Annotated[int, typer.Option(help="Differences that are told.")] = 1000,
) -> None:
    """Compare the tables with a fold of the topics; exit code 1 when they differ."""
    from cli.operations import operate

    if code := operate("reporting", "verify", ["--most", str(most)]):
        raise typer.Exit(code)
