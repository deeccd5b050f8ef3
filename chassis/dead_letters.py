"""Records that can't be applied, kept as rows of the consumer's own database."""

from base64 import b64decode, b64encode
from typing import Any
from uuid import UUID

import orjson
from aiokafka import ConsumerRecord

from chassis import cloudevents, ids, sql, telemetry
from chassis.poison import HANDLER_FAILED, NotYet, origin_of, reason_of

_queries = sql.load(__file__, "dead_letters.sql")


async def set_aside(
    conn: Any, group: str, record: ConsumerRecord, error: Exception, passed: int
) -> None:
    """Keep `record` raw, whatever is in it; its offset is advanced by the caller's transaction.

    `passed` is how many records `group` has read, this one the last.
    """
    headers = [
        # A name may hold anything that is a text in UTF-8, and jsonb holds no U+0000.
        [name.replace("\0", "\\x00"), None if value is None else b64encode(value).decode()]
        for name, value in record.headers
    ]
    await _queries.insert_dead_letter(
        conn,
        id=ids.new(),
        group_name=group,
        topic=record.topic,
        partition=record.partition,
        record_offset=record.offset,
        key=record.key,
        value=record.value,
        headers=orjson.dumps(headers).decode(),
        reason=reason_of(error) or HANDLER_FAILED,
        passed=passed,
        kept=isinstance(error, NotYet),
    )


async def take(conn: Any, group: str, id: UUID) -> ConsumerRecord | None:
    """The record of a dead letter, held for the transaction; None where `group` has none."""
    row = await _queries.lock_dead_letter(conn, group_name=group, id=id)
    return None if row is None else _record(row)


async def remove(conn: Any, id: UUID) -> None:
    """Have a dead letter gone with what the transaction does."""
    await _queries.delete_dead_letter(conn, id=id)


async def keep(conn: Any, id: UUID, record: ConsumerRecord, error: Exception) -> str:
    """Leave a record set aside, for what it is found to be bad for now; gives the reason."""
    reason = reason_of(error) or HANDLER_FAILED
    kept = isinstance(error, NotYet)
    if await _queries.change_reason(conn, id=id, reason=reason, kept=kept):
        tell(record, error)
    return reason


def headers_of(row: Any) -> tuple[tuple[str, bytes | None], ...]:
    """The headers of a dead letter as the record had them."""
    return tuple(
        (name, None if coded is None else b64decode(coded))
        for name, coded in orjson.loads(row["headers"])
    )


def _record(row: Any) -> ConsumerRecord:
    return ConsumerRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["record_offset"],
        timestamp=-1,
        timestamp_type=0,
        key=row["key"],
        value=row["value"],
        checksum=None,
        serialized_key_size=-1,
        serialized_value_size=-1,
        headers=headers_of(row),
    )


def tell(record: ConsumerRecord, error: Exception) -> None:
    """Count and log a record that was set aside; of a fault of ours, where it arose."""
    reason = reason_of(error)
    arose = {} if reason else origin_of(error)
    reason = reason or HANDLER_FAILED
    telemetry.DEAD_LETTERS.labels(reason).inc()
    telemetry.log().error(
        "dead-letter",
        reason=reason,
        position=f"{record.topic}/{record.partition}@{record.offset}",
        **_ids(record),
        **arose,
    )


def _ids(record: ConsumerRecord) -> dict[str, str]:
    """The ids of the event, as far as its headers can be read."""
    try:
        return telemetry.event_ids(cloudevents.from_headers(record.headers))
    except cloudevents.BadHeaders:
        return {}
