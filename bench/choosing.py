"""Proposing goals and agreeing on them through one API process, against the same writes alone."""

import itertools
import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg
import httpx

from bench import world
from bench.commands import AT_ONCE, POOL, UNBOUNDED, served, told
from bench.parts import BenchFailed, Run, bare
from bench.table import Row
from bench.wire import Asked, Wire
from local.identity import Identity

ADMIN = "admin"
OFFICE = "strategy"
TEAMS = 100
PROPOSALS = 1200
"""Of a repeat; each is then agreed on."""
AGAINST = "its writes, no HTTP"
STATES = ("proposed", "agreed")


async def measure(run: Run) -> list[Row]:
    """Commands/s over HTTP and of their writes alone, in turns."""
    amount = max(run.sized(PROPOSALS), AT_ONCE)
    ours: dict[str, list[float]] = {state: [] for state in STATES}
    theirs: dict[str, list[float]] = {state: [] for state in STATES}
    with run.database("okr") as database:
        async with run.role("okr", "api", database, "", **UNBOUNDED) as role:
            port = role.instance.api_port or 0
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                teams = await _Seed(client, run.parts.identity).teams()
            choosing = Choosing(run.parts.identity, teams)
            wire = Wire(port)
            conn = await asyncpg.connect(database.owner)
            await _chosen(wire, choosing, conn, max(amount // 4, AT_ONCE))  # warm
            like = {
                "postgres": database.app, "amount": amount, "at_once": AT_ONCE, "pool": POOL,
                "statements": statements(), **await _left(conn),
            }  # fmt: skip
            spent = role.cpu
            for _ in range(run.repeats):
                for state, rate in zip(
                    STATES, await _chosen(wire, choosing, conn, amount), strict=True
                ):
                    ours[state].append(rate)
                rates = await bare("choosing", **like)
                for state in STATES:
                    theirs[state].append(rates[state])
            each = (role.cpu - spent) / (2 * amount * run.repeats)
            run.notes.append(f"choosing: {each * 1e6:.0f} µs of processor time each")
            wire.close()
            await conn.close()
    names = ("choosing: proposals of one API", "choosing: agreements of one API")
    return [
        Row(name, "/s", ours[state], AGAINST, theirs[state])
        for name, state in zip(names, STATES, strict=True)
    ]


async def _chosen(
    wire: Wire, choosing: "Choosing", conn: "asyncpg.Connection[Any]", amount: int
) -> tuple[float, float]:
    """So many goals proposed, then agreed on: how many a second of each."""
    proposing = await served(wire, itertools.islice(choosing.proposals(), amount))
    rows = await conn.fetch(
        "SELECT id::text, responsible_team::text AS team FROM objectives"
        " WHERE state ->> 'state' = 'proposed' AND state ? 'owner_team'"
    )
    agreeing = await served(wire, choosing.agreements([(it["id"], it["team"]) for it in rows]))
    return proposing, agreeing


@dataclass(frozen=True)
class Team:
    """A team with the login of its torchbearer, and where its goals belong."""

    id: str
    login: str
    cycle: str
    yearly: str


class Choosing:
    """Requests by the torchbearers of teams in turns."""

    def __init__(self, identity: Identity, teams: Iterable[Team]) -> None:
        self._teams = {team.id: team for team in teams}
        self._headers = {
            team.id: {
                "authorization": f"Bearer {identity.token(team.login)}",
                "content-type": "application/json",
            }
            for team in self._teams.values()
        }

    def proposals(self) -> Iterator[bytes]:
        """Goals with three key results, for ever."""
        asked = [
            Asked.of(
                "POST", "/objectives", self._headers[team.id], json.dumps(_goal(team)).encode()
            )
            for team in self._teams.values()
        ]
        for one in itertools.cycle(asked):
            yield one.line(f"idempotency-key: {uuid.uuid4()}\r\n")

    def agreements(self, proposed: Iterable[tuple[str, str]]) -> Iterator[bytes]:
        """One on each goal, told by its id and team: the team chose it in a meeting."""
        met = json.dumps({"how": "in-meeting", "present": 1}).encode()
        for goal, team in proposed:
            asked = Asked.of("POST", f"/objectives/{goal}/agree", self._headers[team], met)
            yield asked.line('if-match: "1"\r\n')


def _goal(team: Team) -> dict[str, Any]:
    return {
        "cycle": team.cycle,
        "owner_team": team.id,
        "responsible_team": team.id,
        "title": _text("Asumisen hakemus ei jää odottamaan"),
        "benefit": _text("Hakija saa päätöksen ajoissa"),
        "contributes_to": [team.yearly],
        "key_results": [
            {"title": _text("Jono"), "kind": "decrease", "baseline": 620, "target": 250},
            {"title": _text("Kerralla"), "kind": "increase", "baseline": 40, "target": 70},
            {"title": _text("Oikaisut"), "kind": "maintain", "low": 3, "high": 5},
        ],
    }


def _text(words: str) -> dict[str, str]:
    return {"source": "fi", "fi": words}


class _Seed:
    """Teams in a running cycle, each with a torchbearer, put in through the API."""

    def __init__(self, client: httpx.AsyncClient, identity: Identity) -> None:
        self._client = client
        self._issuer = identity.issuer
        self._tokens = {who: identity.token(who) for who in (ADMIN, OFFICE)}
        days = [world.today() + timedelta(days=days) for days in (-60, 60)]
        self._frame = {
            "name": _text("Kausi"), "kind": "tertial", "start": str(days[0]), "end": str(days[1])
        }  # fmt: skip

    async def teams(self) -> list["Team"]:
        cycle = await self._made("/cycles", self._frame)
        await self._done("POST", f"/cycles/{cycle['id']}/open", ADMIN, **{"if-match": '"1"'})
        yearly: str | None = None
        made = []
        for number in range(TEAMS):
            team = await self._made("/teams", {"name": _text("Tiimi"), "parent": str(world.ROOT)})
            login = f"{world.PERSON}-{number}"
            await self._made("/people", self._person(login, team["id"]))
            path = f"/teams/{team['id']}/cycles/{cycle['id']}/place"
            await self._done("PUT", path, ADMIN, {"place": "running"})
            yearly = yearly or await self._of_the_agency(cycle["id"], team["id"])
            made.append(Team(team["id"], login, cycle["id"], yearly))
        return made

    def _person(self, login: str, team: str) -> dict[str, Any]:
        since = self._frame["start"]
        return {
            "name": login,
            "logins": [{"issuer": self._issuer, "subject": login}],
            "memberships": [{"role": "torchbearer", "team": team, "since": since}],
        }

    async def _of_the_agency(self, cycle: str, team: str) -> str:
        said = {
            "cycle": cycle, "owner_unit": str(world.ROOT), "responsible_team": team,
            "title": _text("Päätös tulee ajoissa"),
        }  # fmt: skip
        return str((await self._made("/objectives", said, OFFICE))["id"])

    async def _made(self, path: str, body: Any, who: str = ADMIN) -> Any:
        return await self._done("POST", path, who, body, **{"idempotency-key": str(uuid.uuid4())})

    async def _done(
        self, method: str, path: str, who: str, body: Any = None, **headers: str
    ) -> Any:
        sent = {"authorization": f"Bearer {self._tokens[who]}", **headers}
        answer = await self._client.request(method, path, json=body, headers=sent)
        if answer.is_error:
            raise BenchFailed(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json()


def statements() -> dict[str, tuple[str, list[str]]]:
    """What both commands write, as texts with their parameters' names."""
    from chassis import idempotency, outbox
    from services.okr.choosing import store as choosing
    from services.okr.objectives import store as objectives

    asked = {
        "take_key": idempotency,
        "insert_objective": objectives,
        "save_objective": objectives,
        "add_key_results": objectives,
        "set_links": objectives,
        "keep_participation": choosing,
        "insert_outbox": outbox,
        "keep_answer": idempotency,
    }
    return {name: told(module, name) for name, module in asked.items()}


async def _left(conn: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """What the API's commands on one goal left in the database, for the same writes to follow."""
    goal = await conn.fetchrow(
        "SELECT id, state FROM objectives WHERE state ->> 'state' = 'agreed' LIMIT 1"
    )
    if goal is None:
        raise BenchFailed("no goal was agreed on before")
    rows = await conn.fetch(
        "SELECT topic, headers, value FROM outbox WHERE key = $1 ORDER BY seq", str(goal["id"])
    )
    events = [[row["topic"], row["headers"], row["value"].decode()] for row in rows]
    answer = await conn.fetchrow(
        "SELECT headers, body FROM idempotency_keys"
        " WHERE convert_from(body, 'UTF8')::jsonb ->> 'id' = $1",
        str(goal["id"]),
    )
    participation = await conn.fetchrow(
        "SELECT number, present, support, took_part, members FROM participations"
        " WHERE objective = $1",
        goal["id"],
    )
    if not events or answer is None or participation is None:
        raise BenchFailed("a goal was agreed on without all that belongs to it")
    return {
        "proposed": events[0][2],
        "agreed": goal["state"],
        "events": {"proposed": events[:1], "agreed": events[1:]},
        "answer": answer["body"].decode(),
        "answered": answer["headers"],
        "participation": dict(participation),
        "principal": world.PERSON,
    }
