"""`soihtu republish`: all that a service owns, published anew."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("republish")(republish)


def republish(
    service: Annotated[str, typer.Argument(help="okr or checkins.")],
    reason: Annotated[str, typer.Option(help="Why; it is logged, with who you are.")],
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Have all as the topics have it last.")
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Undo what was done since the backup.")
    ] = False,
) -> None:
    """Publish every aggregate one version above all that the topics have; nobody is told of it."""
    from cli.operations import operate

    chosen = ["--adopt"] * adopt + ["--withdraw"] * withdraw
    if code := operate(service, "republish", ["--reason", reason, *chosen]):
        raise typer.Exit(code)
