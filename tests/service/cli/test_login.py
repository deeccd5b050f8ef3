"""A person logs in on the page of a real provider, and stays logged in while it has it so."""

import json
import stat
import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jws

from cli.people.login_flow import log_in, log_out
from cli.people.logins import Login, find_login
from cli.people.provider import Attempt, NotGranted, Provider
from cli.reach import http_client
from local.identity import SIGN_IN_CLIENT, Identity, request_token
from local.problems import LocalProblem
from tests.signing_in import Person

NAME = "lumme.torchbearer"


@pytest.fixture
def login(identity: Identity, tmp_path: Path) -> Login:
    return find_login(identity.issuer, SIGN_IN_CLIENT, {"XDG_STATE_HOME": str(tmp_path / "state")})


def claims(token: str) -> Any:
    return json.loads(jws.extract_compact(token.encode()).payload)


async def kept_token(login: Login) -> str:
    async with http_client([login.issuer]) as http:
        return await login.tokens(login.issuer, http).text()


async def test_whoever_logs_in_is_who_a_local_run_lends_by_name(
    login: Login, identity: Identity
) -> None:
    person = Person(username=NAME)
    await log_in(login, person.show)
    own, lent = claims(await kept_token(login)), claims(request_token(identity.issuer, NAME))
    assert {it: own[it] for it in ("iss", "sub", "aud")} == {
        it: lent[it] for it in ("iss", "sub", "aud")
    }
    assert own["sub"] == NAME
    asked = parse_qs(urlsplit(person.pages[0]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert "päätteeseen" in person.shown[0].text


async def test_nobody_but_its_owner_reads_what_is_kept(login: Login) -> None:
    await log_in(login, Person(username=NAME).show)
    left = list(login.file.parent.iterdir())
    assert login.file in left
    assert {stat.S_IMODE(it.stat().st_mode) for it in left} == {0o600}
    assert stat.S_IMODE(login.file.parent.stat().st_mode) == 0o700


async def test_a_token_that_ends_is_renewed(login: Login) -> None:
    await log_in(login, Person(username=NAME).show)
    held = login.held()
    assert held
    assert held.until == pytest.approx(time.time() + 600, abs=60)
    assert await kept_token(login) == held.access
    login.keep(replace(held, until=time.time()))
    renewed = await kept_token(login)
    assert renewed != held.access
    assert claims(renewed)["sub"] == NAME
    assert await kept_token(login) == renewed


async def test_a_token_that_was_refused_is_renewed(login: Login) -> None:
    await log_in(login, Person(username=NAME).show)
    async with http_client([login.issuer]) as http:
        tokens = login.tokens(login.issuer, http)
        first = await tokens.text()
        tokens.forget(first)
        assert await tokens.text() != first


async def test_after_logging_out_nothing_is_left_to_renew_by(login: Login) -> None:
    await log_in(login, Person(username=NAME).show)
    held = login.held()
    assert held
    assert await log_out(login)
    assert not login.file.exists()
    assert not await log_out(login)
    login.keep(replace(held, until=0.0))
    with pytest.raises(LocalProblem, match="log in again with"):
        await kept_token(login)


async def test_a_code_serves_nobody_without_the_verifier(identity: Identity) -> None:
    ours, theirs = Attempt.new(), Attempt.new()
    async with http_client([identity.issuer]) as http:
        provider = await Provider.find(http, identity.issuer, SIGN_IN_CLIENT)
        back = "http://127.0.0.1:9/callback"
        sent = await http.post(provider.page(ours, back), data={"username": NAME, "claims": ""})
        brought = dict(httpx.URL(sent.headers["location"]).params)
        assert brought.pop("state") == ours.state
        with pytest.raises(NotGranted, match="pkce"):
            await provider.exchange(theirs, back, brought)


async def test_whoever_does_not_log_in_is_not_waited_for_for_ever(login: Login) -> None:
    with pytest.raises(LocalProblem, match="Nobody logged in"):
        await log_in(login, lambda _: None, patience=0.1)
    assert not login.file.exists()


async def test_a_stranger_that_comes_back_is_turned_away(login: Login) -> None:
    """Another page of the browser can't log a person in as somebody else."""
    answers: dict[str, int] = {}
    person = Person(username=NAME)

    def show(page: str) -> None:
        back = parse_qs(urlsplit(page).query)["redirect_uri"][0]
        with httpx.Client(trust_env=False) as stranger:
            for asked in (
                f"{back}?code=theirs",
                f"{back}?code=theirs&state=theirs",
                back.replace("callback", "favicon.ico"),
            ):
                answers[asked] = stranger.get(asked).status_code
        person.show(page)

    await log_in(login, show)
    assert list(answers.values()) == [400, 400, 404]
    assert claims(await kept_token(login))["sub"] == NAME


async def test_what_the_provider_refuses_is_told_in_its_words(login: Login) -> None:
    def show(page: str) -> None:
        asked = parse_qs(urlsplit(page).query)
        told = {"state": asked["state"][0], "error": "access_denied"}
        httpx.get(asked["redirect_uri"][0], params=told, trust_env=False)

    with pytest.raises(LocalProblem, match="did not log you in \\(access_denied\\)"):
        await log_in(login, show)
