"""The client tries again where that helps, keeps its token fresh, and says clearly what failed."""

import httpx
import pytest

from cli.client import MOST_TRIES, Refused, by_ref
from cli.reached import MOST, Versions, parse_versions
from local.problems import LocalProblem
from tests.unit.cli.fake_apis import FakeApis, problem


async def test_it_waits_until_a_service_has_heard_of_what_was_reached() -> None:
    answers = iter([problem(503, "not-here-yet"), problem(503, "not-here-yet"), None])
    apis = FakeApis(lambda _: next(answers))
    async with apis.client() as client:
        answer = await client.put(
            "checkins", by_ref("check-ins", "x", "k"), {}, after=Versions({"objectives/o": 3})
        )
    assert answer.outcome == "created"
    assert [one.headers["soihtu-after"] for one in apis.requests] == ["objectives/o@3"] * 3


async def test_it_does_not_wait_for_ever() -> None:
    apis = FakeApis(lambda _: problem(503, "not-here-yet"))
    async with apis.client() as client:
        with pytest.raises(Refused, match="not-here-yet"):
            await client.get("okr", "/cycles")
    assert len(apis.requests) == MOST_TRIES


async def test_a_token_that_is_not_accepted_is_renewed_once() -> None:
    apis = FakeApis(lambda _: problem(401, "token-refused"))
    async with apis.client() as client:
        with pytest.raises(Refused):
            await client.get("okr", "/cycles")
    assert apis.authorizations == ["Bearer token-1", "Bearer token-2"]


@pytest.mark.parametrize(("lifetime", "tokens"), [(600, 1), (0, 3)])
async def test_a_token_is_renewed_before_it_ends(lifetime: int, tokens: int) -> None:
    apis = FakeApis(lifetime=lifetime)
    async with apis.client() as client:
        for key in "abc":
            await client.put("okr", by_ref("teams", "x", key), {})
    assert apis.tokens == tokens


async def test_a_refusal_says_which_place_is_wrong() -> None:
    errors = [{"pointer": "/body/title/en", "rule": "x", "message": "At most 4000 characters."}]
    apis = FakeApis(lambda _: problem(422, "invalid-request", errors=errors))
    async with apis.client() as client:
        with pytest.raises(Refused) as refused:
            await client.put("okr", by_ref("teams", "x", "k"), {})
    assert str(refused.value) == "title.en: At most 4000 characters."
    assert (refused.value.status, refused.value.code) == (422, "invalid-request")


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    def away(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    async with FakeApis(away).client() as client:
        with pytest.raises(LocalProblem, match=r"API of okr at http://okr\.example .* answer"):
            await client.get("okr", "/cycles")


async def test_a_list_is_read_to_its_end() -> None:
    def pages(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after")
        page = ({"n": 2}, None) if after == "x" else ({"n": 1}, "x")
        return httpx.Response(200, json={"items": [page[0]], "next": page[1]})

    async with FakeApis(pages).client() as client:
        assert await client.items("okr", "/cycles") == [{"n": 1}, {"n": 2}]


def test_keys_of_any_characters_stay_one_part_of_an_address() -> None:
    assert by_ref("teams", "x", "a/b#own?å") == "/teams/by-ref/x/a%2Fb%23own%3F%C3%A5"


def test_versions_keep_the_highest_and_no_more_than_a_header_takes() -> None:
    versions = parse_versions("teams/a@2, cycles/b@1").add(parse_versions("teams/a@1"))
    assert versions.header() == "cycles/b@1, teams/a@2"
    assert versions.only("teams") == Versions({"teams/a": 2})
    many = Versions({f"teams/{number}": 1 for number in range(MOST + 50)})
    assert many.header().count("@") == MOST
    assert [part.header().count("@") for part in many.parts()] == [MOST, 50]
    assert not parse_versions("nonsense, @, x@y")
