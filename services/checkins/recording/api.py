"""Routes of check-ins."""

from uuid import UUID

from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.checkins import CheckInRecorded
from contracts.words import Code
from services.checkins.recording import commands, store
from services.checkins.recording.domain import Correction, ImportedCheckIn, NewCheckIn
from services.checkins.replica import store as replica
from services.checkins.replica.api import Copy

router = Router(tags=["check-ins"])


@router.post("/check-ins", status_code=201, operation_id="record_check_in")
async def record_check_in(body: NewCheckIn, door: Creation) -> CheckInRecorded:
    """Record what a team says about an objective.

    `Soihtu-Version` names the check-in and `counted/<id>@<version>`, which is reached when okr
    has decided on each of its values.
    """
    return await door.run(body, lambda tx: commands.record(tx, door.caller, door.today, body))


@router.put("/check-ins/{check_in}", operation_id="correct_check_in")
async def correct_check_in(
    check_in: UUID, body: Correction, door: Change, copy: Copy
) -> CheckInRecorded:
    """Replace what was said; the value of a key result that is left out is withdrawn.

    While the responsible team is in retro it needs a `reason`.
    """
    return await door.run(
        lambda tx: commands.correct(
            tx, door.caller, copy, door.today, check_in, door.expected, body
        )
    )


@router.put("/check-ins/by-ref/{system}/{key:path}", operation_id="put_check_in_by_ref")
async def put_check_in_by_ref(
    system: Code, key: RefKey, body: ImportedCheckIn, door: ByRef, copy: Copy
) -> CheckInRecorded:
    """Import a check-in; the same body again changes nothing. Words of people are left out."""
    return await door.run(
        body,
        "check-ins",
        system,
        key,
        create=lambda tx: commands.add_imported(tx, door.caller, door.today, body),
        change=lambda tx, known, expected: commands.change_imported(
            tx, door.caller, copy, door.today, known, expected, body
        ),
        read=lambda tx, known: commands.imported(tx, door.caller, copy, known),
    )


@router.get("/check-ins/{check_in}", operation_id="get_check_in")
async def get_check_in(check_in: UUID, door: Read, copy: Copy) -> CheckInRecorded:
    """A check-in.

    `words`, `help_wanted`, `reason` and `author` are null unless the caller is of the team, its
    supervisor, or head of a unit above. To these it answers `replica-too-old` while memberships
    were not confirmed in the last 15 minutes.
    """
    async with door.read() as tx:
        state = await store.check_ins.get(tx, check_in)
        return await commands.read(tx, door.caller, copy, state)


@router.get("/objectives/{objective}/check-ins", operation_id="list_check_ins")
async def list_check_ins(
    objective: UUID, door: Read, pages: Pages, copy: Copy
) -> Page[CheckInRecorded]:
    """An objective's check-ins, the newest first; words as in `GET /check-ins/{check_in}`."""
    (before,) = pages.key(_number) or (None,)
    async with door.read() as tx:
        await replica.goal(tx, objective)
        found = await store.of_objective(tx, objective, before, pages.limit + 1)
        seen = [await commands.read(tx, door.caller, copy, state) for state in found]
    return pages.page(seen, lambda state: state, lambda state: [state.number])


def _number(text: str) -> int:
    number = int(text)
    if not 0 < number < 2**31:
        raise ValueError("not a check-in's number")
    return number
