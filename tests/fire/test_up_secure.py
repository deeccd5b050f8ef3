"""`soihtu up --secure`, the whole of it: what it keeps, and that it stays so."""

import os
from pathlib import Path

import pytest

from local.graph import SERVICE_NAMES
from local.guard import Guard
from local.home import Home
from tests.system.test_00_local_run import free_base, soihtu

pytestmark = pytest.mark.fire


def test_up_secure_and_what_it_keeps(tmp_path: Path) -> None:
    """Nobody else reads its keys, and `doctor` says that it is secured."""
    own = {name: said for name, said in os.environ.items() if not name.startswith("SOIHTU_")}
    home = tmp_path / "home"
    environment = {**own, "SOIHTU_HOME": str(home), "SOIHTU_PORT_BASE": str(free_base())}
    try:
        soihtu(environment, "up", "--secure", "--no-demo")
        kept = [it for it in (home / "kafka" / "guard").iterdir() if it.name != "ca.pem"]
        assert {it.name for it in kept} >= {"ca.key", "broker.pem", "logins.json"}
        assert {it.stat().st_mode & 0o777 for it in kept} == {0o600}
        told = soihtu(environment, "doctor", "--all")
        assert told.count("is secured: encrypted, with a login as") == len(SERVICE_NAMES)
        soihtu(environment, "down")
        soihtu(environment, "up", "--no-demo")
        assert Guard(Home(home).part("kafka") / "guard").stood
        assert "is not secured" not in soihtu(environment, "doctor", "--all")
    finally:
        soihtu(environment, "down")
