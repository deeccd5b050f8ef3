"""What a service owns, as it is published anew, adopted from its topics, or withdrawn."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from chassis.aggregates import Store
from chassis.db import Tx
from chassis.survey import Counter
from contracts.envelope import Event

E = TypeVar("E", bound=Event)
UNTOLD = {
    "external_refs": "what other systems call things",
    "idempotency_keys": "the answers that keys were given",
}
"""What no topic is told of, whichever the service."""


def whole(state: Event) -> Sequence[Event]:
    """An aggregate that is told as one event, its state."""
    return (state,)


def first(events: Mapping[str, Event]) -> Any:
    """The state of an aggregate that is told as one event."""
    return next(iter(events.values()))


@dataclass(frozen=True)
class Kept(Generic[E]):
    """One kind of aggregate that a service owns.

    `queries` has `take_<noun>` and `raise_<noun>`. `adopt` adds a row for a state that the
    database lacks, `renew` puts one in place of the version before it; what they publish is
    dropped, and what they return, if anything, is what was kept. `beside` keeps what holds its
    version too. `end` is the state that withdraws an aggregate; where a kind has none, adopting
    is the only way. `counter` finds a count beside the version that readers guard by, and
    `counted` lifts it. `by_ref` is its kind in external_refs where these hold its version.
    `follows` says of a state that others' events led to it: it is never put back. `undone` gives,
    for a state that is put back and the last one there, what of that must stay in it, if anything.
    """

    store: Store[E]
    queries: Any
    adopt: Callable[[Tx, E], Awaitable[E | None]]
    renew: Callable[[Tx, E], Awaitable[E | None]]
    beside: Callable[[Tx, Sequence[E]], Awaitable[None]] | None = None
    tells: Callable[[E], Sequence[Event]] = whole
    state: Callable[[Mapping[str, Event]], E] = first
    kinds: Sequence[str] = ()
    end: Callable[[E, datetime], E | None] | None = None
    counter: Counter | None = None
    counted: Callable[[E, Mapping[str, int]], E] | None = None
    by_ref: str | None = None
    follows: Callable[[E], bool] | None = None
    undone: Callable[[E, E], E | None] | None = None

    @property
    def told_as(self) -> Sequence[str]:
        """The kinds of its subjects, the first that by which it is kept."""
        return self.kinds or (self.store.kind,)

    def take(self, tx: Tx, keys: Sequence[tuple[UUID, ...]]) -> AsyncIterator[Any]:
        """The rows of those that nobody else holds, in order, held until the transaction ends."""
        taken: AsyncIterator[Any] = self._query("take")(tx.conn, **self._named(keys))
        return taken

    async def lift(self, tx: Tx, states: Sequence[E]) -> None:
        """Put states in place that are the same at a higher version; their rows are held."""
        keys = [key_of(state.subject_id) for state in states]
        await self._query("raise")(
            tx.conn,
            **self._named(keys),
            versions=[state.version for state in states],
            states=[state.data().decode() for state in states],
        )

    def _named(self, keys: Sequence[tuple[UUID, ...]]) -> dict[str, list[UUID]]:
        return {
            f"{name}s": [key[place] for key in keys] for place, name in enumerate(self.store.key)
        }

    def _query(self, verb: str) -> Any:
        return getattr(self.queries, f"{verb}_{self.store.noun}")


@dataclass(frozen=True)
class Keeping:
    """All that a service owns; `subjects` is the query that lists it.

    The order of `kept` is that in which one may refer to another. `settles` is a kind, and what
    brings up to date what follows from what of it was taken over; twice is as good as once.
    `untold` names, by their tables, in words, what no topic is told of: a backup alone holds it.
    """

    kept: Sequence[Kept[Any]]
    subjects: Callable[[Any], AsyncIterator[Any]]
    settles: tuple[str, Callable[[Tx, UUID], Awaitable[None]]] | None = None
    untold: Mapping[str, str] = field(default_factory=dict)


def key_of(subject_id: str) -> tuple[UUID, ...]:
    """The key of the row of an aggregate, from the id of its subject."""
    return tuple(UUID(part) for part in subject_id.split("/"))
