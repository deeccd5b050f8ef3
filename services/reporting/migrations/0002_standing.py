"""What a late correction does not take is kept, and stands in the series."""

from pathlib import Path

from chassis import migrate

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0002_standing.sql"))
