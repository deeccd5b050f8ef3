"""`soihtu demo`: the whole agency, of any size, put into a system that is empty."""

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.reach import Reach


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    teams: Annotated[int, typer.Option(help="How many teams; twelve of them are told.")] = 130,
    people: Annotated[
        int, typer.Option(help="How many people in teams; supervisors and heads come besides.")
    ] = 1300,
    weeks: Annotated[int, typer.Option(help="How long ago the running cycle began.")] = 12,
    seed: Annotated[int, typer.Option(help="The same gives the same texts and numbers.")] = 1,
) -> None:
    """Load a large demo agency into an empty system; run again, it goes on where it stopped."""
    from rich.console import Console

    from cli.client import Refused
    from cli.demo.large.agency import large_agency
    from cli.demo.loading import load_all
    from cli.progress import Bar
    from cli.reach import find_reach
    from local.home import find_home
    from local.problems import SOIHTU, LocalProblem

    agency = large_agency(teams, people, weeks, seed)
    reach = find_reach("okr", "checkins", "reporting")
    home, began = find_home(), time.monotonic()
    mine = f"{agency.system} {reach.apis['okr']}\n"
    begun = home.demo_begun.exists() and home.demo_begun.read_text() == mine
    if not begun and asyncio.run(_has_teams(reach)):
        raise LocalProblem(
            "This system has teams already. Begin with an empty one: "
            f"`{SOIHTU} reset --yes`, `{SOIHTU} up --no-demo`, then this again."
        )
    home.demo_begun.write_text(mine)
    # So that the next `make up` does not load the small one on top of it.
    home.demo_marker.touch()
    console = Console(stderr=True, highlight=False)
    try:
        with Bar(console) as bar:
            asyncio.run(load_all(reach, agency, bar))
    except Refused as refused:
        raise LocalProblem(
            f"The demo could not be loaded: {refused} ({refused.code}) Run this again to go on "
            "where it stopped."
        ) from refused
    console.print(
        f"{teams} teams and {people} people, {weeks} weeks into the running cycle, in "
        f"{time.monotonic() - began:.0f} s. Next: `{SOIHTU} tour`, `{SOIHTU} tree`."
    )


async def _has_teams(reach: "Reach") -> bool:
    from cli.client import Client
    from cli.reach import Credentials

    async with Client(reach, Credentials.of()) as client:
        return bool((await client.get("okr", "/teams", {"limit": "1"})).body["items"])
