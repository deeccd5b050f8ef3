"""Bands of final scores, and what is expected of a goal by its ambition."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.scores import EXPECTED, Ambition, ScoreBand, score_band

ORDER: tuple[ScoreBand, ...] = ("low", "middle", "high")


@pytest.mark.parametrize(
    ("score", "band"),
    [
        (0.0, "low"), (0.39, "low"), (0.4, "middle"), (0.69, "middle"), (0.7, "high"),
        (1.0, "high"),
    ],
)  # fmt: skip
def test_bands_begin_at_their_lower_end(score: float, band: ScoreBand) -> None:
    assert score_band(score) == band


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_higher_score_is_in_no_lower_band(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert ORDER.index(score_band(low)) <= ORDER.index(score_band(high))


@given(st.sampled_from((0.4, 0.7)), st.lists(st.floats(0.001, 1000), min_size=1, max_size=6))
def test_a_mean_of_the_same_scores_is_in_their_band(score: float, weights: list[float]) -> None:
    mean = sum(score * weight for weight in weights) / sum(weights)
    assert score_band(mean) == score_band(score)


def test_of_what_is_committed_all_is_expected() -> None:
    assert EXPECTED == {"committed": 1.0, "aspirational": 0.7}
    assert set(EXPECTED) == set(get_args(Ambition))
