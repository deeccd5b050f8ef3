"""How a torchbearer is chosen, and which terms follow: decisions without any I/O."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from uuid import UUID, uuid5

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.people import Membership
from services.okr.people.domain import Person, check_memberships
from services.okr.torchbearers import domain
from services.okr.torchbearers.domain import Candidacy, CandidacyDetails, HandOverDetails, Meeting

TODAY = date(2026, 9, 1)
DAY = timedelta(days=1)


def an_id(name: str) -> UUID:
    return uuid5(UUID(int=0), name)


AINO, BENGT, CARITA, DIDRIK = map(an_id, ("aino", "bengt", "carita", "didrik"))
TEAM = an_id("lumme")
MEMBERS = frozenset({AINO, BENGT, CARITA, DIDRIK})


def candidacy(**said: object) -> Candidacy:
    details = CandidacyDetails.model_validate({"role": "torchbearer", "since": TODAY} | said)
    return domain.stand(an_id("candidacy"), TEAM, details, AINO, MEMBERS, TODAY)


def person(*held: Membership) -> Person:
    return Person(
        id=AINO, version=1, change="created", name="Aino", language="fi", logins=(),
        memberships=held,
    )  # fmt: skip


def term(since: date, until: date | None = None, role: str = "torchbearer") -> Membership:
    said = {"role": role, "team": TEAM, "since": since, "until": until}
    return Membership.model_validate(said)


def chosen(since: date = TODAY, until: date | None = None) -> Candidacy:
    return domain.choose(candidacy(since=since, until=until), MEMBERS, TODAY)


def test_a_volunteer_stands_and_has_said_yes() -> None:
    made = candidacy()
    assert (made.state, made.person, made.said_yes, made.needed) == ("standing", AINO, 1, 3)
    assert not domain.has_chosen(made, MEMBERS)


def test_more_than_half_of_the_days_members_choose() -> None:
    made = domain.say_yes(candidacy(), BENGT, MEMBERS)
    assert not domain.has_chosen(made, MEMBERS)
    assert domain.say_yes(made, BENGT, MEMBERS).said_yes == 2
    made = domain.say_yes(made, CARITA, MEMBERS)
    assert domain.has_chosen(made, MEMBERS)
    assert not domain.has_chosen(domain.take_back(made, CARITA, MEMBERS), MEMBERS)


def test_the_yes_of_who_left_the_team_counts_no_more() -> None:
    made = domain.say_yes(candidacy(), BENGT, MEMBERS)
    made = domain.say_yes(made, CARITA, MEMBERS - {BENGT, DIDRIK})
    assert (made.said_yes, made.needed) == (2, 2)


def test_who_has_left_the_team_is_not_chosen_by_its_yes() -> None:
    made = domain.say_yes(candidacy(), BENGT, MEMBERS)
    made = domain.say_yes(made, CARITA, MEMBERS)
    assert domain.has_chosen(made, MEMBERS)
    made = domain.say_yes(made, DIDRIK, MEMBERS - {AINO})
    assert (made.said_yes, made.needed) == (3, 2)
    assert not domain.has_chosen(made, MEMBERS - {AINO})


def test_a_nominated_person_is_asked_first() -> None:
    made = candidacy(person=BENGT)
    made = domain.say_yes(domain.say_yes(made, CARITA, MEMBERS), DIDRIK, MEMBERS)
    assert (made.state, made.said_yes, domain.has_chosen(made, MEMBERS)) == ("asked", 3, False)
    with pytest.raises(Problem, match="others-candidacy"):
        domain.accept(made, AINO, MEMBERS)
    with pytest.raises(Problem, match="candidacy-not-accepted"):
        domain.confirm(made, AINO, Meeting(present=3), MEMBERS)
    accepted = domain.accept(made, BENGT, MEMBERS)
    assert domain.has_chosen(accepted, MEMBERS)
    with pytest.raises(Problem, match="candidacy-accepted"):
        domain.accept(accepted, BENGT, MEMBERS)


def test_who_said_yes_is_forgotten_once_it_is_decided_and_the_count_stays() -> None:
    made = domain.say_yes(candidacy(), BENGT, MEMBERS)
    for decided in (
        domain.decline(made, AINO), domain.pass_over(made), domain.choose(made, MEMBERS, TODAY),
    ):  # fmt: skip
        assert (decided.yes, decided.said_yes) == ((), 2)
        steps: list[Callable[[], object]] = [
            partial(domain.say_yes, decided, CARITA, MEMBERS),
            partial(domain.take_back, decided, BENGT, MEMBERS),
            partial(domain.decline, decided, AINO),
            partial(domain.accept, decided, AINO, MEMBERS),
            partial(domain.confirm, decided, BENGT, Meeting(present=2), MEMBERS),
        ]
        for step in steps:
            with pytest.raises(Problem, match="candidacy-decided"):
                step()


def test_a_meeting_is_recorded_by_somebody_else() -> None:
    with pytest.raises(Problem, match="other-records"):
        domain.confirm(candidacy(), AINO, Meeting(present=4), MEMBERS)
    said = domain.confirm(candidacy(), BENGT, Meeting(present=4), MEMBERS)
    met = domain.choose(said, MEMBERS, TODAY)
    assert (met.state, met.how, met.present, met.version) == ("chosen", "in-meeting", 4, 2)


@pytest.mark.parametrize(
    ("members", "present", "hint"),
    [
        (MEMBERS, 1, "below-share"), (MEMBERS, 2, "below-share"), (MEMBERS, 3, None),
        (MEMBERS - {DIDRIK}, 1, "below-share"), (MEMBERS - {DIDRIK}, 2, None),
        (MEMBERS - {CARITA, DIDRIK}, 1, None), (frozenset({AINO}), 1, None),
    ],
)  # fmt: skip
def test_however_few_met_it_is_chosen_with_a_hint(
    members: frozenset[UUID], present: int, hint: str | None
) -> None:
    said = domain.confirm(candidacy(), BENGT, Meeting(present=present), members)
    met = domain.choose(said, members, TODAY)
    assert (met.state, met.present, met.hint) == ("chosen", present, hint)


def test_no_more_meet_than_there_are_members() -> None:
    with pytest.raises(Problem, match="more-present-than-members") as refused:
        domain.confirm(candidacy(), BENGT, Meeting(present=5), MEMBERS)
    assert refused.value.facts == {"present": 5, "members": 4}


def test_members_choose_without_a_hint() -> None:
    assert chosen().hint is None


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"person": an_id("stranger")}, "not-of-the-team"),
        ({"since": TODAY + DAY, "until": TODAY}, "term-backwards"),
        ({"since": TODAY - 9 * DAY, "until": TODAY - DAY}, "term-over"),
    ],
)
def test_what_can_not_be_is_refused(said: dict[str, object], code: str) -> None:
    with pytest.raises(Problem, match=code):
        candidacy(**said)


def test_a_term_begins_on_the_day_of_the_choice_at_the_earliest() -> None:
    assert chosen(TODAY - 5 * DAY).since == TODAY
    assert chosen(TODAY + 5 * DAY).since == TODAY + 5 * DAY
    with pytest.raises(Problem, match="term-over"):
        domain.choose(candidacy(until=TODAY), MEMBERS, TODAY + DAY)
    with pytest.raises(Problem, match="not-of-the-team"):
        domain.choose(candidacy(), MEMBERS - {AINO}, TODAY)


def test_the_term_before_ends_the_day_before() -> None:
    long, other = term(date(2020, 1, 1)), term(date(2020, 1, 1), role="supervisor")
    after = domain.without_term(person(long, other), chosen())
    assert after.memberships == (term(date(2020, 1, 1), TODAY - DAY), other)
    own = domain.without_term(person(term(TODAY)), chosen()).memberships
    assert own == (term(TODAY, role="member"),)
    past = term(date(2020, 1, 1), TODAY - 9 * DAY)
    assert domain.without_term(person(past), chosen()).memberships == (past,)


def test_a_later_term_is_not_taken_away() -> None:
    later = term(TODAY + 30 * DAY)
    with pytest.raises(Problem, match="term-taken"):
        domain.without_term(person(later), chosen())
    ending = chosen(until=TODAY + 29 * DAY)
    assert domain.without_term(person(later), ending).memberships == (later,)


def test_a_deputy_who_becomes_torchbearer_is_deputy_no_more() -> None:
    after = domain.with_term(person(term(date(2020, 1, 1), role="deputy")), chosen())
    assert after.memberships == (
        term(date(2020, 1, 1), TODAY - DAY, "deputy"), term(TODAY),
    )  # fmt: skip


def test_whose_only_role_ends_stays_a_member() -> None:
    since, until = date(2020, 1, 1), TODAY + 90 * DAY
    before = term(since, TODAY - DAY)
    for end in (None, until):
        after = domain.without_term(person(term(since, end)), chosen()).memberships
        assert after == (before, term(TODAY, end, "member"))
    # Members that they are already, or will be, they are once.
    later = term(TODAY + 9 * DAY, TODAY + 19 * DAY, "member")
    after = domain.without_term(person(term(since, until), later), chosen()).memberships
    assert after == (
        before, later, term(TODAY, TODAY + 8 * DAY, "member"),
        term(TODAY + 20 * DAY, until, "member"),
    )  # fmt: skip
    # A deputy whose new term ends before the old one would have is a member after it.
    deputy = person(term(since, role="deputy"))
    assert domain.with_term(deputy, chosen(until=until)).memberships == (
        term(since, TODAY - DAY, "deputy"), term(until + DAY, role="member"), term(TODAY, until),
    )  # fmt: skip


SPANS = st.lists(
    st.tuples(st.integers(-40, 40), st.one_of(st.none(), st.integers(0, 30))), max_size=4
)


def days(held: Iterable[Membership]) -> set[date]:
    """The days around today on which somebody holds some role."""
    around = [TODAY + it * DAY for it in range(-80, 120)]
    return {
        day for day in around for it in held if it.since <= day <= (it.until or date.max)
    }  # fmt: skip


def can_be(held: list[Membership]) -> bool:
    try:
        check_memberships(held)
    except Problem:
        return False
    return True


@given(SPANS, st.integers(-3, 20), st.one_of(st.none(), st.integers(20, 40)))
def test_terms_of_one_role_never_overlap(
    spans: list[tuple[int, int | None]], since: int, until: int | None
) -> None:
    held = [
        term(TODAY + start * DAY, None if days is None else TODAY + (start + days) * DAY)
        for start, days in spans
    ]
    assume(can_be(held))
    choice = chosen(TODAY + since * DAY, None if until is None else TODAY + until * DAY)
    later = any(
        it.since > choice.since and (choice.until is None or it.since <= choice.until)
        for it in held
    )
    if later:
        with pytest.raises(Problem, match="term-taken"):
            domain.without_term(person(*held), choice)
        return
    after = domain.without_term(person(*held), choice).memberships
    own = domain.with_term(person(*held), choice).memberships
    for memberships in (after, own):
        check_memberships(memberships)
        assert days(memberships) >= days(held), "nobody drops out of the team"
    assert days(after) == days(held)
    kept = [it for it in after if it.role == "torchbearer"]
    assert [it for it in own if it.role == "torchbearer"] == [*kept, own[-1]]
    assert all((it.until or date.max) < choice.since or it.since > choice.since for it in kept)


def test_a_predecessor_alone_writes_the_note() -> None:
    followed = domain.followed(chosen(), [BENGT])
    note = domain.hand_over(followed, None, HandOverDetails(text="Maanantaisin 9.15."), BENGT)
    again = domain.hand_over(followed, note, HandOverDetails(text="Maanantaisin 9.30."), BENGT)
    assert (note.version, again.version, again.text) == (1, 2, "Maanantaisin 9.30.")
    for stranger in (AINO, None):
        with pytest.raises(Problem, match="others-hand-over"):
            domain.hand_over(followed, note, HandOverDetails(text="Hei"), stranger)
