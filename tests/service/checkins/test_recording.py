"""Check-ins over HTTP: what is recorded, refused, corrected, imported, and who reads words."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from contracts import choosing
from contracts.checkins import CheckInRecorded
from contracts.okr import Place
from tests.service.checkins import world
from tests.service.checkins.conftest import Desk, said, told
from tests.service.checkins.world import CORRECTIONS, DROPPED, OBJECTIVE, OF_PESA, WAITING


async def test_a_check_in_is_recorded_and_published(desk: Desk) -> None:
    answer = await desk.check_in(
        said(WAITING, 480, confidence=7, words="Jono lyheni"), help_wanted="Liiteohje on epäselvä"
    )
    state = answer.json()
    assert answer.status_code == 201
    assert (state["number"], state["version"], state["change"]) == (1, 1, "recorded")
    assert state["effective_date"] == world.TODAY.isoformat()
    assert state["author"] == str(world.an_id("lumme.member1"))
    assert answer.headers["soihtu-version"] == (
        f"check-ins/{state['id']}@1, counted/{state['id']}@1"
    )
    assert answer.headers["location"] == f"/check-ins/{state['id']}"
    (row,) = await desk.fetch("SELECT topic, key, headers, value FROM outbox")
    assert (row["topic"], row["key"]) == ("soihtu.checkins.v1", state["id"])
    assert orjson.loads(row["headers"])["ce_origin"] == "command"
    published = CheckInRecorded.model_validate_json(row["value"])
    assert published.model_dump(mode="json") == state


async def test_an_identity_code_in_words_is_refused(desk: Desk) -> None:
    code = "010594Y9032"
    for answer in (
        await desk.check_in(said(WAITING, 480, words=f"Asiakas {code} odotti.")),
        await desk.check_in(help_wanted=f"Kuka tietää asiasta {code.lower()}?"),
    ):
        assert told(answer) == (422, "invalid-request")
        assert [it["rule"] for it in answer.json()["errors"]] == ["identity_code"]
        assert code not in answer.text.upper()


async def test_numbers_count_the_objectives_check_ins_however_many_come_at_once(
    desk: Desk,
) -> None:
    answers = await asyncio.gather(*(desk.check_in() for _ in range(8)))
    assert sorted(answer.json()["number"] for answer in answers) == list(range(1, 9))


async def test_a_refused_check_in_takes_no_number(desk: Desk) -> None:
    await desk.check_in(said(DROPPED))
    assert (await desk.check_in()).json()["number"] == 1


async def test_a_contributing_team_checks_in_its_own_key_result(desk: Desk) -> None:
    mine = {"caller": "pesa.member1", "team": str(world.PESA)}
    assert (await desk.check_in(said(OF_PESA), **mine)).status_code == 201
    answer = await desk.check_in(said(OF_PESA))
    assert told(answer) == (422, "key-result-of-another-team")
    assert answer.json()["team"] == str(world.PESA)


async def test_a_team_that_is_only_invited_does_not_check_in(desk: Desk) -> None:
    invited = choosing.Invitation(team=world.PESA, state="invited", at=datetime.now(UTC))
    mine = {"caller": "pesa.member1", "team": str(world.PESA)}
    await desk.hear(world.objective(2, contributing_teams=(), invitations=(invited,)))
    assert told(await desk.check_in(said(OF_PESA), **mine)) == (422, "not-the-teams")
    await desk.hear(world.objective(3))
    assert (await desk.check_in(said(OF_PESA), **mine)).status_code == 201


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"team": str(world.KIDE)}, 403, "not-allowed"),
        ({"objective": str(world.KIDE)}, 404, "objective-unknown"),
        ({"entries": [said(DROPPED)]}, 409, "key-result-dropped"),
        ({"entries": [said(OBJECTIVE)]}, 422, "key-result-unknown"),
        ({"entries": [said(WAITING), said(WAITING)]}, 422, "key-result-twice"),
        ({"entries": []}, 422, "invalid-request"),
        ({"entries": [said(WAITING, confidence=11)]}, 422, "invalid-request"),
        ({"entries": [said(WAITING, 1e300)]}, 422, "invalid-request"),
        ({"date": str(world.TODAY + DAY * 2)}, 422, "date-in-future"),
        ({"date": str(world.START - DAY)}, 422, "date-outside-cycle"),
    ],
)
async def test_what_is_not_so_is_refused(
    desk: Desk, body: dict[str, Any], status: int, code: str
) -> None:
    assert told(await desk.check_in(**body)) == (status, code)
    assert not await desk.fetch("SELECT FROM outbox")


async def test_only_a_team_of_the_objective_checks_in(desk: Desk) -> None:
    answer = await desk.check_in(caller="kide.member1", team=str(world.KIDE))
    assert told(answer) == (422, "not-the-teams")


@pytest.mark.parametrize(
    ("where", "code"),
    [("setting", "team-cycle-not-running"), ("closed", "team-cycle-closed")],
)
async def test_the_responsible_teams_cycle_must_be_running(
    desk: Desk, where: Place, code: str
) -> None:
    first = (await desk.check_in()).json()
    await desk.hear(world.place(world.LUMME, where, version=2))
    answer = await desk.check_in()
    assert told(answer) == (409, code)
    assert answer.json()["place"] == where
    corrected = await desk.correct(first, entries=[said(WAITING)], reason="Väärä luku.")
    assert told(corrected) == (409, code)


async def test_a_team_that_looks_back_is_still_heard_of_days_of_the_cycle(desk: Desk) -> None:
    first = (await desk.check_in()).json()
    await desk.hear(world.place(world.LUMME, "retro", version=2))
    late = await desk.check_in(date=str(world.START + DAY))
    assert (late.status_code, late.json()["number"]) == (201, 2)
    outside = await desk.check_in(date=str(world.START - DAY))
    assert told(outside) == (422, "date-outside-cycle")
    bare = await desk.correct(first, entries=[said(WAITING, 470)])
    assert told(bare) == (422, "correction-without-reason")
    why = await desk.correct(first, entries=[said(WAITING, 470)], reason="Laskettiin kahdesti.")
    assert (why.status_code, why.json()["reason"]) == (200, "Laskettiin kahdesti.")
    seen = await desk.ask("GET", f"/check-ins/{first['id']}", "kide.member1")
    assert seen.json()["reason"] is None


async def test_what_a_moved_goal_was_told_before_can_be_corrected_on_its_day(desk: Desk) -> None:
    day = world.START + DAY
    first = (await desk.check_in(date=str(day))).json()
    await desk.hear(world.cycle(version=2, start=day + DAY))
    assert told(await desk.check_in(date=str(day))) == (422, "date-outside-cycle")
    assert (await desk.correct(first, entries=[said(WAITING, 470)])).status_code == 200


async def test_a_team_without_a_place_has_not_begun(empty_desk: Desk) -> None:
    events = [it for it in world.everything() if it.kind != "team-cycles"]
    await empty_desk.hear(*events)
    answer = await empty_desk.check_in()
    assert (answer.json()["code"], answer.json()["place"]) == ("team-cycle-not-running", "unset")


@pytest.mark.parametrize("state", ["proposed", "closed"])
async def test_the_objective_must_be_agreed(desk: Desk, state: str) -> None:
    await desk.hear(world.objective(2, state=state))
    assert told(await desk.check_in()) == (409, "objective-not-agreed")


async def test_a_role_that_has_ended_opens_nothing(desk: Desk) -> None:
    ended = world.person(
        "lumme.member1", ("member", world.LUMME), version=2, until=world.TODAY - DAY * 2
    )
    await desk.hear(ended)
    assert told(await desk.check_in()) == (403, "not-allowed")


async def test_what_the_service_has_not_heard_of_yet_can_be_waited_for(desk: Desk) -> None:
    waiting = asyncio.create_task(
        desk.ask(
            "GET", f"/objectives/{OBJECTIVE}/check-ins",
            headers={"soihtu-after": f"objectives/{OBJECTIVE}@2"},
        )
    )  # fmt: skip
    await desk.hear(world.objective(2))
    assert (await waiting).status_code == 200


async def test_a_correction_is_the_next_version(desk: Desk) -> None:
    first = (await desk.check_in(said(WAITING, 480), said(CORRECTIONS, 5))).json()
    answer = await desk.correct(first, entries=[said(WAITING, 470)])
    state = answer.json()
    assert (state["version"], state["number"], state["change"]) == (2, 1, "corrected")
    assert [entry["value"] for entry in state["entries"]] == [470]
    assert state["effective_date"] == first["effective_date"]
    assert answer.headers["soihtu-version"] == f"check-ins/{first['id']}@2, counted/{first['id']}@2"
    assert len(await desk.fetch("SELECT FROM outbox")) == 2
    assert told(await desk.correct(first, entries=[said(WAITING, 1)])) == (412, "changed-since")


@pytest.mark.parametrize(
    ("caller", "status"),
    [
        ("lumme.member1", 200),
        ("lumme.torchbearer", 200),
        ("lumme.supervisor", 200),
        ("lumme.member2", 403),
        ("pesa.member1", 403),
        ("head.root", 403),
        ("admin", 403),
    ],
)
async def test_author_and_leaders_correct(desk: Desk, caller: str, status: int) -> None:
    first = (await desk.check_in()).json()
    answer = await desk.correct(first, caller, entries=[said(WAITING, 470)])
    assert answer.status_code == status
    if status == 200:
        assert answer.json()["author"] == first["author"]


async def test_a_value_that_stands_may_stay_when_its_key_result_was_dropped(desk: Desk) -> None:
    first = (await desk.check_in(said(WAITING), said(CORRECTIONS))).json()
    dropped = (world.key_result(WAITING, state="dropped"), world.key_result(CORRECTIONS))
    await desk.hear(world.objective(2, key_results=dropped))
    answer = await desk.correct(first, entries=[said(WAITING), said(CORRECTIONS, 4)])
    assert answer.status_code == 200
    assert told(await desk.check_in(said(WAITING))) == (409, "key-result-dropped")


@pytest.mark.parametrize(
    ("caller", "reads"),
    [
        ("lumme.member2", True),
        ("lumme.supervisor", True),
        ("head.unit", True),
        ("head.root", True),
        ("pesa.member1", False),
        ("kide.supervisor", False),
        ("head.other", False),
        ("admin", False),
    ],
)
async def test_words_are_for_the_team_and_above(desk: Desk, caller: str, reads: bool) -> None:
    first = await desk.check_in(said(WAITING, 480, words="Jono lyheni"), help_wanted="Apua")
    one = (await desk.ask("GET", first.headers["location"], caller)).json()
    path = f"/objectives/{OBJECTIVE}/check-ins"
    (listed,) = (await desk.ask("GET", path, caller)).json()["items"]
    assert one == listed
    assert one["entries"][0]["value"] == 480
    words = (one["entries"][0]["words"], one["help_wanted"])
    assert words == (("Jono lyheni", "Apua") if reads else (None, None))


@pytest.mark.parametrize(
    ("ago", "reads"),
    [(timedelta(minutes=14), True), (timedelta(minutes=16), False), (None, False)],
)
async def test_words_are_read_by_memberships_that_were_confirmed_lately(
    desk: Desk, ago: timedelta | None, reads: bool
) -> None:
    await desk.confirmed(ago)
    first = await desk.check_in(said(WAITING, 480, words="Jono lyheni"), help_wanted="Apua")
    assert first.status_code == 201, "commands go on"
    stale = await desk.correct(first.json() | {"version": 9}, entries=[said(WAITING, 1)])
    assert told(stale) == (412, "changed-since")
    seen = stale.json()["current"]
    assert seen["entries"][0]["value"] == 480
    shown = (seen["entries"][0]["words"], seen["help_wanted"], seen["author"] is not None)
    assert shown == (("Jono lyheni", "Apua", True) if reads else (None, None, False))
    form = await desk.ask("GET", f"/objectives/{OBJECTIVE}/check-in-form?team={world.LUMME}")
    assert form.status_code == 200, "it has no words"
    for path in (first.headers["location"], f"/objectives/{OBJECTIVE}/check-ins"):
        answer = await desk.ask("GET", path, "lumme.member2")
        code = answer.json().get("code")
        assert (answer.status_code, code) == ((200, None) if reads else (503, "replica-too-old"))
        assert ("retry-after" in answer.headers) != reads
        outside = await desk.ask("GET", path, "pesa.member1")
        assert outside.status_code == 200, "nothing that this caller sees depends on it"
    assert (await desk.correct(first.json(), entries=[said(WAITING, 1)])).status_code == 200


async def test_a_list_goes_on_page_by_page_from_the_newest(desk: Desk) -> None:
    for _ in range(3):
        await desk.check_in()
    path = f"/objectives/{OBJECTIVE}/check-ins"
    first = (await desk.ask("GET", path, params={"limit": 2})).json()
    assert [item["number"] for item in first["items"]] == [3, 2]
    second = (await desk.ask("GET", path, params={"limit": 2, "after": first["next"]})).json()
    assert [item["number"] for item in second["items"]] == [1]
    assert second["next"] is None


def imported(**more: Any) -> dict[str, Any]:
    body = {
        "objective": str(OBJECTIVE),
        "team": str(world.LUMME),
        "date": str(world.TODAY),
        "entries": [said(WAITING, 1.02, words="Done")],
    }
    return body | more


async def put(desk: Desk, body: Any, caller: str = "admin", **headers: str) -> Any:
    path = "/check-ins/by-ref/gitlab/2018-q3/a/b#own".replace("#", "%23")
    return await desk.ask("PUT", path, caller, json=body, headers=headers)


async def test_an_import_creates_once(desk: Desk) -> None:
    first, second = await put(desk, imported()), await put(desk, imported())
    assert (first.status_code, first.headers["soihtu-outcome"]) == (201, "created")
    assert (second.status_code, second.headers["soihtu-outcome"]) == (200, "unchanged")
    state = first.json()
    assert (state["change"], state["author"]) == ("imported", None)
    (row,) = await desk.fetch("SELECT headers FROM outbox")
    assert orjson.loads(row["headers"])["ce_origin"] == "import"
    assert told(await put(desk, imported(), "lumme.torchbearer")) == (403, "not-allowed")


async def test_an_import_does_not_undo_what_people_did_since(desk: Desk) -> None:
    state = (await put(desk, imported())).json()
    await desk.correct(state, "lumme.torchbearer", entries=[said(WAITING, 2, words="Salaa")])
    other = imported(entries=[said(WAITING, 3)])
    refused = await put(desk, other)
    assert told(refused) == (409, "edited-since")
    assert "Salaa" not in refused.text
    stale = await put(desk, other, **{"if-match": '"1"'})
    assert told(stale) == (412, "changed-since")
    assert "Salaa" not in stale.text
    forced = await put(desk, other, **{"if-match": '"2"'})
    assert (forced.json()["version"], forced.json()["entries"][0]["value"]) == (3, 3)


async def test_an_imported_check_in_stays_with_its_team(desk: Desk) -> None:
    await put(desk, imported())
    answer = await put(desk, imported(team=str(world.PESA)))
    assert told(answer) == (409, "check-in-moved")
