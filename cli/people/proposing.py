"""`soihtu propose`: a goal, put to the team that is to choose it."""

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import uuid4

import typer

from cli.people.commands import add
from cli.people.options import As, CycleName, Json, TeamName, ToldIn

if TYPE_CHECKING:
    from cli.client import Client
    from cli.people import showing


def register(app: typer.Typer) -> None:
    add(app, "propose", propose)


def propose(
    title: Annotated[str | None, typer.Argument(metavar="TITLE")] = None,
    benefit: Annotated[str | None, typer.Option("--benefit", "-b", metavar="TEXT")] = None,
    key_results: Annotated[
        list[str] | None, typer.Option("--key-result", "-k", metavar="KEY_RESULT")
    ] = None,
    serves: Annotated[list[str] | None, typer.Option("--serves", "-s", metavar="SERVED")] = None,
    invited: Annotated[list[str] | None, typer.Option("--with", metavar="TEAM")] = None,
    committed: Annotated[bool, typer.Option("--committed")] = False,
    file: Annotated[str | None, typer.Option("--from", metavar="FILE")] = None,
    team: TeamName = None,
    cycle: CycleName = None,
    written: Annotated[Literal["fi", "sv", "en"] | None, typer.Option("--in")] = None,
    language: ToldIn = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Propose a goal with its key results, for a team to choose."""
    from cli.people import drafts
    from cli.people.caller import known, run
    from cli.people.finding import cycle_of, cycle_to_choose_in, short, team_of
    from cli.people.showing import as_answered, hints, print_lines, text

    options = {
        "title": title,
        "benefit": benefit,
        "key_results": key_results or [],
        "serves": serves or [],
        "with": invited or [],
        "ambition": "committed" if committed else None,
        "team": team,
        "cycle": cycle,
        "language": written,
    }

    async def put(client: "Client") -> "tuple[showing.Json, showing.Json, showing.Json]":
        said = drafts.with_options(drafts.read(file) if file else {}, options)
        body = drafts.draft(said, said.get("language") or await known(client))
        owner = await team_of(client, said.get("team"))
        frame = await (
            cycle_of(client, said["cycle"])
            if said.get("cycle")
            else cycle_to_choose_in(client, owner["id"])
        )
        body |= {
            "cycle": frame["id"],
            "owner_team": owner["id"],
            "responsible_team": owner["id"],
        }
        body = await drafts.resolved(client, body, said)
        made = (await client.post("okr", "/objectives", body, key=f"cli-{uuid4()}")).body
        return made, owner, frame

    (made, owner, frame), words = run(name, put, "okr", language=language)
    if as_json:
        as_answered(made)
        return
    names = {"team": owner["name"], "cycle": frame["name"], "title": made["title"]}
    told = {it: text(of, words.language) for it, of in names.items()}
    print_lines(words("proposed", **told, id=short(made["id"])), *hints(made, words))
