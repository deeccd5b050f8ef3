"""The CloudEvents envelope of every event, and the base of every writer model."""

import re
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_json

Origin = Literal["command", "import", "republish"]


HEADERS = {
    "ce_specversion": "Version of CloudEvents: 1.0.",
    "ce_id": "The event's own id; the same when it is sent again.",
    "ce_source": "Who wrote it: /agencies/<agency>/<service>.",
    "ce_type": "What it is, with its major version; pass over types that you don't know.",
    "ce_subject": "The aggregate: <kind>/<id>.",
    "ce_time": "When it happened, UTC, RFC 3339; never for ordering.",
    "ce_partitionkey": "The record's key.",
    "ce_dataschema": "The schema of the data, with its minor version.",
    "ce_sequence": "The version of the subject, a whole number from 1: it decides what is newer.",
    "ce_origin": "Why it was written: by a command, an import, or written anew as it was.",
    "ce_correlationid": "The same for all that one request led to.",
    "ce_traceparent": "W3C trace context.",
    "content-type": "application/json, UTF-8.",
}
"""What each header of a record says, none of which is ever absent."""


class Closed(BaseModel):  # noqa: PLW1641 - it is frozen, so pydantic hashes its fields
    """A value that we write: no field beyond those named; absent means not known."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def __eq__(self, other: object) -> bool:
        """By the fields that are known: those of a later release make no difference."""
        if type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__

    @classmethod
    def stored(cls, data: str | bytes) -> Self:
        """What a service wrote itself. Raises pydantic's ValidationError.

        Fields that a later release added are kept for `Event.data`, whatever is copied from it:
        this one may be in its place again. Nothing else sees them, and answers don't tell them.
        """
        try:
            return cls.model_validate_json(data)
        except ValidationError:
            return cls.model_validate_json(data, extra="allow")


class Event(Closed):
    """The whole state of one aggregate after a change.

    `version` counts the changes of this aggregate from 1; `change` is an open code that says
    what happened. The class's name is the event's name.
    """

    topic: ClassVar[str]
    kind: ClassVar[str]
    public: ClassVar[bool] = False
    schema_version: ClassVar[str] = "1.0"

    version: int = Field(
        description="Grows with each change of this aggregate; ce_sequence says it too."
    )
    change: str = Field(
        description="What happened last to the aggregate, an open code; its whole state is here.",
        json_schema_extra={"x-codes": "change"},
    )

    @property
    def subject_id(self) -> str:
        """The aggregate's identity within its kind."""
        return str(self.id)  # type: ignore[attr-defined]

    @property
    def key(self) -> str:
        """The Kafka key: the id of the aggregate's root, fixed at birth."""
        return self.subject_id

    @property
    def subject(self) -> str:
        return f"{self.kind}/{self.subject_id}"

    @classmethod
    def type(cls) -> str:
        name = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
        return f"fi.soihtu.{'open.' if cls.public else ''}{name}.v1"

    @classmethod
    def schema_id(cls) -> str:
        return f"urn:soihtu:schema:{cls.type()}:{cls.schema_version}"

    def next(self, change: str, **facts: Any) -> Self:
        """The state that follows this one: whatever is not among `facts` stays."""
        return self.model_copy(update={"version": self.version + 1, "change": change, **facts})

    def data(self) -> bytes:
        """The event's JSON; what is not known is left out."""
        if self.__pydantic_extra__ is None:
            return self.model_dump_json(exclude_none=True).encode()
        return to_json(_whole(self, self.model_dump(mode="json", exclude_none=True)))


def _whole(value: Any, said: Any) -> Any:
    """What is `said` of a value, with the fields of a later release in it."""
    if isinstance(value, BaseModel):
        known = {name: _whole(getattr(value, name), part) for name, part in said.items()}
        return known | (value.__pydantic_extra__ or {})
    if isinstance(value, tuple):
        return [_whole(*part) for part in zip(value, said, strict=True)]
    return said


class Envelope(NamedTuple):
    """The CloudEvents 1.0 attributes of an event; `sequence` is the aggregate's version."""

    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    key: str
    dataschema: str
    sequence: int
    origin: Origin
    correlationid: str
    traceparent: str

    @property
    def kind(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def subject_id(self) -> str:
        return self.subject.partition("/")[2]
