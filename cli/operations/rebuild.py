"""`soihtu rebuild`: what a service copies of others, made anew from its topics."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("rebuild")(rebuild)


def rebuild(
    service: Annotated[str, typer.Argument(help="Whose: okr, checkins, reporting, notifications.")],
    reason: Annotated[str, typer.Option(help="Why; it is logged, with who you are.")],
    accept: Annotated[
        int | None, typer.Option(help="How many dead letters may come of it.")
    ] = None,
) -> None:
    """Fold the topics anew beside the serving tables, and swap the two, while traffic goes on."""
    from cli.operations import operate

    more = [] if accept is None else ["--accept", str(accept)]
    if code := operate(service, "rebuild", ["--reason", reason, *more]):
        raise typer.Exit(code)
