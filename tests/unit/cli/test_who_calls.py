"""Who a command of people acts for: whoever logged in, or a name where the run is local."""

from pathlib import Path

import pytest

from cli.people.caller import caller, login_at
from cli.people.logins import find_login
from cli.people.provider import Attempt, Granted
from cli.reach import Credentials, Reach, expect_local, find_reach
from cli.token import token
from local.problems import LocalProblem

AWAY = Reach("https://login.example/soihtu", {"okr": "https://okr.example"})
HERE = Reach("http://127.0.0.1:7440/soihtu", {"okr": "http://127.0.0.1:7400"}, here=True)


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path)}


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    attempt = Attempt("state", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert attempt.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_no_attempt_is_like_another() -> None:
    first, second = Attempt.new(), Attempt.new()
    assert first.state != second.state
    assert first.verifier != second.verifier
    assert 43 <= len(first.verifier) <= 128


def test_a_name_is_lent_in_a_local_run_alone(environment: dict[str, str]) -> None:
    with pytest.raises(LocalProblem, match="SOIHTU_LOCAL=1"):
        caller(AWAY, "lumme.torchbearer", environment)
    lent = caller(AWAY, "lumme.torchbearer", {**environment, "SOIHTU_LOCAL": "1"})
    assert lent == Credentials("lumme.torchbearer", "any")
    assert caller(HERE, "lumme.torchbearer", environment) == lent


def test_a_token_is_lent_in_a_local_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOIHTU_ISSUER", AWAY.issuer)
    monkeypatch.delenv("SOIHTU_LOCAL", raising=False)
    with pytest.raises(LocalProblem, match="SOIHTU_LOCAL=1"):
        token("lumme.torchbearer")


def test_an_issuer_that_the_environment_names_is_not_here() -> None:
    named = find_reach(environment={"SOIHTU_ISSUER": HERE.issuer})
    assert not named.here
    with pytest.raises(LocalProblem):
        expect_local(named, {})
    expect_local(named, {"SOIHTU_LOCAL": "1"})


def test_whoever_is_not_logged_in_is_told_how(environment: dict[str, str]) -> None:
    with pytest.raises(LocalProblem, match="soihtu login"):
        caller(HERE, None, environment)


def test_a_login_is_kept_for_each_issuer(environment: dict[str, str]) -> None:
    granted = Granted("a.b.c", 1.0, "again")
    login_at(HERE, environment).keep(granted)
    assert login_at(HERE, environment).held() == granted
    assert caller(HERE, None, environment) == login_at(HERE, environment)
    assert login_at(AWAY, environment).held() is None


def test_a_login_of_another_client_is_none(environment: dict[str, str]) -> None:
    login_at(HERE, environment).keep(Granted("a.b.c", 1.0))
    other = {**environment, "SOIHTU_SIGN_IN_CLIENT": "another"}
    assert login_at(HERE, other).held() is None


@pytest.mark.parametrize("left", ["", "[]", "{}", '{"client": "soihtu-cli", "odd": 1}'])
def test_a_spoilt_file_says_what_to_do(environment: dict[str, str], left: str) -> None:
    login = login_at(HERE, environment)
    login.keep(Granted("a.b.c", 1.0))
    login.file.write_text(left)
    with pytest.raises(LocalProblem, match="log in again"):
        login.held()


def test_the_folder_is_the_one_for_state(tmp_path: Path) -> None:
    file = find_login("https://login.example/soihtu", "soihtu-cli", {"HOME": str(tmp_path)}).file
    assert file.parent == Path.home() / ".local" / "state" / "soihtu"
    assert "/" not in file.name


def test_a_provider_that_gives_no_other_is_asked_by_the_same_again() -> None:
    told = {"access_token": "new", "expires_in": 600}
    assert Granted.of(told, 1000.0, "old") == Granted("new", 1600.0, "old")
    assert Granted.of({**told, "refresh_token": "next"}, 0.0, "old").refresh == "next"
