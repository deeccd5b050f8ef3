"""The strategy of a year: written, published, amended, and deaf to what comes after."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.problem import Problem
from contracts.okr import CycleChanged, CycleState, ObjectiveChanged, PillarChanged
from contracts.open import to_open
from contracts.open_strategy import StrategyPublished
from contracts.strategy import StrategyChanged
from contracts.words import Text, Translation
from services.okr.organisation.domain import ROOT
from services.okr.strategies import domain
from services.okr.strategies.domain import Amending, LeftOutDraft, StrategyDetails

STRATEGY, YEAR, TEAM, PILLAR, FIRST, SECOND = (UUID(int=number) for number in range(1, 7))
NOW = datetime(2026, 12, 1, 7, tzinfo=UTC)
READ = (Translation(language="sv", state="proof-read"),)
DRAFT = (Translation(language="sv", state="draft"),)
NOTHING: domain.Chosen = {"pillars": (), "goals": ()}


def text(words: str) -> Text:
    return Text(source="fi", fi=words)


def cycle(state: CycleState = "planned", kind: str = "year") -> CycleChanged:
    return CycleChanged(
        id=YEAR, version=1, change="planned", name=text("Vuosi"), cycle_kind=kind,
        start=date(2027, 1, 1), end=date(2027, 12, 31), state=state,
    )  # fmt: skip


def pillar(id_: UUID = PILLAR, order: int = 1, name: str = "Selkeys") -> PillarChanged:
    return PillarChanged(
        id=id_, version=1, change="created", name=text(name), promise=text("Ymmärrän."),
        order=order, state="current", translations=READ,
    )  # fmt: skip


def goal(id_: UUID = FIRST, **more: Any) -> ObjectiveChanged:
    said = {
        "id": id_, "version": 2, "change": "agreed", "cycle": YEAR, "owner_unit": ROOT,
        "responsible_team": TEAM, "title": text("Päätöksen ymmärtää kerralla"),
        "from_what": text("Soitetaan."), "to_what": text("Ymmärretään."), "rhythm": "monthly",
        "state": "agreed", "states": [{"state": "agreed", "at": NOW}], "serves": [PILLAR],
    }  # fmt: skip
    return ObjectiveChanged.model_validate(said | more)


def drafted(*wanted: UUID) -> StrategyChanged:
    said = StrategyDetails(cycle=YEAR, objectives=wanted)
    chosen = domain.choose(YEAR, wanted, [goal(), goal(SECOND)], [pillar()])
    return domain.draft(STRATEGY, said, chosen, "created")


def test_a_draft_says_pillars_by_place_and_goals_in_their_order() -> None:
    chosen = domain.choose(
        YEAR,
        [SECOND, FIRST, SECOND],
        [goal(), goal(SECOND)],
        [pillar(UUID(int=9), 2, "Yhdessä"), pillar()],
    )
    assert [it.name.fi for it in chosen["pillars"]] == ["Selkeys", "Yhdessä"]
    assert [it.objective for it in chosen["goals"]] == [SECOND, FIRST]
    assert chosen["pillars"][0].translations == READ
    assert (chosen["goals"][1].from_what, chosen["goals"][1].serves) == (
        text("Soitetaan."), (PILLAR,),
    )  # fmt: skip


def test_a_goal_says_how_it_is_measured_now_and_nothing_of_what_was_dropped() -> None:
    numbers = {"baseline": 52, "commit": 60, "target": 70, "stretch": 80}
    first, last = {"since": "2027-01-01"}, {"since": "2027-02-01"}
    steps = [{"id": "malli", "title": text("Malli")}, {"id": "kaikki", "title": text("Kaikki")}]
    said = [
        ("zones", "open", [first | numbers | {"target": 65}, last | numbers]),
        ("maintain", "open", [first | {"low": 0, "high": 2, "tolerance": 1}]),
        ("milestones", "open", [first | {"milestones": steps}]),
        ("binary", "dropped", [first]),
    ]
    measured = goal(
        key_results=[
            {
                "id": UUID(int=20 + place), "title": text(kind), "kind": kind, "unit": "%",
                "direction": "ylös", "state": state, "definitions": definitions,
                "note": "Sisäinen sana.",
            }
            for place, (kind, state, definitions) in enumerate(said)
        ]
    )  # fmt: skip
    chosen = domain.choose(YEAR, [FIRST], [measured], [])
    draft = domain.draft(STRATEGY, StrategyDetails(cycle=YEAR), chosen, "created")
    told = to_open(domain.publish(draft, {}, NOW))
    assert isinstance(told, StrategyPublished)
    kept: list[dict[str, Any]] = [
        numbers | {"milestones": ()},
        {"low": 0, "high": 2, "milestones": ()},
        {"milestones": (text("Malli"), text("Kaikki"))},
    ]
    expected = [
        more | {"key_result": it.id, "title": it.title, "kind": it.kind}
        | {"unit": "%", "direction": "ylös", "translations": ()}
        for it, more in zip(measured.key_results[:3], kept, strict=True)
    ]  # fmt: skip
    for goals in (draft.goals, told.goals):
        found = [
            {name: it for name, it in measure if it is not None} for measure in goals[0].measures
        ]
        assert found == expected


def test_what_was_said_before_measures_were_kept_has_none() -> None:
    before = json.loads(drafted(FIRST).data())
    del before["goals"][0]["measures"]
    held = StrategyChanged.stored(json.dumps(before))
    assert held.goals[0].measures == ()


@pytest.mark.parametrize(
    "more",
    [{"owner_unit": TEAM}, {"owner_unit": None, "owner_team": TEAM}, {"cycle": TEAM}],
    ids=["another unit's", "a team's", "of another cycle"],
)
def test_only_the_agencys_own_goals_of_the_year_are_taken(more: dict[str, Any]) -> None:
    with pytest.raises(Problem, match="goal-not-of-the-agency"):
        domain.choose(YEAR, [FIRST], [goal(**more)], [])
    with pytest.raises(Problem, match="unknown-objective"):
        domain.choose(YEAR, [SECOND], [goal()], [])


def test_a_strategy_is_of_a_year_that_has_not_closed() -> None:
    domain.expect_year_ahead(cycle())
    domain.expect_year_ahead(cycle("open"))
    with pytest.raises(Problem, match="cycle-closed"):
        domain.expect_year_ahead(cycle("closed"))
    with pytest.raises(Problem, match="not-a-year"):
        domain.expect_year_ahead(cycle(kind="tertial"))


def test_nothing_is_published_that_was_not_agreed_on() -> None:
    closed = [{"state": "agreed", "at": NOW}, {"state": "closed", "at": NOW}]
    domain.expect_agreed([goal(), goal(SECOND, state="closed", states=closed)])
    proposed = goal(state="proposed", states=[{"state": "proposed", "at": NOW}])
    with pytest.raises(Problem, match="goal-not-agreed"):
        domain.expect_agreed([proposed])


def test_a_draft_is_said_anew_and_published_once() -> None:
    draft = drafted(FIRST)
    said = StrategyDetails(
        cycle=YEAR, left_out=(LeftOutDraft(what=text("Sovellus"), why=text("Selain riittää.")),)
    )
    again = domain.redraft(draft, said, domain.choose(YEAR, [], [], [pillar()]), "changed")
    assert (again.version, again.goals, len(again.left_out)) == (2, (), 1)
    published = domain.publish(again, domain.choose(YEAR, [], [], [pillar()]), NOW)
    assert (published.version, published.state, published.published_at) == (3, "published", NOW)
    with pytest.raises(Problem, match="strategy-published"):
        domain.publish(published, {}, NOW)
    with pytest.raises(Problem, match="strategy-published"):
        domain.redraft(published, said, {}, "changed")


def test_what_was_amended_stays_visible() -> None:
    draft = drafted(FIRST)
    because = Amending(what=text("Toinen tavoite."), why=text("Jonot kasvoivat."))
    with pytest.raises(Problem, match="strategy-not-published"):
        domain.amend(draft, because, {}, NOW)
    published = domain.publish(draft, {}, NOW)
    more = domain.choose(YEAR, [FIRST, SECOND], [goal(), goal(SECOND)], [pillar(name="Selvyys")])
    once = domain.amend(published, because, more, NOW)
    twice = domain.amend(once, because.model_copy(update={"left_out": ()}), more, NOW)
    assert [it.what for it in twice.amendments] == [because.what, because.what]
    assert [it.objective for it in twice.goals] == [FIRST, SECOND]
    assert (twice.pillars[0].name.fi, twice.published_at) == ("Selvyys", NOW)


def both(finnish: str, swedish: str) -> Text:
    return Text(source="fi", fi=finnish, sv=swedish)


APP = LeftOutDraft(
    what=both("Oma sovellus", "En egen app"), why=both("Selain riittää.", "Webbläsaren räcker.")
)


def without(*left_out: LeftOutDraft) -> StrategyDetails:
    return StrategyDetails(cycle=YEAR, left_out=left_out)


def test_what_was_left_out_keeps_the_marks_of_what_is_said_as_before() -> None:
    read = APP.model_copy(update={"proof_read": ("sv",)})
    other = LeftOutDraft(what=both("Puhelinrobotti", "En robot"), why=text("Ei vielä."))
    draft = domain.draft(STRATEGY, without(read, other), NOTHING, "created")
    assert [it.translations for it in draft.left_out] == [READ, DRAFT]
    turned = domain.redraft(draft, without(other, APP), {}, "changed")
    assert [it.translations for it in turned.left_out] == [DRAFT, READ]
    bare = LeftOutDraft(what=text("Oma sovellus"), why=text("Selain riittää."))
    assert domain.redraft(draft, without(bare), {}, "changed").left_out[0].translations == ()
    for changed in (
        {"what": both("Oma sovellus", "En app")},
        {"why": both("Selain käy.", "Webbläsaren räcker.")},
    ):
        said = without(APP.model_copy(update=changed))
        again = domain.redraft(draft, said, {}, "changed")
        assert again.left_out[0].translations == DRAFT


def test_what_was_left_out_keeps_its_marks_through_publishing_and_amending() -> None:
    read = APP.model_copy(update={"proof_read": ("sv",)})
    published = domain.publish(domain.draft(STRATEGY, without(read), NOTHING, "created"), {}, NOW)
    because = Amending(
        what=both("Toinen.", "En annan."), why=both("Jonot.", "Köerna."), proof_read=("sv",)
    )
    silent = domain.amend(published, because, {}, NOW)
    assert silent.left_out == published.left_out
    said = because.model_copy(update={"left_out": (APP,), "proof_read": ()})
    amended = domain.amend(silent, said, {}, NOW)
    assert amended.left_out[0].translations == READ
    assert [it.translations for it in amended.amendments] == [READ, DRAFT]
    told = to_open(amended)
    assert isinstance(told, StrategyPublished)
    for mine, theirs in ((amended.left_out, told.left_out), (amended.amendments, told.amendments)):
        assert [it.translations[0].state for it in mine] == [
            it.translations[0].state for it in theirs
        ]


def test_nothing_is_proof_read_that_is_not_translated() -> None:
    read = LeftOutDraft(what=APP.what, why=text("Selain riittää."), proof_read=("sv",))
    with pytest.raises(Problem, match="translation-incomplete"):
        domain.draft(STRATEGY, without(read), NOTHING, "created")
    published = domain.publish(drafted(), {}, NOW)
    because = Amending(what=text("Toinen."), why=text("Jonot."), proof_read=("fi",))
    with pytest.raises(Problem, match="written-in-this-language"):
        domain.amend(published, because, {}, NOW)


def test_what_was_said_before_it_had_marks_has_drafts_once_it_is_said_anew() -> None:
    before = json.loads(domain.draft(STRATEGY, without(APP), NOTHING, "created").data())
    del before["left_out"][0]["translations"]
    held = StrategyChanged.stored(json.dumps(before))
    assert held.left_out[0].translations == ()
    assert domain.redraft(held, without(APP), {}, "changed").left_out[0].translations == DRAFT


def test_a_draft_stays_inside_and_what_is_published_is_told_whole() -> None:
    draft = drafted(FIRST)
    assert to_open(draft) is None
    told = to_open(domain.publish(draft, {}, NOW))
    assert isinstance(told, StrategyPublished)
    assert (told.subject, told.published_at) == (f"strategies/{STRATEGY}", NOW)
    assert (told.pillars[0].promise, told.pillars[0].translations[0].state) == (
        text("Ymmärrän."), "proof-read",
    )  # fmt: skip
    assert (told.goals[0].objective, told.goals[0].to_what) == (FIRST, text("Ymmärretään."))
