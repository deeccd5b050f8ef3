"""The reasons of retros: the ones that the demo gives are there."""

from typing import get_args

from cli.demo.retros import FINDINGS
from contracts.retro import Reason


def test_the_demo_gives_reasons_that_there_are() -> None:
    given = {reason for finding in FINDINGS for reason in finding.reasons}
    assert given <= set(get_args(Reason))
    assert all(finding.learnings for finding in FINDINGS)
