"""Goals for the tests of objectives and progress."""

from dataclasses import dataclass
from typing import Any

from tests.service.okr.conftest import Json, Okr, text

MET = {"how": "in-meeting", "present": 2}
UP = {"title": text("kerralla ratkenneet"), "kind": "increase", "baseline": 0, "target": 10}


@dataclass
class Goals:
    """A team that runs a cycle, with a torchbearer and a member, and nobody who confirms."""

    okr: Okr
    team: str
    cycle: str

    @classmethod
    async def of(cls, okr: Okr, name: str = "Revontuli") -> "Goals":
        team = (await okr.team(name))["id"]
        for role in ("torchbearer", "member"):
            await okr.person(f"{name.lower()}.{role}", (role, team))
        cycle = (await okr.cycle())["id"]
        goals = cls(okr, team, cycle)
        await goals.move("running")
        return goals

    async def move(self, place: str, version: int | None = None) -> Json:
        path = f"/teams/{self.team}/cycles/{self.cycle}/place"
        return await self.okr.done("PUT", path, {"place": place}, version=version)

    def draft(self, *key_results: Json, **more: Any) -> Json:
        return {
            "cycle": self.cycle,
            "owner_team": self.team,
            "responsible_team": self.team,
            "title": text("Yksi puhelu riittää"),
            **({"key_results": list(key_results)} if key_results else {}),
            **more,
        }

    async def proposed(self, *key_results: Json, **more: Any) -> Json:
        body = self.draft(*(key_results or (UP,)), **more)
        return await self.okr.done("POST", "/objectives", body, caller="revontuli.member")

    async def agreed(self, *key_results: Json, **more: Any) -> Json:
        objective = await self.proposed(*key_results, **more)
        return await self.okr.done(
            "POST", f"/objectives/{objective['id']}/agree", MET,
            version=objective["version"], caller="revontuli.torchbearer",
        )  # fmt: skip

    async def changed(self, objective: Json, **change: Any) -> Json:
        """The objective with a change that its team has agreed on; by default it is dropped."""
        path, lead = f"/objectives/{objective['id']}", "revontuli.torchbearer"
        put = await self.okr.done(
            "PUT", f"{path}/change", {"kind": "drop"} | change,
            version=objective["version"], caller=lead,
        )  # fmt: skip
        agree = {"version": put["version"], "caller": lead}
        return await self.okr.done("POST", f"{path}/agree", MET, **agree)

    async def reworded(self, objective: Json, *key_results: Json, **more: Any) -> Json:
        """The objective with these key results alone, once its team has agreed on that."""
        said = {"kind": "revise", "title": objective["title"], "key_results": list(key_results)}
        return await self.changed(objective, **said | more)

    async def machine(self, goal: str, day: str, value: float, **more: Any) -> Json:
        return await self.okr.done(
            "PUT", f"/key-results/{goal}/values/{day}", {"value": value, **more},
            caller="machine.phones", scope="values:write",
        )  # fmt: skip

    async def progress(self, goal: str) -> Json:
        return await self.okr.done("GET", f"/key-results/{goal}")
