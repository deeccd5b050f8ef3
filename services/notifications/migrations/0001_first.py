"""The first schema: the chassis's tables, the copy of others' states, notices and mails."""

from pathlib import Path

from chassis import migrate

revision = "0001"
down_revision = None
phase = "pre"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    migrate.chassis_schema("0001")
    migrate.chassis_schema("0002")
    migrate.run_sql(Path(__file__).with_name("0001_first.sql"))
