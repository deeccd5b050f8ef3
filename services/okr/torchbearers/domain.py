"""Decides how a torchbearer or deputy is chosen, and which dated memberships follow; pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from chassis.problem import Problem
from contracts.envelope import Closed, Event
from contracts.people import Membership
from contracts.words import Code, no_nul
from services.okr.people.domain import UNCOUNTED, Person

Torch = Literal["torchbearer", "deputy"]
State = Literal["asked", "standing", "declined", "chosen", "not-chosen"]
How = Literal["by-members", "in-meeting"]
OPEN: Collection[State] = ("asked", "standing")
HandOverText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=2000),
    AfterValidator(no_nul),
]
_DAY = timedelta(days=1)


class CandidacyDetails(Closed):
    """Who is to carry the torch, and for how long."""

    person: UUID | None = Field(
        default=None, description="The member who is nominated; absent: the caller volunteers."
    )
    role: Torch = Field(description="What the person is to be.")
    since: date = Field(
        description="First day of the term; it begins later where the team confirms it later."
    )
    until: date | None = Field(default=None, description="Last day of the term; absent: no end.")


class Meeting(Closed):
    """A meeting in which the team agreed."""

    present: int = Field(
        ge=1,
        le=10_000,
        description="How many of the team were present; guests are not counted.",
    )


class Candidacy(Event):
    """A member who stands for torchbearer or deputy of a team. It is told to no topic."""

    kind: ClassVar = "candidacies"

    id: UUID
    team: UUID
    person: UUID = Field(description="Who is to be it.")
    role: Torch = Field(description="What the person is to be.")
    since: date = Field(description="First day of the term.")
    until: date | None = Field(default=None, description="Last day; absent: no end.")
    proposed_by: UUID = Field(description="Who nominated the person; the person who volunteered.")
    state: State = Field(
        description="asked: the nominated person has not answered; standing: the team has not "
        "confirmed; declined: by the person; chosen; not-chosen: somebody else was."
    )
    yes: tuple[UUID, ...] = Field(
        description="Members who said yes, for the team; empty once it is decided."
    )
    said_yes: int = Field(description="How many of the team's members of the day said yes.")
    needed: int = Field(description="How many choose: more than half of the members of the day.")
    how: How | None = Field(default=None, description="How the team chose; absent until it has.")
    present: int | None = Field(
        default=None, description="How many were in the meeting in which it chose; else absent."
    )
    hint: Code | None = Field(
        default=None,
        description="below-share: fewer were in the meeting than choose by their yes; else absent.",
    )
    predecessors: tuple[UUID, ...] = Field(
        default=(), description="Whose term ended the day before, who may hand over."
    )

    @property
    def open(self) -> bool:
        """Whether it is not decided yet."""
        return self.state in OPEN


class HandOverDetails(Closed):
    """What whoever carried the torch leaves to the next."""

    text: HandOverText = Field(description="The team's leaders read it, and nobody else.")


class HandOver(Event):
    """What one torchbearer or deputy leaves to the next. It is told to no topic."""

    kind: ClassVar = "hand-overs"

    id: UUID = Field(description="The id of the candidacy that was chosen.")
    team: UUID
    author: UUID = Field(description="Who wrote it: a predecessor.")
    text: HandOverText = Field(description="The team's leaders read it, and nobody else.")


def stand(
    candidacy: UUID,
    team: UUID,
    said: CandidacyDetails,
    caller: UUID,
    members: Collection[UUID],
    today: date,
) -> Candidacy:
    """A member who volunteers, or whom another nominates; whoever proposes says yes.

    Raises Problem `not-of-the-team`, `term-backwards`, `term-over`.
    """
    person = said.person or caller
    if person not in members:
        raise Problem("not-of-the-team", person=str(person))
    if said.until is not None and said.until < said.since:
        raise Problem("term-backwards")
    _expect_ahead(said.until, today)
    state: State = "standing" if person == caller else "asked"
    made = Candidacy(
        id=candidacy,
        version=1,
        change=state,
        team=team,
        person=person,
        role=said.role,
        since=said.since,
        until=said.until,
        proposed_by=caller,
        state=state,
        yes=(caller,),
        said_yes=0,
        needed=0,
    )
    return _counted(made, members)


def expect_own(candidacy: Candidacy, caller: UUID | None) -> None:
    """Only the person answers for themselves. Raises Problem `others-candidacy`."""
    if caller != candidacy.person:
        raise Problem("others-candidacy", candidacy=str(candidacy.id))


def accept(candidacy: Candidacy, caller: UUID | None, members: Collection[UUID]) -> Candidacy:
    """The nominated person stands, which says yes.

    Raises Problem `others-candidacy`, `candidacy-decided`, `candidacy-accepted`.
    """
    expect_own(candidacy, caller)
    _expect_open(candidacy)
    if candidacy.state != "asked":
        raise Problem("candidacy-accepted", candidacy=str(candidacy.id))
    yes = (*candidacy.yes, candidacy.person)
    return _counted(candidacy.next("accepted", state="standing", yes=yes), members)


def decline(candidacy: Candidacy, caller: UUID | None) -> Candidacy:
    """The person does not stand, or does no more.

    Raises Problem `others-candidacy`, `candidacy-decided`.
    """
    expect_own(candidacy, caller)
    _expect_open(candidacy)
    return _decided(candidacy, "declined")


def say_yes(candidacy: Candidacy, caller: UUID, members: Collection[UUID]) -> Candidacy:
    """A member says yes, also again. Raises Problem `candidacy-decided`."""
    _expect_open(candidacy)
    yes = candidacy.yes if caller in candidacy.yes else (*candidacy.yes, caller)
    return _counted(candidacy.next("supported", yes=yes), members)


def take_back(candidacy: Candidacy, caller: UUID, members: Collection[UUID]) -> Candidacy:
    """A member says yes no more. Raises Problem `candidacy-decided`."""
    _expect_open(candidacy)
    yes = tuple(one for one in candidacy.yes if one != caller)
    return _counted(candidacy.next("taken-back", yes=yes), members)


def has_chosen(candidacy: Candidacy, members: Collection[UUID]) -> bool:
    """Whether enough members have said yes to a member who stands."""
    stands = candidacy.state == "standing" and candidacy.person in members
    return stands and candidacy.said_yes >= candidacy.needed


def confirm(
    candidacy: Candidacy, caller: UUID | None, meeting: Meeting, members: Collection[UUID]
) -> Candidacy:
    """The team agreed in a meeting, as one of its leaders says of somebody else.

    Raises Problem `candidacy-decided`, `candidacy-not-accepted`, `other-records`,
    `more-present-than-members`.
    """
    _expect_open(candidacy)
    if candidacy.state != "standing":
        raise Problem("candidacy-not-accepted", candidacy=str(candidacy.id))
    if caller == candidacy.person:
        raise Problem("other-records", candidacy=str(candidacy.id))
    if meeting.present > len(members):
        raise Problem("more-present-than-members", present=meeting.present, members=len(members))
    return candidacy.model_copy(update={"how": "in-meeting", "present": meeting.present})


def choose(candidacy: Candidacy, members: Collection[UUID], today: date) -> Candidacy:
    """The candidacy of whom the team has chosen; the term begins no earlier than today.

    `candidacy` is as `confirm` left it, or as the members' yes did. However few met, it is chosen,
    with a hint. Raises Problem `not-of-the-team`, `term-over`.
    """
    if candidacy.person not in members:
        raise Problem("not-of-the-team", person=str(candidacy.person))
    _expect_ahead(candidacy.until, today)
    counted = _counted(candidacy, members)
    few = counted.present is not None and counted.present < counted.needed
    return _decided(counted, "chosen").model_copy(
        update={
            "how": candidacy.how or "by-members",
            "hint": "below-share" if few and len(members) > UNCOUNTED else None,
            "since": max(candidacy.since, today),
        }
    )


def followed(chosen: Candidacy, predecessors: Collection[UUID]) -> Candidacy:
    """With those whose term ends for it."""
    return chosen.model_copy(update={"predecessors": tuple(sorted(predecessors))})


def pass_over(candidacy: Candidacy) -> Candidacy:
    """The candidacy of somebody in whose place another was chosen."""
    return _decided(candidacy, "not-chosen")


def with_term(person: Person, chosen: Candidacy) -> Person:
    """The person with the term that the team gave; one of the two roles at a time.

    Raises Problem `term-taken`.
    """
    kept, lost = _cut(person.memberships, chosen, ("torchbearer", "deputy"))
    term = Membership(role=chosen.role, team=chosen.team, since=chosen.since, until=chosen.until)
    return _holding(person, (*kept, *_stays((*kept, term), lost), term))


def without_term(person: Person, chosen: Candidacy) -> Person:
    """A predecessor, whose term ends the day before, and who stays in the team.

    Raises Problem `term-taken`.
    """
    kept, lost = _cut(person.memberships, chosen, (chosen.role,))
    return _holding(person, (*kept, *_stays(kept, lost)))


def hand_over(
    chosen: Candidacy, before: HandOver | None, said: HandOverDetails, caller: UUID | None
) -> HandOver:
    """What a predecessor leaves; what the same one said before is replaced.

    Raises Problem `others-hand-over`.
    """
    theirs = before is None or before.author == caller
    if caller is None or caller not in chosen.predecessors or not theirs:
        raise Problem("others-hand-over", candidacy=str(chosen.id))
    if before:
        return before.next("changed", text=said.text)
    return HandOver(
        id=chosen.id,
        version=1,
        change="created",
        team=chosen.team,
        author=caller,
        text=said.text,
    )


def _cut(
    held: Sequence[Membership], chosen: Candidacy, roles: Collection[str]
) -> tuple[tuple[Membership, ...], tuple[Membership, ...]]:
    """Memberships without the days of the new term, and what of them is no more.

    What is left of no full day is none.
    """
    kept, lost = [], []
    for one in held:
        theirs = one.team == chosen.team and one.role in roles
        if not theirs or (one.until is not None and one.until < chosen.since):
            kept.append(one)
        elif one.since > chosen.since:
            if chosen.until is None or one.since <= chosen.until:
                raise Problem("term-taken", since=one.since)
            kept.append(one)
        else:
            lost.append(one.model_copy(update={"since": chosen.since}))
            if one.since < chosen.since:
                kept.append(one.model_copy(update={"until": chosen.since - _DAY}))
    return tuple(kept), tuple(lost)


def _stays(held: Sequence[Membership], lost: Sequence[Membership]) -> tuple[Membership, ...]:
    """Who loses a role stays a member, on each of its days on which they hold no other there."""
    stays: list[Membership] = []
    for one in lost:
        there = [it for it in (*held, *stays) if it.team == one.team]
        stays += [
            one.model_copy(update={"role": "member", "since": since, "until": until})
            for since, until in _days_without(there, one)
        ]
    return tuple(stays)


def _days_without(
    held: Sequence[Membership], span: Membership
) -> Iterator[tuple[date, date | None]]:
    """The first and last days of what of a membership's span none of `held` has."""
    since = span.since
    for one in sorted(held, key=lambda it: it.since):
        if span.until is not None and one.since > span.until:
            break
        if one.since > since:
            yield since, one.since - _DAY
        if one.until is None:
            return
        since = max(since, one.until + _DAY)
    if span.until is None or since <= span.until:
        yield since, span.until


def _holding(person: Person, memberships: tuple[Membership, ...]) -> Person:
    return person.model_copy(
        update={
            "version": person.version + 1,
            "change": "changed",
            "memberships": memberships,
        }
    )


def _counted(candidacy: Candidacy, members: Collection[UUID]) -> Candidacy:
    """With the yes of those who are members on the day, and how many it takes."""
    said = sum(one in members for one in candidacy.yes)
    return candidacy.model_copy(update={"said_yes": said, "needed": len(members) // 2 + 1})


def _decided(candidacy: Candidacy, state: State) -> Candidacy:
    """Who said yes is forgotten then: the count stays."""
    return candidacy.next(state, state=state, yes=())


def _expect_open(candidacy: Candidacy) -> None:
    if not candidacy.open:
        raise Problem("candidacy-decided", candidacy=str(candidacy.id))


def _expect_ahead(until: date | None, today: date) -> None:
    if until is not None and until < today:
        raise Problem("term-over", until=until)
