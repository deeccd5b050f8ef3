"""A client of the whole system: people act through the APIs, and wait on conditions."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, TypeVar

import httpx

from local.throwaway_system import ThrowAwaySystem

PATIENCE = 60.0
ROOT_UNIT = "00000000-0000-7000-8000-000000000001"
ROLES = {role: role for role in ("torchbearer", "supervisor", "member")}

T = TypeVar("T")


def until(found: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """What `found` gives once it gives something that holds. Raises AssertionError."""
    deadline = time.monotonic() + patience
    while True:
        result = found()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain for {what}; last: {result!r}")
        time.sleep(0.02)


def text(words: str) -> dict[str, str]:
    return {"source": "fi", "fi": words}


@dataclass
class Agency:
    """Remembers what it has reached, so that every service answers with that in it."""

    system: ThrowAwaySystem
    reached: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._client = httpx.Client(timeout=30)
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        self._client.close()

    def headers(self, who: str) -> dict[str, str]:
        if who not in self._tokens:
            self._tokens[who] = self.system.token(who)
        return {"Authorization": f"Bearer {self._tokens[who]}"}

    def ask(
        self,
        who: str,
        method: str,
        service: str,
        path: str,
        body: Any = None,
        *,
        version: int | None = None,
        key: str | None = None,
        after: bool = True,
    ) -> httpx.Response:
        """One request, sent again while the service has not got as far as this client."""
        headers = self.headers(who)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        elif method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        if after and self.reached:
            headers["Soihtu-After"] = ", ".join(self.reached.values())
        url = self.system.apis[service] + path

        def answered() -> httpx.Response | None:
            answer = self._client.request(method, url, json=body, headers=headers)
            return None if _not_here_yet(answer) else answer

        answer = until(answered, f"{service} to get as far as {self.reached}")
        self._remember(answer)
        return answer

    def _remember(self, answer: httpx.Response) -> None:
        for version in answer.headers.get("soihtu-version", "").split(", "):
            if version:
                self.reached[version.rpartition("@")[0]] = version

    def do(
        self, who: str, method: str, service: str, path: str, body: Any = None, **more: Any
    ) -> Any:
        """The answer of a request that must succeed."""
        answer = self.ask(who, method, service, path, body, **more)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def team(self, name: str, parent: str = ROOT_UNIT, roles: Mapping[str, str] = ROLES) -> "Team":
        """A new team, its people named after it and what `roles` calls them, each with a role."""
        code = f"{name.lower()}-{uuid.uuid4().hex[:8]}"
        made = self.do("admin", "POST", "okr", "/teams", {"name": text(name), "parent": parent})
        people = {}
        for called, role in roles.items():
            login = f"{code}.{called}"
            people[called] = self.do(
                "admin",
                "POST",
                "okr",
                "/people",
                {
                    "name": f"{name} {called}",
                    "mail": f"{login}@example.org",
                    "language": "fi",
                    "home_team": made["id"],
                    "logins": [{"issuer": self.system.running.issuer, "subject": login}],
                    "memberships": [{"role": role, "team": made["id"], "since": "2020-01-01"}],
                },
            )["id"]
        return Team(self, code, made["id"], people)

    def cycle(self, start: date, end: date) -> str:
        """A new cycle, opened."""
        made = self.do(
            "admin",
            "POST",
            "okr",
            "/cycles",
            {"name": text("Kausi"), "kind": "tertial", "start": str(start), "end": str(end)},
        )
        self.do("admin", "POST", "okr", f"/cycles/{made['id']}/open", version=made["version"])
        return str(made["id"])

    def cycle_of_today(self) -> str:
        today = date.today()  # noqa: DTZ011 - the cycle is wide enough for any zone
        return self.cycle(today - timedelta(days=80), today + timedelta(days=40))


def _not_here_yet(answer: httpx.Response) -> bool:
    return answer.status_code == 503 and answer.json().get("code") in ("not-here-yet", "busy")


@dataclass
class Team:
    """A team as its people act for it."""

    agency: Agency
    code: str
    id: str
    people: Mapping[str, str]

    def as_(self, role: str) -> str:
        return f"{self.code}.{role}"

    def move(self, cycle: str, place: str, *, version: int | None = None) -> Any:
        return self.agency.do(
            "admin", "PUT", "okr", f"/teams/{self.id}/cycles/{cycle}/place", {"place": place},
            version=version,
        )  # fmt: skip

    def draft(self, cycle: str, *key_results: Mapping[str, Any], **more: Any) -> dict[str, Any]:
        """An objective of this team as it is proposed."""
        waiting = {"title": text("jono"), "kind": "decrease", "baseline": 620, "target": 250}
        return {
            "cycle": cycle,
            "owner_team": self.id,
            "responsible_team": self.id,
            "title": text("Asumisen hakemus ei jää odottamaan"),
            "key_results": list(key_results) or [waiting],
            **more,
        }

    def objective(self, cycle: str, *key_results: Mapping[str, Any], **more: Any) -> Any:
        """An objective that this team has agreed on."""
        draft = self.draft(cycle, *key_results, **more)
        proposed = self.agency.do(self.as_("member"), "POST", "okr", "/objectives", draft)
        return self.agree(proposed, {"how": "in-meeting", "present": 3})

    def agree(self, proposed: Any, choice: Mapping[str, Any]) -> Any:
        """The objective once torchbearer and supervisor have said how the team chose it."""
        path = f"/objectives/{proposed['id']}"
        recorded = self.agency.do(
            self.as_("torchbearer"), "POST", "okr", f"{path}/agree", choice,
            version=proposed["version"],
        )  # fmt: skip
        return self.agency.do(
            self.as_("supervisor"), "POST", "okr", f"{path}/confirm", version=recorded["version"]
        )

    def check_in(self, objective: Any, *values: float, **more: Any) -> Any:
        """A check-in on the objective's key results, in their order."""
        return self.agency.do(
            self.as_("torchbearer"), "POST", "checkins", "/check-ins",
            self.check_in_body(objective, *values, **more),
        )  # fmt: skip

    def check_in_body(self, objective: Any, *values: float, **more: Any) -> dict[str, Any]:
        goals = objective["key_results"]
        entries = [
            {"key_result": goal["id"], "value": value, "confidence": 7, "words": "Jono lyhenee."}
            for goal, value in zip(goals, values, strict=False)
        ]
        return {"objective": objective["id"], "team": self.id, "entries": entries, **more}

    def board(self, cycle: str, role: str = "member") -> Any:
        return self.agency.do(
            self.as_(role), "GET", "reporting", f"/teams/{self.id}/board?cycle={cycle}"
        )

    def goal_on_board(self, cycle: str, objective: Any, role: str = "member") -> Any:
        board = self.board(cycle, role)
        return next(it for it in board["objectives"] if it["id"] == objective["id"])
