"""What a form and a retro look up is found without reading whole series."""

from pathlib import Path

from chassis import migrate

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0002_bounded.sql"))
