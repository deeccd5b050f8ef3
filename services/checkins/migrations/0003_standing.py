"""What a late correction does not take is kept, and found as current."""

from pathlib import Path

from chassis import migrate

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0003_standing.sql"))
