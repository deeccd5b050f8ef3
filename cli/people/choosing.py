"""`soihtu support` and `soihtu agree`: a team chooses a goal, or a change of one, together."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cli.people.options import As, GoalName, Json, TeamName

if TYPE_CHECKING:
    from cli.client import Client
    from cli.people import showing

WAITS = "recorded"
"""The state of a choice that the other of torchbearer and supervisor is to confirm."""
HINTS = {"below-share": "fewer than the team's share chose it so: worth a talk"}


def register(app: typer.Typer) -> None:
    app.command()(support)
    app.command()(agree)


def support(
    goal: GoalName,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take your support back.")] = False,
    team: TeamName = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """Support a goal that your team is choosing, or a change of it, as it is worded now."""
    from cli.people.caller import language, run
    from cli.people.finding import goal_of
    from cli.people.showing import as_answered, print_lines, text

    async def put(client: "Client") -> "tuple[showing.Json, showing.Json]":
        found = await goal_of(client, goal, team)
        path = f"/objectives/{found['id']}/support"
        if withdraw:
            return found, (await client.delete("okr", path, match=found["version"])).body
        return found, (await client.put("okr", path, match=found["version"])).body

    found, seen = run(name, put, "okr")
    if as_json:
        as_answered(seen)
    else:
        print_lines(f"{text(found['title'], language())}: {supported(seen)}")


def supported(seen: "showing.Json") -> str:
    """How many support a goal, and how many of its team, to its members."""
    count = seen["count"]
    parts = ["how many support it is for its team" if count is None else f"{count} in support"]
    if team := seen["team"]:
        parts.append(f"{team['of_members']} of the team's {team['members']}")
        if team["needed"] is not None:
            parts.append(f"{team['needed']} choose it")
    return ", ".join(parts)


def agree(
    goal: GoalName,
    how: Annotated[
        Literal["by-support", "in-meeting"] | None,
        typer.Option(help="How the team chose; left out, what the other of you said is confirmed."),
    ] = None,
    present: Annotated[
        int | None, typer.Option(help="How many members were present in the meeting.")
    ] = None,
    team: TeamName = None,
    as_json: Json = False,
    name: As = None,
) -> None:
    """As torchbearer or supervisor, record how the team chose; the other of the two confirms it."""
    from cli.people.caller import language, run
    from cli.people.finding import goal_of
    from cli.people.showing import as_answered, hints, print_lines, text

    chosen = how or ("in-meeting" if present is not None else None)

    async def put(client: "Client") -> "showing.Json":
        found = await goal_of(client, goal, team)
        path = f"/objectives/{found['id']}"
        if chosen is None:
            _expect_waiting(found)
            return (await client.post("okr", f"{path}/confirm", match=found["version"])).body
        said = {"how": chosen, **({"present": present} if present is not None else {})}
        return (await client.post("okr", f"{path}/agree", said, match=found["version"])).body

    became = run(name, put, "okr")
    if as_json:
        as_answered(became)
    else:
        print_lines(
            f"{text(became['title'], language())}: {chose(became['agreements'][-1])}",
            *hints(became),
        )


def _expect_waiting(found: "showing.Json") -> None:
    from local.problems import LocalProblem

    if not any(one["state"] == WAITS for one in found["agreements"][-1:]):
        raise LocalProblem(
            "Nothing waits to be confirmed: say how the team chose, with --how by-support, or "
            "--how in-meeting --present N."
        )


def chose(agreement: "showing.Json") -> str:
    """How a team chose, and what is still to come."""
    what = {"goal": "the goal", "revise": "the change", "drop": "to drop it"}
    done = f"{what.get(agreement['what'], agreement['what'])}, {agreement['how']}"
    parts = [f"agreed: {done}" if agreement["state"] != WAITS else f"recorded: {done}"]
    if agreement["state"] == WAITS:
        parts.append("the other of torchbearer and supervisor confirms it by `soihtu agree`")
    if agreement["support"] is not None:
        parts.append(f"members in support: {agreement['support']}")
    if hint := agreement["hint"]:
        parts.append(HINTS.get(hint, str(hint)))
    return "; ".join(parts)
