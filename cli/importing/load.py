"""Puts an import through the public APIs, in an order in which everything finds what it names."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from cli.client import Answer, Client, Refused, by_ref
from cli.crowd import each
from cli.importing.neutral import (
    DEPARTMENT,
    CheckIn,
    Finding,
    ImportFile,
    KeyResult,
    Milestone,
    Objective,
    Pillar,
    Retro,
    Team,
    Unit,
    levels,
    objectives_above,
    units_above,
)
from cli.importing.report import Report
from cli.places import move
from cli.reached import Versions
from local.problems import LocalProblem

NUMBERS = (
    "baseline", "target", "low", "high", "tolerance", "commit", "stretch", "weight",
)  # fmt: skip
TEXTS = ("title", "benefit", "from_what", "to_what")

T = TypeVar("T")


class Progress(Protocol):
    """Is told what is done."""

    def begin(self, stage: str, steps: int) -> None:
        """A stage of so many steps begins."""

    def step(self) -> None:
        """One step of the stage is done."""


class Load:
    """One import; what earlier runs did is found again by its references."""

    def __init__(
        self, client: Client, file: ImportFile, system: str, report: Report, progress: Progress
    ) -> None:
        self._client = client
        self._file = file
        self._system = system
        self._report = report
        self._progress = progress
        self._ids: dict[tuple[str, str], str] = {}
        self._reached: dict[tuple[str, str], Versions] = {}
        self._counted: dict[str, Versions] = {}

    async def run(self) -> None:
        """All of it. Raises LocalProblem where nothing more can be done."""
        department = await self._frame("units", DEPARTMENT, self._department())
        cycle = await self._open_cycle()
        await self._units(department.id)
        await self._teams(department.id)
        await self._pillars()
        await self._goals(cycle.id)
        await self._places(cycle.id)
        await self._check_ins(cycle.reached)
        await self._scores()
        await self._retros(cycle)

    def _department(self) -> dict[str, Any]:
        return {"kind": DEPARTMENT, "name": {"source": "en", "en": self._system}}

    async def _frame(self, noun: str, key: str, body: Mapping[str, Any]) -> Answer:
        try:
            return await self._client.put("okr", by_ref(noun, self._system, key), body)
        except Refused as refused:
            raise _stopped(f"{noun} {key}", refused) from refused

    async def _open_cycle(self) -> Answer:
        said = self._file.cycle
        body = {
            "name": self._file.text(said.name),
            "kind": said.kind,
            "start": said.start.isoformat(),
            "end": said.end.isoformat(),
        }
        cycle = await self._frame("cycles", said.key, body)
        if cycle.body["state"] != "planned":
            return cycle
        try:
            return await self._client.post("okr", f"/cycles/{cycle.id}/open", match=cycle.version)
        except Refused as refused:
            raise _stopped(f"cycle {said.key}", refused) from refused

    async def _units(self, department: str) -> None:
        units = {unit.key: unit for unit in self._file.units}

        async def put(key: str) -> None:
            await self._put_below("units", units[key], units[key].parent, department)

        if units:
            self._progress.begin("units", len(units))
            for level in levels(units_above(self._file)):
                await each(level, put)

    async def _teams(self, department: str) -> None:
        async def put(team: Team) -> None:
            await self._put_below("teams", team, team.unit, department)

        await self._stage("teams", self._file.teams, put)

    async def _put_below(self, noun: str, said: Unit | Team, unit: str | None, whole: str) -> None:
        """A unit or a team, below the unit that it names, else below the `whole`."""
        parent = whole if unit is None else self._ids.get(("units", unit))
        if parent is None:
            self._refuse(noun, said.key, "the unit above it was refused")
            return
        body = {"name": self._file.text(said.name), "parent": parent}
        kind = {"kind": said.kind} if isinstance(said, Unit) else {}
        await self._put("okr", noun, said.key, body | kind)

    async def _pillars(self) -> None:
        async def put(pillar: Pillar) -> None:
            body = {
                "name": self._file.text(pillar.name),
                "promise": self._file.text(pillar.promise),
                "order": pillar.order,
            }
            await self._put("okr", "pillars", pillar.key, body)

        if self._file.pillars:
            await self._stage("pillars", self._file.pillars, put)

    async def _goals(self, cycle: str) -> None:
        """Objectives with their key results, each after what it contributes to."""
        objectives = {objective.key: objective for objective in self._file.objectives}
        goals = _by_objective(self._file.key_results)

        async def put(key: str) -> None:
            await self._objective(objectives[key], cycle)
            # One after another: they keep their order, and don't wait for each other.
            for goal in goals.get(key, ()):
                await self._key_result(goal)

        self._progress.begin("goals", len(objectives) + len(self._file.key_results))
        for level in levels(objectives_above(self._file)):
            await each(level, put)

    async def _objective(self, said: Objective, cycle: str) -> None:
        team = self._ids.get(("teams", said.owner))
        if team is None:
            self._refuse("objectives", said.key, "its team was refused")
            return
        unit = self._ids.get(("units", said.owner_unit)) if said.owner_unit else None
        if said.owner_unit and unit is None:
            self._refuse("objectives", said.key, "its unit was refused")
            return
        helped = self._known(said.key, "key-results", said.contributes_to_key_results)
        body = {
            "cycle": cycle,
            "owner_unit": unit,
            "owner_team": None if unit else team,
            "responsible_team": team,
            "contributing_teams": self._known(said.key, "teams", said.contributing_teams),
            "contributes_to": self._known(said.key, "objectives", said.contributes_to),
            "contributes_to_key_results": helped or None,
            "serves": self._known(said.key, "pillars", said.serves),
            **{name: self._text_of(said, name) for name in TEXTS},
            "ambition": said.ambition,
            "note": said.note,
            "rhythm": said.rhythm,
        }
        await self._put("okr", "objectives", said.key, body)

    def _text_of(self, said: Objective, name: str) -> dict[str, Any] | None:
        text = getattr(said, name)
        return None if text is None else self._file.text(text)

    def _known(self, objective: str, kind: str, wanted: Sequence[str]) -> list[str]:
        """Ids of what is there; a link to what was refused is left out, and told."""
        for key in wanted:
            if (kind, key) not in self._ids:
                self._report.refuse("links", objective, f"left out, since {kind} {key} was refused")
        return [self._ids[kind, key] for key in wanted if (kind, key) in self._ids]

    async def _key_result(self, said: KeyResult) -> None:
        objective = self._ids.get(("objectives", said.objective))
        if objective is None:
            self._refuse("key_results", said.key, "its objective was refused")
            return
        team = self._ids.get(("teams", said.team)) if said.team else None
        if said.team and team is None:
            self._refuse("key_results", said.key, "its team was refused")
            return
        body = {
            "objective": objective,
            "title": self._file.text(said.title),
            "kind": said.kind,
            "unit": said.unit,
            "direction": said.direction,
            "ambition": said.ambition,
            "phases": said.phases and [one.model_dump(mode="json") for one in said.phases],
            "team": team,
            "note": said.note,
            **{name: getattr(said, name) for name in NUMBERS},
            "milestones": said.milestones and [self._milestone(one) for one in said.milestones],
        }
        answer = await self._put("okr", "key-results", said.key, body)
        if answer:
            self._reached["objectives", said.objective].add(answer.reached.only("objectives"))

    def _milestone(self, said: Milestone) -> dict[str, Any]:
        weight = {} if said.weight is None else {"weight": said.weight}
        return {"id": said.id, "title": self._file.text(said.title), **weight}

    async def _places(self, cycle: str) -> None:
        async def run(team: Team) -> None:
            id_ = self._ids.get(("teams", team.key))
            if id_ is not None:
                try:
                    at = await move(self._client, id_, cycle, "running", leaving=("setting",))
                except Refused as refused:
                    self._report.refuse("places", team.key, _why(refused))
                else:
                    self._reached["teams", team.key].add(at)
            self._progress.step()

        await self._stage("places in the cycle", self._file.teams, run)

    async def _check_ins(self, cycle: Versions) -> None:
        said = _by_objective(self._file.check_ins)
        owners = {objective.key: objective.owner for objective in self._file.objectives}
        self._progress.begin("check-ins", len(self._file.check_ins))

        async def put(objective: str) -> None:
            reached = Versions()
            for place in (("objectives", objective), ("teams", owners[objective])):
                reached.add(self._reached.get(place, Versions()))
            for one in said[objective]:
                await self._check_in(one, reached.add(cycle))

        await each(said, put)

    async def _check_in(self, said: CheckIn, after: Versions) -> None:
        objective = self._ids.get(("objectives", said.objective))
        goal = self._ids.get(("key-results", said.key_result))
        team = self._ids.get(("teams", said.team))
        if not (objective and goal and team):
            self._refuse("check_ins", said.key, "its objective, key result or team was refused")
            return
        told = said.model_dump(include={"value", "done", "confidence", "words"}, exclude_none=True)
        entry = {"key_result": goal, **told}
        body = {
            "objective": objective,
            "team": team,
            "date": said.date.isoformat(),
            "entries": [entry],
        }
        answer = await self._put("checkins", "check-ins", said.key, body, after)
        if answer:
            counted = Versions({f"counted/{answer.id}": answer.version})
            self._counted.setdefault(said.objective, Versions()).add(counted)

    async def _scores(self) -> None:
        goals = _by_objective([goal for goal in self._file.key_results if goal.score is not None])
        self._progress.begin("scores", sum(map(len, goals.values())))

        async def put(objective: str) -> None:
            await self._until_counted(objective)
            for goal in goals[objective]:
                await self._score(goal)

        await each(goals, put)

    async def _score(self, said: KeyResult) -> None:
        goal = self._ids.get(("key-results", said.key))
        if goal is None:
            self._refuse("scores", said.key, "its key result was refused")
            return
        body = {"key_result": goal, "agreed": said.score, "reason": said.score_reason}
        await self._put("okr", "scores", said.key, body)

    async def _until_counted(self, objective: str) -> None:
        """Wait until okr has counted the check-ins of an objective."""
        for part in self._counted.get(objective, Versions()).parts():
            path = f"/objectives/{self._ids['objectives', objective]}"
            await self._client.get("okr", path, after=part)

    async def _retros(self, cycle: Answer) -> None:
        async def put(retro: Retro) -> None:
            await self._retro(retro, cycle)

        if self._file.retros:
            await self._stage("retros", self._file.retros, put)

    async def _retro(self, said: Retro, cycle: Answer) -> None:
        team = self._ids.get(("teams", said.team))
        about = [finding.objective for finding in said.findings]
        if team is None or any(("objectives", key) not in self._ids for key in about):
            self._refuse("retros", said.key, "its team or one of its objectives was refused")
            return
        try:
            after = await self._look_back(said.team, team, cycle.id)
        except Refused as refused:
            self._refuse("retros", said.key, _why(refused))
            return
        after.add(cycle.reached)
        for key in about:
            after.add(self._reached["objectives", key])
        findings = [self._finding(finding) for finding in said.findings]
        body = {"team": team, "cycle": cycle.id, "findings": findings}
        await self._put("checkins", "retros", said.key, body, after)

    async def _look_back(self, key: str, team: str, cycle: str) -> Versions:
        """Move a team on to its retro, once okr has counted its check-ins: later ones don't."""
        for objective in self._file.objectives:
            if objective.owner == key:
                await self._until_counted(objective.key)
        return await move(self._client, team, cycle, "retro", leaving=("setting", "running"))

    def _finding(self, said: Finding) -> dict[str, Any]:
        told = said.model_dump(include={"result", "reasons", "recommendation", "words"})
        return {
            **{name: value for name, value in told.items() if value is not None},
            "objective": self._ids["objectives", said.objective],
            "learnings": [
                {"text": self._file.text(one.text), "shareable": one.shareable}
                for one in said.learnings
            ],
        }

    async def _put(
        self,
        service: str,
        noun: str,
        key: str,
        body: Mapping[str, Any],
        after: Versions | None = None,
    ) -> Answer | None:
        said = {name: value for name, value in body.items() if value is not None}
        kind = noun.replace("-", "_")
        try:
            answer = await self._client.put(
                service, by_ref(noun, self._system, key), said, after=after
            )
        except Refused as refused:
            self._refuse(kind, key, _why(refused))
            return None
        self._ids[noun, key] = answer.id
        self._reached[noun, key] = answer.reached
        self._report.count(kind, answer.outcome)
        self._progress.step()
        return answer

    def _refuse(self, kind: str, key: str, why: str) -> None:
        self._report.refuse(kind, key, why)
        self._progress.step()

    async def _stage(self, stage: str, items: Sequence[T], work: Callable[[T], Any]) -> None:
        self._progress.begin(stage, len(items))
        await each(items, work)


def _by_objective(items: Sequence[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for item in items:
        grouped.setdefault(item.objective, []).append(item)
    return grouped


def _why(refused: Refused) -> str:
    """Why one item was refused. Raises LocalProblem where it is not about the item."""
    if refused.status in (401, 403) or refused.status >= 500:
        raise _stopped("The import", refused) from refused
    return f"{refused} ({refused.code})"


def _stopped(what: str, refused: Refused) -> LocalProblem:
    return LocalProblem(
        f"{what}: {refused} ({refused.code}) Run the import again to go on where it stopped."
    )
