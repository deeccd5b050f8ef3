"""`soihtu import`: brings goals of another system in, as a department."""

import asyncio
import json
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from local.problems import SOIHTU, LocalProblem

if TYPE_CHECKING:
    from rich.console import Console

    from cli.importing.gitlab import Converted
    from cli.importing.report import Report

CODE = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    file: Annotated[
        Path, typer.Argument(help="JSON: the neutral format, or a quarter of GitLab's.")
    ],
    under: Annotated[
        str,
        typer.Option(
            help="Code of the department that it becomes, and of the system that it comes from."
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Tell what was done as JSON.")] = False,
) -> None:
    """Import goals and check-ins; again changes only what has changed in the file."""
    from rich.console import Console

    from cli.importing.reading import read

    if not CODE.fullmatch(under):
        raise LocalProblem(
            f"--under {under!r} is not a code: lower-case letters, digits, `.` and `-`, at most 64."
        )
    converted = read(file)
    try:
        report = asyncio.run(_run(converted, under, Console(stderr=True)))
    except KeyboardInterrupt:
        sys.stderr.write("interrupted: run the import again to go on where it stopped\n")
        raise typer.Exit(130) from None
    if as_json:
        sys.stdout.write(json.dumps(report.facts(), indent=2, ensure_ascii=False) + "\n")
    else:
        report.show(Console())
        name = converted.file.text(converted.file.cycle.name)
        cycle = shlex.quote(name[name["source"]])
        sys.stderr.write(f"see it with: {SOIHTU} tree --cycle {cycle}\n")
    if report.refusals:
        raise typer.Exit(1)


async def _run(converted: "Converted", system: str, console: "Console") -> "Report":
    from cli.client import Client
    from cli.importing.load import Load
    from cli.importing.report import Report
    from cli.progress import Bar
    from cli.reach import Credentials, find_reach

    file = converted.file
    report = Report(file.not_yet_imported, list(converted.refusals))
    async with Client(find_reach("okr", "checkins"), Credentials.of()) as client:
        with Bar(console) as bar:
            await Load(client, file, system, report, bar).run()
    return report
