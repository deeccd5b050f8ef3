"""What an entry of an inbox is, in which words it is told, and what may be mailed; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.words import LANGUAGES, Language, Text

Kind = Literal[
    "due",
    "missed",
    "help-wanted",
    "low-confidence",
    "goal-proposed",
    "goal-agreed",
    "question-asked",
    "request-made",
    "answered",
    "not-counted",
    "learning-shared",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

KEPT = timedelta(days=365)
"""An entry is kept for so long after what it tells of, read or not."""
KEPT_READ = timedelta(days=90)
"""One that was read is kept for so long after that, so not beyond `KEPT`."""


class Notification(Closed):
    """One thing that a person was told."""

    id: UUID
    version: int = Field(description="Counts from 1 how often it was read and unread.")
    kind: Kind = Field(description="Open code; new kinds may come.")
    about: str = Field(
        description="What it is about, as `objectives/<id>`, `check-ins/<id>` or `remarks/<id>`."
    )
    objective: UUID
    team: UUID = Field(description="The team that said it, else the one responsible for the goal.")
    at: datetime = Field(description="When it happened.")
    read_at: datetime | None = Field(None, description="Null while it is unread.")
    text: Text = Field(
        description="What happened; the goal and the team in it, no words of people."
    )

    @property
    def subject_id(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        return f"notifications/{self.id}"


class Mark(Closed):
    """What a person says of an entry of their inbox."""

    read: bool = Field(description="False: it is unread again.")


class PreferencesWanted(Closed):
    """What a person wants to be mailed; the inbox has all in any case."""

    mail: Mapping[Kind, bool] = Field(
        description="By kind, whether mails are wanted; a kind that is left out is wanted."
    )


class Preferences(Closed):
    """What a person is mailed."""

    person: UUID
    version: int = Field(description="Counts the changes from 1; 1 also before the first.")
    mail: Mapping[Kind, bool] = Field(description="Every kind, and whether mails are wanted.")

    @property
    def subject_id(self) -> str:
        return str(self.person)

    @property
    def subject(self) -> str:
        return f"preferences/{self.person}"


def expect(held: Notification | Preferences, version: int | None) -> None:
    """Refuse a change of what has moved on. Raises Problem `changed-since`."""
    if version is not None and held.version != version:
        raise Problem("changed-since", current=held, current_version=held.version)


def preferences(person: UUID, version: int, mail: Mapping[Any, bool]) -> Preferences:
    """Every kind said, also those that came after the person chose."""
    said: dict[Kind, bool] = {kind: mail.get(kind, True) for kind in KINDS}
    return Preferences(person=person, version=version, mail=said)


Wording = Mapping[Language, str]
LONGEST_NAME = 1000
"""Of names that are told; they may be as long as the whole text."""


def told(wording: Wording, goal: Wording, team: Wording) -> Text:
    """A text in each language, with the names of goal and team."""
    texts = {
        language: wording[language].format(goal=_line(goal[language]), team=_line(team[language]))
        for language in LANGUAGES
    }
    return Text.model_validate({"source": "fi", **texts})


def _line(name: str) -> str:
    """On one line, so that no name looks like more of the text than it is."""
    line = " ".join(name.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 2]} …"
