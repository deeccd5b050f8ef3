"""Compares reporting's tables with a fold of the topics: what is wrong, and what is to come."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from aiokafka import TopicPartition

from chassis import sql
from chassis.db import Database, reading
from chassis.operations import Call, OperationProblem
from chassis.replay import Replay, replaying
from chassis.roles import Service
from chassis.settings import Settings
from chassis.topic_ids import topic_ids
from chassis.topics import prefixed
from services.reporting.expected import OWNERS, Fold, Row, plain

_queries = sql.load(__file__, "verify.sql")


@dataclass(frozen=True)
class Stored:
    """All tables at one moment, with how far they are."""

    offsets: Mapping[TopicPartition, tuple[str, int]]
    set_aside: frozenset[tuple[str, int, int]]
    tables: Mapping[str, Mapping[str, Sequence[Row]]]


@dataclass
class Findings:
    """What a comparison gave."""

    compared: int = 0
    unsettled: int = 0
    to_come: int = 0
    differences: list[str] = field(default_factory=list)


async def verify(call: Call) -> int:
    """Tell every difference, by table, id and column; 1 when there are any."""
    async with call.database() as database:
        found = await compare(call.service, call.settings, database)
    for line in found.differences[: call.arguments.most]:
        call.say(line)
    call.say(
        f"{found.compared} rows compared, {len(found.differences)} differ;"
        f" {found.to_come} records are to come or set aside,"
        f" and {found.unsettled} rows that they are about were left out"
    )
    return 1 if found.differences else 0


async def compare(service: Service, settings: Settings, database: Database) -> Findings:
    """Hold the tables against the topics as far as they have been read.

    Raises OperationProblem where the tables are of other logs, and what Kafka and PostgreSQL say.
    """
    stored = await _stored(database, prefixed(settings.topic_prefix, service.name))
    found = Findings()
    async with replaying(settings, service.topics) as replay:
        await _check_logs(settings, stored)
        fold = await _fold(replay, stored, found)
    fold.finish()
    for table in OWNERS:
        for line in _differences(table, stored.tables.get(table, {}), fold, found):
            found.differences.append(line)
    return found


async def _stored(database: Database, group: str) -> Stored:
    async with reading(database) as tx:
        offsets = {
            TopicPartition(row["topic"], row["partition"]): (row["topic_id"], row["next_offset"])
            async for row in _queries.offsets(tx.conn, group_name=group)
        }
        set_aside = frozenset(
            [
                (row["topic"], row["partition"], row["record_offset"])
                async for row in _queries.set_aside(tx.conn, group_name=group)
            ]
        )
        tables: dict[str, dict[str, list[Row]]] = {}
        async for told in _queries.statements_of_rows(tx.conn, tables=list(OWNERS)):
            rows = tables.setdefault(told["name"], defaultdict(list))
            async for row in tx.conn.cursor(told["statement"], prefetch=1000):
                state = orjson.loads(row["row"])
                rows[_owner(told["name"], state)].append(plain(state))
    return Stored(offsets, set_aside, tables)


def _owner(table: str, row: Row) -> str:
    kind, columns = OWNERS[table]
    return "/".join(filter(None, (kind, *(str(row[name]) for name in columns))))


async def _check_logs(settings: Settings, stored: Stored) -> None:
    topics = sorted({it.topic for it in stored.offsets})
    logs = await asyncio.to_thread(topic_ids, settings.for_confluent(), topics) if topics else {}
    for it, (log, _) in stored.offsets.items():
        if log != logs[it.topic]:
            raise OperationProblem(f"{it.topic} was made anew: the tables are to be rebuilt.")


async def _fold(replay: Replay, stored: Stored, found: Findings) -> Fold:
    fold = Fold()
    async for batch in replay.until(await replay.ends()):
        for it in batch:
            _, reached = stored.offsets.get(TopicPartition(it.topic, it.partition), ("", 0))
            there = it.offset < reached
            if there and (it.topic, it.partition, it.offset) not in stored.set_aside:
                fold.take(it.headers, it.value)
            else:
                found.to_come += 1
                fold.leave(it.headers, it.value)
    return fold


def _differences(
    table: str, stored: Mapping[str, Sequence[Row]], fold: Fold, found: Findings
) -> Iterator[str]:
    expected = fold.rows(table)
    for owner in sorted(stored.keys() | expected.keys()):
        has, wants = stored.get(owner, ()), expected.get(owner, ())
        if owner in fold.unsettled:
            found.unsettled += max(len(has), len(wants))
            continue
        found.compared += max(len(has), len(wants))
        if (said := _difference(has, wants)) is not None:
            yield f"{table} {owner.partition('/')[2] if OWNERS[table][0] else owner}: {said}"


def _difference(has: Sequence[Row], wants: Sequence[Row]) -> str | None:
    """What is wrong with the rows of one aggregate; columns alone, for they may hold words."""
    left, right = _sorted(has), _sorted(wants)
    if left == right:
        return None
    if not right:
        return "not in the topics"
    if not left:
        return "missing"
    if len(left) != len(right):
        return f"{len(left)} rows where the topics say {len(right)}"
    columns = Counter(
        name
        for one, other in zip(left, right, strict=True)
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    )
    return ", ".join(sorted(columns))


def _sorted(rows: Sequence[Row]) -> list[Row]:
    """In one order, without repeats, with instants that compare."""
    given = {orjson.dumps(row, option=orjson.OPT_SORT_KEYS): row for row in map(_timed, rows)}
    return [given[key] for key in sorted(given)]


def _timed(row: Row) -> Row:
    instants = {
        name: row[name] for name in ("agreed_at", "recorded_at", "closed_at") if row.get(name)
    }
    return row | {name: datetime.fromisoformat(at).timestamp() for name, at in instants.items()}
