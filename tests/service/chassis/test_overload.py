"""What an API does when more is asked of it than it takes on."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from chassis import db
from chassis.middleware import BODY_WITHIN
from chassis.settings import Settings
from chassis.testing.identity import Issuer, new_key
from tests.service.chassis import toy
from tests.service.chassis.conftest import Toy
from tests.service.chassis.test_doors import NOTE, write

PLACES = 3
LANGUAGES = {"fi": "ruuhkaa", "sv": "överbelastad", "en": "overloaded"}
NewToy = Callable[..., Any]


@pytest.fixture
async def serve(database: db.Database) -> NewToy:
    """`serve(max_in_flight=3)`: the toy service with other settings, and bounds of bodies."""

    @asynccontextmanager
    async def made(
        body_within: float = BODY_WITHIN, patience: float = db.PATIENCE, **named: Any
    ) -> AsyncIterator[Toy]:
        issuer = Issuer()
        settings = Settings(
            kafka="unused:9", postgres=SecretStr("unused"), issuer=issuer.issuer, **named
        )
        patient = replace(database, patience=patience)
        app = toy.create_app(settings, patient, issuer.transport, body_within)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://toy") as client:
            yield Toy(app, client, issuer, database)

    return made


@asynccontextmanager
async def all_places_taken(service: Toy) -> AsyncIterator[list["asyncio.Task[Any]"]]:
    """Changes in every place, each waiting for its note's row, which is let go at the end."""
    notes = [(await write(service, f"note-{number}")).json() for number in range(PLACES)]
    async with service.db.pool.acquire() as conn:
        holding = conn.transaction()
        await holding.start()
        await conn.execute("SELECT FROM notes FOR UPDATE")
        changes = [asyncio.create_task(change(service, note)) for note in notes]
        await until_waiting(service, PLACES)
        yield changes
        await holding.rollback()


async def change(service: Toy, note: dict[str, Any]) -> Any:
    body = NOTE | {"words": "changed"}
    return await service.ask(
        "POST", f"/notes/{note['id']}/change", json=body, headers={"If-Match": '"1"'}
    )


async def until_waiting(service: Toy, count: int) -> None:
    query = (
        "SELECT FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    while len(await service.fetch(query)) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


async def test_one_more_than_there_are_places_is_refused_at_once(serve: NewToy) -> None:
    async with serve(max_in_flight=PLACES) as service:
        async with all_places_taken(service) as changes:
            for language, word in LANGUAGES.items():
                headers = {"Accept-Language": language}
                refused = await service.ask("GET", "/notes", headers=headers)
                assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
                assert 1 <= int(refused.headers["retry-after"]) <= 3
                assert refused.headers["content-language"] == language
                assert word in refused.json()["title"]
            anonymous = await service.client.get("/notes")
            assert anonymous.status_code == 503
            described = await service.client.get("/openapi.json")
            assert described.status_code == 200
            assert not any(task.done() for task in changes)
        assert {(await task).status_code for task in changes} == {200}
        again = await asyncio.gather(*(service.ask("GET", "/notes") for _ in range(PLACES)))
        assert {answer.status_code for answer in again} == {200}


async def test_who_gets_no_connection_is_not_kept_waiting(serve: NewToy) -> None:
    async with serve(patience=0.05) as service:
        async with AsyncExitStack() as stack:
            for _ in range(service.db.pool.get_max_size()):
                await stack.enter_async_context(service.db.pool.acquire())
            refused = await service.ask("GET", "/notes")
            assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
            assert 1 <= int(refused.headers["retry-after"]) <= 3
        assert (await service.ask("GET", "/notes")).status_code == 200


async def test_what_is_refused_or_fails_leaves_its_place(serve: NewToy) -> None:
    async with serve(max_in_flight=1) as service:
        assert (await service.client.get("/notes")).status_code == 401
        assert (await service.ask("GET", "/nowhere")).status_code == 404
        assert (await service.ask("GET", "/broken/x")).status_code == 500
        assert (await service.ask("POST", "/notes", content=b"{")).status_code in (400, 415)
        assert (await service.ask("GET", "/notes")).status_code == 200


async def test_who_waits_for_the_identity_provider_has_no_place(serve: NewToy) -> None:
    async with serve(max_in_flight=1) as service:
        service.issuer.held.clear()
        key = new_key("stranger")
        headers = {"Authorization": f"Bearer {service.issuer.token('x', key=key)}"}
        strangers = [
            asyncio.create_task(service.client.get("/notes", headers=headers)) for _ in range(3)
        ]
        while not service.issuer.asked:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert (await service.client.get("/notes")).status_code == 401
        assert not any(task.done() for task in strangers)
        service.issuer.held.set()
        assert {(await task).json()["code"] for task in strangers} == {"token-refused"}
        assert service.issuer.asked == 1
        assert (await service.ask("GET", "/notes")).status_code == 200


def scope_of(service: Toy, method: str, path: str) -> dict[str, Any]:
    named = service.issuer.headers("admin", roles=["admin"]) | {
        "content-type": "application/json", "idempotency-key": "k",
    }  # fmt: skip
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http",
        "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 2),
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip


async def test_a_body_that_dawdles_does_not_keep_its_place(serve: NewToy) -> None:
    answer: list[dict[str, Any]] = []

    async def never() -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    async def send(message: dict[str, Any]) -> None:
        answer.append(message)

    async with serve(max_in_flight=1, body_within=0.05) as service:
        await service.app(scope_of(service, "POST", "/notes"), never, send)
        assert answer[0]["status"] == 408
        assert json.loads(answer[1]["body"])["code"] == "body-too-slow"
        assert (await service.ask("GET", "/notes")).status_code == 200


async def test_who_does_not_take_the_answer_does_not_keep_a_place(serve: NewToy) -> None:
    answering, taken = asyncio.Event(), asyncio.Event()

    async def nothing() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def dawdle(_: dict[str, Any]) -> None:
        answering.set()
        await taken.wait()

    async with serve(max_in_flight=1) as service:
        slow = asyncio.create_task(service.app(scope_of(service, "GET", "/notes"), nothing, dawdle))
        await answering.wait()
        assert (await service.ask("GET", "/notes")).status_code == 200
        taken.set()
        await slow


async def test_a_principal_over_its_rate_is_refused_and_no_other(serve: NewToy) -> None:
    async with serve(rate=0.001, rate_machines=0.002, rate_burst=1500) as service:
        for _ in range(3):
            assert (await service.ask("GET", "/notes")).status_code == 200
        refused = await service.ask("GET", "/notes", headers={"Accept-Language": "en"})
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
        assert refused.json()["title"] == "Too many requests"
        assert 0 < int(refused.headers["retry-after"]) <= 500
        for status in (403, 429):
            assert (await service.ask("GET", "/notes", caller="other")).status_code == status


async def test_who_asks_too_often_is_told_so_whatever_others_do(serve: NewToy) -> None:
    asked = 2 * PLACES + 2
    limits = {"max_in_flight": PLACES, "rate_machines": 0.001, "rate_burst": 1000 * asked}
    async with serve(**limits) as service:
        mine = service.issuer.headers("admin", roles=["admin"])  # each second has another token
        assert (await service.ask("GET", "/notes", headers=mine)).status_code == 200
        async with all_places_taken(service):
            asks = [await service.ask("GET", "/notes", headers=mine) for _ in range(3)]
            assert [answer.status_code for answer in asks] == [503, 429, 429]
