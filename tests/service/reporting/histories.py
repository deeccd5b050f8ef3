"""Histories of made-up agencies: every version of every aggregate, as the writers make them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Literal, TypeVar
from uuid import UUID

from contracts import checkins, choosing, okr, organisation, people, retro
from contracts.envelope import Event
from contracts.progress import KeyResultUpdated, Standing, ValueRecorded
from contracts.words import Language, Text, Translation, TranslationState
from tests.service.reporting.world import an_id

T = TypeVar("T")

DAY = date(2026, 9, 1)
MOMENT = datetime(2026, 9, 1, 8, tzinfo=UTC)


def ids(kind: str, count: int = 3) -> list[UUID]:
    return [an_id(f"{kind} {n}") for n in range(count)]


UNITS, TEAMS, PEOPLE = ids("unit"), ids("team"), ids("person")
CYCLES, OBJECTIVES, PILLARS = ids("cycle", 2), ids("objective", 2), ids("pillar")
CHECK_INS, RETROS = ids("check-in"), ids("retro", 2)


def key_results(objective: UUID) -> list[UUID]:
    return ids(f"key result of {objective}")


def history(rnd: Random) -> list[Event]:
    """All events of one agency's past, in no order that matters."""
    makers = (
        organisation_, people_, pillars, cycles, objectives, series, progress, check_ins, retros,
    )  # fmt: skip
    return [event for maker in makers for event in maker(rnd)]


def versions(rnd: Random) -> range:
    return range(1, rnd.randint(1, 3) + 1)


def day(rnd: Random) -> date:
    return DAY + timedelta(days=rnd.randint(0, 90))


def text(rnd: Random) -> Text:
    en = f"en {rnd.randint(0, 9)}" if rnd.random() < 0.5 else None
    return Text(source="fi", fi=f"fi {rnd.randint(0, 9)}", en=en)


def translations(rnd: Random) -> tuple[Translation, ...]:
    states: list[TranslationState] = ["draft", "proof-read"]
    languages: list[Language] = ["sv", "en"]
    return tuple(
        Translation(language=one, state=rnd.choice(states))
        for one in languages
        if rnd.random() < 0.5
    )


def some(rnd: Random, all_: list[T]) -> tuple[T, ...]:
    return tuple(one for one in all_ if rnd.random() < 0.5)


def done(rnd: Random) -> tuple[str, ...] | None:
    return rnd.choice([None, (), ("m1",), ("m1", "m2")])


def organisation_(rnd: Random) -> Iterator[Event]:
    for id_ in UNITS:
        for version in versions(rnd):
            yield organisation.UnitChanged(
                id=id_, version=version, change="changed", unit_kind="unit", name=text(rnd),
                parent=rnd.choice([None, *UNITS]), periods=(),
            )  # fmt: skip
    for id_ in TEAMS:
        for version in versions(rnd):
            yield organisation.TeamChanged(
                id=id_, version=version, change="changed", name=text(rnd),
                parent=rnd.choice(UNITS), periods=(),
            )  # fmt: skip


def people_(rnd: Random) -> Iterator[Event]:
    for id_ in PEOPLE:
        for version in versions(rnd):
            held = tuple(
                people.Membership(role="member", team=team, since=day(rnd))
                for team in some(rnd, TEAMS)
            )
            login = people.Login(issuer="issuer", subject=f"{id_} {rnd.randint(0, 3)}")
            yield people.MembershipsChanged(
                id=id_, version=version, change="changed", logins=(login,), memberships=held,
                site=rnd.choice([None, "Oulu", "Vaasa"]), home_team=rnd.choice([None, *TEAMS]),
            )  # fmt: skip


def pillars(rnd: Random) -> Iterator[Event]:
    for id_ in PILLARS:
        for version in versions(rnd):
            yield okr.PillarChanged(
                id=id_, version=version, change="changed", name=text(rnd), promise=text(rnd),
                order=rnd.randint(1, 9), state=rnd.choice(["current", "retired"]),
                translations=translations(rnd),
            )  # fmt: skip


def cycles(rnd: Random) -> Iterator[Event]:
    for id_ in CYCLES:
        for version in versions(rnd):
            yield okr.CycleChanged(
                id=id_, version=version, change="changed", name=text(rnd), cycle_kind="tertial",
                start=DAY, end=day(rnd), state=rnd.choice(["planned", "open", "closed"]),
            )  # fmt: skip
        for team in TEAMS:
            for version in versions(rnd):
                place: okr.Place = rnd.choice(["setting", "running", "retro", "closed"])
                yield okr.TeamCycleChanged(
                    team=team, cycle=id_, version=version, change="moved", place=place
                )


def objectives(rnd: Random) -> Iterator[Event]:
    for id_ in OBJECTIVES:
        for version in versions(rnd):
            state: okr.ObjectiveState = rnd.choice(["proposed", "agreed", "closed"])
            unit = rnd.choice([None, *UNITS])
            yield okr.ObjectiveChanged(
                id=id_, version=version, change="changed", cycle=rnd.choice(CYCLES),
                owner_unit=unit, owner_team=None if unit else rnd.choice(TEAMS),
                responsible_team=rnd.choice(TEAMS), contributing_teams=some(rnd, TEAMS),
                title=text(rnd), benefit=rnd.choice([None, text(rnd)]), rhythm="weekly",
                from_what=rnd.choice([None, text(rnd)]), to_what=rnd.choice([None, text(rnd)]),
                translations=translations(rnd),
                state=state,
                states=(okr.Moment(state=state, at=MOMENT, by=rnd.choice([None, id_])),),
                agreements=some(rnd, [agreement("agreed"), agreement("recorded")]),
                contributes_to=some(rnd, OBJECTIVES),
                contributes_to_key_results=some(rnd, key_results(rnd.choice(OBJECTIVES))),
                serves=some(rnd, PILLARS),
                ancestor=rnd.choice([None, *OBJECTIVES]),
                key_results=tuple(defined(rnd, goal) for goal in some(rnd, key_results(id_))),
            )  # fmt: skip


def agreement(state: Literal["recorded", "agreed"]) -> choosing.Agreement:
    return choosing.Agreement(what="goal", how="in-meeting", state=state, recorded_at=MOMENT)


def defined(rnd: Random, id_: UUID) -> okr.KeyResult:
    steps = tuple(
        okr.Milestone(id=f"m{number}", title=text(rnd), weight=number) for number in (1, 2)
    )
    definition = rnd.choice(
        [
            okr.Definition(since=day(rnd), baseline=0, target=rnd.randint(1, 9)),
            okr.Definition(since=day(rnd), target=5, phases=(okr.Phase(day=DAY, share=0.5),)),
            okr.Definition(since=day(rnd), baseline=0, commit=2, target=5, stretch=6),
            okr.Definition(since=day(rnd), milestones=steps),
        ]
    )
    return okr.KeyResult(
        id=id_, title=text(rnd), kind="increase", unit=rnd.choice([None, "kpl"]),
        team=rnd.choice([None, *TEAMS]), state=rnd.choice(["open", "dropped"]),
        definitions=(definition,),
    )  # fmt: skip


def series(rnd: Random) -> Iterator[Event]:
    """Each version of a source touches every row that it had before, and maybe some more."""
    sources = [*(f"check-in/{id_}" for id_ in CHECK_INS), "machine/queue/2026-09-01"]
    for source in sources:
        objective = rnd.choice(OBJECTIVES)
        rows: dict[UUID, int] = {}
        for source_version in versions(rnd):
            touched = {*rows, *some(rnd, key_results(objective))} or {key_results(objective)[0]}
            for goal in sorted(touched):
                rows[goal] = rows.get(goal, 0) + 1
                withdrawn = rnd.random() < 0.2
                counted = rnd.random() < 0.7
                yield ValueRecorded(
                    id=an_id(f"{source} {goal}"), version=rows[goal], change="recorded",
                    key_result=goal, objective=objective, source=source,
                    source_version=source_version, source_values=len(touched),
                    number=rnd.randint(0, 9), effective_date=day(rnd),
                    value=None if withdrawn else rnd.randint(0, 9) / 4, withdrawn=withdrawn,
                    done=done(rnd), confidence=rnd.choice([None, 3, 8]), counted=counted,
                    reason=None if counted else "key-result-dropped",
                    standing=None if counted or rnd.random() < 0.5 else Standing(
                        effective_date=day(rnd), value=rnd.randint(0, 9) / 4,
                        done=done(rnd), confidence=rnd.choice([None, 4]),
                    ),
                )  # fmt: skip


def progress(rnd: Random) -> Iterator[Event]:
    """Each transaction changes some key results, and the totals once."""
    for objective in OBJECTIVES:
        reached: dict[UUID, int] = {}
        for totals in range(1, rnd.randint(1, 5)):
            share = rnd.choice([None, rnd.randint(0, 8) / 8])
            coverage = rnd.randint(0, 4) / 4
            for goal in some(rnd, key_results(objective)):
                reached[goal] = reached.get(goal, 0) + 1
                yield KeyResultUpdated(
                    id=goal, version=reached[goal], change="value", objective=objective,
                    value=rnd.randint(0, 9), done=done(rnd), effective_date=day(rnd),
                    progress=rnd.randint(0, 8) / 8, unclamped=rnd.randint(-8, 16) / 8,
                    objective_progress=share, objective_coverage=coverage,
                    objective_progress_version=totals,
                )  # fmt: skip


def check_ins(rnd: Random) -> Iterator[Event]:
    for id_ in CHECK_INS:
        for version in versions(rnd):
            objective = rnd.choice(OBJECTIVES)
            entries = tuple(
                checkins.Entry(
                    key_result=goal, value=rnd.randint(0, 9), done=done(rnd), words="Sanoja."
                )
                for goal in some(rnd, key_results(objective))
            )
            yield checkins.CheckInRecorded(
                id=id_, version=version, change="recorded", objective=objective,
                cycle=rnd.choice(CYCLES), team=rnd.choice(TEAMS), author=PEOPLE[0],
                number=rnd.randint(1, 9), effective_date=day(rnd), entries=entries,
                help_wanted=rnd.choice([None, "Apua!"]),
            )  # fmt: skip


def retros(rnd: Random) -> Iterator[Event]:
    for id_ in RETROS:
        for version in versions(rnd):
            learned = tuple(
                retro.Learning(id=one, text=text(rnd), shareable=rnd.random() < 0.5)
                for one in some(rnd, ids(f"learning of {id_}"))
            )
            finding = retro.Finding(
                objective=rnd.choice(OBJECTIVES), result="partly", recommendation="keep",
                learnings=learned,
            )  # fmt: skip
            yield retro.RetroCompleted(
                id=id_, version=version, change="completed", team=rnd.choice(TEAMS),
                cycle=rnd.choice(CYCLES), findings=(finding,),
            )  # fmt: skip
