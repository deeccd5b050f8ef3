"""The bare hop: outbox to relay to subscriber, each a process of its own, without us.

Told to be `insert`, `relay` or `subscribe`; answers when each number left, or arrived.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

TABLE = """
CREATE TABLE IF NOT EXISTS bare_outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number integer NOT NULL,
    topic text NOT NULL, key text NOT NULL, headers jsonb NOT NULL, value bytea NOT NULL
)
"""
INSERT = "INSERT INTO bare_outbox (number, topic, key, headers, value) VALUES ($1, $2, $3, $4, $5)"
POLL = 0.02
BATCH = 500
NUMBER = "number"


async def insert(told: dict[str, Any]) -> dict[int, float]:
    """Put rows at a steady rate; when each was committed."""
    left: dict[int, float] = {}
    async with asyncpg.create_pool(told["postgres"], min_size=8, max_size=8) as pool:

        async def one(number: int) -> None:
            key = told["keys"][number % len(told["keys"])]
            async with pool.acquire() as conn, conn.transaction():
                await conn.execute(
                    INSERT, number, told["topic"], key, told["headers"], told["value"].encode()
                )
            left[number] = time.time()

        began, sent, tasks = time.perf_counter(), 0, set()
        while sent < told["amount"]:
            while sent < min((time.perf_counter() - began) * told["rate"], told["amount"]):
                task = asyncio.create_task(one(sent))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                sent += 1
            await asyncio.sleep(0.001)
        await asyncio.gather(*tasks)
    return left


async def relay(told: dict[str, Any]) -> dict[int, float]:
    """Bring rows to Kafka, a batch in a transaction, until all are there."""
    conn = await asyncpg.connect(told["postgres"])
    await conn.execute(TABLE)
    producer = AIOKafkaProducer(
        bootstrap_servers=told["kafka"], linger_ms=0, max_batch_size=262_144,
        transactional_id=f"{told['group']}-bare", transaction_timeout_ms=10_000,
    )  # fmt: skip
    await producer.start()
    _tell(told)
    done = 0
    while done < told["amount"]:
        rows = await conn.fetch("SELECT * FROM bare_outbox ORDER BY seq LIMIT $1", BATCH)
        if rows:
            async with producer.transaction():
                sending = [await producer.send(row["topic"], **_message(row)) for row in rows]
                await asyncio.gather(*sending)
            await conn.execute(
                "DELETE FROM bare_outbox WHERE seq = ANY($1)", [row["seq"] for row in rows]
            )
            done += len(rows)
        if len(rows) < BATCH:
            await asyncio.sleep(POLL)
    await producer.stop()
    await conn.close()
    return {}


def _tell(told: dict[str, Any]) -> None:
    """Say that this role has begun."""
    Path(f"{told['ready']}.{told['role']}").touch()


def _message(row: Any) -> dict[str, Any]:
    headers = [(name, text.encode()) for name, text in json.loads(row["headers"]).items()]
    number = (NUMBER, str(row[NUMBER]).encode())
    return {"key": row["key"].encode(), "value": row["value"], "headers": [*headers, number]}


async def subscribe(told: dict[str, Any]) -> dict[int, float]:
    """Consume until all are here; when each arrived."""
    arrived: dict[int, float] = {}
    complete = asyncio.Event()
    broker = KafkaBroker(told["kafka"], apply_types=False, logger=None)

    async def parse(records: tuple[Any, ...]) -> KafkaAckableMessage:
        return KafkaAckableMessage(
            body=b"", headers={}, raw_message=records, consumer=subscriber.consumer
        )

    async def raw(message: Any) -> Any:
        return message.raw_message

    subscriber = broker.subscriber(
        told["topic"], batch=True, group_id=told["group"], auto_offset_reset="earliest",
        isolation_level="read_committed", ack_policy=AckPolicy.NACK_ON_ERROR, no_reply=True,
        batch_timeout_ms=20, max_records=BATCH, parser=parse, decoder=raw,
    )  # fmt: skip

    async def note(records: tuple[Any, ...]) -> None:
        now = time.time()
        for record in records:
            arrived[int(dict(record.headers)[NUMBER])] = now
        if len(arrived) >= told["amount"]:
            complete.set()

    subscriber(note)
    await broker.start()
    while not (subscriber.consumer and subscriber.consumer.assignment()):  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    _tell(told)
    await complete.wait()
    await broker.stop()
    return arrived


ROLES = {"insert": insert, "relay": relay, "subscribe": subscribe}


async def main(told: dict[str, Any]) -> None:
    """Answers the times of this role on standard output."""
    sys.stdout.write(json.dumps(await ROLES[told["role"]](told)))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
