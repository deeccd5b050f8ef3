"""Moves a team's place in a cycle, from wherever it is."""

from collections.abc import Collection

from cli.client import Client, Refused
from cli.reached import Versions


async def move(
    client: Client, team: str, cycle: str, wanted: str, leaving: Collection[str]
) -> Versions:
    """The place, as far as it is then: `wanted`, where the team had none or was at one of
    `leaving`. Raises Refused.
    """
    address = f"/teams/{team}/cycles/{cycle}"
    try:
        return (await client.put("okr", f"{address}/place", {"place": wanted})).reached
    except Refused as refused:
        if refused.code != "if-match-required":
            raise
    at = await client.get("okr", address)
    if at.body["place"] in leaving:
        moved = await client.put("okr", f"{address}/place", {"place": wanted}, match=at.version)
        return moved.reached
    return Versions({f"team-cycles/{team}/{cycle}": at.version})
