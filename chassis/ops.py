"""The operations port of a role: whether it lives, whether it is ready, and its metrics."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from chassis import telemetry
from chassis.settings import Settings

FINISH_WITHIN = 15
"""Seconds in which what was begun is finished, once no more is taken."""


@dataclass
class Health:
    """What a role says of itself; a reason is a short code, never words of people."""

    status: str = "starting"
    reasons: tuple[str, ...] = ("starting",)
    dead: str | None = None
    leaving: bool = False
    _hindrances: dict[str, Callable[[], bool]] = field(default_factory=dict)

    def ready(self, status: str = "ready") -> None:
        """It can do its work."""
        if self.leaving:
            return
        for reason, holds in self._hindrances.items():
            if holds():
                self.unready(reason)
                return
        if self.reasons or self.status != status:
            telemetry.log().info("role-ready", status=status)
        self.status, self.reasons = status, ()

    def hinder(self, reason: str, holds: Callable[[], bool]) -> None:
        """It is not ready for this reason while `holds` says so, whatever else is well."""
        self._hindrances[reason] = holds

    def leave(self) -> None:
        """It finishes what it has, and ends; nothing makes it ready again."""
        self.unready("draining")
        self.leaving = True

    def die(self, reason: str) -> None:
        """It can't do its work any more, and no waiting helps."""
        if self.dead != reason:
            telemetry.log().error("role-dead", reason=reason)
        self.dead = reason

    def unready(self, reason: str, error: BaseException | None = None) -> None:
        """It waits for something."""
        if self.leaving:
            return
        self.status, self.reasons = "waiting", (reason,)
        kind = type(error).__name__ if error else None
        telemetry.log().warning("role-waits", reason=reason, error=kind)


def create_ops_app(health: Health, check: Callable[[], Awaitable[None]] | None = None) -> Starlette:
    """The application behind the operations port; `check` raises when a needed part is away."""

    async def live(_: Request) -> Response:
        code = 503 if health.dead else 200
        return JSONResponse({"status": health.dead or "live", "reasons": []}, code)

    async def ready(_: Request) -> Response:
        reasons = list(health.reasons)
        if not reasons and check is not None:
            try:
                await asyncio.wait_for(check(), 2)
            except Exception as error:
                telemetry.log().debug("not-ready", error=type(error).__name__)
                reasons = ["database-away"]
        status = "waiting" if reasons else health.status
        return JSONResponse({"status": status, "reasons": reasons}, 503 if reasons else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", metrics),
        ]
    )


def server(app: Any, host: str, port: int) -> uvicorn.Server:
    """A uvicorn server that leaves logs and signals to the role."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, access_log=False, lifespan="on",
        timeout_graceful_shutdown=FINISH_WITHIN,
    )  # fmt: skip
    return _Quiet(config)


class _Quiet(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The role handles signals itself."""
        yield


def ops_server(
    settings: Settings, health: Health, check: Callable[[], Awaitable[None]] | None = None
) -> uvicorn.Server:
    """The server of a role's operations port."""
    return server(create_ops_app(health, check), settings.host, settings.ops_port)
