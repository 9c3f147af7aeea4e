"""benchmarks/fronts: figures are those of the core, bits come back as they were, and choices follow their rules."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from tests import reference
from tests.fairness.helpers import names
from yodo_core.fairness import metrics
from yodo_core.fairness.counts import Counts, count
from yodo_core.fairness.notions import NOTIONS

Load = Callable[[str], ModuleType]
SIZES = (700, 450, 330, 90)
"""The last group is too small to be compared."""
MODELS = 9


@pytest.fixture(scope="module")
def load() -> Iterator[Load]:
    """Modules of benchmarks/, which is no package."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(Path(__file__).parents[1] / "benchmarks"))
        yield lambda name: importlib.import_module(f"fronts.{name}")


def people(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Label and group (N,), and decisions bool (M, N) that lean on both, more and more by group."""
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(SIZES)), SIZES))
    label = rng.integers(0, 2, len(group))
    lean = np.linspace(0, 0.2, MODELS)[:, None] * (group - 1)
    return label, group, rng.random((MODELS, len(group))) < 0.3 + 0.3 * label + lean


# score and compare


@pytest.mark.parametrize("notion", NOTIONS)
def test_gaps_and_accuracy_are_those_of_the_core(load: Load, notion: str) -> None:
    score, compare = load("score"), load("compare")
    label, group, decisions = people()
    held = Counts.stack([count(np.where(own, 0.9, 0.1), label, group, names(len(SIZES))) for own in decisions])
    rates = metrics.rates(held)
    member = score.membership(label, group, len(SIZES))
    use = score.eligible(member.sum(0).reshape(-1, 2), notion)
    assert use.tolist() == metrics.eligible(rates, notion)[0].tolist() == [True, True, True, False]
    everyone = compare.People(label, group, {"all": decisions})
    for cells in (score.cells(decisions.astype(np.float32), member), compare.counts(everyone, len(SIZES))[0]["all"]):
        np.testing.assert_allclose(score.gaps(cells, notion, use), metrics.gap(rates, notion), rtol=0, atol=1e-12)
        np.testing.assert_allclose(cells.accuracy, metrics.overall(held)["accuracy"], rtol=0, atol=1e-12)
        plain = [reference.gap(notion, own.astype(int), label, group) for own in decisions]
        np.testing.assert_allclose(score.gaps(cells, notion, use), plain, rtol=0, atol=1e-12)


@pytest.mark.parametrize("notion", NOTIONS)
def test_deviations_are_of_the_groups_compared_from_all_of_them(load: Load, notion: str) -> None:
    score = load("score")
    label, group, decisions = people()
    cells = score.cells(decisions.astype(np.float32), score.membership(label, group, len(SIZES)))
    use = np.array([True, True, True, False])
    found = score.deviations(cells, notion, use)
    names_of = reference.NOTION_METRICS[notion]
    assert found.shape == (len(names_of), MODELS, 3)
    for c, metric in enumerate(names_of):
        for m, own in enumerate(decisions.astype(int)):
            pooled = reference.RATES[metric](own, label, group < 3)
            for g in range(3):
                expected = reference.RATES[metric](own, label, group == g) - pooled
                assert found[c, m, g] == pytest.approx(expected, abs=1e-12)


def test_resamples_are_the_same_people_for_every_method_and_as_many(load: Load) -> None:
    compare = load("compare")
    label, group, decisions = people()
    held = {"one": decisions[:4], "two": decisions[:4], "wide": decisions}
    found = compare.counts(compare.People(label, group, held), len(SIZES), draws=70, seed=3)
    assert len(found) == 71
    for drawn in found:
        assert drawn["one"].n.sum() == len(label)
        assert np.array_equal(drawn["one"].above, drawn["two"].above)
        assert np.array_equal(drawn["one"].above, drawn["wide"].above[:4])
        assert (drawn["wide"].above <= drawn["wide"].n).all()
    shares = np.array([drawn["one"].n.sum(1) for drawn in found[1:]])
    assert (shares.std(0) > 0).all()
    np.testing.assert_allclose(shares.mean(0), SIZES, rtol=0.1)
    again = compare.counts(compare.People(label, group, held), len(SIZES), draws=70, seed=3)
    assert np.array_equal(again[70]["two"].above, found[70]["two"].above)


def test_the_choice_at_a_limit_is_the_most_accurate_within_it(load: Load) -> None:
    choose = load("score").choose
    gap = np.array([0.20, 0.10, 0.05, 0.05, 0.08, 0.02])
    accuracy = np.array([0.90, 0.86, 0.84, 0.85, 0.86, 0.70])
    assert choose(gap, accuracy, 0.3) == 0
    assert choose(gap, accuracy, 0.10) == 4, "of two as accurate the one with the smaller gap"
    assert choose(gap, accuracy, 0.08) == 4, "at the limit is within it"
    assert choose(gap, accuracy, 0.05) == 3
    assert choose(gap, accuracy, 0.01) == 5, "where none is within, the smallest gap"
    assert choose(np.array([0.3, 0.1, 0.1]), np.array([0.9, 0.7, 0.8]), 0.05) == 2, "and of those the most accurate"
    rng = np.random.default_rng(0)
    for _ in range(200):
        gap, accuracy = rng.integers(0, 8, 12) / 20, rng.integers(0, 5, 12) / 10
        limit = rng.integers(0, 8) / 20
        pairs = list(zip(gap.tolist(), accuracy.tolist(), strict=True))
        within = [pair for pair in pairs if pair[0] <= limit]
        best = min(within, key=lambda p: (-p[1], p[0])) if within else min(pairs, key=lambda p: (p[0], -p[1]))
        assert pairs[choose(gap, accuracy, limit)] == best


# decisions


def stored(decisions: ModuleType, rows: tuple[int, int] = (37, 64)) -> list:
    """Models of two splits, methods and notions, with and without a setting; each key's bits are its own."""
    rng, models = np.random.default_rng(5), []
    for split, more in ((0, 0), (1, 9)):
        for method, settings in (("erm", [None]), ("fixed", [0.05, 0.5, 8.0]), ("line", [0.0, 0.01, 1.0])):
            key = decisions.key_of({"method": method, "split": split})
            for setting in settings:
                bits = [decisions.pack(rng.random(n + more) < 0.4) for n in rows]
                notion = "" if method == "erm" else "dp"
                models.append(decisions.Model(key, method, notion, setting, split, 0.5, 7, *bits))
    return models


@pytest.mark.parametrize("seed", range(5))
def test_models_come_back_bit_for_bit_in_any_order_of_adding(load: Load, seed: int, tmp_path: Path) -> None:
    decisions = load("decisions")
    models, path, rng = stored(decisions), tmp_path / "deep" / "front.parquet", np.random.default_rng(seed)
    order = rng.permutation(len(models))
    for part in np.array_split(order, seed + 1):
        decisions.Cache(path).add([models[i] for i in part])
    cache = decisions.Cache(path)
    assert len(cache.models) == len(models)
    for model in models:
        assert cache.get(model.key, [model.setting]) == [model]
    fixed = [model for model in models if (model.method, model.split) == ("fixed", 1)]
    assert cache.get(fixed[0].key, [8.0, 0.05]) == [fixed[2], fixed[0]]
    assert cache.get(fixed[0].key, [8.0, 0.06]) is None
    assert cache.get("other", [8.0]) is None
    assert [p.name for p in path.parent.iterdir()] == ["front.parquet"], "nothing temporary is left"


def test_a_model_added_again_takes_the_place_of_the_first(load: Load, tmp_path: Path) -> None:
    decisions = load("decisions")
    models, path = stored(decisions), tmp_path / "front.parquet"
    cache = decisions.Cache(path)
    cache.add(models)
    flipped = decisions.Model(**{**vars(models[1]), "test": bytes(255 - b for b in models[1].test)})
    cache.add([flipped])
    again = decisions.Cache(path)
    assert again.get(flipped.key, [flipped.setting]) == [flipped]
    assert again.get(models[2].key, [models[2].setting]) == [models[2]]


def test_decisions_are_a_bit_each(load: Load) -> None:
    decisions = load("decisions")
    taken = np.random.default_rng(1).random((3, 21)) < 0.5
    packed = [decisions.pack(own) for own in taken]
    assert {len(bits) for bits in packed} == {3}
    assert np.array_equal(decisions.unpack(packed, 21), taken)


def test_a_key_is_of_what_it_describes_alone(load: Load) -> None:
    key_of = load("decisions").key_of
    assert key_of({"a": 1, "b": 2.0}) == key_of({"b": 2.0, "a": 1})
    assert key_of({"a": 1, "b": 2.0}) != key_of({"a": 1, "b": 2.5})


# even

GRID = np.array([0.02, 0.1, 0.3, 1.0, 4.0])


def gap_at(penalties: np.ndarray, most: float) -> np.ndarray:
    """A gap that falls with the penalty, from `most` towards none."""
    return most / (1 + np.asarray(penalties))


@pytest.mark.parametrize("most", [0.05, 0.4])
def test_the_second_grid_closes_in_on_every_share_of_the_gap(load: Load, most: float) -> None:
    even = load("even")
    penalties = GRID
    for _ in range(3):
        more = even.next_penalties(penalties, gap_at(penalties, most), most)
        assert not set(more) & set(penalties.tolist())
        assert more == sorted(set(more))
        assert all(GRID[0] < found < GRID[-1] for found in more)
        assert all(found == float(f"{found:.3g}") for found in more)
        penalties = np.concatenate([penalties, np.array(more, float)])
    gaps = gap_at(penalties, most) / most
    for share in even.SHARES:
        # 4.0 leaves a fifth of the gap, 0.1 ten elevenths of it.
        if share >= 0.2:
            assert np.abs(gaps - share).min() <= even.NEAR
    assert even.next_penalties(penalties, gaps * most, most) == []


def test_the_second_grid_does_not_go_by_the_order_or_by_one_gap_out_of_line(load: Load) -> None:
    even = load("even")
    gaps = gap_at(GRID, 0.4)
    order = np.array([3, 0, 4, 1, 2])
    expected = even.next_penalties(GRID, gaps, 0.4)
    assert expected
    assert even.next_penalties(GRID[order], gaps[order], 0.4) == expected
    gaps[2] = gaps[1] + 0.01
    found = even.next_penalties(GRID, gaps, 0.4)
    assert found
    assert all(GRID[0] < penalty < GRID[-1] for penalty in found)


def test_the_nearest_models_are_one_for_each_share(load: Load) -> None:
    even = load("even")
    gaps = np.random.default_rng(2).uniform(0, 0.5, 30)
    found = even.nearest(gaps, 0.4)
    expected = {min(range(30), key=lambda i: abs(gaps[i] - tenth * 0.04)) for tenth in range(1, 10)}
    assert set(found.tolist()) == expected
    assert len(found) == len(expected) <= 9
    assert even.nearest(np.array([0.3]), 0.4).tolist() == [0]


# summary, settings


def test_training_seeds_are_averaged_within_their_split(load: Load) -> None:
    """Two splits: means over all seeds, and each resample takes whole splits."""
    compare, summary, settings = load("compare"), load("summary"), load("settings")
    splits, drawn = [], []
    for number in range(2):
        label, group, decisions = people(number)
        use = np.array([True, True, True, False])
        seeds = []
        for repeat in range(3):
            own = {"erm": decisions[-1:], "fixed": decisions, "line": np.repeat(decisions[repeat : repeat + 2], 51, 0)}
            everyone = compare.People(label, group, own)
            seeds.append(compare.Split("dp", use, everyone, everyone, everyone))
        splits.append(seeds)
        drawn.append([compare.split_figures(split, 4, number) for split in seeds])
    result = summary.figures_of(settings.CORE[0], splits, drawn)
    assert (result.splits, result.seeds, len(result.drawn)) == (2, 3, 4)
    every = [figures[0]["line"]["volume"] for seeds in drawn for figures in seeds]
    assert len(set(map(float, every))) > 1
    np.testing.assert_allclose(result.own["line"]["volume"], np.mean(every), rtol=1e-12)
    means = [np.array([np.mean([f[r]["line"]["accuracy"] for f in s], axis=0) for s in drawn]) for r in range(1, 5)]
    for found, mean in zip(result.drawn, means, strict=True):
        picks = [mean[0], mean[1], mean.mean(0)]
        assert any(np.allclose(found["line"]["accuracy"], pick, rtol=1e-12) for pick in picks)


def test_a_repeat_changes_the_training_seed_and_not_the_split(load: Load) -> None:
    setting = load("settings").CORE[0]
    first, again, other = setting.config(1), setting.config(1, 1), setting.config(2)
    assert first.split_seed == again.split_seed != other.split_seed
    assert len({first.seed, again.seed, other.seed}) == 3
