"""Brings a team back to what it was, so that the same two commands are sent at once again."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from contracts.okr import CycleChanged, ObjectiveChanged
from services.okr.people.domain import Person
from services.okr.torchbearers.domain import Candidacy
from tests.service.okr.at_once import world as worlds
from tests.service.okr.at_once.cast import LUMME, cast
from tests.service.okr.at_once.drawing import Cast, draft
from tests.service.okr.at_once.pairs import Pair
from tests.service.okr.at_once.stage import Stage
from tests.service.okr.at_once.together import WHOLE, Together, steps_of
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.at_once.world import World
from tests.service.okr.conftest import SINCE, text

STEPS = (*range(2, 13), WHOLE)
"""Of one command before the other's: each place between its statements, and after the last."""

Brought: TypeAlias = Callable[["Desk"], Awaitable[Pair]]


class Desk:
    """A team that is as it was before each pair of commands."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        self.stage, self.cast, self.together = stage, cast, Together(stage)

    async def world(self) -> World:
        return await worlds.read(self.stage.watch)

    async def with_roles(self, login: str, *roles: str) -> Command:
        """The person's record with these roles in the team alone."""
        people = (await self.world()).all(Person)
        held = next(it for it in people if it.logins[0].subject == login)
        said: Json = {
            "name": held.name,
            "logins": [one.model_dump() for one in held.logins],
            "memberships": [
                {"role": role, "team": self.cast.lumme, "since": SINCE} for role in roles
            ],
        }
        return Command("change_person", "admin", {"person": str(held.id)}, said, held.version)

    @classmethod
    async def at(cls, stage: Stage) -> "Desk":
        """With a cast of its own: here nobody goes on from cycle to cycle."""
        return cls(stage, await cast(stage, cycles=2))

    async def restore(self, world: World) -> None:
        for person in world.all(Person):
            login = person.logins[0].subject
            role = LUMME.get(login)
            if role and [one.role for one in person.memberships] != [role]:
                await self.stage.done(await self.with_roles(login, role))
        for one in world.all(Candidacy):
            if one.open:
                at, by = {"candidacy": str(one.id)}, world.get(Person, one.person)
                decline = "decline_candidacy", by.logins[0].subject, at, None, one.version
                await self.stage.done(Command(*decline))

    async def proposed(self, cycle: str | None = None) -> ObjectiveChanged:
        said = draft(None, self.cast, cycle or self.cast.cycles[0])
        made = await self.stage.done(Command("propose_objective", "m1", body=said))
        return await self.goal(made)

    async def agreed(self, cycle: str | None = None) -> ObjectiveChanged:
        goal = await self.proposed(cycle)
        at, said = {"id": str(goal.id)}, {"how": "in-meeting", "present": 3}
        agree = Command("agree_objective", "torchbearer", at, said, goal.version)
        told = await self.stage.done(agree)
        confirm = Command("confirm_objective", "supervisor", at, None, told["version"])
        return await self.goal(await self.stage.done(confirm))

    async def named(self, goal: ObjectiveChanged, machine: str) -> ObjectiveChanged:
        """The goal, each key result of which takes values of a machine."""
        said, version = {"machines": [machine]}, goal.version
        for it in goal.key_results:
            name = Command("name_machines", "torchbearer", {"id": str(it.id)}, said, version)
            version = (await self.stage.done(name))["version"]
        return await self.goal({"id": goal.id})

    async def goal(self, told: Json) -> ObjectiveChanged:
        """As it is by now."""
        return (await self.world()).get(ObjectiveChanged, told["id"])

    async def cycle(self) -> Json:
        """One more, open."""
        said = {"name": text("Väli"), "kind": "quarter", "start": "2020-01-01", "end": "2040-12-31"}
        made = await self.stage.done(Command("create_cycle", "admin", body=said))
        at = {"cycle": made["id"]}
        return await self.stage.done(Command("open_cycle", "strategy", at, None, made["version"]))

    async def next_year(self) -> int:
        """The first that is not planned."""
        planned = [it.start.year for it in (await self.world()).all(CycleChanged)]
        return max(planned) + 1

    def of_strategy(self, operation: str, strategy: Json, body: Json | None = None) -> Command:
        at = {"strategy": strategy["id"]}
        return Command(operation, "strategy", at, body, strategy["version"])

    async def published(self) -> Json:
        """The strategy of the next year."""
        plan = Command("plan_year", "strategy", body={"year": await self.next_year()})
        said = {"cycle": (await self.stage.done(plan))["cycles"][0]["id"]}
        made = await self.stage.done(Command("create_strategy", "strategy", body=said))
        return await self.stage.done(self.of_strategy("publish_strategy", made))

    async def linked(self, goal: ObjectiveChanged, *to: ObjectiveChanged) -> Command:
        version = (await self.goal({"id": goal.id})).version
        said = {"contributes_to": [str(it.id) for it in to]}
        at = {"id": str(goal.id)}
        return Command("link_objective", "torchbearer", at, said, version)

    def stand(self, by: str, role: str) -> Command:
        said = {"role": role, "since": SINCE}
        return Command("stand_for_torchbearer", by, {"team": self.cast.lumme}, said)

    async def stands(self, by: str, role: str) -> Json:
        return await self.stage.done(self.stand(by, role))

    def confirmed(self, candidacy: Json, by: str) -> Command:
        at, said = {"candidacy": candidacy["id"]}, {"present": 3}
        return Command("confirm_candidacy", by, at, said, candidacy["version"])

    def revised(self, goal: ObjectiveChanged, title: str) -> Command:
        said = {**draft(None, self.cast, self.cast.cycles[0]), "title": text(title)}
        return Command("revise_objective", "m1", {"id": str(goal.id)}, said, goal.version)

    async def at_once(self, pair: Pair, first: int, steps: int) -> None:
        world = await self.together.hold(await self.world(), pair, steps_of(first, steps))
        await self.restore(world)

    async def at_every_place(self, bring: Brought) -> None:
        """Either of two commands before the other one's statements, with all places between."""
        for first in (0, 1):
            for steps in STEPS:
                await self.at_once(await bring(self), first, steps)
                if self.together.taken[first] <= steps:
                    break
