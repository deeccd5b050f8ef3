"""Who stands for torchbearer: before the code that uses it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0011"
down_revision = "0009"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0011_torchbearers.sql"))
