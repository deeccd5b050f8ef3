"""A worker whose offset rows are committed before what its batch says."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from chassis import roles
from chassis.consumer import Projector
from chassis.db import Tx, transaction
from chassis.received import Record
from chassis.subscription import Subscription


class OffsetsFirst(Projector):
    async def _lock(self, tx: Tx, records: Sequence[Record]) -> list[Record]:  # noqa: ARG002
        async with transaction(self._db) as own:
            fresh = await super()._lock(own, records)
            await self._advance(own, fresh)
        return fresh


def main(service: roles.Service, argv: Sequence[str]) -> None:
    made = partial(Subscription, projector=OffsetsFirst)
    roles.main(replace(service, subscription=made), argv)
