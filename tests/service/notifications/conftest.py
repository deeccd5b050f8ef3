"""Notifications on a real PostgreSQL, told of a small agency, asked over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chassis import db
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.settings import Settings
from chassis.testing.conformance import deviations
from chassis.testing.identity import Issuer
from contracts.envelope import Event, Origin
from services.notifications.app import READS, TOPICS
from services.notifications.rules.ticking import GROUP, tick
from tests.conftest import NewDatabase
from tests.service import applications
from tests.service.applications import api_on
from tests.service.described import described
from tests.service.notifications import world

Json = dict[str, Any]


@dataclass
class Desk:
    """The running service, and what a test does to it."""

    client: httpx.AsyncClient
    issuer: Issuer
    db: db.Database
    projector: Projector
    settings: Settings
    _offset: int = field(default=0)

    async def hear(
        self, *events: Event, origin: Origin = "command", age: timedelta = timedelta()
    ) -> None:
        """The other services have said something, in one batch, so long ago."""
        await self.projector.apply(
            list(world.records(events, self._offset, origin=origin, age=age))
        )
        self._offset += len(events)

    async def tell(self) -> None:
        """The copy is confirmed, and what was noted is told; what is due is noted first."""
        for _ in range(2):
            await self.confirm()
            await tick(self.db, self.settings)

    async def confirm(self) -> None:
        """All that the others have said so far is here."""
        await self.db.pool.execute(
            "UPDATE consumer_offsets SET lag = 0, confirmed_at = clock_timestamp()"
        )

    async def ask(
        self, method: str, path: str, caller: str, body: Json | None = None, **headers: str
    ) -> httpx.Response:
        """The answer to `caller`, as the API describes it."""
        roles = ["admin"] if caller == "admin" else None
        sent = self.issuer.headers(caller, roles=roles) | headers
        answer = await self.client.request(method, path, json=body, headers=sent)
        assert deviations(described("notifications"), answer) == []
        return answer

    async def inbox(self, who: str, query: str = "") -> list[Json]:
        """A person's inbox, the newest first."""
        answer = await self.ask("GET", f"/me/notifications{query}", who)
        assert answer.status_code == 200, answer.text
        found: list[Json] = answer.json()["items"]
        return found

    async def told(self, kind: str) -> set[str]:
        """Whom something of a kind was told to, by their logins."""
        rows = await self.db.pool.fetch(
            "SELECT name FROM notifications JOIN contacts USING (person) WHERE rule = $1", kind
        )
        return {row["name"] for row in rows}

    async def value(self, query: str, *given: object) -> Any:
        return await self.db.pool.fetchval(query, *given)


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return applications.issuer()


@pytest.fixture
async def empty_desk(new_database: NewDatabase, issuer: Issuer) -> AsyncIterator[Desk]:
    """Notifications before they have heard of anything."""
    settings = Settings(
        kafka="unused:9",
        postgres=SecretStr(new_database("notifications").app),
        issuer=issuer.issuer,
    )
    database = await db.connect(settings, "notifications", "worker")
    await database.pool.executemany(
        "INSERT INTO consumer_offsets VALUES ($1, $2, 0, 'an-id', 0)",
        [(GROUP, topic) for topic in TOPICS],
    )
    await tick(database, settings)
    app = api_on("notifications", database)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    projector = Projector(database, GROUP, READS, Health())
    async with httpx.AsyncClient(transport=transport, base_url="http://notifications") as client:
        yield Desk(client, issuer, database, projector, settings)
    await database.pool.close()


@pytest.fixture
async def desk(empty_desk: Desk) -> Desk:
    """Notifications in a small agency that was there before."""
    await empty_desk.hear(*world.everything(), age=timedelta(days=30))
    return empty_desk
