"""A worker that acknowledges what it has fetched, whatever becomes of it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from faststream import AckPolicy
from faststream.kafka import KafkaBroker

from chassis import roles
from chassis.delivery import Delivery
from tests.fire.saboteurs.trusting import Trusting


class AtOnce(Trusting):
    def _make_broker(self) -> KafkaBroker:
        made = super()._make_broker()
        self._subscriber._connection_args["auto_commit_interval_ms"] = 1
        return made


def main(service: roles.Service, argv: Sequence[str]) -> None:
    made = partial(AtOnce, delivery=Delivery(ack_policy=AckPolicy.ACK_FIRST))
    roles.main(replace(service, subscription=made), argv)
