"""What surrounds every request: ids, the token, bounds, and a problem for whatever fails."""

import asyncio
import math
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

import asyncpg
import orjson
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import telemetry, tracing
from chassis.auth import Verifier
from chassis.db import AllTaken, RepublishDue, is_away
from chassis.identity_codes import has_identity_code
from chassis.overload import Place, Places, Rates, overloaded
from chassis.problem import Problem
from chassis.problem_texts import BOUNDS, Catalogue, language_of

BODY_LIMIT = 256 * 1024
DEEPEST = 100
"""How deep a body may be nested; readers of JSON fail at a few hundred."""
BODY_WITHIN = 10.0
"""Seconds that a body may take to arrive: its request has a place that others wait for."""
OPEN_PATH = "/openapi.json"

_CORRELATION = re.compile(r"[A-Za-z0-9._-]{8,64}")
_WITH_BODY = {"POST", "PUT", "PATCH", "DELETE"}
_Placed: TypeAlias = tuple[tuple[int | str, ...], Any]
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,40}")
_BUSY = (
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
)


class Surround:
    """The one middleware of an API."""

    def __init__(
        self,
        app: ASGIApp,
        verifier: Verifier,
        catalogue: Catalogue,
        places: Places,
        rates: Rates,
        limit: int = BODY_LIMIT,
        body_within: float = BODY_WITHIN,
    ) -> None:
        self._app = app
        self._verifier = verifier
        self._catalogue = catalogue
        self._places = places
        self._rates = rates
        self._limit = limit
        self._body_within = body_within

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        telemetry.begin(_correlation_of(headers), headers.get("traceparent"))
        outgoing = _Outgoing(send, telemetry.correlation_id())
        began = time.perf_counter()
        with tracing.serving(scope["method"]) as span:
            try:
                await self._answer(scope, headers, receive, outgoing)
            finally:
                operation = _operation_of(scope)
                span |= {"operation": operation, "http.response.status_code": outgoing.status}
                telemetry.REQUESTS.labels(operation, _outcome(outgoing.status)).observe(
                    time.perf_counter() - began
                )

    async def _answer(
        self, scope: Scope, headers: Headers, receive: Receive, send: "_Outgoing"
    ) -> None:
        try:
            await self._admit(scope, headers, receive, send)
        except Exception as error:
            if send.status:
                raise
            response = self._tell(problem_of(error), headers)
            await response(scope, receive, send)
        finally:
            send.leave()

    async def _admit(
        self, scope: Scope, headers: Headers, receive: Receive, send: "_Outgoing"
    ) -> None:
        """Serve it if there is a place; the description of the API needs none."""
        if scope["path"] == OPEN_PATH:
            await self._app(scope, receive, send)
            return
        authorization = headers.get("authorization", "")
        counted = self._rates.spend_if_known(authorization)
        send.place = self._places.take()
        token = await self._verifier.verify(authorization, partial(self._aside, send))
        if not counted:
            self._rates.spend(authorization, token)
        scope["soihtu.token"] = token
        await self._serve(scope, headers, receive, send)

    @contextmanager
    def _aside(self, send: "_Outgoing") -> Iterator[None]:
        """Have the place free for others; raises Problem `overloaded` where they keep it."""
        send.leave()
        yield
        send.place = self._places.take()

    async def _serve(
        self, scope: Scope, headers: Headers, receive: Receive, send: "_Outgoing"
    ) -> None:
        if rule := _broken_text(scope["path"]):
            raise _broken("/path", rule)
        if b"%00" in scope["query_string"]:
            raise _broken("/query", "no_nul")
        if scope["method"] in _WITH_BODY:
            body = await _body(receive, headers, self._limit, self._body_within)
            _check_json(body, headers.get("content-type", ""))
            receive = _again(body, receive)
        await self._app(scope, receive, send)

    def _tell(self, problem: Problem, headers: Headers) -> Response:
        language = language_of(headers.get("accept-language"))
        instance = telemetry.correlation_id()
        try:
            told = self._catalogue.tell(problem, language, instance)
        except (KeyError, TypeError):
            telemetry.log().error("problem-not-told", code=problem.code)
            told = self._catalogue.tell(Problem("internal-error"), language, instance)
        return Response(told.body, told.status, told.headers)


class _Outgoing:
    def __init__(self, send: Send, correlation_id: str) -> None:
        self._send = send
        self._correlation_id = correlation_id
        self.status = 0
        self.place: Place | None = None

    def leave(self) -> None:
        """Leave the place: all that is left to do is to send, which a slow caller may hold up."""
        if self.place is not None:
            self.place.leave()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.leave()
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            headers["x-correlation-id"] = self._correlation_id
            headers["cache-control"] = "no-store"
            headers["x-content-type-options"] = "nosniff"
        await self._send(message)


def _operation_of(scope: Scope) -> str:
    """The name of the route that was found, so that metrics hold no paths of callers."""
    return getattr(scope.get("route"), "operation_id", None) or "none"


def _outcome(status: int) -> str:
    if status < 400:
        return "done" if status else "failed"
    return "refused" if status < 500 else "failed"


def _correlation_of(headers: Headers) -> str | None:
    """The id that the caller gave, where it is one: no person's, as events and logs keep it."""
    given = headers.get("x-correlation-id", "")
    return given if _CORRELATION.fullmatch(given) and not has_identity_code(given) else None


def _broken(pointer: str, rule: str) -> Problem:
    return Problem("invalid-request", errors=[{"pointer": pointer, "rule": rule}])


async def _body(receive: Receive, headers: Headers, limit: int, within: float) -> bytes:
    """The whole body, of a stated length or in chunks.

    Raises Problem `body-too-large`, `body-too-slow`.
    """
    stated = headers.get("content-length", "")
    if stated.isdigit() and int(stated) > limit:
        raise Problem("body-too-large", limit=limit)
    try:
        async with asyncio.timeout(within):
            return await _collected(receive, limit)
    except TimeoutError:
        raise Problem("body-too-slow", within=math.ceil(within)) from None


async def _collected(receive: Receive, limit: int) -> bytes:
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Problem("bad-request")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limit:
            raise Problem("body-too-large", limit=limit)
        more = message.get("more_body", False)
    return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replayed() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed


def _check_json(body: bytes, content_type: str) -> None:
    """Refuse what PostgreSQL and other languages can't take though a lenient parser would, and
    what no service keeps: identity codes."""
    if not body:
        return
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem("unsupported-media-type")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem("malformed-json", position=error.pos) from None
    level: list[_Placed] = [(("body",), document)]
    for _ in range(DEEPEST):
        for place, value in level:
            if isinstance(value, str) and (rule := _broken_text(value)):
                raise _broken(_pointer(place), rule)
        level = [part for placed in level for part in _parts(*placed)]
        if not level:
            return
    raise _broken("/body", "too_deep")


def _broken_text(text: str) -> str | None:
    if "\x00" in text:
        return "no_nul"
    return "identity_code" if has_identity_code(text) else None


def _parts(place: tuple[int | str, ...], value: Any) -> Iterable[_Placed]:
    if isinstance(value, dict):
        return [
            *((place, name) for name in value),
            *(((*place, name), part) for name, part in value.items()),
        ]
    return [((*place, i), it) for i, it in enumerate(value)] if isinstance(value, list) else ()


def problem_of(error: Exception) -> Problem:
    """What a caller is told of `error`; what is not foreseen is logged by its type alone."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _invalid(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, _BUSY):
        return Problem("busy", retry_after=1)
    if isinstance(error, RepublishDue):
        return Problem("must-republish", retry_after=60)
    if isinstance(error, AllTaken):
        return overloaded()
    if is_away(error):
        telemetry.log().warning("database-away", error=type(error).__name__)
        return Problem("database-unavailable", retry_after=5)
    telemetry.log().error("request-failed", error=type(error).__name__, at=_where(error))
    return Problem("internal-error")


def _where(error: Exception) -> list[str]:
    """The innermost places of a traceback: no message, which may hold words of people."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(
            f"{trace.tb_frame.f_globals.get('__name__')}.{code.co_name}:{trace.tb_lineno}"
        )
        trace = trace.tb_next
    return places[-8:]


def _invalid(error: RequestValidationError) -> Problem:
    """Where, and which rule; the caller's own words are not said again."""
    errors = [
        {"pointer": _pointer(one["loc"]), "rule": one["type"], **_bounds(one.get("ctx", {}))}
        for one in error.errors()[:50]
    ]
    return Problem("invalid-request", errors=errors)


def _pointer(loc: tuple[int | str, ...]) -> str:
    steps = [str(part) if isinstance(part, int) or _NAME.fullmatch(part) else "*" for part in loc]
    return "/" + "/".join(steps)


def _bounds(context: dict[str, Any]) -> dict[str, float | str]:
    told = int | float | str  # a bound of days is a text
    return {name: context[name] for name in BOUNDS if isinstance(context.get(name), told)}


def _of_http(error: HTTPException) -> Problem:
    if isinstance(error.__cause__, Problem):
        return error.__cause__
    if error.status_code == 404:
        return Problem("no-such-route")
    return Problem("bad-request")
