"""What each process of `torchrun` runs for tests/test_ranks.py: the made-up data set, trained by several ranks."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext, suppress
from pathlib import Path

import torch

from tests import toy
from yodo_core import __main__, data, ranks
from yodo_core.commands import train as command
from yodo_core.config import OBJECTIVES, TrainConfig
from yodo_core.data.prepare import Prepared, prepare
from yodo_core.ranks import ALONE, Ranks
from yodo_core.train import Partial, Progress, train_line

STOP = 13
ALL = ("--hidden", "8", "--epochs", "2", "--other-seeds", "0")
COMMANDS = {
    "toy": ("--dataset", "toy", "--attribute", "kind"),
    "digits": ("--dataset", "digits", "--attribute", "ink", "--depth", "1"),
    "own": ("--target", "default", "--favourable", "no", "--attribute", "sex", "--data"),
}
"""What the command trains on ranks, by the name of its checkpoint; own is followed by the path of a file."""


def config(objective: str) -> TrainConfig:
    """20 steps of batches that two ranks cannot share evenly, nor the 93 rows of most of them that are at alpha 0."""
    shares = {"trunk": 0.2, "at_start": 0.7, "at_end": 0.1, "dual_rate": 0.1}
    return toy.config(objective=objective, epochs=2, batch_size=133, **shares)


def trained(
    prepared: Prepared, objective: str, group: Ranks = ALONE, stop: int = 0, state: Partial | None = None
) -> tuple[list[float], Partial]:
    """The loss of every step and the state at the end; the last rank alone asks to stop after the step `stop`."""
    losses: list[float] = []

    def on_step(now: Progress) -> bool:
        losses.append(now.loss)
        return group.any(group.rank == group.size - 1 and now.step == stop)

    done = train_line(prepared, config(objective), on_step, group.told(state), group)
    return losses, done.partial


def main(out: Path) -> None:
    """Whole runs, runs that were stopped and go on from the state that the first rank has, and the command."""
    torch.set_num_threads(1)
    prepared = prepare(toy.TOY, "kind")
    data.DATASETS["toy"] = toy.TOY
    command.LEVELS, command.GRID = 3, [0.0, 0.5, 1.0]
    with ranks.joined() as group:
        found = {"size": group.size}
        for objective in OBJECTIVES:
            losses, whole = trained(prepared, objective, group)
            early, stopped = trained(prepared, objective, group, STOP)
            late, again = trained(prepared, objective, group, 0, stopped if group.first else None)
            found[objective] = {"losses": losses, "ends": whole.tensors["ends"].tolist()}
            found[f"{objective} resumed"] = {"losses": early + late, "ends": again.tensors["ends"].tolist()}
        (out / f"rank{group.rank}.json").write_text(json.dumps(found))
        ranks.joined = lambda: nullcontext(group)  # type: ignore[assignment, return-value]
        for name, said in COMMANDS.items():
            file = [str(out / "loans.csv")] if name == "own" else []
            sys.argv = ["yodo_core", "train", *said, *file, *ALL, "--out", str(out / name), "--json"]
            with suppress(SystemExit):
                __main__.main()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
