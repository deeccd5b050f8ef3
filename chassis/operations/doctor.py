"""Says of a service what is healthy and what is not, and why, in words."""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from confluent_kafka import KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from chassis import outbox, sql
from chassis.db import AWAY, Connection, is_away, reading
from chassis.operations import Call, must_republish
from chassis.settings import KafkaSettings
from chassis.topics import Topic, declared_topics, prefixed

LONGEST_WAIT = 30.0
"""Seconds that an event may wait in the outbox."""
LONGEST_SILENCE = 60.0
"""Seconds since a reader was last seen at the end of its topics."""
LONGEST_TRANSACTION = 60.0

_queries = sql.load(__file__, "doctor.sql")
_outbox = sql.load(outbox.__file__, "outbox.sql")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `runbook` is the heading in docs/operate.md that helps."""

    well: bool
    what: str
    told: str
    runbook: str = ""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="as JSON, for scripts")


async def run(call: Call) -> int:
    found = [finding async for finding in _examine(call)]
    if call.arguments.json:
        call.say(json.dumps([asdict(it) for it in found]))
    else:
        for it in found:
            more = "" if it.well else f" → docs/operate.md, {it.runbook}"
            call.say(f"{'✓' if it.well else '✗'} {call.service.name} {it.what}: {it.told}{more}")
    return 0 if all(it.well for it in found) else 1


async def _examine(call: Call) -> AsyncIterator[Finding]:
    positions: list[dict[str, Any]] = []
    try:
        async with call.database(any_schema=True) as database, reading(database) as tx:
            step = await _schema_step(tx.conn)
            yield _schema(call, step)
            # What an older schema lacks can't be asked for.
            if step >= call.service.schema_step:
                positions = [dict(row) async for row in _queries.positions(tx.conn)]
                async for finding in _of_database(call, tx.conn):
                    yield finding
    except AWAY as error:
        told = "can't be reached" if is_away(error) else "does not say what is asked of it"
        yield Finding(False, "database", f"{told} ({type(error).__name__})", "A database is away")
    for finding in await asyncio.to_thread(lambda: list(_of_kafka(call, positions))):
        yield finding


async def _schema_step(conn: Connection) -> str:
    """The migration that the database has had last; empty when it has had none."""
    if not await _queries.is_migrated(conn):
        return ""
    step: str = await _queries.schema_step(conn)
    return step


def _schema(call: Call, has: str) -> Finding:
    step = call.service.schema_step
    told = f"is at step {has}" if has else "has no schema"
    if has < step:
        told += f", and this program needs {step}: run `migrate --phase pre`"
    elif has > step:
        told += f", this program's is {step}"
    return Finding(has == step, "schema", told, "Migrations")


async def _of_database(call: Call, conn: Connection) -> AsyncIterator[Finding]:
    oldest = await _queries.oldest_transaction(conn)
    yield Finding(
        oldest < LONGEST_TRANSACTION,
        "transactions",
        f"the oldest is open for {oldest:.0f} s" if oldest >= 1 else "none is open for long",
        "A transaction stays open",
    )
    if call.service.publishes:
        due = await outbox.must_republish(conn)
        told = must_republish(call.service.name) if due else "it was not, or all went out since"
        yield Finding(not due, "restored", told, "A service is restored")
        yield await _publishing(conn)
    due = await _queries.rebuild_is_due(conn)
    lacks = f"what was read lacks what was added since: `soihtu rebuild {call.service.name}`"
    yield Finding(
        not due, "copies", lacks if due else "lack nothing", "Tables of a reader are wrong"
    )
    yield await _workers(conn)
    async for row in _queries.positions(conn):
        yield _position(row)
    yield await _dead_letters(conn)
    async for row in _queries.stopped_groups(conn):
        told = f"{row['group_name']} is stopped: it sets too much aside"
        yield Finding(False, "limit", told, "A consumer has stopped at its limit")


async def _publishing(conn: Connection) -> Finding:
    waiting = await _outbox.outbox_depth(conn)
    leads = bool(await _queries.holders(conn, application="relay-lock"))
    at_least = "at least " if waiting["depth"] == 10_000 else ""
    told = f"{at_least}{waiting['depth']} events wait, the oldest for {waiting['age']:.0f} s"
    if not leads:
        told += "; no relay leads"
    well = leads and waiting["age"] < LONGEST_WAIT
    return Finding(well, "outbox", told, "Events wait in the outbox")


async def _workers(conn: Connection) -> Finding:
    running = await _queries.holders(conn, application="member-name")
    return Finding(running > 0, "workers", f"{running} run", "A worker does not run")


def _position(row: Mapping[str, Any]) -> Finding:
    age, place = row["age"], f"{row['group_name']} in {row['topic']}"
    if age is None:
        told = f"has not been read to its end yet, {row['lag']} records are left"
    else:
        told = f"was read to its end {age:.0f} s ago, {row['lag']} records are left"
    well = age is not None and age < LONGEST_SILENCE
    return Finding(well, place, told, "A reader lags behind")


async def _dead_letters(conn: Connection) -> Finding:
    rows = [row async for row in _queries.set_aside_by_reason(conn)]
    reasons = ", ".join(f"{row['records']} {row['reason']}" for row in rows)
    return Finding(not rows, "dead letters", reasons or "none", "Records are set aside")


def _of_kafka(call: Call, positions: list[dict[str, Any]]) -> Iterator[Finding]:
    name = call.service.name
    yield Finding(True, "line", _line(call.settings))
    wanted = {
        prefixed(call.settings.topic_prefix, it.name): it
        for it in declared_topics()
        if it.owner == name or name in it.consumers
    }
    admin = AdminClient(call.settings.for_confluent())
    try:
        described = admin.describe_topics(TopicCollection(list(wanted)), request_timeout=5)
        for topic, said in described.items():
            yield _topic(topic, wanted[topic], said.result(10), positions)
    except KafkaException as error:
        yield Finding(False, "Kafka", error.args[0].str(), "Kafka is away")


def _line(settings: KafkaSettings) -> str:
    """How well the way to Kafka is guarded: to say so is all that a reader of settings can do."""
    told = {
        "PLAINTEXT": "is not secured: whoever reaches Kafka reads and writes everything",
        "SSL": "is encrypted, and nobody logs in",
        "SASL_PLAINTEXT": "is not encrypted, with a login as {}",
        "SASL_SSL": "is secured: encrypted, with a login as {}",
    }
    return told[settings.kafka_security].format(settings.kafka_username)


def _topic(name: str, wanted: Topic, found: Any, positions: list[dict[str, Any]]) -> Finding:
    partitions, made = len(found.partitions), str(found.topic_id)
    rows = [row for row in positions if row["topic"] == name]
    if partitions != wanted.partitions:
        told = f"has {partitions} partitions where the contracts say {wanted.partitions}"
        return Finding(False, name, told, "A topic was made anew")
    if any(row["ids"] != 1 or row["topic_id"] != made for row in rows):
        return Finding(False, name, "was made anew since it was read", "A topic was made anew")
    return Finding(True, name, f"is there with {partitions} partitions")
