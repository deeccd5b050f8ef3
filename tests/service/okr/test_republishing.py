"""Whatever kind okr keeps can be put in the place of the version before it, as adopting does."""

from collections.abc import AsyncIterator
from uuid import UUID

from chassis.db import transaction
from contracts.choosing import Hidden, RemarkChanged
from services.okr.remarks.store import remarks
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


REMARKS = next(kept for kept in KEEPING.kept if kept.store is remarks)


async def _remark(okr: Okr) -> RemarkChanged:
    goals = await Goals.of(okr)
    objective = await goals.proposed()
    said = {"kind": "comment", "text": "Miten mittaamme?"}
    path = f"/objectives/{objective['id']}/remarks"
    made = await okr.done("POST", path, said, caller="revontuli.member")
    return RemarkChanged.model_validate(made)


async def _published(okr: Okr) -> RemarkChanged:
    return RemarkChanged.model_validate((await okr.published("soihtu.okr.v1"))[-1][1])


async def test_what_was_hidden_or_taken_back_since_is_not_shown_by_undoing_it(okr: Okr) -> None:
    here = await _remark(okr)
    path = f"/remarks/{here.id}"
    lead = {"version": 1, "caller": "revontuli.torchbearer"}
    await okr.done("POST", f"{path}/hide", {"reason": "Asiaton."}, **lead)
    there = await _published(okr)
    assert REMARKS.undone

    stays = REMARKS.undone(here, there)

    assert stays
    assert (stays.state, stays.hidden, stays.text) == ("hidden", there.hidden, here.text)
    (told,) = REMARKS.tells(stays)
    assert isinstance(told, RemarkChanged)
    assert told.text is None
    removed = there.model_copy(update={"state": "removed", "hidden": None})
    gone = REMARKS.undone(here, removed)
    assert gone
    assert (gone.state, gone.text) == ("removed", None)
    assert REMARKS.undone(here, there.model_copy(update={"state": "said"})) is None


async def test_hidden_words_are_adopted_as_the_backup_has_them(okr: Okr) -> None:
    here = await _remark(okr)
    hidden = Hidden(at=here.at, reason="Asiaton.")
    there = here.next("hidden", state="hidden", hidden=hidden, text=None)

    async with transaction(okr.db) as tx:
        kept = await REMARKS.renew(tx, there)
    assert kept == there.model_copy(update={"text": here.text})
    assert (await _published(okr)).text is None

    otherwise = there.next("hidden", edited_at=here.at)
    async with transaction(okr.db) as tx:
        kept = await REMARKS.renew(tx, otherwise)
    assert kept
    assert (kept.state, kept.text) == ("hidden", None)
