"""`soihtu tree`: the organisation's goals in a cycle, with their progress."""

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from local.problems import LocalProblem

if TYPE_CHECKING:
    from rich.tree import Tree

    from cli.client import Client

BAR = 10
COLOURS = {"on-track": "green", "behind": "yellow", "at-risk": "red", "stale": "magenta"}


def register(app: typer.Typer) -> None:
    app.command()(tree)


def tree(
    cycle: Annotated[
        str | None,
        typer.Option(help="A cycle, by its id or name; else the open one that began last."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Units and teams without goals in it too.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="What the API answers.")] = False,
) -> None:
    """Show the organisation's goals with progress."""
    from rich.console import Console

    overview = asyncio.run(_overview(cycle))
    if as_json:
        sys.stdout.write(json.dumps(overview, indent=2, ensure_ascii=False) + "\n")
        return
    console = Console(highlight=False)
    for top in trees(overview, whole=whole):
        console.print(top)
    console.print(_freshness(overview), style="dim")


async def _overview(cycle: str | None) -> dict[str, Any]:
    from cli.client import Client, Refused
    from cli.reach import Credentials, find_reach

    async with Client(find_reach("okr", "reporting"), Credentials.of()) as client:
        try:
            query = {"cycle": await _cycle_id(client, cycle)} if cycle else {}
            return (await client.get("reporting", "/overview", query)).body
        except Refused as refused:
            raise LocalProblem(f"{refused} ({refused.code})") from refused


async def _cycle_id(client: "Client", asked: str) -> str:
    try:
        return str(UUID(asked))
    except ValueError:
        pass
    cycles = await client.items("okr", "/cycles")
    found = [cycle for cycle in cycles if asked.casefold() in map(str.casefold, _names(cycle))]
    if found:
        return str(found[0]["id"])
    known = ", ".join(_text(cycle["name"]) for cycle in cycles[:10]) or "none yet"
    raise LocalProblem(f"There is no cycle called {asked!r}; there are: {known}.")


def _names(cycle: dict[str, Any]) -> list[str]:
    name = cycle["name"]
    return [name[language] for language in ("fi", "sv", "en") if name.get(language)]


def trees(overview: dict[str, Any], *, whole: bool = False) -> list["Tree"]:
    """One tree for each unit at the top, of any depth."""
    from rich.tree import Tree

    cycle = overview["cycle"]
    branches: dict[str, Tree] = {}
    tops: list[Tree] = []
    goals: dict[str, list[dict[str, Any]]] = {}
    for objective in overview["objectives"]:
        goals.setdefault(objective["owner"]["id"], []).append(objective)
    for unit in overview["units"]:
        if not whole and not unit["objectives"] and unit["parent"]:
            continue
        above = branches.get(unit["parent"])
        if above is None:
            branch = Tree(f"{_unit(unit)}  [dim]{_of_cycle(cycle)}[/]")
            tops.append(branch)
        else:
            branch = above.add(_unit(unit))
        branches[unit["id"]] = branch
        for goal in goals.get(unit["id"], ()):
            branch.add(_objective(goal))
    return tops


def _unit(unit: dict[str, Any]) -> str:
    parts = [f"[bold]{_escaped(_text(unit['name']))}[/]", _bar(unit["progress"])]
    if unit["key_results"]:
        parts.append(f"[dim]{unit['key_results_with_value']}/{unit['key_results']} have a value[/]")
    if unit["lowest_confidence"] is not None:
        parts.append(f"[dim]lowest confidence {unit['lowest_confidence']}[/]")
    if unit["low_confidence"]:
        parts.append(f"[red]{unit['low_confidence']} unlikely[/]")
    if unit["stale"]:
        parts.append(f"[magenta]{unit['stale']} stale[/]")
    return "  ".join(parts)


def _objective(objective: dict[str, Any]) -> str:
    status = objective["status"]
    colour = COLOURS.get(status, "dim")
    said = f"▸ {_escaped(_text(objective['title']))}  {_bar(objective['progress'])}"
    from_before = "  [dim]goes on from an earlier cycle[/]" if objective["ancestor"] else ""
    return f"{said}  [{colour}]{_escaped(status)}[/]{from_before}"


def _bar(progress: float | None) -> str:
    if progress is None:
        return "[dim]no value yet[/]"
    done = round(min(max(progress, 0.0), 1.0) * BAR)
    return f"[cyan]{'━' * done}[/][dim]{'┄' * (BAR - done)}[/] {progress:z.0%}"


def _of_cycle(cycle: dict[str, Any]) -> str:
    return f"{_escaped(_text(cycle['name']))}, {cycle['start']} – {cycle['end']}"


def _freshness(overview: dict[str, Any]) -> str:
    lag = "unknown" if overview["lag"] is None else overview["lag"]
    return f"as of {overview['as_of']}, events still to come: {lag}"


def _text(name: dict[str, Any] | None) -> str:
    if not name:
        return "?"
    return str(name.get(str(name.get("source"))) or "?")


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
