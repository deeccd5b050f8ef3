"""What tests of the event side stand on: a database, topics, a reader, and a small projection."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
from aiokafka import ConsumerRecord
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition
from confluent_kafka.admin import AdminClient
from pydantic import SecretStr

import chassis
from chassis import cloudevents, db, outbox
from chassis.messages import Reader
from chassis.poison import CannotApply
from chassis.received import Reads, Received
from chassis.settings import Settings
from chassis.topics import declared_topics, ensure_topics
from contracts.envelope import Event
from contracts.organisation import Period, TeamChanged
from contracts.words import Text
from local.ports import LOOPBACK, free_port
from local.processes import Child, tail
from local.throwaway import ThrowAwayParts

TEAMS = "soihtu.organisation.v1"
OPEN = "soihtu.open.v1"
RETROS = "soihtu.retro.v1"
TYPE = "fi.soihtu.team-changed.v1"
SOURCE = "/agencies/demo/okr"
ROOT = Path(chassis.__file__).parent.parent
SCHEMA = sorted((ROOT / "chassis" / "schema").rglob("*.sql"))
SHELF = """CREATE TABLE shelf (
    id uuid PRIMARY KEY, version integer NOT NULL, change text NOT NULL, times integer NOT NULL,
    CHECK (change <> 'refused')
); CREATE INDEX ON shelf (change)"""
PUT = """INSERT INTO shelf VALUES ($1, $2, $3, 1) ON CONFLICT (id) DO UPDATE
    SET version = excluded.version, change = excluded.change, times = shelf.times + 1"""

Headers = Sequence[tuple[str, bytes | None]]


async def until(met: Callable[[], Awaitable[Any]], within: float = 60.0) -> Any:
    """What `met` gives, as soon as it is true."""
    deadline = time.monotonic() + within
    while not (found := await met()):
        assert time.monotonic() < deadline, f"not within {within} s: {met}"
        await asyncio.sleep(0.02)
    return found


@dataclass
class Store:
    """A database with the chassis's own tables and the shelf."""

    settings: Settings
    db: db.Database

    async def emptied(self, kafka: str = "unused:9", prefix: str = "") -> "Store":
        """The same database, empty, beside other topics."""
        tables = ("outbox", "consumer_offsets", "seen", "dead_letters", "consumer_limits", "shelf")
        await self.db.pool.execute("; ".join(f"DELETE FROM {it}" for it in tables))  # noqa: S608
        there = {"kafka": kafka, "topic_prefix": prefix}
        return replace(self, settings=self.settings.model_copy(update=there))

    async def at_the_beginning(self, group: str) -> "Store":
        """The same database, empty, with `group` at the beginning of two partitions of teams."""
        empty = await self.emptied()
        await empty.db.pool.executemany(
            "INSERT INTO consumer_offsets VALUES ($1, $2, $3, 'an-id', 0)",
            [(group, TEAMS, partition) for partition in (0, 1)],
        )
        return empty

    def through(self, port: int) -> Settings:
        """The settings of a role that reaches PostgreSQL through `port`."""
        address = self.settings.postgres.get_secret_value()
        moved = address.replace(f":{urlsplit(address).port}/", f":{port}/")
        return self.settings.model_copy(update={"postgres": SecretStr(moved)})

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await self.db.pool.fetch(query, *arguments)
        return found

    async def value(self, query: str, *arguments: object) -> Any:
        return await self.db.pool.fetchval(query, *arguments)

    async def shelf(self) -> dict[UUID, tuple[int, str, int]]:
        """Version, change and number of times applied, of each team."""
        rows = await self.fetch("SELECT id, version, change, times FROM shelf")
        return {row["id"]: (row["version"], row["change"], row["times"]) for row in rows}

    async def publish(self, *events: Event) -> None:
        async with db.transaction(self.db) as tx:
            for event in events:
                tx.publish(event)

    async def waiting(self) -> int:
        """How many rows the outbox has."""
        found: int = await self.value("SELECT count(*) FROM outbox")
        return found


@asynccontextmanager
async def new_store(parts: ThrowAwayParts) -> AsyncIterator[Store]:
    """A store that several tests share; each empties it first."""
    parts.start("postgres")
    made = parts.database("okr", migrated=False)
    conn = await asyncpg.connect(made.owner)
    for file in SCHEMA:
        await conn.execute(file.read_text("utf-8"))
    await conn.execute(SHELF)
    await conn.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
    await conn.close()
    settings = Settings(kafka="unused:9", postgres=SecretStr(made.app))
    opened = await db.connect(settings, "okr", "test")
    yield Store(settings, opened)
    await opened.pool.close()
    parts.postgres.drop_database(made.name)


@asynccontextmanager
async def pool_of(settings: Settings) -> AsyncIterator[db.Database]:
    """A pool of connections of its own, as another process has."""
    opened = await db.connect(settings, "okr", "test")
    yield opened
    opened.pool.terminate()


class Gate:
    """A way to a part that can be shut, and be opened again."""

    def __init__(self, target: int, port: int) -> None:
        self.port = port
        self._target = target
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass, LOOPBACK, self.port)

    def shut(self) -> None:
        """Ends all that goes through it, too."""
        if self._server:
            self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        beyond, onward = await asyncio.open_connection(LOOPBACK, self._target)
        self._writers |= {writer, onward}
        await asyncio.gather(_pump(reader, onward), _pump(beyond, writer))
        self._writers -= {writer, onward}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while given := await reader.read(65536):
            writer.write(given)
            await writer.drain()
    writer.transport.abort()


def team(
    version: int = 1, id: UUID | None = None, change: str = "renamed", name: str = "Lumme"
) -> TeamChanged:
    text = Text(source="fi", fi=name)
    unit = UUID(int=1)
    since = date(2026, 1, 1)
    return TeamChanged(
        id=id or uuid4(),
        version=version,
        change=change,
        name=text,
        parent=unit,
        periods=(Period(since=since, name=text, parent=unit),),
    )


def headers_of(event: Event, **changed: str | None) -> list[tuple[str, bytes | None]]:
    """The headers of an event, some of them changed, or left out where None."""
    said: dict[str, str | None] = {
        **cloudevents.to_headers(outbox.envelope_of(event, SOURCE, "command")),
        **{f"ce_{name}": text for name, text in changed.items()},
    }
    return [(name, text.encode()) for name, text in said.items() if text is not None]


def record(
    event: Event,
    offset: int,
    *,
    value: bytes | None = b"",
    headers: Headers | None = None,
    partition: int = 0,
    key: bytes | None = b"",
) -> ConsumerRecord:
    """The record of an event, as Kafka would hand it out."""
    data = event.data() if value == b"" else value
    return ConsumerRecord(
        topic=TEAMS,
        partition=partition,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=event.key.encode() if key == b"" else key,
        value=data,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple(headers_of(event) if headers is None else headers),
    )


class Team(Reader):
    """As much of a team as the shelf needs."""

    id: UUID
    version: int
    change: str


@dataclass
class Shelf:
    """A projection that does as the `change` of a team tells it."""

    during: Callable[[db.Tx], Awaitable[None]] | None = None
    batches: list[list[str]] = field(default_factory=list)

    @property
    def reads(self) -> Mapping[str, Reads[Any]]:
        return {TYPE: Reads(Team, self.put)}

    async def put(self, tx: db.Tx, events: Sequence[Received[Team]]) -> None:
        self.batches.append([f"{it.data.change}@{it.data.version}" for it in events])
        for it in events:
            if it.data.change.startswith("told-and-"):
                told = "x" * outbox.MAX_BYTES if it.data.change.endswith("too-much") else "told"
                tx.publish(team(1, change=told), it.envelope)
            if it.data.change.endswith("contradicted"):
                raise CannotApply("contradicted")
            if it.data.change == "divide":
                _ = 1 // 0
            change = it.data.change.removeprefix("told-and-")
            await tx.conn.execute(PUT, it.data.id, it.data.version, change)
        if self.during:
            await self.during(tx)


def make_topics(
    kafka: str, prefix: str, *names: str, cleanup: Literal["compact", "delete"] = "compact"
) -> None:
    wanted = [replace(it, cleanup=cleanup) for it in declared_topics() if it.name in names]
    ensure_topics({"bootstrap.servers": kafka}, prefix, wanted)


async def delete_topic(kafka: str, name: str) -> None:
    admin = AdminClient({"bootstrap.servers": kafka})

    def delete() -> None:
        for done in admin.delete_topics([name]).values():
            done.result(10)

    async def gone() -> bool:
        listed = await asyncio.to_thread(admin.list_topics, timeout=5)
        return name not in listed.topics

    await asyncio.to_thread(delete)
    await until(gone)


async def read(
    kafka: str, *topics: str, isolation: str = "read_committed"
) -> dict[str, list[Message]]:
    """All that any client of Kafka reads of these topics until their ends."""
    return await asyncio.to_thread(_read, kafka, topics, isolation)


def _read(kafka: str, topics: Iterable[str], isolation: str) -> dict[str, list[Message]]:
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": f"reader-{uuid4()}",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 10,
        }
    )
    found: dict[str, list[Message]] = {topic: [] for topic in topics}
    known = consumer.list_topics(timeout=5).topics
    places = {(topic, number) for topic in found for number in known[topic].partitions}
    consumer.assign([TopicPartition(*place, OFFSET_BEGINNING) for place in places])
    try:
        while places:
            message = consumer.poll(10)
            assert message is not None, f"no end of {places}"
            error = message.error()
            if error is None:
                found[str(message.topic())].append(message)
            else:
                assert error.code() == KafkaError._PARTITION_EOF, error
                places.discard((str(message.topic()), message.partition() or 0))
    finally:
        consumer.close()
    return found


def text_headers(message: Message) -> dict[str, str]:
    pairs = cast("list[tuple[str, bytes]]", message.headers() or [])
    return {name: value.decode() for name, value in pairs}


@dataclass
class Process:
    """A role of okr as a process of its own."""

    child: Child
    port: int

    def says(self) -> tuple[str, list[str]]:
        """Its status and reasons; nothing before its operations port answers."""
        try:
            told = httpx.get(f"http://{LOOPBACK}:{self.port}/health/ready", timeout=1).json()
        except httpx.TransportError:
            return "", []
        return told["status"], told["reasons"]

    def lives(self) -> bool:
        return httpx.get(f"http://{LOOPBACK}:{self.port}/health/live", timeout=1).is_success

    async def until_it_says(self, *statuses: str, within: float = 60.0) -> str:
        async def told() -> str | None:
            assert self.child.exit_code() is None, tail(self.child.log, 20)
            status, _ = await asyncio.to_thread(self.says)
            return status if status in statuses else None

        found: str = await until(told, within)
        return found

    async def until_it_ends(self, within: float = 60.0) -> int:
        async def ended() -> bool:
            return self.child.exit_code() is not None

        await until(ended, within)
        code = self.child.exit_code()
        assert code is not None
        return code


@contextmanager
def process(role: str, settings: Settings, log: Path, **more: str) -> Iterator[Process]:
    """okr's `role`, which ends with the block; what it says goes to `log`."""
    port = free_port()
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "SOIHTU_KAFKA": settings.kafka,
        "SOIHTU_POSTGRES": settings.postgres.get_secret_value(),
        "SOIHTU_TOPIC_PREFIX": settings.topic_prefix,
        "SOIHTU_OPS_PORT": str(port),
        **more,
    }
    program = [sys.executable, "-m", "services.okr", role]
    child = Child(program, log=log, environment=environment, folder=ROOT)
    try:
        yield Process(child, port)
    finally:
        child.send(signal.SIGCONT)
        child.kill()
