"""The calibrated objective, step by step, against its formulas written out in plain NumPy.

A step's pull is read off the gradient of its loss, so nothing here asks how the objective keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import torch

from tests import toy as toy_data
from yodo_core import objective as objectives
from yodo_core.config import TrainConfig
from yodo_core.data.prepare import Prepared
from yodo_core.fairness.notions import get_notion
from yodo_core.fairness.penalties import ScoredGroups
from yodo_core.objective import BARELY, BEYOND, CAP, MEMORY, RECENT, SETTLE, Batch, Calibrated
from yodo_core.train import train_fixed, train_line

STEPS = 100
STEP = 60
"""A step after the trunk."""
PLAIN = {"trunk": 0.4, "at_start": 0.0, "at_end": 0.0, "dual_rate": 1.0}
"""All rows of a later step are at its level, unless a test says otherwise."""
CONDITIONS: dict[str, list[int | None]] = {"dp": [None], "eo": [1], "eodds": [1, 0]}


class Given:
    """In a line's place: rows have the given logits at every position; it keeps which rows it was asked for where."""

    def __init__(self, logits: np.ndarray) -> None:
        self.logits = torch.tensor(logits, dtype=torch.float32, requires_grad=True)
        self.asked: list[tuple[float, list[int]]] = []

    def __call__(self, codes: torch.Tensor, numbers: torch.Tensor, position: float) -> torch.Tensor:
        rows = codes[:, 0]
        self.asked.append((position, rows.tolist()))
        return self.logits[rows]


@dataclass(frozen=True)
class People:
    """Made-up rows: logits, label and group (N,)."""

    logits: np.ndarray
    label: np.ndarray
    group: np.ndarray

    @property
    def batch(self) -> Batch:
        """Its codes are the rows' numbers, for `Given`."""
        rows, label = torch.arange(len(self.label)), torch.from_numpy(self.label).float()
        return Batch(rows[:, None], torch.zeros(len(rows), 0), label, torch.from_numpy(self.group))

    def take(self, rows: np.ndarray) -> People:
        return People(self.logits[rows], self.label[rows], self.group[rows])


def people(sizes: tuple[int, ...] = (400, 300, 60), seed: int = 0) -> People:
    """Rows in groups of these sizes, about half of each with label 1; the first group is ahead."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    label = rng.integers(0, 2, len(group))
    return People(rng.normal(loc=0.8 * (group == 0) + 0.5 * label - 0.6, scale=1.5), label, group)


def calibrated(made: People, notion: str = "dp", steps: int = STEPS, **changes: Any) -> Calibrated:
    """For rows like these; the line comes with each step."""
    groups = tuple(f"g{g}" for g in range(made.group.max() + 1))
    held = ScoredGroups(get_notion(notion), made.label, made.group, groups)
    return Calibrated(Given(made.logits), held, TrainConfig(**PLAIN | changes), steps)  # type: ignore[arg-type]


def is_first(made: People, at_start: float) -> np.ndarray:
    """The rows (N,) that a step after the trunk has at alpha 0."""
    return np.arange(len(made.label)) < round(len(made.label) * at_start)


def step_at(objective: Calibrated, alpha: float, made: People, step: int = STEP) -> tuple[float, np.ndarray]:
    """The loss of one step at alpha, and the pull (N,) that its gradient holds beside that of the cross-entropy."""
    objective.line = given = Given(made.logits)  # type: ignore[assignment]
    objective.level = lambda _: alpha  # type: ignore[method-assign]
    loss = objective.loss(step, 0.9, made.batch)
    loss.backward()
    assert given.asked[-1][0] == alpha
    assert given.logits.grad is not None
    p = 1 / (1 + np.exp(-given.logits.detach().double().numpy()))
    return loss.item(), (len(p) * given.logits.grad.double().numpy() - (p - made.label)) / (p * (1 - p))


def cross_entropy(made: People) -> float:
    p = 1 / (1 + np.exp(-made.logits))
    return float(-(made.label * np.log(p) + (1 - made.label) * np.log(1 - p)).mean())


def concerned(made: People, condition: int | None, group: int) -> np.ndarray:
    return (made.group == group) & (True if condition is None else made.label == condition)


def plain(
    made: People, notion: str, use: tuple[int, ...], among: np.ndarray | bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Deviations of decision rates from that of the groups in use together (C, G), and the rows behind them.

    Of those rows that are `among` (N,), usually all.
    """
    shape = (len(CONDITIONS[notion]), int(made.group.max()) + 1)
    deviations, rows, decided = np.zeros(shape), np.zeros(shape), made.logits >= 0
    for c, condition in enumerate(CONDITIONS[notion]):
        masks = {g: concerned(made, condition, g) & among for g in use}
        pooled = decided[np.any(list(masks.values()), axis=0)].mean()
        for g, mask in masks.items():
            rows[c, g] = mask.sum()
            deviations[c, g] = decided[mask].mean() - pooled if mask.any() else 0
    return deviations, rows


def plain_pull(made: People, notion: str, use: tuple[int, ...], strength: np.ndarray, share: np.ndarray) -> np.ndarray:
    """What each row (N,) is pulled by at alpha 1; `share` (C, G) are the groups' shares of the training rows."""
    pull = np.zeros(len(made.label))
    for c, condition in enumerate(CONDITIONS[notion]):
        mean = sum(strength[c, g] * share[c, g] for g in use) / sum(share[c, g] for g in use)
        for g in use:
            pull[concerned(made, condition, g)] += strength[c, g] - mean
    return pull


def random_state(objective: Calibrated, seed: int = 0) -> dict[str, np.ndarray]:
    """Some state. The small group has no anchor; its multipliers are no zeros, and must not matter."""
    rng = np.random.default_rng(seed)
    shape = objective.state["multipliers"].shape
    state = {
        "anchor": rng.normal(scale=0.2, size=shape),
        "anchor_rows": rng.uniform(100, 2000, shape),
        "multipliers": rng.normal(size=shape),
    }
    for name, value in state.items():
        value[:, 2:] *= name == "multipliers"
        objective.state[name] = torch.tensor(value, dtype=torch.float32)
    return state


@pytest.mark.parametrize("at_start", [0.0, 0.4])
@pytest.mark.parametrize("alpha", [0.05, 0.37, 1.0])
@pytest.mark.parametrize("notion", CONDITIONS)
def test_calibrated_is_cross_entropy_plus_the_mean_pull(notion: str, alpha: float, at_start: float) -> None:
    """Also its gradient: the pull is a constant of the step, the multipliers before it moves them.

    Rows at alpha 0 are pulled nowhere, and count in the mean.
    """
    made = people()
    objective = calibrated(made, notion, at_start=at_start)
    state = random_state(objective)
    _, rows = plain(made, notion, (0, 1))
    expected = alpha * plain_pull(made, notion, (0, 1), state["multipliers"], rows / len(made.label))
    expected[is_first(made, at_start)] = 0
    loss, pull = step_at(objective, alpha, made)
    np.testing.assert_allclose(pull, expected, atol=2e-4)
    scores = 1 / (1 + np.exp(-made.logits))
    entropy = cross_entropy(made)
    assert loss == pytest.approx(entropy + (expected * scores).mean(), abs=1e-6)


@pytest.mark.parametrize("notion", CONDITIONS)
def test_the_pull_is_centred_on_scored_rows_and_leaves_all_others_alone(notion: str) -> None:
    """Here the batch is all training rows."""
    made = people()
    objective = calibrated(made, notion)
    multipliers = np.random.default_rng(1).normal(size=objective.state["multipliers"].shape)
    objective.state["multipliers"] = torch.tensor(multipliers, dtype=torch.float32)
    _, pull = step_at(objective, 0.8, made)
    for condition in CONDITIONS[notion]:
        within = concerned(made, condition, 0) | concerned(made, condition, 1)
        assert pull[within].mean() == pytest.approx(0, abs=1e-4)
        assert np.abs(pull[within]).min() > 0.01
    outside = (made.group == 2) | (~np.isin(made.label, CONDITIONS[notion]) & (notion != "dp"))
    assert outside.any()
    np.testing.assert_allclose(pull[outside], 0, atol=2e-4)


def test_the_pull_is_centred_by_the_groups_shares_of_the_training_rows_whatever_the_batch() -> None:
    made = people()
    objective = calibrated(made, dual_rate=0.0)
    objective.state["multipliers"] = torch.tensor([[1.0, -2.0, 0.0]])
    mean = (400 * 1.0 - 300 * 2.0) / 700
    for sizes in ((100, 20, 3), (30, 80, 10), (70, 0, 0)):
        some = made.take(np.concatenate([np.flatnonzero(made.group == g)[:n] for g, n in enumerate(sizes)]))
        _, pull = step_at(objective, 1.0, some)
        np.testing.assert_allclose(pull, np.array([1 - mean, -2 - mean, 0])[some.group], atol=2e-4)


@pytest.mark.parametrize("alpha", [0.25, 1.0])
def test_no_pull_is_over_its_cap(alpha: float) -> None:
    """A small group against a large one, both at the cap: centring may not add the one's cap to the other's."""
    made = people((1900, 110))
    objective = calibrated(made)
    objective.state["multipliers"] = torch.tensor([[-CAP, CAP]])
    _, pull = step_at(objective, alpha, made)
    assert pull.max() == pytest.approx(alpha * CAP, rel=1e-3)
    assert pull.min() > -alpha * CAP


@pytest.mark.parametrize("few", [0.01, 0.45])
@pytest.mark.parametrize("at_start", [0.0, 0.4])
@pytest.mark.parametrize("notion", CONDITIONS)
def test_one_step_of_the_ascent_is_its_formula(
    notion: str, at_start: float, few: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows at the level against the anchor as those at alpha 0 left it, in a run of any length."""
    monkeypatch.setattr(objectives, "FEW", few)
    made, alpha = people(), 0.37
    share = plain(made, notion, (0, 1))[1] / len(made.label)
    deviations, rows = plain(made, notion, (0, 1), among=~is_first(made, at_start))
    for steps in (STEPS, 50 * STEPS):
        objective = calibrated(made, notion, steps, dual_rate=0.3, trunk=0.2, at_start=at_start)
        state = random_state(objective)
        # Two fifths of a run after a trunk of one: three quarters of the rate are left.
        step_at(objective, alpha, made, step=2 * steps // 5)
        anchor, expected = objective.state["anchor"].double().numpy(), state["multipliers"].copy()
        for c in range(len(CONDITIONS[notion])):
            size = np.sqrt(sum(anchor[c, g] ** 2 * share[c, g] for g in (0, 1)) / share[c, :2].sum())
            for g in (0, 1):
                missed = deviations[c, g] - (1 - BEYOND * alpha) * anchor[c, g]
                missed *= rows[c, g] / (rows[c, g] + SETTLE)
                rate = (
                    0.3 * 0.75 * (1 + abs(state["multipliers"][c, g])) * alpha * max(1, few / share[c, g]) / steps**0.5
                )
                expected[c, g] += rate * missed / (size + BARELY)
        np.testing.assert_allclose(objective.state["multipliers"].numpy(), expected, rtol=1e-5, atol=1e-6)


def test_the_ascent_stops_at_the_cap_and_at_the_end_of_the_run() -> None:
    made = people()
    objective = calibrated(made, dual_rate=1e6)
    step_at(objective, 1.0, made)
    assert objective.state["multipliers"][0].abs().tolist() == [CAP, CAP, 0]
    assert objective.state["multipliers"][0, 0] > 0, "the group that is ahead is pulled down"
    slow = calibrated(made, dual_rate=0.1)
    moved = []
    for step in (STEP, STEPS - 1):
        slow.state["multipliers"].zero_()
        step_at(slow, 1.0, made, step)
        moved.append(slow.state["multipliers"][0, 0].item())
    assert moved[1] == pytest.approx(moved[0] / (STEPS - STEP), rel=0.01)


def test_two_groups_end_where_the_disparity_is_asked_to_be() -> None:
    """Dual ascent on logits that give way to the pull, as a net's would, settles at its target."""
    made, steps = people((1600, 1200), seed=3), 150
    objective = calibrated(made, steps=steps, trunk=0.0, at_start=0.5, dual_rate=9.8)
    first, now = is_first(made, 0.5), made
    for step in range(steps):
        step_at(objective, 1.0, now, step)
        strength = objective.state["multipliers"][0].numpy()
        given_way = made.logits - (strength - strength.mean())[made.group]
        now = People(np.where(first, made.logits, given_way), made.label, made.group)
    start, _ = plain(now, "dp", (0, 1), among=first)
    found, _ = plain(now, "dp", (0, 1), among=~first)
    np.testing.assert_allclose(found, (1 - BEYOND) * start, atol=0.03)
    assert np.abs(start).max() > 0.1


@pytest.mark.parametrize("notion", CONDITIONS)
def test_the_anchor_is_a_running_mean_weighted_by_rows(notion: str) -> None:
    """Of all rows in the trunk, and of those at alpha 0 alone after it."""
    made = people()
    objective = calibrated(made, notion, at_start=0.6)
    shape = objective.state["anchor"].shape
    total, seen = np.zeros(shape), np.zeros(shape)
    rng = np.random.default_rng(2)
    for step, size in ((0, 150), (STEP, 500), (STEP + 1, 90)):
        some = made.take(rng.choice(len(made.label), size, replace=False))
        some = People(some.logits + step / 50, some.label, some.group)
        objective.line = Given(some.logits)  # type: ignore[assignment]
        objective.loss(step, 0.5, some.batch)
        deviations, rows = plain(some, notion, (0, 1), among=is_first(some, 0.6) if step else True)
        seen = seen * MEMORY
        both = np.where(seen + rows > 0, seen + rows, 1)
        total, seen = (total * seen + deviations * rows) / both, seen + rows
        assert objective.state["multipliers"].any() == (step > 0), "in the trunk nothing is asked for"
    np.testing.assert_allclose(objective.state["anchor"].numpy(), total, atol=1e-6)
    np.testing.assert_allclose(objective.state["anchor_rows"].numpy(), seen, rtol=1e-6)
    assert not total[:, 2].any(), "the small group is set aside"


def test_of_the_trunk_its_last_steps_alone_say_where_the_start_is() -> None:
    made, trunk = people(), 160
    objective = calibrated(made, steps=400, trunk=0.4)
    for step, tells in ((0, False), (trunk - RECENT - 1, False), (trunk - RECENT, True), (trunk - 1, True)):
        before = objective.state["anchor_rows"].clone()
        objective.loss(step, 0.9, made.batch)
        assert torch.equal(objective.state["anchor_rows"], before) != tells


def test_the_anchor_stays_where_no_row_is_at_alpha_0() -> None:
    made = people()
    objective = calibrated(made, at_start=0.0)
    random_state(objective)
    before = {name: objective.state[name].clone() for name in ("anchor", "anchor_rows")}
    step_at(objective, 0.5, made)
    for name, value in before.items():
        assert torch.equal(objective.state[name], value), name


def test_the_trunk_is_at_the_middle_and_for_accuracy_alone() -> None:
    made = people()
    objective = calibrated(made, trunk=0.4, at_start=0.5)
    state = random_state(objective)
    for step in (0, 17, 39):
        objective.line = given = Given(made.logits)  # type: ignore[assignment]
        loss = objective.loss(step, 0.9, made.batch)
        assert given.asked == [(0.5, list(range(760)))]
        assert loss.item() == pytest.approx(cross_entropy(made), abs=1e-6)
    expected = torch.tensor(state["multipliers"], dtype=torch.float32)
    assert torch.equal(objective.state["multipliers"], expected)
    assert not np.allclose(objective.state["anchor"][:, :2].numpy(), state["anchor"][:, :2]), "it says where they are"
    objective.line = given = Given(made.logits)  # type: ignore[assignment]
    objective.loss(40, 0.9, made.batch)
    assert given.asked == [(0.0, list(range(380))), (objective.level(40), list(range(380, 760)))]


@pytest.mark.parametrize("notion", ["dp", "eo"])
def test_both_ends_leave_the_trunk_as_one_net_trained_for_accuracy(toy: Prepared, notion: str) -> None:
    """The same net as ERM's after as many steps, but for Adam's epsilon; one step later the ends part."""
    config = toy_data.config(trunk=0.5, at_start=0.5, at_end=0.2, notion=notion)
    half = train_line(toy, config, lambda now: now.step == now.steps // 2).partial.tensors["ends"]
    assert torch.equal(half[0], half[1])
    erm = train_fixed(toy, config, 0.0, lambda now: now.step == now.steps // 2).partial.tensors["ends"]
    torch.testing.assert_close(half[:1], erm, rtol=0, atol=1e-3)
    whole = train_line(toy, config).partial.tensors["ends"]
    assert not torch.equal(whole[0], whole[1])


@pytest.mark.parametrize(
    ("at_start", "rows"),
    [
        (0.0, (0, 0, 0, 0, 0)),
        (0.01, (0, 2, 2, 2, 5)),
        (0.5, (0, 2, 2, 4, 256)),
        (0.7, (0, 2, 3, 5, 358)),
        (0.99, (0, 2, 3, 5, 507)),
    ],
    ids=str,
)
def test_the_first_rows_of_a_step_are_at_alpha_0_two_at_least_on_either_side(
    at_start: float, rows: tuple[int, ...]
) -> None:
    made = people()
    objective = calibrated(made, at_start=at_start)
    for size, expected in zip((3, 4, 5, 7, 512), rows, strict=True):
        assert objective.rows_at_start(size) == expected
        assert objective.smallest(size) == (min(expected, size - expected) or size)
        some = made.take(np.arange(size))
        objective.line = given = Given(some.logits)  # type: ignore[assignment]
        objective.loss(STEP, 0.9, some.batch)
        parts = [(0.0, list(range(expected))), (objective.level(STEP), list(range(expected, size)))]
        assert given.asked == [part for part in parts if part[1]]


@pytest.mark.parametrize(
    ("at_start", "at_end", "trunk"),
    [(0.5, 0.2, 0.4), (0.0, 0.0, 0.0), (0.3, 0.6, 0.9), (0, 0.25, 0.1), (0.7, 0.25, 0.4), (0.99, 0.002, 0.2)],
)
def test_levels_spend_their_share_at_the_end_and_are_even_between(at_start: float, at_end: float, trunk: float) -> None:
    """The share of all rows, of which those at alpha 0 are never there."""
    steps = 4000
    objective = calibrated(people(), steps=steps, at_start=at_start, at_end=at_end, trunk=trunk)
    alphas = np.array([objective.level(step) for step in range(int(trunk * steps), steps)])
    at_1 = at_end / (1 - at_start)
    assert (alphas == 1).mean() == pytest.approx(at_1, abs=6 / len(alphas))
    between = np.sort(alphas[alphas < 1])
    even = (np.arange(len(between)) + 0.5) / len(between)
    assert np.abs(between - even).max() < 8 / len(between)
    assert (alphas.min(), alphas.max()) == pytest.approx((0, 1), abs=0.02)
    # In any 20 steps on end, too.
    some = np.lib.stride_tricks.sliding_window_view(alphas == 1, 20).sum(1)
    assert np.abs(some - 20 * at_1).max() <= 3


def test_a_restored_state_goes_on_as_the_first_would() -> None:
    made = people()
    first, second = (calibrated(made, "eodds", at_start=0.5) for _ in range(2))
    parts = [made.take(np.arange(low, low + 190)) for low in (0, 190, 380, 570)]
    for step, alpha in ((0, 0.2), (1, 0.6)):
        step_at(first, alpha, parts[step], STEP + step)
    second.state.update({name: value.clone() for name, value in first.state.items()})
    for step, alpha in ((2, 1.0), (3, 0.1)):
        losses = [step_at(each, alpha, parts[step], STEP + step)[0] for each in (first, second)]
        assert losses[0] == losses[1]
    assert all(torch.equal(first.state[name], second.state[name]) for name in first.state)
    assert first.state["multipliers"][:, :2].all()


@pytest.mark.parametrize("notion", CONDITIONS)
def test_a_group_that_no_batch_holds_takes_no_part(notion: str) -> None:
    """It is large enough to be scored, and never comes up."""
    made = people((400, 300, 260))
    objective = calibrated(made, notion, at_start=0.5)
    without = made.take(np.flatnonzero(made.group < 2))
    for step, alpha in enumerate((0.2, 0.5, 1.0, 0.5)):
        _, pull = step_at(objective, alpha, without, STEP + step)
    assert np.isfinite(pull).all()
    assert np.abs(pull).max() > 0.01
    for name, value in objective.state.items():
        assert torch.isfinite(value).all(), name
        assert value[:, :2].any(), name
        assert not value[:, 2].any(), name
    # Where it comes up after all, its first deviation at alpha 0 is its anchor.
    step_at(objective, 0.5, made, STEP + 5)
    deviations, _ = plain(made, notion, (0, 1, 2), among=is_first(made, 0.5))
    np.testing.assert_allclose(objective.state["anchor"][:, 2].numpy(), deviations[:, 2], atol=1e-6)


LEFT: dict[str, Callable[[People], np.ndarray]] = {
    "one scored group": lambda made: made.group == 1,
    "none scored": lambda made: made.group == 2,
    "one label": lambda made: made.label == 0,
    "one row": lambda made: np.arange(len(made.label)) == 7,
}


@pytest.mark.parametrize("at_start", [0.0, 0.5])
@pytest.mark.parametrize("alpha", [0.5, 1.0])
@pytest.mark.parametrize("notion", CONDITIONS)
@pytest.mark.parametrize("left", LEFT)
def test_a_batch_without_groups_to_compare_asks_for_nothing(
    left: str, notion: str, alpha: float, at_start: float
) -> None:
    """As the first batch of a run: all figures stay finite, and what nothing was seen of is not moved."""
    made = people()
    objective = calibrated(made, notion, at_start=at_start)
    some = made.take(np.flatnonzero(LEFT[left](made)))
    _, pull = step_at(objective, alpha, some)
    np.testing.assert_allclose(pull, 0, atol=1e-3)
    for c, condition in enumerate(CONDITIONS[notion]):
        compared = all(concerned(some, condition, g).any() for g in (0, 1))
        assert objective.state["multipliers"][c].any() == compared
    _, pull = step_at(objective, alpha, made)
    assert np.isfinite(pull).all()
    assert all(torch.isfinite(value).all() for value in objective.state.values())
