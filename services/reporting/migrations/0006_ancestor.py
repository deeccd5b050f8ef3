"""What goals go on from: before the code that looks at it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0006"
down_revision = "0005"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0006_ancestor.sql"))
    migrate.ask_for_rebuild()
