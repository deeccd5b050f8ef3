"""Reads records whose header names are no UTF-8, at which aiokafka's own parser stops for ever."""

import gzip
import random
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import cramjam
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.consumer.fetcher import READ_COMMITTED, READ_UNCOMMITTED, PartitionRecords
from aiokafka.errors import CorruptRecordException, UnsupportedCodecError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.default_records import DefaultRecordBatch
from aiokafka.record.util import decode_varint

FETCH_BYTES = 1_048_576
"""Asked for at once; a broker gives the first batch whole, however large it is."""
_UNPACKING = (gzip.BadGzipFile, EOFError, zlib.error, cramjam.DecompressionError)
_UNREADABLE = (ValueError, CorruptRecordException, UnsupportedCodecError, *_UNPACKING)
_LENGTH_AT, _OVERHEAD, _MAGIC_AT, _HEADER = 8, 12, 16, 61
_CODECS = {1: gzip_decode, 2: snappy_decode, 3: lz4_decode, 4: zstd_decode}
"""By Kafka's numbers."""


class TolerantConsumer(AIOKafkaConsumer):  # type: ignore[misc]  # it says nothing of its types
    """A consumer that reads what its parser stops at, and loses nothing when it stops.

    Whatever of a call to `getmany` was parsed before the parser stopped is gone with the error,
    and the positions of other partitions are past it: they are sought back to where they were.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._reached: dict[TopicPartition, int] = {}
        level = named.get("isolation_level", "read_uncommitted")
        self._level = READ_COMMITTED if level == "read_committed" else READ_UNCOMMITTED
        self._unreadable: set[TopicPartition] = set()
        self._taken: dict[TopicPartition, int] = {}

    @property
    def unreadable(self) -> bool:
        """Whether one of its partitions goes on with what nobody can read."""
        return not self._unreadable.isdisjoint(self.assignment())

    async def position(self, partition: TopicPartition) -> int:
        """Where to go on: what is taken and not handed out yet is still to come."""
        reached: int = await super().position(partition)
        return self._taken.get(partition, reached)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        super().seek(partition, offset)
        self._reached[partition] = offset
        self._taken.pop(partition, None)

    async def getmany(
        self, *partitions: TopicPartition, timeout_ms: int = 0, max_records: int | None = None
    ) -> dict[TopicPartition, list[ConsumerRecord]]:
        """As the parent's; what nobody can read is left where it is, and `unreadable` is true."""
        found: dict[TopicPartition, list[ConsumerRecord]]
        try:
            try:
                found = await super().getmany(
                    *partitions, timeout_ms=timeout_ms, max_records=max_records
                )
            except _UNREADABLE:
                found = await self._one_by_one(max_records or 500)
        except Exception:  # what was taken of other partitions by then reaches nobody
            for it in self.assignment() & self._reached.keys():
                super().seek(it, self._reached[it])
            raise
        finally:
            self._taken.clear()
        self._unreadable -= found.keys()
        self._reached |= {it: records[-1].offset + 1 for it, records in found.items()}
        return found

    async def _one_by_one(self, most: int) -> dict[TopicPartition, list[ConsumerRecord]]:
        """Read each partition by itself, in any order; by our own parser where theirs stops."""
        paused = self.paused()
        held = [it for it in self.assignment() if it in self._reached and it not in paused]
        self._taken = {it: self._reached[it] for it in held}
        for it in held:
            if await super().position(it) != self._reached[it]:  # to seek drops what is fetched
                super().seek(it, self._reached[it])
        random.shuffle(held)
        found: dict[TopicPartition, list[ConsumerRecord]] = {}
        for it in held:
            left = most - sum(len(records) for records in found.values())
            if left <= 0:
                break
            try:
                records = await self._look(it, left)
            except _UNREADABLE:
                self._unreadable.add(it)
                continue
            if records:
                found[it] = records
            elif it in self.assignment():  # it may have passed what is no record
                self._reached[it] = await super().position(it)
                self._taken.pop(it, None)
        return found

    async def _look(self, partition: TopicPartition, most: int) -> list[ConsumerRecord]:
        try:
            got = await super().getmany(partition, max_records=most)
        except _UNREADABLE:
            got = {}
        # Nothing of theirs is waited for, which a request for other partitions may hold up.
        return got.get(partition) or await self._read(partition, most)

    async def _read(self, partition: TopicPartition, most: int) -> list[ConsumerRecord]:
        """At most `most` records from where the partition is, and go on after them."""
        at = self._reached[partition]
        asked = [(partition.topic, [(partition.partition, at, FETCH_BYTES)])]
        response = await self._client.send(
            self._client.cluster.leader_for_partition(partition),
            FetchRequest(0, 1, 50 * FETCH_BYTES, self._level, asked),
        )
        ((_, ((_, error, _, *said),)),) = response.topics
        if error:
            raise for_code(error)(partition)
        aborted = said[2] if response.API_VERSION >= 11 else said[-2]
        records = PartitionRecords(
            partition, _Records(said[-1]), aborted, at, None, None, True, self._level
        )
        found: list[ConsumerRecord] = []
        try:
            found.extend(islice(records, most))
        except _UNREADABLE:
            if not found:  # what comes before it can be had
                raise
        super().seek(partition, records.next_fetch_offset)
        return found


@dataclass
class _Record:
    """A record as aiokafka's own are."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]] = field(default_factory=list)
    checksum: None = None


class _Records:
    """The batches of a fetched message set, for aiokafka's `PartitionRecords`."""

    def __init__(self, raw: bytes) -> None:
        self._raw = bytes(raw)
        self._at = 0

    def _end(self) -> int:
        length = self._raw[self._at + _LENGTH_AT : self._at + _OVERHEAD]
        return self._at + _OVERHEAD + int.from_bytes(length, "big")

    def has_next(self) -> bool:
        whole = len(self._raw)
        return self._at + _HEADER <= whole and self._end() <= whole

    def next_batch(self) -> "_Batch":
        batch = self._raw[self._at : self._end()]
        if batch[_MAGIC_AT] != 2:
            raise CorruptRecordException("a message format of before Kafka 0.11")
        self._at = self._end()
        return _Batch(batch)


class _Batch:
    """A batch whose records are parsed here; all else of it is aiokafka's."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._batch = DefaultRecordBatch(raw)
        self._count = int.from_bytes(raw[_HEADER - 4 : _HEADER], "big")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[_Record]:
        try:
            reader = _Reader(self._body())
            for _ in range(self._count):
                yield self._record(reader)
        except (IndexError, ValueError) as error:
            raise CorruptRecordException(f"not a record: {type(error).__name__}") from None

    def _body(self) -> bytes:
        body, codec = self._raw[_HEADER:], self._batch.compression_type
        if not codec:
            return body
        if codec not in _CODECS:
            raise UnsupportedCodecError(f"codec {codec}")
        return bytes(_CODECS[codec](body))

    def _record(self, reader: "_Reader") -> _Record:
        end = reader.number() + reader.at
        reader.number()  # attributes, none of which mean anything yet
        moment = self._batch.first_timestamp + reader.number()
        kind = self._batch.timestamp_type
        made = _Record(
            offset=self._batch.base_offset + reader.number(),
            timestamp=self._batch.max_timestamp if kind else moment,
            timestamp_type=kind,
            key=reader.bytes(),
            value=reader.bytes(),
        )
        for _ in range(reader.number()):
            name = (reader.bytes() or b"").decode("utf-8", "backslashreplace")
            made.headers.append((name, reader.bytes()))
        if reader.at != end:
            raise CorruptRecordException(f"a record of another length at {made.offset}")
        return made


class _Reader:
    """Reads numbers and bytes one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = bytearray(data)
        self.at = 0

    def number(self) -> int:
        value, self.at = decode_varint(self._data, self.at)
        return int(value)

    def bytes(self) -> bytes | None:
        length = self.number()
        if length < 0:
            return None
        start, self.at = self.at, self.at + length
        if self.at > len(self._data):
            raise IndexError
        return bytes(self._data[start : self.at])
