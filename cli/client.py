"""Talks to the public APIs as one caller: finds them, keeps a token, waits and tries again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from cli.reach import Caller, Reach, http_client
from cli.reached import AFTER, VERSION, Versions, parse_versions
from cli.words import Problem

MOST_TRIES = 30
"""How often one request is made at most."""
LONGEST_PAUSE = 5.0
UNREACHED = (httpx.ConnectError, httpx.ConnectTimeout)
CUT_SHORT = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError, httpx.ReadTimeout)


class Refused(Exception):
    """An API's refusal: its status, its problem's code, its words, and the whole problem."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", status))
        self.problem = problem
        super().__init__(_told(status, problem))


def _told(status: int, problem: Mapping[str, Any]) -> str:
    errors = problem.get("errors")
    if isinstance(errors, list) and errors:
        return "; ".join(_place(one) for one in errors[:3])
    return str(problem.get("detail") or problem.get("title") or f"HTTP {status}")


def _place(error: Any) -> str:
    if not isinstance(error, dict):
        return str(error)
    place = str(error.get("pointer", "")).removeprefix("/body").strip("/").replace("/", ".")
    said = str(error.get("message") or error.get("rule", ""))
    return f"{place}: {said}" if place else said


@dataclass(frozen=True)
class Answer:
    """What an API answered: JSON, what it says happened, and the versions that it reached."""

    status: int
    body: dict[str, Any]
    outcome: str
    reached: Versions

    @property
    def id(self) -> str:
        return str(self.body["id"])

    @property
    def version(self) -> int:
        return int(self.body["version"])


class Client:
    """One caller of the APIs, used as an async context manager."""

    def __init__(
        self,
        reach: Reach,
        caller: Caller,
        network: httpx.AsyncBaseTransport | None = None,
        language: str = "en",
    ) -> None:
        """`network` is the way to the APIs and the issuer; by default the real one.

        `language`: fi, sv or en, in which problems are told.
        """
        self._reach = reach
        self.language = language
        self._http = http_client([reach.issuer, *reach.apis.values()], network)
        self._token = caller.tokens(reach.issuer, self._http)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._http.aclose()

    async def get(
        self,
        service: str,
        path: str,
        query: Mapping[str, str] | None = None,
        *,
        after: Versions | None = None,
    ) -> Answer:
        """Read. Raises Refused, Problem."""
        return await self._ask(service, "GET", path, after=after, query=query)

    async def put(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        after: Versions | None = None,
        match: int | None = None,
    ) -> Answer:
        """Put; `match` is the version that is to be replaced. Raises Refused, Problem."""
        return await self._ask(service, "PUT", path, body, after=after, match=match)

    async def post(
        self,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        after: Versions | None = None,
        match: int | None = None,
    ) -> Answer:
        """Post; `key` tells twins of a creation apart. Raises Refused, Problem."""
        return await self._ask(service, "POST", path, body, key=key, after=after, match=match)

    async def delete(self, service: str, path: str, *, match: int | None = None) -> Answer:
        """Take back. Raises Refused, Problem."""
        return await self._ask(service, "DELETE", path, match=match)

    async def items(
        self, service: str, path: str, query: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        """All items of a list, page by page. Raises Refused, Problem."""
        found: list[dict[str, Any]] = []
        asked = {"limit": "200", **(query or {})}
        while True:
            page = (await self.get(service, path, asked)).body
            found += page["items"]
            if not page["next"]:
                return found
            asked["after"] = page["next"]

    async def _ask(
        self,
        service: str,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        key: str | None = None,
        after: Versions | None = None,
        match: int | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        headers = {"accept-language": self.language}
        if key:
            headers["idempotency-key"] = key
        if after:
            headers[AFTER] = after.header()
        if match is not None:
            headers["if-match"] = f'"{match}"'
        request = self._http.build_request(
            method, self._reach.apis[service] + path, json=body, headers=headers, params=query
        )
        return _answer(await self._until_served(service, request))

    async def _until_served(self, service: str, request: httpx.Request) -> httpx.Response:
        """Every request may be made again: reads, puts, and creations that have a key."""
        for tried in range(1, MOST_TRIES + 1):
            token = await self._token.text()
            request.headers["authorization"] = f"Bearer {token}"
            try:
                response = await self._http.send(request)
            except UNREACHED as failure:
                raise self._away(service, failure) from failure
            except CUT_SHORT as failure:
                if tried >= 3:
                    raise self._away(service, failure) from failure
                continue
            if response.status_code == 401 and tried == 1:
                self._token.forget(token)
                continue
            if response.status_code not in (429, 503):
                return response
            await asyncio.sleep(_pause(response))
        return response

    def _away(self, service: str, failure: Exception) -> Problem:
        address = self._reach.apis[service]
        variable = f"SOIHTU_{service.upper()}_URL"
        why = str(failure) or type(failure).__name__
        return Problem("api-away", service=service, address=address, why=why, variable=variable)


def _pause(response: httpx.Response) -> float:
    said = response.headers.get("retry-after", "")
    return min(float(said), LONGEST_PAUSE) if said.isdigit() else 1.0


def _answer(response: httpx.Response) -> Answer:
    try:
        body = response.json()
    except ValueError:
        body = {}
    if not isinstance(body, dict):
        body = {}
    if response.is_error:
        raise Refused(response.status_code, body)
    return Answer(
        response.status_code,
        body,
        response.headers.get("soihtu-outcome", ""),
        parse_versions(response.headers.get(VERSION, "")),
    )


def by_ref(noun: str, system: str, key: str) -> str:
    """The address of what `system` calls `key`."""
    return f"/{noun}/by-ref/{quote(system, safe='')}/{quote(key, safe='')}"
