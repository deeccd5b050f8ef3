"""The teams that a walk is about: one that chooses its goals, and one beside it."""

from tests.service.okr.at_once.drawing import Cast, draft
from tests.service.okr.at_once.stage import Stage
from tests.service.okr.at_once.work import Command, Json
from tests.service.okr.conftest import SINCE, text

CYCLES = 12
"""So many are enough for the longest walk."""
LUMME = {
    "torchbearer": "torchbearer", "deputy": "deputy", "supervisor": "supervisor",
    "m1": "member", "m2": "member", "m3": "member",
}  # fmt: skip
PESA = {"pesa.lead": "torchbearer", "pesa.member": "member"}


async def cast(stage: Stage, cycles: int = CYCLES) -> Cast:
    """All of it, by okr's own API, with three proposals."""
    teams: dict[str, str] = {}
    unit = await _make(stage, "create_unit", {"kind": "unit", "name": text("Tieto")})
    for name, people in (("Lumme", LUMME), ("Pesä", PESA)):
        team = await _make(stage, "create_team", {"name": text(name), "parent": unit})
        for login, role in people.items():
            await _make(stage, "create_person", _person(stage, login, role, team))
        teams[name] = team
    made = Cast(
        teams["Lumme"], teams["Pesä"], [await _cycle(stage, number) for number in range(cycles)]
    )
    await _move(stage, made, 0, "setting", None)
    await _move(stage, made, 0, "running", 1)
    await _move(stage, made, 1, "setting", None)
    for _ in range(3):
        said = draft(None, made, made.cycles[0])
        await stage.done(Command("propose_objective", "m1", body=said))
    return made


async def _make(stage: Stage, operation: str, body: Json) -> str:
    made: str = (await stage.done(Command(operation, "admin", body=body)))["id"]
    return made


def _person(stage: Stage, login: str, role: str, team: str) -> Json:
    held = [{"role": role, "team": team, "since": SINCE}]
    logins = [{"issuer": stage.issuer.issuer, "subject": login}]
    return {"name": login.title(), "logins": logins, "memberships": held}


async def _cycle(stage: Stage, number: int) -> str:
    said = {
        "name": text(f"{number}"), "kind": "tertial",
        "start": "2020-01-01", "end": "2040-12-31",
    }  # fmt: skip
    cycle = await _make(stage, "create_cycle", said)
    await stage.done(Command("open_cycle", "admin", {"cycle": cycle}, expected=1))
    return cycle


async def _move(stage: Stage, cast: Cast, number: int, place: str, version: int | None) -> None:
    at = {"team": cast.lumme, "cycle": cast.cycles[number]}
    await stage.done(Command("move_team_cycle", "torchbearer", at, {"place": place}, version))
