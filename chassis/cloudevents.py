"""The Kafka binding of CloudEvents 1.0 in binary mode: envelope to headers, and back."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from contracts.envelope import Envelope, Origin

CONTENT_TYPE = "application/json"
LONGEST_SUBJECT = 200
"""Characters; ours have fewer than 90, and an index of a table takes no more than 2,700 bytes."""

_ORIGINS: Mapping[bytes | None, Origin] = {b"command": "command", b"republish": "republish"}
"""Any other, such as come later, is taken for an import: only a command is told to people."""


class BadHeaders(Exception):
    """Headers that are not those of an event of ours."""


def to_headers(envelope: Envelope) -> dict[str, str]:
    """The record headers of an event, `content-type` among them."""
    return {
        "ce_specversion": "1.0",
        "ce_id": str(envelope.id),
        "ce_source": envelope.source,
        "ce_type": envelope.type,
        "ce_subject": envelope.subject,
        "ce_time": envelope.time.isoformat().replace("+00:00", "Z"),
        "ce_partitionkey": envelope.key,
        "ce_dataschema": envelope.dataschema,
        "ce_sequence": str(envelope.sequence),
        "ce_origin": envelope.origin,
        "ce_correlationid": envelope.correlationid,
        "ce_traceparent": envelope.traceparent,
        "content-type": CONTENT_TYPE,
    }


def type_of(headers: Iterable[tuple[str, bytes | None]]) -> str | None:
    """The event's type, read without looking at anything else; None when it can't be told."""
    for name, value in headers:
        if name == "ce_type" and value is not None:
            return value.decode("ascii", "replace")
    return None


def from_headers(headers: Iterable[tuple[str, bytes | None]]) -> Envelope:
    """The envelope that record headers hold. Raises BadHeaders; other headers are let be."""
    try:
        # Each record passes here: no calls but what the checks need.
        given: dict[str, Any] = dict(headers)
        if given["ce_specversion"] != b"1.0":
            raise BadHeaders("specversion is not 1.0")
        return Envelope(
            UUID(given["ce_id"].decode()),
            given["ce_source"].decode(),
            given["ce_type"].decode(),
            _subject(given["ce_subject"].decode()),
            _instant(given["ce_time"].decode()),
            (given.get("ce_partitionkey") or b"").decode(),
            (given.get("ce_dataschema") or b"").decode(),
            _sequence(given["ce_sequence"].decode()),
            _ORIGINS.get(given.get("ce_origin"), "import"),
            (given.get("ce_correlationid") or b"").decode(),
            (given.get("ce_traceparent") or b"").decode(),
        )
    except KeyError as error:
        raise BadHeaders(f"missing: {error.args[0]}") from None
    except AttributeError:
        raise BadHeaders("an attribute is null") from None
    except (ValueError, OverflowError) as error:
        raise BadHeaders(type(error).__name__) from None


def time_of(headers: Iterable[tuple[str, bytes | None]]) -> datetime | None:
    """The event's time, read without looking at anything else; None when it can't be told."""
    for name, value in headers:
        if name == "ce_time" and value is not None:
            try:
                return _instant(value.decode())
            except (BadHeaders, ValueError, OverflowError):
                return None
    return None


def _subject(text: str) -> str:
    kind, _, subject_id = text.partition("/")
    if not (kind and subject_id):
        raise BadHeaders("subject is not kind/id")
    if len(text) > LONGEST_SUBJECT:
        raise BadHeaders("subject is too long")
    return text


def _sequence(text: str) -> int:
    sequence = int(text)
    if not 1 <= sequence < 2**31:
        raise BadHeaders("sequence is out of range")
    return sequence


@lru_cache(2048)
def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is UTC:
        return moment
    if moment.tzinfo is None:
        raise BadHeaders("time has no zone")
    return moment.astimezone(UTC)
