"""What operating the service needs: before the code that uses it is deployed."""

from chassis import migrate

revision = "0002"
down_revision = "0001"
phase = "pre"


def upgrade() -> None:
    migrate.chassis_schema("0002")
