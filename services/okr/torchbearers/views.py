"""What of a candidacy is for its team alone."""

from chassis.access import Target
from chassis.caller import Caller
from services.okr.access import PARTS
from services.okr.torchbearers.domain import Candidacy


def shown(caller: Caller, candidacy: Candidacy) -> Candidacy:
    """A candidacy as `caller` may see it: who said yes is for the team."""
    team = Target(frozenset([candidacy.team]))
    if PARTS.permits("read_candidacy", caller, team):
        return candidacy
    return candidacy.model_copy(update={"yes": ()})
