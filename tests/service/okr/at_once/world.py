"""What okr's database holds of goals and how they are chosen: read as it is, changed as a model."""

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar, cast
from uuid import UUID

import orjson

from chassis.problem import Problem
from contracts.choosing import RemarkChanged
from contracts.envelope import Event
from contracts.okr import CycleChanged, ObjectiveChanged, PillarChanged, TeamCycleChanged
from contracts.people import Membership
from contracts.progress import KeyResultUpdated, ValueRecorded
from contracts.strategy import StrategyChanged
from services.okr.choosing.domain import SHARE, Figures, Team, TeamChoosing
from services.okr.grants.domain import Grant
from services.okr.people.domain import Person
from services.okr.torchbearers.domain import Candidacy, HandOver

E = TypeVar("E", bound=Event)

TABLES: Mapping[str, type[Event]] = {
    "objectives": ObjectiveChanged,
    "remarks": RemarkChanged,
    "cycles": CycleChanged,
    "pillars": PillarChanged,
    "strategies": StrategyChanged,
    "grants": Grant,
    "team_cycles": TeamCycleChanged,
    "people": Person,
    "candidacies": Candidacy,
    "hand_overs": HandOver,
    "team_choosings": TeamChoosing,
    "recorded_values": ValueRecorded,
    "key_result_progress": KeyResultUpdated,
}
STATES = " UNION ALL ".join(f"SELECT '{it}' AS kept, state FROM {it}" for it in TABLES)  # noqa: S608
SUPPORTS = "SELECT objective, person, given_for FROM supports"
FIGURES = "SELECT objective, number, present, support, took_part, members FROM participations"
KEY_RESULTS = "SELECT id, objective FROM key_results"


@dataclass(frozen=True)
class World:
    """Aggregates by their subject, and what has no version: rows of their own."""

    states: dict[str, Event] = field(default_factory=dict)
    supports: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    figures: dict[tuple[UUID, int], Figures] = field(default_factory=dict)
    key_results: dict[UUID, UUID] = field(default_factory=dict)

    def copy(self) -> "World":
        return World(*(copy(it) for it in vars(self).values()))

    def find(self, model: type[E], *key: UUID) -> E | None:
        return cast("E | None", self.states.get(f"{model.kind}/{'/'.join(map(str, key))}"))

    def get(self, model: type[E], *key: UUID) -> E:
        """Raises Problem `not-found`."""
        found = self.find(model, *key)
        if found is None:
            raise Problem("not-found", kind=model.kind, id="/".join(map(str, key)))
        return found

    def all(self, model: type[E]) -> Iterator[E]:
        """By their ids."""
        for _, state in sorted(self.states.items()):
            if isinstance(state, model):
                yield state

    def place(self, team: UUID, cycle: UUID) -> TeamCycleChanged | None:
        return self.find(TeamCycleChanged, team, cycle)

    def team(self, team: UUID, today: date) -> Team:
        """A team on a day, with its share."""
        roles: dict[UUID, set[str]] = {}
        for person in self.all(Person):
            for one in person.memberships:
                if one.team == team and holds(one, today):
                    roles.setdefault(person.id, set()).add(one.role)
        own = self.find(TeamChoosing, team)
        return Team(roles, own.share if own else SHARE)

    def told(self) -> dict[str, Any]:
        """All of it as JSON, by what it is."""
        said: dict[str, Any] = {name: orjson.loads(it.data()) for name, it in self.states.items()}
        said |= {f"support/{goal}/{person}": it for (goal, person), it in self.supports.items()}
        said |= {f"figures/{goal}/{n}": vars(it) for (goal, n), it in self.figures.items()}
        return said | {f"goal-of/{it}": str(goal) for it, goal in self.key_results.items()}


def holds(one: Membership, today: date) -> bool:
    return one.since <= today and (one.until is None or one.until >= today)


async def read(conn: Any) -> World:
    """All that is committed."""
    states = [
        TABLES[row["kept"]].model_validate_json(row["state"]) for row in await conn.fetch(STATES)
    ]
    return World(
        {it.subject: it for it in states},
        {(row[0], row[1]): row[2] for row in await conn.fetch(SUPPORTS)},
        {
            (row[0], row[1]): Figures(**dict(list(row.items())[2:]))
            for row in await conn.fetch(FIGURES)
        },
        {row[0]: row[1] for row in await conn.fetch(KEY_RESULTS)},
    )
