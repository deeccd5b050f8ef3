"""What checkins owns, as it is published anew, adopted from its topics, or withdrawn."""

from datetime import datetime

from chassis import sql
from chassis.db import Tx
from chassis.owned import Keeping, Kept
from contracts.checkins import CheckInRecorded
from contracts.retro import RetroCompleted
from services.checkins.recording import store as recording
from services.checkins.retros import store as retros

_queries = sql.load(__file__, "republishing.sql")

WITHDRAWN = "withdrawn"


async def _adopt_check_in(tx: Tx, state: CheckInRecorded) -> None:
    await _queries.pass_number(tx.conn, objective=state.objective, number=state.number)
    await recording.insert(tx, state)


def _empty_check_in(state: CheckInRecorded, _: datetime) -> CheckInRecorded:
    """Corrected to nothing: okr then withdraws its values."""
    return state.model_copy(update={"change": WITHDRAWN, "entries": (), "help_wanted": None})


def _empty_retro(state: RetroCompleted, _: datetime) -> RetroCompleted:
    """Without its findings, whose learnings are then found no more.

    The team may correct it, and an import puts its own in its place.
    """
    return state.model_copy(update={"change": WITHDRAWN, "findings": ()})


KEEPING = Keeping(
    kept=(
        Kept(
            recording.check_ins,
            _queries,
            _adopt_check_in,
            recording.save,
            end=_empty_check_in,
            by_ref="check-ins",
        ),
        Kept(
            retros.retros,
            _queries,
            retros.insert,
            retros.save,
            end=_empty_retro,
            by_ref="retros",
        ),
    ),
    subjects=_queries.subjects,
)
