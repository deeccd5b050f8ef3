"""Puts the demo's tables through the public APIs, in an order in which all finds what it names."""

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from chassis import clock
from cli.client import Answer, Client, Refused, by_ref
from cli.crowd import each
from cli.demo.cycles import EARLIER_CYCLE, RUNNING_CYCLE, YEAR_CYCLE, Round
from cli.demo.dates import Calendar, Frame, known_calendar
from cli.demo.organisation import TEAMS, UNITS
from cli.demo.people import people
from cli.demo.retros import FINDINGS
from cli.demo.tables import Finding, Goal, Team
from cli.places import move
from cli.reach import Credentials, Reach
from cli.reached import Versions
from local.problems import SOIHTU, LocalProblem

SYSTEM = "demo"
ROOT = "00000000-0000-7000-8000-000000000001"
TIMEZONE = "Europe/Helsinki"

Tell = Callable[[str], None]


async def load_all(reach: Reach, tell: Tell) -> None:
    """All of the demo. Raises LocalProblem."""
    async with Client(reach, Credentials.of()) as client:
        try:
            today = clock.today(os.environ.get("SOIHTU_TIMEZONE", TIMEZONE))
            await Demo(client, reach, await calendar(client, today), tell).load()
        except Refused as refused:
            raise LocalProblem(
                f"The demo could not be loaded: {refused} ({refused.code}) Run `make up` again "
                f"to go on where it stopped, or start without it: `{SOIHTU} up --no-demo`."
            ) from refused


async def calendar(client: Client, today: date) -> Calendar:
    """That of a demo which was begun earlier, so that it is completed; else that of this week."""
    return known_calendar(await client.items("okr", "/cycles")) or Calendar.of(today)


class Demo:
    """One load; what earlier ones did is found again by its references."""

    def __init__(self, client: Client, reach: Reach, when: Calendar, tell: Tell) -> None:
        self._client = client
        self._reach = reach
        self._when = when
        self._tell = tell
        self._ids: dict[tuple[str, str], str] = {}
        self._reached: dict[tuple[str, str], Versions] = {}

    async def load(self) -> None:
        """Everything, in order."""
        self._tell("demo: units, teams and people")
        await self._organisation()
        await each(list(people()), self._person)
        for number, this in enumerate((YEAR_CYCLE, EARLIER_CYCLE, RUNNING_CYCLE)):
            self._tell(f"demo: goals of cycle {number + 1} of 3")
            await self._round(this)
            if this is EARLIER_CYCLE:
                self._tell("demo: retros of the earlier cycle")
                await self._end(this)

    async def _organisation(self) -> None:
        for unit in UNITS:
            parent = self._ids["units", unit.parent] if unit.parent else ROOT
            await self._put(
                "okr", "units", unit.key, {"kind": unit.kind, "name": unit.name, "parent": parent}
            )

        async def put(team: Team) -> None:
            body = {"name": team.name, "parent": self._ids["units", team.unit]}
            await self._put("okr", "teams", team.key, body)

        await each(TEAMS, put)

    async def _person(self, person: Any) -> None:
        since = self._when.year.start
        teams, units = self._by_kind("teams"), self._by_kind("units")
        body = person.body(self._reach.issuer, teams, units, since)
        answer = await self._put("okr", "people", person.subject, body)
        known = Versions({f"memberships/{answer.id}": answer.version})
        self._reached["people", person.subject] = known

    def _by_kind(self, kind: str) -> Mapping[str, str]:
        return {key: id_ for (of, key), id_ in self._ids.items() if of == kind}

    async def _round(self, this: Round) -> None:
        frame = this.frame(self._when)
        cycle = await self._open(frame)
        await each(this.goals, lambda goal: self._goal(goal, this, cycle))
        teams = dict.fromkeys(goal.team for goal in this.goals)
        await each(teams, lambda team: self._move(team, frame, "running", ("setting",)))
        dates = this.dates(self._when)
        await each(this.goals, lambda goal: self._check_ins(goal, frame, dates))

    async def _open(self, frame: Frame) -> str:
        body = {
            "name": frame.name,
            "kind": frame.kind,
            "start": frame.start.isoformat(),
            "end": frame.end.isoformat(),
        }
        cycle = await self._put("okr", "cycles", frame.key, body)
        if cycle.body["state"] == "planned":
            opened = await self._client.post("okr", f"/cycles/{cycle.id}/open", match=cycle.version)
            self._reached["cycles", frame.key] = opened.reached
        return cycle.id

    async def _goal(self, goal: Goal, this: Round, cycle: str) -> None:
        team = self._ids["teams", goal.team]
        owner = {"owner_unit": ROOT} if this.of_the_agency else {"owner_team": team}
        body = {
            **owner,
            "cycle": cycle,
            "responsible_team": team,
            "contributing_teams": [self._ids["teams", one] for one in goal.contributing],
            "title": goal.title,
            "benefit": goal.benefit,
            "rhythm": this.rhythm,
            "contributes_to": [self._ids["objectives", one] for one in goal.contributes_to],
        }
        body |= {"note": goal.note} if goal.note else {}
        objective = await self._put("okr", "objectives", goal.key, body)
        for measure in goal.measures:
            said = {
                "objective": objective.id,
                "title": measure.title,
                "kind": measure.kind,
                **measure.numbers,
            }
            said |= {"unit": measure.unit} if measure.unit else {}
            made = await self._put("okr", "key-results", f"{goal.key}/{measure.key}", said)
            self._reached["objectives", goal.key].add(made.reached.only("objectives"))

    async def _move(self, team: str, frame: Frame, place: str, leaving: Iterable[str]) -> None:
        ids = self._ids["teams", team], self._ids["cycles", frame.key]
        at = await move(self._client, *ids, place, leaving=tuple(leaving))
        self._reached["places", f"{team}/{frame.key}"] = at

    async def _check_ins(self, goal: Goal, frame: Frame, dates: list[date]) -> None:
        after = Versions()
        for known in (
            ("objectives", goal.key),
            ("cycles", frame.key),
            ("places", f"{goal.team}/{frame.key}"),
        ):
            after.add(self._reached[known])
        longest = max(len(measure.values) for measure in goal.measures)
        days = dates[-longest:]
        for position, day in enumerate(days, longest - len(days) + 1):
            if entries := self._entries(goal, position):
                await self._check_in(goal, day, position, entries, after)

    def _entries(self, goal: Goal, position: int) -> list[dict[str, Any]]:
        entries = []
        for measure in goal.measures:
            value = measure.values[position - 1]
            if value is None:
                continue
            key = f"{goal.key}/{measure.key}"
            entry: dict[str, Any] = {"key_result": self._ids["key-results", key], "value": value}
            confidence = measure.confidence[position - 1] if measure.confidence else None
            entries.append(entry | ({} if confidence is None else {"confidence": confidence}))
        said = goal.said.get(position)
        if entries and said and said.words:
            entries[0]["words"] = said.words
        return entries

    async def _check_in(
        self, goal: Goal, day: date, position: int, entries: list[dict[str, Any]], after: Versions
    ) -> None:
        body = {
            "objective": self._ids["objectives", goal.key],
            "team": self._ids["teams", goal.team],
            "date": day.isoformat(),
            "entries": entries,
        }
        said = goal.said.get(position)
        body |= {"help_wanted": said.help_wanted} if said and said.help_wanted else {}
        answer = await self._put("checkins", "check-ins", f"{goal.key}/{position}", body, after)
        counted = Versions({f"counted/{answer.id}": answer.version})
        self._reached.setdefault(("counted", goal.key), Versions()).add(counted)

    async def _end(self, this: Round) -> None:
        """Every team looks back, its torchbearer says what they found, and its cycle is closed."""
        frame = this.frame(self._when)
        goals = {goal.team: goal for goal in this.goals}
        await each(FINDINGS, lambda finding: self._look_back(finding, goals[finding.team], frame))
        cycle = await self._client.get("okr", f"/cycles/{self._ids['cycles', frame.key]}")
        if cycle.body["state"] == "open":
            await self._client.post("okr", f"/cycles/{cycle.id}/close", match=cycle.version)

    async def _look_back(self, finding: Finding, goal: Goal, frame: Frame) -> None:
        team, cycle = self._ids["teams", goal.team], self._ids["cycles", frame.key]
        query = {"team": team, "cycle": cycle}
        # A value counts while the team's place is running: okr has to have seen them all.
        counted = self._reached["counted", goal.key]
        held = await self._client.get("checkins", "/retros", query, after=counted)
        if not held.body["items"]:
            await self._move(goal.team, frame, "retro", ("setting", "running"))
            await self._complete(finding, goal, frame)
        await self._move(goal.team, frame, "closed", ("setting", "running", "retro"))

    async def _complete(self, finding: Finding, goal: Goal, frame: Frame) -> None:
        torchbearer = f"{goal.team}.torchbearer"
        after = Versions().add(self._reached["people", torchbearer])
        after.add(self._reached["places", f"{goal.team}/{frame.key}"])
        body = {
            "team": self._ids["teams", goal.team],
            "cycle": self._ids["cycles", frame.key],
            "findings": [finding.body(self._ids["objectives", goal.key])],
        }
        async with Client(self._reach, Credentials.of(name=torchbearer)) as client:
            key = f"{SYSTEM}-{goal.team}-{frame.key}-{frame.start.isoformat()}"
            await client.post("checkins", "/retros", body, key=key, after=after)

    async def _put(
        self,
        service: str,
        noun: str,
        key: str,
        body: Mapping[str, Any],
        after: Versions | None = None,
    ) -> Answer:
        answer = await self._client.put(service, by_ref(noun, SYSTEM, key), body, after=after)
        self._ids[noun, key] = answer.id
        self._reached[noun, key] = answer.reached
        return answer
