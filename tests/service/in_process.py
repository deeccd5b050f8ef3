"""The APIs for plain tests: each on a loop of its own thread, told of a small agency."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import db
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.settings import Settings
from chassis.testing.identity import Issuer
from contracts.envelope import Event
from services.checkins import app as checkins
from services.notifications import app as notifications
from services.notifications.rules.ticking import tick
from services.okr import app as okr
from services.reporting import app as reporting
from tests.service.checkins import world as checkins_world
from tests.service.notifications import world as notifications_world
from tests.service.okr.conftest import Json, Okr, text
from tests.service.reporting import world as reporting_world

T = TypeVar("T")
APPS: dict[str, Any] = {
    "okr": okr, "checkins": checkins, "reporting": reporting, "notifications": notifications,
}  # fmt: skip
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


@contextmanager
def running(service: str, dsn: str) -> Iterator[Running]:
    """The API of `service` on a migrated database."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    opened = run(_open(service, dsn, run))
    yield opened
    run(_close(opened))
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _open(service: str, dsn: str, run: Any) -> Running:
    issuer = Issuer()
    settings = Settings(kafka="unused:9", postgres=SecretStr(dsn), issuer=issuer.issuer)
    database = await db.connect(settings, service, "api")
    app = APPS[service].create_app(settings, database, issuer.transport)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=f"http://{service}")
    opened = Running(app, issuer, client, database, [], run)
    await SEEDS[service](opened)
    return opened


async def _close(opened: Running) -> None:
    await opened.client.aclose()
    await opened.database.pool.close()


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
    events = [
        *world.everything(),
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
    await _hear(
        opened, "reporting", [*world.everything(), torchbearer, world.look_back("r", learning)]
    )
    await opened.database.pool.execute("UPDATE consumer_offsets SET lag = 0, confirmed_at = now()")


async def _seed_notifications(opened: Running) -> None:
    """By events of the others, one of which is told."""
    world, settings = notifications_world, opened.app.state.api.settings
    await tick(opened.database, settings)
    await _hear(opened, "notifications", [*world.everything(), world.check_in()])
    await opened.database.pool.execute(
        "UPDATE consumer_offsets SET lag = 0, confirmed_at = clock_timestamp()"
    )
    await tick(opened.database, settings)
    rows = await opened.database.pool.fetch("SELECT id FROM notifications")
    opened.known[:0] = [str(row["id"]) for row in rows]


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
