"""`soihtu score`: how far a key result got in the end."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.people.options import As, Json, TeamName

if TYPE_CHECKING:
    from rich.table import Table

    from cli.client import Client
    from cli.people import showing


def register(app: typer.Typer) -> None:
    app.command()(score)


def score(
    key_result: Annotated[
        str,
        typer.Argument(
            metavar="KEY_RESULT", help="Its id, how the id begins or ends, or a part of its title."
        ),
    ],
    agreed: Annotated[
        str, typer.Argument(metavar="SCORE", help="From 0.0 to 1.0, as the team agreed.")
    ],
    reason: Annotated[
        str | None, typer.Option(help="Why it is so; needed where it is not as computed.")
    ] = None,
    team: TeamName = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """As torchbearer or supervisor, give a key result its final score.

    What its progress is at that moment is kept beside. A score is about the goal, never a person.
    """
    from cli.people.caller import language, run
    from cli.people.showing import as_answered, print_lines

    said = {"agreed": _read(agreed), **({"reason": reason} if reason else {})}

    async def put(client: "Client") -> "tuple[showing.Json, showing.Json]":
        own, version = await _key_result(client, key_result, team)
        scored = await client.put("okr", f"/key-results/{own}/score", said, match=version)
        scores = await client.get("okr", f"/objectives/{scored.id}/scores", after=scored.reached)
        return scored.body, scores.body

    scored, scores = run(name, put, "okr")
    if as_json:
        as_answered(scored)
    else:
        print_lines(_table(scored, scores, language()))


def _read(said: str) -> float:
    from cli.people.stating import value
    from local.problems import LocalProblem

    try:
        return value(said)
    except ValueError:
        raise LocalProblem(f"A score is a number from 0.0 to 1.0, not {said!r}.") from None


async def _key_result(client: "Client", said: str, team: str | None) -> tuple[str, int]:
    """The key result that is named, and the version of its objective. Raises LocalProblem."""
    from cli.people.finding import goals_of, is_id, pick

    if is_id(said):
        seen = (await client.get("okr", f"/key-results/{said}")).body
        return seen["id"], seen["version"]
    known = [
        {**one, "version": goal["version"]}
        for goal in await goals_of(client, team)
        for one in goal["key_results"]
        if one["state"] == "open"
    ]
    found = pick(known, said, "key result", client.language)
    return found["id"], found["version"]


def _table(scored: "showing.Json", scores: "showing.Json", language: str) -> "Table":
    from rich.table import Table

    from cli.people.finding import short
    from cli.people.showing import text

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("id", no_wrap=True, style="dim")
    table.add_column("goal", ratio=1)
    for heading in ("computed", "agreed", "expected"):
        table.add_column(heading, no_wrap=True, justify="right")
    rows = [(scored["id"], scored["title"], scores)]
    rows += [(one["key_result"], one["title"], one) for one in scores["key_results"]]
    for at, (id_, title, one) in enumerate(rows):
        indent = "  " if at else ""
        numbers = (_score(one[name]) for name in ("computed", "agreed", "expected"))
        table.add_row(short(id_), f"{indent}{text(title, language)}", *numbers)
    return table


def _score(share: float | None) -> str:
    return "–" if share is None else f"{share:.2f}"
