"""What tests of rebuilds stand on: topics that hold a history, a worker, and tables to compare."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from pydantic import SecretStr

from chassis import db
from chassis.ops import Health
from chassis.roles import Service
from chassis.settings import Settings
from chassis.subscription import Subscription
from chassis.topics import declared_topics, ensure_topics
from contracts.envelope import Event
from local.postgres import Database
from tests.service.chassis.streams import delete_topic, headers_of, until


@dataclass
class Reader:
    """A service that reads topics of its own, with a database of its own."""

    service: Service
    settings: Settings
    database: Database
    db: db.Database

    @property
    def group(self) -> str:
        return self.settings.topic_prefix + self.service.name

    async def make_topics(self, *names: str) -> None:
        """All that the service reads, or some of them."""
        wanted = [it for it in declared_topics() if it.name in (names or self.service.topics)]
        client = {"bootstrap.servers": self.settings.kafka}
        await asyncio.to_thread(ensure_topics, client, self.settings.topic_prefix, wanted)

    async def make_anew(self, name: str) -> None:
        """A topic of the same name, empty, with another id."""
        await delete_topic(self.settings.kafka, self.settings.topic_prefix + name)
        await self.make_topics(name)

    async def produce(self, events: Iterable[Event]) -> None:
        """Bring events to their topics, as the relays do."""
        producer = AIOKafkaProducer(bootstrap_servers=self.settings.kafka, linger_ms=5)
        await producer.start()
        sent = [
            await producer.send(
                self.settings.topic_prefix + event.topic,
                event.data(),
                key=event.key.encode(),
                headers=headers_of(event),
            )
            for event in events
        ]
        await asyncio.gather(*sent)
        await producer.stop()

    @asynccontextmanager
    async def working(self) -> AsyncIterator[Health]:
        """The service's worker, in this process."""
        stop, health = asyncio.Event(), Health()
        member = Subscription(
            self.db, self.settings, self.service.name, self.service.topics, self.service.reads,
            health,
        )  # fmt: skip
        task = asyncio.create_task(member.run(stop))
        try:
            yield health
        finally:
            stop.set()
            await asyncio.gather(task, return_exceptions=True)

    async def until_all_is_in(self) -> None:
        """The worker was at the end of everything after this was called."""
        asked = await self.value("SELECT clock_timestamp()")
        read = [it for it in declared_topics() if it.name in self.service.topics]
        partitions = sum(it.partitions for it in read)

        async def confirmed() -> bool:
            return bool(
                await self.value(
                    "SELECT count(*) = $2 AND bool_and(lag = 0 AND confirmed_at > $1)"
                    " FROM consumer_offsets",
                    asked,
                    partitions,
                )
            )

        await until(confirmed, within=60)

    async def value(self, query: str, *arguments: object) -> Any:
        return await self.db.pool.fetchval(query, *arguments)

    async def tables(self) -> dict[str, list[str]]:
        """Every row of every table that a rebuild makes anew."""
        return {
            name: sorted(
                row[0]
                for row in await self.db.pool.fetch(
                    f"SELECT to_jsonb(it)::text FROM {name} AS it"  # noqa: S608
                )
            )
            for name in self.service.copies.tables
        }

    async def as_owner(self, statements: str) -> None:
        conn = await asyncpg.connect(self.database.owner)
        await conn.execute(statements)
        await conn.close()

    async def shape(self) -> list[tuple[Any, ...]]:
        """Columns, constraints, indexes, options and grants of all that is in `public`."""
        conn = await asyncpg.connect(self.database.owner)
        rows = await conn.fetch(SHAPE)
        await conn.close()
        return [tuple(row) for row in rows]


SHAPE = """
SELECT cls.relname, 'column', concat_ws(' ', col.attnum, col.attname, col.atttypid::regtype,
    col.attnotnull, col.attgenerated, pg_get_expr(def.adbin, def.adrelid),
    col_description(cls.oid, col.attnum))
FROM pg_class AS cls JOIN pg_attribute AS col ON col.attrelid = cls.oid AND col.attnum > 0
LEFT JOIN pg_attrdef AS def ON def.adrelid = cls.oid AND def.adnum = col.attnum
WHERE cls.relnamespace = 'public'::regnamespace AND cls.relkind = 'r'
UNION ALL SELECT tablename, 'index', indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT conrelid::regclass::text, 'constraint', conname || pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
UNION ALL SELECT relname, 'table',
    concat_ws(' ', relowner::regrole, reloptions, obj_description(oid, 'pg_class'))
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
UNION ALL SELECT relname, 'grant', concat_ws(' ', held.grantee::regrole, held.privilege_type)
FROM pg_class CROSS JOIN LATERAL aclexplode(relacl) AS held
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
ORDER BY 1, 2, 3
"""


@asynccontextmanager
async def reader(
    service: Service, database: Database, kafka: str, prefix: str
) -> AsyncIterator[Reader]:
    """The reader, its topics made and empty."""
    settings = Settings(kafka=kafka, topic_prefix=prefix, postgres=SecretStr(database.app))
    opened = await db.connect(settings, service.name, "worker")
    made = Reader(service, settings, database, opened)
    await made.make_topics()
    yield made
    await opened.pool.close()
