"""Reading in okr what a check-in just said elsewhere."""

from uuid import uuid4

import pytest

from chassis.api import access_differences
from tests.service.okr.conftest import Okr

SEEN = "INSERT INTO seen (kind, id, version) VALUES ('check-ins', $1, 2)"


@pytest.mark.parametrize("kind", ["check-ins", "counted"])
async def test_a_check_in_that_was_counted_here_is_not_waited_for(okr: Okr, kind: str) -> None:
    check_in = str(uuid4())
    await okr.db.pool.execute(SEEN, check_in)
    here = await okr.ask("GET", "/me", headers={"Soihtu-After": f"{kind}/{check_in}@2"})
    assert here.status_code == 200
    later = {"Soihtu-After": f"{kind}/{check_in}@3"}
    assert await okr.refused("GET", "/me", headers=later) == (503, "not-here-yet")


async def test_every_operation_has_its_row_of_access(okr: Okr) -> None:
    assert access_differences(okr.app) == []
