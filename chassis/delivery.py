"""How a consumer of ours has records delivered; FastStream's own defaults lose data."""

from dataclasses import dataclass
from typing import Literal

from faststream import AckPolicy


@dataclass(frozen=True)
class Delivery:
    """Where a group begins that Kafka knows nothing of, what it sees, and when it acknowledges."""

    auto_offset_reset: Literal["earliest", "latest"] = "earliest"
    isolation_level: Literal["read_committed", "read_uncommitted"] = "read_committed"
    ack_policy: AckPolicy = AckPolicy.NACK_ON_ERROR


DELIVERY = Delivery()
