"""What stands against commands is made of statements that the services have."""

import re
from collections.abc import Mapping

import pytest

from bench import choosing, commands


@pytest.mark.parametrize("statements", [commands.statements(), choosing.statements()])
def test_each_is_there_with_its_parameters(statements: Mapping[str, tuple[str, list[str]]]) -> None:
    for text, parameters in statements.values():
        asked = {int(number) for number in re.findall(r"\$(\d+)", text)}
        assert asked == set(range(1, len(parameters) + 1))
