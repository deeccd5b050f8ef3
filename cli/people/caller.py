"""Who calls for a person at a terminal: whoever logged in, or a name that a local run lends."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from cli.client import Client, Refused
from cli.people.logins import Login, find_login, login_again
from cli.reach import Caller, Credentials, Reach, expect_local, find_reach
from cli.words import LANGUAGES, OTHERWISE, Problem, Words, chosen
from local.identity import SIGN_IN_CLIENT
from local.problems import LocalProblem

T = TypeVar("T")

UNAUTHORIZED = 401


def login_at(reach: Reach, environment: Mapping[str, str] = os.environ) -> Login:
    """Where a login at the issuer is kept."""
    client = environment.get("SOIHTU_SIGN_IN_CLIENT") or SIGN_IN_CLIENT
    return find_login(reach.issuer, client, environment)


def caller(
    reach: Reach,
    name: str | None,
    environment: Mapping[str, str] = os.environ,
    otherwise: Caller | None = None,
) -> Caller:
    """The name that `--as` says, else whoever logged in, else `otherwise`. Raises LocalProblem."""
    if name is not None:
        expect_local(reach, environment)
        return Credentials.of(environment, name)
    login = login_at(reach, environment)
    if login.held() is not None:
        return login
    if otherwise is not None:
        return otherwise
    raise Problem("not-logged-in", issuer=reach.issuer)


def run(
    name: str | None,
    work: Callable[[Client], Awaitable[T]],
    *services: str,
    otherwise: Caller | None = None,
    language: str | None = None,
) -> tuple[T, Words]:
    """Do `work` as the caller, by APIs of `services`; with it the words to tell it in.

    They are in `language`, else the one that was chosen, else that of the person as okr knows
    them. Refusals are told in the APIs' words. Raises LocalProblem.
    """
    said = language or chosen()
    words = Words(said or OTHERWISE)

    async def act() -> T:
        nonlocal words
        async with Client(reach, who, language=words.language) as client:
            if said is None and "okr" in services:
                client.language = await known(client)
                words = Words(client.language)
            return await work(client)

    try:
        reach = find_reach(*services)
        who = caller(reach, name, otherwise=otherwise)
        return asyncio.run(act()), words
    except Refused as refused:
        if refused.status == UNAUTHORIZED and isinstance(who, Login):
            raise LocalProblem(words.told(login_again(reach.issuer))) from refused
        raise LocalProblem(f"{refused} ({refused.code})") from refused
    except Problem as problem:
        raise LocalProblem(words.told(problem)) from problem


async def known(client: Client) -> str:
    """The language of the person who calls, as okr knows them; else that of the client."""
    me = (await client.get("okr", "/me")).body
    said = (me["person"] or {}).get("language")
    return said if said in LANGUAGES else client.language
