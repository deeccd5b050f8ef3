"""A small agency as okr tells of it: three teams, their people, a running cycle, an objective."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from aiokafka import ConsumerRecord

from chassis import clock, cloudevents, outbox
from chassis.testing.identity import ISSUER
from contracts import okr, organisation, people
from contracts.envelope import Event
from contracts.progress import ValueRecorded
from contracts.words import Text

SOURCE = "/agencies/demo/okr"
TODAY = clock.today("Europe/Helsinki")
START, END = TODAY - timedelta(days=60), TODAY + timedelta(days=30)


def an_id(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(UUID(int=0), name)


ROOT, UNIT, OTHER_UNIT = an_id("root"), an_id("unit"), an_id("other unit")
LUMME, PESA, KIDE = an_id("lumme"), an_id("pesä"), an_id("kide")
CYCLE, OBJECTIVE = an_id("cycle"), an_id("objective")
WAITING, CORRECTIONS, OF_PESA, DROPPED = (
    an_id("waiting"), an_id("corrections"), an_id("of pesä"), an_id("dropped"),
)  # fmt: skip


def text(fi: str) -> Text:
    """A text in Finnish."""
    return Text(source="fi", fi=fi)


def person(
    name: str,
    *roles: tuple[people.Role, UUID],
    version: int = 1,
    since: date = START,
    until: date | None = None,
) -> people.MembershipsChanged:
    """A person whose login is `name`; a head's role is in a unit, any other in a team."""
    held = [
        people.Membership(
            role=role,
            team=None if role == "head" else place,
            unit=place if role == "head" else None,
            since=since,
            until=until,
        )
        for role, place in roles
    ]
    return people.MembershipsChanged(
        id=an_id(name),
        version=version,
        change="changed",
        logins=(people.Login(issuer=ISSUER, subject=name),),
        memberships=tuple(held),
    )


def place(
    team: UUID, where: okr.Place, version: int = 1, cycle: UUID = CYCLE
) -> okr.TeamCycleChanged:
    """A team's place in a cycle."""
    return okr.TeamCycleChanged(
        version=version, change="moved", team=team, cycle=cycle, place=where
    )


def key_result(id_: UUID, **more: Any) -> okr.KeyResult:
    """A key result from 620 to 250."""
    given: dict[str, Any] = {
        "id": id_,
        "title": text("Yli 14 päivää odottavat"),
        "kind": "decrease",
        "unit": "kpl",
        "definitions": (okr.Definition(since=START, baseline=620, target=250),),
    }
    return okr.KeyResult(**(given | more))


def objective(version: int = 1, **more: Any) -> okr.ObjectiveChanged:
    """Lumme's agreed objective, to which Pesä contributes."""
    given: dict[str, Any] = {
        "id": OBJECTIVE,
        "version": version,
        "change": "agreed",
        "cycle": CYCLE,
        "owner_team": LUMME,
        "responsible_team": LUMME,
        "contributing_teams": (PESA,),
        "title": text("Asumisen hakemus ei jää odottamaan"),
        "rhythm": "weekly",
        "state": "agreed",
        "states": (okr.Moment(state="agreed", at=datetime.now(UTC)),),
        "key_results": (
            key_result(WAITING),
            key_result(CORRECTIONS),
            key_result(OF_PESA, team=PESA),
            key_result(DROPPED, state="dropped"),
        ),
    }
    return okr.ObjectiveChanged(**(given | more))


def cycle(version: int = 1, start: date = START, end: date = END) -> okr.CycleChanged:
    """The cycle that runs."""
    return okr.CycleChanged(
        id=CYCLE, version=version, change="opened", name=text("3. tertiaali"),
        cycle_kind="tertial", start=start, end=end, state="open",
    )  # fmt: skip


def value(said: Any, goal: UUID, version: int = 1, of: int = 1, **more: Any) -> ValueRecorded:
    """okr's row for what the check-in `said` (as JSON) says of a key result."""
    entry = next((it for it in said["entries"] if it["key_result"] == str(goal)), None)
    given: dict[str, Any] = {
        "id": an_id(f"{said['id']} {goal}"),
        "version": version,
        "change": "recorded" if entry else "withdrawn",
        "key_result": goal,
        "objective": UUID(said["objective"]),
        "source": f"check-in/{said['id']}",
        "source_version": said["version"],
        "source_values": of,
        "number": said["number"],
        "effective_date": date.fromisoformat(said["effective_date"]),
        "value": entry["value"] if entry else None,
        "withdrawn": entry is None,
        "confidence": entry["confidence"] if entry else None,
        "counted": True,
    }
    return ValueRecorded(**(given | more))


def machine_value(goal: UUID, number: float, day: date) -> ValueRecorded:
    """A row that a machine put."""
    source = f"machine/counter/{day}"
    return ValueRecorded(
        id=an_id(f"{source} {goal}"), version=1, change="recorded", key_result=goal,
        objective=OBJECTIVE, source=source, source_version=1, source_values=1, number=0,
        effective_date=day, value=number, counted=True,
    )  # fmt: skip


def everything() -> list[Event]:
    """The whole small agency."""
    return [
        organisation.UnitChanged(
            id=ROOT, version=1, change="created", unit_kind="agency", name=text("Virasto"),
            periods=(),
        ),
        organisation.UnitChanged(
            id=UNIT, version=1, change="created", unit_kind="unit", name=text("Etuudet"),
            parent=ROOT, periods=(),
        ),
        organisation.UnitChanged(
            id=OTHER_UNIT, version=1, change="created", unit_kind="unit", name=text("Tieto"),
            parent=ROOT, periods=(),
        ),
        *(
            organisation.TeamChanged(
                id=team, version=1, change="created", name=text("Tiimi"), parent=parent,
                periods=(),
            )
            for team, parent in ((LUMME, UNIT), (PESA, UNIT), (KIDE, OTHER_UNIT))
        ),
        person("lumme.member1", ("member", LUMME)),
        person("lumme.member2", ("member", LUMME)),
        person("lumme.torchbearer", ("torchbearer", LUMME)),
        person("lumme.supervisor", ("supervisor", LUMME)),
        person("pesa.member1", ("member", PESA)),
        person("kide.member1", ("member", KIDE)),
        person("kide.supervisor", ("supervisor", KIDE)),
        person("head.root", ("head", ROOT)),
        person("head.unit", ("head", UNIT)),
        person("head.other", ("head", OTHER_UNIT)),
        cycle(),
        place(LUMME, "running"),
        objective(),
    ]  # fmt: skip


def records(events: Iterable[Event], first_offset: int = 0) -> Sequence[ConsumerRecord]:
    """The records of events, as Kafka would hand them out, all in partitions 0."""
    return [record(event, first_offset + place) for place, event in enumerate(events)]


def record(event: Event, offset: int) -> ConsumerRecord:
    """The record of an event."""
    headers = cloudevents.to_headers(outbox.envelope_of(event, SOURCE, "command"))
    return ConsumerRecord(
        topic=event.topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=event.key.encode(),
        value=event.data(),
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=tuple((name, text.encode()) for name, text in headers.items()),
    )
