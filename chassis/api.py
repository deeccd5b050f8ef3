"""Makes a service's public API: its routes behind doors, surrounded by what every request needs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import httpx
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException

from chassis import idempotency, openapi, telemetry
from chassis.access import AccessTable
from chassis.after import Reached
from chassis.auth import Verifier
from chassis.caller import Caller
from chassis.db import AWAY, Database, transaction
from chassis.doors import Api, whole
from chassis.middleware import BODY_LIMIT, BODY_WITHIN, OPEN_PATH, Surround
from chassis.overload import Places, Rates
from chassis.problem import Problem
from chassis.problem_texts import Catalogue
from chassis.routing import Router, allowed, doors
from chassis.settings import Settings

# FastAPI's own telemetry would record what people wrote, in validation errors.
NO_TELEMETRY: TelemetryConfig = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False,
    "auto_configure": False,
}  # fmt: skip

PURGE_EVERY = 600.0
"""Seconds between two purges of answers that need no longer be kept."""


def create_api(
    settings: Settings,
    db: Database,
    *,
    title: str,
    description: str,
    routers: Sequence[Router],
    access: AccessTable,
    problems: Path | None = None,
    holds: Mapping[str, Reached] | None = None,
    shown: Callable[[Caller, Any], Any] = whole,
    body_limit: int = BODY_LIMIT,
    body_within: float = BODY_WITHIN,
    identity: httpx.AsyncBaseTransport | None = None,
) -> FastAPI:
    """The public API of a service.

    `problems` is the service's `problems.yaml`; `holds` says how to find the version of each
    kind of aggregate that the service has a copy of (`after.seen` for those it consumes).
    `shown` is what of an answer its caller may see. `identity` is the way to the OIDC provider, by
    default the network. Opens nothing.
    """
    catalogue = Catalogue.load(*([problems] if problems else []))
    app = FastAPI(
        title=title, description=description, version="1.0", openapi_url=OPEN_PATH,
        docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=_lifespan(db),
        exception_handlers={HTTPException: _hand_up, RequestValidationError: _hand_up},
        telemetry=NO_TELEMETRY,
    )  # fmt: skip
    app.state.api = Api(settings, db, access, holds or {}, catalogue, shown=shown)
    for router in routers:
        app.include_router(router)
    app.openapi = _described_once(app, catalogue)  # type: ignore[method-assign]
    app.add_middleware(
        Surround, verifier=Verifier(settings, identity), catalogue=catalogue, limit=body_limit,
        places=Places(settings.max_in_flight), rates=Rates(settings), body_within=body_within,
    )  # fmt: skip
    return app


def access_differences(app: FastAPI) -> list[str]:
    """Routes without a row in the access table, and rows without a route: there should be none."""
    api: Api = app.state.api
    return api.access.differences([str(route.operation_id) for route in doors(app)])


async def _hand_up(request: Request, error: Exception) -> NoReturn:
    methods = allowed(request.app, request.scope["path"])
    # An address of its own may also look like one with an odd id.
    odd = isinstance(error, RequestValidationError) and request.method not in methods
    if odd or (isinstance(error, HTTPException) and error.status_code == 405):
        raise Problem("method-not-allowed", allow=methods)
    raise error


def _described_once(app: FastAPI, catalogue: Catalogue) -> Callable[[], dict[str, Any]]:
    made: dict[str, Any] = {}

    def described() -> dict[str, Any]:
        if not made:
            made.update(openapi.describe(app, catalogue))
        return made

    return described


def _lifespan(db: Database) -> Any:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        purging = asyncio.create_task(_purge_for_ever(db))
        yield
        purging.cancel()

    return lifespan


async def _purge_for_ever(db: Database) -> None:
    while True:
        try:
            async with transaction(db) as tx:
                await idempotency.purge(tx)
        except AWAY as error:
            telemetry.log().warning("purge-failed", error=type(error).__name__)
        await asyncio.sleep(PURGE_EVERY)
