"""`soihtu republish`: all that a service owns, published anew."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("republish")(republish)


def republish(
    service: Annotated[str, typer.Argument(help="okr or checkins.")],
    reason: Annotated[str, typer.Option(help="Why; it is logged, with who you are.")],
    adopt: Annotated[
        bool, typer.Option("--adopt", help="Take over what the topics have and it lacks.")
    ] = False,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take that over as closed or withdrawn.")
    ] = False,
) -> None:
    """Publish every aggregate one version above all that the topics have; nobody is told of it."""
    from cli.operations import operate

    chosen = ["--adopt"] * adopt + ["--withdraw"] * withdraw
    if code := operate(service, "republish", ["--reason", reason, *chosen]):
        raise typer.Exit(code)
