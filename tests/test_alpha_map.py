"""What alpha means: shares of a disparity against plain NumPy, and maps fitted to made-up counts."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.fairness.helpers import names
from yodo_core import alpha_map
from yodo_core.fairness.counts import BINS, Counts
from yodo_core.fairness.notions import NOTIONS

CONDITIONS: dict[str, list[int | None]] = {"dp": [None], "eo": [1], "eodds": [1, 0]}
LOW, HIGH = 25, 75
GRID = [i / 100 for i in range(101)]
LARGE = [[400_000, 200_000], [100_000, 300_000]]


def made(above: np.ndarray, sizes: np.ndarray | list[list[int]]) -> Counts:
    """Counts of people of whom `above` (L, G, 2) score in bin HIGH and the others of `sizes` (G, 2) in bin LOW."""
    above = np.asarray(above).astype(np.int64)
    n = np.zeros((*above.shape, BINS), np.int64)
    n[..., HIGH], n[..., LOW] = above, np.asarray(sizes) - above
    assert (n >= 0).all()
    return Counts(names(above.shape[1]), n)


def drawn(sizes: list[list[int]], levels: int = 5, seed: int = 0) -> Counts:
    rng = np.random.default_rng(seed)
    return made(rng.binomial(sizes, rng.uniform(0.1, 0.9, (levels, len(sizes), 2))), sizes)


def falling(gap: np.ndarray, sizes: list[list[int]] = LARGE, base: float = 0.3) -> Counts:
    """Two groups whose rates, the same for both labels, are a gap (L,) apart; more groups have the base rate."""
    rate = np.full((len(gap), len(sizes)), base)
    rate[:, 0] += gap
    return made(np.rint(rate[..., None] * np.asarray(sizes)), sizes)


def plain(counts: Counts, notion: str, least: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """Deviations and sizes (L, C, G), one number after the other."""
    levels, groups = counts.n.shape[:2]
    found = np.zeros((levels, len(CONDITIONS[notion]), groups))
    sizes = np.zeros_like(found)
    for level in range(levels):
        for c, condition in enumerate(CONDITIONS[notion]):
            labels = [0, 1] if condition is None else [condition]
            size = np.array([counts.n[level, g, labels].sum() for g in range(groups)])
            above = np.array([counts.n[level, g, labels, 50:].sum() for g in range(groups)])
            use = size >= least
            pooled = above[use].sum() / size[use].sum()
            for g in np.flatnonzero(use):
                found[level, c, g] = above[g] / size[g] - pooled
                sizes[level, c, g] = size[g]
    return found, sizes


# position


def test_without_a_map_alpha_is_the_position() -> None:
    for alpha in (0, 0.3, 1):
        found = alpha_map.position(None, alpha)
        assert (type(found), found) == (float, alpha)


def test_a_position_lies_between_the_maps_knots() -> None:
    knots = {"alphas": [0, 0.5, 0.75, 1], "positions": [0.1, 0.2, 0.8, 0.8]}
    for alpha, expected in ((0, 0.1), (0.25, 0.15), (0.5, 0.2), (0.625, 0.5), (0.75, 0.8), (0.9, 0.8), (1, 0.8)):
        assert alpha_map.position(knots, alpha) == pytest.approx(expected, abs=1e-12)
    found = [alpha_map.position(knots, alpha) for alpha in np.linspace(0, 1, 333)]
    assert (np.diff(found) >= 0).all()


# deviations and shares


@pytest.mark.parametrize("sizes", [[[900, 400], [300, 500]], [[200, 90], [120, 40], [2000, 900], [12, 9]]])
@pytest.mark.parametrize("notion", NOTIONS)
def test_deviations_equal_plain_numpy(notion: str, sizes: list[list[int]]) -> None:
    counts = drawn(sizes)
    for found, expected in zip(alpha_map.deviations(counts, notion), plain(counts, notion), strict=True):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
    one = alpha_map.deviations(counts.level(2), notion)
    assert [part.shape for part in one] == [(len(CONDITIONS[notion]), len(sizes))] * 2
    np.testing.assert_allclose(one[0], plain(counts, notion)[0][2], atol=1e-12)


def test_decisions_are_those_at_the_threshold() -> None:
    counts = drawn([[900, 400], [300, 500]])
    assert np.array_equal(*(alpha_map.deviations(counts, "eo", t)[0] for t in (0.5, 0.75)))
    for threshold in (0.2, 0.8):
        assert not alpha_map.deviations(counts, "eo", threshold)[0].any(), "everyone or no one is above"


@pytest.mark.parametrize(("notion", "labels"), [("dp", [0, 1]), ("eo", [1])])
def test_of_two_groups_the_share_is_that_of_the_signed_gap(notion: str, labels: list[int]) -> None:
    counts = drawn([[900, 400], [300, 500]], levels=40, seed=1)
    above, size = counts.n[:, :, labels, 50:].sum((2, 3)), counts.n[0, :, labels].sum((0, 2))
    gap = above[:, 0] / size[0] - above[:, 1] / size[1]
    found = alpha_map.share_gone(counts, notion)
    np.testing.assert_allclose(found, 1 - gap / gap[0], atol=1e-12)
    assert found[0] == 0
    assert found.min() < 0, "a level with a larger gap"
    assert found.max() > 1, "and one where it is reversed"


@pytest.mark.parametrize("notion", NOTIONS)
def test_of_several_groups_the_share_is_weighted_by_rows_and_the_larger_difference_counts(notion: str) -> None:
    counts = drawn([[900, 400], [300, 500], [200, 31], [20, 5]], levels=7)
    deviations, sizes = plain(counts, notion)
    gaps = [deviations[0, c].max() - deviations[0, c].min() for c in range(len(CONDITIONS[notion]))]
    expected = []
    for level in range(7):
        largest = 0.0
        for c, gap in enumerate(gaps):
            start = deviations[0, c]
            left = sum(deviations[level, c] * start * sizes[0, c]) / sum(start**2 * sizes[0, c]) * gap / max(gaps)
            largest = left if abs(left) > abs(largest) else largest
        expected.append(1 - largest)
    np.testing.assert_allclose(alpha_map.share_gone(counts, notion), expected, atol=1e-12)


def test_without_a_disparity_at_the_start_there_is_no_share() -> None:
    assert np.isnan(alpha_map.share_gone(falling(np.array([0.0, 0.1, 0.2])), "dp")).all()


# fit


@pytest.mark.parametrize("notion", NOTIONS)
@pytest.mark.parametrize(
    ("share", "inverse"),
    [
        (lambda p: p, lambda a: a),
        (lambda p: p**2, np.sqrt),
        (lambda p: 1 - (1 - p) ** 2, lambda a: 1 - np.sqrt(1 - a)),
        (lambda p: 1.6 * p, lambda a: a / 1.6),
    ],
    ids=["even", "late", "early", "beyond"],
)
def test_at_a_knots_position_that_share_is_gone(notion: str, share, inverse) -> None:
    counts = falling(0.2 * (1 - share(np.array(GRID))))
    knots = alpha_map.fit(counts, GRID, notion)
    assert knots is not None
    alphas, positions = np.array(knots["alphas"]), np.array(knots["positions"])
    np.testing.assert_allclose(alphas, np.arange(21) / 20, atol=1e-12)
    np.testing.assert_allclose(positions, inverse(alphas), atol=0.006)
    np.testing.assert_allclose(share(positions), alphas, atol=0.011)
    assert (positions[0], knots["threshold"]) == (0, 0.5)
    assert (np.diff(positions) > 0).all()
    assert json.loads(json.dumps(knots)) == knots


def test_a_share_that_goes_to_and_fro_gives_positions_that_only_rise() -> None:
    rng = np.random.default_rng(0)
    share = np.array(GRID) + rng.normal(scale=0.05, size=101)
    share[0] = 0
    knots = alpha_map.fit(falling(0.2 * (1 - share)), GRID, "dp")
    assert knots is not None
    positions = np.array(knots["positions"])
    assert positions[0] == 0
    assert (np.diff(positions) >= 0).all()
    np.testing.assert_allclose(positions, knots["alphas"], atol=0.1)


def test_where_the_share_never_reaches_1_the_last_alphas_keep_to_its_largest() -> None:
    """It rises to 0.6 at position 0.75 and stays there, or falls back; the place is the first with so much gone."""
    grid = np.array(GRID)
    knots = alpha_map.fit(falling(0.2 * (1 - np.minimum(0.8 * grid, 0.6))), GRID, "dp")
    assert knots is not None
    by_alpha = dict(zip(knots["alphas"], knots["positions"], strict=True))
    assert [by_alpha[a] for a in (0.6, 0.65, 0.8, 1.0)] == pytest.approx([0.75] * 4, abs=0.011)
    assert by_alpha[0.3] == pytest.approx(0.375, abs=0.006)
    back = alpha_map.fit(falling(0.2 * (1 - np.minimum(0.8 * grid, 1.2 - 0.8 * grid))), GRID, "dp")
    assert back is not None
    assert back["positions"][-1] <= 0.75
    assert len(set(back["positions"][13:])) == 1


def test_of_two_differences_that_never_vanish_together_the_end_is_where_the_larger_is_smallest() -> None:
    """That of label 1 is gone at 0.4 and then reversed; that of label 0, half as large, is gone at 1."""
    grid = np.array(GRID)
    rate = np.full((101, 2, 2), 0.4)
    rate[:, 0] += np.stack([0.1 * (1 - grid), 0.2 * (1 - grid / 0.4)], axis=1)
    counts = made(np.rint(rate * np.asarray(LARGE)), LARGE)
    shares = alpha_map.share_gone(counts, "eodds")
    assert shares[[0, 20, 49, 51, 100]] == pytest.approx([0, 0.5, 0.745, 1.275, 2.5], abs=0.001)
    knots = alpha_map.fit(counts, GRID, "eodds")
    assert knots is not None
    assert np.interp([0.5, 0.7, 0.75, 1.0], knots["alphas"], knots["positions"]) == pytest.approx(
        [0.2, 0.4, 0.5, 0.5], abs=0.005
    )


def test_a_share_that_only_falls_maps_every_alpha_to_the_start() -> None:
    knots = alpha_map.fit(falling(0.2 + 0.3 * np.array(GRID)), GRID, "dp")
    assert knots is not None
    assert set(knots["positions"]) == {0}


@pytest.mark.parametrize("notion", NOTIONS)
def test_a_gap_within_the_parity_floor_or_of_one_group_has_no_map(notion: str) -> None:
    few = [[300, 300], [300, 300]]
    gone = 1 - np.array(GRID)
    assert alpha_map.fit(falling(0.02 * gone, few), GRID, notion) is None
    assert alpha_map.fit(falling(0.3 * gone, few), GRID, notion) is not None
    assert alpha_map.fit(falling(0.3 * gone, [[300, 300], [60, 30]]), GRID, notion) is None, "no gap to compare"


def test_groups_too_small_to_be_shown_are_passed_over() -> None:
    """The third group's rate runs about; with 29 rows it is as if it were not there."""
    gap, rng = 0.2 * (1 - np.array(GRID)), np.random.default_rng(1)
    two, three = falling(gap), falling(gap, [*LARGE, [15, 14]])
    wild = three.n[..., HIGH].copy()
    wild[:, 2] = rng.integers(0, 15, (101, 2))
    third = made(wild, [*LARGE, [15, 14]])
    np.testing.assert_allclose(alpha_map.share_gone(third, "dp"), alpha_map.share_gone(two, "dp"), atol=1e-12)
    assert alpha_map.fit(third, GRID, "dp") == alpha_map.fit(two, GRID, "dp")


def test_a_map_is_fitted_at_its_threshold() -> None:
    counts = falling(0.2 * (1 - np.array(GRID)))
    found = alpha_map.fit(counts, GRID, "dp", threshold=0.6)
    assert found is not None
    assert found["threshold"] == 0.6
    assert alpha_map.fit(counts, GRID, "dp", threshold=0.9) is None, "no one is above it, so there is no gap"
