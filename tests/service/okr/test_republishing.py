"""Whatever kind okr keeps can be put in the place of the version before it, as adopting does."""

from collections.abc import AsyncIterator
from uuid import UUID

from chassis.db import transaction
from services.okr.republishing import KEEPING
from tests.service.okr.conftest import Okr
from tests.service.okr.goals import Goals
from tests.service.okr.test_strategy import pillar


async def test_every_kind_is_renewed(okr: Okr) -> None:
    goals = await Goals.of(okr)
    objective = await goals.agreed()
    await pillar(okr)
    year = await okr.cycle(kind="year")
    await okr.done("POST", "/strategies", {"cycle": year["id"]})
    await goals.machine(objective["key_results"][0]["id"], "2026-10-01", 4)
    said = {"kind": "comment", "text": "Miten mittaamme?"}
    path = f"/objectives/{objective['id']}/remarks"
    await okr.done("POST", path, said, caller="revontuli.member")

    renewed = {subject async for subject in _renew_all(okr)}

    assert renewed == {kept.told_as[0] for kept in KEEPING.kept}


async def _renew_all(okr: Okr) -> AsyncIterator[str]:
    async with transaction(okr.db) as tx:
        subjects = [row["subject"] async for row in KEEPING.subjects(tx.conn)]
        for kept in KEEPING.kept:
            start = f"{kept.told_as[0]}/"
            for subject in (it for it in subjects if it.startswith(start)):
                key = [UUID(part) for part in subject.removeprefix(start).split("/")]
                state = await kept.store.lock(tx, *key)
                above = state.model_copy(update={"version": state.version + 1})
                await kept.renew(tx, above)
                assert (await kept.store.get(tx, *key)).version == above.version
                yield kept.told_as[0]
