"""`soihtu support` and `soihtu agree`: a team chooses a goal, or a change of one, together."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.people.commands import add
from cli.people.options import As, GoalName, Json, TeamName, ToldIn

if TYPE_CHECKING:
    from cli.client import Client
    from cli.people import showing
    from cli.words import Words

WAITS = "recorded"
"""The state of a choice that the other of torchbearer and supervisor is to confirm."""


def register(app: typer.Typer) -> None:
    add(app, "support", support)
    add(app, "agree", agree)


def support(
    goal: GoalName,
    withdraw: Annotated[bool, typer.Option("--withdraw")] = False,
    team: TeamName = None,
    language: ToldIn = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Support a goal that a team is choosing, or a change of it, as it is worded now."""
    from cli.people.caller import run
    from cli.people.finding import goal_of
    from cli.people.showing import as_answered, print_lines, text

    async def put(client: "Client") -> "tuple[showing.Json, showing.Json]":
        found = await goal_of(client, goal, team)
        path = f"/objectives/{found['id']}/support"
        if withdraw:
            return found, (await client.delete("okr", path, match=found["version"])).body
        return found, (await client.put("okr", path, match=found["version"])).body

    (found, seen), words = run(name, put, "okr", language=language)
    if as_json:
        as_answered(seen)
    else:
        print_lines(f"{text(found['title'], words.language)}: {supported(seen, words)}")


def in_support(count: int | None, words: "Words") -> str:
    """How many support a goal; of a small team others are not told."""
    return words("supporters-told-inside") if count is None else words("supporters", count=count)


def supported(seen: "showing.Json", words: "Words") -> str:
    """How many support a goal, and how many of its team, to its members."""
    parts = [in_support(seen["count"], words)]
    if team := seen["team"]:
        parts.append(words("of-the-team", of=team["of_members"], members=team["members"]))
        if team["needed"] is not None:
            parts.append(words("so-many-choose", needed=team["needed"]))
    return ", ".join(parts)


def agree(
    goal: GoalName,
    how: Annotated[Literal["by-support", "in-meeting"] | None, typer.Option("--how")] = None,
    present: Annotated[int | None, typer.Option("--present", metavar="N", min=1)] = None,
    team: TeamName = None,
    language: ToldIn = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """As torchbearer or supervisor, record how the team chose; the other of the two confirms it."""
    from cli.people.caller import run
    from cli.people.finding import goal_of
    from cli.people.showing import as_answered, hints, print_lines, text

    chosen = how or ("in-meeting" if present is not None else None)

    async def put(client: "Client") -> "showing.Json":
        _expect_whole(chosen, present)
        found = await goal_of(client, goal, team)
        path = f"/objectives/{found['id']}"
        if chosen is None:
            _expect_waiting(found)
            return (await client.post("okr", f"{path}/confirm", match=found["version"])).body
        said = {"how": chosen, **({"present": present} if present is not None else {})}
        return (await client.post("okr", f"{path}/agree", said, match=found["version"])).body

    became, words = run(name, put, "okr", language=language)
    if as_json:
        as_answered(became)
    else:
        print_lines(
            f"{text(became['title'], words.language)}: {chose(became['agreements'][-1], words)}",
            *hints(became, words),
        )


def _expect_whole(how: str | None, present: int | None) -> None:
    """A meeting has so many who were there, and nothing else has. Raises Problem."""
    from cli.words import Problem

    if how == "in-meeting" and present is None:
        raise Problem("present-missing")
    if how == "by-support" and present is not None:
        raise Problem("present-of-no-meeting")


def _expect_waiting(found: "showing.Json") -> None:
    from cli.words import Problem

    if not any(one["state"] == WAITS for one in found["agreements"][-1:]):
        raise Problem("nothing-waits")


def chose(agreement: "showing.Json", words: "Words") -> str:
    """How a team chose, and what is still to come."""
    what = words.name("chosen", agreement["what"])
    state = "recorded" if agreement["state"] == WAITS else "agreed"
    parts = [words(state, what=what, way=words.name("way", agreement["how"]))]
    if agreement["state"] == WAITS:
        parts.append(words("other-confirms"))
    if agreement["support"] is not None:
        parts.append(words("members-in-support", count=agreement["support"]))
    if alone := agreement.get("alone"):
        parts.append(words.name("alone", alone))
    if hint := agreement["hint"]:
        parts.append(words.name("agreeing-hint", hint))
    return "; ".join(parts)
