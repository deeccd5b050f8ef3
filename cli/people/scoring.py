"""`soihtu score`: how far a key result got in the end."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.people.commands import add
from cli.people.options import As, CycleName, Json, TeamName, ToldIn

if TYPE_CHECKING:
    from rich.table import Table

    from cli.client import Client
    from cli.people import showing
    from cli.words import Words


def register(app: typer.Typer) -> None:
    add(app, "score", score)


def score(
    key_result: Annotated[str, typer.Argument(metavar="KEY_RESULT")],
    agreed: Annotated[str | None, typer.Argument(metavar="SCORE")] = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT")] = None,
    team: TeamName = None,
    cycle: CycleName = None,
    language: ToldIn = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """As torchbearer or supervisor, give a key result its final score; without one, show them."""
    from cli.people.caller import run
    from cli.people.showing import as_answered, print_lines

    async def put(client: "Client") -> "tuple[showing.Json, showing.Json]":
        """The goal as it is then, and its scores."""
        given = None if agreed is None else _read(agreed)
        goal, own = await _key_result(client, key_result, team, cycle)
        path = f"/objectives/{goal['id']}/scores"
        if given is None:
            return goal, (await client.get("okr", path)).body
        said = {"agreed": given, **({"reason": reason} if reason else {})}
        scored = await client.put("okr", f"/key-results/{own}/score", said, match=goal["version"])
        return scored.body, (await client.get("okr", path, after=scored.reached)).body

    (goal, scores), words = run(name, put, "okr", language=language)
    if as_json:
        as_answered(scores if agreed is None else goal)
    else:
        print_lines(_table(goal, scores, words))


def _read(said: str) -> float:
    from cli.people.stating import value
    from cli.words import Problem

    try:
        return value(said)
    except ValueError:
        raise Problem("no-score", said=said) from None


async def _key_result(
    client: "Client", said: str, team: str | None, cycle: str | None
) -> "tuple[showing.Json, str]":
    """The goal of the key result that is named, and the id of that. Raises Problem, Refused."""
    from cli.people.finding import goals_of, is_id, pick

    if is_id(said):
        seen = (await client.get("okr", f"/key-results/{said}")).body
        goal = (await client.get("okr", f"/objectives/{seen['objective']}")).body
        return goal, said
    known = [
        {**one, "goal": goal, "of": goal["title"]}
        for goal in await goals_of(client, team, cycle)
        for one in goal["key_results"]
        if one["state"] == "open"
    ]
    found = pick(known, said, "key-result", client.language)
    return found["goal"], found["id"]


def _table(goal: "showing.Json", scores: "showing.Json", words: "Words") -> "Table":
    from cli.people.finding import short
    from cli.people.showing import plain_table, text

    numbers = ("computed", "agreed", "expected")
    table = plain_table(
        "id",
        words("column-goal"),
        *(words(f"column-{it}") for it in numbers),
        words("column-band"),
    )
    rows = [(goal["id"], goal["title"], scores)]
    rows += [(one["key_result"], one["title"], one) for one in scores["key_results"]]
    for at, (id_, title, one) in enumerate(rows):
        indent = "  " if at else ""
        band = words.name("band", one["band"]) if one["band"] else ""
        table.add_row(
            short(id_),
            f"{indent}{text(title, words.language)}",
            *(_score(one[it], words.language) for it in numbers),
            band,
        )
    return table


def _score(share: float | None, language: str) -> str:
    from cli.people.showing import written

    return "–" if share is None else written(f"{share:.2f}", language)
