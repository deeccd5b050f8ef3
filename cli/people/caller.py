"""Who calls for a person at a terminal: whoever logged in, or a name that a local run lends."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from cli.client import Client, Refused
from cli.people.logins import Login, find_login, login_again
from cli.reach import Caller, Credentials, Reach, expect_local, find_reach
from contracts.words import LANGUAGES
from local.identity import SIGN_IN_CLIENT
from local.problems import SOIHTU, LocalProblem

T = TypeVar("T")

UNAUTHORIZED = 401


def language(environment: Mapping[str, str] = os.environ) -> str:
    """fi, sv or en, as the terminal is set; en where it is set to another."""
    said = next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return said[:2] if said[:2] in LANGUAGES else "en"


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
    raise LocalProblem(f"You are not logged in at {reach.issuer}: say `{SOIHTU} login`.")


def run(
    name: str | None,
    work: Callable[[Client], Awaitable[T]],
    *services: str,
    otherwise: Caller | None = None,
) -> T:
    """Do `work` as the caller, by APIs of `services`; refusals are told in their words.

    Raises LocalProblem.
    """
    reach = find_reach(*services)
    who = caller(reach, name, otherwise=otherwise)

    async def act() -> T:
        async with Client(reach, who, language=language()) as client:
            return await work(client)

    try:
        return asyncio.run(act())
    except Refused as refused:
        if refused.status == UNAUTHORIZED and isinstance(who, Login):
            raise login_again(reach.issuer) from refused
        raise LocalProblem(f"{refused} ({refused.code})") from refused
