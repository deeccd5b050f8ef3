"""Goals of every ownership in one agency, and what each operation asks of such a goal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from tests.service.described import described
from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import MET, UP

ROOT = "00000000-0000-7000-8000-000000000001"
ALWAYS: Json = {"start": "2020-01-01", "end": "2040-12-31"}
TO_MEASURE: Json = {"title": text("puhelut"), "kind": "increase", "target": 9}
REQUEST: Json = {"kind": "request", "text": "Ottaisitteko kirjeet mukaan?"}

NEVER = 4_000_000_000
"""When a token of these tests expires, however long they take: in 2096."""
VERSION_OF_OBJECTIVE = "SELECT version FROM objectives WHERE id = $1"
VERSION_OF_REMARK = "SELECT version FROM remarks WHERE id = $1"

NO_ROLE = "person without a role"
MACHINE, NAMED, UNNAMED = "machine", "machine that is named", "machine that nobody named"
LEADERS = ("torchbearer", "supervisor")
PEOPLE: Mapping[str, tuple[str, str] | None] = {
    **{role: (role, "ours") for role in (*LEADERS, "deputy", "member", "project-lead")},
    **{f"{role} of another team": (role, "other") for role in (*LEADERS, "member")},
    "torchbearer of a third team": ("torchbearer", "third"),
    "head of the unit": ("head", "unit"),
    "head of the department": ("head", "department"),
    "head of the agency": ("head", "agency"),
    "head of a sibling unit": ("head", "sibling"),
    NO_ROLE: None,
}
"""Role and place of each person: our team, in its unit, or another in the sibling unit."""
TOKENS: Mapping[str, Json] = {
    **{claim: {"roles": [claim]} for claim in ("admin", "strategy", "auditor", "operator")},
    MACHINE: {"scope": "values:write"},
    NAMED: {"scope": "values:write-named"},
    UNNAMED: {"scope": "values:write-named"},
}
"""Callers who are nobody's login: what their tokens say."""
CALLERS = [*PEOPLE, *TOKENS]
OTHER_TEAM = [login for login, held in PEOPLE.items() if held and held[1] == "other"]


@dataclass(frozen=True)
class Kind:
    """Whose a goal is, which team answers for it, who proposed it, and who is to contribute."""

    owner: str
    proposer: str
    answers: str = "ours"
    contributing: str = ""
    agreed: bool = False
    asked: bool = False
    asks: bool = False

    @property
    def done(self) -> Sequence[str]:
        """What its contributing team went through when it was made."""
        return ("invite_contributor", "agree_to_contribute")[: 2 if self.agreed else 1]

    @property
    def neighbour(self) -> str:
        """The team that does not answer for it, of ours and the other."""
        return "other" if self.answers == "ours" else "ours"

    def role(self, role: str) -> str:
        """Who has a role in the team that answers for it."""
        return role if self.answers == "ours" else f"{role} of another team"


NEIGHBOUR = "member of another team"
KINDS: Mapping[str, Kind] = {
    "own": Kind("ours", "member"),
    "of the unit": Kind("unit", "head of the unit"),
    "of the agency": Kind("agency", "strategy"),
    "of another team": Kind("other", "head of the department"),
    "shared": Kind("other", NEIGHBOUR, "other", contributing="ours", agreed=True),
    "invited": Kind("other", NEIGHBOUR, "other", contributing="ours"),
    "asked": Kind("ours", "member", asked=True),
    "asks": Kind("ours", "member", asks=True),
}
"""Ownerships: a goal that our team answers for, and in two of them contributes to or may.

Of what is `asked`, another team has made a request; on what `asks`, our team has made one of it.
"""


def asking(operation: str, kind: str) -> list[str]:
    """Who asks an operation of a goal of a kind: everybody who could be answered otherwise there.

    A machine that nobody named is another than the named one only where it puts values. What is
    `asked`, or `asks`, is our own goal again: the request could open more to the other team alone,
    and who asks, of ours, must not answer.
    """
    callers = [it for it in CALLERS if it != UNNAMED or operation.startswith("put_machine")]
    if kind == "asked" or (kind == "asks" and operation != "answer_request"):
        return [it for it in callers if it in OTHER_TEAM]
    return callers


AGREED = ("agree_objective", "confirm_objective")
BEFORE: Mapping[str, Sequence[str]] = {
    "confirm_objective": ("agree_objective",),
    "put_change": AGREED,
    "withdraw_change": (*AGREED, "put_change"),
    "put_score": AGREED,
    "put_score_by_ref": AGREED,
    "take_back_dismissal": ("dismiss_hint",),
    "untranslate_objective": ("translate_objective",),
    "untranslate_key_result": ("translate_key_result",),
    "agree_to_contribute": ("invite_contributor",),
    "decline_to_contribute": ("invite_contributor",),
    "leave_objective": ("invite_contributor", "agree_to_contribute"),
    **dict.fromkeys(("get_remark", "reword_remark", "remove_remark"), ("make_remark",)),
    **dict.fromkeys(("hide_remark", "answer_request"), ("make_remark",)),
    "show_remark": ("make_remark", "hide_remark"),
    **dict.fromkeys(("put_machine_value", "put_machine_values"), ("name_machines",)),
}
"""What is done to a new proposal before an operation is asked of it."""


@dataclass
class Goal:
    """A goal of a kind, `remark` on it, and the teams that are to contribute, ask, or are asked.

    Its title is like no other's: who looks for near-duplicates finds none.
    """

    kind: Kind
    guest: str
    cycle: str
    id: str = ""
    key_result: str = ""
    asking: str = ""
    asked: str = ""
    remark: str = ""
    ref: str = field(default_factory=lambda: uuid4().hex)


class Agency:
    """Our team in its unit, two teams in the sibling unit, everybody, and three cycles."""

    def __init__(self, okr: Okr) -> None:
        self.okr = okr
        self.places = {"agency": ROOT}
        self._cycles: dict[str, str] = {}
        self._requests = requests_of(described("okr"))
        self._tokens: dict[str, dict[str, str]] = {}

    async def found(self) -> "Agency":
        at = self.places
        for unit, above in (("department", "agency"), ("unit", "department")):
            at[unit] = (await self.okr.unit(unit, parent=at[above]))["id"]
        at["sibling"] = (await self.okr.unit("sibling", parent=at["department"]))["id"]
        for team, unit in (("ours", "unit"), ("other", "sibling"), ("third", "sibling")):
            at[team] = (await self.okr.team(team, at[unit]))["id"]
        for login, held in PEOPLE.items():
            await self.okr.person(login, *([(held[0], at[held[1]])] if held else []))
        for place in ("running", "setting", "retro"):
            self._cycles[place] = (await self.okr.cycle(**ALWAYS))["id"]
            for team in ("ours", "other"):
                await self._place(at[team], place)
        return self

    async def _place(self, team: str, place: str) -> None:
        path = f"/teams/{team}/cycles/{self._cycles[place]}/place"
        steps = ("running", "retro") if place == "retro" else (place,)
        for number, step in enumerate(steps):
            await self.okr.done("PUT", path, {"place": step}, version=number or None)

    async def goal(self, kind: Kind, operation: str, caller: str) -> Goal:
        """A new goal on which `caller`, who may, can do an operation."""
        ends = operation.endswith("cut_over")
        cycle = self._cycles["retro" if ends else "running"]
        goal = Goal(kind, self._guest(kind, operation), cycle)
        await (self._import(goal) if ends else self._propose(goal))
        if kind.asks:
            goal.asking, goal.asked = kind.answers, kind.neighbour
        elif kind.asked or operation == "answer_request":
            goal.asking = kind.neighbour
        if kind.asked or kind.asks:
            goal.remark = (await self.do("make_remark", goal, self._by("make_remark", goal)))["id"]
        for step in BEFORE.get(operation, ()):
            made = await self._step(step, goal, operation, caller)
            if step == "make_remark":
                goal.remark = made["id"]
        return goal

    async def _propose(self, goal: Goal) -> None:
        said = await self.do("propose_objective", goal, goal.kind.proposer)
        goal.id, goal.key_result = said["id"], said["key_results"][1]["id"]
        if goal.kind.agreed:
            team = goal.kind.contributing
            await self.do("agree_to_contribute", goal, LEADS[team], team=team)

    async def _import(self, goal: Goal) -> None:
        """A goal where its team looks back already: nobody proposes there."""
        goal.id = (await self.do("put_objective_by_ref", goal, "admin"))["id"]
        goal.key_result = (await self.do("put_key_result_by_ref", goal, "admin"))["id"]
        if (team := goal.kind.contributing) and not goal.kind.agreed:
            await self.do("leave_objective", goal, LEADS[team], team=team)
            await self.do("invite_contributor", goal, goal.kind.role(LEADERS[0]), team=team)

    async def _step(self, step: str, goal: Goal, operation: str, caller: str) -> Json:
        if goal.guest == goal.kind.contributing and step in goal.kind.done:
            return {}
        by = self._by(step, goal)
        if operation == "confirm_objective" and "supervisor" not in caller:
            by = goal.kind.role("supervisor")
        return await self.do(step, goal, by)

    def _by(self, step: str, goal: Goal) -> str:
        """Who takes a step before an operation."""
        if step == "make_remark":
            return LEADS[goal.asking] if goal.asking else NO_ROLE
        if step == "agree_to_contribute":
            return LEADS[goal.guest]
        role = {"confirm_objective": "supervisor", "put_change": "member"}.get(step, LEADERS[0])
        return goal.kind.role(role)

    @staticmethod
    def _guest(kind: Kind, operation: str) -> str:
        """The team that an operation would have contribute, or no more."""
        if not kind.contributing:
            return kind.neighbour
        is_there = kind.agreed == (operation == "leave_objective")
        return kind.contributing if is_there and operation != "invite_contributor" else "third"

    def _frame(self, goal: Goal) -> Json:
        kind = goal.kind
        unit = kind.owner in ("unit", "agency")
        return {
            "title": text(goal.ref), "cycle": goal.cycle,
            "owner_unit" if unit else "owner_team": self.places[kind.owner],
            "responsible_team": self.places[kind.answers],
            "contributing_teams": [self.places[kind.contributing]] if kind.contributing else [],
        }  # fmt: skip

    async def do(self, operation: str, goal: Goal, by: str, team: str = "") -> Json:
        """What is answered to an operation that must succeed."""
        answer = await self.ask(operation, goal, by, team)
        assert answer.is_success, f"{operation} by {by}: {answer.text}"
        said: Json = answer.json()
        return said

    async def ask(self, operation: str, goal: Goal, by: str, team: str = "") -> httpx.Response:
        """The answer to an operation on a goal, at the version that it has."""
        method, template, matches = self._requests[operation]
        teams = {"{team}": self.places[team or goal.guest]}
        if operation.endswith("cut_over"):
            teams = {"{team}": self.places[goal.kind.answers], "{cycle}": goal.cycle}
        at = teams | {
            "{code}": "no-benefit", "{language}": "sv", "{day}": "2026-01-02",
            "{system}": "elsewhere", "{key}": goal.ref,
        }  # fmt: skip
        kind = template.split("/")[1]
        ids = {"objectives": goal.id, "key-results": goal.key_result, "remarks": goal.remark}
        path = template.replace("{id}", ids.get(kind, ""))
        for name, value in at.items():
            path = path.replace(name, value)
        if operation.startswith("list_"):
            path += "?limit=1"
        headers = dict(self._headers(by))
        if matches:
            headers["If-Match"] = f'"{await self._version(goal, kind)}"'
        elif method == "POST":
            headers["Idempotency-Key"] = uuid4().hex
        body = self._body(operation, goal)
        return await self.okr.client.request(method, path, json=body, headers=headers)

    def _headers(self, by: str) -> dict[str, str]:
        """A caller's token, signed once: that takes as long as an answer."""
        if by not in self._tokens:
            claims = {**TOKENS.get(by, {}), "exp": NEVER}
            self._tokens[by] = self.okr.issuer.headers(by, **claims)
        return self._tokens[by]

    async def _version(self, goal: Goal, kind: str = "objectives") -> int:
        """The version of a goal, or of the remark on it, without what an answer would take."""
        of_remark = kind == "remarks"
        query = VERSION_OF_REMARK if of_remark else VERSION_OF_OBJECTIVE
        version: int = await self.okr.db.pool.fetchval(query, goal.remark if of_remark else goal.id)
        return version

    async def told(self, goal: Goal) -> tuple[int, int]:
        """The version of a goal, and how much was told of anything at all."""
        query = "SELECT coalesce(max(seq), 0) FROM outbox"
        return await self._version(goal), await self.okr.db.pool.fetchval(query)

    def _body(self, operation: str, goal: Goal) -> Json | None:
        score: Json = {"agreed": 0.5, "reason": "Kesken jäi."}
        why: Json = {"reason": "Ei ehditä nyt."}
        between = {"team": goal.asking, "asked": goal.asked}
        asks = REQUEST | {name: self.places[team] for name, team in between.items() if team}
        drop = {"key_result": goal.key_result, "decision": "drop"}
        of_day = {"key_result": goal.key_result, "date": "2026-01-02", "value": 3}
        frame = self._frame(goal)
        bodies: Mapping[str, Json] = {
            "propose_objective": frame | {"key_results": [UP, TO_MEASURE]},
            "revise_objective": frame | {"key_results": [UP, TO_MEASURE]},
            "put_objective_by_ref": frame,
            "move_objective": {"cycle": self._cycles["setting"]},
            "link_objective": {"contributes_to": []},
            "translate_objective": {"title": "Ingen väntar", "state": "draft"},
            "translate_key_result": {"title": "Samtal", "state": "draft"},
            "dismiss_hint": why,
            "hide_remark": why,
            "decline_to_contribute": why,
            "leave_objective": why,
            "make_remark": asks if goal.asking else {"kind": "comment", "text": "Miten mittaamme?"},
            "reword_remark": {"text": "Miten sen mittaamme?"},
            "answer_request": {"outcome": "accepted"},
            "add_key_result": UP,
            "put_key_result_by_ref": UP | {"objective": goal.id},
            "set_baseline": {"baseline": 1},
            "put_score": score,
            "put_score_by_ref": score | {"key_result": goal.key_result},
            "name_machines": {"machines": [NAMED]},
            "put_machine_value": {"value": 3},
            "put_machine_values": {"values": [of_day]},
            "put_change": {"kind": "drop"},
            "decide_cut_over": {"decisions": [drop]},
            "agree_objective": MET,
        }
        return bodies.get(operation)


LEADS = {"ours": "torchbearer", "other": "torchbearer of another team"} | {
    "third": "torchbearer of a third team"
}

OF_GOALS = ("objectives", "key-results", "remarks", "scores")
"""The kinds of what hangs on a goal, as addresses begin."""


def requests_of(description: Json) -> dict[str, tuple[str, str, bool]]:
    """Method, address and whether it needs If-Match, of each operation that is about a goal."""
    found: dict[str, tuple[str, str, bool]] = {}
    for path, methods in description["paths"].items():
        if path.split("/")[1] in OF_GOALS or path.endswith("/cut-over"):
            for method, said in methods.items():
                found[said["operationId"]] = (method.upper(), path, _matches(said))
    return found


def _matches(said: Mapping[str, Any]) -> bool:
    return any(it["name"] == "If-Match" and it["required"] for it in said.get("parameters", ()))
