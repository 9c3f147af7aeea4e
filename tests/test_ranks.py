"""Several processes that train one line: the losses of one process, from a real `torchrun` of two."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from tests import on_ranks
from tests.conftest import Outcome
from yodo_core import checkpoint
from yodo_core.config import OBJECTIVES
from yodo_core.data.prepare import Prepared
from yodo_core.ranks import ALONE, joined

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Launched:
    """What two ranks left behind: the figures of each, the command's checkpoint and what it printed."""

    ranks: list[dict[str, Any]]
    out: Path
    told: Outcome


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Launched:
    out = tmp_path_factory.mktemp("ranks")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    command = [*torchrun, "-m", "tests.on_ranks", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    figures = [json.loads((out / f"rank{rank}.json").read_text()) for rank in (0, 1)]
    return Launched(figures, out / "toy-kind-dp", Outcome(done.returncode, done.stdout, done.stderr))


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
def test_the_command_writes_one_checkpoint(launched: Launched) -> None:
    told = launched.told.json
    assert (told["path"], told["steps"]) == (str(launched.out), 2 * (1440 // 512))
    ready = checkpoint.read(launched.out)
    assert ready.manifest["command"].startswith("torchrun --nproc-per-node=2 -m yodo_core train --dataset toy")
    assert [path.name for path in launched.out.parent.glob("*.partial")] == []


def test_alone_nothing_is_shared() -> None:
    net = nn.Linear(2, 1)
    with joined() as group:
        assert group is ALONE
    assert (ALONE.first, ALONE.any(True), ALONE.any(False), ALONE.told("rows")) == (True, True, False, "rows")
    assert ALONE.spread(net) is net
