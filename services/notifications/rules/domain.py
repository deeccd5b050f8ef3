"""The rules as data: what each tells, whose teams it looks at, and whom of them it tells; pure."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from contracts import pace
from contracts.envelope import Envelope
from services.notifications.inbox.domain import Kind
from services.notifications.messages import CheckIn, Objective, Remark, Retro, Value

HORIZON = timedelta(hours=24)
"""Nobody is told of what is older, however late it is learned of."""

RHYTHMS = ("weekly", "monthly")
OF_RHYTHM: frozenset[Kind] = frozenset({"due", "missed"})

Whose = Literal["responsible", "goal", "said", "asked", "beside", "author", "asker"]
OF_PERSONS: frozenset[Whose] = frozenset({"author", "asker"})


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person holds in a team on the day."""

    person: UUID
    role: str


Audience = Callable[[Collection[Held]], frozenset[UUID]]


def _with(*roles: str) -> Audience:
    def found(held: Collection[Held]) -> frozenset[UUID]:
        return frozenset(one.person for one in held if one.role in roles)

    return found


torchbearer = _with("torchbearer")
members = _with("member", "torchbearer", "deputy", "project-lead")
team_and_supervisor = _with("member", "torchbearer", "deputy", "project-lead", "supervisor")


def who_leads(held: Collection[Held]) -> frozenset[UUID]:
    """The torchbearer; where there is none the deputy, and where there is none all members."""
    return torchbearer(held) or _with("deputy")(held) or members(held)


def who_answers(held: Collection[Held]) -> frozenset[UUID]:
    """Who leads, as before, and the supervisor."""
    return who_leads(held) | _with("supervisor")(held)


@dataclass(frozen=True, slots=True)
class Rule:
    """Whom one kind of occasion is told to.

    `whose` teams are looked at: the one responsible for the goal, all of the goal's, the one that
    said it, the one that is asked, those beside it (whose open goals contribute to the same). Or it
    is for persons: its author, or those who asked what the responsible team, or the one that they
    asked, answers. Of what is `from_outside`, nobody is told what one of these teams' own people
    did; of `from_inside`, what anybody else did.
    """

    whose: Whose
    audience: Audience = members
    from_outside: bool = False
    from_inside: bool = False


RULES: Mapping[Kind, Rule] = {
    "due": Rule("responsible", who_leads),
    "missed": Rule("responsible", torchbearer),
    "help-wanted": Rule("said", team_and_supervisor),
    "low-confidence": Rule("goal", members),
    "goal-proposed": Rule("responsible", members),
    "goal-agreed": Rule("goal", members),
    "question-asked": Rule("responsible", who_answers, from_outside=True),
    "request-made": Rule("asked", who_answers),
    "answered": Rule("asker", from_inside=True),
    "not-counted": Rule("author"),
    "learning-shared": Rule("beside", members),
}


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something that people are told of, once: by its rule, subject and occurrence.

    `team` said it, where one did; `person` did it, and is not told of it. `asked` is the team that
    it is asked of, where that is named; else it is the one responsible for the goal.
    """

    rule: Kind
    subject: str
    occurrence: str
    objective: UUID
    at: datetime
    team: UUID | None = None
    person: UUID | None = None
    asked: UUID | None = None

    @property
    def key(self) -> tuple[Kind, str, str]:
        return self.rule, self.subject, self.occurrence


def tells(envelope: Envelope, now: datetime, since: datetime | None) -> bool:
    """The sending horizon: whether what an event says is told to anybody.

    An import and a republish tell nothing, nor does what is older than a day, or than `since`,
    when this service began to tell; None: it has not begun.
    """
    return envelope.origin == "command" and is_young(envelope.time, now, since)


def is_young(at: datetime, now: datetime, since: datetime | None) -> bool:
    """Whether it is told of still, at `now`."""
    return since is not None and at >= since and now - at < HORIZON


def of_objective(goal: Objective) -> Iterator[Occasion]:
    """It is proposed to its team, once; its team has agreed on it. By nobody: it was imported."""
    first = next((it for it in goal.states if it.state == "proposed"), None)
    if goal.state == "proposed" and first is not None and first.by is not None:
        yield Occasion(
            "goal-proposed", f"objectives/{goal.id}", str(goal.id), goal.id, first.at,
            goal.responsible_team, first.by,
        )  # fmt: skip
    for moment in goal.states:
        if moment.state == "agreed" and moment.by is not None:
            yield Occasion(
                "goal-agreed", f"objectives/{goal.id}", moment.at.isoformat(), goal.id, moment.at,
                goal.responsible_team, moment.by,
            )  # fmt: skip


def of_remark(remark: Remark) -> Iterator[Occasion]:
    """Somebody asks about a goal; a team asks another, and has no answer yet; it has one; somebody
    replies, maybe to who asked, and asks nothing itself.
    """
    if remark.state != "said":
        return
    subject, once = f"remarks/{remark.id}", str(remark.id)
    said = (remark.objective, remark.at, remark.team, remark.author)
    if remark.remark_kind == "question":
        yield Occasion("question-asked", subject, once, *said)
    if remark.remark_kind == "request" and remark.answer is None:
        yield Occasion("request-made", subject, once, *said, remark.asked)
    if remark.parent is not None and remark.remark_kind != "question":
        yield Occasion("answered", subject, once, *said)
    if remark.answer is not None:
        at = remark.answer.at
        yield Occasion("answered", subject, at.isoformat(), remark.objective, at, remark.asked)


def of_check_in(said: CheckIn, at: datetime) -> Iterator[Occasion]:
    """Help is wanted; the target is unlikely to be met. One without an author was imported."""
    if said.author is None:
        return
    if said.help_wanted is not None:
        yield Occasion(
            "help-wanted", f"check-ins/{said.id}", str(said.id), said.objective, at, said.team,
            said.author,
        )  # fmt: skip
    lowest = said.lowest_confidence
    if lowest is not None and lowest <= pace.LOW_CONFIDENCE:
        yield Occasion(
            "low-confidence", f"objectives/{said.objective}", pace.week(said.effective_date),
            said.objective, at, said.team, said.author,
        )  # fmt: skip


def of_value(value: Value, at: datetime) -> Iterator[Occasion]:
    """What a person said could not be counted."""
    kind, _, check_in = value.source.partition("/")
    if not value.counted and kind == "check-in":
        yield Occasion(
            "not-counted", f"check-ins/{check_in}", str(value.source_version), value.objective, at
        )


def of_retro(retro: Retro, at: datetime) -> Iterator[Occasion]:
    """A learning is shared; a retro without an author was imported, whoever corrects it."""
    if retro.author is None:
        return
    for finding in retro.findings:
        for learning in finding.learnings:
            if learning.shareable:
                yield Occasion(
                    "learning-shared", f"learnings/{learning.id}", str(learning.id),
                    finding.objective, at, retro.team, retro.author,
                )  # fmt: skip


def is_time(now: datetime, since: datetime | None, zone: ZoneInfo) -> bool:
    """Whether some goal's check-in may have become due, or been missed, within the horizon."""
    return any(is_young(at, now, since) for rhythm in RHYTHMS for at in _moments(rhythm, now, zone))


def _moments(rhythm: str, now: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    due = pace.due_before(rhythm, now, zone)
    yield due
    if pace.missed_at(due, zone) > now:
        due = pace.due_before(rhythm, due - timedelta(seconds=1), zone)
    yield pace.missed_at(due, zone)


def of_rhythm(
    objective: UUID, team: UUID, turn: pace.Turn, now: datetime, zone: ZoneInfo
) -> Iterator[Occasion]:
    """A goal's check-in has become due, or was missed, each told for its week."""
    moments: list[tuple[Kind, datetime | None, datetime | None]] = [
        ("due", turn.due, turn.due),
        ("missed", turn.missed, turn.missed and pace.missed_at(turn.missed, zone)),
    ]
    for rule, due, at in moments:
        if due is not None and at is not None and at <= now:
            yield Occasion(
                rule, f"objectives/{objective}", pace.week(due.date()), objective, at, team
            )


def audience(
    occasion: Occasion, held: Sequence[Held], persons: Collection[UUID]
) -> frozenset[UUID]:
    """Whom it is told to: of those who hold roles in the teams that its rule looks at, or, where it
    is for persons, `persons`. What nobody did by name, a team did itself."""
    rule = RULES[occasion.rule]
    is_inside = occasion.person is None or any(one.person == occasion.person for one in held)
    if rule.from_outside if is_inside else rule.from_inside:
        return frozenset()
    told = frozenset(persons) if rule.whose in OF_PERSONS else rule.audience(held)
    return told - {occasion.person}
