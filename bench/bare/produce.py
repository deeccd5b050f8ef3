"""Sends records with aiokafka in batches, each in a transaction or not, and nothing else."""

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer

Sent = tuple[str, bytes, bytes, list[tuple[str, bytes]]]


def read(file: str, prefix: str) -> list[Sent]:
    """The records of a file, as a producer takes them."""
    found = []
    with Path(file).open(encoding="utf-8") as lines:
        for line in lines:
            topic, key, headers, value = json.loads(line)
            encoded = [(name, text.encode()) for name, text in headers.items()]
            found.append((prefix + topic, key.encode(), value.encode(), encoded))
    return found


async def _send(producer: AIOKafkaProducer, batch: list[Sent]) -> None:
    sending = [
        await producer.send(topic, key=key, value=value, headers=headers)
        for topic, key, value, headers in batch
    ]
    await asyncio.gather(*sending)


async def _send_all(
    producer: AIOKafkaProducer, batches: list[list[Sent]], transactional: bool
) -> None:
    for batch in batches:
        if transactional:
            async with producer.transaction():
                await _send(producer, batch)
        else:
            await _send(producer, batch)


async def main(told: dict[str, Any]) -> None:
    """Answers records/s on standard output."""
    records, size = read(told["file"], told["prefix"]), told["batch"]
    batches = [records[at : at + size] for at in range(0, len(records), size)]
    own = (
        {"transactional_id": f"{told['prefix']}bare", "transaction_timeout_ms": 10_000}
        if told["transactional"]
        else {"enable_idempotence": True}
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=told["kafka"], acks="all", linger_ms=0, max_batch_size=262_144, **own
    )
    await producer.start()
    warm = max(len(batches) // 10, 1)
    await _send_all(producer, batches[:warm], told["transactional"])
    began = time.perf_counter()
    await _send_all(producer, batches, told["transactional"])
    rate = len(records) / (time.perf_counter() - began)
    await producer.stop()
    sys.stdout.write(json.dumps({"rate": rate}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
