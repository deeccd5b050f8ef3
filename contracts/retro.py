"""Events of checkins about retros: what a team made of a cycle, and what it learned."""

from collections.abc import Mapping
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.words import Language, Text, Words

Result = Literal["reached", "partly", "not"]
Recommendation = Literal["keep", "modify", "drop"]
Reason = Literal[
    "worked-together",
    "clear-goal",
    "clear-roles",
    "enough-time",
    "enough-people",
    "customer-feedback",
    "new-way-of-working",
    "tried-small",
    "regular-rhythm",
    "goal-too-big",
    "goal-unclear",
    "too-many-goals",
    "other-work-came-first",
    "waited-for-others",
    "lack-of-people",
    "absences",
    "tools-or-systems",
    "change-in-law-or-need",
    "other",
]
"""Why an objective went as it went. Other agencies read it, so nobody puts words of their own here;
the list may grow, and readers take what they don't know for `other`."""

REASONS: Mapping[Reason, Mapping[Language, str]] = {
    "worked-together": {
        "fi": "Teimme yhdessä", "sv": "Vi arbetade tillsammans", "en": "We worked together",
    },
    "clear-goal": {"fi": "Tavoite oli selkeä", "sv": "Målet var tydligt", "en": "A clear goal"},
    "clear-roles": {
        "fi": "Työnjako oli selkeä", "sv": "Arbetsfördelningen var tydlig", "en": "Clear roles",
    },
    "enough-time": {"fi": "Aika riitti", "sv": "Tiden räckte till", "en": "There was enough time"},
    "enough-people": {
        "fi": "Tekijöitä oli riittävästi", "sv": "Vi var tillräckligt många",
        "en": "There were enough people",
    },
    "customer-feedback": {
        "fi": "Kuuntelimme asiakkaita", "sv": "Vi lyssnade på kunderna",
        "en": "We listened to customers",
    },
    "new-way-of-working": {
        "fi": "Uusi toimintatapa", "sv": "Ett nytt arbetssätt", "en": "A new way of working",
    },
    "tried-small": {
        "fi": "Kokeilimme ensin pienesti", "sv": "Vi prövade först i liten skala",
        "en": "We tried it small first",
    },
    "regular-rhythm": {
        "fi": "Seurasimme säännöllisesti", "sv": "Vi följde upp regelbundet",
        "en": "We followed up regularly",
    },
    "goal-too-big": {
        "fi": "Tavoite oli liian suuri", "sv": "Målet var för stort", "en": "The goal was too big",
    },
    "goal-unclear": {
        "fi": "Tavoite oli epäselvä", "sv": "Målet var otydligt", "en": "The goal was unclear",
    },
    "too-many-goals": {
        "fi": "Tavoitteita oli liikaa", "sv": "Målen var för många", "en": "Too many goals",
    },
    "other-work-came-first": {
        "fi": "Muu työ meni edelle", "sv": "Annat arbete gick före", "en": "Other work came first",
    },
    "waited-for-others": {
        "fi": "Odotimme muita", "sv": "Vi väntade på andra", "en": "We waited for others",
    },
    "lack-of-people": {
        "fi": "Tekijöitä oli liian vähän", "sv": "Vi var för få", "en": "There were too few of us",
    },
    "absences": {
        "fi": "Lomat ja poissaolot", "sv": "Semestrar och frånvaro",
        "en": "Holidays and absences",
    },
    "tools-or-systems": {
        "fi": "Välineet tai järjestelmät", "sv": "Verktyg eller system",
        "en": "Tools or systems",
    },
    "change-in-law-or-need": {
        "fi": "Laki tai tarve muuttui", "sv": "Lagen eller behovet ändrades",
        "en": "The law or the need changed",
    },
    "other": {"fi": "Muu syy", "sv": "Annan orsak", "en": "Another reason"},
}  # fmt: skip

WORDS_READERS = "Read by the team, its supervisor and the heads of the units above."
LEARNING_READERS = (
    "Read by the team, its supervisor and the heads of the units above; where it is shareable, by "
    "all staff and by other agencies too."
)


class Learning(Closed):
    """One thing that the team learned."""

    id: UUID
    text: Text = Field(description=f"What the team learned. {LEARNING_READERS}")
    shareable: bool = Field(description="Whether it may be read beyond the team, and outside.")


class Finding(Closed):
    """What the team found about one objective."""

    objective: UUID
    result: Result
    reasons: tuple[Reason, ...] = Field(
        (), description="Open codes, new ones may come: why it went as it went."
    )
    words: Words | None = Field(None, description=f"Why it went so. {WORDS_READERS}")
    recommendation: Recommendation
    learnings: tuple[Learning, ...] = ()


class RetroCompleted(Event):
    """A team's look back on a cycle; a correction is a new version."""

    topic: ClassVar = "soihtu.retro.v1"
    kind: ClassVar = "retros"

    id: UUID
    team: UUID
    cycle: UUID
    author: UUID | None = Field(
        None, description="Opaque id of who completed it. Read by whoever reads the words."
    )
    findings: tuple[Finding, ...]
