"""Publishes every aggregate of a service anew, one version above all that its topics have."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar
from uuid import UUID

import asyncpg

from chassis import clock, outbox, sql
from chassis.db import Database, Tx, reading, transaction
from chassis.operations import OperationProblem
from chassis.owned import UNTOLD, Kept, first, key_of
from chassis.problem import Problem
from chassis.settings import Settings
from chassis.survey import Survey, envelope_of, records_of
from chassis.topics import declared_topics, prefixed
from contracts.catalogue import EVENTS
from contracts.envelope import Event

if TYPE_CHECKING:
    from chassis.roles import Service

BATCH = 100
"""Aggregates that are held at once: commands on them wait as long as their rows are written."""
MOST_WAITING = 5_000
"""Rows of the outbox above which the relay is let catch up: new events wait behind them."""
PATIENCE = 60.0
"""Seconds that the relay may take for that."""
E = TypeVar("E", bound=Event)
Found: TypeAlias = Mapping[int, Sequence[str]]
"""Subjects, by the place of their kind among those that a service keeps."""

_queries = sql.load(__file__, "republishing.sql")
_outbox = sql.load(outbox.__file__, "outbox.sql")


@asynccontextmanager
async def alone(service: "Service", settings: Settings) -> AsyncIterator[None]:
    """Nobody else publishes the service anew: what one has looked at another would change."""
    keeper = await asyncpg.connect(
        settings.postgres.get_secret_value(),
        server_settings={"application_name": f"{service.name}-republish"},
    )
    try:
        if not await _queries.hold_republish(keeper):
            raise OperationProblem(f"{service.name} is being published anew already.")
        yield
    finally:
        await keeper.close()


class Republishing:
    """One run: look at the topics, tell what the database lacks, and publish all of it."""

    def __init__(
        self, service: "Service", settings: Settings, db: Database, say: Callable[[str], None]
    ) -> None:
        keeping = service.keeping()
        if keeping is None:
            raise OperationProblem(f"{service.name} publishes nothing.")
        self._keeping = keeping
        self._settings = settings
        # What nobody else may write to before this is done, this may.
        self._db = replace(db, restored=type(db.restored)())
        self._restored = db.restored.maybe
        self._say = say
        mine = [it for it in declared_topics() if service.name in it.producers]
        self._topics = [it.name for it in mine]
        prefix = settings.topic_prefix
        self._internal = {prefixed(prefix, it.name) for it in mine if it.audience == "internal"}
        self._survey = Survey()
        self._newer: dict[str, Any] = {}
        self._later: dict[str, Any] = {}
        self._adopted: dict[str, Event] = {}

    async def look(self) -> tuple[Found, Found]:
        """What the topics have and the database lacks, and what is older here than there."""
        counters = {it.told_as[0]: it.counter for it in self._keeping.kept if it.counter}
        async for record in records_of(self._settings, self._topics):
            self._survey.note(record, record.topic in self._internal, counters)
        here = await self._subjects()
        lacking: dict[int, set[str]] = {}
        older: dict[int, set[str]] = {}
        for subject, last in self._survey.last.items():
            place, kept = self._kept(subject)
            if kept is None:
                continue
            own = f"{kept.told_as[0]}/{subject.partition('/')[2]}"
            if own not in here:
                lacking.setdefault(place, set()).add(own)
            elif here[own] < last.version:
                older.setdefault(place, set()).add(own)
        return _sorted(lacking), _sorted(older)

    async def follow(self, older: Found, *, all_of_it: bool) -> None:
        """Have what is older as the topics have it: all of it, or what follows from others."""
        places = {
            it: found
            for it, found in older.items()
            if all_of_it or self.kind(it).follows or self.kind(it).undone
        }
        for own, events in (await self._last_states(places)).items() if places else ():
            _, kept = self._kept(own)
            state = kept.state(events) if kept else None
            if kept and (all_of_it or (kept.follows and kept.follows(state))):
                self._newer[own] = state
            elif kept and kept.undone:
                self._later[own] = state

    def _kept(self, subject: str) -> tuple[int, Kept[Any] | None]:
        kind = subject.partition("/")[0]
        for place, kept in enumerate(self._keeping.kept):
            if kind in kept.told_as:
                return place, kept
        return -1, None

    async def _subjects(self) -> dict[str, int]:
        """The version of each aggregate that the database has."""
        async with reading(self._db) as tx:
            rows = self._keeping.subjects(tx.conn)
            return {row["subject"]: row["version"] async for row in rows}

    @property
    def as_backed_up(self) -> Sequence[str]:
        """What a restored database has as the backup had it; of others, nothing."""
        return [*self._keeping.untold.values(), *UNTOLD.values()] if self._restored else []

    def kind(self, place: int) -> Kept[Any]:
        """The kind of aggregate at a place of what `look` found."""
        return self._keeping.kept[place]

    async def publish_all(self) -> int:
        """Publish what the database has, one version up; how many aggregates that were."""
        here = await self._subjects()
        count = 0
        for kept in self._keeping.kept:
            start = f"{kept.told_as[0]}/"
            mine = (it for it in here if it.startswith(start) and it not in self._adopted)
            ids = sorted(it.removeprefix(start) for it in mine)
            for batch in _batches(ids):
                await self._let_relay_catch_up()
                count += await self._raise_batch(kept, batch)
            if ids:
                self._say(f"{kept.told_as[0]}: {len(ids)} published anew")
        return count

    async def _raise_batch(self, kept: Kept[E], ids: Sequence[str]) -> int:
        """Raise those that are free; then those that commands hold, waiting for one at a time.

        Whoever waits here holds nothing that another could wait for.
        """
        async with transaction(self._db) as tx:
            raised = await self._raise(tx, kept, ids)
        for missed in (it for it in ids if it not in raised):
            async with transaction(self._db) as tx:
                if await kept.store.find_locked(tx, *key_of(missed)) is not None:
                    raised |= await self._raise(tx, kept, [missed])
        return len(raised)

    async def _raise(self, tx: Tx, kept: Kept[E], ids: Sequence[str]) -> set[str]:
        rows = [row async for row in kept.take(tx, [key_of(it) for it in ids])]
        states, renewed, again, moved = [], [], [], []
        for row in rows:
            held = kept.store.read(row)
            newer = self._instead(kept, held)
            after = self._above(kept, newer or held)
            if newer is not None:
                renewed.append(after)
                held_below = held.model_copy(update={"version": after.version - 1})
                states.append(held_below)
            else:
                states.append(after)
                moved.append((held, after))
                again += [(event, self._time(event, held, row)) for event in kept.tells(after)]
        await kept.lift(tx, states)
        for after in renewed:
            state = await kept.renew(tx, after) or after
            again += [(event, self._last_time(event)) for event in kept.tells(state)]
        tx.forget()
        if kept.beside is not None:
            await kept.beside(tx, [after for _, after in moved])
        await self._move_refs(tx, kept, moved)
        await outbox.insert_again(tx.conn, tx.source, again)
        return {state.subject_id for state in states}

    def _instead(self, kept: Kept[E], held: E) -> E | None:
        """What takes the place of a state; one that moved on since it was looked at stays."""
        own = f"{kept.told_as[0]}/{held.subject_id}"
        newer: E | None = self._newer.get(own)
        if newer is not None and held.version < newer.version:
            return newer
        later: E | None = self._later.get(own)
        if kept.undone and later is not None and held.version < later.version:
            return kept.undone(held, later)
        return None

    def _above(self, kept: Kept[E], state: E) -> E:
        known = [self._survey.highest.get(event.subject, 0) for event in kept.tells(state)]
        above = state.model_copy(update={"version": max(state.version, *known) + 1})
        if self._restored and kept.counted is not None:
            above = kept.counted(above, self._survey.counters)
        return above

    def _time(self, event: Event, before: Event, row: Mapping[str, Any]) -> datetime:
        """When the state really changed last, as far as anyone knows."""
        last = self._survey.last.get(event.subject)
        if last is not None and last.version == before.version:
            return last.time
        known: datetime | None = row["changed_at"]
        return known or self._last_time(event)

    def _last_time(self, event: Event) -> datetime:
        last = self._survey.last.get(event.subject)
        return last.time if last else clock.now()

    async def _move_refs(self, tx: Tx, kept: Kept[E], moved: Sequence[tuple[E, E]]) -> None:
        """Keep what other systems said last at the version that says it: no person changed it."""
        if kept.by_ref is not None and moved:
            await _queries.move_refs(
                tx.conn,
                kind=kept.by_ref,
                ids=[UUID(before.subject_id) for before, _ in moved],
                olds=[before.version for before, _ in moved],
                news=[after.version for _, after in moved],
            )

    async def _let_relay_catch_up(self) -> None:
        """Leave room for the events of commands; a relay that is held back is not waited for."""
        until = time.monotonic() + PATIENCE
        while not self._restored and time.monotonic() < until:
            async with reading(self._db) as tx:
                waiting = await _outbox.outbox_depth(tx.conn)
            if waiting["depth"] < MOST_WAITING:
                return
            await asyncio.sleep(0.1)

    async def take_over(self, lacking: Found, *, withdraw: bool) -> int:
        """Adopt or withdraw what the database lacks, from the last that the topics say of it.

        Raises OperationProblem for what refers to something that is nowhere.
        """
        states = await self._last_states(lacking) if lacking else {}
        left = [(self.kind(place), states[it]) for place, found in lacking.items() for it in found]
        while left:
            failed = [one for one in left if not await self._adopt(*one, withdraw)]
            if len(failed) == len(left):
                named = ", ".join(first(events).subject for _, events in left)
                raise OperationProblem(f"What these refer to is not there: {named}")
            left = failed
        return len(self._adopted)

    async def _last_states(self, lacking: Found) -> dict[str, dict[str, Event]]:
        wanted: dict[tuple[str, int, int], str] = {}
        for place, found in lacking.items():
            kinds = self.kind(place).told_as
            for own in found:
                for kind in kinds:
                    last = self._survey.last.get(f"{kind}/{own.partition('/')[2]}")
                    if last is not None:
                        wanted[last.place] = own
        states: dict[str, dict[str, Event]] = {}
        async for record in records_of(self._settings, self._topics):
            own = wanted.get((record.topic, record.partition, record.offset), "")
            envelope = envelope_of(record) if own else None
            if envelope is not None:
                event = EVENTS[envelope.type].stored(record.value)
                states.setdefault(own, {})[event.kind] = event
        return states

    async def _adopt(self, kept: Kept[E], events: Mapping[str, Event], withdraw: bool) -> bool:
        """Adopt one aggregate; False where what it refers to is not there yet."""
        state, now = kept.state(events), clock.now()
        ended = kept.end(state, now) if withdraw and kept.end else None
        above = self._above(kept, ended or state)
        try:
            async with transaction(self._db) as tx:
                above = await kept.adopt(tx, above) or above
                tx.forget()
                again = [
                    (event, now if ended else self._last_time(event)) for event in kept.tells(above)
                ]
                await outbox.insert_again(tx.conn, tx.source, again)
        except (asyncpg.ForeignKeyViolationError, Problem):
            return False
        self._adopted[f"{kept.told_as[0]}/{above.subject_id}"] = above
        return True

    async def finish(self, *, took_over: bool) -> None:
        """Bring up to date what follows from what was taken over; then let the service publish.

        What a run took over that was cut short is not known any more, so all of it is looked at.
        """
        if self._keeping.settles and (took_over or self._restored):
            kind, settle = self._keeping.settles
            for subject in sorted(await self._subjects()):
                if subject.startswith(f"{kind}/"):
                    async with transaction(self._db) as tx:
                        tx.origin = "republish"
                        await settle(tx, UUID(subject.removeprefix(f"{kind}/")))
        async with transaction(self._db) as tx:
            await _queries.forget_due(tx.conn)


def _sorted(found: Mapping[int, set[str]]) -> Found:
    return {place: sorted(found[place]) for place in sorted(found)}


def _batches(ids: Sequence[str]) -> Iterator[list[str]]:
    found = iter(ids)
    while batch := list(islice(found, BATCH)):
        yield batch
