"""The reasons of retros: told in three languages, and the ones that the demo gives."""

from typing import get_args

from cli.demo.retros import FINDINGS
from contracts.retro import REASONS, Reason
from contracts.words import LANGUAGES


def test_every_reason_is_told_in_every_language() -> None:
    assert list(REASONS) == list(get_args(Reason))
    for told in REASONS.values():
        assert set(told) == set(LANGUAGES)
        assert all(told.values())
    for language in LANGUAGES:
        assert len({told[language] for told in REASONS.values()}) == len(REASONS)


def test_the_demo_gives_reasons_that_there_are() -> None:
    given = {reason for finding in FINDINGS for reason in finding.reasons}
    assert given <= set(get_args(Reason))
    assert all(finding.learnings for finding in FINDINGS)
