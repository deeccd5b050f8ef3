"""The APIs, told of a small agency, for tests that ask all of them."""

from collections.abc import Iterator, Mapping

import pytest

from local.throwaway import ThrowAwayParts
from tests.service.in_process import Running, running


@pytest.fixture(scope="session")
def apis(throwaway_parts: ThrowAwayParts) -> Iterator[Mapping[str, Running]]:
    """Each API by its name, on a database that these tests share."""
    throwaway_parts.start("postgres")
    with (
        running("okr", throwaway_parts.database("okr").app) as okr,
        running("checkins", throwaway_parts.database("checkins").app) as checkins,
        running("reporting", throwaway_parts.database("reporting").app) as reporting,
        running("notifications", throwaway_parts.database("notifications").app) as notifications,
    ):
        yield {
            "okr": okr, "checkins": checkins, "reporting": reporting,
            "notifications": notifications,
        }  # fmt: skip
