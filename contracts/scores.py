"""Final scores of goals: what is expected by ambition, and what a score amounts to.

After section 6 of the design. Scores are about goals, never about persons.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from contracts.envelope import Closed
from contracts.words import Words

Ambition = Literal["committed", "aspirational"]
ScoreBand = Literal["low", "middle", "high"]

EXPECTED: Mapping[Ambition, float] = {"committed": 1.0, "aspirational": 0.7}
"""The score that is expected of a goal."""
MIDDLE, HIGH = 0.4, 0.7
"""Where the middle and the high band begin."""


class Score(Closed):
    """How far a key result got in the end."""

    computed: float | None = Field(
        None, ge=0, le=1, description="Its progress when it was scored; absent when it had none."
    )
    agreed: float = Field(ge=0, le=1, description="What the team agreed on, in steps of 0.01.")
    reason: Words | None = Field(
        None,
        description="Why it is so, inside the agency only; absent where it is as computed, or an "
        "import gave none.",
    )
    at: datetime = Field(description="When it was given, UTC.")
    revision: int = Field(1, ge=1, description="Counts the changes of the score.")


def score_band(score: float) -> ScoreBand:
    """The band of a score: low below 0.4, middle below 0.7, else high.

    The score is rounded to 9 digits, so that a mean of scores of 0.7 is 0.7.
    """
    score = round(score, 9)
    if score >= HIGH:
        return "high"
    return "middle" if score >= MIDDLE else "low"
