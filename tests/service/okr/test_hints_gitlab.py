"""The hints that a real quarter draws, counted: whoever changes their rules sees what follows."""

from collections import Counter
from pathlib import Path

import httpx

from chassis.testing.identity import Issuer
from cli.client import Client
from cli.importing.load import Load
from cli.importing.reading import read
from cli.importing.report import Report
from cli.reach import Reach
from tests.service.okr.conftest import Okr

OBJECTIVES = 39
DRAWN = {
    "no-benefit": 39,
    "near-duplicate": 15,
    "long-title": 8,
    "too-many-key-results": 6,
    "no-measure": 6,
    "too-many-objectives": 4,
    "no-key-result": 4,
    "serves-nothing": 3,
    "output-wording": 1,
}
"""Of how many of its objectives; the quarter says no confidence, and measures every baseline."""


class Admin:
    """A caller of the APIs, with a token of the test's provider."""

    def __init__(self, issuer: Issuer) -> None:
        self._token = issuer.token("admin", roles=["admin"])

    def tokens(self, _: str, __: httpx.AsyncClient) -> "Admin":
        return self

    async def text(self) -> str:
        return self._token

    def forget(self, text: str) -> None:
        raise AssertionError(f"not accepted: {text}")


class Unshown:
    """Nobody looks at how far it is."""

    def begin(self, stage: str, steps: int) -> None:
        pass

    def step(self) -> None:
        pass


async def test_the_hints_of_a_real_quarter_are_so_many(okr: Okr, real_quarter: Path) -> None:
    # Hints rest on no value: what was checked in is left out, which another service takes.
    file = read(real_quarter).file.model_copy(update={"check_ins": ()})
    report = Report(file.not_yet_imported)
    reach = Reach(okr.issuer.issuer, {"okr": "http://okr"})
    async with Client(reach, Admin(okr.issuer), httpx.ASGITransport(okr.app)) as client:
        await Load(client, file, "gitlab", report, Unshown()).run()
        goals = await client.items("okr", "/objectives")
        told = [(await client.get("okr", f"/objectives/{it['id']}/hints")).body for it in goals]
    assert report.refusals == []
    assert len(told) == OBJECTIVES
    assert Counter(it["code"] for one in told for it in one["hints"]) == DRAWN
