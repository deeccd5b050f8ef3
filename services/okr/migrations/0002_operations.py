"""What operating the service needs: before the code that uses it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0002"
down_revision = "0001"
phase = "pre"


def upgrade() -> None:
    migrate.chassis_schema("0002")
    migrate.run_sql(Path(__file__).with_name("0002_changed_at.sql"))
