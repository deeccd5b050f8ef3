"""The APIs for plain tests: each on a loop that runs while it is asked, told of a small agency."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from fastapi import FastAPI

from chassis import db
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.testing.identity import Issuer
from contracts.envelope import Event
from contracts.people import Role
from services.notifications.rules.ticking import tick
from tests.service.agencies import HEAD, IN_TEAM, NO_ROLE, Kinds, login
from tests.service.applications import APPS, api_on, issuer, new_api, settings_of
from tests.service.checkins import world as checkins_world
from tests.service.notifications import world as notifications_world
from tests.service.okr.conftest import Json, Okr, text
from tests.service.reporting import world as reporting_world

PERSON = "lumme.torchbearer"
CALLERS: dict[str, tuple[str, Json]] = {
    "admin": ("admin", {"roles": ["admin", "strategy"]}),
    "person": (PERSON, {}),
    "machine": ("machine.queue", {"scope": "values:write values:write-named"}),
}
"""Login and further claims of the tokens that a test sends."""


@dataclass
class Running:
    """An API that answers, and the ids of what it knows."""

    app: FastAPI
    issuer: Issuer
    client: httpx.AsyncClient
    database: db.Database
    known: list[str]
    run: Callable[[Coroutine[Any, Any, Any]], Any]
    kinds: Kinds = field(default_factory=dict)
    """The same ids by kind, of what events told."""
    _tokens: dict[str, str] = field(default_factory=dict)

    def authorization(self, caller: str) -> str:
        """The Authorization header of one of `CALLERS`; its token is good for ten minutes."""
        if caller not in self._tokens:
            login, claims = CALLERS[caller]
            self._tokens[caller] = self.issuer.headers(login, **claims)["Authorization"]
        return self._tokens[caller]

    def send(self, method: str, url: str, **more: Any) -> httpx.Response:
        """The answer to a request."""
        answer: httpx.Response = self.run(self.client.request(method, url, **more))
        return answer

    def confirm(self) -> None:
        """All that others tell has been heard, up to now."""
        self.run(confirm(self.database))


async def confirm(database: db.Database) -> None:
    await database.pool.execute("UPDATE consumer_offsets SET lag = 0, confirmed_at = now()")


@contextmanager
def running(service: str, dsn: str) -> Iterator[Running]:
    """The API of `service` on a migrated database, told of its agency."""
    with _opened(service, dsn, new_api) as opened:
        opened.run(SEEDS[service](opened))
        yield opened


@contextmanager
def going_on(service: str, dsn: str, before: Running) -> Iterator[Running]:
    """The API of `service` on a copy of another's database; one at a time."""
    with _opened(service, dsn, api_on) as opened:
        opened.known, opened.kinds = before.known, before.kinds
        yield opened


@contextmanager
def _opened(
    service: str, dsn: str, api_of: Callable[[str, db.Database], FastAPI]
) -> Iterator[Running]:
    loop = asyncio.new_event_loop()
    run, connecting = (
        loop.run_until_complete,
        db.connect(settings_of(issuer(), dsn), service, "api"),
    )
    database = run(connecting)
    app = api_of(service, database)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=f"http://{service}")
    yield Running(app, issuer(), client, database, [], run)
    run(client.aclose())
    run(database.pool.close())
    loop.close()


async def _seed_okr(opened: Running) -> None:
    """By its own API: a team with a member, its objectives, and the strategy of a year."""
    api = Okr(opened.app, opened.client, opened.issuer, opened.database)
    unit = await api.unit()
    team, other = await api.team("Lumme", unit["id"]), await api.team("Revontuli", unit["id"])
    person = await api.person(PERSON, ("torchbearer", team["id"]))
    cycle = await api.cycle(start="2020-01-01", end="2040-12-31")
    draft = {
        "cycle": cycle["id"], "owner_team": team["id"], "responsible_team": team["id"],
        "contributing_teams": [other["id"]], "title": text("Hakemus ei jää odottamaan"),
        "key_results": [
            {"title": text("Jono"), "kind": "decrease", "baseline": 620, "target": 250},
            {"title": text("Korjaukset"), "kind": "maintain", "low": 3, "high": 5},
        ],
    }  # fmt: skip
    proposed = await api.done("POST", "/objectives", draft, caller=PERSON)
    made = await api.done("POST", "/objectives", draft, caller=PERSON)
    met = {"how": "in-meeting", "present": 1}
    path = f"/objectives/{made['id']}"
    agreed = await api.done("POST", f"{path}/agree", met, caller=PERSON, version=1)
    said = {"kind": "comment", "text": "Miten mittaamme?"}
    remark = await api.done("POST", f"{path}/remarks", said, caller=PERSON)
    goals = [*agreed["key_results"], *proposed["key_results"]]
    grant = await api.done(
        "POST",
        "/grants",
        {
            "agency": "meteo",
            "contact": "Aino Virta",
            "purpose": "Yhteinen taulu",
            "basis": "906/2019 22 §",
            "until": "2040-12-31",
        },
    )
    term = {"role": "torchbearer", "since": "2026-01-01"}
    path = f"/teams/{team['id']}/torchbearer-candidacies"
    candidacy = await api.done("POST", path, term, caller=PERSON)
    pillar = await api.done(
        "POST", "/pillars", {"name": text("Selkeys"), "promise": text("Ymmärrän."), "order": 1}
    )
    year = await api.cycle(kind="year", start="2020-01-01", end="2040-12-31")
    strategy = await api.done("POST", "/strategies", {"cycle": year["id"]})
    everything = [
        *(unit, team, other, person, cycle, grant, candidacy, pillar, year, strategy),
        *(proposed, agreed, remark, *goals),
    ]
    opened.known += [one["id"] for one in everything]


async def _seed_checkins(opened: Running) -> None:
    """By events of okr, and a check-in and a retro of its own."""
    world = checkins_world
    earlier = world.an_id("earlier cycle")
    looked_back_on = world.objective(
        id=world.an_id("earlier"), cycle=earlier, contributing_teams=()
    )
    held: dict[str, list[tuple[Role, UUID]]] = {role: [(role, world.LUMME)] for role in IN_TEAM}
    held |= {HEAD: [(HEAD, world.UNIT)], NO_ROLE: []}
    events = [
        *world.everything(),
        *(world.person(login(role), *roles) for role, roles in held.items()),
        world.cycle().model_copy(update={"id": earlier}),
        world.place(world.LUMME, "retro", cycle=earlier),
        looked_back_on,
    ]
    await _hear(opened, "checkins", events)
    entry = {"key_result": str(world.WAITING), "value": 500, "words": "Jono lyheni."}
    check_in = {
        "objective": str(world.OBJECTIVE), "team": str(world.LUMME), "entries": [entry],
    }  # fmt: skip
    learning = {"text": {"source": "fi", "fi": "Kaksi tavoitetta riittää."}}
    finding = {
        "objective": str(looked_back_on.id), "result": "partly", "recommendation": "keep",
        "learnings": [learning],
    }  # fmt: skip
    retro = {"team": str(world.LUMME), "cycle": str(earlier), "findings": [finding]}
    made = [
        await _create(opened, "/check-ins", check_in),
        await _create(opened, "/retros", retro),
    ]
    opened.known += [one["id"] for one in made]
    for kind, one in zip(("check-ins", "retros"), made, strict=True):
        opened.kinds[kind] = [one["id"]]


async def _create(opened: Running, path: str, body: Json) -> Json:
    headers = {"Authorization": opened.authorization("person"), "Idempotency-Key": path}
    answer = await opened.client.post(path, json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    said: Json = answer.json()
    return said


async def _seed_reporting(opened: Running) -> None:
    """By events of the others."""
    world = reporting_world
    torchbearer = world.person(PERSON, "torchbearer", world.LUMME)
    learning = world.learning("Liitteen ohje", en="Instructions")
    told = [*world.everything(), torchbearer, world.look_back("r", learning)]
    await _hear(opened, "reporting", [*told, *_everyone()])
    await confirm(opened.database)


async def _seed_notifications(opened: Running) -> None:
    """By events of the others, one of which is told."""
    world, settings = notifications_world, opened.app.state.api.settings
    await tick(opened.database, settings)
    told = [*world.everything(), *_everyone(), *map(world.contact, map(login, TOLD))]
    await _hear(opened, "notifications", [*told, world.check_in()])
    await confirm(opened.database)
    await tick(opened.database, settings)
    rows = await opened.database.pool.fetch("SELECT id FROM notifications")
    opened.kinds["notifications"] = [str(row["id"]) for row in rows]
    opened.known[:0] = opened.kinds["notifications"]


TOLD = (*IN_TEAM, HEAD, NO_ROLE)


def _everyone() -> Iterator[Event]:
    """Who holds each role in reporting's agency, and who holds none any more."""
    world = reporting_world
    ended = world.TODAY - timedelta(days=2)
    for role in IN_TEAM:
        yield world.person(login(role), role, world.LUMME)
    yield world.person(login(HEAD), HEAD, world.HOUSING)
    yield world.person(login(NO_ROLE), "member", world.LUMME, until=ended)


async def _hear(opened: Running, service: str, events: Sequence[Event]) -> None:
    await opened.database.pool.executemany(
        "INSERT INTO consumer_offsets VALUES ($1, $2, 0, 'an-id', 0)",
        [(service, topic) for topic in APPS[service].TOPICS],
    )
    world = WORLDS[service]
    projector = Projector(opened.database, service, APPS[service].READS, Health())
    await projector.apply(list(world.records(events, 0)))
    for event in events:
        opened.known += [event.subject_id, *_goals(event)]
        opened.kinds.setdefault(event.kind, []).append(event.subject_id)
        opened.kinds.setdefault("key-results", []).extend(_goals(event))
    opened.known[:] = dict.fromkeys(one for one in opened.known if "/" not in one)


def _goals(event: Event) -> list[str]:
    return [str(goal.id) for goal in getattr(event, "key_results", ())]


WORLDS: dict[str, Any] = {
    "checkins": checkins_world, "reporting": reporting_world, "notifications": notifications_world,
}  # fmt: skip
SEEDS = {
    "okr": _seed_okr, "checkins": _seed_checkins, "reporting": _seed_reporting,
    "notifications": _seed_notifications,
}  # fmt: skip
