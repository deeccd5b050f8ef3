"""A team whose cycle ends, and what it decides of its goals then."""

from dataclasses import dataclass
from typing import Any

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import MET, Goals

LEADS, MEMBER = "revontuli.torchbearer", "revontuli.member"
DOWN = {"title": text("odottaa yli 14 päivää"), "kind": "decrease", "baseline": 620, "target": 250}
STEPS = {
    "title": text("ohje"), "kind": "milestones",
    "milestones": [{"id": "luonnos", "title": text("luonnos"), "weight": 1},
                   {"id": "kaytossa", "title": text("käytössä"), "weight": 3}],
}  # fmt: skip


@dataclass
class Ending(Goals):
    """A team whose cycle ends while it sets goals in the next one."""

    to: str = ""

    @classmethod
    async def of(cls, okr: Okr, name: str = "Revontuli") -> "Ending":
        before = await Goals.of(okr, name)
        to = await okr.cycle(start="2027-01-01", end="2027-04-30", name=text("1/2027"))
        made = cls(okr, before.team, before.cycle, to["id"])
        await made.place(to["id"], "setting")
        return made

    async def place(self, cycle: str, place: str, **more: Any) -> Json:
        path = f"/teams/{self.team}/cycles/{cycle}/place"
        return await self.okr.done("PUT", path, {"place": place}, **({"caller": LEADS} | more))

    @property
    def path(self) -> str:
        return f"/teams/{self.team}/cycles/{self.cycle}/cut-over"

    def said(self, *decisions: tuple[str, str], stated: Json | None = None) -> Json:
        return {
            "to": self.to,
            "decisions": [
                {"key_result": goal, "decision": how}
                | ({"stated": stated or DOWN} if how == "modify" else {})
                for goal, how in decisions
            ],
        }

    async def decide(self, *decisions: tuple[str, str], **more: Any) -> Json:
        return await self.okr.done("PUT", self.path, self.said(*decisions, **more), caller=LEADS)

    async def refused(self, *decisions: tuple[str, str], **more: Any) -> tuple[int, str]:
        caller = more.pop("caller", LEADS)
        body = self.said(*decisions) | more
        return await self.okr.refused("PUT", self.path, body, caller=caller)

    async def going_on(self) -> list[Json]:
        path = f"/objectives?cycle={self.to}&team={self.team}"
        found = await self.okr.done("GET", path, caller=LEADS)
        items: list[Json] = found["items"]
        return items

    async def agree(self, objective: Json) -> Json:
        path = f"/objectives/{objective['id']}/agree"
        return await self.okr.done("POST", path, MET, version=objective["version"], caller=LEADS)

    async def series(self, goal: str) -> list[Json]:
        rows: list[Json] = (await self.okr.done("GET", f"/key-results/{goal}/values"))["items"]
        return rows


def ids(objective: Json) -> list[str]:
    return [goal["id"] for goal in objective["key_results"]]
