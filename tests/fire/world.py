"""What the commands of a run are about: two teams, their goals, and what was said of them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.fire import locks
from tests.fire.client import Choice, Client, Command
from tests.fire.ledger import Acknowledged
from tests.system.agency import ROOT_UNIT, text

AGO = 80
"""Days since the cycle of all goals began."""
MET: Any = {"how": "in-meeting", "present": 2}
"""How the teams choose; they have no supervisor, so nobody else confirms it."""
STATEMENTS: tuple[Any, ...] = (
    {"kind": "decrease", "baseline": 620, "target": 250},
    {
        "kind": "milestones",
        "milestones": [
            {"id": "sovittu", "title": text("sovittu")},
            {"id": "koeteltu", "title": text("koeteltu"), "weight": 2},
            {"id": "kaikilla", "title": text("kaikilla"), "weight": 3},
        ],
    },
    {"kind": "zones", "baseline": 620, "commit": 400, "target": 300, "stretch": 250},
)
"""Key results are stated by turns in these ways."""


@dataclass
class Team:
    """A team, its people by role, and where it stands in the cycle; `known` to all services."""

    id: str
    code: str
    people: dict[str, Any] = field(default_factory=dict)
    place: str = "running"
    place_version: int = 1
    known_place: str = ""
    retro: Any = None
    candidacy: Any = None
    """The last one for its deputy."""

    @property
    def lead(self) -> str:
        return f"{self.code}.torchbearer"

    @property
    def is_asked(self) -> bool:
        """Whether somebody was nominated who has not answered."""
        return bool(self.candidacy and self.candidacy["state"] == "asked")


@dataclass
class Goal:
    """An objective as it was answered last; `ref` where another system holds it."""

    state: Any
    team: Team
    ref: str | None = None
    known: frozenset[str] = frozenset()
    """Its key results, as far as all services know them and that it is agreed."""
    onward: str = ""
    """The objective that goes on from it in the next cycle, and the version of that."""
    onward_version: int = 0

    @property
    def id(self) -> str:
        return str(self.state["id"])

    @property
    def version(self) -> int:
        return int(self.state["version"])

    @property
    def open_key_results(self) -> list[str]:
        return [it["id"] for it in self.state["key_results"] if it["state"] == "open"]

    @property
    def measured(self) -> list[str]:
        """Open key results that a number is said of, and not what is done."""
        return [it for it in self.open_key_results if not self.milestones(it)]

    @property
    def reportable(self) -> list[str]:
        """Key results that a check-in may speak of, whatever service has read what."""
        return [it for it in self.open_key_results if it in self.known]

    def named(self, machine: str) -> list[str]:
        """Key results that name a machine."""
        return [it for it in self.measured if machine in self._of(it).get("machines", ())]

    def decided(self, key_result: str) -> str | None:
        """How one of its key results goes on, if that is decided."""
        return (self._of(key_result).get("cut_over") or {}).get("decision")

    def _of(self, key_result: str) -> Any:
        (found,) = (it for it in self.state["key_results"] if it["id"] == key_result)
        return found

    def stated(self, key_result: str) -> Any:
        """How one of its key results was stated last, to be stated so again."""
        found = self._of(key_result)
        numbers = {name: it for name, it in found["definitions"][-1].items() if it is not None}
        del numbers["since"]
        return {"id": key_result, "title": found["title"], "kind": found["kind"], **numbers}

    def milestones(self, key_result: str) -> list[str]:
        """Those of a key result, if it has any."""
        return [it["id"] for it in self._of(key_result)["definitions"][-1].get("milestones") or ()]


@dataclass
class Said:
    """A check-in as it was answered last."""

    state: Any
    goal: Goal
    ref: str | None = None


class World:
    """Begins with a cycle, a team that checks in, one that looks back, and goals of both."""

    def __init__(self, client: Client, issuer: str, *, before_choosing: bool = False) -> None:
        """`before_choosing`: nothing of what came with changes and remarks, or later."""
        self._client = client
        self._issuer = issuer
        self.today = date.today()  # noqa: DTZ011 - the cycle is wide enough for any zone
        self.cycle = ""
        self.next_cycle = ""
        self.year = ""
        self.strategy: Any = None
        self.pillar: Any = None
        self.chooses = not before_choosing
        self.remarks: list[tuple[str, Any]] = []
        self._stated = 0
        self.teams: list[Team] = []
        self.goals: list[Goal] = []
        self.said: list[Said] = []
        self.named_teams: dict[str, Any] = {}
        self.preferences: dict[str, Any] = {}
        self.keys = 0

    def key(self) -> str:
        """An Idempotency-Key, or a name within another system, that was not used before."""
        self.keys += 1
        return f"fire-{self.keys}"

    def begin(self) -> None:
        """Everything that commands need; the line has to come to rest before the first one."""
        self.cycle = self._begin_cycle()
        self.pillar = self._make("create_pillar", "/pillars", self.promise())
        for name in ("Lumme", "Vuono"):
            self.teams.append(self._begin_team(name))
        for team in (self.teams[0], self.teams[0], self.teams[1]):
            self.goals.append(self._begin_goal(team))
        if self.chooses:
            self._begin_year()
        who, first = self.teams[0].lead, self.teams[0].id
        self._client.questions |= {
            "okr": (who, f"/objectives?team={first}"),
            "checkins": (who, f"/retros?team={first}"),
            "reporting": (who, f"/teams/{first}/board?cycle={self.cycle}"),
            "notifications": (who, "/me/notifications"),
        }

    def at_rest(self) -> None:
        """Every service knows now what was done until now."""
        for team in self.teams:
            team.known_place = team.place
        for goal in self.goals:
            if goal.state["state"] == "agreed":
                goal.known = frozenset(goal.open_key_results)

    def day(self, ago: int) -> str:
        """A day of the cycle, some days ago."""
        return str(self.today - timedelta(days=ago))

    def _make(self, name: str, path: str, body: Any, who: str = "admin") -> Any:
        made = Command(name, "okr", who, "POST", path, body, key=self.key())
        return self._client.do(made).answer

    def _begin_year(self) -> None:
        """A year for a strategy, and a cycle in which a goal of each team goes on."""
        said = {"name": text("Vuosi"), "kind": "year", "start": self.day(AGO)}
        year = {**said, "end": self.day(-200)}
        self.year = self._make("create_cycle", "/cycles", year)["id"]
        self.next_cycle = self._begin_cycle(-41, -160)
        for goal in (self.goals[0], self.goals[-1]):
            path = f"/teams/{goal.team.id}/cycles/{self.next_cycle}/place"
            place = {"place": "setting"}
            self._client.do(Command("move_team_cycle", "okr", "admin", "PUT", path, place))
            said = {"key_result": goal.open_key_results[0], "decision": "keep"}
            command, learn = self.cut_over(goal, said)
            learn(self._client.do(command))

    def cut_over(self, goal: Goal, decision: Any) -> Choice:
        """Decide otherwise on a key result; the goal, and what goes on from it, change once."""
        after = goal.version + 1, goal.onward_version + 1
        changed = f"objectives/{goal.id}@{after[0]}", f"objectives/{goal.onward}@{after[1]}"
        command = Command(
            "decide_cut_over", "okr", goal.team.lead, "PUT",
            f"/teams/{goal.team.id}/cycles/{self.cycle}/cut-over",
            {"to": self.next_cycle, "decisions": [decision]},
            also=changed,
            locks=locks.of_goal(goal.id),
        )  # fmt: skip

        def learn(told: Acknowledged) -> None:
            said = {it["key_result"]["id"]: it["key_result"] for it in told.answer["key_results"]}
            held = [said.get(it["id"], it) for it in goal.state["key_results"]]
            goal.state = {**goal.state, "version": after[0], "key_results": held}
            objectives = (it for it in told.ids if it.startswith("objectives/"))
            others = {it.removeprefix("objectives/") for it in objectives} - {goal.id}
            goal.onward, goal.onward_version = others.pop(), after[1]

        return command, learn

    def _begin_cycle(self, start: int = AGO, end: int = -40) -> str:
        said = {"name": text("Kausi"), "kind": "tertial", "start": self.day(start)}
        made = self._make("create_cycle", "/cycles", {**said, "end": self.day(end)})
        path = f"/cycles/{made['id']}/open"
        self._client.do(Command("open_cycle", "okr", "admin", "POST", path, version=1))
        return str(made["id"])

    def _begin_team(self, name: str) -> Team:
        made = self._make("create_team", "/teams", {"name": text(name), "parent": ROOT_UNIT})
        team = Team(made["id"], name.lower())
        for role in ("torchbearer", "member"):
            body = self.person(team, role, "Helsinki")
            team.people[role] = self._make("create_person", "/people", body)
        path = f"/teams/{team.id}/cycles/{self.cycle}/place"
        place = {"place": "running"}
        self._client.do(Command("move_team_cycle", "okr", "admin", "PUT", path, place))
        return team

    def person(self, team: Team, role: str, site: str) -> Any:
        """All that is said of a member of a team."""
        login = f"{team.code}.{role}"
        return {
            "name": f"{team.code} {role}",
            "mail": f"{login}@example.org",
            "language": "fi",
            "site": site,
            "home_team": team.id,
            "logins": [{"issuer": self._issuer, "subject": login}],
            "memberships": [{"role": role, "team": team.id, "since": "2020-01-01"}],
        }

    def _begin_goal(self, team: Team) -> Goal:
        made = self._make("propose_objective", "/objectives", self.draft(team, 2), team.lead)
        path = f"/objectives/{made['id']}/agree"
        agree = Command("agree_objective", "okr", team.lead, "POST", path, MET, version=1)
        return Goal(self._client.do(agree).answer, team)

    def frame(self, team: Team) -> Any:
        """An objective without its key results."""
        return {
            "cycle": self.cycle,
            "owner_team": team.id,
            "responsible_team": team.id,
            "title": text("Asumisen hakemus ei jää odottamaan"),
            **({"serves": [self.pillar["id"]]} if self.pillar else {}),
        }

    def draft(self, team: Team, key_results: int) -> Any:
        return {**self.frame(team), "key_results": [self.key_result() for _ in range(key_results)]}

    def key_result(self) -> Any:
        """The next one to be stated."""
        statement = STATEMENTS[self._stated % len(STATEMENTS)]
        self._stated += 1
        return {"title": text("jono"), **statement}

    def promise(self) -> Any:
        """All that is said of the pillar."""
        name = text(f"Palvelu {self.key()}")
        return {"name": name, "promise": text("Saat asunnon ajoissa"), "order": 1}
