"""What surrounds every request: language of problems, tokens, bounds, and what never leaks."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from chassis.testing.identity import new_key
from tests.service.chassis.conftest import Toy
from tests.service.chassis.test_doors import NOTE, TEAM, write


async def get(service: Toy, **headers: str) -> Any:
    return await service.client.get("/notes", headers=headers)


@pytest.mark.parametrize(
    ("wanted", "language", "title"),
    [
        (None, "fi", "Kirjautuminen puuttuu"),
        ("sv-FI, en;q=0.8", "sv", "Inloggning saknas"),
        ("de, en;q=0.5, fi;q=0.2", "en", "Not signed in"),
        ("de", "fi", "Kirjautuminen puuttuu"),
    ],
)
async def test_problems_speak_the_callers_language(
    service: Toy, wanted: str | None, language: str, title: str
) -> None:
    answer = await get(service, **({"Accept-Language": wanted} if wanted else {}))
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.headers["www-authenticate"] == "Bearer"
    told = answer.json()
    assert told["title"] == title
    assert told["type"] == "urn:soihtu:problem:unauthenticated"
    assert told["instance"] == answer.headers["x-correlation-id"]


async def test_who_is_nobody_here_is_refused(service: Toy) -> None:
    answer = await service.ask("GET", "/notes", caller="stranger")
    assert (answer.status_code, answer.json()["code"]) == (403, "unknown-person")


async def test_a_machine_is_not_staff(service: Toy) -> None:
    headers = service.issuer.headers("machine.x", scope="values:write openid")
    answer = await get(service, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")
    assert answer.json()["roles"] == ["staff"]


async def test_a_bad_token_is_refused(service: Toy) -> None:
    headers = {"Authorization": f"Bearer {service.issuer.token('x', key=new_key('first'))}"}
    answer = await get(service, **headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "token-refused")
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_a_provider_that_is_away_is_not_the_callers_fault(service: Toy) -> None:
    service.issuer.away = True
    answer = await service.ask("GET", "/notes")
    assert (answer.status_code, answer.json()["code"]) == (503, "identity-unavailable")
    assert answer.headers["retry-after"] == "10"


async def test_ids_of_the_request_come_back(service: Toy) -> None:
    given = await service.ask("GET", "/notes", headers={"X-Correlation-ID": "order-66.b"})
    assert given.headers["x-correlation-id"] == "order-66.b"
    for odd in ("short", "x" * 65, "with words in it", "131052-308T", "order.131052-308T"):
        made = await service.ask("GET", "/notes", headers={"X-Correlation-ID": odd})
        assert made.headers["x-correlation-id"] not in (odd, "order-66.b")


async def test_bodies_are_bounded_also_without_a_length(service: Toy) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b" " * 1000

    big = json.dumps(NOTE | {"words": "x" * 20_000}).encode()
    for content in (big, chunks()):
        headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
        answer = await service.ask("POST", "/notes", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
        assert answer.json()["limit"] == 20_000


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"team": ', 400, "malformed-json"),
        (b'{"weight": NaN}', 400, "malformed-json"),
        (b'{"weight": 1e999}', 400, "malformed-json"),
        (b'{"words": "\xff"}', 400, "malformed-json"),
        (b'{"words": "\\ud800"}', 400, "malformed-json"),
        (b'{"words": "a\\u0000b"}', 422, "invalid-request"),
        (b'{"a\\u0000b": 1}', 422, "invalid-request"),
        (b"", 422, "invalid-request"),
        (b"[]", 422, "invalid-request"),
    ],
)
async def test_bad_json_is_refused(service: Toy, content: bytes, status: int, code: str) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    answer = await service.ask("POST", "/notes", content=content, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


CODE = "010594-9032"
"""A code that is nobody's, as numbers from 900 on are."""


@pytest.mark.parametrize(
    ("language", "says"),
    [("fi", "Poista se"), ("sv", "Ta bort den"), ("en", "Remove it")],
)
async def test_an_identity_code_is_refused_and_never_said_again(
    service: Toy, language: str, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    headers = {"Accept-Language": language}
    bodies: list[tuple[str, object]] = [
        ("/body/words", NOTE | {"words": f"Asiakas {CODE} odotti."}),
        ("/body/more/0/*", NOTE | {"more": [{"1": CODE.lower()}]}),
        ("/body", NOTE | {CODE: 1}),
    ]
    for pointer, body in bodies:
        answer = await service.ask("POST", "/notes", json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["rule"]) == (pointer, "identity_code")
        assert says in error["message"]
        assert CODE not in answer.text.upper()
    answer = await service.ask("PUT", f"/notes/by-ref/hr/{CODE}", json=NOTE, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/path")
    assert CODE not in answer.text
    assert CODE not in "".join(capfd.readouterr()).upper()


async def test_what_is_not_json_is_refused(service: Toy) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "text/plain"}
    answer = await service.ask("POST", "/notes", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-media-type")


async def test_errors_say_where_and_which_rule_and_no_words(service: Toy) -> None:
    secret = "my secret"
    body = {"team": secret, "words": "x" * 1001, "weight": -1, secret: secret}
    headers = {"Idempotency-Key": "k", "Accept-Language": "en"}
    answer = await service.ask("POST", "/notes", json=body, headers=headers)
    assert answer.status_code == 422
    assert secret not in answer.text
    errors = {one["pointer"]: one for one in answer.json()["errors"]}
    assert errors["/body/words"]["message"] == "Give at most 1000 characters."
    assert errors["/body/weight"]["rule"] == "greater_than_equal"
    assert set(errors) == {"/body/team", "/body/words", "/body/weight", "/body/*"}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-inf"])
async def test_numbers_said_as_texts_are_finite_too(service: Toy, number: str) -> None:
    answer = await write(service, "k", weight=number)
    assert answer.status_code == 422


@pytest.mark.parametrize("path", ["/notes/%00", "/notes?after=%00", "/notes?%00=1"])
async def test_nul_is_refused_in_addresses(service: Toy, path: str) -> None:
    answer = await service.ask("GET", path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")


async def test_other_ways_to_fail_are_problems_too(service: Toy) -> None:
    lost = await service.ask("GET", "/nowhere")
    assert (lost.status_code, lost.json()["code"]) == (404, "no-such-route")
    wrong = await service.ask("DELETE", "/notes")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method-not-allowed")
    assert wrong.headers["allow"] == "GET, POST"
    gone = await service.ask("GET", f"/notes/{uuid4()}")
    assert (gone.status_code, gone.json()["code"], gone.json()["kind"]) == (
        404, "not-found", "notes",
    )  # fmt: skip
    odd = await service.ask("GET", "/notes/not-an-id")
    assert (odd.status_code, odd.json()["errors"][0]["rule"]) == (422, "uuid_parsing")


async def test_a_fault_says_nothing_of_itself(
    service: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await service.ask("GET", "/broken/hushhush")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    said = capsys.readouterr()
    for text in (answer.text, said.out, said.err):
        assert "secret" not in text
        assert "hushhush" not in text
        assert "nowhere" not in text


async def test_a_database_that_is_away_is_said(service: Toy) -> None:
    headers = service.issuer.headers("admin", roles=["admin"])
    await service.db.pool.close()
    answer = await get(service, **headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "database-unavailable")


async def test_people_do_what_their_roles_allow(service: Toy) -> None:
    person, other = uuid4(), uuid4()
    issuer = service.issuer.issuer
    add = service.db.pool.execute
    await add("INSERT INTO directory_logins VALUES ($1, 'maija', $2)", issuer, person)
    await add("INSERT INTO directory_logins VALUES ($1, 'olli', $2)", issuer, other)
    await add(
        "INSERT INTO directory_memberships VALUES ($1, 'member', $2, NULL, '2020-01-01', NULL)",
        person, TEAM,
    )  # fmt: skip
    key = {"Idempotency-Key": "k"}
    made = await service.ask("POST", "/notes", caller="maija", json=NOTE, headers=key)
    assert made.status_code == 201
    refused = await service.ask("POST", "/notes", caller="olli", json=NOTE, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert "tiimin soihdunkantaja" in refused.json()["detail"]
    elsewhere = NOTE | {"team": str(uuid4())}
    key = {"Idempotency-Key": "k2"}
    refused = await service.ask("POST", "/notes", caller="maija", json=elsewhere, headers=key)
    assert refused.status_code == 403
    by_ref = await service.ask("PUT", "/notes/by-ref/s/k", caller="maija", json=NOTE)
    assert (by_ref.status_code, by_ref.json()["roles"]) == (403, ["admin"])


async def test_unsigned_and_hmac_tokens_are_refused(service: Toy) -> None:
    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    claims = service.issuer.claims("admin", roles=["admin"])
    for alg in ("none", "None", "HS256"):
        token = f"{part({'alg': alg, 'kid': 'first'})}.{part(claims)}."
        answer = await get(service, Authorization=f"Bearer {token}")
        assert (answer.status_code, answer.json()["code"]) == (401, "token-refused"), alg
