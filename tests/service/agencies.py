"""Everyone whom the access tables speak of, in an agency that has something of every kind."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from chassis.caller import CLAIMS
from contracts.people import Role
from tests.service.okr.conftest import Json, Okr, text

Kinds: TypeAlias = dict[str, list[str]]
"""Ids by the kind of what they name, as addresses call it."""

IN_TEAM: tuple[Role, ...] = ("member", "torchbearer", "deputy", "supervisor", "project-lead")
HEAD: Role = "head"
NO_ROLE, NAMED = "person without a role", "machine of named key results"
TOKENS: Mapping[str, Json] = {
    **{role: {} for role in (*IN_TEAM, HEAD, NO_ROLE)},
    **{claim: {"roles": [claim]} for claim in sorted(CLAIMS)},
    "machine": {"scope": "values:write"},
    NAMED: {"scope": "values:write-named"},
    "machine with another scope": {"scope": "other:scope"},
    "stranger": {},
}
"""Who asks, and the further claims of their tokens."""

ALWAYS: Json = {"start": "2020-01-01", "end": "2040-12-31"}
GOALS: Sequence[Json] = (
    {"title": text("Jono"), "kind": "decrease", "baseline": 620, "target": 250},
    {"title": text("Korjaukset"), "kind": "maintain", "low": 3, "high": 5},
    {"title": text("Ohje"), "kind": "milestones",
     "milestones": [{"id": "luonnos", "title": text("luonnos")}]},
    {"title": text("Puhelut"), "kind": "increase", "target": 9},
)  # fmt: skip
ASKED: Json = {
    "agency": "kolmas", "contact": "Aino Virta", "purpose": "Yhteinen taulu",
    "basis": "906/2019 22 §", "until": "2040-12-31",
}  # fmt: skip
MET: Json = {"how": "in-meeting", "present": 4}
NEIGHBOUR = "neighbour"
ROOT = "00000000-0000-7000-8000-000000000001"


def login(role: str) -> str:
    """Who has a role."""
    return role.replace(" ", "-")


class Agency:
    """An agency in okr's database, in which all roles are held and all is begun."""

    def __init__(self, okr: Okr) -> None:
        self._okr = okr
        self.kinds: Kinds = {}

    async def found(self) -> Kinds:
        """Make it; the ids of what is in it."""
        team, other = await self._organisation()
        for place in ("retro", "running"):
            cycle = await self._cycle(team, "running")
            await self._goals(team, other, cycle)
            if place == "retro":
                await self._move(team, cycle, place, version=1)
        await self._cycle(team, "setting")
        await self._strategy(team)
        await self._make("/grants", ASKED)
        granted = await self._make("/grants", ASKED | {"agency": "toinen"})
        await self._say(f"/grants/{granted['id']}/give", version=1)
        await self._candidacies(f"/teams/{team}/torchbearer-candidacies")
        return self.kinds

    async def _say(
        self, path: str, body: Json | None = None, by: str = "admin", *, version: int | None = None
    ) -> Json:
        return await self._okr.done("POST", path, body, caller=login(by), version=version)

    async def _make(
        self, path: str, body: Json, by: str = "admin", kind: str | None = None
    ) -> Json:
        return self._keep(kind or path.rpartition("/")[2], await self._say(path, body, by))

    def _keep(self, kind: str, made: Json) -> Json:
        self.kinds.setdefault(kind, []).append(made["id"])
        return made

    async def _organisation(self) -> tuple[str, str]:
        unit = self._keep("units", await self._okr.unit())["id"]
        team = self._keep("teams", await self._okr.team("Lumme", unit))["id"]
        other = self._keep("teams", await self._okr.team("Pesä", unit))["id"]
        held: dict[str, list[tuple[Role, str]]] = {role: [(role, team)] for role in IN_TEAM}
        held |= {HEAD: [(HEAD, unit)], NO_ROLE: [], NEIGHBOUR: [("supervisor", other)]}
        for role, roles in held.items():
            self._keep("people", await self._okr.person(login(role), *roles))
        return team, other

    async def _cycle(self, team: str, place: str) -> str:
        cycle: str = self._keep("cycles", await self._okr.cycle(**ALWAYS))["id"]
        await self._move(team, cycle, place)
        return cycle

    async def _move(self, team: str, cycle: str, place: str, version: int | None = None) -> None:
        path = f"/teams/{team}/cycles/{cycle}/place"
        await self._okr.done("PUT", path, {"place": place}, version=version)

    async def _goals(self, team: str, other: str, cycle: str) -> None:
        """One that is proposed, one whose agreeing waits for the second word, and one agreed."""
        draft = {
            "cycle": cycle, "owner_team": team, "responsible_team": team,
            "title": text("Hakemus ei jää odottamaan"), "key_results": GOALS,
            "contributing_teams": [other],
        }  # fmt: skip
        for words in range(3):
            goal = await self._make("/objectives", draft, by="member")
            path = f"/objectives/{goal['id']}"
            for key_result in goal["key_results"]:
                self._keep("key-results", key_result)
            await self._remarks(f"{path}/remarks", team, other)
            if words > 0:
                goal = await self._say(f"{path}/agree", MET, "torchbearer", version=1)
            if words > 1:
                agreed = await self._say(f"{path}/confirm", None, "supervisor", version=2)
                await self._name_and_translate(agreed)

    async def _remarks(self, path: str, team: str, other: str) -> None:
        said: Json = {"kind": "comment", "text": "Miten mittaamme?"}
        await self._make(path, said, by="member")
        await self._make(path, said | {"kind": "request", "team": other}, by=NEIGHBOUR)
        request = said | {"kind": "request", "team": team, "asked": other}
        await self._make(path, request, by="torchbearer")

    async def _name_and_translate(self, objective: Json) -> None:
        first = objective["key_results"][0]["id"]
        named = {"machines": [login(NAMED)]}
        await self._put(f"/key-results/{first}/machines", named, objective["version"])
        said = {"title": "Ingen väntar", "state": "draft"}
        path = f"/objectives/{objective['id']}/translations/sv"
        await self._put(path, said, objective["version"] + 1)
        path = f"/key-results/{first}/translations/sv"
        await self._put(path, said, objective["version"] + 2)

    async def _put(self, path: str, body: Json, version: int) -> None:
        await self._okr.done("PUT", path, body, caller=login("torchbearer"), version=version)

    async def _strategy(self, team: str) -> None:
        year = self._keep("years", await self._okr.cycle(kind="year", **ALWAYS))["id"]
        pillar = {"name": text("Selkeys"), "promise": text("Ymmärrän."), "order": 1}
        for _ in range(2):
            await self._make("/pillars", pillar, by="strategy")
        yearly = {
            "cycle": year, "owner_unit": ROOT, "responsible_team": team, "title": text("Ymmärtää"),
            "key_results": GOALS[:1],
        }  # fmt: skip
        goal = await self._make("/objectives", yearly, by="strategy")
        await self._make("/strategies", {"cycle": year, "objectives": [goal["id"]]})

    async def _candidacies(self, path: str) -> None:
        """A volunteer, and somebody who has not answered yet."""
        nominated = self.kinds["people"][IN_TEAM.index("project-lead")]
        for by, said in (
            ("member", {"role": "deputy"}),
            ("deputy", {"role": "torchbearer", "person": nominated}),
        ):
            await self._make(path, {"since": "2026-01-01", **said}, by, kind="candidacies")
