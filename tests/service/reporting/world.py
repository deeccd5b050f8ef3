"""A small agency as the other services tell of it: units, teams, a running cycle, goals, words."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from aiokafka import ConsumerRecord

from chassis import cloudevents, outbox
from chassis.testing.identity import ISSUER
from contracts import checkins, okr, organisation, people, retro
from contracts.envelope import Event
from contracts.progress import KeyResultUpdated, ValueRecorded
from contracts.words import Text
from services.reporting.app import TOPICS

SOURCE = "/agencies/demo/okr"
NOW = datetime.now(UTC)
TODAY = NOW.astimezone(ZoneInfo("Europe/Helsinki")).date()
START, END = TODAY - timedelta(days=60), TODAY + timedelta(days=60)


def an_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(UUID(int=0), name)


ROOT, HOUSING, PHONE = an_id("root"), an_id("housing"), an_id("phone")
LUMME, REVONTULI = an_id("lumme"), an_id("revontuli")
CYCLE, EARLIER = an_id("cycle"), an_id("earlier cycle")
YEARLY, WAITING_GOAL, CALLS = an_id("yearly"), an_id("waiting goal"), an_id("calls")
WAITING, CORRECTIONS, DROPPED = an_id("waiting"), an_id("corrections"), an_id("dropped")
ANSWERED = an_id("answered")


def text(fi: str, **more: str) -> Text:
    """A text whose source is Finnish."""
    return Text.model_validate({"source": "fi", "fi": fi, **more})


def unit(id_: UUID, name: str, parent: UUID | None, version: int = 1) -> organisation.UnitChanged:
    return organisation.UnitChanged(
        id=id_,
        version=version,
        change="changed",
        unit_kind="department" if parent else "agency",
        name=text(name),
        parent=parent,
        periods=(organisation.Period(since=START, name=text(name), parent=parent),),
    )


def team(id_: UUID, name: str, parent: UUID, version: int = 1) -> organisation.TeamChanged:
    return organisation.TeamChanged(
        id=id_,
        version=version,
        change="changed",
        name=text(name),
        parent=parent,
        periods=(organisation.Period(since=START, name=text(name), parent=parent),),
    )


def person(
    name: str, role: people.Role, place: UUID, until: date | None = None
) -> people.MembershipsChanged:
    """A person whose login is `name`; a head's place is a unit, any other's a team."""
    head = role == "head"
    held = people.Membership(
        role=role,
        team=None if head else place,
        unit=place if head else None,
        since=START,
        until=until,
    )
    return people.MembershipsChanged(
        id=an_id(name),
        version=1,
        change="changed",
        logins=(people.Login(issuer=ISSUER, subject=name),),
        memberships=(held,),
    )


def cycle(
    id_: UUID = CYCLE, state: okr.CycleState = "open", start: date = START, end: date = END
) -> okr.CycleChanged:
    return okr.CycleChanged(
        id=id_,
        version=1,
        change="changed",
        name=text("Kausi"),
        cycle_kind="tertial",
        start=start,
        end=end,
        state=state,
    )


def place(team_: UUID, where: okr.Place, cycle_: UUID = CYCLE) -> okr.TeamCycleChanged:
    return okr.TeamCycleChanged(version=1, change="moved", team=team_, cycle=cycle_, place=where)


def key_result(id_: UUID, **more: Any) -> okr.KeyResult:
    """A key result from 620 to 250."""
    given: dict[str, Any] = {
        "id": id_,
        "title": text("Yli 14 päivää odottavat"),
        "kind": "decrease",
        "unit": "kpl",
        "definitions": (okr.Definition(since=START, baseline=620, target=250),),
    }
    return okr.KeyResult.model_validate(given | more)


def objective(id_: UUID, *goals: okr.KeyResult, **more: Any) -> okr.ObjectiveChanged:
    """An agreed objective of Lumme."""
    given: dict[str, Any] = {
        "id": id_,
        "version": 1,
        "change": "agreed",
        "cycle": CYCLE,
        "owner_team": None if "owner_unit" in more else LUMME,
        "responsible_team": LUMME,
        "title": text("Asumisen hakemus ei jää odottamaan", en="No application is left waiting"),
        "rhythm": "weekly",
        "state": "agreed",
        "states": (okr.Moment(state="agreed", at=NOW - timedelta(days=50)),),
        "key_results": goals,
    }
    return okr.ObjectiveChanged.model_validate(given | more)


def taken_back(name: str = "taken back", **more: Any) -> okr.ObjectiveChanged:
    """A proposal of Lumme that was closed without ever having been agreed on."""
    weeks = {"proposed": 7, "closed": 1}
    moments = [
        okr.Moment(state=state, at=NOW - timedelta(weeks=ago), by=an_id("lumme.member1"))
        for state, ago in weeks.items()
    ]
    return objective(an_id(name), state="closed", states=moments, **more)


def value(source: str, amount: float | None, **more: Any) -> ValueRecorded:
    """A counted value of WAITING."""
    goal = more.get("key_result", WAITING)
    given: dict[str, Any] = {
        "id": an_id(f"{goal} {source}"),
        "version": 1,
        "change": "recorded",
        "key_result": goal,
        "objective": WAITING_GOAL,
        "source": source,
        "source_version": 1,
        "source_values": 1,
        "number": 0 if source.startswith("machine") else 1,
        "effective_date": TODAY,
        "value": amount,
        "counted": True,
    }
    return ValueRecorded.model_validate(given | more)


def progress(id_: UUID, amount: float | None, share: float | None, **more: Any) -> Any:
    """The progress of a key result of WAITING_GOAL, of which the totals are the same."""
    given: dict[str, Any] = {
        "id": id_,
        "version": 1,
        "change": "value",
        "objective": WAITING_GOAL,
        "value": amount,
        "effective_date": None if amount is None else TODAY,
        "progress": share,
        "unclamped": share,
        "objective_progress": share,
        "objective_coverage": 0.5,
        "objective_progress_version": 1,
    }
    return KeyResultUpdated.model_validate(given | more)


def check_in(name: str = "check-in", **more: Any) -> checkins.CheckInRecorded:
    """A check-in of Lumme today, with words."""
    entry = checkins.Entry(key_result=WAITING, value=500, confidence=7, words="Jono lyheni.")
    given: dict[str, Any] = {
        "id": an_id(name),
        "version": 1,
        "change": "recorded",
        "objective": WAITING_GOAL,
        "cycle": CYCLE,
        "team": LUMME,
        "author": an_id("lumme.member1"),
        "number": 1,
        "effective_date": TODAY,
        "entries": (entry,),
        "help_wanted": "Liiteohje on epäselvä.",
    }
    return checkins.CheckInRecorded.model_validate(given | more)


def learning(name: str, shareable: bool = True, **languages: str) -> retro.Learning:
    said = text(languages.pop("fi", name), **languages)
    return retro.Learning(id=an_id(name), text=said, shareable=shareable)


def look_back(
    name: str, *learnings: retro.Learning, team_: UUID = LUMME, version: int = 1, **more: Any
) -> retro.RetroCompleted:
    """A retro with one finding."""
    found = retro.Finding(
        objective=WAITING_GOAL, result="partly", recommendation="keep", learnings=learnings
    )
    given: dict[str, Any] = {"cycle": CYCLE, "findings": (found,)} | more
    return retro.RetroCompleted.model_validate(
        {"id": an_id(name), "version": version, "change": "completed", "team": team_, **given}
    )


def everything() -> list[Event]:
    """The agency, its people, a running cycle, three goals and a check-in that was counted."""
    return [
        unit(ROOT, "Elantovirasto", None),
        unit(HOUSING, "Asuminen", ROOT),
        unit(PHONE, "Puhelinpalvelu", ROOT),
        team(LUMME, "Lumme", HOUSING),
        team(REVONTULI, "Revontuli", PHONE),
        person("lumme.member1", "member", LUMME),
        person("lumme.supervisor", "supervisor", LUMME),
        person("housing.head", "head", HOUSING),
        person("root.head", "head", ROOT),
        person("phone.head", "head", PHONE),
        person("revontuli.member1", "member", REVONTULI),
        person("lumme.former", "member", LUMME, until=TODAY - timedelta(days=2)),
        cycle(),
        cycle(EARLIER, "closed", START - timedelta(days=120), START - timedelta(days=1)),
        place(LUMME, "running"),
        objective(
            YEARLY,
            owner_unit=ROOT,
            title=text("Raha on tilillä, kun sitä tarvitaan"),
            rhythm="monthly",
        ),
        objective(
            WAITING_GOAL,
            key_result(WAITING),
            key_result(
                CORRECTIONS,
                kind="maintain",
                unit="%",
                definitions=(okr.Definition(since=START, low=3, high=5, tolerance=2),),
            ),
            key_result(DROPPED, state="dropped"),
            contributes_to=(YEARLY,),
        ),
        objective(
            CALLS,
            key_result(ANSWERED, kind="increase"),
            owner_team=REVONTULI,
            responsible_team=REVONTULI,
            contributing_teams=(LUMME,),
            state="proposed",
            states=(okr.Moment(state="proposed", at=NOW),),
            title=text("Yksi puhelu riittää"),
        ),
        check_in(),
        value(f"check-in/{an_id('check-in')}", 500, confidence=7),
        progress(WAITING, 500, 0.324),
    ]


def records(events: Iterable[Event], first: int = 0) -> Iterator[ConsumerRecord]:
    """The records that carry `events`, on partition 0 of their topics."""
    for offset, event in enumerate(events, first):
        envelope = outbox.envelope_of(event, SOURCE, "command")
        headers = [(name, said.encode()) for name, said in cloudevents.to_headers(envelope).items()]
        yield record(event.topic, offset, event.key, event.data(), headers)


def record(
    topic: str, offset: int, key: str, data: bytes, headers: Sequence[tuple[str, bytes]]
) -> ConsumerRecord:
    """A record as aiokafka gives it."""
    if topic not in TOPICS:
        raise ValueError(f"{topic} is not read")
    return ConsumerRecord(
        topic=topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=key.encode(),
        value=data,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=headers,
    )
