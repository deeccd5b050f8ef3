"""`soihtu tree`: the organisation's goals in a cycle, with their progress."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.people.options import As, Json

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
        typer.Option(help="By its id or name; else the open one that began last, or begins next."),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Units and teams without goals in it too.")
    ] = False,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Show the organisation's goals with progress."""
    from rich.console import Console

    from cli.people.caller import run
    from cli.people.finding import cycle_of
    from cli.people.showing import as_answered
    from cli.reach import Credentials

    async def ask(client: "Client") -> dict[str, Any]:
        query = {"cycle": (await cycle_of(client, cycle))["id"]} if cycle else None
        return (await client.get("reporting", "/overview", query)).body

    overview, _ = run(name, ask, "okr", "reporting", otherwise=Credentials.of())
    if as_json:
        as_answered(overview)
        return
    console = Console(highlight=False)
    for top in trees(overview, whole=whole):
        console.print(top)
    console.print(_freshness(overview), style="dim")


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
