"""The APIs that tests ask without a socket, each made once: that takes longer than most tests."""

from dataclasses import replace
from functools import cache
from typing import Any

from fastapi import FastAPI
from pydantic import SecretStr

from chassis import db
from chassis.doors import Api
from chassis.settings import Settings
from chassis.testing.identity import Issuer
from services.checkins import app as checkins
from services.notifications import app as notifications
from services.okr import app as okr
from services.reporting import app as reporting

APPS: dict[str, Any] = {
    "okr": okr, "checkins": checkins, "reporting": reporting, "notifications": notifications,
}  # fmt: skip
OFTEN = 1e6
"""Requests per second that one caller may send: how many they may is another test's matter."""


def settings_of(issuer: Issuer, dsn: str = "unused") -> Settings:
    """What an API needs, and no broker."""
    return Settings(
        kafka="unused:9", postgres=SecretStr(dsn), issuer=issuer.issuer,
        rate=OFTEN, rate_machines=OFTEN,
    )  # fmt: skip


@cache
def issuer() -> Issuer:
    """Who signs the tokens that these APIs take."""
    return Issuer()


def new_api(service: str, database: db.Database) -> FastAPI:
    """The API of a service, for whoever asks it beside all others."""
    app: FastAPI = APPS[service].create_app(settings_of(issuer()), database, issuer().transport)
    return app


@cache
def _made(service: str) -> FastAPI:
    return new_api(service, db.Database(None, f"/agencies/demo/{service}"))  # type: ignore[arg-type]


def api_on(service: str, database: db.Database) -> FastAPI:
    """The API of a service, on this database until it is put on another one."""
    app = _made(service)
    api: Api = app.state.api
    app.state.api = replace(api, db=database)
    return app
