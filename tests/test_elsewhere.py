"""The same line on other rows: which rows, the same figures as anywhere, what is left out, the table and the chart."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests import elsewhere as made
from tests.conftest import Outcome
from tests.elsewhere import census, file_of, line, other_rows, states, trained
from tests.toy import TOY, rows
from yodo_core import alpha_map, checkpoint, data, evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.commands.evaluate_chart import finding
from yodo_core.data.prepare import Encoder
from yodo_core.elsewhere import measure, place
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.place import listed, of_datasets
from yodo_core.errors import InputError, RowsAbsentError
from yodo_core.fairness import metrics
from yodo_core.fairness.facts import signed
from yodo_core.fairness.intervals import gap_interval

__all__ = ["line", "states"]
Cli = Callable[..., Outcome]
ALPHAS = [0.0, 0.5, 1.0]


def scored(ready: Checkpoint, frame: pd.DataFrame, alpha: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Decisions, labels and whether a man, by other means than those under test."""
    codes, numbers = Encoder.from_json(ready.manifest["encoder"]).encode(frame)
    table = evaluate.Table(codes, numbers, np.zeros(len(frame), int), np.zeros(len(frame), int), None)
    decided = evaluate.scores(ready.line.at(ready.position(alpha)), table) >= 0.5
    return decided, (frame["PINCP"] == ">50000").to_numpy(), (frame["SEX"] == "1").to_numpy()


# which rows


@pytest.mark.parametrize(
    ("options", "ids"),
    [
        (("adult", None, None, None), ["adult"]),
        (("acs-income", "TX, PR", "2018", None), ["acs-income-tx-2018", "acs-income-pr-2018"]),
        (("acs-income", "TX", "2017,2018", None), ["acs-income-tx-2017", "acs-income-tx-2018"]),
        (("acs-income-tx+pr-2018", None, None, None), ["acs-income-tx-2018", "acs-income-pr-2018"]),
        (
            ("acs-travel-time-tx+pr-2018-5y", None, None, None),
            ["acs-travel-time-tx-2018-5y", "acs-travel-time-pr-2018-5y"],
        ),
    ],
)
def test_one_data_set_a_state_and_year(options: tuple[str, str | None, str | None, None], ids: list[str]) -> None:
    assert listed(*options) == ids


def test_a_place_named_twice_is_refused() -> None:
    with pytest.raises(InputError, match="each state and year once"):
        listed("acs-income", "TX,tx", "2018", None)


def test_places_have_names_that_a_reader_knows() -> None:
    assert place.called("acs-income-pr-2018") == "Puerto Rico 2018"
    assert place.called("acs-income-ca+ny-2018-5y") == "California and New York 2018, 5-Year"
    assert place.called("acs-travel-time-pr-2018") == "Puerto Rico 2018"
    assert place.called("adult") == "adult"


def test_where_it_was_trained_only_the_test_rows_are_used(line: Checkpoint) -> None:
    here = measure.here(line, ALPHAS, 0.5)
    (own,) = of_datasets(line, ["acs-income-ca-2018"])
    found = measure.described(line, measure.measure(line, own, ALPHAS), ALPHAS, 0.5)
    assert found["rows"] == "test"
    assert found["n"] == here["n"] == len(evaluate.rows(line).splits["test"])
    for mine, stored in zip(found["levels"], here["levels"], strict=True):
        assert {k: v for k, v in mine.items() if k != "source"} == {k: v for k, v in stored.items() if k != "source"}


def test_a_state_among_several_that_it_was_trained_on_gives_the_test_households(states: Path, tmp_path: Path) -> None:
    both = trained("acs-income-pr+tx-2018", tmp_path / "both")
    (texas,) = of_datasets(both, ["acs-income-tx-2018"])
    assert texas.rows == "test"
    (frame,) = texas.frames(None)
    prepared = evaluate.rows(both)
    (puerto_rico,) = of_datasets(both, ["acs-income-pr-2018"])
    assert len(frame) + len(next(puerto_rico.frames(None))) == len(prepared.splits["test"])
    whole = data.get("acs-income-tx-2018").load()
    assert set(frame["SERIALNO"]).isdisjoint(set(whole["SERIALNO"].drop(frame.index)))


def test_other_rows_under_the_same_name_are_used_with_a_word(
    line: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    made.writer(tmp_path)(census("ca", 99), "ca")
    (own,) = of_datasets(line, ["acs-income-ca-2018"])
    assert own.rows == "all"
    assert "too good" in str(own.note)


def test_places_at_hand_are_those_whose_files_fit(
    line: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toy_trained: Path
) -> None:
    assert [name for name, _ in place.at_hand(line)] == [
        "acs-income-ca-2018", "acs-income-pr-2018", "acs-income-tx-2018",
    ]  # fmt: skip
    assert place.at_hand(checkpoint.read(toy_trained)) == []
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    made.writer(tmp_path)(census("tx", 1).drop(columns="PINCP"), "tx")
    made.writer(tmp_path)(census("pr", 1), "pr", "2016")
    made.writer(tmp_path)(census("pr", 1).rename(columns={"RELP": "RELSHIPP"}), "pr", "2019")
    made.writer(tmp_path)(census("tx", 1), "tx", "2019")
    assert [name for name, _ in place.at_hand(line)] == ["acs-income-pr-2016", "acs-income-pr-2019"]


def test_years_with_other_codes_are_read_in_those_of_the_training(
    line: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same people, once as the files of 2018 have them and once as those of 2019 do, have the same figures."""
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    before, after = census("tx", 1), census("tx", 1)
    after["RELSHIPP"] = after.pop("RELP").map({1: 23, 2: 25})
    made.writer(tmp_path)(before, "tx", "2018")
    made.writer(tmp_path)(after, "tx", "2019")
    old, new = of_datasets(line, listed("acs-income", "TX", "2018,2019", None))
    assert (old.note, new.note) == (None, "RELSHIPP is read as RELP, code by code.")
    found = [measure.measure(line, one, [0.0, 1.0]) for one in (old, new)]
    assert np.array_equal(found[0].counts.n, found[1].counts.n)
    assert found[0].fitter.unseen() == found[1].fitter.unseen()
    assert measure.together(found).place.note == new.note
    assert {"2014", "2018", "2019", "2022"} <= set(place.years(line))


def test_a_problem_that_only_its_maker_knows_has_stored_figures_and_no_place(line: Checkpoint) -> None:
    unknown = replace(line, manifest=line.manifest | {"dataset": "acs-high-income-ca-2018"})
    assert place.at_hand(unknown) == []
    with pytest.raises(RowsAbsentError, match=r"Unknown ACS problem .*; stored counts still serve"):
        evaluate.rows(unknown)


def test_a_file_of_the_very_rows_gives_the_test_rows(toy_trained: Path, toy_known: None, tmp_path: Path) -> None:
    ready = checkpoint.read(toy_trained)
    same = measure.measure(ready, of_file(ready, file_of(tmp_path, rows())), ALPHAS)
    assert same.place.rows == "test"
    assert np.array_equal(same.counts.level(2).n, ready.stored(1.0).n)
    changed = rows().assign(skill=lambda frame: frame["skill"] + 1e-9)
    assert of_file(ready, file_of(tmp_path, changed)).rows == "all"


# figures


def test_figures_elsewhere_are_those_of_the_blended_model_on_all_rows(line: Checkpoint) -> None:
    (texas,) = of_datasets(line, ["acs-income-tx-2018"])
    found = measure.described(line, measure.measure(line, texas, ALPHAS), ALPHAS, 0.5)
    frame = data.get("acs-income-tx-2018").load()
    for alpha, level in zip(ALPHAS, found["levels"], strict=True):
        decided, label, man = scored(line, frame, alpha)
        assert level["n"] == len(frame)
        assert level["accuracy"] == pytest.approx((decided == label).mean())
        assert level["dp_gap"] == pytest.approx(abs(decided[man].mean() - decided[~man].mean()))
        assert level["eo_gap"] == pytest.approx(abs(decided[man & label].mean() - decided[~man & label].mean()))
        low, high = level["gaps"]["dp"]["low_end"], level["gaps"]["dp"]["high_end"]
        assert low < level["dp_gap"] < high
    strange = ~frame["OCCP"].isin(Encoder.from_json(line.manifest["encoder"]).categories["OCCP"])
    assert found["unseen"]["columns"]["OCCP"] == pytest.approx(strange.mean())
    assert strange.mean() > 0.1


def test_several_places_together_are_their_rows_together(line: Checkpoint) -> None:
    parts = [measure.measure(line, p, ALPHAS) for p in of_datasets(line, listed("acs-income", "TX,PR", "2018", None))]
    whole = measure.together(parts)
    assert np.array_equal(whole.counts.n, parts[0].counts.n + parts[1].counts.n)
    assert whole.fitter.rows == sum(part.fitter.rows for part in parts)
    found = measure.described(line, whole, ALPHAS, 0.5)
    assert found["levels"][0]["average_precision"] is None
    assert "average_precision" in {entry["metric"] for entry in found["levels"][0]["left_out"]}


def test_the_share_that_is_gone_is_told_only_where_the_gap_is_no_chance(line: Checkpoint) -> None:
    texas, puerto_rico = (
        measure.measure(line, one, ALPHAS) for one in of_datasets(line, listed("acs-income", "TX,PR", "2018", None))
    )
    first = texas.counts.level(0)
    assert metrics.gap(metrics.rates(first), "dp") > metrics.floor_of(first, "dp")[1]
    expected = alpha_map.share_gone(texas.counts, "dp").tolist()
    assert measure.described(line, texas, ALPHAS, 0.5)["share_gone"] == pytest.approx(expected)
    first = puerto_rico.counts.level(0)
    assert metrics.gap(metrics.rates(first), "dp") < metrics.floor_of(first, "dp")[1]
    assert measure.described(line, puerto_rico, ALPHAS, 0.5)["share_gone"] == [None] * 3


def test_alphas_that_are_not_stored_come_from_the_own_rows(line: Checkpoint) -> None:
    assert {level["source"] for level in measure.here(line, ALPHAS, 0.5)["levels"]} == {"stored"}
    found = measure.here(line, [0.0, 1 / 3, 1.0], 0.5)["levels"]
    assert [level["source"] for level in found] == ["rows"] * 3
    assert found[2]["accuracy"] == measure.here(line, ALPHAS, 0.5)["levels"][2]["accuracy"]


# what does not fit


def test_groups_of_one_side_only_are_left_out_and_listed(toy_trained: Path, toy_known: None, tmp_path: Path) -> None:
    ready = checkpoint.read(toy_trained)
    frame = other_rows()
    frame = frame[frame["kind"] != "c"].reset_index(drop=True)
    frame.loc[:49, "kind"] = "d"
    where = of_file(ready, file_of(tmp_path, frame))
    found = measure.described(ready, measure.measure(ready, where, ALPHAS), ALPHAS, 0.5)
    assert [(g["group"], g["n"]) for g in found["left_out_groups"]] == [("d", 50), ("c", 0)]
    assert found["n"] == len(frame) - 50
    with pytest.raises(InputError, match=r"no rows of the groups .* \(its own: d\)"):
        measure.measure(ready, of_file(ready, file_of(tmp_path, frame.assign(kind="d"))), ALPHAS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda f: f.drop(columns=["town", "skill"]), "lacks the columns skill, town"),
        (lambda f: f.drop(columns="good"), "lacks the columns good"),
        (lambda f: f.drop(columns="kind"), "lacks the columns kind"),
        (lambda f: f.assign(good="Yes"), r"has good 'yes', the good outcome \(they have Yes\)"),
        (lambda f: f.assign(skill="high"), "cannot be read"),
    ],
)
def test_a_file_that_does_not_fit_ends_in_one_line(
    change: Callable[[pd.DataFrame], pd.DataFrame], message: str, toy_trained: Path, toy_known: None, tmp_path: Path
) -> None:
    ready = checkpoint.read(toy_trained)
    with pytest.raises(InputError, match=message):
        measure.measure(ready, of_file(ready, file_of(tmp_path, change(other_rows()))), ALPHAS)


def test_the_weight_may_be_absent(toy_trained: Path, toy_known: None, tmp_path: Path) -> None:
    ready = checkpoint.read(toy_trained)
    found = measure.measure(ready, of_file(ready, file_of(tmp_path, other_rows().drop(columns=TOY.weight))), ALPHAS)
    assert found.counts.weight is None
    assert found.fitter.rows == 600


def test_data_sets_of_other_columns_are_refused_before_their_rows_are_looked_for(line: Checkpoint) -> None:
    with pytest.raises(InputError, match=r"The data set adult lacks the columns AGEP, COW, .* which the line needs"):
        of_datasets(line, ["adult"])


# the command


def test_evaluate_prints_one_object_with_every_place(cli: Cli, line: Checkpoint) -> None:
    options = ("--dataset", "acs-income", "--states", "TX,PR", "--year", "2018", "--alphas", 3)
    found = cli("evaluate", line.path, *options, "--json").json
    assert [p["place"] for p in found["places"]] == [
        "California 2018 (here)", "Texas 2018", "Puerto Rico 2018", "all together",
    ]  # fmt: skip
    point = set(cli("point", line.path, "--alpha", 0.5, "--json").json)
    for one in found["places"]:
        assert {"place", "dataset", "rows", "n", "levels", "unseen", "left_out_groups", "share_gone"} <= set(one)
        assert [level["alpha"] for level in one["levels"]] == ALPHAS
        assert all(point <= set(level) for level in one["levels"])
    text = cli("evaluate", line.path, *options).out.splitlines()
    texas = next(row for row in text if row.startswith("Texas 2018   ") and "  0.5  " in row)
    level = found["places"][1]["levels"][1]
    assert f"{level['accuracy']:.4f}" in texas
    assert f"{level['gaps']['dp']['low_end']:.4f} to {level['gaps']['dp']['high_end']:.4f}" in texas
    assert any(row.startswith("Texas 2018: ") and "OCCP" in row for row in text)
    assert any(row.startswith("California 2018 (here): test rows only") for row in text)


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ((), 2, "neither of --dataset and --data"),
        (("--dataset", "adult", "--data", "x.csv"), 2, "both of --dataset and --data"),
        (("--data", "x.csv", "--states", "TX"), 2, "a file has none"),
        (("--data", "x.csv"), 2, "x.csv"),
        (("--dataset", "acs-income", "--states", "NY", "--year", "2018"), 4, "data fetch acs-income --states NY"),
        (("--dataset", "acs-income", "--states", "TX", "--year", "2018", "--threshold", "0.555"), 2, "hundredth"),
        (("--dataset", "acs-income", "--states", "TX", "--year", "2018", "--chart", "x.gif"), 2, ".html or .png"),
        (("--dataset", "acs-income", "--states", "TX", "--year", "2018", "--chart", "no/x.html"), 2, "no folder"),
        (
            ("--dataset", "acs-income", "--states", "TX", "--year", "2018", "--chart", "x.html", "--theme", "pink"),
            2,
            "Unknown theme 'pink'",
        ),
    ],
)
def test_errors_are_one_line(cli: Cli, line: Checkpoint, options: tuple[str, ...], code: int, message: str) -> None:
    ended = cli("evaluate", line.path, *options, "--json")
    assert ended.code == code
    assert message in ended.err
    assert ended.err.count("\n") == 1
    assert ended.json["error"]["message"] == ended.err.strip()


def test_the_chart_is_one_offline_file_that_states_the_finding(cli: Cli, line: Checkpoint, tmp_path: Path) -> None:
    chart = tmp_path / "chart.html"
    options = ("--dataset", "acs-income", "--states", "TX", "--year", "2018", "--chart", chart, "--theme", "dark")
    found = cli("evaluate", line.path, *options, "--json").json
    assert found["chart"] == str(chart)
    page = chart.read_text("utf-8")
    assert "In Texas 2018 the same line at alpha 1 " in page
    assert 'src="http' not in page
    gap = found["places"][1]["levels"][-1]["gaps"]["dp"]
    assert f"{100 * gap['gap']:.1f} points" in page
    assert "background: '#12161c'" in page
    assert "how far Men is ahead of Women" in page


def test_a_chart_measures_from_who_is_behind_at_home_where_signs_have_a_meaning(line: Checkpoint) -> None:
    assert measure.behind(line, "dp", stood("home", 0.1, "Women")) == "Men"
    assert measure.behind(line, "dp", stood("home", 0.1)) == "Women"
    assert measure.behind(line, "eodds", stood("home", 0.1)) is None


def stood(name: str, gap: float | None, ahead: str = "Men") -> dict[str, Any]:
    """A place with one level, as far as the finding reads it."""
    other = "Women" if ahead == "Men" else "Men"
    known = {"gap": gap, "floor": 0.02, "high": ahead, "low": other}
    return {
        "place": name,
        "levels": [{"alpha": 0.5, "gaps": {"dp": known | {"signed": signed(known, "Women")}}}],
    }


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (
            [stood("A", 0.1), stood("B", 0.08, "Women")],
            "In B the same line at alpha 0.5 puts Women ahead of Men by 8.0 points; where it was trained it puts Men "
            "ahead of Women by 5.0 points",
        ),
        (
            [stood("A", 0.01)],
            "In A the same line at alpha 0.5 leaves no more than chance shows (1.0 points); where it was trained it "
            "puts Men ahead of Women by 5.0 points",
        ),
        (
            [stood("A", 0.05, "Women")],
            "In A the same line at alpha 0.5 puts Women ahead of Men by 5.0 points; where it was trained it puts Men "
            "ahead of Women by 5.0 points",
        ),
        ([stood("A", None)], "Too few people for a gap: the same line on other rows"),
    ],
)
def test_the_finding_is_the_place_farthest_from_home(others: list[dict[str, Any]], said: str) -> None:
    assert finding([stood("home", 0.05), *others], "dp") == said


def test_a_finding_at_home_that_chance_shows_is_said_to_be_one() -> None:
    said = finding([stood("home", 0.01, "Women"), stood("A", 0.09)], "dp")
    assert said.endswith("; where it was trained it leaves no more than chance shows (1.0 points)")


def test_the_sign_is_that_of_the_other_group_where_two_are_compared_by_one_rate(line: Checkpoint) -> None:
    (texas,) = of_datasets(line, ["acs-income-tx-2018"])
    (level,) = measure.described(line, measure.measure(line, texas, [0.0]), [0.0], 0.5)["levels"]
    rates = {group["group"]: group for group in level["groups"]}
    for notion, rate in (("dp", "decision_rate"), ("eo", "true_positive_rate")):
        assert level["gaps"][notion]["signed"] == pytest.approx(rates["Men"][rate] - rates["Women"][rate])
    assert level["gaps"]["eodds"]["signed"] == level["gaps"]["eodds"]["gap"]
    assert signed({"gap": 0.1, "high": "Women"}, "Women") == -0.1
    assert signed({"gap": None, "high": None}, "Women") is None


# a file of one's own


def loans(seed: int, count: int = 2500) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    age, income = generator.integers(18, 80, count), generator.lognormal(10, 0.5, count).round()
    chance = income / 20_000 + age / 40 + generator.normal(scale=0.6, size=count)
    return pd.DataFrame(
        {
            "age": age,
            "income": np.where(generator.random(count) < 0.05, np.nan, income),
            "town": generator.choice(["north", "south"] if seed == 1 else ["north", "west"], count),
            "rooms": generator.integers(1, 5, count),
            "repaid": np.where(chance > 2.3, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A line trained on a file of one's own, by age in bands."""
    from tests.conftest import few_levels
    from yodo_core.commands import train
    from yodo_core.config import TrainConfig
    from yodo_core.data.own import Recipe, declare

    folder = tmp_path_factory.mktemp("own")
    spec = declare(file_of(folder, loans(1), "loans.csv"), Recipe("repaid", "yes", ("age",)))
    config = TrainConfig(dataset=spec.id, attribute="age", hidden=16, epochs=4, batch_size=64, threads=1)
    with pytest.MonkeyPatch.context() as patch:
        few_levels(patch, 3)
        train.run(config, folder / "line", 0, False, False, "python -m yodo_core train", spec=spec)
    return checkpoint.read(folder / "line")


def test_another_file_is_read_with_the_kinds_and_bands_of_the_first(own: Checkpoint, tmp_path: Path) -> None:
    frame = loans(2, 1200)
    frame.loc[:9, "repaid"] = None
    # Fewer values than the first file has: by itself it would be read as categories.
    frame["income"] = frame["income"].round(-4)
    found = measure.measure(own, of_file(own, file_of(tmp_path, frame)), ALPHAS)
    assert found.place.rows == "all"
    assert str(found.place.note).startswith("10 rows lack")
    assert found.fitter.rows == 1190
    assert not found.fitter.strangers
    edges = sorted(int(name.split()[1]) for name in own.groups if " to " in name)
    lowest = (frame["age"][10:] < edges[0]).sum()
    under = next(name for name in own.groups if "under" in name)
    assert found.fitter.seen[under] == lowest > 0
    assert found.fitter.unseen()["columns"]["town"] == pytest.approx((frame["town"][10:] == "west").mean())


def test_the_own_file_itself_gives_its_test_rows(own: Checkpoint, tmp_path: Path) -> None:
    found = measure.measure(own, of_file(own, file_of(tmp_path, loans(1))), ALPHAS)
    assert found.place.rows == "test"
    assert np.array_equal(found.counts.level(0).n, own.stored(0.0).n)


def test_columns_that_an_own_file_lacks_are_named(own: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"rows.csv lacks the columns income, income missing, town"):
        of_file(own, file_of(tmp_path, loans(2).drop(columns=["income", "town"])))


def test_weighted_figures_are_those_of_the_weights(cli: Cli, line: Checkpoint) -> None:
    asked = (
        "evaluate",
        str(line.path),
        "--dataset",
        "acs-income",
        "--states",
        "TX,PR",
        "--year",
        "2018",
        "--alphas",
        "2",
    )
    plain, told = (json.loads(cli(*asked, "--json", *further).out) for further in ((), ("--weighted",)))
    assert (plain["weighted"], told["weighted"]) == (False, True)
    frame = data.get("acs-income-tx-2018").load()
    positive, label, group = scored(line, frame, 1.0)
    weight = frame["PWGTP"].to_numpy(float)
    texas, plainly = told["places"][1]["levels"][1], plain["places"][1]["levels"][1]
    assert texas["n"] == pytest.approx(weight.sum())
    assert texas["accuracy"] == pytest.approx(np.average(positive == label, weights=weight))
    rates = [np.average(positive[group == g], weights=weight[group == g]) for g in range(2)]
    gap, worth = texas["gaps"]["dp"], [w.sum() ** 2 / (w**2).sum() for w in (weight[group == g] for g in range(2))]
    assert gap["gap"] == pytest.approx(abs(rates[0] - rates[1]))
    high, low = (0, 1) if rates[0] > rates[1] else (1, 0)
    ends = gap_interval(rates[high] * worth[high], worth[high], rates[low] * worth[low], worth[low])
    assert (gap["low_end"], gap["high_end"]) == pytest.approx(tuple(map(float, ends)))
    assert gap["gap"] != plainly["gaps"]["dp"]["gap"]
    assert told["places"][3]["levels"][1]["n"] == pytest.approx(sum(p["levels"][1]["n"] for p in told["places"][1:3]))


def test_weights_that_rows_lack_are_named(cli: Cli, toy_trained: Path, toy_known: None, tmp_path: Path) -> None:
    file = file_of(tmp_path, other_rows().drop(columns=TOY.weight))
    told = cli("evaluate", str(toy_trained), "--data", str(file), "--weighted")
    assert (told.code, told.err.count("\n")) == (2, 1)
    assert "rows.csv holds no survey weights; leave --weighted out" in told.err
