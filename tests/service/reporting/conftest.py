"""reporting on a real PostgreSQL, told of a small agency, asked over HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import db
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.settings import Settings
from chassis.testing.conformance import deviations
from chassis.testing.identity import Issuer
from contracts.envelope import Event
from local.throwaway import ThrowAwayParts
from services.reporting.app import READS, TOPICS
from tests.service import applications
from tests.service.applications import api_on
from tests.service.described import described
from tests.service.reporting import world

GROUP = "reporting"


@dataclass
class Desk:
    """The running service, and what a test does to it."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    db: db.Database
    projector: Projector
    _offset: int = field(default=0)

    async def hear(self, *events: Event) -> None:
        """The other services have said something, in one batch."""
        await self.projector.apply(list(world.records(events, self._offset)))
        self._offset += len(events)

    async def ask(self, path: str, caller: str = "lumme.member1", **more: Any) -> httpx.Response:
        """The answer to `caller`, as the API describes it."""
        roles = ["admin"] if caller == "admin" else None
        headers = self.issuer.headers(caller, roles=roles) | {"accept-language": "en"}
        headers |= more.pop("headers", {})
        answer = await self.client.get(path, headers=headers, **more)
        assert deviations(described("reporting"), answer) == []
        return answer

    async def told(self, path: str, caller: str = "lumme.member1", **more: Any) -> Any:
        """The body of the answer to `caller`, which is a good one."""
        answer = await self.ask(path, caller, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def confirmed(self, ago: timedelta | None = timedelta()) -> None:
        """Every partition was read to its end so long ago; None: never."""
        at = None if ago is None else datetime.now(UTC) - ago
        await self.db.pool.execute("UPDATE consumer_offsets SET lag = 0, confirmed_at = $1", at)

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await self.db.pool.fetch(query, *arguments)
        return found


async def empty(database: db.Database) -> None:
    """Make it as if nothing had happened yet."""
    tables = await database.pool.fetch(
        "SELECT tablename FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    await database.pool.execute("; ".join(f"DELETE FROM {row[0]}" for row in tables))  # noqa: S608
    await database.pool.executemany(
        "INSERT INTO consumer_offsets VALUES ($1, $2, 0, 'an-id', 0)",
        [(GROUP, topic) for topic in TOPICS],
    )


@pytest.fixture(scope="session")
async def opened(throwaway_parts: ThrowAwayParts) -> AsyncIterator[db.Database]:
    throwaway_parts.start("postgres")
    made = throwaway_parts.database("reporting")
    settings = Settings(kafka="unused:9", postgres=SecretStr(made.app))
    database = await db.connect(settings, "reporting", "api")
    yield database
    await database.pool.close()


@pytest.fixture
async def database(opened: db.Database) -> db.Database:
    """A database in which nothing has happened yet."""
    await empty(opened)
    return opened


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return applications.issuer()


@pytest.fixture
async def empty_desk(database: db.Database, issuer: Issuer) -> AsyncIterator[Desk]:
    """reporting before it has heard of anything."""
    app = api_on("reporting", database)
    projector = Projector(database, GROUP, READS, Health())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://reporting") as client:
        yield Desk(app, client, issuer, database, projector)


@pytest.fixture
async def desk(empty_desk: Desk) -> Desk:
    """reporting in a small agency, up to date."""
    await empty_desk.hear(*world.everything())
    await empty_desk.confirmed()
    return empty_desk
