"""New identifiers: UUIDv7, so that rows made together lie together."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new() -> UUID:
    """A UUIDv7. Its time is never read: order comes from versions."""
    return uuid7()
