"""`soihtu check-in`: what a team says of a goal, in half a minute."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import uuid4

import typer

from cli.people.options import As, GoalName, Json, TeamName

if TYPE_CHECKING:
    from cli.client import Answer, Client
    from cli.people import showing
    from cli.people.entries import Said

T = TypeVar("T")

OF_ONE = "KEY_RESULT=…, or … alone where there is but one; as often as needed."


def register(app: typer.Typer) -> None:
    app.command("check-in")(check_in)


def check_in(
    goal: GoalName,
    values: Annotated[
        list[str] | None, typer.Option("--value", "-v", help=f"A value: {OF_ONE}")
    ] = None,
    done: Annotated[
        list[str] | None,
        typer.Option(
            "--done", help=f"Milestones that are done, by numbers (1,3) or none: {OF_ONE}"
        ),
    ] = None,
    confidences: Annotated[
        list[str] | None, typer.Option("--confidence", "-c", help=f"0–10: {OF_ONE}")
    ] = None,
    words: Annotated[
        list[str] | None, typer.Option("--words", "-w", help=f"What changed: {OF_ONE}")
    ] = None,
    help_wanted: Annotated[str | None, typer.Option(help="What help the team asks for.")] = None,
    day: Annotated[
        str | None, typer.Option("--date", help="The day it is about, as 2026-11-27; else today.")
    ] = None,
    team: TeamName = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Check in: say where the key results are, and how sure the team is.

    Without options it asks; Enter keeps what was said last, - leaves a key result out.
    """
    from cli.people.caller import language, run
    from cli.people.entries import Said
    from cli.people.showing import as_answered, goals_table, print_lines

    said = Said(values or (), done or (), confidences or (), words or ())

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

    made, shown = run(name, put, "okr", "checkins", "reporting")
    if as_json:
        as_answered(made.body)
        return
    print_lines(f"check-in {made.body['number']} of {made.body['effective_date']}")
    if shown:
        print_lines(goals_table([shown], language()))
    else:
        print_lines("it is recorded; the board does not show it yet")


async def _form(client: "Client", said: str, team: str | None) -> "showing.Json":
    """The form of the goal that is named, of the first of the caller's teams that is one of its.

    Raises LocalProblem, Refused.
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
    """Entries and help wanted, by the options, else by asking. Raises LocalProblem."""
    from cli.people.entries import Entries
    from cli.people.showing import text
    from local.problems import LocalProblem

    entries = Entries(form, language)
    if said:
        stated = entries.of_options(said)
    else:
        typer.echo(text(form["title"], language), err=True)
        stated = entries.by_asking(_ask)
        help_wanted = help_wanted or _ask("Help wanted", "", str)
    if not stated:
        raise LocalProblem("Nothing was said of any key result, so nothing was recorded.")
    return {"entries": stated, **({"help_wanted": help_wanted} if help_wanted else {})}


def _ask(question: str, before: str, read: "Callable[[str], T]") -> "T":
    from local.problems import LocalProblem

    def understand(said: str) -> "T":
        try:
            return read(said.strip())
        except LocalProblem as problem:
            raise typer.BadParameter(str(problem)) from problem

    shown = bool(before)
    said: T = typer.prompt(
        question, default=before, show_default=shown, value_proc=understand, err=True
    )
    return said


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
