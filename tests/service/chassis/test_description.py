"""The description of an API says what its doors ask for, and every route has a row of access."""

import pytest
from fastapi import FastAPI

from chassis.api import access_differences
from chassis.doors import Creation
from chassis.routing import Router
from tests.service.chassis.conftest import Toy
from tests.service.chassis.toy import NewNote, NoteChanged


async def test_it_is_open_to_read(service: Toy) -> None:
    answer = await service.client.get("/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")
    assert answer.json()["security"] == [{"token": []}]
    for page in ("/docs", "/redoc"):
        assert (await service.client.get(page)).status_code == 401
        assert (await service.ask("GET", page)).status_code == 404


async def test_each_door_says_what_it_asks_for(service: Toy) -> None:
    paths = service.app.openapi()["paths"]
    expected = {
        ("/notes", "post"): {"Idempotency-Key"},
        ("/notes/{id}/change", "post"): {"If-Match"},
        ("/notes/by-ref/{system}/{key}", "put"): set(),
        ("/notes/{id}", "get"): set(),
    }
    for (path, method), required in expected.items():
        headers = [one for one in paths[path][method]["parameters"] if one["in"] == "header"]
        assert {one["name"] for one in headers if one["required"]} == required
        assert {"Soihtu-After", "Accept-Language"} <= {one["name"] for one in headers}


async def test_problems_are_declared_where_they_can_occur(service: Toy) -> None:
    paths = service.app.openapi()["paths"]
    made, changed = paths["/notes"]["post"]["responses"], paths["/notes/{id}/change"]["post"]
    imported = paths["/notes/by-ref/{system}/{key}"]["put"]["responses"]
    assert {"201", "400", "401", "403", "413", "422", "503"} <= made.keys()
    assert {"412", "428"} <= changed["responses"].keys()
    assert {"200", "201", "409", "412"} <= imported.keys()
    assert not {"200", "409", "412", "428"} & made.keys()
    assert "412" not in paths["/notes/{id}"]["get"]["responses"]
    assert "HTTPValidationError" not in str(service.app.openapi())


async def test_every_route_has_a_row_and_every_row_a_route(service: Toy) -> None:
    assert access_differences(service.app) == []


def test_a_route_without_a_name_or_a_door_is_not_made() -> None:
    router = Router()

    async def nameless(body: NewNote, door: Creation) -> NoteChanged:
        return await door.run(body, lambda _: nameless(body, door))

    async def doorless() -> NewNote | None:
        return None

    with pytest.raises(TypeError, match="operation_id"):
        router.post("/x")(nameless)
    with pytest.raises(TypeError, match="0 doors"):
        router.post("/x", operation_id="x")(doorless)


def test_a_plain_route_is_found_out(service: Toy) -> None:
    app: FastAPI = service.app
    app.get("/plain")(lambda: None)
    with pytest.raises(TypeError, match="/plain"):
        access_differences(app)
