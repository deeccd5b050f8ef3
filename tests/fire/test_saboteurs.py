"""What the kills must not forgive: each way to lose or double is found within 20 of them."""

import random
import re
import sys
from pathlib import Path

import pytest

from tests.fire import saboteurs
from tests.fire.conftest import NewSession
from tests.fire.saboteurs import SABOTEURS

SEEDS = ("torch", "lantern", "beacon")
MOST_KILLS = 20
MOST_LINES = 30
PLANS = sorted({it.killed_at for it in SABOTEURS.values()})


def _kills(seed: str, killed_at: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    return random.Random(seed).choices(killed_at, k=MOST_KILLS)


@pytest.mark.parametrize("name", sorted(SABOTEURS))
def test_a_saboteur_is_the_product_but_for_one_part(name: str) -> None:
    assert sum(len(_code(file)) for file in _files(name)) <= MOST_LINES


def _files(name: str) -> list[Path]:
    folder = Path(saboteurs.__file__).parent
    own = sorted(folder.glob(f"{name}.*"))
    shared = [
        it for it in folder.glob("*.py") if f"saboteurs.{it.stem} import" in own[0].read_text()
    ]
    return own + shared


def _code(file: Path) -> list[str]:
    """The lines that do something."""
    lines = [line.strip() for line in file.read_text().splitlines()]
    idle = ("import ", "from ", "--", '"""')
    return [line for line in lines if line and not line.startswith(idle)]


@pytest.mark.fire
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("plan", range(len(PLANS)))
def test_the_product_passes(new_session: NewSession, plan: int, seed: str) -> None:
    result = new_session(seed).run(_kills(seed, PLANS[plan]))
    assert result.complaints == ()
    assert result.kills == MOST_KILLS


@pytest.mark.fire
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", sorted(SABOTEURS))
def test_a_saboteur_is_found(new_session: NewSession, name: str, seed: str) -> None:
    _expect_found(new_session, name, seed)


def test_an_api_that_keeps_answers_too_late_is_found(new_session: NewSession) -> None:
    """The quickest of them, among the tests that are always run."""
    _expect_found(new_session, "key_after_commit", SEEDS[0])


def _expect_found(new_session: NewSession, name: str, seed: str) -> None:
    saboteur = SABOTEURS[name]
    sabotage = dict.fromkeys(saboteur.roles, f"tests.fire.saboteurs.{name}:main")
    session = new_session(seed, sabotage=sabotage, watchful=True)
    result = session.run(_kills(seed, saboteur.killed_at))
    assert any(re.search(saboteur.found, it) for it in result.complaints), result.complaints
    told = f"{name}, seed {seed}: {result.kills} kills, {result.complaints[0][:200]}"
    sys.stdout.write(f"{told}\n")
