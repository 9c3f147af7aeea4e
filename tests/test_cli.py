"""The command line: keys, exit codes, one-line errors, and Ctrl-C."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from sklearn.metrics import average_precision_score

from tests import reference
from tests.conftest import LEVELS, Outcome
from yodo_core import __main__, alpha_map, checkpoint, errors, evaluate
from yodo_core.baselines import METHODS
from yodo_core.commands import train as train_command
from yodo_core.commands.workers import WorkersLostError
from yodo_core.config import TrainConfig
from yodo_core.data.fetch import FetchError
from yodo_core.errors import YodoError
from yodo_core.objective import Calibrated
from yodo_core.ranks import RankLostError

ROOT = Path(__file__).parents[1]
Cli = Callable[..., Outcome]
POINT_KEYS = (  # Section 7 of the design, word for word.
    "checkpoint, format, alpha, position, threshold, split, n, accuracy, average_precision, decision_rate, dp_gap, "
    "eo_gap, eodds_gap, dp_floor, eo_floor, impact_ratio, gained, lost, source, groups, left_out"
)
GROUP_KEYS = (
    "group, n, positives, decisions, true_positives, accuracy, decision_rate, true_positive_rate, "
    "false_positive_rate, gained, lost"
)
TOY_TRAIN = ("train", "--dataset", "toy", "--attribute", "kind", "--hidden", 8, "--epochs", 1, "--other-seeds", 0)

pytestmark = pytest.mark.usefixtures("toy_known")


def is_error(told: Outcome, code: int, *parts: str, kind: str = "wrong_input") -> None:
    """One line on standard error with these parts; with --json the same in an object."""
    assert told.code == code
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err
    for part in parts:
        assert part in told.err, told.err
    if told.out:
        assert told.json == {"error": {"code": kind, "message": told.err.strip()}}


# point and curve


def test_point_has_exactly_the_keys_of_the_contract(toy_trained: Path, cli: Cli) -> None:
    for extra in ((), ("--stored",)):
        found = cli("point", toy_trained, "--alpha", 0.3, "--json", *extra).json
        assert set(found) == set(POINT_KEYS.split(", "))
        assert found["source"] == ("stored" if extra else "rows")
        assert [set(group) for group in found["groups"]] == [set(GROUP_KEYS.split(", "))] * 3
        assert all(set(entry) == {"group", "metric", "n", "reason"} for entry in found["left_out"])
        assert "c" in {entry["group"] for entry in found["left_out"]}
    assert (found["checkpoint"], found["format"], found["split"], found["n"]) == ("toy-kind-dp", 1, "test", 480)


@pytest.mark.parametrize("threshold", [0.5, 0.21])
@pytest.mark.parametrize("split", ["tune", "certify", "test"])
def test_rows_stored_counts_and_plain_formulas_agree(toy_trained: Path, cli: Cli, split: str, threshold: float) -> None:
    ready = checkpoint.read(toy_trained)
    table = evaluate.rows(ready).splits[split]
    for alpha in (0.0, 0.4, 1.0):
        options = ("--alpha", alpha, "--split", split, "--threshold", threshold, "--json")
        rows, stored = (cli("point", toy_trained, *options, *extra).json for extra in ((), ("--stored",)))
        assert (rows.pop("source"), stored.pop("source")) == ("rows", "stored")
        assert rows == stored
        scores = evaluate.scores(ready.line.at(ready.position(alpha)), table)
        decisions = reference.decide(scores, threshold)
        everyone = np.ones(len(table), bool)
        before = reference.decide(evaluate.scores(ready.line.at(ready.position(0)), table), threshold)
        expected = {
            "accuracy": reference.accuracy(decisions, table.label, everyone),
            "decision_rate": reference.decision_rate(decisions, table.label, everyone),
            "average_precision": average_precision_score(table.label, scores),
            "dp_gap": reference.gap("dp", decisions, table.label, table.group),
            "eo_gap": reference.gap("eo", decisions, table.label, table.group),
            "eodds_gap": reference.gap("eodds", decisions, table.label, table.group),
        }
        for name, value in expected.items():
            assert rows[name] == (None if np.isnan(value) else pytest.approx(value, abs=1e-12)), name
        assert (rows["gained"], rows["lost"]) == reference.moved(before, decisions, everyone)


def test_weighted_figures_are_weighted(toy_trained: Path, cli: Cli) -> None:
    ready = checkpoint.read(toy_trained)
    table = evaluate.rows(ready).splits["test"]
    found = cli("point", toy_trained, "--alpha", 0.5, "--weighted", "--json").json
    decisions = reference.decide(evaluate.scores(ready.line.at(ready.position(0.5)), table), 0.5)
    expected = reference.accuracy(decisions, table.label, np.ones(len(table), bool), table.weight)
    assert found["accuracy"] == pytest.approx(expected, abs=1e-12)
    assert found["weighted"] is True
    text = cli("point", toy_trained, "--alpha", 0.5, "--weighted").out
    assert f"threshold 0.5, test rows that stand for {table.weight.sum():,.0f} (recomputed)\n" in text
    told = cli("point", toy_trained, "--alpha", 0.5, "--weighted", "--split", "tune", "--stored", "--json")
    is_error(told, 2, "toy-kind-dp holds no weights for these rows; leave --weighted out")


def test_a_curve_is_a_list_of_points(toy_trained: Path, cli: Cli) -> None:
    for extra, source in (((), "rows"), (("--stored",), "stored")):
        found = cli("curve", toy_trained, "--alphas", LEVELS, "--json", *extra).json
        assert (found["checkpoint"], found["source"], len(found["levels"])) == ("toy-kind-dp", source, LEVELS)
        assert [level["alpha"] for level in found["levels"]] == [i / 10 for i in range(LEVELS)]
        assert found["levels"][3] == cli("point", toy_trained, "--alpha", 0.3, "--json", *extra).json


def test_the_text_form_says_where_figures_come_from(toy_trained: Path, cli: Cli) -> None:
    told = cli("point", toy_trained, "--alpha", 0.3)
    assert told.out.startswith("toy-kind-dp, alpha 0.3, threshold 0.5, 480 test rows (recomputed)\n")
    assert "\n  a: n " in told.out
    assert "480 test rows (from stored counts)" in cli("point", toy_trained, "--alpha", 0.3, "--stored").out
    told = cli("curve", toy_trained, "--alphas", 3)
    assert [line.split()[0] for line in told.out.splitlines()] == ["alpha", "0.000", "0.500", "1.000"]


def test_without_rows_stored_counts_serve_and_say_so(toy_trained: Path, cli: Cli, monkeypatch) -> None:
    def absent(*_: object) -> None:
        raise FileNotFoundError(2, "No such file", "adult.parquet")

    monkeypatch.setattr(evaluate, "prepare", absent)
    assert cli("point", toy_trained, "--alpha", 0.3, "--json").json["source"] == "stored"
    for extra in ((), ("--json",)):
        told = cli("point", toy_trained, "--alpha", 0.35, *extra)
        is_error(told, 4, "Alpha 0.35 is not stored", "use 0.3 or 0.4", kind="rows_absent")
    is_error(cli("point", toy_trained, "--alpha", 0, "--split", "train"), 4, "No stored counts of split 'train'")


# What is wrong in a request


@pytest.mark.parametrize("as_json", [(), ("--json",)])
@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--alpha", 1.5), ("Alpha 1.5 is out of range", "from 0 (accuracy end) to 1 (fairness end)")),
        (("--alpha", -0.1), ("Alpha -0.1 is out of range",)),
        (("--alpha", "nan"), ("Alpha nan is out of range",)),
        (("--alpha", "much"), ("Invalid value for '--alpha'", "(got 'much'). See --help")),
        ((), ("Missing option '--alpha'", "See --help")),
        (("--alpha", 0.5, "--split", "tst"), ("Unknown split 'tst'", "Did you mean 'test'?")),
        (("--alpha", 0.5, "--threshold", 0.505), ("Threshold 0.505 is not a whole hundredth; use 0.50 or 0.51",)),
        (("--alpha", 0.5, "--threshold", 1), ("Threshold 1.0 is outside the grid",)),
        (("--alpha", 0.5, "--threshhold", 0.5), ("No such option: --threshhold",)),
    ],
)
def test_wrong_points_are_one_line(toy_trained: Path, cli: Cli, options: tuple, parts: tuple, as_json: tuple) -> None:
    told = cli("point", toy_trained, *options, *as_json)
    is_error(told, 2, *parts)
    assert bool(told.out) == bool(as_json)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        (("--dataset", "adlt"), ("Unknown data set 'adlt'", "Did you mean 'adult'?")),
        (("--attribute", "sexx"), ("Unknown attribute of adult 'sexx'", "Did you mean 'sex'?")),
        (("--notion", "eop"), ("Unknown notion 'eop'. Known: dp, eo, eodds", "Did you mean 'eo'?")),
        (("--notion", "../../x"), ("Unknown notion '../../x'",)),
        (("--objective", "papr"), ("Unknown objective 'papr'", "Did you mean 'paper'?")),
        (("--split", "half"), ("Unknown split 'half'. Known: default, paper",)),
        (("--epochs", 0, "--dropout", 1), ("epochs=0 (at least 1)", "dropout=1.0")),
        (("--seed", 2**40), ("seed=1099511627776 (at most",)),
        (("--epochs", "many"), ("Invalid value for '--epochs'", "(got 'many'). See --help")),
    ],
)
def test_wrong_training_is_one_line_and_leaves_nothing(cli: Cli, tmp_path, monkeypatch, options, parts) -> None:
    monkeypatch.chdir(tmp_path)
    for extra in (("--json",), ("--out", "here/line", "--json")):
        is_error(cli("train", *options, *extra), 2, *parts)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (
            ("--methods", "erm,fixd"),
            f"Unknown method 'fixd'. Known: {', '.join(sorted(METHODS))}. Did you mean 'fixed'?",
        ),
        (("--penalties", "1:2"), "Penalties '1:2' cannot be read; write numbers above 0 as 0.05:1:0.05,2,4"),
        (("--seeds", 0), "Got 0 seeds; ask for at least 1"),
        (("--jobs", 0), "Got --jobs 0; give a number of processes"),
    ],
)
def test_wrong_baselines_are_one_line(toy_copy: Path, cli: Cli, options: tuple, part: str) -> None:
    is_error(cli("baselines", toy_copy, *options, "--json"), 2, part)
    assert [p.name for p in toy_copy.parent.iterdir()] == [toy_copy.name]


def test_wrong_grids_and_commands_are_one_line(toy_trained: Path, cli: Cli) -> None:
    is_error(cli("curve", toy_trained, "--alphas", 1), 2, "Got 1 alphas; ask for 2 to 10,001")
    is_error(cli("poin"), 2, "No such command 'poin'", "See --help")


def test_an_internal_failure_is_one_line_and_a_log(toy_trained: Path, cli: Cli, monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr(checkpoint, "read", lambda path: 1 / 0)
    told = cli("point", toy_trained, "--alpha", 0.5, "--json")
    is_error(told, 1, "Internal failure (ZeroDivisionError); details are in", kind="failed")
    (log,) = tmp_path.glob("yodo-*.log")
    assert str(log) in told.err
    assert "ZeroDivisionError: division by zero" in log.read_text()


def test_help_lists_the_commands(cli: Cli) -> None:
    told = cli("--help")
    assert told.code == 0
    for command in ("data", "train", "baselines", "point", "curve"):
        assert f"  {command} " in told.out
    told = cli("baselines", "--help")
    assert [name for name in METHODS if name not in told.out.replace("\n", "").replace(" ", "")] == []
    bare = cli()
    assert bare.code == 2
    assert bare.err.startswith("Usage: ")
    assert "\n" in bare.err.strip(), "a page of help, not one long line"


def test_data_list_says_what_there_is(cli: Cli) -> None:
    cards = cli("data", "list", "--json").json["datasets"]
    adult = next(card for card in cards if card["dataset"] == "adult")
    assert (adult["rows"], adult["attributes"], adult["licence"]) == (48_842, ["sex", "race", "sex+race"], "CC BY 4.0")
    assert adult["absent"] is None
    told = cli("data", "list").out
    assert "adult: Adult census, 1994, 48,842 rows; attributes sex, race, sex+race" in told
    assert "  favourable outcome >50K, 23.9% of the rows (predicted to earn over $50,000; among people who do" in told
    assert "  by sex: Men 32,650 rows (30.4%), Women 16,192 rows (10.9%)\n" in told
    assert "own-<file>: a CSV or Parquet file of your own\n  as in train --data FILE" in told


def test_data_list_says_whose_rows_are_absent(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("YODO_DATA", raising=False)
    listed = cli("data", "list", "--json").json
    kdd = next(card for card in listed["datasets"] if card["dataset"] == "kdd")
    assert (kdd["rows"], listed["patterns"][0]) == (None, "acs-<problem>-<state>-<year>")
    assert "set YODO_DATA" in kdd["absent"]
    told = cli("data", "list").out
    assert f"its rows are not on this machine: {kdd['absent']}" in told
    assert "the folder that YODO_PUMS_ROOT names" in told


@pytest.mark.parametrize(("name", "variable"), [("kdd", "YODO_DATA"), ("acs-income-ca-2018", "YODO_PUMS_ROOT")])
def test_absent_rows_end_training_in_one_line(
    name: str, variable: str, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name_of in ("YODO_DATA", "YODO_PUMS_ROOT"):
        monkeypatch.delenv(name_of, raising=False)
    ended = cli("train", "--dataset", name, "--out", tmp_path / "out")
    assert (ended.code, ended.out) == (4, "")
    assert f"set {variable}" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


# train


def test_every_field_of_the_config_is_an_option_with_its_help() -> None:
    options = {p.name: p for p in __main__.typer.main.get_command(__main__.app).commands["train"].params}  # type: ignore[attr-defined]
    for field in fields(TrainConfig):
        assert field.name in options, f"--{field.name} is missing"
        assert options[field.name].help == field.metadata["help"]  # type: ignore[attr-defined]
        assert options[field.name].default == field.default


def test_train_writes_a_checkpoint_that_names_its_command(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "a b" / "line"
    told = cli(*TOY_TRAIN, "--out", out, "--seed", 3, "--json")
    assert told.code == 0
    assert set(told.json) >= {"checkpoint", "path", "seconds", "steps", "rows_per_second", "stopped_early"}
    assert (told.json["checkpoint"], told.json["path"], told.json["steps"]) == ("line", str(out), 2)
    ready = checkpoint.read(out)
    assert ready.manifest["command"] == (
        "python -m yodo_core train --dataset toy --attribute kind --hidden 8 --epochs 1 --other-seeds 0 "
        f"--out '{out}' --seed 3"
    )
    assert (ready.seed, ready.manifest["training"]["hidden"]) == (3, 8)


def test_a_trained_line_holds_where_each_share_is_gone_and_point_goes_by_it(cli: Cli, adult_trained: Path) -> None:
    ready = checkpoint.read(adult_trained)
    knots = ready.manifest["alpha_map"]
    assert knots["threshold"] == 0.5
    alphas, positions = (np.array(knots[name]) for name in ("alphas", "positions"))
    assert (alphas[0], alphas[-1], positions[0]) == (0, 1, 0)
    assert (np.diff(alphas) > 0).all()
    assert (np.diff(positions) >= 0).all()
    assert 0 < positions[-1] <= 1
    prepared = evaluate.rows(ready)
    gaps = []
    for alpha in (0.0, 0.5, 1.0):
        position = float(np.interp(alpha, alphas, positions))
        for split, extra in (("test", ()), ("test", ("--stored",)), ("tune", ())):
            found = cli("point", adult_trained, "--alpha", alpha, "--split", split, "--json", *extra).json
            assert found["position"] == pytest.approx(position, abs=1e-9)
            table = prepared.splits[split]
            decided = reference.decide(evaluate.scores(ready.line.at(position), table), 0.5)
            # A score within rounding of the threshold may fall to either side of it.
            assert found["dp_gap"] == pytest.approx(reference.gap("dp", decided, table.label, table.group), abs=1e-3)
            right = reference.accuracy(decided, table.label, np.ones(len(table), bool))
            assert found["accuracy"] == pytest.approx(right, abs=1e-3)
        gaps.append(found["dp_gap"])
    assert gaps[0] > 0.1
    assert gaps[1] == pytest.approx(gaps[0] / 2, abs=0.1 * gaps[0]), "half of it is gone at 0.5, on tune rows"


def test_the_papers_objective_has_no_map(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alpha_map, "fit", lambda *_: 1 / 0)
    assert cli(*TOY_TRAIN, "--objective", "paper", "--out", tmp_path / "line").code == 0
    ready = checkpoint.read(tmp_path / "line")
    assert ready.manifest["alpha_map"] is None
    assert ready.position(0.3) == 0.3


def test_an_existing_checkpoint_is_refused_unless_told(cli: Cli, toy_copy: Path) -> None:
    before = sha256((toy_copy / "manifest.json").read_bytes()).hexdigest()
    is_error(cli(*TOY_TRAIN, "--out", toy_copy), 2, "already holds a checkpoint; use --overwrite")
    told = cli(*TOY_TRAIN, "--out", toy_copy, "--resume", "--json")
    is_error(told, 2, "is complete and there is nothing to resume; use --overwrite to train it again")
    assert sha256((toy_copy / "manifest.json").read_bytes()).hexdigest() == before
    assert cli(*TOY_TRAIN, "--out", toy_copy, "--overwrite", "--json").code == 0
    assert checkpoint.read(toy_copy).manifest["training"]["hidden"] == 8


def test_a_folder_of_somebodys_own_is_never_written_over(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    for extra in ((), ("--overwrite",)):
        is_error(cli(*TOY_TRAIN, "--out", tmp_path, *extra), 2, "holds thesis.txt, which is no file of a checkpoint")
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    assert not tmp_path.with_name(tmp_path.name + ".partial").exists()


def test_the_default_place_is_named_after_what_is_trained() -> None:
    names = {
        "adult-sex-dp": TrainConfig(),
        "adult-sex+race-eo": TrainConfig(attribute="race+sex", notion="eo"),
        "adult-sex-dp-with": TrainConfig(attribute="gender", with_attribute=True),
        "adult-race-eodds-paper": TrainConfig(attribute="race", notion="eodds", objective="paper"),
    }
    for name, config in names.items():
        assert train_command.default_out(config) == Path("checkpoints") / name


# Ctrl-C


@pytest.mark.parametrize("stop_in", ["training", "curve"])
def test_stopped_and_resumed_equals_uninterrupted(cli: Cli, tmp_path: Path, monkeypatch, stop_in: str) -> None:
    """In this process; a signal at step 5, in the middle of an epoch, or while levels are counted."""
    command = (*TOY_TRAIN[:-4], "--epochs", 2, "--batch-size", 128, "--dropout", 0.2, "--other-seeds", 1)
    assert cli(*command, "--out", tmp_path / "whole").code == 0
    seen = []

    def interrupt(real: Callable, at: int) -> Callable:
        def call(*args: object) -> object:
            seen.append(1)
            if len(seen) == at:
                os.kill(os.getpid(), signal.SIGINT)
            return real(*args)

        return call

    with monkeypatch.context() as patch:
        if stop_in == "training":
            patch.setattr(Calibrated, "loss", interrupt(Calibrated.loss, 5))
        else:
            patch.setattr(train_command, "_give_way", interrupt(train_command._give_way, 5))
        told = cli(*command, "--out", tmp_path / "line", "--json")
    is_error(told, 130, "Stopped; progress is saved in", "line.partial. Continue with --resume.", kind="stopped")
    assert not (tmp_path / "line").exists()
    other = cli(*command, "--out", tmp_path / "line", "--resume", "--seed", 9)
    is_error(other, 2, "holds a run with other seed; repeat its options")
    again = cli(*command, "--out", tmp_path / "line", "--resume", "--json")
    assert again.code == 0
    assert again.json["resumed"] is True
    for name in ("line.safetensors", "curve.parquet"):
        files = [sha256((tmp_path / folder / name).read_bytes()).hexdigest() for folder in ("whole", "line")]
        assert files[0] == files[1], name
    assert not (tmp_path / "line.partial").exists()
    assert checkpoint.read(tmp_path / "line").manifest["command"].endswith(f"--out {tmp_path}/line")


def weights(folder: Path) -> str:
    return sha256((folder / "line.safetensors").read_bytes()).hexdigest()


def test_ctrl_c_to_a_real_process_exits_130_and_resumes_to_the_same_weights(cli: Cli, tmp_path: Path) -> None:
    """Adult's rows, stopped once the first 200 of 570 steps are on disk, resumed here."""
    options = ["--hidden", "16", "--epochs", "10", "--threads", "1", "--other-seeds", "0", "--dropout", "0.1"]
    command = ["train", *options, "--out", str(tmp_path / "line"), "--json"]
    process = subprocess.Popen(
        [sys.executable, "-m", "yodo_core", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    state = tmp_path / "line.partial" / "state.safetensors"
    deadline = time.monotonic() + 90
    while not state.exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    is_error(Outcome(process.returncode, out, err), 130, "Stopped; progress is saved in", kind="stopped")
    with safe_open(state, "pt") as stored:
        assert 200 <= int(stored.metadata()["step"]) < 570
    assert cli(*command, "--resume").code == 0
    assert cli("train", *options, "--out", tmp_path / "whole", "--json").code == 0
    assert weights(tmp_path / "line") == weights(tmp_path / "whole")


@pytest.mark.parametrize(
    "error", [errors.InterruptedRun, errors.RowsAbsentError, FetchError, RankLostError, WorkersLostError]
)
def test_code_1_stays_with_internal_failures(cli: Cli, monkeypatch: pytest.MonkeyPatch, error: type[YodoError]) -> None:
    def lose(*_: object, **__: object) -> None:
        raise error("Gone. Run it again to go on.")

    monkeypatch.setattr(train_command, "run", lose)
    told = cli(*TOY_TRAIN, "--json")
    assert told.code in (2, 3, 4, 130)
    assert told.json["error"] == {"code": error.code, "message": "Gone. Run it again to go on."}


def test_a_damaged_checkpoint_in_a_real_process(toy_copy: Path) -> None:
    (toy_copy / "line.safetensors").write_bytes(b"\x80\x04pickle")
    told = subprocess.run(
        [sys.executable, "-W", "error", "-m", "yodo_core", "point", str(toy_copy), "--alpha", "0.5", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "line.safetensors differs from its hash in manifest.json" in told.stderr
    assert json.loads(told.stdout)["error"]["code"] == "bad_checkpoint"
