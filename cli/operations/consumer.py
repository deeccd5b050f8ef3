"""`soihtu consumer`: a consumer that has stopped."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="A consumer that has stopped.", no_args_is_help=True)
    group.callback()(_always_a_group)
    group.command("go-on")(go_on)
    app.add_typer(group, name="consumer")


def _always_a_group() -> None:
    """A consumer that has stopped."""


def go_on(
    group: Annotated[str, typer.Argument(help="Whose: a service.")],
    accept: Annotated[int, typer.Option(help="How many dead letters may still come.")],
    reason: Annotated[str, typer.Option(help="Why; it is logged, with who you are.")],
) -> None:
    """Let a consumer go on that set too much aside."""
    from cli.operations import operate

    words = ["go-on", group, "--accept", str(accept), "--reason", reason]
    if code := operate(group, "consumer", words):
        raise typer.Exit(code)
