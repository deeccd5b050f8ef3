"""What the other services tell notifications: reporting's agency with contacts."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord

from chassis import cloudevents, outbox
from contracts import choosing, okr, people, retro
from contracts.envelope import Event, Origin
from services.notifications.app import TOPICS
from tests.service.reporting import world
from tests.service.reporting.world import (
    CALLS,
    LUMME,
    REVONTULI,
    SOURCE,
    WAITING_GOAL,
    YEARLY,
    an_id,
    check_in,
    cycle,
    objective,
    person,
    value,
)

PEOPLE = {
    "lumme.torchbearer": ("torchbearer", LUMME),
    "lumme.deputy": ("deputy", LUMME),
    "lumme.member2": ("member", LUMME),
    "revontuli.torchbearer": ("torchbearer", REVONTULI),
}
"""Beside those that reporting's agency has."""


def contact(name: str, language: str = "fi", mail: str | None = None) -> people.PersonChanged:
    """How a person is reached; by default at a domain that may be written to."""
    return people.PersonChanged.model_validate(
        {
            "id": an_id(name), "version": 1, "change": "changed", "name": name,
            "mail": mail or f"{name}@agency.test", "language": language,
        }
    )  # fmt: skip


def everything() -> list[Event]:
    """The agency, its people and goals; nobody has asked for help, and no value is told."""
    told = [
        event
        for event in world.everything()
        if event.topic not in ("soihtu.checkins.v1", "soihtu.progress.v1")
    ]
    hired = [person(name, role, place) for name, (role, place) in PEOPLE.items()]  # type: ignore[arg-type]
    names = [
        "lumme.member1", "lumme.supervisor", "housing.head", "root.head", "phone.head",
        "revontuli.member1", "lumme.former", *PEOPLE,
    ]  # fmt: skip
    return [*told, *hired, *map(contact, names)]


def calls(**more: object) -> okr.ObjectiveChanged:
    """An agreed goal of Revontuli, alone, that contributes to the yearly one."""
    given: dict[str, object] = {
        "version": 2, "owner_team": REVONTULI, "responsible_team": REVONTULI,
        "contributes_to": (YEARLY,), "title": world.text("Yksi puhelu riittää"),
    }  # fmt: skip
    return objective(CALLS, **(given | more))


def proposed(by: str, **more: object) -> okr.ObjectiveChanged:
    """A goal that is proposed to Lumme just now."""
    moment = okr.Moment(state="proposed", at=datetime.now(UTC), by=an_id(by))
    given: dict[str, object] = {"state": "proposed", "states": (moment,)}
    return objective(an_id("proposal"), **(given | more))


def agreed(by: str, *, ago: timedelta = timedelta(), **more: object) -> okr.ObjectiveChanged:
    """The waiting goal, agreed on just now, or so long ago."""
    moment = okr.Moment(state="agreed", at=datetime.now(UTC) - ago, by=an_id(by))
    given: dict[str, object] = {"version": 2, "contributes_to": (YEARLY,), "states": (moment,)}
    return objective(WAITING_GOAL, **(given | more))


def remark(number: int, by: str, kind: str = "question", **more: Any) -> choosing.RemarkChanged:
    """Something that is said just now of the waiting goal, which is Lumme's; in turn by number."""
    given: dict[str, Any] = {
        "id": UUID(int=number), "version": 1, "change": "said", "objective": WAITING_GOAL,
        "remark_kind": kind, "author": an_id(by), "text": "Miksi liite on epäselvä?",
        "state": "said", "at": datetime.now(UTC),
    }  # fmt: skip
    return choosing.RemarkChanged(**(given | more))


def request(by: str, **more: Any) -> choosing.RemarkChanged:
    """What Revontuli asks of Lumme just now."""
    return remark(100, by, "request", team=REVONTULI, **more)


def request_on_own_goal(by: str, **more: Any) -> choosing.RemarkChanged:
    """What Lumme asks of Revontuli just now, on Lumme's goal."""
    return remark(101, by, "request", team=LUMME, asked=REVONTULI, **more)


def answered(asked: choosing.RemarkChanged) -> choosing.RemarkChanged:
    """The same request with an answer."""
    answer = choosing.Answer(outcome="accepted", words="Epäselvä, otamme.", at=datetime.now(UTC))
    told = {"version": asked.version + 1, "change": "answered", "answer": answer}
    return asked.model_copy(update=told)


def look_back(name: str, *learnings: retro.Learning, **more: Any) -> retro.RetroCompleted:
    """A retro that Lumme's torchbearer completed."""
    given: dict[str, Any] = {"author": an_id("lumme.torchbearer")} | more
    return world.look_back(name, *learnings, **given)


def records(
    events: Iterable[Event],
    first: int = 0,
    *,
    origin: Origin = "command",
    age: timedelta = timedelta(),
) -> Iterator[ConsumerRecord]:
    """The records that carry `events`, of so long ago, on partition 0 of their topics."""
    for offset, event in enumerate(events, first):
        envelope = outbox.envelope_of(event, SOURCE, origin)
        told = cloudevents.to_headers(envelope._replace(time=envelope.time - age))
        headers = [(name, said.encode()) for name, said in told.items()]
        assert event.topic in TOPICS
        yield ConsumerRecord(
            topic=event.topic, partition=0, offset=offset, timestamp=0, timestamp_type=0,
            key=event.key.encode(), value=event.data(), checksum=None, serialized_key_size=0,
            serialized_value_size=0, headers=headers,
        )  # fmt: skip


__all__ = [
    "LUMME",
    "REVONTULI",
    "calls",
    "check_in",
    "contact",
    "cycle",
    "everything",
    "look_back",
    "records",
    "value",
]
