"""Logs a person in by the page of their identity provider, and out again."""

from collections.abc import Callable

import httpx

from cli.people.logins import Login, unreached
from cli.people.loopback import Loopback
from cli.people.provider import Attempt, Granted, NotGranted, Provider
from cli.reach import http_client
from cli.words import Problem

PATIENCE_SECONDS = 300.0
"""How long a person may take to log in."""


async def log_in(
    login: Login, show: Callable[[str], None], patience: float = PATIENCE_SECONDS
) -> None:
    """Keep what a person is given who logs in on the page that `show` is told.

    Raises Problem.
    """
    attempt = Attempt.new()
    try:
        async with http_client([login.issuer]) as http:
            provider = await Provider.find(http, login.issuer, login.client)
            granted = await _ask(provider, attempt, show, patience)
    except TimeoutError:
        raise Problem("nobody-logged-in", minutes=f"{patience / 60:.0f}") from None
    except NotGranted as refused:
        raise Problem("not-granted", issuer=login.issuer, why=refused) from refused
    except httpx.HTTPError as failure:
        raise unreached(login.issuer, failure) from failure
    with login.alone():
        login.keep(granted)


async def _ask(
    provider: Provider, attempt: Attempt, show: Callable[[str], None], patience: float
) -> Granted:
    with Loopback(attempt.state) as loopback:
        show(provider.page(attempt, loopback.address))
        query = await loopback.request(patience)
        return await provider.exchange(attempt, loopback.address, query)


async def log_out(login: Login) -> bool:
    """Forget who was logged in, and have the provider forget; whether anybody was.

    Raises Problem where the provider can't be told; here it is forgotten all the same.
    """
    held: Granted | None = None
    with login.alone():
        try:
            held = login.held()
        finally:
            login.forget()
    if held and held.refresh:
        try:
            async with http_client([login.issuer]) as http:
                provider = await Provider.find(http, login.issuer, login.client)
                await provider.revoke(held.refresh)
        except (NotGranted, httpx.HTTPError) as failure:
            raise unreached(login.issuer, failure) from failure
    return held is not None
