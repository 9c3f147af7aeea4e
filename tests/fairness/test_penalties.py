"""Differentiable gaps and deviations against plain NumPy, for any number of groups."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from tests.fairness.helpers import names
from yodo_core.errors import EmptyGroupError
from yodo_core.fairness.notions import NOTIONS, get_notion
from yodo_core.fairness.penalties import ScoredGroups

CONDITIONS = {"dp": [None], "eo": [1], "eodds": [1, 0]}


def draw(sizes: tuple[int, ...], seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    return rng.random(len(group)), rng.integers(0, 2, len(group)), group


def plain_means(notion: str, scores: np.ndarray, label: np.ndarray, group: np.ndarray, use: set[int]) -> list[dict]:
    """One dictionary a condition: mean score of each group that has rows, and the mean of them all."""
    found = []
    for condition in CONDITIONS[notion]:
        rows = np.isin(group, list(use)) & (True if condition is None else label == condition)
        means = {g: scores[rows & (group == g)].mean() for g in use if (rows & (group == g)).any()}
        found.append({"groups": means, "pooled": scores[rows].mean()})
    return found


def tensors(scores: np.ndarray, label: np.ndarray, group: np.ndarray) -> tuple[torch.Tensor, ...]:
    return torch.from_numpy(scores).requires_grad_(), torch.from_numpy(label).float(), torch.from_numpy(group)


def deviating(
    scored: ScoredGroups, scores: torch.Tensor, label: torch.Tensor, group: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Deviations and rows (C, G) of all these rows."""
    deviations, rows = scored.deviations(scores, scored.cells(label, group))
    return deviations[0], rows[0]


@pytest.mark.parametrize("sizes", [(400, 300), (300, 500, 260), (300, 260, 280, 400, 290, 600)])
@pytest.mark.parametrize("notion", NOTIONS)
def test_gap_and_deviations_equal_plain_numpy(notion: str, sizes: tuple[int, ...]) -> None:
    scores, label, group = draw(sizes)
    scored = ScoredGroups(get_notion(notion), label, group, names(len(sizes)))
    held = tensors(scores, label, group)
    plain = plain_means(notion, scores, label, group, set(range(len(sizes))))
    spread = sum(max(p["groups"].values()) - min(p["groups"].values()) for p in plain)
    assert scored.gap(*held).item() == pytest.approx(spread, abs=1e-12)
    deviations, rows = deviating(scored, *held)
    for c, p in enumerate(plain):
        expected = [p["groups"][g] - p["pooled"] for g in range(len(sizes))]
        np.testing.assert_allclose(deviations[c].detach().numpy(), expected, atol=1e-12)
    assert (deviations * rows).sum(1).abs().max().item() < 1e-9, "deviations balance out over rows"


@pytest.mark.parametrize("notion", NOTIONS)
def test_single_precision_gives_the_same_and_stays_so(notion: str) -> None:
    """Training scores in single precision; labels may come as whole numbers."""
    scores, label, group = draw((300, 200, 250))
    scored = ScoredGroups(get_notion(notion), label, group, names(3))
    held = tensors(scores, label, group)
    single = (torch.from_numpy(scores).float(), torch.from_numpy(label), held[2])
    for made in (scored.means, partial(deviating, scored)):
        for found, expected in zip(made(*single), made(*held), strict=True):
            assert (found.dtype, expected.dtype) == (torch.float32, torch.float64)
            np.testing.assert_allclose(found.numpy(), expected.detach().numpy(), atol=1e-6)
    assert scored.gap(*single).item() == pytest.approx(scored.gap(*held).item(), abs=1e-6)


def test_the_gap_does_not_depend_on_row_order_or_on_names() -> None:
    scores, label, group = draw((300, 200, 250))
    scored = ScoredGroups(get_notion("eodds"), label, group, names(3))
    order = np.random.default_rng(1).permutation(len(label))
    shuffled = scored.gap(*tensors(scores[order], label[order], group[order]))
    renamed = np.array([2, 0, 1])[group]
    other = ScoredGroups(get_notion("eodds"), label, renamed, names(3)).gap(*tensors(scores, label, renamed))
    expected = scored.gap(*tensors(scores, label, group)).item()
    assert (shuffled.item(), other.item()) == pytest.approx((expected, expected), abs=1e-12)


@pytest.mark.parametrize("notion", NOTIONS)
def test_groups_under_the_minimum_are_set_aside(notion: str) -> None:
    scores, label, group = draw((400, 500, 90))
    scored = ScoredGroups(get_notion(notion), label, group, names(3))
    assert scored.eligible.tolist() == [[True, True, False]] * len(CONDITIONS[notion])
    with_small = scored.gap(*tensors(scores, label, group)).item()
    wild = np.where(group == 2, 1.0, scores)
    held = tensors(wild, label, group)
    gap = scored.gap(*held)
    assert gap.item() == pytest.approx(with_small, abs=1e-12)
    deviations, rows = deviating(scored, *held)
    assert deviations[:, 2].tolist() == rows[:, 2].tolist() == [0.0] * len(CONDITIONS[notion])
    (gap + deviations.square().sum()).backward()
    assert held[0].grad is not None
    assert not held[0].grad[torch.from_numpy(group == 2)].any()


def test_the_minimum_counts_the_rows_of_the_condition() -> None:
    label = np.repeat([1, 0, 1, 0, 1, 0], [100, 300, 99, 400, 150, 150])
    group = np.repeat([0, 0, 1, 1, 2, 2], [100, 300, 99, 400, 150, 150])
    assert ScoredGroups(get_notion("eo"), label, group, names(3)).eligible.tolist() == [[True, False, True]]
    assert ScoredGroups(get_notion("dp"), label, group, names(3)).eligible.tolist() == [[True, True, True]]


@pytest.mark.parametrize("notion", NOTIONS)
@pytest.mark.parametrize("left", [(0, 2), (1,), ()])
def test_groups_missing_from_a_batch_give_no_nan(notion: str, left: tuple[int, ...]) -> None:
    scores, label, group = draw((300, 300, 300))
    scored = ScoredGroups(get_notion(notion), label, group, names(3))
    batch = np.isin(group, left)
    held = tensors(scores[batch], label[batch], group[batch])
    gap = scored.gap(*held)
    deviations, rows = deviating(scored, *held)
    (gap + deviations.square().sum()).backward()
    assert held[0].grad is not None
    for value in (gap, deviations, rows, held[0].grad):
        assert torch.isfinite(value).all()
    absent = [g for g in range(3) if g not in left]
    assert not deviations[:, absent].any()
    if len(left) == 2:
        plain = plain_means(notion, *(v[batch] for v in (scores, label, group)), set(left))
        expected = sum(abs(p["groups"][left[0]] - p["groups"][left[1]]) for p in plain)
        assert gap.item() == pytest.approx(expected, abs=1e-12)
    else:
        assert gap.item() == 0, "one group alone has no gap"


def test_one_label_missing_from_a_batch_gives_no_nan() -> None:
    scores, label, group = draw((300, 300))
    scored = ScoredGroups(get_notion("eodds"), label, group, names(2))
    keep = label == 0
    held = tensors(scores[keep], label[keep], group[keep])
    gap = scored.gap(*held)
    gap.backward()
    assert held[0].grad is not None
    assert torch.isfinite(held[0].grad).all()
    means = [scores[keep & (group == g)].mean() for g in (0, 1)]
    assert gap.item() == pytest.approx(abs(means[0] - means[1]), abs=1e-12)


def test_gradient_of_the_gap_raises_the_lower_group() -> None:
    scores, label, group = draw((300, 300))
    scores = np.where(group == 0, 0.7, 0.2)
    held = tensors(scores, label, group)
    ScoredGroups(get_notion("dp"), label, group, names(2)).gap(*held).backward()
    assert held[0].grad is not None
    np.testing.assert_allclose(held[0].grad.numpy(), np.where(group == 0, 1, -1) / 300, atol=1e-12)


def test_fewer_than_two_groups_large_enough_is_said() -> None:
    _, label, group = draw((500, 60))
    with pytest.raises(
        EmptyGroupError, match=r"Fewer than two groups have 100 training rows for .*\(g0 500, g1 60\); .*bring more"
    ):
        ScoredGroups(get_notion("dp"), label, group, names(2))


@pytest.mark.parametrize("cut", [0, 1, 320, 750])
@pytest.mark.parametrize("notion", NOTIONS)
def test_rows_in_two_tables_are_compared_apart_and_have_values_in_the_second(notion: str, cut: int) -> None:
    scores, label, group = draw((300, 200, 250))
    scored = ScoredGroups(get_notion(notion), label, group, names(3))
    held = tensors(scores, label, group)
    cells = scored.cells(*held[1:], cut)
    deviations, rows = scored.deviations(held[0], cells, 2)
    for table, part in enumerate((slice(cut), slice(cut, None))):
        expected, behind = deviating(scored, *(value[part] for value in held))
        torch.testing.assert_close(deviations[table], expected, rtol=0, atol=1e-12)
        assert torch.equal(rows[table], behind)
    values = torch.from_numpy(np.random.default_rng(4).normal(size=(len(CONDITIONS[notion]), 3)))
    found = scored.per_row(values, cells, 2)
    assert not found[:cut].any()
    assert torch.equal(found[cut:], scored.per_row(values, scored.cells(held[1][cut:], held[2][cut:])))


@pytest.mark.parametrize("notion", NOTIONS)
def test_each_row_has_its_groups_value_where_a_condition_concerns_it(notion: str) -> None:
    _, label, group = draw((300, 200, 250))
    scored = ScoredGroups(get_notion(notion), label, group, names(3))
    values = np.random.default_rng(4).normal(size=(len(CONDITIONS[notion]), 3))
    expected = np.zeros(len(label))
    for i in range(len(label)):
        for c, condition in enumerate(CONDITIONS[notion]):
            if condition is None or label[i] == condition:
                expected[i] += values[c, group[i]]
    for kind in (torch.from_numpy(label), torch.from_numpy(label).float()):
        found = scored.per_row(torch.from_numpy(values), scored.cells(kind, torch.from_numpy(group)))
        assert found.tolist() == expected.tolist()
    cells = scored.cells(torch.from_numpy(label), torch.from_numpy(group))
    assert scored.per_row(torch.from_numpy(values).float(), cells).dtype == torch.float32
    none = scored.per_row(torch.from_numpy(values), cells[:0])
    assert none.shape == (0,)
