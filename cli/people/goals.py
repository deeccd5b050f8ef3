"""`soihtu goals`: a team's goals in a cycle, and how they stand."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.people.options import As, Json, TeamName

if TYPE_CHECKING:
    from cli.client import Client
    from cli.people import showing


def register(app: typer.Typer) -> None:
    app.command()(goals)


def goals(
    team: TeamName = None,
    cycle: Annotated[
        str | None,
        typer.Option(help="A cycle, by its name or id; else the newest in which the team runs."),
    ] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Show your team's goals, or another's, with their key results."""
    from cli.people.caller import language, run
    from cli.people.finding import cycle_of, team_of
    from cli.people.showing import as_answered, goals_table, print_lines

    async def ask(client: "Client") -> "tuple[showing.Json, dict[str, int]]":
        asked = await team_of(client, team)
        query = {"cycle": (await cycle_of(client, cycle))["id"]} if cycle else None
        board = (await client.get("reporting", f"/teams/{asked['id']}/board", query)).body
        return board, {} if as_json else await _support(client, board["objectives"])

    board, support = run(name, ask, "okr", "reporting")
    if as_json:
        as_answered(board)
        return
    print_lines(_frame(board, language()))
    if board["objectives"]:
        print_lines(goals_table(board["objectives"], language(), support))
    else:
        print_lines("no goals yet")


async def _support(client: "Client", objectives: "list[showing.Json]") -> dict[str, int]:
    """How many support what a team is choosing, by goal; nothing of what nobody supports."""
    from cli.crowd import each

    found: dict[str, int] = {}

    async def look(goal: "showing.Json") -> None:
        path = f"/objectives/{goal['id']}/support"
        found[goal["id"]] = (await client.get("okr", path)).body["count"]

    await each(objectives, look)
    return {goal: count for goal, count in found.items() if count}


def _frame(board: "showing.Json", language: str) -> str:
    from cli.people.showing import text

    frame = board["cycle"]
    parts = [text(board["team"]["name"], language)]
    if frame:
        parts.append(f"{text(frame['name'], language)}, {frame['start']} – {frame['end']}")
    return " · ".join([*parts, board["place"] or "no place yet"])
