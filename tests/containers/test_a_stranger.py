"""What README.md tells somebody new to type, in containers that nobody has used yet."""

import re

import pytest

from local.addresses import ROOT
from tests.containers.composed import Composed
from tests.system.agency import Agency

pytestmark = pytest.mark.containers

BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)


def test_the_demo_is_loaded_and_walked_through(composed: Composed, agency: Agency) -> None:
    [block] = [one for one in BLOCKS if "docker compose up" in one]
    lines = [line.partition("#")[0].strip() for line in block.splitlines()]
    told = [line for line in lines if line.startswith(("eval ", "soihtu "))]
    assert "soihtu demo --small" in told
    said = composed.shell("\n".join(told))
    assert "└ serves: Ajallaan" in said
    assert "sv: När bilageanvisningen följde" in said
    [journey] = [one for one in BLOCKS if "my-first-check-in" in one]
    said = composed.shell(f'eval "$(deploy/compose/reach.sh)"\n{journey}')
    assert said.splitlines()[0] == "Asumisen hakemus ei jää odottamaan"
    assert "430.0" in said.splitlines()
    practice = agency.do("strategy", "GET", "reporting", "/practice")
    assert [one["name"]["en"] for one in practice["pillars"]] == [
        "Clarity", "In good time", "Together",
    ]  # fmt: skip
