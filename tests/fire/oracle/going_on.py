"""What of goals must go on in another cycle, and what was scored, by the design alone.

Section 6 of the design: one objective goes on from each, with one key result for each that is kept
or modified; the score that was computed is the progress of then.
"""

from collections.abc import Mapping
from math import isclose

from tests.fire.oracle.log import Log, Row
from tests.fire.oracle.verdict import Findings

TABLE = "the goals' topic"
CLOSE = 1e-9


def check(log: Log, findings: Findings) -> None:
    """Hold decisions and scores on the topics against the goals and the progress there."""
    goals = dict(log.newest("objectives"))
    onward: dict[str, list[Row]] = {}
    for goal in goals.values():
        if goal.get("ancestor"):
            onward.setdefault(goal["ancestor"], []).append(goal)
    for own, goal in goals.items():
        _check_decisions(own, goal, onward.get(own, []), findings)
        _check_scores(goal, log, findings)
    for ancestor in onward.keys() - goals.keys():
        findings.differs(TABLE, f"objectives/{ancestor}", "an ancestor", None)


def _check_decisions(own: str, goal: Row, onward: list[Row], findings: Findings) -> None:
    """What is decided leads to one key result of one open goal, and that back."""
    still = [it for it in onward if it["state"] != "closed"]
    if len(still) > 1:
        names = ", ".join(sorted(f"objectives/{it['id']}" for it in still))
        findings.doubled(f"objectives/{own} goes on in {names}")
    here = {it["id"]: it.get("cut_over", {}).get("successor") for it in _open(goal)}
    must = {successor: key_result for key_result, successor in here.items() if successor}
    there = (it for one in still for it in _open(one))
    led = {it["id"]: it["ancestor"] for it in there if it.get("ancestor") in here}
    if led != must:
        findings.differs(TABLE, f"what goes on from objectives/{own}", must, led)
    for it in goal.get("key_results", ()):
        decided: Mapping[str, str] = it.get("cut_over", {})
        if decided and (decided["decision"] == "drop") == ("successor" in decided):
            findings.differs(TABLE, f"key-results/{it['id']}", "a decision", decided)


def _open(goal: Row) -> list[Row]:
    """What a restore has undone is dropped, wherever it led."""
    return [it for it in goal.get("key_results", ()) if it["state"] == "open"]


def _check_scores(goal: Row, log: Log, findings: Findings) -> None:
    """What is said to be computed was the progress of the key result at some time."""
    for it in goal.get("key_results", ()):
        score = it.get("score")
        if score:
            states = log.states(f"key-results/{it['id']}")
            ever = [None, *(one.get("progress") for one in states)]
            if not any(_same(score.get("computed"), one) for one in ever):
                name = f"the score of key-results/{it['id']}"
                findings.differs(TABLE, name, ever[-1], score.get("computed"))


def _same(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
