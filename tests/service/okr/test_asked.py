"""What waits for an answer of whoever asks."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from chassis import sql
from services.okr.asked import store
from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import MET
from tests.service.okr.test_torchbearers import TORCH


async def asked(okr: Okr, caller: str, **more: Any) -> list[tuple[str, str]]:
    items: list[Json] = (await okr.done("GET", "/me/asked", caller=caller, **more))["items"]
    return [(it["what"], it["about"]) for it in items]


async def waiting(okr: Okr, caller: str, what: str) -> list[Json]:
    items: list[Json] = (await okr.done("GET", "/me/asked", caller=caller))["items"]
    return [it for it in items if it["what"] == what]


@dataclass
class Two:
    """A team with both of its leaders and a member, another one with its torchbearer, a goal."""

    okr: Okr
    team: str
    other: str
    goal: Json

    @classmethod
    async def of(cls, okr: Okr) -> "Two":
        team, other = (await okr.team())["id"], (await okr.team("Revontuli"))["id"]
        await okr.person("lead", ("torchbearer", team))
        await okr.person("chief", ("supervisor", team))
        await okr.person("member", ("member", team))
        await okr.person("stranger", ("torchbearer", other))
        draft = {
            "title": text("Hakemus ei odota"), "cycle": (await okr.cycle())["id"],
            "responsible_team": team, "owner_team": team, "contributing_teams": [other],
            "key_results": [
                {"title": text("Jono"), "kind": "decrease", "baseline": 620, "target": 250}
            ],
        }  # fmt: skip
        return cls(okr, team, other, await okr.done("POST", "/objectives", draft, caller="lead"))

    @property
    def path(self) -> str:
        return f"/objectives/{self.goal['id']}"

    def about(self, what: str) -> tuple[str, str]:
        return what, self.path.removeprefix("/")


async def test_what_a_team_chooses_waits_for_each_who_does_not_support_it(okr: Okr) -> None:
    two = await Two.of(okr)
    assert await asked(okr, "member") == [two.about("proposal")]
    (told,) = (await okr.done("GET", "/me/asked", caller="member"))["items"]
    assert (told["team"], told["title"]["fi"]) == (two.team, "Hakemus ei odota")
    assert "since" in told
    await okr.done("PUT", f"{two.path}/support", caller="member")
    assert await asked(okr, "member") == []
    assert await asked(okr, "stranger") == [two.about("invitation")]
    path = f"{two.path}/contributors/{two.other}/agree"
    await okr.done("POST", path, caller="stranger", version=1)
    assert await asked(okr, "stranger") == []


async def test_a_choice_waits_for_the_other_of_the_two_and_so_does_its_change(okr: Okr) -> None:
    two = await Two.of(okr)
    await okr.done("POST", f"{two.path}/agree", MET, caller="lead", version=1)
    assert two.about("confirmation") in await asked(okr, "chief")
    assert two.about("confirmation") not in await asked(okr, "lead")
    await okr.done("POST", f"{two.path}/confirm", caller="chief", version=2)
    assert [await asked(okr, it) for it in ("lead", "chief", "member")] == [[], [], []]
    await okr.done("PUT", f"{two.path}/change", {"kind": "drop"}, caller="lead", version=3)
    assert await asked(okr, "member") == [two.about("change")]


async def test_only_who_can_confirm_a_choice_is_asked_to(okr: Okr) -> None:
    two = await Two.of(okr)
    await okr.person("deputy", ("deputy", two.team))
    await okr.person("boss", ("supervisor", two.team), ("torchbearer", two.other))
    confirm = two.about("confirmation")
    leaders = ("lead", "deputy", "chief", "boss", "stranger")

    async def waiting() -> list[str]:
        return [it for it in leaders if confirm in await asked(okr, it)]

    await okr.done("POST", f"{two.path}/agree", MET, caller="lead", version=1)
    assert await waiting() == ["chief", "boss"]
    await okr.done("POST", f"{two.path}/agree", MET, caller="boss", version=2)
    assert await waiting() == ["lead", "deputy"]
    refused = await okr.refused("POST", f"{two.path}/confirm", caller="chief", version=3)
    assert refused == (403, "other-confirms")
    await okr.done("POST", f"/cycles/{two.goal['cycle']}/close", version=2)
    assert await waiting() == []


async def test_nothing_is_asked_that_a_closed_place_would_refuse(okr: Okr) -> None:
    two = await Two.of(okr)
    await okr.done("POST", f"{two.path}/agree", MET, caller="lead", version=1)
    place = f"/teams/{two.team}/cycles/{two.goal['cycle']}/place"
    await okr.done("PUT", place, {"place": "retro"}, caller="admin")
    assert await asked(okr, "member") == []
    await okr.done("PUT", place, {"place": "closed"}, caller="admin", version=1)
    assert await asked(okr, "chief") == []
    assert await asked(okr, "stranger") == [], "nor can it be joined there"


async def test_others_words_wait_until_they_are_answered(okr: Okr) -> None:
    two = await Two.of(okr)
    said = f"{two.path}/remarks"
    question = await okr.done(
        "POST", said, {"kind": "question", "text": "Miksi?"}, caller="stranger"
    )
    request = await okr.done(
        "POST", said, {"kind": "request", "text": "Auttakaa.", "team": two.other},
        caller="stranger",
    )  # fmt: skip
    waiting = {("question", f"remarks/{question['id']}"), ("request", f"remarks/{request['id']}")}
    assert waiting <= set(await asked(okr, "lead"))
    assert waiting & set(await asked(okr, "member")) == {("question", f"remarks/{question['id']}")}
    assert not waiting & set(await asked(okr, "stranger"))
    reply = {"kind": "comment", "text": "Siksi.", "parent": question["id"]}
    await okr.done("POST", said, reply, caller="member")
    answer = f"/remarks/{request['id']}/answer"
    await okr.done("POST", answer, {"outcome": "accepted"}, caller="lead", version=1)
    assert not waiting & set(await asked(okr, "lead"))
    more = {"kind": "question", "text": "Entä nyt?", "parent": question["id"]}
    again = await okr.done("POST", said, more, caller="stranger")
    assert ("question", f"remarks/{again['id']}") in await asked(okr, "member")
    await okr.done("POST", said, reply, caller="member")
    assert ("question", f"remarks/{again['id']}") not in await asked(okr, "member")


async def test_a_request_on_another_s_goal_waits_for_who_leads_the_asked_team(okr: Okr) -> None:
    two = await Two.of(okr)
    await okr.person("stranger's member", ("member", two.other))
    said = {"kind": "request", "text": "Tarvitsemme ohjeen.", "team": two.team, "asked": two.other}
    request = await okr.done("POST", f"{two.path}/remarks", said, caller="lead")
    about = f"remarks/{request['id']}"
    (told,) = await waiting(okr, "stranger", "request")
    assert (told["about"], told["team"]) == (about, two.other)
    assert told["title"]["fi"] == "Hakemus ei odota"
    for caller in ("lead", "chief", "member", "stranger's member"):
        assert await waiting(okr, caller, "request") == []
    answer = f"/remarks/{request['id']}/answer"
    await okr.done("POST", answer, {"outcome": "declined"}, caller="stranger", version=1)
    assert await waiting(okr, "stranger", "request") == []


async def test_what_is_asked_in_so_many_words_of_the_goal_s_team_waits_once(okr: Okr) -> None:
    two = await Two.of(okr)
    for asked in (None, two.team):
        said = {"kind": "request", "text": "Auttakaa.", "team": two.other, "asked": asked}
        await okr.done("POST", f"{two.path}/remarks", said, caller="stranger")
    found = await waiting(okr, "lead", "request")
    assert [it["team"] for it in found] == [two.team, two.team]
    await okr.done("POST", f"{two.path}/close", caller="lead", version=1)
    assert await waiting(okr, "lead", "request") == []


async def test_what_a_team_is_asked_is_found_without_reading_all_that_was_said(okr: Okr) -> None:
    query = sql.load(store.__file__).requests.sql
    async with okr.db.connection() as conn, conn.transaction():
        await conn.execute("SET LOCAL enable_seqscan = off")
        plan = str(await conn.fetch(f"EXPLAIN {query}", [uuid4()], uuid4(), 200))
    assert "remarks_by_asked" in plan
    assert "Seq Scan" not in plan


async def test_a_nomination_waits_for_the_person_then_for_the_team(okr: Okr) -> None:
    team = (await okr.team())["id"]
    people = {it: (await okr.person(it, ("member", team)))["id"] for it in ("a", "b", "c", "d")}
    path = f"/teams/{team}/torchbearer-candidacies"
    made = await okr.done("POST", path, TORCH | {"person": people["b"]}, caller="a")
    about = f"candidacies/{made['id']}"
    assert await asked(okr, "b") == [("nomination", about)]
    assert await asked(okr, "c") == []
    await okr.done("POST", f"/{about}/accept", version=1, caller="b")
    assert await asked(okr, "b") == []
    assert await asked(okr, "c") == [("candidacy", about)]
    await okr.done("PUT", f"/{about}/yes", caller="c")
    assert [await asked(okr, it) for it in people] == [[], [], [], []]


async def test_nothing_waits_for_who_is_no_person(okr: Okr) -> None:
    assert await asked(okr, "admin") == []
