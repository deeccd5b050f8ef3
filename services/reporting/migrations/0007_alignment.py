"""Links to key results, and words of titles: before the code that looks at them is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0007"
down_revision = "0006"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0007_alignment.sql"))
    migrate.ask_for_rebuild()
