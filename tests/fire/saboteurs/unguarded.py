"""A worker that applies every record, also one that it has applied before.

okr's series are guarded twice: by `seen`, and by the version of each row's source. What is only
kept and not counted would end up the same: whatever is sent again, all that is newer follows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from chassis import roles
from chassis.consumer import Projector
from chassis.db import Tx
from chassis.received import Received
from chassis.subscription import Subscription
from contracts.envelope import Envelope
from services.okr.messages import CheckIn
from services.okr.progress.consumers import record_check_ins

FORGET = """UPDATE recorded_values SET state = state || '{"source_version": 0}' WHERE source = $1"""


class Unguarded(Projector):
    async def _mark_seen(self, tx: Tx, envelopes: Mapping[str, Envelope]) -> list[Envelope]:
        await super()._mark_seen(tx, envelopes)
        return [envelopes[subject] for subject in sorted(envelopes)]


async def _record(tx: Tx, events: Sequence[Received[CheckIn]]) -> None:
    await tx.conn.executemany(FORGET, [(f"check-in/{it.data.id}",) for it in events])
    await record_check_ins(tx, events)


def main(service: roles.Service, argv: Sequence[str]) -> None:
    reads = {name: replace(it, handle=_record) for name, it in service.reads.items()}
    made = partial(Subscription, projector=Unguarded)
    roles.main(replace(service, reads=reads, subscription=made), argv)
