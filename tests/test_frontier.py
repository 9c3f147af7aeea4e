from __future__ import annotations

import numpy as np
import pytest

from tests import reference
from yodo_core.errors import InputError
from yodo_core.frontier import hypervolume, nondominated


@pytest.mark.parametrize("seed", range(5))
def test_the_front_is_what_no_other_level_beats(seed):
    rng = np.random.default_rng(seed)
    gap, accuracy = rng.integers(0, 12, 60) / 50, 0.7 + rng.integers(0, 12, 60) / 50
    beaten = [
        any(g <= gap[i] and a >= accuracy[i] and (g < gap[i] or a > accuracy[i])
            for g, a in zip(gap, accuracy, strict=True))
        for i in range(60)
    ]  # fmt: skip
    assert nondominated(gap, accuracy).tolist() == (~np.array(beaten)).tolist()
    assert 0 < sum(beaten) < 60


def test_equal_levels_stay_together_and_undefined_ones_leave():
    mask = nondominated([0.1, 0.1, np.nan, 0.0, 0.2], [0.8, 0.8, 0.99, 0.7, 0.8])
    assert mask.tolist() == [True, True, False, True, False]
    with pytest.raises(InputError, match="shape"):
        nondominated([0.1], [0.8, 0.9])


@pytest.mark.parametrize("seed", range(5))
def test_hypervolume_equals_a_brute_force_grid(seed):
    rng = np.random.default_rng(seed)
    gap, accuracy = rng.uniform(0, 0.3, 12), rng.uniform(0.75, 0.87, 12)
    expected = reference.covered_area(gap, accuracy, 0.2, 0.8)
    assert expected > 0
    assert hypervolume(gap, accuracy, 0.2, 0.8) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_with_chords_it_equals_the_grid_over_dense_mixtures(seed):
    rng = np.random.default_rng(seed)
    gap, accuracy = rng.uniform(0, 0.3, 8), rng.uniform(0.75, 0.87, 8)
    share = np.linspace(0, 1, 201)
    mixed = [
        (np.outer(share, [v[i]]) + np.outer(1 - share, [v[j]])).ravel()
        for v in (gap, accuracy) for i in range(8) for j in range(8)
    ]  # fmt: skip
    mixed_gap, mixed_accuracy = np.concatenate(mixed[:64]), np.concatenate(mixed[64:])
    keep = nondominated(mixed_gap, mixed_accuracy)
    expected = reference.covered_area(mixed_gap[keep], mixed_accuracy[keep], 0.2, 0.8)
    found = hypervolume(gap, accuracy, 0.2, 0.8, chord=True)
    assert found == pytest.approx(expected, rel=0.015)
    assert found >= hypervolume(gap, accuracy, 0.2, 0.8)


def test_hypervolume_of_known_fronts():
    assert hypervolume([0.0], [0.9], 0.2, 0.8) == pytest.approx(0.02)
    assert hypervolume([0.0, 0.1], [0.85, 0.9], 0.2, 0.8) == pytest.approx(0.015)
    assert hypervolume([0.0, 0.1], [0.85, 0.9], 0.2, 0.8, chord=True) == pytest.approx(0.0175)
    # The chord from an accuracy under the reference enters the box half-way: a triangle and a rectangle.
    assert hypervolume([0.0, 0.1], [0.7, 0.9], 0.2, 0.8, chord=True) == pytest.approx(0.0025 + 0.01)
    # Two levels on the edges of the box cover nothing by themselves, but their mixtures do.
    assert hypervolume([0.2, 0.1], [0.9, 0.8], 0.2, 0.8) == 0
    assert hypervolume([0.2, 0.1], [0.9, 0.8], 0.2, 0.8, chord=True) == pytest.approx(0.005)
    for chord in (False, True):
        assert hypervolume([0.2, 0.3, 0.1, np.nan], [0.79, 0.9, 0.7, 0.99], 0.2, 0.8, chord) == 0
        assert hypervolume([], [], 0.2, 0.8, chord) == 0
