"""How requests on others' goals are found: before the code that takes them is deployed."""

from chassis import migrate

revision = "0013"
down_revision = "0012"
phase = "pre"


def upgrade() -> None:
    migrate.build_index(
        "remarks_by_asked",
        "remarks (((state ->> 'asked')::uuid)) WHERE (state ->> 'asked') IS NOT NULL",
    )
