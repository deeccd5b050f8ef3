"""Faults that a walk has to find: locks and guards that are left out of okr's statements."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.service.okr.at_once import draws
from tests.service.okr.at_once.drawing import Draw
from tests.service.okr.at_once.turns import Stepped


@dataclass(frozen=True)
class Fault:
    """What is said in place of a pattern in statements, and the commands that it is about."""

    instead: Mapping[str, str]
    drawn: tuple[Draw, ...]

    def sessions(self) -> type[Stepped]:
        """Connections that have it."""
        found = {re.compile(pattern, re.DOTALL): said for pattern, said in self.instead.items()}

        class Faulty(Stepped):
            def worded(self, query: str) -> str:
                for pattern, said in found.items():
                    query = pattern.sub(said, query)
                return query

        return Faulty


FAULTS: Mapping[str, Fault] = {
    "a goal that is changed is neither held nor guarded": Fault(
        {
            r"(FROM objectives WHERE id = \$1) FOR NO KEY UPDATE": r"\1",
            r"(UPDATE objectives .*) AND version = \$4": r"\1 AND $4::integer IS NOT NULL",
        },
        (draws.revise, draws.invite, draws.add_key_result),
    ),
    "a goal that is supported may be agreed on meanwhile": Fault(
        {r"(FROM objectives WHERE id = \$1) FOR SHARE": r"\1"},
        (draws.support, draws.agree, draws.propose),
    ),
    "a team chooses two torchbearers at once": Fault(
        {r"(FROM teams WHERE id = \$1) FOR NO KEY UPDATE": r"\1"},
        (draws.stand, draws.confirm_candidacy),
    ),
    "no topic is told": Fault({r"(INTO outbox .*place);": r"\1 LIMIT 0;"}, (draws.comment,)),
}

UNHELD_LINKS = Fault({r"pg_advisory_xact_lock\(hashtext\('okr-links'\)\)": "1"}, ())
"""Goals are linked while others are."""
