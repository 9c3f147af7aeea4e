"""An alpha for each region: row by row the model of that alpha; refused by a sensitive group; wrong files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.conftest import Outcome
from tests.data.census import people, writer
from tests.elsewhere import file_of, line, other_rows, states, trained
from yodo_core import checkpoint, evaluate
from yodo_core.checkpoint import Checkpoint
from yodo_core.commands.evaluate import by_policy
from yodo_core.data.pums import STATES
from yodo_core.elsewhere import measure
from yodo_core.elsewhere.file import of_file
from yodo_core.elsewhere.place import listed, of_datasets
from yodo_core.elsewhere.policy import Policy, by_row
from yodo_core.errors import InputError

__all__ = ["line", "states"]
Cli = Callable[..., Outcome]


@pytest.fixture
def ready(toy_trained: Path, toy_known: None) -> Checkpoint:
    return checkpoint.read(toy_trained)


@pytest.fixture
def frame() -> pd.DataFrame:
    """Rows with a region that is no feature and tells nothing of the groups."""
    regions = np.random.default_rng(3).choice(["hill", "sea"], 900)
    return other_rows(900).assign(region=regions)


def policy_of(folder: Path, text: str) -> Path:
    (folder / "policy.csv").write_text(text, "utf-8")
    return folder / "policy.csv"


def test_each_row_is_scored_by_the_model_at_its_own_position(ready: Checkpoint) -> None:
    table = evaluate.rows(ready).splits["test"]
    positions = np.random.default_rng(0).choice([0.0, 0.3, 1.0], len(table))
    found = by_row(ready.line, positions, table)
    for position in np.unique(positions):
        rows = np.flatnonzero(positions == position)
        assert found[rows] == pytest.approx(evaluate.scores(ready.line.at(position), table.take(rows)), abs=1e-6)


def test_regions_have_the_figures_of_their_alpha_and_add_up(
    ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path
) -> None:
    where = [of_file(ready, file_of(tmp_path, frame))]
    rules = policy_of(tmp_path, "region,alpha\nhill,0.25\nsea,1\ndesert,0.5\n")
    found = by_policy(ready, where, Policy.of_file(rules, "region"), 0.5, False)
    assert found["without_rows"] == ["desert"]
    assert found["by_group"] is None
    for entry in found["regions"]:
        mine = frame[frame["region"] == entry["region"]].drop(columns="region")
        alone = of_file(ready, file_of(tmp_path, mine, f"{entry['region']}.csv"))
        counts = measure.measure(ready, alone, [0.0, entry["alpha"]]).counts
        (expected,) = measure.records(ready, [(entry["alpha"], counts.level(1))], 0.5, "all", "rows")
        assert {k: entry[k] for k in expected} == expected
    assert {entry["region"]: entry["alpha"] for entry in found["regions"]} == {"hill": 0.25, "sea": 1.0}
    total = found["total"]
    assert total["n"] == sum(entry["n"] for entry in found["regions"]) == len(frame)
    assert total["gained"] == sum(entry["gained"] for entry in found["regions"])
    right = sum(entry["accuracy"] * entry["n"] for entry in found["regions"])
    assert total["accuracy"] == pytest.approx(right / len(frame))
    assert total["alpha"] is total["position"] is None


def test_one_alpha_for_all_is_that_level(ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path) -> None:
    where = of_file(ready, file_of(tmp_path, frame))
    rules = policy_of(tmp_path, "alpha,region\n0.5,hill\n0.5,sea\n")
    total = by_policy(ready, [where], Policy.of_file(rules, "region"), 0.5, False)["total"]
    counts = measure.measure(ready, where, [0.0, 0.5]).counts
    (level,) = measure.records(ready, [(0.5, counts.level(1))], 0.5, "all", "rows")
    for key in ("n", "accuracy", "decision_rate", "dp_gap", "eo_gap", "eodds_gap", "gained", "lost", "groups"):
        assert total[key] == level[key], key


def test_states_may_be_named_by_code_number_or_name_and_are_the_region_by_default(
    cli: Cli, line: Checkpoint, tmp_path: Path
) -> None:
    rules = policy_of(tmp_path, " Region, ALPHA\nTexas, 0.5\n72, 0\nny, 1\n")
    options = ("--dataset", "acs-income", "--states", "TX,PR", "--year", "2018", "--alphas", 3, "--policy", rules)
    found = cli("evaluate", line.path, *options, "--json").json
    policy = found["policy"]
    assert policy["column"] == "ST"
    assert policy["without_rows"] == ["NY"]
    texas, puerto_rico = found["places"][1:3]
    by_region = {entry["region"]: entry for entry in policy["regions"]}
    for key in ("n", "accuracy", "dp_gap", "gained", "lost"):
        assert by_region["TX"][key] == texas["levels"][1][key]
        assert by_region["PR"][key] == puerto_rico["levels"][0][key]
    text = cli("evaluate", line.path, *options).out
    total = next(row for row in text.splitlines() if row.startswith("policy: everyone"))
    assert {"mixed", f"{policy['total']['n']:,}", f"{policy['total']['accuracy']:.4f}"} <= set(total.split())
    assert "policy: no rows of NY" in text


def test_a_state_that_is_a_feature_too_stays_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """At one alpha for all, a policy by state has the figures of that level, though the state tells the outcome."""
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path))
    for seed, state in enumerate(("ca", "tx")):
        frame = people(900, seed=seed, problem="public-coverage").assign(ST=int(STATES[state]), PINCP=1)
        often = np.random.default_rng(seed).random(900) < (0.9 if state == "tx" else 0.1)
        writer(tmp_path)(frame.assign(PUBCOV=np.where(often, 1, 2)), state)
    ready = trained("acs-public-coverage-ca+tx-2018", tmp_path_factory.mktemp("lines") / "states")
    where = of_datasets(ready, listed("acs-public-coverage", "CA,TX", "2018", None))
    found = by_policy(ready, where, Policy("ST", {"CA": 0.0, "TX": 0.0}), 0.5, False)
    for one, region in zip(where, found["regions"], strict=True):
        level = measure.described(ready, measure.measure(ready, one, [0.0]), [0.0], 0.5)["levels"][0]
        assert one.state == region["region"]
        assert level["decision_rate"] == (1 if one.state == "TX" else 0)
        assert region["groups"] == level["groups"]


@pytest.mark.parametrize("column", ["kind", "twin"])
def test_a_policy_by_group_is_refused_with_the_reason_unless_it_is_asked_for(
    cli: Cli, ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path, column: str
) -> None:
    rows = file_of(tmp_path, frame.assign(twin=frame["kind"].map({"a": "p", "b": "q", "c": "r"})))
    names = frame["kind"].unique() if column == "kind" else ["p", "q", "r"]
    rules = policy_of(tmp_path, "region,alpha\n" + "".join(f"{name},0.5\n" for name in names))
    options = ("--data", rows, "--policy", rules, "--region", column)
    ended = cli("evaluate", ready.path, *options)
    assert ended.code == 2
    reason = "kind is how rows.csv records kind" if column == "kind" else "twin nearly tells kind"
    assert f"decides by a protected characteristic: {reason}" in ended.err
    assert "--policy-by-group" in ended.err
    assert ended.err.count("\n") == 1
    allowed = cli("evaluate", ready.path, *options, "--policy-by-group", "--json").json["policy"]
    assert reason in allowed["by_group"]
    assert len(allowed["regions"]) == 3


def test_any_declared_attribute_is_a_protected_characteristic(cli: Cli, line: Checkpoint, tmp_path: Path) -> None:
    rules = policy_of(tmp_path, "region,alpha\n1,0\n2,1\n")
    options = ("--dataset", "acs-income", "--states", "TX", "--year", "2018", "--policy", rules)
    ended = cli("evaluate", line.path, *options, "--region", "RAC1P")
    assert ended.code == 2
    assert "RAC1P is how acs-income-tx-2018 records race" in ended.err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("region,alpha\nhill,0.5\n", "it has no alpha for sea, which the rows have in region"),
        ("region,alpha\nhill,0.5\nhill,0.6\nsea,1\n", "it holds hill more than once"),
        ("region,alpha\nhill,1.5\nsea,-0.1\n", r"not for hill (1.5), sea (-0.1)"),
        ("region,alpha\nhill,\nsea,nan\n", r"not for hill (empty), sea (nan)"),
        ("region,alpha\nhill,2\nhill,1\n", "it holds hill more than once; alpha must be a number from 0 to 1, which"),
        ("place,alpha\nhill,1\nsea,1\n", "has the columns place, alpha and 2 rows; expected region,alpha"),
        ("region,alpha\n", "and 0 rows; expected region,alpha"),
        ("", "cannot be read (No columns to parse from file)"),
        ("region,alpha\nhill,0.5,1\nsea,1,1\n", "has rows of more than two cells; expected region,alpha in each"),
        ("region,alpha\nhill,0.5\nsea,1,1\n", "Expected 2 fields in line 3, saw 3"),
        (
            "region,alpha\nsea,0\nhill,0\n" + "".join(f"r{i},{i / 100}\n" for i in range(1, 70)),
            "it has 70 different alphas, and at most 64",
        ),
    ],
)
def test_a_wrong_policy_ends_in_one_line_with_everything_wrong(
    cli: Cli, ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path, text: str, message: str
) -> None:
    rows = file_of(tmp_path, frame)
    ended = cli("evaluate", ready.path, "--data", rows, "--policy", policy_of(tmp_path, text), "--region", "region")
    assert ended.code == 2
    assert message in ended.err
    assert ended.err.count("\n") == 1
    assert ended.out == ""


def test_all_that_is_wrong_with_a_policy_stands_in_one_message() -> None:
    with pytest.raises(InputError, match=r"used: one; two; it has no alpha for x, y, which the rows have in town"):
        Policy("town", {"z": 0.5}, ("one", "two")).check(["y", "z", "x"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--region", "nowhere"), "lacks the columns nowhere"),
        ((), "Got --policy without --region"),
        (("--region", "region", "--policy", "absent.csv"), "absent.csv cannot be read"),
    ],
)
def test_a_policy_needs_a_column_and_a_file(
    cli: Cli, ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    rules = policy_of(tmp_path, "region,alpha\nhill,0\nsea,1\n")
    ended = cli("evaluate", ready.path, "--data", file_of(tmp_path, frame), "--policy", rules, *options)
    assert ended.code == 2
    assert message in ended.err


def test_a_column_that_a_survey_lacks_is_named(line: Checkpoint) -> None:
    where = of_datasets(line, listed("acs-income", "TX", "2018", None))
    with pytest.raises(InputError, match=r"Texas 2018 has no column 'PUMA'; name one of .*OCCP"):
        by_policy(line, where, Policy("PUMA", {"1": 0.0}), 0.5, False)


def test_empty_regions_are_named_as_such(ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path) -> None:
    frame.loc[:5, "region"] = None
    where = [of_file(ready, file_of(tmp_path, frame))]
    with pytest.raises(InputError, match=r"no alpha for \(empty\), which"):
        by_policy(ready, where, Policy("region", {"hill": 0.0, "sea": 1.0}), 0.5, False)


def test_a_policy_for_people_of_unknown_groups_only_ends_as_without_one(
    cli: Cli, ready: Checkpoint, frame: pd.DataFrame, tmp_path: Path
) -> None:
    options = ("--data", file_of(tmp_path, frame.assign(kind=np.where(frame["region"] == "sea", "d", "e"))))
    without = cli("evaluate", ready.path, *options)
    assert (without.code, without.err.count("\n")) == (2, 1)
    assert "has no rows of the groups" in without.err
    rules = policy_of(tmp_path, "region,alpha\nhill,0\nsea,1\n")
    ended = cli("evaluate", ready.path, *options, "--policy", rules, "--region", "colour", "--policy-by-group")
    assert "no alpha for blue, green, red" in ended.err
    rules = policy_of(tmp_path, "region,alpha\nred,0\ngreen,1\nblue,1\n")
    assert cli("evaluate", ready.path, *options, "--policy", rules, "--region", "colour") == without


def test_the_most_regions_there_may_be_are_read_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many comparisons as regions, not as many as their square; each is counted as it is compared."""
    compared = []

    class Region(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return str.__eq__(self, str(other))

        __hash__ = str.__hash__

    monkeypatch.setattr("yodo_core.elsewhere.policy._region", lambda text, column: Region(text))
    text = "region,alpha\n" + "".join(f"r{i},0.5\n" for i in range(500)) + "r7,1\n"
    found = Policy.of_file(policy_of(tmp_path, text), "town")
    assert found.wrong == ("it holds r7 more than once",)
    assert len(found.alphas) == 500
    assert len(compared) < 5_000


@pytest.mark.parametrize("option", [("--region", "place"), ("--policy-by-group",)])
def test_options_of_a_policy_need_one(cli: Cli, ready: Checkpoint, tmp_path: Path, option: tuple[str, ...]) -> None:
    ended = cli("evaluate", ready.path, "--data", tmp_path / "rows.csv", *option)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "without --policy" in ended.err
