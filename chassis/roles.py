"""Runs one role or operation of a service: `python -m services.<service> <role>`."""

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import asyncpg
from aiokafka.errors import KafkaError
from pydantic import ValidationError

from chassis import clock, db, operations, ops, telemetry, tracing
from chassis.draining import Leaving
from chassis.member_name import NameTaken, own_name
from chassis.operations import OPERATIONS
from chassis.ops import Health
from chassis.received import Reads
from chassis.relay import ProducerFailed, Relay
from chassis.settings import Settings, sentences
from chassis.waiting import given_before, pause

if TYPE_CHECKING:
    from fastapi import FastAPI

    from chassis.owned import Keeping
    from chassis.subscription import Subscription

USAGE = 2
CLOSE_WITHIN = 5.0
T = TypeVar("T")
_AWAY = (*db.AWAY, KafkaError)


@dataclass(frozen=True)
class Copies:
    """The tables of a service that are a fold of its topics and hold nothing else.

    `folded_by` are the indexes that folding looks things up by; a rebuild makes the others last.
    """

    tables: Sequence[str] = ()
    folded_by: Sequence[str] = ()


@dataclass(frozen=True)
class Service:
    """What a service is made of; its `app.py` says it.

    `connect`, `relay` and `subscription` make what its roles run; `beside` is what a worker does
    by the clock, beside consuming, until it is told to stop. `rest` is for how many seconds more a
    worker lets records gather where few came: each batch costs about as much as fifty records.
    """

    name: str
    folder: Path
    create_app: Callable[[Settings, db.Database], "FastAPI"]
    reads: Mapping[str, Reads[Any]]
    topics: Sequence[str] = ()
    publishes: bool = True
    keeping: Callable[[], "Keeping | None"] = lambda: None
    connect: Callable[[Settings, str, str], Awaitable[db.Database]] = db.connect
    relay: Callable[[db.Database, Settings, str, Health], Relay] = Relay
    subscription: "Callable[..., Subscription] | None" = None
    copies: Copies = Copies()
    verify: "Callable[[operations.Call], Awaitable[int]] | None" = None
    settings: type[Settings] = Settings
    beside: Callable[[db.Database, Settings, asyncio.Event], Awaitable[None]] | None = None
    rest: float = 0.0

    @property
    def roles(self) -> tuple[str, ...]:
        return ("api", "worker", "relay") if self.publishes else ("api", "worker")

    @property
    def schema_step(self) -> str:
        """The migration that this program's database has had last."""
        return max(it.name[:4] for it in (self.folder / "migrations").glob("[0-9]*.py"))


def main(service: Service, argv: Sequence[str]) -> None:
    """Run what `argv` names; exits 2 when the call or the settings are off."""
    known = (*service.roles, "migrate")
    role = argv[0] if argv else ""
    has_arguments = role in OPERATIONS or role == "migrate"
    if role not in (*known, *OPERATIONS) or (len(argv) != 1 and not has_arguments):
        choice = "|".join((*known, *OPERATIONS))
        sys.stderr.write(f"usage: python -m services.{service.name} {choice}\n")
        sys.exit(USAGE)
    try:
        if role == "migrate":
            from chassis import migrate  # what it stands on is of no use to the other roles

            sys.exit(migrate.main(service.name, service.folder, argv[1:]))
        settings = service.settings()
        clock.follow(settings.clock)
    except ValidationError as error:
        sys.stderr.write(sentences(error))
        sys.exit(USAGE)
    telemetry.configure_logs(settings.log_format, service=service.name, role=role)
    try:
        tracing.configure(settings.otlp, service.name, role, settings.instance)
    except tracing.NoExporter as missing:
        sys.stderr.write(f"{missing}\n")
        sys.exit(USAGE)
    collect_seldom()
    if role in OPERATIONS:
        sys.exit(operations.main(service, argv, settings))
    sys.exit(asyncio.run(_run(service, role, settings)))


def collect_seldom() -> None:
    """Look for cycles of garbage less often, and never among what was imported.

    By the interpreter's defaults a worker that catches up spends a fifth of its time on it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


async def _run(service: Service, role: str, settings: Settings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    health = Health()

    def leave() -> None:
        health.leave()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)
    work = {"api": _api, "worker": _worker, "relay": _relay}[role]
    ops_server = ops.ops_server(settings, health)
    serving = asyncio.create_task(ops_server.serve())
    try:
        database = await _open(service, role, settings, health, stop)
        if database is not None:
            await work(service, settings, database, health, stop)
            await _close(database)
        return 0
    except (ProducerFailed, NameTaken) as error:
        telemetry.log().error("role-ends", reason=str(error), error=type(error).__name__)
        return 1
    # a library may also cancel what nobody else has cancelled
    except (Exception, asyncio.CancelledError) as error:
        telemetry.log().exception("role-ends", reason="unexpected", error=type(error).__name__)
        return 1
    finally:
        ops_server.should_exit = True
        with suppress(Exception, SystemExit):
            await asyncio.wait_for(serving, 5)


async def _close(database: db.Database) -> None:
    try:
        await asyncio.wait_for(database.pool.close(), CLOSE_WITHIN)
    except _AWAY:  # nothing waits for what is still going on in it
        database.pool.terminate()


async def _open(
    service: Service, role: str, settings: Settings, health: Health, stop: asyncio.Event
) -> db.Database | None:
    async def connected() -> db.Database | None:
        return await given_before(service.connect(settings, service.name, role), stop)

    return await _patiently(connected, "database-away", health, stop)


async def _patiently(
    attempt: Callable[[], Awaitable[T]], reason: str, health: Health, stop: asyncio.Event
) -> T | None:
    """What `attempt` gives, tried until it does (0.1 → 5 s); None when `stop` comes first."""
    delay = 0.1
    while not stop.is_set():
        try:
            return await attempt()
        except _AWAY as error:
            health.unready(reason, error)
            await pause(delay, stop)
            delay = min(delay * 2, 5.0)
    return None


async def _api(
    service: Service,
    settings: Settings,
    database: db.Database,
    health: Health,
    stop: asyncio.Event,
) -> None:
    app = Leaving(service.create_app(settings, database), stop)
    server = ops.server(app, settings.host, settings.port)
    serving = asyncio.create_task(server.serve())
    watching = asyncio.create_task(_watch_database(settings, health))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([serving, watching, stopping], return_when=asyncio.FIRST_COMPLETED)
    await asyncio.wait([serving], timeout=settings.drain)
    server.should_exit = True
    unwatched = watching.done()
    for task in (watching, stopping):
        task.cancel()
    await serving
    if unwatched:
        watching.result()  # an API that can't tell any more whether it is ready ends


async def _watch_database(settings: Settings, health: Health) -> None:
    """Ask the database each second, by a connection that no request can have taken."""
    while True:
        try:
            conn = await asyncpg.connect(
                settings.postgres.get_secret_value(),
                timeout=2,
                command_timeout=2,
                server_settings={"application_name": "readiness"},
            )
            try:
                while True:
                    await conn.fetchval("SELECT 1")
                    health.ready()
                    await asyncio.sleep(1)
            finally:
                conn.terminate()
        except _AWAY as error:
            health.unready("database-away", error)
        await asyncio.sleep(1)


async def _worker(
    service: Service,
    settings: Settings,
    database: db.Database,
    health: Health,
    stop: asyncio.Event,
) -> None:
    from chassis.subscription import Subscription  # with FastStream, which no other role needs

    name = f"{settings.topic_prefix}{service.name}-{settings.instance}"
    async with own_name(settings, name, health, stop):

        async def republished() -> bool:
            while await given_before(db.must_republish(database), stop):
                health.unready("must-republish")
                await pause(1.0, stop)
            return True

        await _patiently(republished, "database-away", health, stop)
        beside = _beside(service, settings, database, stop)

        async def consumed() -> bool:
            make = service.subscription or Subscription
            subscription = make(
                database, settings, service.name, service.topics, service.reads, health,
                rest=service.rest,
            )  # fmt: skip
            await subscription.run(stop)
            return True

        await _patiently(consumed, "kafka-away", health, stop)
        await beside


def _beside(
    service: Service, settings: Settings, database: db.Database, stop: asyncio.Event
) -> "asyncio.Future[None]":
    """What is done beside consuming, which goes on also while Kafka is away."""
    work = service.beside(database, settings, stop) if service.beside else stop.wait()
    return asyncio.ensure_future(_ends_with(work, stop))


async def _ends_with(work: Awaitable[object], stop: asyncio.Event) -> None:
    try:
        await work
    finally:
        stop.set()  # a worker that does half of its work is to be started anew


async def _relay(
    service: Service,
    settings: Settings,
    database: db.Database,
    health: Health,
    stop: asyncio.Event,
) -> None:
    await service.relay(database, settings, service.name, health).run(stop)
