"""The tables of okr, and the agency's root unit with the event that tells of it."""

import json
from pathlib import Path
from typing import Any

import aiosql
from alembic import op
from pydantic_settings import BaseSettings, SettingsConfigDict

from chassis import cloudevents, directory, migrate, outbox
from contracts.open import to_open
from contracts.organisation import UnitChanged
from services.okr.organisation import store
from services.okr.organisation.domain import found_agency

revision = "0001"
down_revision = None
phase = "pre"

HERE = Path(__file__).parent


class Agency(BaseSettings):
    """Whose installation this is."""

    model_config = SettingsConfigDict(env_prefix="SOIHTU_")

    agency: str = "demo"


def upgrade() -> None:
    migrate.chassis_schema("0001")
    for tables in ("0001_first.sql", "0001_goals.sql"):
        migrate.run_sql(HERE / tables)
    config = op.get_context().config
    assert config is not None
    _add_root(found_agency(config.attributes["agency_name"]))


def _add_root(root: UnitChanged) -> None:
    conn = op.get_bind().connection.driver_connection
    row = {"id": root.id, "version": root.version, "state": root.data().decode()}
    _queries_beside(store.__file__, "queries.sql").insert_unit(conn, **row)
    _queries_beside(directory.__file__, "directory.sql").upsert_units(
        conn, ids=[root.id], parents=[root.parent], versions=[root.version]
    )
    _publish(conn, root)


def _publish(conn: Any, root: UnitChanged) -> None:
    source = f"/agencies/{Agency().agency}/okr"
    events = [event for event in (root, to_open(root)) if event is not None]
    headers = [
        cloudevents.to_headers(outbox.envelope_of(event, source, "command")) for event in events
    ]
    _queries_beside(outbox.__file__, "outbox.sql").insert_outbox(
        conn,
        topics=[event.topic for event in events],
        keys=[event.key for event in events],
        headers=[json.dumps(one) for one in headers],
        payloads=[event.data() for event in events],
    )


def _queries_beside(module_file: str, name: str) -> Any:
    """A module's queries, for the migrations' driver."""
    return aiosql.from_path(Path(module_file).with_name(name), "psycopg")
