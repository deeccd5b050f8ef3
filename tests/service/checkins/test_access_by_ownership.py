"""Who may what with a goal's check-ins and retros, and reads their words, by whose the goal is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

import httpx
import pytest

from contracts import people
from contracts.choosing import Invitation
from tests.service.cells import cells
from tests.service.checkins import world
from tests.service.checkins.conftest import Desk, said
from tests.service.checkins.world import CYCLE, KIDE, LUMME, OBJECTIVE, ROOT, UNIT, WAITING
from tests.service.described import described

Sets: TypeAlias = dict[str, set[str]]
"""Who may, by whose the goal is."""

OF_KIDE: Mapping[str, Any] = {"owner_team": KIDE, "responsible_team": KIDE}
INVITED = Invitation(team=LUMME, state="invited", at=world.objective().states[0].at)
KINDS: Mapping[str, Mapping[str, Any]] = {
    "own": {"contributing_teams": ()},
    "of the unit": {"owner_team": None, "owner_unit": UNIT, "contributing_teams": ()},
    "of the agency": {"owner_team": None, "owner_unit": ROOT, "contributing_teams": ()},
    "of another team": {"owner_team": KIDE, "contributing_teams": ()},
    "shared": {**OF_KIDE, "contributing_teams": (LUMME,)},
    "invited": {**OF_KIDE, "contributing_teams": (), "invitations": (INVITED,)},
}
"""Goals that Lumme answers for, and one each that it contributes to and is asked to."""

LEADERS = {"lumme.torchbearer", "lumme.deputy", "lumme.supervisor"}
TEAM = LEADERS | {"lumme.member1", "lumme.member2", "lumme.project-lead"}
OTHER_LEADERS = {"kide.torchbearer", "kide.supervisor"}
OTHER_TEAM = OTHER_LEADERS | {"kide.member1"}
HEADS, OTHER_HEADS = {"head.unit", "head.root"}, {"head.other", "head.root"}
ADMIN = {"admin"}
PEOPLE = TEAM | OTHER_TEAM | HEADS | OTHER_HEADS | {"pesa.member1", "no.role"}
TOKENS: Mapping[str, Mapping[str, Any]] = {
    **{claim: {"roles": [claim]} for claim in ("admin", "strategy", "auditor", "operator")},
    "machine": {"scope": "values:write"},
    "machine of what names it": {"scope": "values:write-named"},
}
STAFF = PEOPLE | {"admin", "strategy", "auditor", "operator"}


def everywhere(callers: set[str]) -> Sets:
    return dict.fromkeys(KINDS, callers)


def speaking(ours: set[str], others: set[str]) -> Sets:
    """By which team checks in: Lumme, until it is but invited."""
    return everywhere(ours) | {"invited": others}


def answering(ours: set[str], others: set[str]) -> Sets:
    """By which team answers for the goal, and so looks back on it."""
    return everywhere(ours) | {"shared": others, "invited": others}


WHO_MAY: Mapping[str, Sets] = {
    # any team of the goal checks in, each for itself, whoever owns it
    "record_check_in get_check_in_form": speaking(TEAM, OTHER_TEAM),
    # who wrote it, and who leads the team that said it
    "correct_check_in": speaking(LEADERS | {"lumme.member1"}, OTHER_LEADERS | {"kide.member1"}),
    "complete_retro correct_retro": answering(LEADERS, OTHER_LEADERS),
    # goals and progress are seen by all staff
    "get_check_in list_check_ins get_retro list_retros": everywhere(STAFF),
    # admin puts check-ins and retros through by-ref alone
    "put_check_in_by_ref put_retro_by_ref": everywhere(ADMIN),
}
"""Who may do what; the design's words, written without the table."""

READS: Mapping[str, Sets] = {
    # by the team that said it, its supervisor and the heads above: not by who owns the goal
    "get_check_in list_check_ins": speaking(TEAM | HEADS, OTHER_TEAM | OTHER_HEADS),
    "get_retro list_retros": answering(TEAM | HEADS, OTHER_TEAM | OTHER_HEADS),
}
"""Who reads the words of what all staff may see."""

MADE_BEFORE = ("correct_check_in", "get_check_in", "list_check_ins")
LOOKED_BACK = ("correct_retro", "get_retro", "list_retros")
WORDS = "Jono lyheni, kun kirjeet menivät oikeaan paikkaan."
FOUND: Mapping[str, Any] = {
    "objective": str(OBJECTIVE), "result": "reached", "recommendation": "keep", "words": WORDS,
    "learnings": [{"text": {"source": "fi", "fi": "Soita ensin."}, "shareable": True}],
}  # fmt: skip


REQUESTS: Mapping[str, tuple[str, str, bool]] = {
    of["operationId"]: (
        method.upper(),
        path,
        any(it["name"] == "If-Match" and it["required"] for it in of["parameters"]),
    )
    for path, methods in described("checkins")["paths"].items()
    for method, of in methods.items()
}
"""Method, address and whether it needs If-Match, of each operation."""
HIRED: Sequence[tuple[str, people.Role, UUID]] = (
    ("lumme", "deputy", LUMME),
    ("lumme", "project-lead", LUMME),
    ("kide", "torchbearer", KIDE),
)


@dataclass
class Asking:
    """A goal of a kind, and the check-in or retro on it that everybody is asked about."""

    desk: Desk
    kind: str
    made: str = ""

    @property
    def speaks(self) -> str:
        return "kide" if self.kind == "invited" else "lumme"

    @property
    def answers(self) -> str:
        return "kide" if self.kind in ("shared", "invited") else "lumme"

    async def prepare(self, operation: str) -> None:
        """All that an operation needs."""
        for name, role, team in HIRED:
            await self.desk.hear(world.person(f"{name}.{role}", (role, team)))
        goal = world.objective(2, key_results=(world.key_result(WAITING),), **KINDS[self.kind])
        await self.desk.hear(world.person("no.role"), world.place(KIDE, "running"), goal)
        if operation in MADE_BEFORE:
            answer = await self.ask("record_check_in", f"{self.speaks}.member1")
            self.made = answer.json()["id"]
        if "retro" in operation:
            places = (world.place(team, "retro", version=2) for team in (LUMME, KIDE))
            await self.desk.hear(*places)
        if operation in LOOKED_BACK:
            answer = await self.ask("complete_retro", f"{self.answers}.torchbearer")
            self.made = answer.json()["id"]

    async def ask(self, operation: str, caller: str) -> httpx.Response:
        """The answer to an operation, at the version that there is."""
        method, path, matches = REQUESTS[operation]
        teams = {"lumme": str(LUMME), "kide": str(KIDE)}
        speaks, answers = teams[self.speaks], teams[self.answers]
        for name in ("check_in", "retro"):
            path = path.replace(f"{{{name}}}", self.made)
        path = path.replace("{objective}", str(OBJECTIVE))
        path = path.replace("{system}", "elsewhere").replace("{key}", "one")
        headers = self.desk.issuer.headers(caller, **TOKENS.get(caller, {}))
        if matches:
            seen = await self.desk.ask("GET", path, "admin")
            headers["if-match"] = seen.headers["etag"]
        entries = {"entries": [said(WAITING, words=WORDS)]}
        retro = {"team": answers, "cycle": str(CYCLE), "findings": [FOUND]}
        check_in = entries | {"objective": str(OBJECTIVE), "team": speaks}
        bodies: Mapping[str, Mapping[str, Any]] = {
            "record_check_in": check_in,
            "correct_check_in": entries,
            "put_check_in_by_ref": check_in | {"date": str(world.TODAY)},
            "complete_retro": retro,
            "correct_retro": {"findings": [FOUND]},
            "put_retro_by_ref": retro,
        }
        team = {"get_check_in_form": speaks, "list_retros": answers}.get(operation)
        return await self.desk.ask(
            method, path, caller, json=bodies.get(operation), headers=headers,
            params={"team": team} if team else None,
        )  # fmt: skip


def test_every_operation_is_spoken_of_once() -> None:
    named = [operation for operations in WHO_MAY for operation in operations.split()]
    assert sorted(named) == sorted(REQUESTS)


@pytest.mark.parametrize(("operation", "kind", "who_may"), cells(WHO_MAY))
async def test_those_may_whom_the_design_names_and_nobody_else(
    desk: Desk, operation: str, kind: str, who_may: set[str]
) -> None:
    asking = Asking(desk, kind)
    await asking.prepare(operation)
    before = await desk.fetch("SELECT seq FROM outbox ORDER BY seq")
    let_in = {}
    for caller in sorted((PEOPLE | TOKENS.keys()) - who_may):
        answer = await asking.ask(operation, caller)
        told = (answer.status_code, answer.json().get("code"))
        if told not in ((403, "not-allowed"), (403, "not-the-author")):
            let_in[caller] = told
    assert not let_in, f"let in: {let_in}"
    assert await desk.fetch("SELECT seq FROM outbox ORDER BY seq") == before
    first, *others = sorted(who_may)
    answer = await asking.ask(operation, first)
    assert answer.is_success, answer.text
    for caller in others:
        answer = await asking.ask(operation, caller)
        there_is_one = operation == "complete_retro" and answer.status_code == 409
        assert answer.is_success or there_is_one, f"shut out: {caller}: {answer.text}"


@pytest.mark.parametrize(("operation", "kind", "who_reads"), cells(READS))
async def test_words_are_read_by_those_whom_the_design_names(
    desk: Desk, operation: str, kind: str, who_reads: set[str]
) -> None:
    asking = Asking(desk, kind)
    await asking.prepare(operation)
    answers = {caller: await asking.ask(operation, caller) for caller in sorted(STAFF)}
    assert all(answer.is_success for answer in answers.values())
    assert {caller for caller, answer in answers.items() if WORDS in answer.text} == who_reads
