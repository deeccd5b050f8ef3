"""Where the APIs are, who the caller is at the issuer, and a token that is kept fresh."""

import asyncio
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Self
from urllib.parse import urlsplit

import httpx

from cli.words import Problem
from local.identity import ANYTHING, token_form
from local.problems import LocalProblem

ISSUER, LOCAL = "SOIHTU_ISSUER", "SOIHTU_LOCAL"
RENEW_BEFORE = 60.0
"""Seconds before a token's end at which the next one is fetched."""
PATIENCE = 30.0
"""Seconds that one answer may take."""


@dataclass(frozen=True)
class Reach:
    """Where the APIs are, and who gives tokens; `here`: whether that is a run of this machine."""

    issuer: str
    apis: Mapping[str, str]
    here: bool = False


def find_reach(*services: str, environment: Mapping[str, str] = os.environ) -> Reach:
    """Where `services` are: what the environment names, the rest from the system that runs here.

    Raises LocalProblem where something is not named and nothing runs here.
    """
    variables = {service: f"SOIHTU_{service.upper()}_URL" for service in services}
    apis = {
        service: environment[name].rstrip("/")
        for service, name in variables.items()
        if environment.get(name)
    }
    issuer = environment.get(ISSUER, "").rstrip("/")
    if issuer and len(apis) == len(services):
        return Reach(issuer, apis)
    from local.control import running

    try:
        here = running()
    except LocalProblem as problem:
        names = ", ".join((ISSUER, *variables.values()))
        raise Problem("nothing-runs", names=names) from problem
    return Reach(issuer or here.issuer, {**here.apis, **apis}, here=not issuer)


def expect_local(reach: Reach, environment: Mapping[str, str] = os.environ) -> None:
    """Only a local run lends names to whoever asks. Raises LocalProblem."""
    if not reach.here and environment.get(LOCAL) != "1":
        raise Problem("names-are-lent-here-alone", issuer=reach.issuer, variable=LOCAL)


@dataclass(frozen=True)
class Credentials:
    """Who the client is at the issuer."""

    name: str
    secret: str
    sign_in: str = ""

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ, name: str | None = None) -> Self:
        """Those of the environment; the embedded provider takes any secret.

        SOIHTU_SIGN_IN_CLIENT is the client by which people sign in with name and password.
        """
        return cls(
            name or environment.get("SOIHTU_CLIENT_ID", "admin"),
            environment.get("SOIHTU_CLIENT_SECRET", ANYTHING),
            environment.get("SOIHTU_SIGN_IN_CLIENT", ""),
        )

    def tokens(self, issuer: str, http: httpx.AsyncClient) -> "Token":
        """Its tokens, for one client of the APIs."""
        return Token(issuer, self, http)


def http_client(
    addresses: Iterable[str], network: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """A client whose proxy, if the environment names one, is for the world outside alone."""
    if network is not None:
        return httpx.AsyncClient(transport=network)
    hosts = {urlsplit(address).hostname for address in addresses}
    direct = {f"all://{host}": None for host in hosts if host in ("127.0.0.1", "localhost")}
    return httpx.AsyncClient(timeout=PATIENCE, mounts=direct)


class Tokens(Protocol):
    """An access token that is kept fresh."""

    async def text(self) -> str:
        """A token that still lives for a while. Raises LocalProblem."""

    def forget(self, text: str) -> None:
        """This token was not accepted."""


class Caller(Protocol):
    """Whoever a client of the APIs acts for."""

    def tokens(self, issuer: str, http: httpx.AsyncClient) -> Tokens:
        """Its tokens, asked for by `http`."""


class Token:
    """An access token by client credentials, fetched anew before it ends."""

    def __init__(self, issuer: str, credentials: Credentials, http: httpx.AsyncClient) -> None:
        self._issuer = issuer
        self._credentials = credentials
        self._http = http
        self._endpoint: str | None = None
        self._text = ""
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def text(self) -> str:
        """A token that still lives for a while."""
        async with self._lock:
            if asyncio.get_running_loop().time() >= self._until:
                await self._fetch()
            return self._text

    def forget(self, text: str) -> None:
        """This token was not accepted."""
        if text == self._text:
            self._until = 0.0

    async def _fetch(self) -> None:
        asked = asyncio.get_running_loop().time()
        try:
            granted = await self._grant()
            self._text = str(granted["access_token"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as failure:
            raise Problem(
                "no-token",
                issuer=self._issuer,
                client=self._credentials.name,
                why=str(failure) or type(failure).__name__,
            ) from failure
        lives = float(granted.get("expires_in", 2 * RENEW_BEFORE))
        self._until = asked + max(lives - RENEW_BEFORE, lives / 2)

    async def _grant(self) -> dict[str, Any]:
        if self._endpoint is None:
            told = await self._http.get(f"{self._issuer}/.well-known/openid-configuration")
            self._endpoint = str(told.raise_for_status().json()["token_endpoint"])
        who = self._credentials
        form = token_form(who.name, who.secret, who.sign_in)
        answer = await self._http.post(self._endpoint, data=form)
        granted: dict[str, Any] = answer.raise_for_status().json()
        return granted
