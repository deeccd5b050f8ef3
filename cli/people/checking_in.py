"""`soihtu check-in`: what a team says of a goal, in half a minute."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import uuid4

import typer

from cli.people.commands import add
from cli.people.options import As, GoalName, Json, TeamName, ToldIn

if TYPE_CHECKING:
    from cli.client import Answer, Client
    from cli.people import showing
    from cli.people.entries import Said
    from cli.words import Words

T = TypeVar("T")


def register(app: typer.Typer) -> None:
    add(app, "check-in", check_in)


def check_in(
    goal: GoalName,
    values: Annotated[list[str] | None, typer.Option("--value", "-v", metavar="VALUE")] = None,
    done: Annotated[list[str] | None, typer.Option("--done", metavar="STEPS")] = None,
    confidences: Annotated[
        list[str] | None, typer.Option("--confidence", "-c", metavar="CONFIDENCE")
    ] = None,
    remarks: Annotated[list[str] | None, typer.Option("--words", "-w", metavar="TEXT")] = None,
    help_wanted: Annotated[str | None, typer.Option("--help-wanted", metavar="TEXT")] = None,
    day: Annotated[str | None, typer.Option("--date", metavar="DATE")] = None,
    team: TeamName = None,
    language: ToldIn = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Check in, by options or by asking: how far key results are, and how sure the team is."""
    from cli.people.caller import run
    from cli.people.entries import Said
    from cli.people.showing import GoalsTable, as_answered, print_lines

    said = Said(values or (), done or (), confidences or (), remarks or ())

    async def put(client: "Client") -> "tuple[Answer, showing.Json | None]":
        asked = await _form(client, goal, team)
        body = {
            "objective": asked["objective"],
            "team": asked["team"],
            **_stated(asked, said, help_wanted, client.language),
            **({"date": day} if day else {}),
        }
        made = await client.post("checkins", "/check-ins", body, key=f"cli-{uuid4()}")
        return made, None if as_json else await _on_the_board(client, asked["team"], made)

    (made, shown), words = run(name, put, "okr", "checkins", "reporting", language=language)
    if as_json:
        as_answered(made.body)
        return
    number, of = made.body["number"], made.body["effective_date"]
    print_lines(words("checked-in", number=number, day=of))
    print_lines(GoalsTable([shown], words) if shown else words("not-on-the-board-yet"))


async def _form(client: "Client", said: str, team: str | None) -> "showing.Json":
    """The form of the goal that is named, of the first of the caller's teams that is one of its.

    Raises Problem, Refused.
    """
    from cli.people.finding import goal_of, teams_of
    from cli.reached import Versions

    goal = await goal_of(client, said, team)
    able = [goal["responsible_team"], *goal["contributing_teams"]]
    mine = [one["id"] for one in await teams_of(client, team)]
    checks_in = next((one for one in mine if one in able), mine[0])
    path = f"/objectives/{goal['id']}/check-in-form"
    as_it_is = Versions({f"objectives/{goal['id']}": goal["version"]})
    return (await client.get("checkins", path, {"team": checks_in}, after=as_it_is)).body


def _stated(
    form: "showing.Json", said: "Said", help_wanted: str | None, language: str
) -> "showing.Json":
    """Entries and help wanted, by the options, else by asking. Raises Problem."""
    from cli.people.entries import Entries
    from cli.people.showing import text
    from cli.words import Problem, Words

    words, entries = Words(language), Entries(form, language)
    if said:
        stated = entries.of_options(said)
    else:
        typer.echo(text(form["title"], language), err=True)
        ask = partial(_ask, words)
        try:
            stated = entries.by_asking(ask)
            help_wanted = help_wanted or ask(words("ask-help"), "", str)
        except typer.Abort:
            raise Problem("broken-off") from None
    if not stated:
        raise Problem("nothing-said")
    return {"entries": stated, **({"help_wanted": help_wanted} if help_wanted else {})}


def _ask(words: "Words", question: str, before: str, read: "Callable[[str], T]") -> "T":
    """Until it is understood. Raises typer.Abort where no answer comes."""
    from cli.words import Problem

    while True:
        said: str = typer.prompt(question, default=before, show_default=bool(before), err=True)
        try:
            return read(said.strip())
        except Problem as problem:
            typer.echo(words.told(problem), err=True)


async def _on_the_board(client: "Client", team: str, made: "Answer") -> "showing.Json | None":
    """The goal with what was said in it; None while the board is not that far. Raises Refused."""
    from cli.client import Refused

    query = {"cycle": made.body["cycle"]}
    path = f"/teams/{team}/board"
    try:
        board = (await client.get("reporting", path, query, after=made.reached)).body
    except Refused as refused:
        if refused.code != "not-here-yet":
            raise
        return None
    goals = board["objectives"]
    return next((one for one in goals if one["id"] == made.body["objective"]), None)
