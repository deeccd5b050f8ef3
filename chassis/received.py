"""Reads records as events: the newest of each aggregate among them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from chassis import cloudevents, outbox
from chassis.db import Tx
from chassis.messages import Reader
from chassis.poison import BadRecord
from contracts.envelope import Envelope

Record: TypeAlias = ConsumerRecord
M = TypeVar("M", bound=Reader)


@dataclass(frozen=True, slots=True)
class Received(Generic[M]):
    """An event as a handler gets it."""

    envelope: Envelope
    data: M


@dataclass(frozen=True)
class Reads(Generic[M]):
    """How one type of event is read: by which model, and what it changes.

    The handler gets events that are newer than all that was applied of their aggregates, at
    most one for each aggregate.
    """

    model: type[M]
    handle: Callable[[Tx, Sequence[Received[M]]], Awaitable[None]]


@dataclass(slots=True)
class Newest:
    """The highest version of each aggregate among records; unknown types are only counted."""

    reads: Mapping[str, Reads[Any]]
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    unknown: int = 0
    _values: dict[str, bytes | None] = field(default_factory=dict)

    @classmethod
    def of(cls, records: Iterable[Record], reads: Mapping[str, Reads[Any]]) -> "Newest":
        """Raises BadRecord."""
        found = cls(reads)
        for record in records:
            found._take(record)
        return found

    def _take(self, record: Record) -> None:
        event_type = cloudevents.type_of(record.headers)
        if event_type not in self.reads:
            if event_type is None:
                raise BadRecord("bad-headers")
            self.unknown += 1
            return
        try:
            envelope = cloudevents.from_headers(record.headers)
        except cloudevents.BadHeaders:
            raise BadRecord("bad-headers") from None
        if envelope.type != event_type:  # it is told twice, and differently
            raise BadRecord("bad-headers")
        held = self.envelopes.get(envelope.subject)
        if held is None or held.sequence < envelope.sequence:
            self.envelopes[envelope.subject] = envelope
            self._values[envelope.subject] = record.value

    def received(self, envelope: Envelope) -> Received[Any]:
        """The event of one of `envelopes`. Raises BadRecord."""
        model = self.reads[envelope.type].model
        return Received(envelope, _read(model, envelope, self._values[envelope.subject]))


def _read(model: type[M], envelope: Envelope, value: bytes | None) -> M:
    if value is None:
        raise BadRecord("null-value")
    if len(value) > outbox.MAX_BYTES:
        raise BadRecord(outbox.TOO_LARGE)
    try:
        data = model.model_validate_json(value)
    except ValidationError:
        raise BadRecord("bad-data") from None
    # Handlers write by the data's identity, `seen` guards by the envelope's: two records of
    # different subjects with the same data would be one row.
    told = (data.subject_id, getattr(data, "version", envelope.sequence))
    if told != (envelope.subject_id, envelope.sequence):
        raise BadRecord("subject-mismatch")
    return data
