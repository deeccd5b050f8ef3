"""The database of a service: its pool, and the only door to a write."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from chassis import outbox
from chassis.settings import Settings
from contracts.envelope import Envelope, Event, Origin

LIMITS = {"idle_in_transaction_session_timeout": "10s", "transaction_timeout": "60s"}
"""How long a transaction may be open: a process that was stopped must not keep its locks."""
SOON = {"synchronous_commit": "off"}
"""Commits that are not waited for, and that a crash of PostgreSQL may take back, the newest of
them: only where all that is written is then read again from topics."""
PATIENCE = 10.0
"""Seconds that a transaction waits for a connection of the pool."""


class RepublishDue(Exception):
    """The database was restored: nothing is written to it before `republish`."""


class AllTaken(TimeoutError):
    """Others had all connections of the pool for too long."""


AWAY = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    RepublishDue,
    OSError,
    TimeoutError,
)
"""What is raised while a database is away, ends sessions, or is not to be written to.

A connection that was told of the end of its session, and whose socket has not closed yet, says
InternalClientError ("another operation is in progress") to whoever uses it.
"""

_AWAY_CLASSES = ("08", "57")
"""SQLSTATE classes: connection exception, operator intervention."""
_AWAY_STATES = ("25006", "25P03", "25P04", "53300")
"""Read-only for now, idle or busy for too long, too many connections."""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"


def is_away(error: BaseException) -> bool:
    """Whether a database could not be reached, refused the session, or ended it.

    Where it is there and refuses what was asked of it, or the call was wrong, this is False.
    """
    if isinstance(error, asyncpg.PostgresError):
        state = error.sqlstate or ""
        ended = getattr(error, "severity_en", None) in ("FATAL", "PANIC")
        return ended or state in _AWAY_STATES or state[:2] in _AWAY_CLASSES
    if isinstance(error, asyncpg.InterfaceError):
        # asyncpg says with one class that a connection is closed and that a call was wrong
        return not isinstance(error, ValueError) and "clos" in str(error)
    return isinstance(error, AWAY)


@dataclass
class Restored:
    """Whether the database may have been restored and not republished since.

    Only a database that nobody is connected to is put in another's place, so to look once on
    each new connection is to know in time.
    """

    maybe: bool = False

    async def look(self, conn: Connection) -> None:
        self.maybe = self.maybe or await outbox.must_republish(conn)


Published: TypeAlias = Sequence[tuple[Event, Envelope | None]]
"""Events, each with the one that led to it."""
Publish: TypeAlias = Callable[[Connection, str, Origin, Published], Awaitable[None]]
"""Has events leave when the transaction of a connection commits, from a source."""


@dataclass(frozen=True)
class Database:
    """A pool of connections, the CloudEvents source of what is published from it, and how."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    source: str
    publish: Publish = field(default=outbox.insert, kw_only=True)
    restored: Restored = field(default_factory=Restored)
    patience: float = field(default=PATIENCE, kw_only=True)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection of the pool, soon. Raises AllTaken, and what connecting raises."""
        try:
            async with asyncio.timeout(self.patience):
                conn = await self.pool.acquire()
        except TimeoutError:
            if self.pool.get_size() - self.pool.get_idle_size() < self.pool.get_max_size():
                raise
            raise AllTaken from None
        try:
            yield conn
        finally:
            await self.pool.release(conn)


@dataclass
class Tx:
    """One transaction: what it may run on, and what it will have published."""

    conn: Connection
    source: str
    origin: Origin = "command"
    reached: list[str] = field(default_factory=list)
    _events: list[tuple[Event, Envelope | None]] = field(default_factory=list)
    _publish: Publish = outbox.insert

    def publish(self, event: Event, cause: Envelope | None = None) -> None:
        """Have `event`, and its public twin if there is one, in the outbox when this commits.

        `cause` is the event that led to it: its origin and correlation are carried on. The
        aggregate must be locked or written before, so that its events leave in its order.
        """
        self._events.append((event, cause))
        self.reached.append(f"{event.subject}@{event.version}")

    def forget(self) -> None:
        """Drop what was published and not yet written: its savepoint was rolled back."""
        self._events.clear()

    async def flush(self) -> None:
        """Write what was published to the outbox. Raises Problem `too-large`."""
        if self._events:
            await self._publish(self.conn, self.source, self.origin, self._events)
            self._events.clear()


async def connect(
    settings: Settings,
    service: str,
    role: str,
    limits: Mapping[str, str] = LIMITS,
    *,
    any_schema: bool = False,
) -> Database:
    """Open the pool of `service`. Raises asyncpg's and OS errors when it can't be reached.

    Nothing may be set for a session on its connections: they go back as they are. Of a database
    of `any_schema` it is not known whether it was restored: it is for reading alone.
    """
    restored = Restored()
    pool = await asyncpg.create_pool(
        settings.postgres.get_secret_value(),
        min_size=1,
        max_size=settings.postgres_pool,
        command_timeout=30,
        init=None if any_schema else restored.look,
        reset=_as_it_is,
        server_settings={
            "application_name": f"{service}-{role}-{settings.instance}",
            **limits,
        },
    )
    return Database(pool, f"/agencies/{settings.agency}/{service}", restored)


async def _as_it_is(_: Connection) -> None:
    """Spare a round trip for each transaction: what asyncpg would reset is never set here."""


@asynccontextmanager
async def transaction(db: Database) -> AsyncIterator[Tx]:
    """A transaction that commits state and outbox together, or nothing. Raises RepublishDue."""
    async with db.connection() as conn, conn.transaction():
        if db.restored.maybe and await outbox.must_republish(conn):
            raise RepublishDue
        db.restored.maybe = False
        tx = Tx(conn, db.source, _publish=db.publish)
        yield tx
        await tx.flush()


async def must_republish(db: Database) -> bool:
    """Whether the database was restored and not republished since."""
    if db.restored.maybe:
        async with db.connection() as conn:
            db.restored.maybe = await outbox.must_republish(conn)
    return db.restored.maybe


@asynccontextmanager
async def reading(db: Database) -> AsyncIterator[Tx]:
    """A read-only transaction that sees one state of the database throughout."""
    async with (
        db.connection() as conn,
        conn.transaction(isolation="repeatable_read", readonly=True),
    ):
        yield Tx(conn, db.source)
