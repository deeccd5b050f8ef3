"""What finds old entries of inboxes: before the code that forgets them is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0003"
down_revision = "0002"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0003_inbox_ends.sql"))
