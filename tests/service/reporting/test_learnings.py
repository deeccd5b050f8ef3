"""Learnings: who finds which, by which words, in which order."""

from typing import Any

import pytest

from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

GUIDE = world.learning(
    "guide",
    fi="Kun liiteohje kulki asiakkaan kysymysten järjestyksessä, lisäselvitykset vähenivät.",
    sv="När bilageanvisningen följde kundens frågor minskade kompletteringarna.",
    en="When the attachment guide followed the customer's own questions, requests fell.",
)
GOALS = world.learning("goals", fi="Valitsimme viisi tavoitetta ja muistimme kaksi.")
SECRET = world.learning("secret", shareable=False, fi="Palaveri oli liian pitkä.")
OF_REVONTULI = world.learning("agenda", fi="Lyhyt palaveri toimi etänä.")


@pytest.fixture
async def learned(desk: Desk) -> Desk:
    """Two teams have looked back, one of them on an earlier cycle too."""
    await desk.hear(
        world.look_back("lumme retro", GUIDE, SECRET),
        world.look_back("lumme earlier", GOALS, cycle=world.EARLIER),
        world.look_back("revontuli retro", OF_REVONTULI, team_=world.REVONTULI),
    )
    return desk


def found(answer: Any) -> set[str]:
    """The ids of what was found."""
    return {one["id"] for one in answer["items"]}


def ids(*learnings: Any) -> set[str]:
    return {str(one.id) for one in learnings}


@pytest.mark.parametrize(
    ("caller", "sees_secret"),
    [
        ("lumme.member1", True),
        ("lumme.supervisor", True),
        ("housing.head", True),
        ("root.head", True),
        ("phone.head", False),
        ("revontuli.member1", False),
        ("admin", False),
    ],
)
async def test_what_is_not_shared_is_for_the_team_and_those_above(
    learned: Desk, caller: str, sees_secret: bool
) -> None:
    shared = ids(GUIDE, GOALS, OF_REVONTULI)
    expected = shared | ids(SECRET) if sees_secret else shared
    assert found(await learned.told("/learnings", caller)) == expected


async def test_what_is_not_shared_is_kept_back_while_memberships_may_be_old(
    learned: Desk,
) -> None:
    await learned.confirmed(None)
    answer = await learned.told("/learnings")
    assert str(SECRET.id) not in found(answer)
    assert str(GUIDE.id) in found(answer)
    assert answer["own"] == "replica-too-old"


async def test_the_newest_cycle_is_first(learned: Desk) -> None:
    items = (await learned.told("/learnings"))["items"]
    assert items[-1]["id"] == str(GOALS.id)
    assert items[-1]["cycle"]["id"] == str(world.EARLIER)


async def test_where_a_learning_comes_from_and_its_languages(learned: Desk) -> None:
    params = {"q": "bilageanvisningen"}
    answer = await learned.told("/learnings", params=params, headers={"accept-language": "sv"})
    (item,) = answer["items"]
    assert item["said"].startswith("När bilageanvisningen")
    assert item["text"] == {"source": "fi"} | GUIDE.text.model_dump()
    assert item["team"]["name"]["fi"] == "Lumme"
    assert item["objective"]["title"]["en"] == "No application is left waiting"
    assert item["result"] == "partly"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("liite", [GUIDE]),
        ("LIITEOHJE kysymy", [GUIDE]),
        ("attachment", [GUIDE]),
        ("palaveri", [SECRET, OF_REVONTULI]),
        ("ei missään", []),
        ("' | 'x & !", []),
        ("!!!", [GUIDE, GOALS, SECRET, OF_REVONTULI]),
    ],
)
async def test_words_are_found_by_how_they_begin(
    learned: Desk, said: str, expected: list[Any]
) -> None:
    assert found(await learned.told("/learnings", params={"q": said})) == ids(*expected)


async def test_by_team_and_by_cycle(learned: Desk) -> None:
    of_team = await learned.told("/learnings", params={"team": str(world.REVONTULI)})
    assert found(of_team) == ids(OF_REVONTULI)
    of_cycle = await learned.told("/learnings", params={"cycle": str(world.EARLIER)})
    assert found(of_cycle) == ids(GOALS)


async def test_by_pages(learned: Desk) -> None:
    seen: list[str] = []
    after: dict[str, Any] = {}
    while True:
        page = await learned.told("/learnings", params={"limit": 1, **after})
        seen += [one["id"] for one in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    whole = (await learned.told("/learnings"))["items"]
    assert seen == [one["id"] for one in whole]


async def test_a_correction_takes_the_place_of_what_was_learned(learned: Desk) -> None:
    other = world.learning("other", fi="Kaksi tavoitetta riittää.")
    await learned.hear(world.look_back("lumme retro", other, version=2))
    assert found(await learned.told("/learnings")) == ids(other, GOALS, OF_REVONTULI)


async def test_a_role_that_is_not_known_opens_as_little_here_as_on_the_board(learned: Desk) -> None:
    await learned.db.pool.execute("UPDATE directory_memberships SET role = 'guest'")
    found_here = await learned.told(f"/learnings?team={world.LUMME}")
    on_the_board = (await learned.told(f"/teams/{world.LUMME}/board"))["learnings"]
    shared = ids(GUIDE, GOALS)
    assert found(found_here) == {one["id"] for one in on_the_board} == shared
