"""The pillars of the strategy over HTTP, and the goals that serve them."""

from uuid import uuid4

import pytest

from tests.service.okr.conftest import Json, Okr, known, text
from tests.service.okr.goals import UP, Goals

SAID = {"name": text("Ajallaan"), "promise": text("Apu ehtii."), "order": 2}
LEADS = "revontuli.torchbearer"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def pillar(okr: Okr, **more: object) -> Json:
    return await okr.done("POST", "/pillars", SAID | more, caller="strategy")


async def test_a_pillar_is_added_changed_and_retired_for_good(okr: Okr) -> None:
    made = await pillar(okr)
    path = f"/pillars/{made['id']}"
    assert (made["state"], made["version"], made["promise"]["fi"]) == ("current", 1, "Apu ehtii.")
    assert await okr.refused("PUT", path, SAID, version=9) == (412, "changed-since")
    changed = await okr.done("PUT", path, SAID | {"order": 3}, version=1, caller="strategy")
    retired = await okr.done("POST", f"{path}/retire", version=2, caller="strategy")
    assert (changed["order"], retired["state"]) == (3, "retired")
    assert await okr.refused("PUT", path, SAID, version=3) == (409, "pillar-retired")
    assert await okr.refused("POST", f"{path}/retire", version=3) == (409, "pillar-retired")
    assert await okr.done("GET", path) == retired
    for topic in ("soihtu.okr.v1", "soihtu.open.v1"):
        told = [data for _, data in await okr.published(topic) if "promise" in data]
        assert [it["change"] for it in told] == ["created", "changed", "retired"]


async def test_a_pillar_is_put_by_reference(okr: Okr) -> None:
    path = "/pillars/by-ref/elsewhere/ajallaan"
    made = await okr.done("PUT", path, SAID)
    again = await okr.ask("PUT", path, SAID)
    assert (known(again.json()), again.headers["soihtu-outcome"]) == (made, "unchanged")
    assert (await okr.done("PUT", path, SAID | {"order": 1}))["version"] == 2


async def test_pillars_are_listed_by_their_place(okr: Okr) -> None:
    for order in (3, 1, 2, 1):
        await pillar(okr, order=order)
    listed: list[int] = []
    after = ""
    while True:
        page = await okr.done("GET", f"/pillars?limit=1{after}")
        listed += [it["order"] for it in page["items"]]
        if "next" not in page:
            break
        after = f"&after={page['next']}"
    assert listed == [1, 1, 2, 3]
    assert await okr.refused("GET", "/pillars?after=x") == (400, "malformed-cursor")


async def test_a_goal_serves_pillars_that_there_are(goals: Goals) -> None:
    okr = goals.okr
    served, other = (await pillar(okr))["id"], (await pillar(okr, order=1))["id"]
    unknown = goals.draft(UP, serves=[str(uuid4())])
    assert await okr.refused("POST", "/objectives", unknown, caller=LEADS) == (
        422, "unknown-pillar",
    )  # fmt: skip
    agreed = await goals.agreed(serves=[served, served])
    assert agreed["serves"] == [served]
    path = f"/objectives/{agreed['id']}/contributions"
    links: Json = {"contributes_to": []}
    as_before = await okr.done("PUT", path, links, version=2, caller=LEADS)
    assert as_before["serves"] == [served]
    more = await okr.done("PUT", path, links | {"serves": [served, other]}, version=3, caller=LEADS)
    assert more["serves"] == [served, other]
    public = [it for _, it in await okr.published("soihtu.open.v1") if "title" in it]
    assert public[-1]["serves"] == [served, other]


async def test_what_served_a_retired_pillar_goes_on_to_and_nothing_else_begins(
    goals: Goals,
) -> None:
    okr = goals.okr
    served = (await pillar(okr))["id"]
    agreed = await goals.agreed(serves=[served])
    await okr.done("POST", f"/pillars/{served}/retire", version=1)
    path = f"/objectives/{agreed['id']}/contributions"
    links = {"contributes_to": [], "serves": [served]}
    kept = await okr.done("PUT", path, links, version=2, caller=LEADS)
    assert kept["serves"] == [served]
    another = goals.draft(UP, serves=[served])
    assert await okr.refused("POST", "/objectives", another, caller=LEADS) == (
        409, "pillar-retired",
    )  # fmt: skip
    frame = {name: it for name, it in another.items() if name != "key_results"}
    refused = await okr.refused("PUT", "/objectives/by-ref/elsewhere/1", frame)
    assert refused == (409, "pillar-retired")
