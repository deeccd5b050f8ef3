"""`soihtu restore`: a service's database as a backup has it."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("restore")(restore)


def restore(
    service: Annotated[str, typer.Argument(help="okr, checkins, reporting or notifications.")],
    folder: Annotated[
        Path | None, typer.Argument(help="A folder that `soihtu backup` made.")
    ] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why; it is logged, with who you are.")],
    remove_kept: Annotated[
        str | None, typer.Option(help="Instead: drop a database that a restore has kept.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
) -> None:
    """Stop the service's roles, put the backup in the place of its database, and start them."""
    from cli.operations import operate
    from local.control import holding
    from local.graph import SERVICES
    from local.home import find_home

    if not yes:
        raise typer.BadParameter("say --yes: the service stands still while it is restored")
    if remove_kept is not None:
        more = ["--remove-kept", remove_kept, "--reason", reason, "--yes"]
        raise typer.Exit(operate(service, "restore", more))
    if folder is None:
        raise typer.BadParameter("name the folder of a backup")
    words = [str(folder.absolute()), "--reason", reason]
    if code := operate(service, "restore", [*words, "--check"]):
        raise typer.Exit(code)
    home = find_home()
    roles = [f"{it.name}-{role}-0" for it in SERVICES for role in it.roles if it.name == service]
    with holding(home, roles):
        code = operate(service, "restore", [*words, "--yes"])
    raise typer.Exit(code)
