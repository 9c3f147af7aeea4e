"""`data fetch` and `data show`, and the ACS by problem, states and year in `train` and `point`, on made-up people."""

from __future__ import annotations

import io
import json
import shlex
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Outcome, few_levels
from tests.data.census import people, with_replicates, writer
from tests.data.server import Server, serving
from yodo_core import __main__, checkpoint, evaluate
from yodo_core.commands import train as train_command
from yodo_core.config import TrainConfig
from yodo_core.data import fetch, get, remote, resolve
from yodo_core.data.acs_words import PROBLEMS
from yodo_core.fairness.replication import FIGURES, standard_errors

ROOT = Path(__file__).parents[1]
Cli = Callable[..., Outcome]
CALIFORNIA = ("acs-income", "--states", "CA", "--year", 2018)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Both addresses lead to this machine, and downloads into an empty folder; no second is waited between tries."""
    monkeypatch.setenv("YODO_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("YODO_PUMS_ROOT", raising=False)
    monkeypatch.setattr(fetch.time, "sleep", lambda _: None)
    with serving() as running:
        monkeypatch.setattr(remote, "CENSUS", running.url)
        monkeypatch.setattr(remote, "UCI", running.url)
        yield running


def zipped(state: str, count: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ACS2018_PUMS_README.pdf", b"read me")
        archive.writestr(f"psam_p{state}.csv", people(count, int(state)).to_csv(index=False))
    return packed.getvalue()


# data fetch


def test_fetched_files_are_found_and_not_fetched_again(cli: Cli, server: Server, tmp_path: Path) -> None:
    server.files = {"/2018/1-Year/csv_pca.zip": zipped("06", 50), "/2018/1-Year/csv_pny.zip": zipped("36", 40)}
    told = cli("data", "fetch", "acs-income", "--states", "CA,NY", "--year", 2018, "--json").json
    folder = tmp_path / "data" / "pums" / "2018" / "1-Year"
    assert (told["dataset"], [file["fetched"] for file in told["files"]]) == ("acs-income-ca+ny-2018", [True, True])
    assert [file["path"] for file in told["files"]] == [str(folder / "psam_p06.csv"), str(folder / "psam_p36.csv")]
    assert [file["bytes"] for file in told["files"]] == [Path(file["path"]).stat().st_size for file in told["files"]]
    assert sorted(path.name for path in folder.iterdir()) == ["psam_p06.csv", "psam_p36.csv"]
    assert len(get("acs-income-ca+ny-2018").load()) == 90
    again = cli("data", "fetch", *CALIFORNIA)
    size = told["files"][0]["bytes"]
    assert again.out == f"{folder / 'psam_p06.csv'}: {size:,} bytes, was there already\n"
    assert len(server.asked) == 2


def test_files_of_ones_own_are_used_as_they_are(
    cli: Cli, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = writer(tmp_path / "own")(people(30))
    monkeypatch.setenv("YODO_PUMS_ROOT", str(tmp_path / "own"))
    told = cli("data", "fetch", *CALIFORNIA, "--json").json
    assert told["files"] == [{"path": str(path), "bytes": path.stat().st_size, "fetched": False}]
    assert server.asked == []


def test_where_each_file_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    base = "https://www2.census.gov/programs-surveys/acs/data/pums"
    (one,) = remote.remotes("acs-mobility-ut-2016-5y")
    assert (one.url, one.member) == (f"{base}/2016/5-Year/csv_put.zip", "ss16put.csv")
    (one,) = remote.remotes("acs-income-pr-2022")
    assert (one.url, one.member) == (f"{base}/2022/1-Year/csv_ppr.zip", "psam_p72.csv")
    (one,) = remote.remotes("kdd")
    assert one.url.startswith("https://archive.ics.uci.edu/")
    assert one.url.endswith("/census-income.test.gz")
    assert [one.member for one in remote.remotes("kdd", everything=True)] == [None, None]


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (("adult",), 2, "There is nothing to fetch for 'adult'; expected kdd, or an ACS problem"),
        (("acs-income",), 2, "or an ACS problem with --states and --year"),
        (("acs-income", "--states", "CA"), 2, "Got acs-income without --year"),
        (("acs-incom-ca-2018",), 2, "Unknown ACS problem 'incom'"),
        (CALIFORNIA, 4, "csv_pca.zip cannot be fetched: the server answers 404 Not Found. Is there such a file"),
        (("kdd",), 4, "census-income.test.gz cannot be fetched: the server answers 404"),
        (("kdd", "--all"), 4, "census-income.data.gz cannot be fetched: the server answers 404"),
    ],
)
def test_failures_are_one_line(cli: Cli, server: Server, tmp_path: Path, options: tuple, code: int, told: str) -> None:
    ended = cli("data", "fetch", *options, "--json")
    assert (ended.code, len(ended.err.splitlines())) == (code, 1)
    assert told in ended.err
    assert ended.json["error"]["message"] == ended.err.strip()
    assert not (tmp_path / "data").exists()


def test_only_the_survey_is_asked_about_states_and_years(cli: Cli, server: Server) -> None:
    assert "Is there such a file for this state and year?" in cli("data", "fetch", *CALIFORNIA).err
    assert "Not Found. The address may have moved." in cli("data", "fetch", "kdd").err


def test_a_progress_file_that_cannot_be_written_is_one_line(cli: Cli, server: Server, tmp_path: Path) -> None:
    server.files = {"/2018/1-Year/csv_pca.zip": zipped("06", 50)}
    ended = cli("data", "fetch", *CALIFORNIA, "--progress-file", tmp_path / "none" / "x")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert f"The progress file {tmp_path / 'none' / 'x'} cannot be written (No such file or directory)" in ended.err


def test_ctrl_c_keeps_the_part_and_says_how_to_go_on(cli: Cli, server: Server, tmp_path: Path) -> None:
    """A real process, stopped while the server is silent."""
    whole = zipped("06", 25_000)
    path = "/2018/1-Year/csv_pca.zip"
    server.files, server.steps = {path: whole}, [("stall", 2 * fetch.BLOCK)]
    assert len(whole) > 2 * fetch.BLOCK
    code = "from yodo_core import __main__; from yodo_core.data import remote; "
    code += f"remote.CENSUS = {server.url!r}; __main__.main()"
    command = [sys.executable, "-c", code, "data", "fetch", *map(str, CALIFORNIA), "--json"]
    # Where the tests run in the background of a shell, Ctrl-C is ignored, and so it would be here.
    heeded = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    finally:
        signal.signal(signal.SIGINT, heeded)
    with process:
        try:
            deadline = time.monotonic() + 60
            while not [p for p in tmp_path.rglob("*.part") if p.stat().st_size == 2 * fetch.BLOCK]:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    (part,) = tmp_path.rglob("*.part")
    assert process.returncode == 130
    assert err == (
        f"Stopped while fetching {server.url}{path}; {2 * fetch.BLOCK:,} bytes are kept in {part}. "
        "Run the same command again to go on.\n"
    )
    assert json.loads(out)["error"]["code"] == "stopped"
    assert cli("data", "fetch", *CALIFORNIA, "--json").json["files"][0]["fetched"] is True
    assert server.asked[-1]["Range"] == f"bytes={2 * fetch.BLOCK}-"
    assert len(get("acs-income-ca-2018").load()) == 25_000


# data list and data show


def test_show_counts_groups_where_the_rows_are_here(cli: Cli, server: Server, tmp_path: Path) -> None:
    absent = cli("data", "show", *CALIFORNIA, "--json").json
    assert absent["rows"] is None
    assert absent["groups"]["sex"][0] == {"group": "Men", "n": None, "positives": None, "rate": None}
    assert "run `python -m yodo_core data fetch acs-income --states CA --year 2018`" in absent["absent"]
    writer(tmp_path / "data" / "pums")(people(90))
    found = cli("data", "show", *CALIFORNIA, "--json").json
    assert (found["rows"], found["positives"], found["absent"]) == (90, 18, None)
    assert {entry["group"]: entry["n"] for entry in found["groups"]["sex"]} == {"Men": 45, "Women": 45}
    told = cli("data", "show", "acs-income-ca-2018").out
    assert "  by sex, share with >50000:\n    Men: 45 rows, 20.0%\n" in told
    assert "    Asian: 10 rows, too few to tell\n" in told


def test_list_names_every_problem(cli: Cli) -> None:
    told = cli("data", "list").out
    for problem, known in PROBLEMS.items():
        title = f"acs-{problem}-<state>-<year>: {known.title}, any states, years from 2014 on"
        assert title in told
        assert known.qualified_phrase in told


# train and point by states and year


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small line on made-up Californians with replicate weights, whose folder YODO_PUMS_ROOT names."""
    root = tmp_path_factory.mktemp("pums")
    writer(root)(with_replicates(people(1_500)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YODO_PUMS_ROOT", str(root))
        patch.chdir(tmp_path_factory.mktemp("work"))
        few_levels(patch, 3)
        options = ("--attribute", "sex", "--hidden", 8, "--epochs", 1, "--other-seeds", 0, "--json")
        patch.setattr("sys.argv", ["yodo_core", "train", "--dataset", *map(str, (*CALIFORNIA, *options))])
        with pytest.raises(SystemExit) as ended:
            __main__.main()
        assert not ended.value.code
        yield Path("checkpoints/acs-income-ca-2018-sex-dp").absolute()


def test_states_and_year_become_the_data_set_and_stay_in_the_command(trained: Path) -> None:
    manifest = checkpoint.read(trained).manifest
    assert manifest["dataset"] == manifest["training"]["dataset"] == "acs-income-ca-2018"
    assert manifest["command"].startswith("python -m yodo_core train --dataset acs-income --states CA --year 2018")
    parser = __main__.typer.main.get_command(__main__.app).commands["train"]  # type: ignore[attr-defined]
    given = parser.make_context("train", shlex.split(manifest["command"])[4:]).params
    named = resolve(given["dataset"], given["states"], given["year"], given["horizon"])
    options = {key: given[key] for key in TrainConfig.__dataclass_fields__}
    config = TrainConfig(**{**options, "dataset": named})
    assert config.to_json() == manifest["training"]
    assert train_command.default_out(config).name == trained.name
    assert (manifest["unit"], manifest["weight"]) == ("SERIALNO", "PWGTP")


def test_weighted_figures_have_errors_from_replicate_weights(trained: Path, cli: Cli) -> None:
    ready = checkpoint.read(trained)
    prepared = evaluate.rows(ready, with_replicates=True)
    table = prepared.splits["test"]
    assert table.weight is not None
    assert table.replicates is not None
    found = cli("point", trained, "--alpha", 0.3, "--weighted", "--json").json
    scores = evaluate.scores(ready.line.at(ready.position(0.3)), table)
    expected = standard_errors(scores, table.label, table.group, prepared.groups, table.weight, table.replicates)
    for name in FIGURES:
        assert found[f"{name}_se"] == (None if found[name] is None else pytest.approx(expected[f"{name}_se"], rel=1e-6))
    assert found["accuracy_se"] > 0
    assert [group["decision_rate_se"] for group in found["groups"]] == pytest.approx(expected["groups"], rel=1e-6)
    assert f"(standard error {found['accuracy_se']:.4f})" in cli("point", trained, "--alpha", 0.3, "--weighted").out
    assert "accuracy_se" not in cli("point", trained, "--alpha", 0.3, "--json").json


def test_errors_are_null_where_there_are_no_replicate_weights(trained: Path, toy_trained: Path, cli: Cli) -> None:
    stored = cli("point", trained, "--alpha", 0.5, "--weighted", "--stored", "--json").json
    assert {stored[f"{name}_se"] for name in FIGURES} == {None}
    assert {group["decision_rate_se"] for group in stored["groups"]} == {None}
    levels = cli("curve", trained, "--alphas", 3, "--weighted", "--json").json["levels"]
    assert [level["accuracy_se"] is None for level in levels] == [False] * 3
