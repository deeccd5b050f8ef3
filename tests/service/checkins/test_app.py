"""The API as a whole: each route has its row of access, a door, and a true description."""

from chassis.api import access_differences
from tests.service.checkins import world
from tests.service.checkins.conftest import Desk, told


async def test_every_route_has_its_row_of_access(desk: Desk) -> None:
    assert not access_differences(desk.app)


async def test_strangers_are_refused_everywhere(desk: Desk) -> None:
    described = (await desk.client.get("/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    for path, operations in described["paths"].items():
        here = path.replace("{", "").replace("}", "")
        for method in operations:
            answer = await desk.client.request(method.upper(), f"/{here}", json={})
            assert answer.status_code in (401, 404), path
    path = f"/retros/{world.OBJECTIVE}"
    assert told(await desk.ask("GET", path, "nobody")) == (403, "unknown-person")


async def test_problems_are_told_in_the_callers_language(desk: Desk) -> None:
    titles = set()
    for language in ("fi", "sv", "en"):
        answer = await desk.ask(
            "GET", "/objectives/00000000-0000-0000-0000-000000000000/check-ins",
            headers={"accept-language": language},
        )  # fmt: skip
        assert told(answer) == (404, "objective-unknown")
        assert answer.headers["content-language"] == language
        titles.add(answer.json()["title"])
    assert len(titles) == 3
