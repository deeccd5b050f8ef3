"""Finds what people name in words: a team, a cycle, a goal, a key result."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cli.people.showing import Json, text
from cli.words import LANGUAGES, Problem, Words

if TYPE_CHECKING:
    from cli.client import Client

ENDING = 6
"""Characters by which tables show an id: how it ends, since ids of one time begin alike."""
SHORTEST = 4
"""Characters of an id that name something."""
LISTED = 12
CHOOSING = ("setting", "running")


def short(id_: str) -> str:
    """An id as tables show it, and as commands take it."""
    return id_[-ENDING:]


def pick(items: Sequence[Json], said: str, kind: str, language: str, words: str = "title") -> Json:
    """The one of `items` that is meant by `said`: its id, how that begins or ends, its `words`.

    Raises Problem where it is none or several.
    """
    wanted = " ".join(said.split()).casefold()
    for found in (
        [one for one in items if wanted in (one["id"], *_texts(one[words]))],
        [one for one in items if _is_meant(one["id"], one[words], wanted)],
    ):
        if len(found) == 1:
            return found[0]
        if found:
            listed = _listed(found, words, language)
            raise Problem("means-several", said=said, listed=listed)
    if not items:
        raise Problem("none-at-all", said=said, kind=kind)
    raise Problem("means-none", said=said, kind=kind, listed=_listed(items, words, language))


def _is_meant(id_: str, words: Mapping[str, Any] | None, wanted: str) -> bool:
    by_id = len(wanted) >= SHORTEST and (id_.startswith(wanted) or id_.endswith(wanted))
    return by_id or any(wanted in one for one in _texts(words))


def _texts(words: Mapping[str, Any] | None) -> list[str]:
    said = words or {}
    return [" ".join(str(said[one]).split()).casefold() for one in LANGUAGES if said.get(one)]


def _listed(items: Iterable[Json], words: str, language: str) -> str:
    names = [_called(one, words, language) for one in items]
    shown, more = ", ".join(names[:LISTED]), len(names) - LISTED
    return Words(language)("and-more", shown=shown, count=more) if more > 0 else shown


def _called(item: Json, words: str, language: str) -> str:
    """What a list calls it; `of` is the title of what it is a part of."""
    part_of = f", {text(item['of'], language)}" if "of" in item else ""
    return f"{text(item[words], language)}{part_of} ({short(item['id'])})"


def is_id(said: str) -> bool:
    """Whether it is a whole id."""
    try:
        return str(UUID(said)) == said.lower()
    except ValueError:
        return False


async def teams_of(client: "Client", said: str | None) -> list[Json]:
    """The team that is named, as id and name; else those of the caller, the home team first.

    Raises Problem, Refused.
    """
    if said is not None:
        if is_id(said):
            return [(await client.get("okr", f"/teams/{said}")).body]
        return [pick(await client.items("okr", "/teams"), said, "team", client.language, "name")]
    me = (await client.get("okr", "/me")).body
    home = (me["person"] or {}).get("home_team")
    mine = {one["team"]: one.get("name") for one in me["roles"] if one.get("team")}
    if not mine:
        raise Problem("in-no-team")
    first_home = sorted(mine, key=lambda team: team != home)
    return [{"id": team, "name": mine[team]} for team in first_home]


async def team_of(client: "Client", said: str | None) -> Json:
    """The team that is named; else the caller's own, or home team. Raises Problem, Refused."""
    return (await teams_of(client, said))[0]


async def cycle_of(client: "Client", said: str) -> Json:
    """The cycle that is named. Raises Problem, Refused."""
    if is_id(said):
        return (await client.get("okr", f"/cycles/{said}")).body
    return pick(await client.items("okr", "/cycles"), said, "cycle", client.language, "name")


async def open_cycles(client: "Client") -> list[Json]:
    """Cycles that are open, the last to start first. Raises Refused."""
    return [one for one in await client.items("okr", "/cycles") if one["state"] == "open"]


async def cycle_to_choose_in(client: "Client", team: str) -> Json:
    """The open cycle for which a team sets goals, else the one that it runs; a year comes last.

    Raises Problem, Refused.
    """
    places = {
        one["cycle"]: one["place"] for one in await client.items("okr", f"/teams/{team}/cycles")
    }
    possible = [
        one for one in await open_cycles(client) if places.get(one["id"], "setting") in CHOOSING
    ]
    if not possible:
        raise Problem("chooses-in-no-cycle")
    return min(
        possible,
        key=lambda one: (
            one["cycle_kind"] == "year",
            (*CHOOSING, None).index(places.get(one["id"])),  # one that it is not in comes last
        ),
    )


async def goals_of(client: "Client", team: str | None, cycle: str | None = None) -> list[Json]:
    """The goals of the team that is named, else of the caller's: in the cycle that is named, else
    in open ones. Raises Problem, Refused.
    """
    frames = [await cycle_of(client, cycle)] if cycle else await open_cycles(client)
    wanted = {one["id"] for one in frames}
    found: dict[str, Json] = {}
    for one in await teams_of(client, team):
        for goal in await client.items("okr", "/objectives", {"team": one["id"]}):
            if goal["cycle"] in wanted and goal["state"] != "closed":
                found[goal["id"]] = goal
    return list(found.values())


async def goal_of(client: "Client", said: str, team: str | None) -> Json:
    """The goal that is named. Raises Problem, Refused."""
    if is_id(said):
        return (await client.get("okr", f"/objectives/{said}")).body
    return pick(await goals_of(client, team), said, "goal", client.language)
