"""What time it is: instants in UTC, dates in the agency's zone."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)


def today(zone: str) -> date:
    """The present date in the IANA zone `zone`."""
    return datetime.now(ZoneInfo(zone)).date()
