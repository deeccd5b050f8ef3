"""Which tokens are let in, and how long the provider's keys serve."""

import base64
import hmac
import json
import time
import warnings
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import SecurityWarning
from joserfc.jwk import ECKey, OKPKey
from pydantic import SecretStr

from chassis.auth import Token, Verifier
from chassis.problem import Problem
from chassis.settings import Settings
from chassis.testing.identity import ISSUER, Issuer, new_key


class Elapsed:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Given:
    def __init__(self, **settings: Any) -> None:
        self.issuer = Issuer()
        self.elapsed = Elapsed()
        chosen = Settings(kafka="unused:9", postgres=SecretStr("unused"), issuer=ISSUER, **settings)
        self.verifier = Verifier(chosen, self.issuer.transport, self.elapsed)

    async def verify(self, token: str) -> Token:
        return await self.verifier.verify(f"Bearer {token}")

    async def refused(self, token: str) -> tuple[str, Any]:
        with pytest.raises(Problem) as refusal:
            await self.verify(token)
        return refusal.value.code, refusal.value.facts.get("reason")


@pytest.fixture
def given() -> Given:
    return Given()


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_good_token_says_who_and_what(given: Given) -> None:
    token = given.issuer.token("maija", roles=["admin", "king"], scope="openid values:write")
    found = await given.verify(token)
    assert found == Token(ISSUER, "maija", frozenset({"admin"}), frozenset({"values:write"}))


@pytest.mark.parametrize("header", [None, "", "Basic x", "Bearer", "Bearer  "])
async def test_no_token_is_not_a_bad_one(given: Given, header: str | None) -> None:
    with pytest.raises(Problem, match="unauthenticated"):
        await given.verifier.verify(header)
    assert given.issuer.asked == 0


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"iss": "https://other.test"}, "claim-iss"),
        ({"iss": None}, "claim"),
        ({"aud": "other"}, "claim-aud"),
        ({"aud": ["other"]}, "claim-aud"),
        ({"aud": None}, "claim-aud"),
        ({"exp": 1}, "expired"),
        ({"exp": "soon"}, "claim-exp"),
        ({"exp": None}, "claim-exp"),
        ({"nbf": 99999999999}, "claim-nbf"),
        ({"sub": None}, "subject"),
        ({"sub": ""}, "subject"),
        ({"sub": "a\x00b"}, "subject"),
        ({"sub": "x" * 1001}, "subject"),
    ],
)
async def test_each_claim_counts(given: Given, claims: dict[str, Any], reason: str) -> None:
    code, why = await given.refused(given.issuer.token("maija", **claims))
    assert code == "token-refused"
    assert why == reason or (claims == {"iss": None} and why == "claim-iss")


async def test_clocks_may_differ_a_little(given: Given) -> None:
    now = int(time.time())
    assert (await given.verify(given.issuer.token("maija", exp=now - 5))).subject == "maija"
    assert await given.refused(given.issuer.token("maija", exp=now - 60)) == (
        "token-refused", "expired",
    )  # fmt: skip


async def test_only_signatures_with_public_keys_count(given: Given) -> None:
    claims = given.issuer.claims("maija")
    unsigned = f"{part({'alg': 'none', 'kid': 'first'})}.{part(claims)}."
    assert await given.refused(unsigned) == ("token-refused", "algorithm")
    signed = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(claims)}"
    public = given.issuer.key.as_pem(private=False)
    mac = hmac.digest(public, signed.encode(), "sha256")
    forged = f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"
    assert await given.refused(forged) == ("token-refused", "algorithm")
    assert given.issuer.asked == 0


@pytest.mark.parametrize("token", ["x", "a.b", "a.b.c", "e30.e30.e30", "ä.ö.å", "." * 2])
async def test_rubbish_is_refused(given: Given, token: str) -> None:
    code, _ = await given.refused(token)
    assert code == "token-refused"


async def test_a_changed_token_is_refused(given: Given) -> None:
    head, _, signature = given.issuer.token("maija").split(".")
    changed = f"{head}.{part(given.issuer.claims('root'))}.{signature}"
    assert await given.refused(changed) == ("token-refused", "signature")
    other = given.issuer.token("maija", key=new_key("first"))
    assert await given.refused(other) == ("token-refused", "signature")


@pytest.mark.parametrize(
    ("key", "alg"),
    [
        (ECKey.generate_key("P-256", {"kid": "k"}), "ES256"),
        (OKPKey.generate_key("Ed25519", {"kid": "k"}), "Ed25519"),
        (OKPKey.generate_key("Ed25519", {"kid": "k"}), "EdDSA"),
    ],
)
async def test_other_kinds_of_keys_serve(given: Given, key: Any, alg: str) -> None:
    given.issuer.published = [key]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SecurityWarning)
        claims = given.issuer.claims("maija")
        token = jwt.encode({"alg": alg, "kid": "k"}, claims, key, algorithms=[alg])
    assert (await given.verify(token)).subject == "maija"


async def test_keys_are_fetched_once(given: Given) -> None:
    for _ in range(5):
        await given.verify(given.issuer.token("maija"))
    assert given.issuer.asked == 1


async def test_a_new_key_is_found_at_most_every_ten_seconds(given: Given) -> None:
    await given.verify(given.issuer.token("maija"))
    second = new_key("second")
    given.issuer.published.append(second)
    token = given.issuer.token("maija", key=second)
    assert await given.refused(token) == ("token-refused", "unknown-key")
    assert given.issuer.asked == 1
    given.elapsed.now += 11
    assert (await given.verify(token)).subject == "maija"
    assert given.issuer.asked == 2
    for _ in range(5):
        await given.refused(given.issuer.token("maija", key=new_key("third")))
    assert given.issuer.asked == 2


async def test_keys_serve_for_an_hour_while_the_provider_is_away(given: Given) -> None:
    token = given.issuer.token("maija")
    await given.verify(token)
    given.issuer.away = True
    given.elapsed.now += 3500
    assert (await given.verify(token)).subject == "maija"
    given.elapsed.now += 200
    assert await given.refused(token) == ("identity-unavailable", None)
    given.issuer.away = False
    given.elapsed.now += 11
    assert (await given.verify(token)).subject == "maija"


async def test_an_unknown_key_of_a_provider_that_is_away_is_not_refused(given: Given) -> None:
    await given.verify(given.issuer.token("maija"))
    given.issuer.away = True
    given.elapsed.now += 11
    unknown = given.issuer.token("maija", key=new_key("second"))
    assert await given.refused(unknown) == ("identity-unavailable", None)


async def test_a_withdrawn_key_serves_no_longer(given: Given) -> None:
    token = given.issuer.token("maija")
    await given.verify(token)
    given.issuer.published = [new_key("second")]
    given.elapsed.now += 301
    assert await given.refused(token) == ("token-refused", "unknown-key")


async def test_keys_of_another_issuer_are_not_taken(given: Given) -> None:
    given.issuer.issuer = "https://other.test"
    token = given.issuer.token("maija", iss=ISSUER)
    assert await given.refused(token) == ("identity-unavailable", None)


async def test_the_provider_may_be_reached_by_another_name_than_its_tokens_bear() -> None:
    inside = "http://identity:8080/.well-known/openid-configuration"
    given = Given(discovery=inside)
    asked: list[str] = []
    served = given.issuer.transport.handler

    async def serve(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        answer = served(request)
        return answer if isinstance(answer, httpx.Response) else await answer

    settings = Settings(
        kafka="unused:9", postgres=SecretStr("unused"), issuer=ISSUER, discovery=inside
    )
    given.verifier = Verifier(settings, httpx.MockTransport(serve))
    assert (await given.verify(given.issuer.token("maija"))).issuer == ISSUER
    assert asked == [inside, f"{ISSUER}/jwks"]
    given.issuer.issuer = "http://identity:8080"
    given.verifier = Verifier(settings, given.issuer.transport)
    assert await given.refused(given.issuer.token("x", iss=ISSUER)) == (
        "identity-unavailable", None,
    )  # fmt: skip


async def test_a_provider_that_answers_rubbish_is_away() -> None:
    given = Given()
    transport = httpx.MockTransport(lambda _: httpx.Response(200, text="<html>"))
    settings = Settings(kafka="unused:9", postgres=SecretStr("unused"), issuer=ISSUER)
    given.verifier = Verifier(settings, transport)
    assert await given.refused(given.issuer.token("x")) == ("identity-unavailable", None)


async def test_claims_may_be_called_otherwise() -> None:
    given = Given(subject_claim="employee", roles_claim="realm_access.roles")
    access = {"roles": ["strategy"]}
    token = given.issuer.token("x", employee="4711", realm_access=access, roles=["admin"])
    found = await given.verify(token)
    assert (found.subject, found.roles) == ("4711", frozenset({"strategy"}))
