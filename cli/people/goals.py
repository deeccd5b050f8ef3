"""`soihtu goals`: a team's goals in a cycle, and how they stand."""

from dataclasses import dataclass
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

    async def ask(client: "Client") -> "tuple[showing.Json, list[Choosing]]":
        asked = await team_of(client, team)
        query = {"cycle": (await cycle_of(client, cycle))["id"]} if cycle else None
        board = (await client.get("reporting", f"/teams/{asked['id']}/board", query)).body
        return board, [] if as_json else await _choosing(client, board)

    (board, choosing), words = run(name, ask, "okr", "reporting", language=language)
    if as_json:
        as_answered(board)
        return
    print_lines(_frame(board, words))
    if not board["objectives"]:
        print_lines(words("no-goals"))
        return
    support = {one.goal["id"]: one.support for one in choosing if one.support}
    print_lines(GoalsTable(board["objectives"], words, support))
    print_lines(*(line for one in choosing for line in one.lines(words)))


@dataclass(frozen=True)
class Choosing:
    """A goal, or a change of one, that a team is choosing, and how many are for it."""

    goal: "showing.Json"
    support: int | None
    """None where the team is small, and whoever asks is not of it."""

    def lines(self, words: "Words") -> list[str]:
        """What it waits for, where a table does not say it."""
        from cli.people.choosing import WAITS, in_support
        from cli.people.finding import short
        from cli.people.showing import text

        facts = {
            "title": text(self.goal["title"], words.language),
            "id": short(self.goal["id"]),
            "support": in_support(self.support, words),
        }
        pending = self.goal["pending"]
        lines = []
        if pending:
            lines.append(
                words("change-to-drop" if pending["kind"] == "drop" else "change", **facts)
            )
        if any(one["state"] == WAITS for one in self.goal["agreements"][-1:]):
            lines.append(words("waits-for-confirmation", **facts))
        return lines


async def _choosing(client: "Client", board: "showing.Json") -> list[Choosing]:
    """Of the goals of a board those that are being chosen, or changed. Raises Refused."""
    from cli.crowd import each

    if not board["objectives"]:
        return []
    query = {"team": board["team"]["id"], "cycle": board["cycle"]["id"]}
    goals = [
        one
        for one in await client.items("okr", "/objectives", query)
        if one["state"] == "proposed" or one["pending"]
    ]
    found: dict[str, int | None] = {}

    async def look(goal: "showing.Json") -> None:
        path = f"/objectives/{goal['id']}/support"
        found[goal["id"]] = (await client.get("okr", path)).body["count"]

    await each(goals, look)
    return [Choosing(one, found[one["id"]]) for one in goals]


def _frame(board: "showing.Json", words: "Words") -> str:
    from cli.people.showing import text

    frame = board["cycle"]
    parts = [text(board["team"]["name"], words.language)]
    if frame:
        name = text(frame["name"], words.language)
        parts.append(f"{name}, {frame['start']} – {frame['end']}")
    return " · ".join([*parts, words.name("place", board["place"] or "unset")])
