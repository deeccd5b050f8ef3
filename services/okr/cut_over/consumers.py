"""What okr makes of retros: the recommendations that a team sees when it decides."""

from collections.abc import Sequence

from chassis.db import Tx
from chassis.received import Received
from services.okr.cut_over import store
from services.okr.messages import Retro


async def keep_recommendations(tx: Tx, events: Sequence[Received[Retro]]) -> None:
    """Keep what retros recommend, whether or not what they speak of is here yet."""
    await store.keep(tx, [event.data for event in events])
