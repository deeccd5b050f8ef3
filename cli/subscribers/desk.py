"""Gives and ends grants to other agencies: okr keeps the grant, Kafka holds its rights.

A grant is given before there are rights, and ended after they are gone: whatever dies in between,
nobody has rights without a grant, and the same again finishes.
"""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from chassis.kafka_access import Subscribers
from cli.client import Client, Refused
from local.problems import SOIHTU, LocalProblem

OVER = "its last day is past"
Grant = Mapping[str, Any]


class Desk:
    """Where grants are given and ended; `say` is told what was done.

    Every method raises Refused, LocalProblem, AccessProblem.
    """

    def __init__(self, client: Client, rights: Subscribers, say: Callable[[str], None]) -> None:
        self._client = client
        self._rights = rights
        self._say = say

    async def add(self, said: Mapping[str, str], hand_over: Callable[[str], None]) -> None:
        """Grant what is said to `said["agency"]`; `hand_over` gets the password before it holds.

        What was begun with the same words is finished.
        """
        agency = said["agency"]
        grant = (await self.unended()).get(agency)
        if grant is None:
            grant = (await self._client.post("okr", "/grants", said, key=uuid4().hex)).body
        else:
            await self._check_begun(grant, said)
        if grant["state"] == "asked":
            await self._client.post("okr", f"/grants/{grant['id']}/give", match=grant["version"])
        self._rights.add(agency, hand_over)
        self._say(f"{agency} may read the open topics until {said['until']}")

    async def _check_begun(self, grant: Grant, said: Mapping[str, str]) -> None:
        """Refuse to begin what is there already, or is there in other words."""
        agency, until = grant["agency"], grant["until"]
        if grant["state"] == "granted" and not grant["stands"]:
            raise LocalProblem(
                f"The grant of {agency} ended on {until}: say `{SOIHTU} subscriber sweep` first."
            )
        whole = (await self._client.get("okr", f"/grants/{grant['id']}")).body
        other = [name for name, words in said.items() if whole[name] != words]
        if not other and (grant["state"] == "asked" or not self._rights.whole(agency)):
            return
        why = f"with another {', '.join(other)}" if other else "and has its rights"
        raise LocalProblem(
            f"{agency} has a grant until {until} ({grant['state']}) {why}. For a new one, or a new "
            f"password, say `{SOIHTU} subscriber remove {agency} --reason …` first."
        )

    async def remove(self, agency: str, reason: str) -> None:
        """Take all rights, then end the grant; what was begun is finished."""
        grant = (await self.unended()).get(agency)
        if grant is None and agency not in self._rights.listed():
            raise LocalProblem(
                f"There is no grant of {agency!r} to end: `{SOIHTU} subscriber list` tells them."
            )
        self._rights.remove(agency)
        if grant is not None:
            await self._end(grant, reason)
        self._say(f"{agency} may read nothing any more")

    async def sweep(self) -> None:
        """Take rights for which no grant stands, and end grants whose last day is past."""
        # Rights first: what is made in between has its grant in the list that comes after.
        held = self._rights.listed()
        unended = await self.unended()
        for agency in held:
            if not _stands(unended.get(agency)) and not _stands((await self.unended()).get(agency)):
                self._rights.remove(agency)
                self._say(f"{agency} had rights and no grant that stands: they are taken away")
        for agency, grant in unended.items():
            if grant["state"] == "granted" and not grant["stands"]:
                await self._end(grant, OVER)
                self._say(f"{agency}: the grant until {grant['until']} has ended")
            elif grant["stands"] and not self._rights.whole(agency):
                self._say(
                    f"{agency} lacks rights: the same `{SOIHTU} subscriber add` again gives them"
                )

    async def unended(self) -> dict[str, Grant]:
        """The grant of each agency that was asked for or given and has not ended."""
        items = await self._client.items("okr", "/grants")
        return {it["agency"]: it for it in items if it["state"] != "ended"}

    async def _end(self, grant: Grant, reason: str) -> None:
        path = f"/grants/{grant['id']}/end"
        try:
            await self._client.post("okr", path, {"reason": reason}, match=grant["version"])
        except Refused as refusal:
            current = refusal.problem.get("current")
            if not (isinstance(current, dict) and current.get("state") == "ended"):
                raise


def _stands(grant: Grant | None) -> bool:
    return grant is not None and bool(grant["stands"])
