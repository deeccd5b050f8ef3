"""A year as one team lives it: what its people and the strategy office do, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contracts import pace
from tests.system.agency import ROOT_UNIT, Agency, text
from tests.system.test_09_time_is_moved import move

ZONE = ZoneInfo("Europe/Helsinki")
DAY = timedelta(days=1)
MEMBERS = ("torchbearer", "member", "aino", "bengt", "carita", "daniel", "elli")
PEOPLE = {"supervisor": "supervisor", **dict.fromkeys(MEMBERS, "member")}
"""The first of the members is who will carry the torch."""
CHOSE = ("torchbearer", "member", "aino", "bengt", "carita", "supervisor")


@dataclass(frozen=True)
class Term:
    """A cycle that was planned."""

    id: str
    start: date
    end: date

    @classmethod
    def of(cls, said: Any) -> "Term":
        return cls(said["id"], date.fromisoformat(said["start"]), date.fromisoformat(said["end"]))


class Year:
    """The people of a team, the strategy office, and the clock that they live by."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.team = agency.team("Kajo", roles=PEOPLE)
        self._answers = agency.team("Strategia").id

    def on(self, day: date, hour: int = 10) -> None:
        """The clock shows this hour of a day to come."""
        move(self.agency.system, datetime.combine(day, time(hour), ZONE))

    def on_due_day(self, day: date) -> None:
        """The clock shows when the next weekly check-in is due."""
        morning = datetime.combine(day, time.min, ZONE)
        move(self.agency.system, pace.due_after("weekly", morning, ZONE))

    def lead(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """What okr answers the torchbearer."""
        return self.agency.do(self.team.as_("torchbearer"), method, "okr", path, body, **more)

    def told(self, path: str) -> Any:
        """What reporting answers a member."""
        return self.agency.do(self.team.as_("member"), "GET", "reporting", path)

    # the strategy office

    def office(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.agency.do("strategy", method, "okr", path, body, **more)

    def plan(self, year: int) -> tuple[Term, ...]:
        """The year and its three tertials, all open."""
        planned = self.office("POST", "/years", {"year": year})["cycles"]
        for one in planned:
            self.office("POST", f"/cycles/{one['id']}/open", version=one["version"])
        return tuple(Term.of(one) for one in planned)

    def pillar(self, name: str, promise: str) -> Any:
        said = {"name": text(name), "promise": text(promise), "order": 1}
        return self.office("POST", "/pillars", said)

    def of_the_agency(self, year: Term, title: str, pillar: Any, measure: Any) -> Any:
        """A goal of the agency for a year, agreed on by the office."""
        said = {
            "cycle": year.id, "owner_unit": ROOT_UNIT, "responsible_team": self._answers,
            "title": text(title), "rhythm": "monthly", "serves": [pillar["id"]],
            "from_what": text("Asiakas kysyy perään."), "to_what": text("Asiakas tietää."),
            "benefit": text("Asiakas saa päätöksen ajoissa."), "key_results": [measure],
        }  # fmt: skip
        made = self.office("POST", "/objectives", said)
        met = {"how": "in-meeting", "present": 3}
        return self.office("POST", f"/objectives/{made['id']}/agree", met, version=made["version"])

    def publish(self, year: Term, *goals: Any, left_out: Sequence[Any] = ()) -> Any:
        """The strategy of a year, for everybody."""
        said = {
            "cycle": year.id, "objectives": [it["id"] for it in goals], "left_out": left_out
        }  # fmt: skip
        made = self.office("POST", "/strategies", said)
        path = f"/strategies/{made['id']}/publish"
        return self.office("POST", path, version=made["version"])

    # the team

    def choose_torchbearer(self, since: date) -> Any:
        """One of the team volunteers, and more than half of it says yes."""
        path = f"/teams/{self.team.id}/torchbearer-candidacies"
        stands = self.lead("POST", path, {"role": "torchbearer", "since": str(since)})
        for who in CHOSE[1:5]:
            stands = self.agency.do(
                self.team.as_(who), "PUT", "okr", f"/candidacies/{stands['id']}/yes"
            )
        return stands

    def place(self, term: Term, place: str, version: int | None = None) -> None:
        path = f"/teams/{self.team.id}/cycles/{term.id}/place"
        self.lead("PUT", path, {"place": place}, version=version)

    def propose(self, term: Term, *key_results: Any, **more: Any) -> Any:
        draft = self.team.draft(term.id, *key_results, **more)
        return self.agency.do(self.team.as_("aino"), "POST", "okr", "/objectives", draft)

    def choose(self, proposed: Any) -> Any:
        """The goal once most of the team supports it, and both who lead it have said so."""
        for who in CHOSE:
            path = f"/objectives/{proposed['id']}/support"
            self.agency.do(self.team.as_(who), "PUT", "okr", path)
        return self.team.agree(proposed, {"how": "by-support"})

    def goals(self, term: Term) -> list[Any]:
        """The team's goals in a cycle, oldest first."""
        found: list[Any] = self.lead("GET", f"/objectives?cycle={term.id}&team={self.team.id}")[
            "items"
        ]
        return found

    def say(self, objective: Any, *told: float | list[str], **more: Any) -> Any:
        """A check-in on a goal's key results, in their order: a value, or what is done."""
        entries = [
            {"key_result": goal["id"], "done" if isinstance(one, list) else "value": one}
            for goal, one in zip(objective["key_results"], told, strict=True)
        ]
        said = {"objective": objective["id"], "team": self.team.id, "entries": entries, **more}
        return self.agency.do(self.team.as_("torchbearer"), "POST", "checkins", "/check-ins", said)

    def look_back(self, term: Term, *found: tuple[Any, str, str]) -> Any:
        """The retro of a cycle: of each goal what was learned, and what to do with it."""
        findings = [
            {
                "objective": goal["id"], "result": "partly", "recommendation": recommended,
                "learnings": [{"text": text(learned), "shareable": True}],
            }
            for goal, learned, recommended in found
        ]  # fmt: skip
        said = {"team": self.team.id, "cycle": term.id, "findings": findings}
        return self.agency.do(self.team.as_("torchbearer"), "POST", "checkins", "/retros", said)

    def score(self, key_result: Any, agreed: float, reason: str | None = None) -> None:
        """The final score of a key result, as its team agrees on it."""
        path = f"/key-results/{key_result['id']}"
        version = self.lead("GET", path)["version"]
        said = {"agreed": agreed, "reason": reason}
        self.lead("PUT", f"{path}/score", said, version=version)

    def cut_over(self, term: Term) -> str:
        return f"/teams/{self.team.id}/cycles/{term.id}/cut-over"

    def decide(self, term: Term, to: Term, decided: Mapping[str, Any]) -> Any:
        """How key results go on, by their ids: keep, drop, or how they are stated from now on."""
        decisions = [
            {"key_result": id_, "decision": "modify", "stated": how}
            if isinstance(how, Mapping)
            else {"key_result": id_, "decision": how}
            for id_, how in decided.items()
        ]
        return self.lead("PUT", self.cut_over(term), {"to": to.id, "decisions": decisions})

    # what is seen of it

    def duties(self, term: Term) -> list[tuple[str, list[str]]]:
        """How each duty stands, with what it lacks."""
        found = self.told(f"/teams/{self.team.id}/duties?cycle={term.id}")["duties"]
        return [(it["state"], [one["code"] for one in it["missing"]]) for it in found]

    def findings(self, term: Term) -> list[tuple[str, str]]:
        """What is found in a cycle, each with the title of the goal."""
        found = self.told(f"/findings?cycle={term.id}")["items"]
        return [(it["code"], it["goals"][0]["title"]["fi"]) for it in found]

    def serves(self, term: Term) -> list[tuple[str, list[str], list[str]]]:
        """Each goal of the team in a cycle, the goals of the year and the pillars it leads to."""
        told = self.told(f"/serves?of=teams/{self.team.id}&cycle={term.id}")
        return [(it["title"]["text"], it["yearly_goals"], it["pillars"]) for it in told["goals"]]

    def series(self, key_result: Any) -> list[tuple[str, float, str]]:
        """The values of a key result, the current one first: source, value, day."""
        told = self.told(f"/key-results/{key_result['id']}/history")["items"]
        return [(it["source"], it["value"], it["effective_date"]) for it in told]

    def values(self, term: Term, objective: Any) -> list[float | None]:
        """The values of a goal's key results on the team's board."""
        return [it["value"] for it in self.team.goal_on_board(term.id, objective)["key_results"]]
