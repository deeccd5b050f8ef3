"""`soihtu goals`: a team's goals in a cycle, and how they stand."""

from typing import TYPE_CHECKING

import typer

from cli.people.commands import add
from cli.people.options import As, CycleName, Json, TeamName, ToldIn

if TYPE_CHECKING:
    from cli.client import Client
    from cli.people import showing
    from cli.words import Words


def register(app: typer.Typer) -> None:
    add(app, "goals", goals)


def goals(
    team: TeamName = None,
    cycle: CycleName = None,
    language: ToldIn = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Show the goals of a team on its board, with their key results."""
    from cli.people.caller import run
    from cli.people.finding import cycle_of, team_of
    from cli.people.showing import GoalsTable, as_answered, print_lines

    async def ask(client: "Client") -> "tuple[showing.Json, dict[str, int]]":
        asked = await team_of(client, team)
        query = {"cycle": (await cycle_of(client, cycle))["id"]} if cycle else None
        board = (await client.get("reporting", f"/teams/{asked['id']}/board", query)).body
        return board, {} if as_json else await _support(client, board["objectives"])

    (board, support), words = run(name, ask, "okr", "reporting", language=language)
    if as_json:
        as_answered(board)
        return
    print_lines(_frame(board, words))
    if board["objectives"]:
        print_lines(GoalsTable(board["objectives"], words, support))
    else:
        print_lines(words("no-goals"))


async def _support(client: "Client", objectives: "list[showing.Json]") -> dict[str, int]:
    """How many support what a team is choosing, by goal; nothing of what nobody supports."""
    from cli.crowd import each

    found: dict[str, int] = {}

    async def look(goal: "showing.Json") -> None:
        path = f"/objectives/{goal['id']}/support"
        found[goal["id"]] = (await client.get("okr", path)).body["count"]

    await each(objectives, look)
    return {goal: count for goal, count in found.items() if count}


def _frame(board: "showing.Json", words: "Words") -> str:
    from cli.people.showing import text

    frame = board["cycle"]
    parts = [text(board["team"]["name"], words.language)]
    if frame:
        name = text(frame["name"], words.language)
        parts.append(f"{name}, {frame['start']} – {frame['end']}")
    return " · ".join([*parts, words.name("place", board["place"] or "unset")])
