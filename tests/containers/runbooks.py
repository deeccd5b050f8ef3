"""The commands of docs/operate.md that are for containers, as they stand there."""

import re

from local.addresses import ROOT
from tests.containers.composed import Composed

DOCUMENT = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL))
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def commands(heading: str) -> str:
    """Those of one heading."""
    return "\n".join(BLOCK.findall(SECTIONS[heading]))


def run(composed: Composed, heading: str, **changed: str) -> str:
    """What they say, with some words changed for others."""
    told = commands(heading)
    for word, other in changed.items():
        assert word in told
        told = told.replace(word, other)
    return composed.shell(told)
