"""The product's own roles, each with one part made otherwise: what the kills must not forgive.

Each module has a `main(service, argv)` that runs a role in place of `chassis.roles.main`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.fire.seams import EVERY

RELAYS = ("okr-relay", "checkins-relay")


@dataclass(frozen=True)
class Saboteur:
    """Which roles it is put in place of, where roles are killed then, and what is found.

    `found` is a pattern of what gives it away.
    """

    roles: tuple[str, ...]
    killed_at: tuple[tuple[str, str], ...]
    found: str


def _killed(*roles: str, at: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """These seams of these roles, all of theirs where none is named."""
    return tuple(
        (seam, role)
        for seam, role in EVERY
        if role in roles and (seam in at if at else seam != "at-work")
    )


UNSENT = _killed(*RELAYS, at=("before-kafkas-commit", "broker-stopped"))
SENT = _killed("checkins-relay", at=("before-deleting", "before-publishing"))
SUPERSEDED = tuple(it for it in _killed(*RELAYS) if it[0].startswith(("stopped", "unlocked")))
UNCOMMITTED = _killed("checkins-api", at=("before-commit", "at-commit"))
KEY_LATE = "was acknowledged|idempotency_keys"
REPORTING, CHECKINS, TELLER = "reporting-worker", "checkins-worker", "notifications-worker"
TOLD = _killed(TELLER, at=("while-telling", "before-mailing"))

SABOTEURS: Mapping[str, Saboteur] = {
    "delete_first": Saboteur(RELAYS, UNSENT, "on no topic"),
    "read_uncommitted": Saboteur((REPORTING,), UNSENT, "which is on no topic"),
    "unguarded": Saboteur(("okr-worker",), SENT, "once more"),
    "unfenced": Saboteur(RELAYS, SUPERSEDED, "superseded by another"),
    "offsets_first": Saboteur((REPORTING,), _killed(REPORTING), "reporting.seen"),
    "ack_first": Saboteur((REPORTING,), _killed(REPORTING), "reporting.seen|not committed itself"),
    "latest": Saboteur((CHECKINS,), _killed(CHECKINS), "checkins.seen"),
    "beside_outbox": Saboteur(("checkins-api",), UNCOMMITTED, "two"),
    "settle_first": Saboteur((TELLER,), TOLD, "notifications.notifications .* found None"),
    "noted_first": Saboteur((TELLER,), TOLD, "which is said to be sent"),
    "key_after_commit": Saboteur(("checkins-api",), _killed("checkins-api"), KEY_LATE),
}
"""By the names of their modules."""
