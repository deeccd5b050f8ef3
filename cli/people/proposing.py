"""`soihtu propose`: a goal, put to the team that is to choose it."""

from typing import TYPE_CHECKING, Annotated
from uuid import uuid4

import typer

from cli.people.options import As, Json, TeamName

if TYPE_CHECKING:
    from cli.client import Client
    from cli.people import showing

KEY_RESULT_HELP = """A key result, as often as there are. One of
increase: TITLE: 3 -> 10 UNIT;
decrease: TITLE: 620 -> 250 UNIT;
maintain: TITLE: 3..5 ±2 UNIT;
zones: TITLE: 0 -> 10 / 15 / 20 UNIT;
milestones: TITLE: first step; second *2;
binary: TITLE."""


def register(app: typer.Typer) -> None:
    app.command()(propose)


def propose(
    title: Annotated[str, typer.Argument(metavar="TITLE", help="The goal, in the team's words.")],
    benefit: Annotated[str | None, typer.Option(help="What the customer gets of it.")] = None,
    key_results: Annotated[
        list[str] | None, typer.Option("--key-result", "-k", help=KEY_RESULT_HELP)
    ] = None,
    committed: Annotated[
        bool, typer.Option("--committed", help="All of it is promised; else it aims higher.")
    ] = False,
    team: TeamName = None,
    cycle: Annotated[
        str | None,
        typer.Option(help="A cycle, by its name or id; else the one the team sets goals for."),
    ] = None,
    in_language: Annotated[
        str | None,
        typer.Option("--language", help="fi, sv or en: what it is written in; else your own."),
    ] = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Propose a goal with its key results, for your team to choose."""
    from cli.people.caller import run
    from cli.people.finding import cycle_of, cycle_to_choose_in, short, team_of
    from cli.people.showing import as_answered, hints, print_lines, text
    from cli.people.stating import key_result

    written = _written_in(in_language)
    for said in key_results or ():
        key_result(said, "fi")  # before anything is asked of anybody

    async def put(client: "Client") -> "showing.Json":
        language = written or await _own(client)
        owner = await team_of(client, team)
        frame = await (
            cycle_of(client, cycle) if cycle else cycle_to_choose_in(client, owner["id"])
        )
        body = {
            "cycle": frame["id"],
            "owner_team": owner["id"],
            "responsible_team": owner["id"],
            "title": {"source": language, language: title},
            "key_results": [key_result(said, language) for said in key_results or ()],
            **({"ambition": "committed"} if committed else {}),
            **({"benefit": {"source": language, language: benefit}} if benefit else {}),
        }
        made = (await client.post("okr", "/objectives", body, key=f"cli-{uuid4()}")).body
        if not as_json:
            print_lines(
                f"proposed to {text(owner['name'], client.language)} for "
                f"{text(frame['name'], client.language)}: {title} ({short(made['id'])})",
                *hints(made),
            )
        return made

    made = run(name, put, "okr")
    if as_json:
        as_answered(made)


def _written_in(said: str | None) -> str | None:
    from contracts.words import LANGUAGES
    from local.problems import LocalProblem

    if said is not None and said not in LANGUAGES:
        raise LocalProblem(f"--language is one of {', '.join(LANGUAGES)}, not {said!r}.")
    return said


async def _own(client: "Client") -> str:
    """The language of the person who calls, else the terminal's."""
    me = (await client.get("okr", "/me")).body
    return str((me["person"] or {}).get("language") or client.language)
