"""Several processes that train one line: the losses of one process, from a real `torchrun` of two."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests import on_ranks
from tests.conftest import Outcome
from tests.data.strangers import loans, write
from yodo_core import checkpoint
from yodo_core.config import OBJECTIVES
from yodo_core.data.prepare import Prepared
from yodo_core.errors import InputError
from yodo_core.ranks import ALONE, Ranks, joined

ROOT = Path(__file__).parents[1]
STEPS = {"toy": 2 * 2, "digits": 2 * 6, "own": 2 * 2}
"""Whole batches of two epochs; digits has smaller ones."""


@dataclass(frozen=True)
class Launched:
    """What two ranks left behind: the figures of each, the folder of the command's checkpoints, what it printed."""

    ranks: list[dict[str, Any]]
    out: Path
    told: dict[str, Any]


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Launched:
    out = tmp_path_factory.mktemp("ranks")
    write(out / "loans.csv", loans())
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command = [*torchrun, "-m", "tests.on_ranks", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "FutureWarning" not in done.stderr
    figures = [json.loads((out / f"rank{rank}.json").read_text()) for rank in (0, 1)]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return Launched(figures, out, {Path(one["path"]).name: one for one in told})


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_two_ranks_have_the_losses_of_one_process(toy: Prepared, launched: Launched, objective: str) -> None:
    torch.set_num_threads(1)
    losses, partial = on_ranks.trained(toy, objective)
    assert len(losses) == 20
    for found in launched.ranks:
        assert found["size"] == 2
        assert found[objective]["losses"] == pytest.approx(losses, abs=1e-5)
        assert np.allclose(found[objective]["ends"], partial.tensors["ends"], atol=1e-4)
    assert launched.ranks[0] == launched.ranks[1], "ranks never drift apart"


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_one_rank_stops_all_and_the_first_ones_state_takes_them_up(launched: Launched, objective: str) -> None:
    for found in launched.ranks:
        assert found[f"{objective} resumed"] == found[objective]


@pytest.mark.usefixtures("toy_known")
@pytest.mark.parametrize("name", on_ranks.COMMANDS)
def test_the_command_writes_one_checkpoint(name: str, launched: Launched, cli: Callable[..., Outcome]) -> None:
    """Of the made-up data set, of pictures and of a file of one's own: its rows give its stored counts."""
    made = launched.out / name
    ready = checkpoint.read(made)
    told = launched.told[name]
    assert (told["path"], told["steps"]) == (str(made), STEPS[name])
    assert ready.manifest["command"].startswith("torchrun --nproc-per-node=2 -m yodo_core train --")
    assert [path.name for path in launched.out.glob("*.partial")] == []
    file = ("--data", launched.out / "loans.csv") if name == "own" else ()
    rows, stored = (cli("point", made, *extra, "--alpha", 0.5, "--json").json for extra in (file, ("--stored",)))
    assert (rows.pop("source"), stored.pop("source")) == ("rows", "stored")
    assert rows == stored


def test_alone_nothing_is_shared() -> None:
    net = nn.Linear(2, 1)
    with joined() as group:
        assert group is ALONE
    assert (ALONE.first, ALONE.any(True), ALONE.any(False), ALONE.told("rows")) == (True, True, False, "rows")
    assert ALONE.spread(net) is net


def test_more_ranks_than_a_part_of_a_batch_has_rows_for_are_refused() -> None:
    ALONE.check(1)
    Ranks(0, 10).check(20)
    with pytest.raises(InputError, match=r"parts of 20 rows, too few for 11 ranks; start fewer, or enlarge --batch"):
        Ranks(0, 11).check(20)
