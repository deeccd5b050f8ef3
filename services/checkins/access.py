"""Who may what in checkins."""

from typing import TYPE_CHECKING
from uuid import UUID

from chassis.access import AccessTable, claim, head, in_team, staff
from chassis.caller import Caller
from chassis.db import Tx

if TYPE_CHECKING:
    from chassis.freshness import Replica

LEADERS = ("torchbearer", "deputy", "supervisor")

_team = in_team("member", "project-lead", *LEADERS)
_leaders = in_team(*LEADERS)

ACCESS = AccessTable(
    {
        "record_check_in": [_team],
        "correct_check_in": [_team],  # what another wrote: the team's leaders alone
        "put_check_in_by_ref": [claim("admin")],
        "get_check_in": [staff()],
        "list_check_ins": [staff()],
        "get_check_in_form": [_team],
        "complete_retro": [_leaders],
        "correct_retro": [_leaders],
        "put_retro_by_ref": [claim("admin")],
        "get_retro": [staff()],
        "list_retros": [staff()],
    }
)
"""Operations; what of an answer is words is shown by `WORDS`."""

WORDS = AccessTable({"read_words": [_team, head()]})
"""Words are read by the team, its supervisor, and the heads of the units above."""


async def reads_words(tx: Tx, caller: Caller, team: UUID, replica: "Replica") -> bool:
    """Whether the words of `team` may be shown to `caller`.

    Raises Problem `replica-too-old` where they may by memberships that may have ended since.
    """
    allowed = await WORDS.may(tx, caller, "read_words", teams=[team])
    if allowed:
        await replica.require_recent(tx)
    return allowed


async def is_shown_words(tx: Tx, caller: Caller, team: UUID, replica: "Replica") -> bool:
    """The same for a command, which goes on without words where memberships may be old."""
    allowed = await WORDS.may(tx, caller, "read_words", teams=[team])
    return allowed and await replica.is_recent(tx)
