"""Batches that no client would send: with header names that are no UTF-8, or broken inside."""

import struct
from collections.abc import Sequence

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.codec import gzip_encode, lz4_encode, snappy_encode, zstd_encode
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

from local.kafka import Kafka
from tests.service.chassis.streams import Headers, until

PLACEHOLDER, ODD = "odd~", b"\xff\xfe\x00~"
"""What such a name is sent as, and what it becomes."""
PACKED = {
    "gzip": (1, gzip_encode),
    "snappy": (2, snappy_encode),
    "lz4": (3, lz4_encode),
    "zstd": (4, zstd_encode),
}
"""Kafka's number of each way of packing, and what packs."""
_HEADER, _CRC_AT, _ATTRIBUTES_AT = 61, 17, 21
_NO_LEADER_YET = 6


def batch(records: Sequence[tuple[bytes, Headers]], packed: str = "") -> bytes:
    """Values and headers as a batch; a header that is called PLACEHOLDER is called ODD in it."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=0, is_transactional=False, producer_id=-1, producer_epoch=-1,
        base_sequence=-1, batch_size=1_000_000,
    )  # fmt: skip
    for offset, (value, headers) in enumerate(records):
        builder.append(offset, 1, b"k", value, list(headers))
    made = bytearray(bytes(builder.build()).replace(PLACEHOLDER.encode(), ODD))
    if packed:
        number, pack = PACKED[packed]
        made[_HEADER:] = pack(bytes(made[_HEADER:]))
        made[_ATTRIBUTES_AT + 1] |= number
        struct.pack_into(">i", made, 8, len(made) - 12)
    struct.pack_into(">I", made, _CRC_AT, calc_crc32c(bytes(made[_ATTRIBUTES_AT:])))
    return bytes(made)


async def send_raw(kafka: str, topic: str, partition: int, raw: bytes) -> None:
    """Append a batch to a partition as it is."""
    client = AIOKafkaClient(bootstrap_servers=kafka)
    await client.bootstrap()
    try:
        await client.add_topic(topic)

        async def taken() -> bool:
            await client.force_metadata_update()
            node = client.cluster.leader_for_partition(TopicPartition(topic, partition))
            request = ProduceRequest(None, -1, 10_000, [(topic, [(partition, raw)])])
            response = await client.send(node, request)
            ((_, ((_, error, *_),)),) = response.topics
            assert error in (0, _NO_LEADER_YET), error
            return not error

        await until(taken)
    finally:
        await client.close()


def spoil(kafka: Kafka, topic: str, partition: int, told: bytes) -> None:
    """Change `told` where it stands in the broker's file of the partition, as a bad disk would."""
    (file,) = (kafka.data / f"{topic}-{partition}").glob("*.log")
    with file.open("r+b") as log:
        log.seek(log.read().index(told))
        log.write(bytes(len(told)))
