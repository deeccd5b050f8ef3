"""checkins on a real PostgreSQL, told of a small agency, asked over HTTP."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chassis import db, ids
from chassis.consumer import Projector
from chassis.ops import Health
from chassis.received import Record
from chassis.settings import Settings
from chassis.testing.conformance import deviations
from chassis.testing.identity import Issuer
from contracts.envelope import Event
from local.throwaway import ThrowAwayParts
from services.checkins.app import READS, TOPICS
from tests.service import applications
from tests.service.applications import api_on
from tests.service.checkins import world
from tests.service.described import described

GROUP = "checkins"


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
        """okr has said something."""
        await self.apply(world.records(events, self._offset))
        self._offset += len(events)

    async def apply(self, records: Any) -> None:
        """Records have come from Kafka."""
        kept: list[Record] = list(records)
        await self.projector.apply(kept)

    async def confirmed(self, ago: timedelta | None = timedelta()) -> None:
        """Every partition was read to its end so long ago; None: never."""
        at = None if ago is None else datetime.now(UTC) - ago
        await self.db.pool.execute("UPDATE consumer_offsets SET lag = 0, confirmed_at = $1", at)

    async def ask(
        self, method: str, path: str, caller: str = "lumme.member1", **more: Any
    ) -> httpx.Response:
        """An answer to `caller`; creations get a key of their own."""
        roles = ["admin"] if caller == "admin" else None
        headers = self.issuer.headers(caller, roles=roles) | {"accept-language": "en"}
        if method == "POST":
            headers["idempotency-key"] = str(ids.new())
        headers |= more.pop("headers", {})
        answer = await self.client.request(method, path, headers=headers, **more)
        assert not deviations(described("checkins"), answer)
        return answer

    async def check_in(self, *entries: Mapping[str, Any], **more: Any) -> httpx.Response:
        """A check-in of Lumme by its member, or as `more` says."""
        caller = more.pop("caller", "lumme.member1")
        body = {
            "objective": str(world.OBJECTIVE),
            "team": str(world.LUMME),
            "entries": list(entries) or [said(world.WAITING)],
        }
        return await self.ask("POST", "/check-ins", caller, json=body | more)

    async def correct(self, state: Any, caller: str = "lumme.member1", **said: Any) -> Any:
        """A correction of the check-in `state`, of which the version is expected."""
        headers = {"if-match": f'"{state["version"]}"'}
        return await self.ask(
            "PUT", f"/check-ins/{state['id']}", caller, json=said, headers=headers
        )

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        found: list[asyncpg.Record] = await self.db.pool.fetch(query, *arguments)
        return found


def said(key_result: Any, value: float = 500, **more: Any) -> dict[str, Any]:
    """An entry of a check-in."""
    return {"key_result": str(key_result), "value": value, **more}


def told(answer: httpx.Response) -> tuple[int, str]:
    """The status and code of a problem."""
    return answer.status_code, answer.json()["code"]


@pytest.fixture(scope="session")
async def opened(throwaway_parts: ThrowAwayParts) -> AsyncIterator[db.Database]:
    throwaway_parts.start("postgres")
    made = throwaway_parts.database("checkins")
    settings = Settings(kafka="unused:9", postgres=SecretStr(made.app))
    database = await db.connect(settings, "checkins", "api")
    yield database
    await database.pool.close()


@pytest.fixture
async def database(opened: db.Database) -> db.Database:
    """A database in which nothing has happened yet."""
    tables = await opened.pool.fetch(
        "SELECT tablename FROM pg_tables"
        " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    )
    await opened.pool.execute("; ".join(f"DELETE FROM {row[0]}" for row in tables))  # noqa: S608
    await opened.pool.executemany(
        "INSERT INTO consumer_offsets VALUES ($1, $2, 0, 'an-id', 0)",
        [(GROUP, topic) for topic in TOPICS],
    )
    return opened


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return applications.issuer()


@pytest.fixture
async def empty_desk(database: db.Database, issuer: Issuer) -> AsyncIterator[Desk]:
    """checkins before it has heard of anything."""
    app = api_on("checkins", database)
    projector = Projector(database, GROUP, READS, Health())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://checkins") as client:
        yield Desk(app, client, issuer, database, projector)


@pytest.fixture
async def desk(empty_desk: Desk) -> Desk:
    """checkins in a small agency, up to date."""
    await empty_desk.hear(*world.everything())
    await empty_desk.confirmed()
    return empty_desk
