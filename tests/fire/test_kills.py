"""25 kills, each seam at least once: nothing that was acknowledged is lost or counted twice.

`make soak` kills as often as one likes, by any seed.
"""

import sys

from tests.fire.conftest import NewSession
from tests.fire.seams import EVERY, SEAMS

SEED = "25"
SLOW = {("stopped-before-sending", "checkins-relay"), ("stopped-before-ending", "okr-relay")}
"""A stopped leader's lock is free after 3 s; one service for each of these seams is enough."""


def test_nothing_is_lost_or_doubled_wherever_a_process_dies(new_session: NewSession) -> None:
    kills = [it for it in EVERY if it not in SLOW]
    assert {seam for seam, _ in kills} == set(SEAMS)
    assert len(kills) == 25
    result = new_session(SEED, tell=sys.stdout.write).run(kills)
    assert result.complaints == ()
    assert result.kills == 25
