"""A worker that applies every record, also one that it has applied before."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from chassis import roles
from chassis.consumer import Projector
from chassis.db import Tx
from chassis.subscription import Subscription
from contracts.envelope import Envelope


class Unguarded(Projector):
    async def _mark_seen(self, tx: Tx, envelopes: Mapping[str, Envelope]) -> list[Envelope]:
        await super()._mark_seen(tx, envelopes)
        return [envelopes[subject] for subject in sorted(envelopes)]


def main(service: roles.Service, argv: Sequence[str]) -> None:
    made = partial(Subscription, projector=Unguarded)
    roles.main(replace(service, subscription=made), argv)
