"""Operations: what is asked of a service that there is not."""

import pytest

from cli.operations import settings_of
from local.problems import LocalProblem


def test_a_service_that_there_is_not_is_told_those_that_there_are() -> None:
    with pytest.raises(LocalProblem, match="okr, checkins, reporting, notifications"):
        settings_of("report")
