"""Records that can't be applied, kept as rows of the consumer's own database."""

from base64 import b64encode
from typing import Any

import orjson
from aiokafka import ConsumerRecord

from chassis import cloudevents, ids, sql, telemetry

_queries = sql.load(__file__, "dead_letters.sql")


class CannotApply(Exception):
    """A well-formed event that contradicts what is known here. `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def set_aside(conn: Any, group: str, record: ConsumerRecord, reason: str) -> None:
    """Keep `record` raw, whatever is in it; its offset is advanced by the caller's transaction."""
    headers = [
        [name, None if value is None else b64encode(value).decode()]
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
        reason=reason,
    )
    telemetry.DEAD_LETTERS.labels(reason).inc()
    telemetry.log().error(
        "dead-letter",
        reason=reason,
        position=f"{record.topic}/{record.partition}@{record.offset}",
        **_ids(record),
    )


def _ids(record: ConsumerRecord) -> dict[str, str]:
    """The ids of the event, as far as its headers can be read."""
    try:
        return telemetry.event_ids(cloudevents.from_headers(record.headers))
    except cloudevents.BadHeaders:
        return {}
