"""Torchbearers over HTTP: volunteering, nominating, the team's yes, terms and hand-over notes."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from chassis import clock
from tests.service.okr.conftest import SINCE, Json, Okr, known

TODAY = clock.today("Europe/Helsinki")
DAY = timedelta(days=1)
TORCH = {"role": "torchbearer", "since": TODAY.isoformat()}
NOTE = {"text": "Maanantaisin 9.15, kysy ensin mikä auttoi."}


class Team:
    """A team of an old torchbearer, a supervisor and three members."""

    def __init__(self, okr: Okr, id: str, people: dict[str, str]) -> None:
        self.okr, self.id, self.people = okr, id, people
        self.path = f"/teams/{id}/torchbearer-candidacies"

    async def stand(self, caller: str, **more: Any) -> Json:
        return await self.okr.done("POST", self.path, TORCH | more, caller=caller)

    async def yes(self, made: Json, *callers: str) -> Json:
        for caller in callers:
            made = await self.okr.done("PUT", f"/candidacies/{made['id']}/yes", caller=caller)
        return made

    async def roles(self, login: str) -> list[Json]:
        held = (await self.okr.done("GET", f"/people/{self.people[login]}"))["memberships"]
        return [it for it in held if it["role"] in {"torchbearer", "deputy"}]


@pytest.fixture
async def team(okr: Okr) -> Team:
    team = (await okr.team())["id"]
    roles = {
        "old": "torchbearer", "boss": "supervisor", "aino": "member", "bengt": "member",
        "carita": "member",
    }  # fmt: skip
    people = {login: (await okr.person(login, (role, team)))["id"] for login, role in roles.items()}
    return Team(okr, team, people)


async def test_a_volunteer_whom_the_team_says_yes_to_has_the_term(okr: Okr, team: Team) -> None:
    made = await team.stand("aino")
    assert (made["state"], made["said_yes"], made["needed"]) == ("standing", 1, 3)
    assert (await team.yes(made, "bengt", "bengt"))["state"] == "standing"
    before = await okr.published("soihtu.memberships.v1")
    done = await team.yes(made, "boss")
    assert (done["state"], done["how"], done["said_yes"]) == ("chosen", "by-members", 3)
    assert (done["yes"], done["predecessors"]) == ([], [team.people["old"]])
    assert await team.roles("aino") == [TORCH | {"team": team.id}]
    (ended,) = await team.roles("old")
    assert (ended["since"], ended["until"]) == (SINCE, (TODAY - DAY).isoformat())
    told = (await okr.published("soihtu.memberships.v1"))[len(before) :]
    assert {it["id"] for _, it in told} == {team.people["aino"], team.people["old"]}
    roles = (await okr.done("GET", "/me", caller="aino"))["roles"]
    assert {it["role"] for it in roles} == {"member", "torchbearer"}


async def test_no_topic_is_told_before_the_team_has_chosen(okr: Okr, team: Team) -> None:
    before = await okr.db.pool.fetchval("SELECT count(*) FROM outbox")
    await team.yes(await team.stand("aino", person=team.people["bengt"]), "carita")
    assert await okr.db.pool.fetchval("SELECT count(*) FROM outbox") == before


async def test_a_nominated_person_answers_first(okr: Okr, team: Team) -> None:
    made = await team.stand("aino", person=team.people["bengt"], role="deputy")
    path = f"/candidacies/{made['id']}"
    made = await team.yes(made, "carita", "boss")
    assert (made["state"], made["said_yes"]) == ("asked", 3)
    answer = await okr.refused("POST", f"{path}/accept", version=made["version"], caller="aino")
    assert answer == (403, "others-candidacy")
    done = await okr.done("POST", f"{path}/accept", version=made["version"], caller="bengt")
    assert (done["state"], done["said_yes"]) == ("chosen", 4)
    assert [it["role"] for it in await team.roles("bengt")] == ["deputy"]
    assert "until" not in (await team.roles("old"))[0]


async def test_who_declines_does_not_stand(okr: Okr, team: Team) -> None:
    made = await team.stand("aino", person=team.people["bengt"])
    path = f"/candidacies/{made['id']}"
    done = await okr.done("POST", f"{path}/decline", version=1, caller="bengt")
    assert (done["state"], done["yes"]) == ("declined", [])
    assert await okr.refused("PUT", f"{path}/yes", caller="aino") == (409, "candidacy-decided")
    assert (await team.stand("bengt"))["state"] == "standing"


async def test_who_left_the_team_can_end_their_candidacy_and_is_not_chosen(
    okr: Okr, team: Team
) -> None:
    made = await team.stand("aino")
    path = f"/candidacies/{made['id']}"
    path_of_person = f"/people/{team.people['aino']}"
    held = await okr.done("GET", path_of_person)
    said = {"name": held["name"], "logins": held["logins"], "memberships": []}
    await okr.done("PUT", path_of_person, said, version=held["version"])
    made = await team.yes(made, "bengt", "carita", "boss")
    assert (made["state"], made["said_yes"]) == ("standing", 3)
    assert await team.roles("aino") == []
    met = await okr.refused(
        "POST", f"{path}/confirm", {"present": 4}, version=made["version"], caller="boss"
    )
    assert met == (422, "not-of-the-team")
    own = await okr.done("GET", path, caller="aino")
    assert (own, len(made["yes"])) == (made | {"yes": []}, 4)
    assert await okr.refused("GET", team.path, caller="aino") == (403, "not-allowed")
    stale = await okr.ask("POST", f"{path}/decline", version=99, caller="aino")
    assert (stale.status_code, known(stale.json()["current"])) == (412, own)
    for other in ("bengt", "boss"):
        answer = await okr.refused("POST", f"{path}/decline", version=made["version"], caller=other)
        assert answer == (403, "others-candidacy")
    done = await okr.done("POST", f"{path}/decline", version=made["version"], caller="aino")
    assert (done["state"], done["yes"]) == ("declined", [])


async def test_who_hands_the_torch_on_stays_a_member(okr: Okr, team: Team) -> None:
    await team.yes(await team.stand("aino"), "bengt", "carita")
    held = (await okr.done("GET", f"/people/{team.people['old']}"))["memberships"]
    assert [(it["role"], it["since"], it.get("until")) for it in held] == [
        ("torchbearer", SINCE, (TODAY - DAY).isoformat()), ("member", TODAY.isoformat(), None),
    ]  # fmt: skip
    assert (await okr.done("GET", team.path, caller="old"))["items"]


async def test_a_meeting_of_one_chooses_with_a_hint(okr: Okr, team: Team) -> None:
    made = await team.stand("aino")
    path = f"/candidacies/{made['id']}/confirm"
    done = await okr.done("POST", path, {"present": 1}, version=1, caller="boss")
    assert (done["state"], done["present"], done["hint"]) == ("chosen", 1, "below-share")


async def test_a_leader_records_that_the_team_agreed_in_a_meeting(okr: Okr, team: Team) -> None:
    made, other = await team.stand("aino"), await team.stand("carita")
    path, met = f"/candidacies/{made['id']}/confirm", {"present": 4}
    assert await okr.refused("POST", path, met, version=1, caller="bengt") == (403, "not-allowed")
    own = await team.stand("boss")
    own_path = f"/candidacies/{own['id']}/confirm"
    answer = await okr.refused("POST", own_path, met, version=1, caller="boss")
    assert answer == (403, "other-records")
    assert await okr.refused("POST", path, met, version=2, caller="boss") == (412, "changed-since")
    done = await okr.done("POST", path, met, version=1, caller="boss")
    assert (done["state"], done["how"], done["present"]) == ("chosen", "in-meeting", 4)
    assert "hint" not in done
    listed = (await okr.done("GET", team.path, caller="bengt"))["items"]
    assert {it["id"]: it["state"] for it in listed} == {
        made["id"]: "chosen", other["id"]: "not-chosen", own["id"]: "not-chosen",
    }  # fmt: skip


async def test_a_yes_can_be_taken_back(okr: Okr, team: Team) -> None:
    made = await team.yes(await team.stand("aino"), "bengt")
    done = await okr.done("DELETE", f"/candidacies/{made['id']}/yes", caller="bengt")
    assert done["yes"] == [team.people["aino"]]


async def test_of_two_last_yes_at_once_one_makes_the_term(okr: Okr, team: Team) -> None:
    made, other = await team.stand("aino"), await team.stand("carita")
    await team.yes(made, "bengt")
    await team.yes(other, "old")
    answers = await asyncio.gather(
        *(
            okr.ask("PUT", f"/candidacies/{it['id']}/yes", caller=caller)
            for it, caller in ((made, "boss"), (other, "boss"), (made, "old"), (other, "bengt"))
        )
    )
    # Once the term of old is over, old may no more.
    assert {it.status_code for it in answers} <= {200, 403, 409}
    listed = (await okr.done("GET", team.path, caller="bengt"))["items"]
    assert sorted(it["state"] for it in listed) == ["chosen", "not-chosen"]
    held = [*await team.roles("aino"), *await team.roles("carita")]
    assert [it["since"] for it in held] == [TODAY.isoformat()]


async def test_a_later_term_ends_nothing_until_it_begins(okr: Okr, team: Team) -> None:
    since = (TODAY + 10 * DAY).isoformat()
    made = await team.stand("aino", since=since)
    await team.yes(made, "bengt", "carita")
    (held,) = await team.roles("old")
    assert held["until"] == (TODAY + 9 * DAY).isoformat()
    sooner = await team.stand("carita")
    await team.yes(sooner, "bengt")
    path = f"/candidacies/{sooner['id']}/yes"
    assert await okr.refused("PUT", path, caller="old") == (409, "term-taken")
    assert (await team.roles("aino"))[0]["since"] == since


async def test_one_stands_once_for_a_role(okr: Okr, team: Team) -> None:
    await team.stand("aino")
    again = await okr.refused("POST", team.path, TORCH, caller="aino")
    assert again == (409, "candidacy-stands")
    assert (await team.stand("aino", role="deputy"))["role"] == "deputy"
    stranger = TORCH | {"person": str(uuid4())}
    answer = await okr.refused("POST", team.path, stranger, caller="aino")
    assert answer == (422, "not-of-the-team")


async def test_another_team_sees_nothing_of_it(okr: Okr, team: Team) -> None:
    made = await team.stand("aino")
    await okr.person("stranger", ("torchbearer", (await okr.team("Revontuli"))["id"]))
    path = f"/candidacies/{made['id']}"
    for method, where in (("GET", team.path), ("GET", path), ("PUT", f"{path}/yes")):
        answer = await okr.refused(method, where, caller="stranger")
        assert answer == (403, "not-allowed")
    for version in (1, 99):
        said = await okr.ask("POST", f"{path}/decline", version=version, caller="stranger")
        assert (said.status_code, said.json()["code"]) == (403, "others-candidacy")
        assert "current" not in said.json()
    assert await okr.done("GET", path, caller="bengt") == made


async def test_the_note_goes_from_the_old_to_the_new_one(okr: Okr, team: Team) -> None:
    made = await team.yes(await team.stand("aino"), "bengt", "carita")
    path = f"/candidacies/{made['id']}/hand-over"
    assert await okr.refused("GET", path, caller="aino") == (404, "not-found")
    assert await okr.refused("PUT", path, NOTE, caller="bengt") == (403, "others-hand-over")
    note = await okr.done("PUT", path, NOTE, caller="old")
    assert await okr.refused("PUT", path, NOTE, caller="old") == (428, "if-match-required")
    assert await okr.done("GET", path, caller="aino") == note
    assert await okr.done("GET", path, caller="boss") == note
    for caller in ("bengt", "old", "admin"):
        assert await okr.refused("GET", path, caller=caller) == (403, "not-allowed")
    stale = await okr.refused("PUT", path, NOTE, caller="old", version=2)
    assert stale == (412, "changed-since")
    again = await okr.done("PUT", path, {"text": "Uusi"}, caller="old", version=1)
    assert again["version"] == 2
    long = await okr.refused("PUT", path, {"text": "x" * 2001}, caller="old")
    assert long == (422, "invalid-request")


async def test_teams_without_a_torchbearer_are_seen(okr: Okr, team: Team) -> None:
    bare = await okr.team("Revontuli")
    items = (await okr.done("GET", "/teams?without=torchbearer", caller="bengt"))["items"]
    assert [it["id"] for it in items] == [bare["id"]]
    items = (await okr.done("GET", "/teams?without=deputy"))["items"]
    assert {it["id"] for it in items} == {bare["id"], team.id}
    assert await okr.refused("GET", "/teams?without=head") == (422, "invalid-request")


async def test_in_a_team_of_one_who_volunteers_is_chosen(okr: Okr) -> None:
    team = (await okr.team("Yksin"))["id"]
    await okr.person("solo", ("member", team))
    path = f"/teams/{team}/torchbearer-candidacies"
    done = await okr.done("POST", path, TORCH, caller="solo")
    assert (done["state"], done["version"]) == ("chosen", 2)
