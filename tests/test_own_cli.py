"""A stranger's CSV through the command line: preview, train, figures with and without the file, baselines, progress."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Outcome, few_levels
from tests.damage import manifest_of, repair
from tests.data.strangers import ROWS, loans, recipe, write
from yodo_core import checkpoint, evaluate
from yodo_core.cli.own import lines
from yodo_core.cli.train import regenerate
from yodo_core.commands import train
from yodo_core.commands.own import described, enough_epochs
from yodo_core.config import TrainConfig
from yodo_core.data.split import split_rows
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.own import spec_of
from yodo_core.errors import CheckpointError, RowsAbsentError
from yodo_core.partial import PartialRun

Cli = Callable[..., Outcome]
SAID = ("--target", "default", "--favourable", "no", "--attribute", "sex")
LEVELS = 5


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    few_levels(monkeypatch, LEVELS)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("private") / "loans.csv", loans())


@pytest.fixture(scope="module")
def told_on_the_way() -> list[dict[str, Any]]:
    return []


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, file: Path, told_on_the_way: list[dict[str, Any]]) -> Path:
    """Trained once as `train --data` does, every record of progress kept on the way."""
    out = tmp_path_factory.mktemp("checkpoints") / "own-loans-sex-dp"
    small = TrainConfig(hidden=8, epochs=6, batch_size=128)
    config, spec, _ = described(file, small, "default", "no", None, None, None, None)
    written = regenerate(["train", "--data", str(file), *SAID, f"--out={out}", "--json"], own=True)
    save = PartialRun.save_progress
    with pytest.MonkeyPatch.context() as patch:
        few_levels(patch, LEVELS)
        patch.setattr("yodo_core.commands.told.EVERY", 0.0)

        def keep(self: PartialRun, record: dict[str, Any]) -> None:
            save(self, record)
            assert json.loads((self.folder / "progress.json").read_text()) == record
            told_on_the_way.append(record)

        patch.setattr(PartialRun, "save_progress", keep)
        train.run(config, out, 1, False, False, written, spec=spec)
    return out


@pytest.fixture
def trained(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "copy" / made.name))


def is_error(told: Outcome, code: int, *parts: str) -> None:
    assert (told.code, told.err.count("\n"), told.out) == (code, 1, "")
    for part in parts:
        assert part in told.err, told.err


# train


def test_the_preview_is_shown_and_nothing_is_trained(cli: Cli, file: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    told = cli("train", "--data", file, *SAID, "--preview")
    assert (told.code, told.err) == (0, "")
    assert told.out.startswith("loans.csv: 2,000 rows, ")
    for line in ("  loan_id: looks like an identifier", "  opened: a date", "features: 4", "  age: number"):
        assert f"\n{line}\n" in told.out
    shown = cli("train", "--data", file, *SAID, "--preview", "--json").json
    assert list(lines(shown)) == told.out.splitlines()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "epochs"), [(100, 300), (1_500, 300), (2_000, 150), (10_000, 28), (30_000, 9), (10**6, 6)]
)
def test_a_short_file_is_read_more_often(rows: int, epochs: int) -> None:
    assert enough_epochs(rows, TrainConfig()) == epochs
    assert enough_epochs(rows, TrainConfig(epochs=400)) == 400


def test_what_a_terminal_would_obey_is_not_printed(tmp_path: Path, cli: Cli) -> None:
    rows = loans()
    rows["town"] = rows["town"].replace("East", "\x1b[2JEast")
    file = write(tmp_path / "loans.csv", rows)
    told = cli("train", "--data", file, *SAID[:5], "town", "--preview")
    assert "  ?[2JEast: " in told.out
    assert "\x1b" not in told.out


def test_training_prints_the_preview_and_writes_where_its_names_say(cli: Cli, file: Path, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = cli("train", "--data", file, *SAID, "--hidden", 8, "--other-seeds", 0, "--json")
    assert told.code == 0
    assert "\nepochs: 150, for 1,964 rows; --epochs sets another number\n" in told.err
    assert told.json["steps"] == 300
    assert told.err.startswith("loans.csv: 2,000 rows, ")
    assert told.json["path"] == "checkpoints/own-loans-sex-dp"
    assert [path.name for path in (tmp_path / "checkpoints").iterdir()] == ["own-loans-sex-dp"]
    again = cli("train", "--data", file, *SAID, "--hidden", 8, "--epochs", 1, "--other-seeds", 0, "--json")
    assert again.code == 2
    assert "already holds a checkpoint; use --overwrite" in again.err


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ((), ("Got --data without --target; say which column is the outcome: loan_id, applicant,",)),
        (SAID[:2], ("Got --target default without --favourable", "good for the person: no, yes.")),
        ((*SAID, "--dataset", "kdd"), ("Got both --data and --dataset kdd; give one of them.",)),
        ((*SAID, "--dataset", "adult"), ("Got both --data and --dataset adult; give one of them.",)),
        ((*SAID, "--notion", "xx", "--preview"), ("Unknown notion 'xx'",)),
        ((*SAID, "--states", "CA"), ("Got --states, --year or --horizon with --data; a file has none.",)),
        ((*SAID, "--attribute=town"), ("Got --attribute more than once; join", "by +, as in sex+race.")),
        ((*SAID[:5], "gender"), ("Unknown column of loans.csv 'gender'",)),
        ((*SAID[:5], "sex+twon"), ("Unknown column of loans.csv 'twon'", "Did you mean 'town'?")),
        ((*SAID, "--drop", "ag"), ("Unknown column of loans.csv 'ag'", "Did you mean 'age'?")),
        ((*SAID, "--unit", "twon"), ("Unknown column of loans.csv 'twon'", "Did you mean 'town'?")),
        ((*SAID, "--unit", "town"), ("Column 'town' of loans.csv cannot be the unit: it has 3 values",)),
        ((*SAID, "--weight", "town"), ("Column 'town' of loans.csv cannot be the weight",)),
    ],
)
def test_what_does_not_fit_the_file_is_one_line(cli: Cli, file: Path, options: tuple, parts: tuple) -> None:
    is_error(cli("train", "--data", file, *options), 2, *parts)


def test_a_description_without_a_file_is_one_line(cli: Cli, tmp_path: Path) -> None:
    is_error(cli("train", "--target", "default", "--drop", "age"), 2, "Got --target, --drop without --data")
    is_error(cli("train", "--unit", "home"), 2, "Got --unit without --data")
    is_error(cli("train", "--dataset", "own-loans"), 4, "own-loans is a file of one's own; give that file with --data")
    is_error(cli("train", "--data", tmp_path / "no.csv", *SAID), 2, "There is no file")


def test_several_columns_and_names_with_a_plus(cli: Cli, tmp_path: Path, file: Path) -> None:
    both = cli("train", "--data", file, *SAID[:5], "sex, town", "--preview", "--json").json
    assert both["attribute"] == "sex+town"
    assert len(both["groups"]) == 6
    other = write(tmp_path / "loans.csv", loans().rename(columns={"sex": "m+f"}))
    assert cli("train", "--data", other, *SAID[:5], "m+f", "--preview", "--json").json["attribute"] == "m_f"


# What the folder holds


def test_the_manifest_holds_the_recipe_and_no_folder(made: Path, file: Path) -> None:
    manifest = manifest_of(made)
    assert manifest["own"] == {"file": "loans.csv", **recipe().to_json()}
    assert (manifest["dataset"], manifest["training"]["dataset"]) == ("own-loans", "own-loans")
    assert manifest["command"] == (
        "python -m yodo_core train --data loans.csv --target default --favourable no --attribute sex "
        "--out=own-loans-sex-dp"
    )
    whole = (made / "manifest.json").read_text()
    assert str(file.parent) not in whole
    assert "Quill" not in whole


def test_a_unit_is_named_in_the_folder_and_its_values_are_not(cli: Cli, tmp_path: Path) -> None:
    file = write(tmp_path / "loans.csv", loans().assign(home=[f"Quill {place % 300}" for place in range(ROWS)]))
    out = tmp_path / "line"
    few = ("--hidden", 8, "--epochs", 1, "--batch-size", 128, "--other-seeds", 0)
    told = cli("train", "--data", file, *SAID, "--unit", "home", *few, "--out", out)
    assert told.code == 0
    assert "\nkept together: rows of one home (300 of them)\n" in told.err
    manifest = manifest_of(out)
    assert (manifest["unit"], manifest["own"]["unit"], "--unit home" in manifest["command"]) == ("home", "home", True)
    assert not any(b"Quill" in path.read_bytes() for path in out.rglob("*") if path.is_file())
    ready = checkpoint.read(out)
    assert spec_of(ready).unit == "home"
    parts = split_rows(evaluate.spec_of(ready, file).load(), evaluate.spec_of(ready, file))
    point = cli("point", out, "--alpha", 0.5, "--data", file, "--json").json
    assert (point["source"], point["n"]) == ("rows", len(parts["test"]))
    there = of_file(ready, file)
    (rows,) = there.frames("home")
    assert there.rows == "test"
    assert rows["home"].nunique() == 60


def test_a_manifest_from_before_units_is_read(trained: Path) -> None:
    own = manifest_of(trained)["own"]
    own.pop("unit")
    repair(trained, own=own, unit=...)
    assert spec_of(checkpoint.read(trained)).unit is None
    repair(trained, unit="age")
    with pytest.raises(CheckpointError, match=r"own.unit .differs from unit"):
        checkpoint.read(trained)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"own": None}, r"own .differs from dataset 'own-loans'"),
        ({"own": "loans.csv"}, "own.file"),
        ({"own": {"file": "../loans.csv", **recipe().to_json()}}, "own.file"),
        ({"own": {"file": "loans.csv"}}, "own .The description of the file lacks attribute, favourable, target"),
        ({"own": {"file": "loans.csv", **recipe(weight="age").to_json()}}, r"own.weight .differs from weight"),
        (
            {"own": {"file": "loans.csv", **recipe(attribute=("town",)).to_json()}, "people": 3},
            r"lacks or misstates people, own.attribute .differs from attribute",
        ),
    ],
)
def test_a_recipe_that_misstates_is_refused(trained: Path, changes: dict[str, Any], message: str) -> None:
    repair(trained, **changes)
    with pytest.raises(CheckpointError, match=message):
        checkpoint.read(trained)


# Figures afterwards


def test_with_the_file_figures_are_recomputed_and_equal_the_stored_ones(cli: Cli, trained: Path, file: Path) -> None:
    options = (trained, "--alpha", 0.5, "--json")
    rows, stored = cli("point", *options, "--data", file).json, cli("point", *options).json
    assert (rows.pop("source"), stored.pop("source")) == ("rows", "stored")
    assert rows == stored
    used = loans().dropna(subset=["default", "sex"])
    assert rows["n"] == math.ceil(0.2 * len(used))
    assert rows["dp_gap"] is not None
    levels = cli("curve", trained, "--alphas", 3, "--data", file, "--json").json
    assert (levels["source"], levels["levels"][1] | {"source": None}) == ("rows", rows | {"source": None})


def test_between_the_stored_levels_the_file_is_needed(cli: Cli, trained: Path, file: Path) -> None:
    why = "give that file with --data"
    is_error(cli("point", trained, "--alpha", 0.3), 4, "Alpha 0.3 is not stored", "use 0.25 or 0.5", why)
    assert cli("point", trained, "--alpha", 0.3, "--data", file).code == 0
    with pytest.raises(RowsAbsentError, match="give that file with --data"):
        evaluate.rows(checkpoint.read(trained))


def test_the_same_rows_under_another_name_serve_and_others_do_not(cli: Cli, trained: Path, tmp_path: Path) -> None:
    moved = write(tmp_path / "moved.parquet", loans())
    assert cli("point", trained, "--alpha", 0.3, "--data", moved).code == 0
    changed = loans()
    changed.loc[7, "age"] += 1
    other = write(tmp_path / "loans.csv", changed)
    told = cli("point", trained, "--alpha", 0.5, "--data", other)
    is_error(told, 4, "differ from those that own-loans-sex-dp was trained on", "train it again on these")
    fewer = write(tmp_path / "fewer.csv", loans().drop(columns="age"))
    is_error(cli("point", trained, "--alpha", 0.5, "--data", fewer), 4, "cannot be had", "age")
    without = write(tmp_path / "without.csv", loans().drop(columns="sex"))
    is_error(cli("point", trained, "--alpha", 0.5, "--data", without), 2, "Unknown column of without.csv 'sex'")


def test_a_file_where_none_is_needed_is_refused(cli: Cli, toy_trained: Path, file: Path) -> None:
    told = cli("point", toy_trained, "--alpha", 0.5, "--data", file)
    is_error(told, 2, "toy-kind-dp is trained on toy, no file of one's own; leave --data out")


def test_baselines_need_the_file(cli: Cli, trained: Path, file: Path) -> None:
    options = ("baselines", trained, "--methods", "erm", "--seeds", 2, "--json")
    refused = cli(*options)
    assert refused.code == 4
    assert "give that file with --data" in refused.err
    told = cli(*options, "--data", file, "--jobs", 1)
    assert told.json == {
        "checkpoint": "own-loans-sex-dp", "path": str(trained), "models": 2, "trained": 2, "resumed": 0
    }  # fmt: skip
    assert {b.method for b in checkpoint.read(trained).baselines} == {"erm"}


# Progress for others


def test_progress_is_told_to_other_processes(made: Path, told_on_the_way: list[dict[str, Any]]) -> None:
    keys = {"stage", "number", "stages", "done", "total", "seconds", "left", "finished"}
    assert {frozenset(record) for record in told_on_the_way} == {frozenset(keys)}
    order = list(dict.fromkeys((record["stage"], record["number"]) for record in told_on_the_way))
    assert order == [("training", 1), ("levels", 2), ("seed 1", 3), ("levels", 4)]
    for stage, number in order:
        mine = [r for r in told_on_the_way if r["number"] == number and not r["finished"]]
        done = [record["done"] for record in mine]
        assert done == sorted(done)
        assert mine[-1]["done"] == mine[-1]["total"], stage
        assert mine[-1]["left"] == 0
    seconds = [record["seconds"] for record in told_on_the_way]
    assert seconds == sorted(seconds)
    assert [record["finished"] for record in told_on_the_way] == [False] * (len(told_on_the_way) - 1) + [True]
    assert not made.with_name("own-loans-sex-dp.partial").exists(), "it goes with the partial run"
