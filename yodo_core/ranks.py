"""Several processes that train one line, as `torchrun` starts them; each is a rank and runs its share of every batch.

Every rank holds the rows and draws the same batches. It runs its share of a batch through the net, the logits of all
ranks are put together, and each rank computes the loss of the whole batch from them: cross-entropy, gaps, targets and
multipliers are those of one process at the same batch size. DistributedDataParallel then averages the gradients.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

from yodo_core.device import device
from yodo_core.errors import InputError, YodoError

T = TypeVar("T")


class RankLostError(YodoError):
    """Another rank ended, and this one cannot go on without it."""

    code = "rank_lost"
    exit_code = 130


@dataclass(frozen=True)
class Ranks:
    """One rank among `size`, from 0. Every method but `first` must be called by all ranks alike."""

    rank: int = 0
    size: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the rank that prints, saves, evaluates and writes."""
        return self.rank == 0

    def any(self, flag: bool) -> bool:
        """Whether the flag is set on any rank."""
        if self.size == 1:
            return flag
        found = torch.tensor(float(flag), device=device())
        dist.all_reduce(found)
        return bool(found > 0)

    def told(self, value: T) -> T:
        """The value that the first rank gave, on all of them."""
        if self.size == 1:
            return value
        held = [value]
        dist.broadcast_object_list(held)
        return held[0]

    def check(self, rows: int) -> None:
        """Raises InputError where so many rows cannot be shared: a net is given two of them at least."""
        if self.size > 1 and rows < 2 * self.size:
            raise InputError(
                f"A step has parts of {rows} rows, too few for {self.size} ranks; start fewer, or enlarge --batch-size."
            )

    def spread(self, net: nn.Module) -> Callable[..., Tensor]:
        """The net as a function of a whole batch, with the outputs of all rows (N, ...); the rows run on all ranks.

        Its gradient reaches the net's parameters as if one process had run the batch. `check` says beforehand whether
        there are rows enough.
        """
        if self.size == 1:
            return net
        # Statistics of batches are measured anew after training, and nothing here reads them.
        parallel = DistributedDataParallel(net, forward_sync_buffers=False)

        def run(*inputs: Tensor) -> Tensor:
            rows = len(inputs[0])
            low, high = (rows * place // self.size for place in (self.rank, self.rank + 1))
            return _Together.apply(parallel(*(values[low:high] for values in inputs)), low, rows, self.size)

        return run


ALONE = Ranks()


class _Together(torch.autograd.Function):
    """This rank's outputs (n, ...), from row `low` on, among those of all ranks (N, ...)."""

    @staticmethod
    def forward(context: Any, part: Tensor, low: int, rows: int, size: int) -> Tensor:
        context.part, context.size = slice(low, low + len(part)), size
        whole = part.new_zeros((rows, *part.shape[1:]))
        whole[context.part] = part
        dist.all_reduce(whole)
        return whole

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        # Every rank holds the whole loss, of which DistributedDataParallel takes the mean where the sum is meant.
        return gradients[0][context.part] * context.size, None, None, None


@contextmanager
def joined() -> Iterator[Ranks]:
    """The ranks that `torchrun` started, joined through NCCL where there is CUDA, else gloo; ALONE without it.

    Raises RankLostError where one of them ended within the block.
    """
    if not dist.is_torchelastic_launched() or int(os.environ["WORLD_SIZE"]) == 1:
        yield ALONE
        return
    if torch.cuda.is_available():
        torch.cuda.set_device(device())
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    try:
        yield Ranks(dist.get_rank(), dist.get_world_size())
    except RuntimeError as error:
        # What gloo raises has no type of its own.
        if not (isinstance(error, dist.DistError) or "gloo" in str(error)):
            raise
        raise RankLostError(
            f"Rank {os.environ['RANK']} ended because another one did; see what that one says, and go on with --resume."
        ) from None
    finally:
        dist.destroy_process_group()
