"""Where nets run: on the GPU that CUDA offers this process, else on the processor."""

from __future__ import annotations

import os

import torch


def device() -> torch.device:
    """The GPU that `torchrun` gave this process by LOCAL_RANK, the first one without it; the processor without CUDA."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
