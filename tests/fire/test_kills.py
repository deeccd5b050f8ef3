"""25 kills, each seam at least once: nothing that was acknowledged is lost or counted twice.

`make soak` kills as often as one likes, by any seed.
"""

import sys

from tests.fire.conftest import NewSession
from tests.fire.seams import EVERY, SEAMS

SEED = "25"
LEFT_TO_SOAK = {
    ("stopped-before-sending", "checkins-relay"),
    ("stopped-before-ending", "okr-relay"),
    ("unlocked-before-sending", "okr-relay"),
    ("unlocked-before-ending", "checkins-relay"),
    ("broker-stopped", "okr-relay"),
    *(("at-work", role) for role in SEAMS["at-work"].roles[1:]),
}
"""What takes long, as the lock of a leader that is stopped, which is free after 3 s."""


def test_nothing_is_lost_or_doubled_wherever_a_process_dies(new_session: NewSession) -> None:
    kills = [it for it in EVERY if it not in LEFT_TO_SOAK]
    assert {seam for seam, _ in kills} == set(SEAMS)
    result = new_session(SEED, tell=sys.stdout.write).run(kills)
    assert result.complaints == ()
    assert result.kills == 25
