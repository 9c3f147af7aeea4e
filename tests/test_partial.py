"""What a stopped run leaves behind: whole, in order, and refused where it is another run's."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

from tests.fairness.helpers import names, people
from yodo_core.errors import InputError
from yodo_core.fairness.counts import count
from yodo_core.partial import ABOUT, STATE, PartialRun
from yodo_core.stored import CURVE_KEYS
from yodo_core.train import Partial

ABOUT_THIS = {"seed": 0, "epochs": 3, "dropout": 0.5}


@pytest.fixture
def begun(tmp_path: Path) -> PartialRun:
    run = PartialRun(tmp_path / "line", ABOUT_THIS)
    assert run.begin(resume=False) is False
    return run


def again(begun: PartialRun, **changes: object) -> PartialRun:
    return PartialRun(begun.folder.with_name("line"), ABOUT_THIS | changes)


def test_a_state_comes_back_bit_for_bit(begun: PartialRun) -> None:
    tensors = {"net.a": torch.randn(3, 4), "adam.a.step": torch.tensor(7.0), "net.n": torch.tensor([2**40])}
    begun.save_training(Partial(7, 1.2345678901234567, tensors))
    other = again(begun)
    assert other.begin(resume=True)
    found = other.training()
    assert found is not None
    assert (found.step, found.seconds) == (7, 1.2345678901234567)
    assert all(torch.equal(found.tensors[k], v) and found.tensors[k].dtype == v.dtype for k, v in tensors.items())


def test_it_lies_beside_the_checkpoint_in_plain_formats(begun: PartialRun) -> None:
    begun.save_training(Partial(1, 0.5, {"net.a": torch.ones(2)}))
    assert begun.folder.name == "line.partial"
    assert sorted(p.name for p in begun.folder.iterdir()) == [ABOUT, STATE], "nothing temporary is left"
    assert json.loads((begun.folder / ABOUT).read_text()) == ABOUT_THIS
    assert list(safetensors.torch.load_file(begun.folder / STATE)) == ["net.a"]
    begun.end()
    assert not begun.folder.exists()


def test_earlier_work_is_thrown_away_only_when_told(begun: PartialRun) -> None:
    begun.save_training(Partial(1, 0.5, {"net.a": torch.ones(2)}))
    other = again(begun)
    with pytest.raises(InputError, match="holds a run that was stopped; go on with --resume, or drop it with"):
        other.begin(resume=False)
    assert other.training() is not None
    assert other.begin(resume=False, overwrite=True) is False
    assert other.training() is None


def test_what_no_run_wrote_is_never_touched(begun: PartialRun) -> None:
    (begun.folder / "thesis.txt").write_text("years of work")
    for how in ({"resume": True}, {"resume": False, "overwrite": True}):
        with pytest.raises(InputError, match=r"holds thesis.txt, which no run wrote; move it away"):
            again(begun).begin(**how)
    begun.folder.joinpath("thesis.txt").rename(begun.folder.with_name("thesis.txt"))
    begun.end()
    begun.folder.write_text("a file")
    with pytest.raises(InputError, match="is no folder, but a run keeps its progress there"):
        again(begun).begin(resume=True)


def test_a_lines_work_and_its_baselines_do_not_disturb_each_other(begun: PartialRun) -> None:
    begun.save_training(Partial(1, 0.5, {"net.a": torch.ones(2)}))
    beside = PartialRun(begun.folder.with_name("line"), {"seed": 9}, "baselines")
    assert beside.begin(resume=True) is False
    assert again(begun).begin(resume=True)
    beside.end()
    assert begun.training() is not None
    begun.end()
    assert not begun.folder.exists()


def test_nothing_to_resume_is_a_fresh_start(tmp_path: Path) -> None:
    run = PartialRun(tmp_path / "new", ABOUT_THIS)
    assert run.begin(resume=True) is False
    assert run.training() is None
    assert run.counts("curve", CURVE_KEYS, names(2)) is None


def test_another_runs_work_is_refused_naming_all_differences(begun: PartialRun) -> None:
    with pytest.raises(InputError, match=r"line.partial holds a run with other dropout, seed; repeat its options"):
        again(begun, seed=1, dropout=0.0).begin(resume=True)
    with pytest.raises(InputError, match="holds a run with other method"):
        again(begun, method="erm").begin(resume=True)


@pytest.mark.parametrize("content", ["", "{", "[1]", "7", '"text"'])
def test_a_damaged_description_is_refused(begun: PartialRun, content: str) -> None:
    (begun.folder / ABOUT).write_text(content)
    with pytest.raises(InputError, match=r"line.partial/run.json is damaged; delete the folder or use --overwrite"):
        again(begun).begin(resume=True)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x80\x04\x95pickle",
        struct.pack("<Q", 2**50) + b"{}",
        safetensors.torch.save({"net.a": torch.ones(2)}),
        safetensors.torch.save({"net.a": torch.ones(2)}, {"step": "many", "seconds": "1"}),
        safetensors.torch.save({"net.a": torch.ones(900)}, {"step": "1", "seconds": "1"})[:-9],
    ],
    ids=["empty", "pickle", "huge header", "no step", "no number", "truncated"],
)
def test_a_damaged_state_is_refused(begun: PartialRun, content: bytes) -> None:
    (begun.folder / STATE).write_bytes(content)
    with pytest.raises(InputError, match=r"state.safetensors is damaged .*; use --overwrite to start again"):
        begun.training()


def test_counts_come_back_and_unreadable_ones_are_done_again(begun: PartialRun) -> None:
    scores, _, label, group, _ = people((40, 50))
    entries = [({"split": "test", "seed": 0, "alpha": 0.3}, count(scores, label, group, names(2)))]
    begun.save_counts("curve-seed0", entries)
    found = begun.counts("curve-seed0", CURVE_KEYS, names(2))
    assert found is not None
    assert found[0][0] == entries[0][0]
    assert np.array_equal(found[0][1].n, entries[0][1].n)
    assert begun.counts("curve-seed1", CURVE_KEYS, names(2)) is None
    path = begun.folder / "curve-seed0.parquet"
    path.write_bytes(path.read_bytes()[:-50])
    assert begun.counts("curve-seed0", CURVE_KEYS, names(2)) is None


def test_killed_while_saving_the_earlier_state_stands(begun: PartialRun, monkeypatch: pytest.MonkeyPatch) -> None:
    begun.save_training(Partial(1, 0.5, {"net.a": torch.ones(2)}))

    def half(self: Path, content: bytes) -> None:
        with self.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", half)
        with pytest.raises(KeyboardInterrupt):
            begun.save_training(Partial(2, 0.7, {"net.a": torch.zeros(2)}))
    found = begun.training()
    assert found is not None
    assert found.step == 1
