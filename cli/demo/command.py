"""`soihtu demo`: an agency, of any size, put into a system that is empty."""

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cli.reach import Reach
    from local.home import Home


def register(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    teams: Annotated[int, typer.Option(help="How many teams; twelve of them are told.")] = 130,
    people: Annotated[
        int, typer.Option(help="How many people in teams; supervisors and heads come besides.")
    ] = 1300,
    weeks: Annotated[int, typer.Option(help="How long ago the running cycle began.")] = 12,
    seed: Annotated[int, typer.Option(help="The same gives the same texts and numbers.")] = 1,
    small: Annotated[
        bool, typer.Option("--small", help="The twelve teams alone, as `make up` loads them.")
    ] = False,
) -> None:
    """Load a demo agency into an empty system; run again, it goes on where it stopped.

    The system is the one that runs here, or the one that the environment names.
    """
    from rich.console import Console

    from chassis import clock
    from cli.client import Refused
    from cli.demo.cycles import small_agency
    from cli.demo.large.agency import large_agency
    from cli.demo.loading import load_all
    from cli.progress import Bar
    from cli.reach import find_reach
    from local.home import find_home
    from local.problems import SOIHTU, LocalProblem

    agency = small_agency() if small else large_agency(teams, people, weeks, seed)
    reach = find_reach("okr", "checkins", "reporting")
    home, began = find_home(), time.monotonic()
    mine, begun = f"{agency.system} {reach.apis['okr']}", _begun(home)
    if mine not in begun and asyncio.run(_is_used(reach)):
        raise LocalProblem(
            f"The system at {reach.apis['okr']} has units or teams already. Begin with an empty"
            " one: "
            f"`{SOIHTU} reset --yes`, `{SOIHTU} up --no-demo`, then this again; of containers "
            "`docker compose down --volumes`, then up."
        )
    home.folder.mkdir(parents=True, exist_ok=True)
    home.demo_begun.write_text("\n".join(sorted({*begun, mine})))
    if _runs_here(home, reach):
        clock.follow(home.clock_file)
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
    members = sum(bool(one.team) and one.at_home for one in agency.people)
    console.print(
        f"{len(agency.teams)} teams and {members} people, {agency.weeks} weeks into the running "
        f"cycle, in {time.monotonic() - began:.0f} s. Next: `{SOIHTU} tour`, `{SOIHTU} tree`."
    )


def _begun(home: "Home") -> list[str]:
    """Which demos were begun from here, and at which addresses."""
    return home.demo_begun.read_text().splitlines() if home.demo_begun.exists() else []


def _runs_here(home: "Home", reach: "Reach") -> bool:
    """Whether the demo goes into the system of `home`, and not into containers, say."""
    from local.control import runs

    return runs(home) and home.state()["apis"]["okr"] == reach.apis["okr"]


async def _is_used(reach: "Reach") -> bool:
    from cli.client import Client
    from cli.reach import Credentials

    async with Client(reach, Credentials.of()) as client:
        units = (await client.get("okr", "/units", {"limit": "2"})).body["items"]
        teams = (await client.get("okr", "/teams", {"limit": "1"})).body["items"]
        return len(units) > 1 or bool(teams)
