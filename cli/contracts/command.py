"""`soihtu contracts`: holds the open contract to what was released, and adds a release."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from local.problems import LocalProblem

NOT_HERE = (
    "`soihtu contracts` needs the tools for development: run `make lint` once, and try again."
)


def register(app: typer.Typer) -> None:
    group = typer.Typer(help="What other agencies build on.", no_args_is_help=True)
    group.command("check")(check)
    group.command("release")(release)
    app.add_typer(group, name="contracts")


def check() -> None:
    """Fail on whatever readers of a release would stumble over, and on drift."""
    told = [*problems(_folder()), *_drifts()]
    for problem in told:
        typer.echo(problem)
    if told:
        raise typer.Exit(1)


def release(
    major: Annotated[
        bool,
        typer.Option("--major", help="Begin the next major version, for types beside the old."),
    ] = False,
) -> None:
    """Add the contract as it is now as the next release, once nothing stands in its way."""
    from cli.contracts import releases

    if told := [*problems(_folder()), *_drifts()]:
        raise LocalProblem("Not released: " + "; ".join(told))
    version = releases.following(releases.releases(), major=major)
    releases.write(releases.today(), version)
    typer.echo(f"Released {version}, in {releases.FOLDER.name}/: to be committed as it is.")


def problems(folder: Path) -> Iterator[str]:
    """What was changed in a release, and what its readers would stumble over today."""
    from cli.contracts import compatibility, releases

    now, known = releases.today(), releases.releases(folder)
    if not known:
        yield "no release is here"
    for version, place in known.items():
        yield from (f"{version}: {told}" for told in releases.tampered(place))
        yield from (
            f"{version}: {told}" for told in compatibility.breaks(releases.read(place), now)
        )


def _folder() -> Path:
    try:
        from cli.contracts import releases
    except ModuleNotFoundError as missing:
        raise LocalProblem(NOT_HERE) from missing
    return releases.FOLDER


def _drifts() -> Iterator[str]:
    from cli.contracts import drift

    return drift.drifts()
