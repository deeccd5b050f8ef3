"""What went wrong, as a code with facts; an API tells it in the caller's language."""

from typing import Any

from contracts.envelope import Event

RESERVED = frozenset({"type", "title", "status", "detail", "instance", "code"})


class Problem(Exception):
    """A refusal that the caller can understand and act on.

    `code` is one of the codes of a `problems.yaml`; `facts` become members of the answer and
    fill the placeholders of its texts, so they hold ids, numbers and codes, never words of people.
    """

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        if taken := RESERVED & facts.keys():
            raise TypeError(f"a fact can't be called {', '.join(sorted(taken))}")
        self.code = code
        self.facts = facts


def expect_version(state: Event, expected: int | None) -> None:
    """Refuse a change of a state that has moved on; `None` expects nothing.

    Raises Problem `changed-since` (412), which carries the current state.
    """
    if expected is not None and state.version != expected:
        raise Problem("changed-since", current=state, current_version=state.version)
