"""A year of one team: the strategy, a torchbearer, three cycles with cut-overs and scores."""

from contextlib import closing
from datetime import date
from itertools import pairwise
from typing import Any

from local.throwaway_system import NewSystem
from tests.system.agency import Agency, text, until
from tests.system.records import broken_promises, read_all
from tests.system.year import DAY, Term, Year

QUEUE = {"title": text("odottavat hakemukset"), "kind": "decrease", "baseline": 620, "target": 250}
ONCE = {"title": text("kerralla ratkenneet"), "kind": "increase", "baseline": 40, "target": 70}
ONCE_MORE = ONCE | {"baseline": 55, "target": 80}
GUIDE = {"title": text("ohje on julkaistu"), "kind": "binary"}
CHAT = {"title": text("chatin jono"), "kind": "maintain", "low": 10, "high": 30}
STEPS = {
    "title": text("varahenkilöt"), "kind": "milestones",
    "milestones": [
        {"id": "sovittu", "title": text("Sovittu"), "weight": 30},
        {"id": "opittu", "title": text("Opittu"), "weight": 70},
    ],
}  # fmt: skip
OTHER_STEPS = STEPS | {"milestones": [{"id": "kierto", "title": text("Kierto toimii")}]}
MEASURE = {"title": text("ajoissa"), "kind": "increase", "baseline": 60, "target": 80, "unit": "%"}
LEFT_OUT = {"what": text("Oma sovellus"), "why": text("Selain riittää.")}
WAITS, CHATS = "Asumisen hakemus ei jää odottamaan", "Chatissa vastaa aina joku"
IN_TIME, SAME = "Päätös tulee ajoissa", "Palvelu on sama molemmilla kielillä"
BECAUSE = "Loppu ratkesi viime viikolla."
SERVED_BY_NOTHING = "served-by-nothing"
DONE: list[tuple[str, list[str]]] = [("done", [])] * 3
EVENTS = ("okr", "progress", "checkins", "retro", "open", "open-progress")


def test_a_team_goes_through_a_year(new_system: NewSystem) -> None:
    with closing(Agency(new_system())) as agency:
        year = Year(agency)
        this = date.today().year + 1  # noqa: DTZ011 - a year that begins after any today
        whole, *terms = year.plan(this)
        first, second, third = terms
        year.on(first.start + 3 * DAY)
        pillar = year.pillar("Tieto", "Tiedän, missä asiani on.")
        in_time = year.of_the_agency(whole, IN_TIME, pillar, MEASURE)
        same = year.of_the_agency(whole, SAME, pillar, MEASURE)
        strategy = year.publish(whole, in_time, same, left_out=[LEFT_OUT])

        _choose_a_torchbearer(year, first)
        waits = _choose_the_first_goals(year, first, in_time, pillar)
        _follow(year, first, waits)
        _end_the_first(year, first, second, waits)
        lived = [_ended(year, first)]

        waits, chats = _run_the_second(year, second, in_time, pillar)
        _end_the_second(year, second, third, waits, chats)
        lived.append(_ended(year, second))

        _run_the_third(year, third, same)
        following, ahead, *_ = year.plan(this + 1)
        _end_the_third(year, third, ahead)
        lived.append(_ended(year, third))

        year.on(ahead.start + 3 * DAY)
        _begin_another_year(year, following, ahead, pillar, strategy)
        for term in (*terms, whole):
            version = agency.do("strategy", "GET", "okr", f"/cycles/{term.id}")["version"]
            year.office("POST", f"/cycles/{term.id}/close", version=version)
        assert [_ended(year, term) for term in terms] == lived
        _expect_scores_and_series(lived)
        _expect_one_to_lead_to_the_next(year, [*terms, ahead])
        for term, served in zip(terms, ([in_time], [in_time], [in_time, same]), strict=True):
            yearly = [it for _, goals, _ in year.serves(term) for it in goals]
            assert yearly == [it["id"] for it in served]
            assert year.findings(term) == [(SERVED_BY_NOTHING, it) for it in (IN_TIME, SAME)]
        _expect_events(agency, strategy, lived[0][0])


def _choose_a_torchbearer(year: Year, term: Term) -> None:
    def without() -> list[str]:
        return [it["id"] for it in year.office("GET", "/teams?without=torchbearer")["items"]]

    assert without() == [year.team.id]
    early = year.agency.ask(
        year.team.as_("torchbearer"), "PUT", "okr",
        f"/teams/{year.team.id}/cycles/{term.id}/place", {"place": "setting"},
    )  # fmt: skip
    assert early.status_code == 403
    chosen = year.choose_torchbearer(term.start)
    assert (chosen["state"], chosen["how"], chosen["said_yes"]) == ("chosen", "by-members", 5)
    assert without() == []


def _choose_the_first_goals(year: Year, term: Term, in_time: Any, pillar: Any) -> Any:
    chosen, followed, looked_back = year.duties(term)
    assert (chosen, followed[0], looked_back[0]) == (("due", ["no-goals"]), "not-yet", "not-yet")
    year.place(term, "setting")
    proposed = year.propose(
        term, QUEUE, ONCE, GUIDE, title=text(WAITS), contributes_to=[in_time["id"]]
    )
    assert year.duties(term)[0] == ("due", ["not-agreed"])
    waits = year.choose(proposed)
    (agreement,) = waits["agreements"]
    assert (agreement["how"], agreement["support"], agreement["took_part"]) == (
        "by-support", 6, "75-100",
    )  # fmt: skip
    year.place(term, "running", 1)
    assert year.duties(term)[0] == ("done", [])
    assert year.serves(term) == [(WAITS, [in_time["id"]], [pillar["id"]])]
    assert year.findings(term) == [(SERVED_BY_NOTHING, SAME)]
    return waits


def _follow(year: Year, term: Term, waits: Any) -> None:
    assert year.duties(term)[1] == ("under-way", [])
    year.on_due_day(term.start + 3 * DAY)
    assert year.duties(term)[1] == ("due", ["check-in-due"])
    year.say(waits, 600, 45, 0)
    assert year.duties(term)[1] == ("under-way", [])
    year.on(term.start + 60 * DAY)
    assert year.duties(term)[1] == ("overdue", ["check-in-missed"])
    year.say(waits, 540, 50, 1)


def _end_the_first(year: Year, term: Term, to: Term, waits: Any) -> None:
    """Look back with what comes late and is corrected, score, and decide."""
    agency, lead = year.agency, year.team.as_("torchbearer")
    queue, once, guide = waits["key_results"]
    year.on(term.end - 12 * DAY)
    year.place(to, "setting")
    year.on(term.end - 2 * DAY)
    said = year.say(waits, 470, 52, 1)
    year.place(term, "retro", 2)
    late = year.say(waits, 455, 52, 1, date=str(term.end - 3 * DAY))
    path, correction = (
        f"/check-ins/{said['id']}",
        {
            "entries": [
                {"key_result": queue["id"], "value": 455},
                {"key_result": once["id"], "value": 55},
            ]
        },
    )
    bare = agency.ask(lead, "PUT", "checkins", path, correction, version=1)
    assert (bare.status_code, bare.json()["code"]) == (422, "correction-without-reason")
    why = correction | {"reason": "Laskettiin kahdesti."}
    agency.do(lead, "PUT", "checkins", path, why, version=1)
    assert late["number"] == 4
    year.look_back(term, (waits, "Yksi jono riittää.", "modify"))
    assert year.duties(term)[2] == ("done", [])

    unsaid = agency.ask(
        lead, "PUT", "okr", f"/key-results/{queue['id']}/score", {"agreed": 0.5},
        version=year.lead("GET", f"/objectives/{waits['id']}")["version"],
    )  # fmt: skip
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "reason-missing")
    year.score(queue, 0.5, BECAUSE)
    year.score(once, 0.5)
    year.score(guide, 1)
    seen = year.lead("GET", year.cut_over(term))
    assert [(it["value"], it["baseline"], it["recommendation"]) for it in seen["key_results"]] == [
        (455, 455, "modify"), (55, 55, "modify"), (1, None, "modify"),
    ]  # fmt: skip
    early = agency.ask(lead, "PUT", "okr", _place(year, term), {"place": "closed"}, version=3)
    assert early.json()["code"] == "cut-over-undecided"
    decided = {queue["id"]: "keep", once["id"]: ONCE_MORE, guide["id"]: "drop"}
    year.decide(term, to, decided)
    (successor,) = year.goals(to)
    successor = year.choose(successor)
    year.place(term, "closed", 3)
    _expect_closed(year, term, waits)
    assert [_numbers(it) for it in successor["key_results"]] == [(620, 250), (55, 80)]
    _until(year, to, successor, [455, None])


def _run_the_second(year: Year, term: Term, in_time: Any, pillar: Any) -> tuple[Any, Any]:
    (waits,) = year.goals(term)
    year.on(term.start + 3 * DAY)
    chats = year.choose(year.propose(term, CHAT, STEPS, title=text(CHATS)))
    year.place(term, "running", 1)
    form = year.agency.do(
        year.team.as_("torchbearer"), "GET", "checkins",
        f"/objectives/{waits['id']}/check-in-form?team={year.team.id}",
    )  # fmt: skip
    assert [it["value"] for it in form["key_results"]] == [455, None]
    assert year.serves(term) == [
        (WAITS, [in_time["id"]], [pillar["id"]]), (CHATS, [], []),
    ]  # fmt: skip
    assert year.findings(term) == [("serves-nothing", CHATS), (SERVED_BY_NOTHING, SAME)]
    year.say(waits, 390, 60)
    year.say(chats, 34, [])
    year.on(term.start + 60 * DAY)
    year.say(waits, 330, 70)
    year.say(chats, 28, ["sovittu"])
    return waits, chats


def _end_the_second(year: Year, term: Term, to: Term, waits: Any, chats: Any) -> None:
    queue, once = waits["key_results"]
    chat, steps = chats["key_results"]
    year.on(term.end - 2 * DAY)
    year.place(to, "setting")
    year.place(term, "retro", 2)
    year.look_back(
        term, (waits, "Soitamme ensin.", "keep"), (chats, "Vuorot sovitaan ajoissa.", "modify")
    )
    year.score(queue, 0.78)
    year.score(once, 0.6)
    year.score(chat, 1)
    year.score(steps, 0.4, "Kolme oppi jo.")
    seen = year.lead("GET", year.cut_over(term))
    assert {it["objective"]: it["recommendation"] for it in seen["key_results"]} == {
        waits["id"]: "keep", chats["id"]: "modify",
    }  # fmt: skip
    decided = {
        queue["id"]: "keep", once["id"]: "drop", chat["id"]: "keep", steps["id"]: OTHER_STEPS,
    }  # fmt: skip
    year.decide(term, to, decided)
    for proposed in year.goals(to):
        year.choose(proposed)
    year.place(term, "closed", 3)
    _expect_closed(year, term, waits, chats)


def _run_the_third(year: Year, term: Term, same: Any) -> None:
    waits, chats = year.goals(term)
    year.on(term.start + 3 * DAY)
    links = {"contributes_to": [same["id"]]}
    path = f"/objectives/{chats['id']}/contributions"
    year.lead("PUT", path, links, version=chats["version"])
    year.place(term, "running", 1)
    _until(year, term, waits, [330])
    _until(year, term, chats, [28, None])
    assert year.findings(term) == []
    year.on(term.start + 60 * DAY)
    year.say(waits, 262)
    year.say(chats, 20, ["kierto"])


def _end_the_third(year: Year, term: Term, to: Term) -> None:
    waits, chats = year.goals(term)
    (queue,), (chat, steps) = waits["key_results"], chats["key_results"]
    year.on(term.end - 2 * DAY)
    year.place(to, "setting")
    year.place(term, "retro", 2)
    year.look_back(term, (waits, "Jono pysyy.", "keep"), (chats, "Valmis.", "drop"))
    year.score(queue, 0.97)
    year.score(chat, 1)
    year.score(steps, 1)
    year.decide(term, to, {queue["id"]: "keep", chat["id"]: "drop", steps["id"]: "drop"})
    year.place(term, "closed", 3)
    _expect_closed(year, term, waits, chats)


def _begin_another_year(
    year: Year, following: Term, ahead: Term, pillar: Any, strategy: Any
) -> None:
    """Another strategy, with other words for the pillar, and a goal that goes on under it."""
    said = {"name": text("Tieto kulkee"), "promise": text("Minulle kerrotaan."), "order": 1}
    year.office("PUT", f"/pillars/{pillar['id']}", said, version=pillar["version"])
    other = year.of_the_agency(following, "Asiakas tietää itse", pillar, MEASURE)
    published = year.publish(following, other)
    assert published["pillars"][0]["promise"]["fi"] == "Minulle kerrotaan."
    assert year.lead("GET", f"/strategies/{strategy['id']}") == strategy
    assert strategy["pillars"][0]["promise"] == pillar["promise"]
    assert [it["title"]["fi"] for it in strategy["goals"]] == [IN_TIME, SAME]
    assert [it["why"]["fi"] for it in strategy["left_out"]] == ["Selain riittää."]
    (waits,) = year.goals(ahead)
    path, links = f"/objectives/{waits['id']}/contributions", {"contributes_to": [other["id"]]}
    waits = year.choose(year.lead("PUT", path, links, version=waits["version"]))
    _until(year, ahead, waits, [262])


def _place(year: Year, term: Term) -> str:
    return f"/teams/{year.team.id}/cycles/{term.id}/place"


def _numbers(key_result: Any) -> tuple[float, float]:
    now = key_result["definitions"][-1]
    return now["baseline"], now["target"]


def _until(year: Year, term: Term, objective: Any, values: list[float | None]) -> None:
    until(lambda: year.values(term, objective) == values, f"the values {values}")


def _expect_closed(year: Year, term: Term, *goals: Any) -> None:
    """All duties are done, and nothing more is taken."""
    assert year.duties(term) == DONE
    for goal in goals:
        entry = {"key_result": goal["key_results"][0]["id"], "value": 1}
        said = {"objective": goal["id"], "team": year.team.id, "entries": [entry]}
        refused = year.agency.ask(
            year.team.as_("torchbearer"), "POST", "checkins", "/check-ins", said
        )
        assert (refused.status_code, refused.json()["code"]) == (409, "team-cycle-closed")


def _ended(year: Year, term: Term) -> Any:
    """What of a cycle stays for good: scores and series, on board and overview too."""
    overview = year.told(f"/overview?cycle={term.id}")["objectives"]
    progress = {it["id"]: (it["state"], it["progress"]) for it in overview}
    return [
        {
            "id": goal["id"],
            "title": goal["title"]["fi"],
            "cut over": [(it["cut_over"]["decision"]) for it in goal["key_results"]],
            "scores": year.lead("GET", f"/objectives/{goal['id']}/scores"),
            "series": [year.series(it) for it in goal["key_results"]],
            "board": year.values(term, goal),
            "overview": progress[goal["id"]],
            "duties": year.duties(term),
        }
        for goal in year.goals(term)
    ]


def _expect_scores_and_series(lived: list[Any]) -> None:
    scored = [
        [
            (it["agreed"], round(it["computed"], 2), it["reason"])
            for it in goal["scores"]["key_results"]
        ]
        for term in lived
        for goal in term
    ]
    assert scored == [
        [(0.5, 0.45, BECAUSE), (0.5, 0.5, None), (1, 1, None)],
        [(0.78, 0.78, None), (0.6, 0.6, None)],
        [(1, 1, None), (0.4, 0.3, "Kolme oppi jo.")],
        [(0.97, 0.97, None)],
        [(1, 1, None), (1, 1, None)],
    ]
    bands = [goal["scores"]["band"] for term in lived for goal in term]
    assert bands == ["middle", "middle", "high", "high", "high"]
    said = [[value for _, value, _ in term[0]["series"][0]] for term in lived]
    assert said == [[455, 455, 540, 600], [330, 390, 455], [262, 330]]
    (first,), second, third = lived
    assert first["board"] == [455, 55, 1]
    assert [goal["board"] for goal in second] == [[330, 70], [28, 30]]
    assert [goal["board"] for goal in third] == [[262], [20, 1]]
    assert {goal["overview"][0] for term in lived for goal in term} == {"closed"}
    assert [goal["cut over"] for term in lived for goal in term] == [
        ["keep", "modify", "drop"], ["keep", "drop"], ["keep", "modify"],
        ["keep"], ["drop", "drop"],
    ]  # fmt: skip


def _expect_one_to_lead_to_the_next(year: Year, terms: list[Term]) -> None:
    """What was kept begins with the last value before; who looks finds where it came from."""
    for before, term in pairwise(terms):
        ancestors = {it["id"]: it for it in year.goals(before)}
        overview = year.told(f"/overview?cycle={term.id}")["objectives"]
        shown = {it["id"]: it["ancestor"] and it["ancestor"]["id"] for it in overview}
        for goal in year.goals(term):
            assert shown[goal["id"]] == goal["ancestor"]
            ancestor = ancestors.get(goal["ancestor"], {"key_results": []})
            decided = {it["id"]: it["cut_over"] for it in ancestor["key_results"]}
            for one in goal["key_results"]:
                first = year.series(one)[-1:]
                if decided.get(one["ancestor"], {}).get("decision") == "keep":
                    last = year.series({"id": one["ancestor"]})[0]
                    assert first == [("carried", last[1], str(term.start))]
                else:
                    assert [source for source, *_ in first] in ([], ["check-in"])
    learned = year.team.board(terms[-1].id)["learnings"]
    assert len({it["cycle"] for it in learned}) == 3


def _expect_events(agency: Agency, strategy: Any, first: Any) -> None:
    """Nothing is missing on any topic, and others were told of the strategy and how it ended."""
    system = agency.system
    records = read_all(system.kafka, [system.topic(f"soihtu.{it}.v1") for it in EVENTS])
    assert broken_promises(records) == []
    last = {(it.topic.removeprefix(system.prefix), it.subject): it.data for it in records}
    subject = f"objectives/{first['id']}"
    inside, outside = last["soihtu.okr.v1", subject], last["soihtu.open.v1", subject]
    assert [it["score"]["agreed"] for it in inside["key_results"]] == [0.5, 0.5, 1]
    assert inside["state"] == outside["state"] == "closed"
    published = last["soihtu.open.v1", f"strategies/{strategy['id']}"]
    promised = [it["promise"]["fi"] for it in published["pillars"]]
    assert (published["change"], promised) == ("published", ["Tiedän, missä asiani on."])
