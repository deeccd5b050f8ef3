"""okr's refusals are told in three languages, with what to do."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from chassis.problem import Problem
from chassis.problem_texts import Catalogue
from contracts.words import LANGUAGES
from services.okr.app import FOLDER

SOME = UUID(int=7)
REFUSALS: dict[str, dict[str, Any]] = {
    "unknown-unit": {"unit": SOME},
    "unknown-team": {"team": SOME},
    "unit-loop": {"unit": SOME, "parent": UUID(int=8)},
    "login-taken": {"positions": [1, 3]},
    "role-without-place": {"position": 2, "role": "head"},
    "span-backwards": {"position": 2},
    "memberships-overlap": {"positions": [1, 2], "role": "member"},
    "not-of-the-team": {"person": SOME},
    "term-backwards": {},
    "term-over": {"until": date(2026, 11, 29)},
    "term-taken": {"since": date(2027, 1, 1)},
    "candidacy-stands": {"person": SOME},
    "candidacy-decided": {"candidacy": SOME},
    "candidacy-accepted": {"candidacy": SOME},
    "candidacy-not-accepted": {"candidacy": SOME},
    "others-candidacy": {"candidacy": SOME},
    "other-records": {"candidacy": SOME},
    "others-hand-over": {"candidacy": SOME},
    "grant-stands": {"agency": "meteo"},
    "grant-over": {"until": date(2026, 11, 29)},
    "grant-not-asked": {"grant": SOME, "grant_state": "ended"},
    "grant-ended": {"grant": SOME},
    "hint-not-drawn": {"hint": "no-benefit"},
    "hint-not-dismissed": {"hint": "no-benefit"},
    "cycle-closed": {"cycle": SOME},
    "cycle-not-planned": {"cycle": SOME, "cycle_state": "open"},
    "cycle-not-open": {"cycle": SOME, "cycle_state": "planned"},
    "unknown-year": {"year": SOME},
    "cycle-outside-year": {"start": date(2027, 1, 1), "end": date(2027, 12, 31)},
    "year-planned": {"year": 2027, "cycle": SOME},
    "year-in-use": {"cycle": SOME, "start": date(2027, 1, 1), "end": date(2027, 4, 30)},
    "objective-goes-on": {"objective": SOME},
    "team-not-choosing": {"team": SOME, "cycle": SOME, "place": "unset"},
    "cut-over-not-now": {"team": SOME, "cycle": SOME, "place": "closed"},
    "cut-over-to-itself": {"cycle": SOME},
    "not-in-cut-over": {"key_result": SOME},
    "cut-over-settled": {"key_result": SOME, "successor": UUID(int=8)},
    "cut-over-elsewhere": {"objective": SOME, "cycle": SOME},
    "cut-over-undecided": {"key_results": [SOME]},
    "more-present-than-members": {"present": 500, "members": 9},
    "phase-outside-cycle": {
        "day": date(2027, 1, 1), "start": date(2026, 9, 1), "end": date(2026, 12, 31),
    },
    "baseline-stands": {"key_result": SOME},
    "baseline-unfit": {"baseline": 3, "target": 2},
    "objective-not-agreed": {"objective": SOME},
    "objective-still-proposed": {"objective": SOME},
    "too-early-to-score": {"objective": SOME},
    "reason-missing": {"key_result": SOME, "agreed": 0.8, "computed": 0.5},
    "score-exists": {"key_result": SOME},
    "score-stays": {"key_result": SOME},
    "machine-not-named": {"key_result": SOME, "client": "machine.phones"},
    "said-twice": {"key_result": SOME, "date": "2026-09-04"},
    "place-not-next": {"place": "setting", "wanted": "retro", "possible": ["running"]},
}  # fmt: skip
CATALOGUE = Catalogue.load(FOLDER / "problems.yaml")


@pytest.mark.parametrize("code", REFUSALS)
def test_a_refusal_is_told_in_each_language(code: str) -> None:
    problem = Problem(code, **REFUSALS[code])
    told = [CATALOGUE.tell(problem, language, "/x").body for language in LANGUAGES]
    assert len(set(told)) == len(LANGUAGES)
    assert all(b"None" not in body and b"{" not in body[1:-1] for body in told)


def test_codes_are_told_as_words() -> None:
    problem = Problem("place-not-next", **REFUSALS["place-not-next"])
    assert "käynnissä" in CATALOGUE.tell(problem, "fi", "/x").body.decode()
