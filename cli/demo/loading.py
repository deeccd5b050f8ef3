"""Puts the demo's tables through the public APIs, in an order in which all finds what it names."""

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from chassis import clock
from cli.client import Answer, Client, by_ref
from cli.clock import TIMEZONE
from cli.crowd import each
from cli.demo.agency import Agency, Round
from cli.demo.dates import Calendar, Frame, known_calendar
from cli.demo.earlier import EARLIER, SCORED
from cli.demo.living import Living
from cli.demo.people import Person
from cli.demo.tables import Finding, Goal, Pillar, Team, complete
from cli.places import move
from cli.reach import Credentials, Reach
from cli.reached import Versions, together

ROOT = "00000000-0000-7000-8000-000000000001"

T = TypeVar("T")


class Progress(Protocol):
    """Is told what is done."""

    def begin(self, stage: str, steps: int) -> None:
        """A stage of so many steps begins."""

    def step(self) -> None:
        """One step of the stage is done."""


async def load_all(reach: Reach, agency: Agency, progress: Progress) -> None:
    """All of an agency. Raises Refused, LocalProblem."""
    async with Client(reach, Credentials.of()) as client:
        today = clock.today(os.environ.get("SOIHTU_TIMEZONE", TIMEZONE))
        when = await calendar(client, today, agency.weeks)
        demo = Demo(client, reach, agency, when, progress)
        await demo.load()
        await demo.live(today)


async def calendar(client: Client, today: date, weeks: int) -> Calendar:
    """That of a demo which was begun earlier, so that it is completed; else that of this week."""
    known = known_calendar(await client.items("okr", "/cycles"), weeks)
    return known or Calendar.of(today, weeks)


class Demo:
    """One load; what earlier ones did is found again by its references."""

    def __init__(
        self, client: Client, reach: Reach, agency: Agency, when: Calendar, progress: Progress
    ) -> None:
        self._client = client
        self._reach = reach
        self._agency = agency
        self._when = when
        self._progress = progress
        self._ids: dict[tuple[str, str], str] = {}
        self._reached: dict[tuple[str, str], Versions] = {}
        self._goals: dict[tuple[str, str], Goal] = {}

    async def load(self) -> None:
        """Everything, in order."""
        await self._organisation()
        await self._stage("pillars", list(enumerate(self._agency.pillars, 1)), self._pillar)
        await self._stage("people", self._agency.people, self._person)
        for this in self._agency.rounds:
            await self._round(this)
        await self._arrived()

    async def live(self, today: date) -> None:
        """What teams are choosing right now, by their people; reports have it then."""
        cycle = self._ids["cycles", self._when.running.key]
        async with Living(self._reach, self._ids, cycle, today) as living:
            await self._stage("choosing together", living.scenes(), lambda scene: scene())
        after = living.reached
        await self._client.get("reporting", "/learnings", {"limit": "1"}, after=after)

    async def _arrived(self) -> None:
        """Wait until reporting has counted all that was said in the running cycle."""
        running = self._agency.rounds[-1].frame(self._when)
        goals = [
            goal.key
            for this in self._agency.rounds
            if this.frame(self._when) == running
            for goal in this.goals
        ]
        said = [self._reached[it] for key in goals if (it := ("counted", key)) in self._reached]
        parts = list(together(said).parts())
        self._progress.begin("arriving in reports", len(parts))
        for part in parts:
            await self._client.get("reporting", "/learnings", {"limit": "1"}, after=part)
            self._progress.step()

    async def _stage(
        self, stage: str, items: Sequence[T], work: Callable[[T], Awaitable[object]]
    ) -> None:
        self._progress.begin(stage, len(items))

        async def step(item: T) -> None:
            await work(item)
            self._progress.step()

        await each(items, step)

    async def _organisation(self) -> None:
        self._progress.begin("units", len(self._agency.units))
        for unit in self._agency.units:
            parent = self._ids["units", unit.parent] if unit.parent else ROOT
            await self._put(
                "okr", "units", unit.key, {"kind": unit.kind, "name": unit.name, "parent": parent}
            )
            self._progress.step()
        await self._stage("teams", self._agency.teams, self._team)

    async def _team(self, team: Team) -> None:
        body = {"name": team.name, "parent": self._ids["units", team.unit]}
        await self._put("okr", "teams", team.key, body)

    async def _pillar(self, placed: tuple[int, Pillar]) -> None:
        order, pillar = placed
        texts = {"name": pillar.name, "promise": pillar.promise}
        body = {**texts, "order": order, "proof_read": complete(*texts.values())}
        await self._put("okr", "pillars", pillar.key, body)

    async def _person(self, person: Person) -> None:
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
        name = frame.name["en"]
        cycle = await self._open(frame)
        self._goals |= {(frame.key, goal.team): goal for goal in this.goals}
        await self._stage(f"{name}: goals", this.goals, lambda goal: self._goal(goal, this, cycle))
        if this.of_the_agency:
            await self._strategy(this, frame)
        teams = list(dict.fromkeys(goal.team for goal in this.goals))
        await self._stage(
            f"{name}: places", teams, lambda team: self._move(team, frame, "running", ("setting",))
        )
        dates = this.dates(self._when)
        await self._stage(
            f"{name}: check-ins", this.goals, lambda goal: self._check_ins(goal, frame, dates)
        )
        if this.findings:
            await self._stage(
                f"{name}: retros",
                this.findings,
                lambda found: self._look_back(found, self._goals[frame.key, found.team], frame),
            )
            await self._close(frame)

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
            **goal.texts(),
            "rhythm": this.rhythm,
            "contributes_to": [self._ids["objectives", one] for one in goal.contributes_to],
            "serves": [self._ids["pillars", one] for one in goal.serves],
        }
        objective = await self._put("okr", "objectives", goal.key, body)
        for measure in goal.measures:
            said = {"objective": objective.id, **measure.stated()}
            said |= {"proof_read": measure.proof_read}
            made = await self._put("okr", "key-results", f"{goal.key}/{measure.key}", said)
            self._reached["objectives", goal.key].add(made.reached.only("objectives"))

    async def _strategy(self, this: Round, frame: Frame) -> None:
        body = {
            "cycle": self._ids["cycles", frame.key],
            "objectives": [self._ids["objectives", goal.key] for goal in this.goals],
            "left_out": [one.stated() for one in this.left_out],
        }
        made = await self._put("okr", "strategies", frame.key, body)
        if made.body["state"] == "draft":
            path = f"/strategies/{made.id}/publish"
            await self._client.post("okr", path, match=made.version)

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
        entries: list[dict[str, Any]] = []
        for measure in goal.measures:
            if (told := measure.told(position)) is not None:
                key = f"{goal.key}/{measure.key}"
                entries.append({"key_result": self._ids["key-results", key], **told})
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

    async def _close(self, frame: Frame) -> None:
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
            if goal in EARLIER:
                await self._score(goal)
        await self._move(goal.team, frame, "closed", ("setting", "running", "retro"))

    async def _complete(self, finding: Finding, goal: Goal, frame: Frame) -> None:
        body = {
            "team": self._ids["teams", goal.team],
            "cycle": self._ids["cycles", frame.key],
            "findings": [finding.body(self._ids["objectives", goal.key])],
        }
        place = f"{goal.team}/{frame.key}"
        await self._put("checkins", "retros", place, body, self._reached["places", place])

    async def _score(self, goal: Goal) -> None:
        """As computed, but where the team said otherwise, and why."""
        for measure in goal.measures:
            key = f"{goal.key}/{measure.key}"
            own = self._ids["key-results", key]
            seen = (await self._client.get("okr", f"/key-results/{own}")).body
            said = SCORED.get(key) or {"agreed": round(seen["progress"], 2)}
            await self._put("okr", "scores", key, {"key_result": own, **said})

    async def _put(
        self,
        service: str,
        noun: str,
        key: str,
        body: Mapping[str, Any],
        after: Versions | None = None,
    ) -> Answer:
        path = by_ref(noun, self._agency.system, key)
        answer = await self._client.put(service, path, body, after=after)
        self._ids[noun, key] = answer.id
        self._reached[noun, key] = answer.reached
        return answer
