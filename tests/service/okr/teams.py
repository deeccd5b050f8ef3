"""A team that chooses together, with everyone whom that takes, and its neighbours."""

from dataclasses import dataclass, field
from typing import Any

from tests.service.okr.conftest import Json, Okr
from tests.service.okr.goals import UP, Goals

BY_SUPPORT = {"how": "by-support"}


@dataclass
class Choosing:
    """A team with torchbearer, deputy, supervisor and members, five of them; `people` by login."""

    goals: Goals
    other: str
    people: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def of(cls, okr: Okr, members: int = 5) -> "Choosing":
        """The team Lumme; beside it the team Pesa with a torchbearer and a member."""
        team, other = (await okr.team("Lumme"))["id"], (await okr.team("Pesa"))["id"]
        cycle = (await okr.cycle())["id"]
        made = cls(Goals(okr, team, cycle), other)
        for role in ("torchbearer", "deputy", "supervisor"):
            await made.hire(role, role, team)
        for number in range(1, members + 1):
            await made.hire(f"m{number}", "member", team)
        await made.hire("pesa.lead", "torchbearer", other)
        await made.hire("pesa.member", "member", other)
        await made.goals.move("running")
        return made

    @property
    def okr(self) -> Okr:
        return self.goals.okr

    async def hire(self, login: str, role: str, team: str) -> None:
        self.people[login] = (await self.okr.person(login, (role, team)))["id"]

    async def proposed(self, *key_results: Json, by: str = "m1", **more: Any) -> Json:
        body = self.goals.draft(*(key_results or (UP,)), **more)
        return await self.okr.done("POST", "/objectives", body, caller=by)

    async def support(self, objective: Json, *callers: str) -> Json:
        """What the last of the callers is answered."""
        said: Json = {}
        for caller in callers:
            path = f"/objectives/{objective['id']}/support"
            said = await self.okr.done("PUT", path, caller=caller)
        return said

    async def record(self, objective: Json, by: str = "torchbearer", **choice: Any) -> Json:
        """The objective once one of the two has said how it was chosen; by default by support."""
        path = f"/objectives/{objective['id']}/agree"
        match = {"version": objective["version"], "caller": by}
        return await self.okr.done("POST", path, choice or BY_SUPPORT, **match)

    async def confirm(self, objective: Json, by: str = "supervisor") -> Json:
        path = f"/objectives/{objective['id']}/confirm"
        return await self.okr.done("POST", path, version=objective["version"], caller=by)

    async def agreed(self, *key_results: Json, **more: Any) -> Json:
        objective = await self.proposed(*key_results, **more)
        return await self.confirm(await self.record(objective))

    async def get(self, objective: Json, what: str = "", by: str = "m2") -> Json:
        return await self.okr.done("GET", f"/objectives/{objective['id']}{what}", caller=by)
