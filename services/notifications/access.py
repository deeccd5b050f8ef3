"""Who may what in notifications: every person what is theirs, and nobody else."""

from uuid import UUID

from chassis.access import AccessTable, staff
from chassis.caller import Caller
from chassis.problem import Problem

ACCESS = AccessTable(
    {
        "list_my_notifications": [staff()],
        "mark_my_notification": [staff()],
        "get_my_preferences": [staff()],
        "put_my_preferences": [staff()],
    }
)
"""Operations; all of them are on what `person_of` the caller names."""


def person_of(caller: Caller) -> UUID:
    """The person who calls. Raises Problem `unknown-person` for a role that is no person."""
    if caller.person is None:
        raise Problem("unknown-person")
    return caller.person
