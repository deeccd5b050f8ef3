"""`soihtu backup`: the database of every service, with how far its topics were."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)


def backup(
    folder: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
) -> None:
    """Back up every service while it serves; the folder appears when all of them are in it."""
    from chassis.backups import whole_or_nothing
    from chassis.operations import OperationProblem
    from cli.operations import operate
    from local.graph import SERVICE_NAMES

    try:
        with whole_or_nothing(folder.absolute()) as partial:
            for service in SERVICE_NAMES:
                if code := operate(service, "backup", [str(partial)]):
                    raise typer.Exit(code)
    except OperationProblem as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"backed up to {folder}")
