"""Files as places: training rows are told apart whatever they lack, rare groups stay pooled, doubts are said."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.conftest import Outcome, few_levels
from tests.elsewhere import census, file_of, line, other_rows, states, trained
from yodo_core import checkpoint, data, evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.commands import evaluate as evaluate_command
from yodo_core.commands import train
from yodo_core.config import TrainConfig
from yodo_core.data.own import Recipe, declare
from yodo_core.elsewhere import measure, place
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.trained import may_share
from yodo_core.errors import InputError, RowsAbsentError

__all__ = ["line", "states"]
ROWS = 1500
FEW = {"x1": 4, "x2": 4}


def loans() -> pd.DataFrame:
    """Loans with gaps in the weight, a branch that is no feature, and two groups of four people each."""
    rng = np.random.default_rng(5)
    sex = rng.choice(["f", "m"], ROWS).astype(object)
    sex[: sum(FEW.values())] = np.repeat(list(FEW), list(FEW.values()))
    income = rng.lognormal(10, 0.5, ROWS).round(2)
    return pd.DataFrame(
        {
            "income": income,
            "rooms": rng.integers(1, 5, ROWS),
            "branch": rng.choice(["hill", "sea"], ROWS),
            "sex": sex,
            "w": np.where(rng.random(ROWS) < 0.05, np.nan, rng.uniform(0.5, 3, ROWS).round(3)),
            "repaid": np.where(income + 6_000 * rng.normal(size=ROWS) > 22_000, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A line trained on these loans with their weight, the branch left out."""
    folder = tmp_path_factory.mktemp("own")
    recipe = Recipe("repaid", "yes", ("sex",), weight="w", drop=("branch",))
    spec = declare(file_of(folder, loans(), "loans.csv"), recipe)
    config = TrainConfig(dataset=spec.id, attribute="sex", hidden=8, epochs=2, batch_size=64, threads=1)
    with pytest.MonkeyPatch.context() as patch:
        few_levels(patch, 3)
        train.run(config, folder / "line", 0, False, False, "python -m yodo_core train", spec=spec)
    return checkpoint.read(folder / "line")


def test_gaps_in_the_weight_do_not_hide_the_training_file(own: Checkpoint, tmp_path: Path) -> None:
    frame = loans()
    file = file_of(tmp_path, frame)
    where = of_file(own, file)
    found = measure.measure(own, where, [0.0, 1.0])
    assert (where.rows, where.note) == (
        "test", f"{int(frame['w'].isna().sum())} rows lack the outcome, the group or the weight and are left out.",
    )  # fmt: skip
    assert np.array_equal(found.counts.level(1).n, own.stored(1.0).n)
    (rows,) = where.frames("branch")
    assert rows["branch"].tolist() == frame[frame["w"].notna()].reset_index(drop=True)["branch"][rows.index].tolist()
    assert rows["income"].tolist() == frame[frame["w"].notna()].reset_index(drop=True)["income"][rows.index].tolist()
    assert len(rows) == len(evaluate.rows(own, file).splits["test"])


def test_rare_groups_that_were_pooled_stay_pooled(own: Checkpoint, tmp_path: Path) -> None:
    assert set(own.groups) == {"f", "m", "Other groups"}
    for name, frame in (("same.csv", loans()), ("other.csv", loans().assign(income=lambda f: f["income"] + 1))):
        found = measure.measure(own, of_file(own, file_of(tmp_path, frame, name)), [0.0])
        assert not found.fitter.strangers
    assert found.fitter.seen["Other groups"] == sum(FEW.values())


@pytest.mark.parametrize("change", [lambda f: f.head(1200), lambda f: f.drop(columns="w"), lambda f: f.iloc[::-1]])
def test_a_file_that_is_not_the_training_file_may_hold_its_rows_and_says_so(
    own: Checkpoint, tmp_path: Path, change: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    where = of_file(own, file_of(tmp_path, change(loans())))
    assert where.rows == "all"
    assert f"Some of these rows may be among those that {own.id} was trained on" in str(where.note)


@pytest.mark.usefixtures("toy_known")
def test_so_does_a_file_of_a_known_data_set(toy_trained: Path, tmp_path: Path, cli: Callable[..., Outcome]) -> None:
    file = file_of(tmp_path, other_rows())
    found = cli("evaluate", toy_trained, "--data", file, "--alphas", 3, "--json").json["places"][1]
    assert found["rows"] == "all"
    assert "cannot be told of a file" in found["note"]


# the survey's files


TRAINED = "acs-income-ca+ny-2018"
FIVE = "acs-income-ca-2019-5y"


@pytest.mark.parametrize(
    ("trained", "dataset", "may"),
    [
        (TRAINED, "acs-income-ca-2018", True),
        (TRAINED, "acs-income-ca-2017", False),
        (TRAINED, "acs-income-tx-2018-5y", False),
        (TRAINED, "acs-employment-ca-2018-5y", False),
        (TRAINED, "acs-income-ny-2018-5y", True),
        (TRAINED, "acs-income-ca+tx-2022-5y", True),
        (TRAINED, "acs-income-ca-2023-5y", False),
        (TRAINED, "adult", False),
        (FIVE, "acs-income-ca-2015", True),
        (FIVE, "acs-income-ca-2014", False),
        (FIVE, "acs-income-ca-2023-5y", True),
        (FIVE, "acs-income-ca-2024-5y", False),
        ("adult", "adult", True),
    ],
)
def test_two_files_of_the_survey_may_hold_the_same_people(trained: str, dataset: str, may: bool) -> None:
    assert may_share(trained, dataset) is may


def test_a_5_year_file_that_holds_the_year_of_the_training_says_so(
    line: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    folder = tmp_path / "2018" / "5-Year"
    folder.mkdir(parents=True)
    census("ca", 0).to_csv(folder / "psam_p06.csv", index=False)
    (five,) = place.of_datasets(line, ["acs-income-ca-2018-5y"])
    assert five.rows == "all"
    assert "cannot be told from one year's or survey's file to another" in str(five.note)


def test_a_worker_that_cannot_tell_the_training_rows_does_not_count_them(
    states: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = trained("acs-income-pr+tx-2018", tmp_path / "both")
    where = place.of_datasets(both, ["acs-income-tx-2018"])

    class There:
        """A worker whose copy of the rows lacks one of the two states, or nothing."""

        def __init__(self, lacks: tuple[str, ...]) -> None:
            self.root = Path(shutil.copytree(states, tmp_path / f"without{len(lacks)}"))
            for name in lacks:
                (self.root / "2018" / "1-Year" / name).unlink()

        def each(self, work: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> Iterator[Any]:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("YODO_PUMS_ROOT", str(self.root))
                yield from [work(*task) for task in tasks]

    here = evaluate_command.run(both, where, [0.0, 1.0], 0.5)
    assert evaluate_command.run(both, where, [0.0, 1.0], 0.5, There(())) == here
    with pytest.raises(RowsAbsentError, match="Texas 2018 would be measured on all rows here, on test rows where"):
        evaluate_command.run(both, where, [0.0, 1.0], 0.5, There(("psam_p72.csv",)))


# what is wrong with a file of a known data set


def made_of(line: Checkpoint) -> pd.DataFrame:
    """Rows of the line's own data set, as they come in a file."""
    return data.get(line.manifest["dataset"]).load().head(300).reset_index(drop=True)


def test_weights_matter_only_where_they_are_used(line: Checkpoint, tmp_path: Path, cli: Callable[..., Outcome]) -> None:
    frame = made_of(line).astype({"PWGTP": float})
    frame.loc[:2, "PWGTP"] = -1
    options = ("evaluate", line.path, "--data", file_of(tmp_path, frame), "--alphas", 3)
    assert cli(*options, "--json").json["places"][1]["n"] == 300
    refused = cli(*options, "--weighted")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "rows.csv: Column 'PWGTP' has 3 values below 0; expected weights from 0 to 1e+12" in refused.err


@pytest.mark.parametrize("value", [1e300, np.nan, np.inf])
def test_numbers_that_cannot_be_used_are_named_with_file_and_column(
    line: Checkpoint, tmp_path: Path, cli: Callable[..., Outcome], value: float
) -> None:
    frame = made_of(line)
    frame.loc[7, "WKHP"] = value
    refused = cli("evaluate", line.path, "--data", file_of(tmp_path, frame))
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    told = "rows.csv: Column 'WKHP' has 1 values that cannot be used; expected finite numbers from -1e+12 to 1e+12"
    assert told in refused.err


def test_codes_with_a_point_are_the_same_codes(line: Checkpoint, tmp_path: Path) -> None:
    frame = made_of(line)
    plain = measure.measure(line, of_file(line, file_of(tmp_path, frame)), [0.0])
    pointed = frame.assign(SEX=frame["SEX"].astype(str) + ".0", OCCP=frame["OCCP"].astype(str) + ".00")
    found = measure.measure(line, of_file(line, file_of(tmp_path, pointed, "pointed.csv")), [0.0])
    assert np.array_equal(found.counts.n, plain.counts.n)
    assert found.fitter.unseen() == plain.fitter.unseen()


@pytest.mark.parametrize("lacking", [[], ["PINCP"], ["AGEP", "WKHP"]])
def test_a_person_file_is_sent_to_its_own_way_in(line: Checkpoint, tmp_path: Path, lacking: list[str]) -> None:
    file = file_of(tmp_path, census("tx", 1).assign(ST=48).drop(columns=lacking), "psam_p48.csv")
    with pytest.raises(InputError, match=r"--dataset acs-income --states TX --year 2018") as told:
        of_file(line, file)
    assert "Set YODO_PUMS_ROOT to the folder that holds it as 2018/1-Year/psam_p48.csv" in str(told.value)


# the terminal


OBEYED = "\x1b]0;pwned\x07"


def clean(told: Outcome) -> bool:
    return all(c.isprintable() or c == "\n" for c in told.out + told.err)


@pytest.mark.usefixtures("toy_known")
def test_what_a_terminal_would_obey_is_not_printed(
    toy_trained: Path, tmp_path: Path, cli: Callable[..., Outcome]
) -> None:
    frame = other_rows()
    frame.loc[:200, "kind"] = OBEYED
    told = cli("evaluate", toy_trained, "--data", file_of(tmp_path, frame), "--alphas", 3)
    assert "rows.csv: ?]0;pwned? left out" in told.out
    assert clean(told)
    refused = cli("evaluate", toy_trained, "--data", file_of(tmp_path, frame.assign(kind=OBEYED)))
    assert "its own: ?]0;pwned?" in refused.err
    assert clean(refused)
    as_json = cli("evaluate", toy_trained, "--data", file_of(tmp_path, frame.assign(kind=OBEYED)), "--json")
    assert as_json.json["error"]["message"] == as_json.err.strip()


def test_no_command_prints_but_through_the_filter() -> None:
    root = Path(checkpoint.__file__).parent
    for file in [*(root / "cli").glob("*.py"), root / "__main__.py"]:
        calls = [n.func for n in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(n, ast.Call)]
        printing = sum(isinstance(call, ast.Name) and call.id == "print" for call in calls)
        assert printing == (2 if file.name == "options.py" else 0), file.name
