"""Who may ask at all, and reading one's own writes."""

import pytest

from chassis.api import access_differences
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

PATHS = [
    f"/teams/{world.LUMME}/board",
    f"/teams/{world.LUMME}/duties",
    "/overview",
    "/practice",
    f"/key-results/{world.WAITING}/history",
    "/learnings",
    "/serves?of=me",
    "/findings",
]


def test_every_route_has_a_row(empty_desk: Desk) -> None:
    assert access_differences(empty_desk.app) == []


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("caller", "more", "status"),
    [
        ("revontuli.member1", {}, 200),
        ("admin", {"roles": ["admin"]}, 200),
        ("machine.queue", {"scope": "values:write"}, 403),
        ("stranger", {}, 403),
    ],
)
async def test_goals_and_progress_are_for_all_staff(
    desk: Desk, path: str, caller: str, more: dict[str, object], status: int
) -> None:
    answer = await desk.client.get(path, headers=desk.issuer.headers(caller, **more))
    assert answer.status_code == status


async def test_without_a_token(desk: Desk) -> None:
    answer = await desk.client.get("/overview")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_the_interface_describes_itself(desk: Desk) -> None:
    described = (await desk.client.get("/openapi.json")).json()
    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) == len(PATHS)
    for path in described["paths"].values():
        names = [(one["in"], one["name"]) for one in path["get"]["parameters"]]
        assert len(names) == len(set(names))


async def test_a_caller_can_wait_for_what_they_wrote(desk: Desk) -> None:
    reached = [
        f"objectives/{world.WAITING_GOAL}@1",
        f"team-cycles/{world.LUMME}/{world.CYCLE}@1",
        f"counted/{world.an_id('check-in')}@1",
        f"people/{world.an_id('lumme.member1')}@9",
    ]
    answer = await desk.ask("/overview", headers={"soihtu-after": ", ".join(reached)})
    assert answer.status_code == 200
    ahead = f"counted/{world.an_id('check-in')}@2"
    answer = await desk.ask("/overview", headers={"soihtu-after": ahead})
    assert (answer.status_code, answer.json()["missing"]) == (503, [ahead])


async def test_problems_are_told_in_the_callers_language(empty_desk: Desk) -> None:
    await empty_desk.hear(world.person("lumme.member1", "member", world.LUMME))
    titles = set()
    for language in ("fi", "sv", "en"):
        answer = await empty_desk.ask("/overview", headers={"accept-language": language})
        assert answer.json()["code"] == "no-cycle-yet"
        assert answer.headers["content-language"] == language
        titles.add(answer.json()["title"])
    assert len(titles) == 3
