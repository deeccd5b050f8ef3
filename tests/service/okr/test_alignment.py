"""Links to key results anywhere: each is one to its objective too, and no loop comes of any."""

import asyncio
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.service.okr.conftest import Json, Okr
from tests.service.okr.ending import Ending
from tests.service.okr.goals import UP, Goals

LEADS = "revontuli.torchbearer"
MEMBER = "revontuli.member"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


def key_result(objective: Json, number: int = 0) -> str:
    found: str = objective["key_results"][number]["id"]
    return found


async def link(goals: Goals, objective: Json, **said: list[str]) -> Json:
    now = await goals.okr.done("GET", f"/objectives/{objective['id']}")
    return await goals.okr.done(
        "PUT", f"/objectives/{objective['id']}/contributions", {"contributes_to": []} | said,
        version=now["version"], caller=LEADS,
    )  # fmt: skip


async def refused(goals: Goals, objective: Json, **said: list[str]) -> tuple[int, str]:
    now = await goals.okr.done("GET", f"/objectives/{objective['id']}")
    return await goals.okr.refused(
        "PUT", f"/objectives/{objective['id']}/contributions", {"contributes_to": []} | said,
        version=now["version"], caller=LEADS,
    )  # fmt: skip


async def elsewhere(goals: Goals) -> Json:
    """The goal of a team of another unit."""
    unit = await goals.okr.unit("Puhelin")
    other = await goals.okr.team("Koivu", unit["id"])
    await goals.okr.person("koivu.torchbearer", ("torchbearer", other["id"]))
    path = f"/teams/{other['id']}/cycles/{goals.cycle}/place"
    await goals.okr.done("PUT", path, {"place": "running"})
    body = goals.draft(UP, UP, owner_team=other["id"], responsible_team=other["id"])
    return await goals.okr.done("POST", "/objectives", body, caller="koivu.torchbearer")


async def test_a_goal_is_proposed_for_a_key_result_of_another_unit(goals: Goals) -> None:
    far = await elsewhere(goals)
    made = await goals.agreed(contributes_to_key_results=[key_result(far, 1)])
    assert made["contributes_to"] == [far["id"]]
    assert made["contributes_to_key_results"] == [key_result(far, 1)]
    assert "serves-nothing" not in {it["code"] for it in made["hints"]}
    outside = [data for _, data in await goals.okr.published("soihtu.open.v1") if "title" in data]
    told = next(it for it in outside if it["id"] == made["id"])
    assert told["contributes_to"] == [far["id"]]
    assert told["contributes_to_key_results"] == [key_result(far, 1)]
    kept = await goals.okr.db.pool.fetch("SELECT objective, contributes_to FROM contributions")
    assert [(str(it[0]), str(it[1])) for it in kept] == [(made["id"], far["id"])]


async def test_links_are_said_anew_and_kept_by_who_does_not_know_of_them(goals: Goals) -> None:
    far, near = await elsewhere(goals), await goals.agreed()
    made = await goals.agreed(contributes_to_key_results=[key_result(far)])
    kept = await link(goals, made, contributes_to=[far["id"], near["id"]])
    assert kept["contributes_to_key_results"] == [key_result(far)]
    gone = await link(goals, made, contributes_to=[near["id"]])
    assert (gone["contributes_to"], gone["contributes_to_key_results"]) == ([near["id"]], [])
    anew = await link(goals, made, contributes_to_key_results=[key_result(near)])
    assert anew["contributes_to"] == [near["id"]]
    none = await link(goals, made, contributes_to_key_results=[])
    assert (none["contributes_to"], none["contributes_to_key_results"]) == ([], [])
    assert await goals.okr.db.pool.fetchval("SELECT count(*) FROM contributions") == 0


async def test_a_proposal_is_revised_with_its_links(goals: Goals) -> None:
    far = await elsewhere(goals)
    made = await goals.proposed(contributes_to_key_results=[key_result(far)])
    body = goals.draft(UP, contributes_to_key_results=[key_result(far, 1)])
    path = f"/objectives/{made['id']}"
    revised = await goals.okr.done("PUT", path, body, version=1, caller=MEMBER)
    assert revised["contributes_to_key_results"] == [key_result(far, 1)]
    assert revised["contributes_to"] == [far["id"]]


async def test_a_goal_that_is_put_by_reference_helps_key_results(goals: Goals) -> None:
    far = await elsewhere(goals)
    path = "/objectives/by-ref/gitlab/2018-q3%2Fsales"
    for goal in (0, 1):
        body = goals.draft(contributes_to_key_results=[key_result(far, goal)])
        put = await goals.okr.done("PUT", path, body)
        assert put["contributes_to"] == [far["id"]]
        assert put["contributes_to_key_results"] == [key_result(far, goal)]


async def test_what_is_not_there_or_dropped_is_not_linked_to(goals: Goals) -> None:
    far = await goals.proposed(UP, UP)
    made = await goals.agreed(contributes_to_key_results=[key_result(far)])
    assert await refused(goals, made, contributes_to_key_results=[str(uuid4())]) == (
        422, "unknown-key-result",
    )  # fmt: skip
    for number in (0, 1):
        now = await goals.okr.done("GET", f"/objectives/{far['id']}")
        await goals.okr.done(
            "POST", f"/key-results/{key_result(far, number)}/drop",
            version=now["version"], caller=LEADS,
        )  # fmt: skip
    both = [key_result(far), key_result(far, 1)]
    assert await refused(goals, made, contributes_to_key_results=both) == (
        409, "link-to-dropped-key-result",
    )  # fmt: skip
    stays = await link(goals, made, contributes_to_key_results=[key_result(far)])
    assert stays["contributes_to_key_results"] == [key_result(far)]


async def test_a_proposals_key_result_is_linked_to_while_it_states_it(goals: Goals) -> None:
    draft, made = await goals.proposed(), await goals.agreed()
    await link(goals, made, contributes_to_key_results=[key_result(draft)])
    path = f"/objectives/{draft['id']}"
    await goals.okr.done("PUT", path, goals.draft(UP), version=1, caller=MEMBER)
    stays = await link(goals, made, contributes_to_key_results=[key_result(draft)])
    assert stays["contributes_to"] == [draft["id"]]
    other = await goals.agreed()
    assert await refused(goals, other, contributes_to_key_results=[key_result(draft)]) == (
        409, "link-to-dropped-key-result",
    )  # fmt: skip


async def test_a_loop_over_key_results_is_refused(goals: Goals) -> None:
    first = await goals.agreed()
    assert await refused(goals, first, contributes_to_key_results=[key_result(first)]) == (
        409, "contribution-loop",
    )  # fmt: skip
    second = await goals.agreed(contributes_to_key_results=[key_result(first)])
    third = await goals.agreed(contributes_to=[second["id"]])
    for end in (second, third):
        assert await refused(goals, first, contributes_to_key_results=[key_result(end)]) == (
            409, "contribution-loop",
        )  # fmt: skip


async def test_of_two_who_would_close_a_loop_at_once_one_is_refused(goals: Goals) -> None:
    for _ in range(5):
        one, other = await goals.agreed(), await goals.agreed()
        ends = (
            {"contributes_to": [other["id"]]},
            {"contributes_to_key_results": [key_result(one)]},
        )
        answers = await asyncio.gather(
            *(
                goals.okr.ask(
                    "PUT", f"/objectives/{goal['id']}/contributions",
                    {"contributes_to": []} | said, version=2, caller=LEADS,
                )
                for goal, said in zip((one, other), ends, strict=True)
            )
        )  # fmt: skip
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_new_goal_waits_for_nobody_who_links(goals: Goals) -> None:
    far = await goals.agreed()
    async with goals.okr.db.connection() as linking, linking.transaction():
        await linking.execute("SELECT pg_advisory_xact_lock(hashtext('okr-links'))")
        said = goals.draft(UP, contributes_to=[far["id"]])
        made = await goals.okr.done("POST", "/objectives", said, caller=MEMBER)
    assert made["contributes_to"] == [far["id"]]


async def test_what_goes_on_from_a_goal_helps_the_same(okr: Okr) -> None:
    ending = await Ending.of(okr)
    far = await ending.agreed()
    made = await ending.agreed(contributes_to_key_results=[key_result(far)])
    await ending.decide((key_result(made), "keep"))
    (onward,) = await ending.going_on()
    assert onward["contributes_to"] == [far["id"]]
    assert onward["contributes_to_key_results"] == [key_result(far)]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.lists(st.tuples(st.integers(0, 4), st.booleans()), max_size=3),
    ),
    max_size=12,
)
"""Of each step the goal that is linked, to which goals, and whether to their key results."""


def reaches(links: dict[int, set[int]], start: int, end: int) -> bool:
    ahead, passed = [start], set[int]()
    while ahead:
        one = ahead.pop()
        if one == end:
            return True
        if one not in passed:
            passed.add(one)
            ahead += links[one]
    return False


# The goals are made once, and no longer linked when an example begins.
@settings(
    max_examples=30, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(STEPS)
async def test_no_links_make_a_loop(
    five: tuple[Goals, list[Json]], steps: list[tuple[int, list[tuple[int, bool]]]]
) -> None:
    goals, made = five
    for objective in made:
        await link(goals, objective, contributes_to_key_results=[])
    links: dict[int, set[int]] = {number: set() for number in range(len(made))}
    for start, targets in steps:
        said = {
            "contributes_to": [made[end]["id"] for end, fine in targets if not fine],
            "contributes_to_key_results": [key_result(made[end]) for end, fine in targets if fine],
        }
        if any(reaches(links, end, start) for end, _ in targets):
            assert await refused(goals, made[start], **said) == (409, "contribution-loop")
            continue
        told = await link(goals, made[start], **said)
        links[start] = {end for end, _ in targets}
        assert set(told["contributes_to"]) == {made[end]["id"] for end in links[start]}


@pytest.fixture
async def five(goals: Goals) -> tuple[Goals, list[Json]]:
    return goals, [await goals.agreed() for _ in range(5)]
