"""The form shows what okr will take as current, before okr has got there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from contracts.checkins import CheckInRecorded, Entry
from services.checkins.forms import domain
from services.checkins.messages import Value

OBJECTIVE, CYCLE, TEAM = UUID(int=1), UUID(int=2), UUID(int=3)
FIRST_DAY = date(2026, 9, 1)
GOALS = (UUID(int=11), UUID(int=12))


@dataclass(frozen=True)
class Told:
    """A check-in in all its versions, and up to which one okr has it."""

    versions: Sequence[CheckInRecorded]
    known: int


def check_in(number: int, version: int, day: int, said: dict[UUID, float]) -> CheckInRecorded:
    return CheckInRecorded(
        id=UUID(int=1000 + number),
        version=version,
        change="recorded",
        objective=OBJECTIVE,
        cycle=CYCLE,
        team=TEAM,
        number=number,
        effective_date=FIRST_DAY + timedelta(days=day),
        entries=tuple(Entry(key_result=goal, value=value) for goal, value in said.items()),
    )


SAID = st.dictionaries(st.sampled_from(GOALS), st.floats(-1e6, 1e6), min_size=1)
VERSIONS = st.lists(st.tuples(st.integers(0, 4), SAID), min_size=1, max_size=3)


@st.composite
def told(draw: st.DrawFn) -> list[Told]:
    """Check-ins of an objective."""
    found = []
    for number, given_versions in enumerate(draw(st.lists(VERSIONS, max_size=5)), start=1):
        versions = [
            check_in(number, version, day, said)
            for version, (day, said) in enumerate(given_versions, start=1)
        ]
        found.append(Told(versions, draw(st.integers(0, len(versions)))))
    return found


@st.composite
def machines(draw: st.DrawFn) -> list[Value]:
    """What machines put, at most once a day."""
    days = draw(st.dictionaries(st.integers(0, 4), st.floats(-1e6, 1e6)))
    return [
        row(GOALS[0], f"machine/counter/{day}", 1, 0, FIRST_DAY + timedelta(days=day), value)
        for day, value in days.items()
    ]


def row(
    goal: UUID, source: str, version: int, number: int, day: date, value: float | None
) -> Value:
    return Value(
        id=UUID(int=0), key_result=goal, objective=OBJECTIVE, source=source,
        source_version=version, source_values=1, number=number, effective_date=day,
        value=value, withdrawn=value is None, counted=True,
    )  # fmt: skip


def rows_of_okr(check_ins: Sequence[Told], known: bool) -> list[Value]:
    """okr's rows: up to the versions that it knows, or as they will be in the end."""
    rows: dict[tuple[UUID, str], Value] = {}
    for one in check_ins:
        for said in one.versions[: one.known if known else None]:
            source = f"check-in/{said.id}"
            values = {entry.key_result: entry.value for entry in said.entries}
            before = {goal for goal, named in rows if named == source}
            for goal in values.keys() | before:
                rows[goal, source] = row(
                    goal, source, said.version, said.number, said.effective_date, values.get(goal)
                )
    return list(rows.values())


def expected(rows: Sequence[Value], goal: UUID) -> float | None:
    """The rule of the design, said once more: the last by day, person, number, source."""
    counted = [it for it in rows if it.key_result == goal and not it.withdrawn]
    for_sorting = [
        (it.effective_date, not it.source.startswith("machine/"), it.number, it.source, it.value)
        for it in counted
    ]
    return max(for_sorting)[4] if for_sorting else None


@given(told(), machines(), st.randoms(use_true_random=False))
def test_the_form_shows_what_okr_will_say_in_the_end(
    check_ins: list[Told], put: list[Value], chance: object
) -> None:
    known = [*rows_of_okr(check_ins, known=True), *put]
    chance.shuffle(known)  # type: ignore[attr-defined]
    behind = [one.versions[-1] for one in check_ins if one.known < len(one.versions)]
    waits = domain.waiting(known, behind)
    end = [*rows_of_okr(check_ins, known=False), *put]
    for goal in GOALS:
        point = domain.latest([it for it in known if it.key_result == goal], waits.get(goal, {}))
        assert (point.value if point else None) == expected(end, goal)


@given(told())
def test_what_okr_has_taken_in_does_not_wait(check_ins: list[Told]) -> None:
    rows = rows_of_okr(check_ins, known=False)
    assert not domain.waiting(rows, [one.versions[-1] for one in check_ins])


def test_a_person_outranks_a_machine_on_the_same_day_and_a_later_day_outranks_both() -> None:
    said = check_in(1, 1, 2, {GOALS[0]: 480.0})
    waits = domain.waiting([], [said])[GOALS[0]]
    same_day = row(GOALS[0], "machine/counter/2", 1, 0, said.effective_date, 600.0)
    later = row(GOALS[0], "machine/counter/3", 1, 0, FIRST_DAY + timedelta(days=3), 601.0)
    shown = [domain.latest(rows, waits) for rows in ([same_day], [same_day, later])]
    assert [point and (point.value, point.counted) for point in shown] == [
        (480.0, False),
        (601.0, True),
    ]


def test_what_okr_does_not_count_is_not_shown() -> None:
    refused = row(GOALS[0], "check-in/x", 1, 1, FIRST_DAY, 480.0).model_copy(
        update={"counted": False, "reason": "team-cycle-closed"}
    )
    assert domain.latest([refused], {}) is None
