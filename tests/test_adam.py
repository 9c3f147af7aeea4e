"""AdamW in one call takes the steps of torch's own."""

from __future__ import annotations

import pytest
import torch

from yodo_core.adam import AdamW

SIZE = 1003


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_steps_are_those_of_torch(rows: int, dtype: torch.dtype) -> None:
    """At a rate that changes, on the first rows; the others and their moments stay where they are."""
    draw = torch.Generator().manual_seed(0)
    weights = torch.randn(2, SIZE, generator=draw, dtype=dtype)
    plain, before = weights[:rows].clone(), weights.clone()
    weights.grad = torch.zeros_like(weights)
    own, other = AdamW(weights, 0.3), torch.optim.AdamW([plain], weight_decay=0.3, foreach=False)
    for rate in (0.01, 0.02, 0.005, 0.0001, 0.3):
        weights.grad.copy_(torch.randn(2, SIZE, generator=draw, dtype=dtype))
        plain.grad = weights.grad[:rows].clone()
        other.param_groups[0]["lr"] = rate
        own.step(rate, rows)
        other.step()
    near = 1e-6 if dtype == torch.float32 else 1e-14
    torch.testing.assert_close(weights[:rows], plain, rtol=near, atol=near)
    for name, value in other.state[plain].items():
        found = own.state[name] if name == "step" else own.state[name][:rows]
        torch.testing.assert_close(found, value, rtol=near, atol=near)
    assert torch.equal(weights[rows:], before[rows:])
    assert not own.state["exp_avg"][rows:].any()
    assert (weights[:rows] - before[:rows]).abs().min() > 0
