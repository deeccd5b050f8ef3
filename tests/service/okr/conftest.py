"""okr's API on a real PostgreSQL, and what a test says to it."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias
from uuid import uuid4

import asyncpg
import httpx
import orjson
import pytest
from fastapi import FastAPI

from chassis import db
from chassis.testing.conformance import deviations
from chassis.testing.identity import Issuer
from tests.conftest import NewDatabase
from tests.service.applications import api_on, issuer, settings_of
from tests.service.described import described

Json: TypeAlias = dict[str, Any]
SINCE = date(2020, 1, 1).isoformat()


def text(words: str) -> Json:
    """A text in Finnish alone."""
    return {"source": "fi", "fi": words}


def known(said: Any) -> Any:
    """JSON without what is null: an answer says it, an event leaves it out."""
    if isinstance(said, dict):
        return {name: known(value) for name, value in said.items() if value is not None}
    return [known(value) for value in said] if isinstance(said, list) else said


@dataclass
class Okr:
    """The running API; the caller `admin` and `strategy` have those roles by claim."""

    app: FastAPI
    client: httpx.AsyncClient
    issuer: Issuer
    db: db.Database

    async def ask(
        self,
        method: str,
        path: str,
        body: Json | None = None,
        *,
        caller: str = "admin",
        version: int | None = None,
        headers: dict[str, str] | None = None,
        **claims: Any,
    ) -> httpx.Response:
        """An answer, held against the API's description.

        A POST that names no `version` is a creation with a key of its own.
        """
        roles = [caller] if caller in {"admin", "strategy"} else None
        sent = self.issuer.headers(caller, **({"roles": roles} | claims)) | (headers or {})
        if version is not None:
            sent["If-Match"] = f'"{version}"'
        elif method == "POST":
            sent.setdefault("Idempotency-Key", uuid4().hex)
        answer = await self.client.request(method, path, json=body, headers=sent)
        assert deviations(described("okr"), answer) == []
        return answer

    async def done(self, method: str, path: str, body: Json | None = None, **more: Any) -> Json:
        """What is answered, without nulls, to a request that must succeed."""
        answer = await self.ask(method, path, body, **more)
        assert answer.status_code in {200, 201}, answer.text
        said: Json = known(answer.json())
        return said

    async def refused(
        self, method: str, path: str, body: Json | None = None, **more: Any
    ) -> tuple[int, str]:
        """Status and code of the problem that is answered."""
        answer = await self.ask(method, path, body, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["code"]

    async def unit(self, name: str = "Tieto", **more: Any) -> Json:
        return await self.done("POST", "/units", {"kind": "unit", "name": text(name)} | more)

    async def team(self, name: str = "Lumme", parent: str | None = None) -> Json:
        parent = parent or (await self.unit())["id"]
        return await self.done("POST", "/teams", {"name": text(name), "parent": parent})

    async def person(self, login: str, *roles: tuple[str, str]) -> Json:
        """A person with each (role, team or, for a head, unit) since long ago."""
        held = [
            {"role": role, "unit" if role == "head" else "team": place, "since": SINCE}
            for role, place in roles
        ]
        logins = [{"issuer": self.issuer.issuer, "subject": login}]
        said = {"name": login.title(), "logins": logins, "memberships": held}
        return await self.done("POST", "/people", said)

    async def cycle(self, *, opened: bool = True, **more: Any) -> Json:
        said = {"name": text("T3"), "kind": "tertial", "start": "2026-09-01", "end": "2026-12-31"}
        cycle = await self.done("POST", "/cycles", said | more)
        if opened:
            path = f"/cycles/{cycle['id']}/open"
            cycle = await self.done("POST", path, version=1)
        return cycle

    async def published(self, topic: str) -> list[tuple[Json, Json]]:
        """Headers and data of what the outbox holds for a topic, in order."""
        rows: list[asyncpg.Record] = await self.db.pool.fetch(
            "SELECT headers, value FROM outbox WHERE topic = $1 ORDER BY seq", topic
        )
        return [(orjson.loads(row["headers"]), orjson.loads(row["value"])) for row in rows]


async def until_waiting(okr: Okr) -> None:
    """Until a call waits for a lock that somebody else holds."""
    waiting = (
        "SELECT FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while not await okr.db.pool.fetch(waiting):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


@pytest.fixture
async def okr(new_database: NewDatabase) -> AsyncIterator[Okr]:
    settings = settings_of(issuer(), new_database("okr").app)
    database = await db.connect(settings, "okr", "api")
    app = api_on("okr", database)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://okr") as client:
        yield Okr(app, client, issuer(), database)
    await database.pool.close()
