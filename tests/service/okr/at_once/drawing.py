"""What a draw of a command looks at: who and what there is, and the goal that it is about."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from uuid import UUID

from contracts.choosing import RemarkChanged
from contracts.envelope import Event
from contracts.okr import CycleChanged, KeyResult, ObjectiveChanged
from services.okr.people.domain import Person
from services.okr.torchbearers.domain import Candidacy
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.at_once.world import World
from tests.service.okr.conftest import text
from tests.service.okr.goals import UP

Draw = Callable[["Drawing"], Command | None]

OPEN_GOALS = 5
"""So many goals and no more are talked of at once, so that two commands meet at one."""
MEASURED_LATER = {"title": text("Odotusaika"), "kind": "decrease", "target": 5}


@dataclass(frozen=True)
class Cast:
    """Who and what there is: two teams, and the cycles, one of which after the other is run."""

    lumme: str
    pesa: str
    cycles: Sequence[str]


@dataclass
class Drawing:
    """What a draw looks at: all that there is, and the goal and candidacy of the step."""

    rnd: Random
    world: World
    cast: Cast
    goal: ObjectiveChanged
    candidacy: Candidacy | None
    today: date

    def one(self, *of: str) -> str:
        return self.rnd.choice(of)

    def of_goal(self, operation: str, by: str, body: Json | None = None, **at: str) -> Command:
        where = {"id": str(self.goal.id), **at}
        return Command(operation, by, where, body, self.goal.version)

    def leader(self) -> str:
        """One of the two sides, mostly; they change when torchbearers do."""
        leaders = [
            it.logins[0].subject
            for it in self.world.all(Person)
            for one in it.memberships
            if str(one.team) == self.cast.lumme and one.until is None and one.role != "member"
        ]
        return self.rnd.choice(leaders or ["m3"])

    def member(self) -> str:
        return self.one("m1", "m2", "m3", "torchbearer", "deputy", "supervisor", "pesa.member")

    def key_result(self) -> KeyResult | None:
        return self.rnd.choice(self.goal.key_results) if self.goal.key_results else None

    def remark(self) -> RemarkChanged | None:
        said = [it for it in self.world.all(RemarkChanged) if it.objective == self.goal.id]
        return self.rnd.choice(said[-2:]) if said else None

    def running(self) -> tuple[str, str]:
        """The cycle that the team runs or looks back on, and the next one that is not closed."""
        here, *later = (it for it in self.cast.cycles if self.ahead(it))
        return here, next(it for it in later if not self.is_over(it))

    def ahead(self, cycle: str) -> bool:
        """Whether the team has not closed its place there, and has one or may have."""
        place = place_of(self.world, self.cast, cycle)
        return place != "closed" and (place is not None or not self.is_over(cycle))

    def is_over(self, cycle: str) -> bool:
        return self.world.get(CycleChanged, UUID(cycle)).state == "closed"


def version_of(state: Event | None) -> int | None:
    return state.version if state else None


def place_of(world: World, cast: Cast, cycle: str) -> str | None:
    at = world.place(UUID(cast.lumme), UUID(cycle))
    return at.place if at else None


def is_open(it: Drawing, goal: ObjectiveChanged) -> bool:
    """Whether it is talked of: its team may still do something with it."""
    place = it.world.place(goal.responsible_team, goal.cycle)
    return goal.state != "closed" and (place is None or place.place != "closed")


def draft(it: Drawing | None, cast: Cast, cycle: str) -> Json:
    """A goal of the team, sometimes with the other one invited."""
    said: Json = {
        "cycle": cycle,
        "owner_team": cast.lumme,
        "responsible_team": cast.lumme,
        "title": text("Yksi puhelu riittää"),
        "key_results": [UP, MEASURED_LATER],
    }
    if it and it.rnd.random() < 0.5:
        said["title"] = text("Jono lyhenee")
        said["contributing_teams"] = [cast.pesa]
    return said
