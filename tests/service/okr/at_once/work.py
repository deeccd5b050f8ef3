"""A command as a model: what it loads and saves is a `World`, what it decides is `domain.py`'s."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from chassis.access import Target
from chassis.caller import Caller, Held
from chassis.problem import Problem, expect_version
from contracts.envelope import Closed, Event
from contracts.okr import ObjectiveChanged, TeamCycleChanged
from services.okr.access import ACCESS, PARTS
from services.okr.choosing.views import shown
from services.okr.people.domain import Person
from tests.service.described import described
from tests.service.okr.at_once.world import World, holds

B = TypeVar("B", bound=Closed)
E = TypeVar("E", bound=Event)
Json: TypeAlias = dict[str, Any]

CLAIMS: Mapping[str, Json] = {
    "admin": {"roles": ["admin"]},
    "strategy": {"roles": ["strategy"]},
    "machine.phones": {"scope": "values:write"},
    "machine.desk": {"scope": "values:write-named"},
}
"""What tokens of those who are no known person say."""
FRESH_ID, FRESH_TIME = "ffffffff-", "29"
"""How ids and instants begin that a model made up."""


@dataclass(frozen=True)
class Command:
    """A request: an operation of okr, by whom, to what, and what is said."""

    operation: str
    by: str
    at: Mapping[str, str] = field(default_factory=dict)
    body: Json | None = None
    expected: int | None = None

    @property
    def method(self) -> str:
        return routes()[self.operation][0]

    @property
    def path(self) -> str:
        return routes()[self.operation][1].format_map(self.at)

    @property
    def succeeds_with(self) -> int:
        return routes()[self.operation][2]


@cache
def routes() -> dict[str, tuple[str, str, int]]:
    """Method, path and the status of success of each operation, as okr is described."""
    return {
        it["operationId"]: (method.upper(), path, min(map(int, it["responses"])))
        for path, methods in described("okr")["paths"].items()
        for method, it in methods.items()
        if "operationId" in it
    }


@dataclass
class Work:
    """One command at work in its transaction: it sees `world`, changes it and has events told."""

    command: Command
    world: World
    caller: Caller
    now: datetime
    today: date
    _ids: Iterator[UUID]
    told: list[Event] = field(default_factory=list)

    @property
    def person(self) -> UUID:
        assert self.caller.person is not None  # who has a role in a team is a person
        return self.caller.person

    @property
    def expected(self) -> int | None:
        return self.command.expected

    @property
    def id(self) -> UUID:
        return UUID(self.command.at["id"])

    def new_id(self) -> UUID:
        return next(self._ids)

    def body(self, model: type[B]) -> B:
        return model.model_validate(self.command.body)

    def may(
        self, table: Any, operation: str, teams: Iterable[UUID] = (), units: Iterable[UUID] = ()
    ) -> bool:
        """As `AccessTable.may` has it; nobody here is the head of a unit."""
        target = Target(frozenset(teams), frozenset(), frozenset(units))
        return bool(table.permits(operation, self.caller, target))

    def require(self, teams: Iterable[UUID] = (), units: Iterable[UUID] = ()) -> None:
        """Raises Problem `not-allowed`."""
        if not self.may(ACCESS, self.command.operation, teams, units):
            ACCESS.admit(Caller(), self.command.operation)  # which nobody permits

    def require_part(self, objective: ObjectiveChanged) -> None:
        owner = [objective.owner_unit] if objective.owner_unit else []
        self.require([objective.responsible_team], owner)

    def require_own(self, objective: ObjectiveChanged, by: UUID | None) -> None:
        """Raises Problem `not-the-proposer`, `not-allowed`."""
        self.require_part(objective)
        unit = [objective.owner_unit] if objective.owner_unit else []
        leads_team = self.may(PARTS, "lead_team", [objective.responsible_team])
        leads_unit = bool(unit) and self.may(PARTS, "lead_unit", units=unit)
        own = self.caller.person is not None and self.caller.person == by
        if not (own or leads_team or leads_unit):
            raise Problem("not-the-proposer", objective=str(objective.id))

    def seen(self, id: UUID | None = None) -> tuple[ObjectiveChanged, TeamCycleChanged | None]:
        """An objective and its team's place. Raises Problem `not-found`."""
        objective = self.world.get(ObjectiveChanged, id or self.id)
        return objective, self.world.place(objective.responsible_team, objective.cycle)

    def held(self, id: UUID | None = None) -> tuple[ObjectiveChanged, TeamCycleChanged | None]:
        """The same at the version of If-Match. Raises Problem `changed-since` too."""
        objective, place = self.seen(id)
        expect_version(objective, self.expected)
        return objective, place

    def named(self, model: type[E], name: str) -> E:
        """What the address has by that name, at the version of If-Match. Raises as `held` does."""
        found = self.world.get(model, UUID(self.command.at[name]))
        expect_version(found, self.expected)
        return found

    def owner(self, key_result: UUID) -> UUID:
        """The objective of a key result. Raises Problem `not-found`."""
        if key_result not in self.world.key_results:
            raise Problem("not-found", kind="key-results", id=str(key_result))
        return self.world.key_results[key_result]

    def keep(self, state: Event) -> None:
        """Have it in the database, and no topic told of it."""
        before = self.world.states.get(state.subject)
        assert state.version == (before.version if before else 0) + 1
        self.world.states[state.subject] = state
        if isinstance(state, ObjectiveChanged):
            for goal in state.key_results:
                self.world.key_results.setdefault(goal.id, state.id)

    def tell(self, *events: Event) -> None:
        self.told.extend(events)

    def save(self, state: E) -> E:
        self.keep(state)
        self.tell(state)
        return state


@dataclass(frozen=True)
class Answer:
    """What is answered: a problem, or `said`: an aggregate, or members of a view."""

    command: Command
    problem: Problem | None = None
    said: Event | Json | None = None


@dataclass(frozen=True)
class Outcome:
    """What two commands lead to: their answers and events, by their place, and all that is kept."""

    answers: Mapping[int, Answer]
    told: Mapping[int, Collection[Event]]
    world: World


Act: TypeAlias = Callable[[Work], Event | Json]


def done(
    world: World, command: Command, act: Act, place: int, today: date
) -> tuple[Answer, Collection[Event], World]:
    """What a command leads to: its answer, the events that are told, and what there is then."""
    who = caller(world, command.by, today)
    work = Work(command, world.copy(), who, instant(place), today, ids(place))
    try:
        ACCESS.admit(work.caller, command.operation)
        said = act(work)
    except Problem as problem:
        facts = {name: shown(who, fact) for name, fact in problem.facts.items()}
        return Answer(command, Problem(problem.code, **facts)), (), world
    return Answer(command, None, shown(who, said)), work.told, work.world


def caller(world: World, login: str, today: date) -> Caller:
    """Who has a login, with the roles of the day; or an agency role by claim."""
    if login in CLAIMS:
        said = CLAIMS[login]
        scopes = frozenset(said.get("scope", "").split())
        return Caller(None, frozenset(said.get("roles", ())), scopes, client=login)
    for person in world.all(Person):
        if any(it.subject == login for it in person.logins):
            roles = (it for it in person.memberships if holds(it, today))
            return Caller(person.id, memberships=tuple(Held(it.role, it.team) for it in roles))
    raise AssertionError(f"nobody has the login {login}")


def instant(place: int) -> datetime:
    """When the command at a place of the pair is, until it is known."""
    return datetime.fromisoformat(f"{FRESH_TIME}0{place}-01-01T00:00:00+00:00")


def ids(place: int) -> Iterator[UUID]:
    return (UUID(f"{FRESH_ID}{place:04}-7000-8000-{number:012}") for number in count())
