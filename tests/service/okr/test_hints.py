"""Hints: told with a goal's answers, dismissed with a word, back when their facts change."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import MET, UP, Goals

LEADS = "revontuli.torchbearer"
MEMBER = "revontuli.member"
DONE = {"title": text("ohje on julkaistu"), "kind": "binary"}
BENEFIT = {"benefit": text("Asiakas saa vastauksen heti.")}


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


def codes(answer: Json) -> list[str]:
    return [it["code"] for it in answer["hints"]]


async def hints_of(goals: Goals, goal: Json, **more: Any) -> Mapping[str, Json]:
    told = await goals.okr.done("GET", f"/objectives/{goal['id']}/hints", **more)
    return {it["code"]: it for it in told["hints"]}


def dismissal(goal: Json, code: str) -> str:
    return f"/objectives/{goal['id']}/hints/{code}/dismissal"


async def dismiss(goals: Goals, goal: Json, code: str, why: str = "Sovimme näin.") -> Json:
    said = {"reason": why}
    return await goals.okr.done(
        "POST", dismissal(goal, code), said, version=goal["version"], caller=MEMBER
    )


async def revise(goals: Goals, goal: Json, *key_results: Json, **more: Any) -> Json:
    said = goals.draft(*(key_results or (UP,)), **more)
    path = f"/objectives/{goal['id']}"
    return await goals.okr.done("PUT", path, said, version=goal["version"], caller=MEMBER)


async def test_answers_bring_hints_and_the_event_does_not(goals: Goals) -> None:
    proposed = await goals.proposed(DONE)
    path = f"/objectives/{proposed['id']}"
    assert codes(proposed) == ["no-measure", "no-benefit", "serves-nothing"]
    assert codes(await goals.okr.done("GET", path)) == codes(proposed)
    assert codes(await revise(goals, proposed, **BENEFIT)) == ["serves-nothing"]
    more = await goals.okr.done("POST", f"{path}/key-results", UP, version=2, caller=LEADS)
    assert codes(more) == ["serves-nothing"]
    gone: Json = {"version": 3, "caller": LEADS}
    drop = f"/key-results/{more['key_results'][0]['id']}/drop"
    assert codes(await goals.okr.done("POST", drop, **gone)) == ["serves-nothing"]
    agreed = await goals.okr.done("POST", f"{path}/agree", MET, version=4, caller=LEADS)
    assert (agreed["state"], codes(agreed)) == ("agreed", ["serves-nothing"])
    other = await goals.proposed(**BENEFIT)
    linked = await goals.okr.done(
        "PUT", f"{path}/contributions", {"contributes_to": [other["id"]]}, version=5, caller=LEADS
    )
    assert codes(linked) == []
    written = [data for _, data in await goals.okr.published("soihtu.okr.v1") if "title" in data]
    assert len(written) == 7
    assert not any("hints" in data for data in written)


async def test_the_same_creation_is_told_with_the_same_hints(goals: Goals) -> None:
    sent: Json = {"caller": MEMBER, "headers": {"Idempotency-Key": "once", "Accept-Language": "sv"}}
    first = await goals.okr.ask("POST", "/objectives", goals.draft(DONE), **sent)
    sent["headers"] = {"Idempotency-Key": "once"}
    again = await goals.okr.ask("POST", "/objectives", goals.draft(DONE), **sent)
    assert again.content == first.content
    assert "kunden" in first.json()["hints"][1]["text"].lower()


async def test_hints_are_told_in_the_callers_language(goals: Goals) -> None:
    goal = await goals.proposed(title=text("Otamme käyttöön uuden puhelinjärjestelmän"))
    told = {}
    for language in ("fi", "sv", "en"):
        said = await hints_of(goals, goal, headers={"Accept-Language": language})
        told[language] = said["output-wording"]["text"]
        assert "otamme käyttöön" in told[language]
    assert len(set(told.values())) == 3
    assert "asiakkaalle" in told["fi"]


async def test_what_is_around_a_goal_is_counted(goals: Goals) -> None:
    first, *_ = [await goals.agreed(**BENEFIT) for _ in range(4)]
    hints = await hints_of(goals, first)
    assert hints["too-many-objectives"]["facts"] == {"count": 4, "most": 3}
    closed = await goals.changed(await goals.agreed(**BENEFIT))
    assert (await hints_of(goals, first))["too-many-objectives"]["facts"]["count"] == 4
    assert await hints_of(goals, closed) == {}
    key_result = first["key_results"][0]["id"]
    for day, confidence, certain in (("2026-09-04", 8, False), ("2026-09-11", 9, True)):
        await goals.machine(key_result, day, 3, confidence=confidence)
        assert ("no-aspiration" in await hints_of(goals, first)) == certain


async def test_a_baseline_that_is_to_be_measured_is_told_until_it_is(goals: Goals) -> None:
    unknown = {name: said for name, said in UP.items() if name != "baseline"}
    goal = await goals.agreed(unknown, **BENEFIT)
    assert codes(goal) == ["baseline-to-measure", "serves-nothing"]
    key_result = goal["key_results"][0]["id"]
    assert goal["hints"][0]["facts"] == {"key-results": [key_result]}
    path = f"/key-results/{key_result}/baseline"
    measured = await goals.okr.done("PUT", path, {"baseline": 2}, version=2, caller=LEADS)
    assert codes(measured) == ["serves-nothing"]


async def test_a_change_is_coached_before_the_team_agrees(goals: Goals) -> None:
    goal = await goals.agreed(**BENEFIT)
    assert codes(goal) == ["serves-nothing"]
    path = f"/objectives/{goal['id']}"
    title = text("Otamme käyttöön uuden puhelinjärjestelmän")
    said = {"kind": "revise", "title": title, "key_results": [DONE]} | BENEFIT
    put = await goals.okr.done("PUT", f"{path}/change", said, version=2, caller=LEADS)
    drawn = ["no-measure", "output-wording", "serves-nothing"]
    assert (codes(put), put["title"]) == (drawn, goal["title"])
    assert sorted(await hints_of(goals, goal)) == drawn
    dismissed = await dismiss(goals, put, "output-wording")
    assert codes(dismissed) == ["no-measure", "serves-nothing"]
    agree = {"version": dismissed["version"], "caller": LEADS}
    agreed = await goals.okr.done("POST", f"{path}/agree", MET, **agree)
    assert (agreed["title"], codes(agreed)) == (title, ["no-measure", "serves-nothing"])


async def test_the_hints_of_a_change_go_with_it(goals: Goals) -> None:
    goal = await goals.agreed(**BENEFIT)
    path = f"/objectives/{goal['id']}/change"
    said = {"kind": "revise", "title": goal["title"], "key_results": [DONE]}
    put = await goals.okr.done("PUT", path, said, version=2, caller=LEADS)
    assert codes(put) == ["no-measure", "no-benefit", "serves-nothing"]
    await goals.okr.done("DELETE", path, version=3, caller=LEADS)
    assert [*await hints_of(goals, goal)] == ["serves-nothing"]
    drop = await goals.okr.done("PUT", path, {"kind": "drop"}, version=4, caller=LEADS)
    assert codes(drop) == ["serves-nothing"]


async def test_a_dismissed_hint_is_told_no_more_and_can_be_taken_back(goals: Goals) -> None:
    goal = await goals.proposed()
    dismissed = await dismiss(goals, goal, "no-benefit", "Hyöty on otsikossa.")
    assert codes(dismissed) == ["serves-nothing"]
    (kept,) = dismissed["dismissed_hints"]
    assert kept["reason"] == "Hyöty on otsikossa."
    hints = await hints_of(goals, goal)
    assert hints["no-benefit"]["dismissed"] == kept
    assert "dismissed" not in hints["serves-nothing"]
    (*_, (_, event)) = await goals.okr.published("soihtu.okr.v1")
    assert event["dismissed_hints"] == [kept]
    anew = await dismiss(goals, dismissed, "no-benefit", "Toisin sanoen.")
    assert [it["reason"] for it in anew["dismissed_hints"]] == ["Toisin sanoen."]
    back = await goals.okr.done("DELETE", dismissal(goal, "no-benefit"), version=3, caller=LEADS)
    assert codes(back) == ["no-benefit", "serves-nothing"]
    assert back["dismissed_hints"] == []


async def test_nothing_outside_tells_of_a_dismissal(goals: Goals) -> None:
    agreed = await goals.agreed()
    await dismiss(goals, agreed, "no-benefit", "Salaisuus.")
    (*_, (_, public)) = await goals.okr.published("soihtu.open.v1")
    assert (public["version"], public["change"]) == (3, "changed")
    assert "dismissed_hints" not in public
    assert "Salaisuus" not in str(public)


async def test_a_hint_comes_back_when_it_rests_on_something_else(goals: Goals) -> None:
    titles = {
        "once": text("Otamme käyttöön puhelinjärjestelmän"),
        "same": text("Otamme käyttöön uuden puhelinjärjestelmän"),
        "other": text("Laaditaan opas puhelinpalvelulle"),
    }
    goal = await goals.proposed(title=titles["once"], **BENEFIT)
    goal = await dismiss(goals, goal, "output-wording")
    goal = await revise(goals, goal, title=titles["same"], **BENEFIT)
    assert codes(goal) == ["serves-nothing"]
    goal = await revise(goals, goal, title=titles["other"], **BENEFIT)
    assert codes(goal) == ["output-wording", "serves-nothing"]
    assert "dismissed" not in (await hints_of(goals, goal))["output-wording"]


async def test_what_can_not_be_dismissed_or_taken_back_is_refused(goals: Goals) -> None:
    goal = await goals.proposed(**BENEFIT)
    at: Json = {"version": 1, "caller": MEMBER}
    said = {"reason": "Ei."}

    async def refused(method: str, code: str, body: Json | None = None) -> tuple[int, str]:
        return await goals.okr.refused(method, dismissal(goal, code), body, **at)

    assert await refused("POST", "no-benefit", said) == (409, "hint-not-drawn")
    assert await refused("DELETE", "no-benefit") == (409, "hint-not-dismissed")
    assert await refused("POST", "no-such-hint", said) == (422, "invalid-request")
    assert await refused("POST", "serves-nothing", {"reason": "x" * 201}) == (
        422,
        "invalid-request",
    )
    assert await refused("POST", "serves-nothing", {"reason": "  "}) == (422, "invalid-request")
    at["version"] = 7
    assert await refused("POST", "serves-nothing", said) == (412, "changed-since")
    at = {"version": 1, "caller": "strategy"}
    assert await refused("POST", "serves-nothing", said) == (403, "not-allowed")
    at["caller"] = LEADS
    await goals.okr.done("POST", f"/objectives/{goal['id']}/close", **at)
    at["version"] = 2
    assert await refused("POST", "serves-nothing", said) == (409, "hint-not-drawn")
    assert await refused("DELETE", "serves-nothing") == (409, "hint-not-dismissed")


async def test_what_a_team_has_closed_stays_as_it_is(goals: Goals) -> None:
    goal = await goals.agreed()
    for version, place in enumerate(("retro", "closed"), 1):
        await goals.move(place, version=version)
    refused = await goals.okr.refused(
        "POST", dismissal(goal, "no-benefit"), {"reason": "Ei."}, version=2, caller=MEMBER
    )
    assert refused == (409, "team-cycle-past")


# --- nearly the same goal of another team ---


@pytest.fixture
async def others(goals: Goals) -> Goals:
    """Another team in the same cycle."""
    team = (await goals.okr.team("Lumme"))["id"]
    await goals.okr.person("lumme.member", ("member", team))
    return Goals(goals.okr, team, goals.cycle)


async def test_only_the_team_that_answers_for_a_goal_dismisses(goals: Goals, others: Goals) -> None:
    goal = await goals.proposed(contributing_teams=[others.team])
    for method, said in (("POST", {"reason": "Ei."}), ("DELETE", None)):
        path = dismissal(goal, "no-benefit")
        refused = await goals.okr.refused(method, path, said, version=1, caller="lumme.member")
        assert refused == (403, "not-allowed")
    await goals.okr.done("GET", f"/objectives/{goal['id']}/hints", caller="lumme.member")


async def propose(goals: Goals, title: Any, **more: Any) -> Json:
    body = goals.draft(UP, title=title, **more)
    return await goals.okr.done("POST", "/objectives", body, caller="strategy")


async def test_a_goal_of_another_team_that_says_nearly_the_same_is_told(
    goals: Goals, others: Goals
) -> None:
    mine = await propose(goals, text("Asumisen hakemus ei jää odottamaan"))
    theirs = await propose(others, text("Asumisen hakemukset eivät jää odottamaan"))
    await propose(others, text("Puheluun vastataan viidessä minuutissa"))
    await propose(goals, text("Asumisen hakemus ei jää odottamaan"))
    assert "near-duplicate" not in codes(mine)
    told = (await hints_of(goals, mine))["near-duplicate"]
    assert told["facts"] == {"objectives": [theirs["id"]]}
    assert (await hints_of(goals, theirs)).keys() >= {"near-duplicate"}
    dismissed = await dismiss(goals, mine, "near-duplicate", "Puhuimme jo.")
    assert (await hints_of(goals, dismissed))["near-duplicate"]["dismissed"]["reason"]
    again = await propose(others, text("Asumisen hakemus ei jää odottamaan pitkään"))
    back = (await hints_of(goals, mine))["near-duplicate"]
    assert set(back["facts"]["objectives"]) == {theirs["id"], again["id"]}
    assert "dismissed" not in back


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
async def test_it_is_found_in_the_language_that_both_have(
    goals: Goals, others: Goals, language: str
) -> None:
    titles = {
        "fi": ("Päätökset tulevat ajoissa", "Päätös tulee ajoissa"),
        "sv": ("Besluten kommer i tid", "Beslutet kommer i tid"),
        "en": ("Decisions come in time", "The decision comes in time"),
    }[language]
    mine, theirs = [
        await propose(whose, {"source": language, language: title})
        for whose, title in zip((goals, others), titles, strict=True)
    ]
    facts = (await hints_of(goals, mine))["near-duplicate"]["facts"]
    assert facts == {"objectives": [theirs["id"]]}


async def test_goals_that_are_tied_shared_closed_or_past_are_not_told(
    goals: Goals, others: Goals
) -> None:
    okr, title = goals.okr, text("Asumisen hakemus ei jää odottamaan")
    mine = await propose(goals, title)
    tied = await propose(others, title, contributes_to=[mine["id"]])
    await propose(others, title, contributing_teams=[goals.team])
    closed = await propose(others, title)
    await okr.person("lumme.lead", ("torchbearer", others.team))
    await okr.done("POST", f"/objectives/{closed['id']}/close", version=1, caller="lumme.lead")
    planned = await okr.cycle(opened=False, start="2027-01-01", end="2027-04-30")
    await propose(Goals(okr, others.team, planned["id"]), title)
    assert "near-duplicate" not in await hints_of(goals, mine)
    assert "near-duplicate" not in await hints_of(goals, tied)


@pytest.mark.parametrize(
    "words", ["'", '"', "a & b | !c <-> (d)", ":* \\", "https://x.fi/a?b=1&c=2", "…", "€", "\\'|&"]
)
async def test_no_title_is_too_strange_to_look_for(goals: Goals, others: Goals, words: str) -> None:
    mine = await propose(goals, text(words))
    await propose(others, text(words))
    assert "hints" in await goals.okr.done("GET", f"/objectives/{mine['id']}/hints")
