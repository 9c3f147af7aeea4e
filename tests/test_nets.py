"""The tabular net: an embedding sum that is the linear layer of a one-hot encoding."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from yodo_core.nets.mlp import TabularMLP

CARDINALITIES = (3, 5, 2)


def inputs(rows: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    codes = torch.stack([torch.randint(n, (rows,), generator=generator) for n in CARDINALITIES], 1)
    return codes, torch.randn(rows, 4, generator=generator)


def test_the_embedding_sum_is_the_one_hot_linear_layer() -> None:
    net = TabularMLP(CARDINALITIES, 4, hidden=8).eval()
    codes, numbers = inputs()
    one_hot = torch.cat([nn.functional.one_hot(codes[:, i], n) for i, n in enumerate(CARDINALITIES)], 1).float()
    dense = nn.Linear(sum(CARDINALITIES) + 4, 8)
    with torch.no_grad():
        dense.weight.copy_(torch.cat([net.codes.weight.T, net.numbers.weight], 1))
        dense.bias.copy_(net.numbers.bias)
    expected = net.rest(dense(torch.cat([one_hot, numbers], 1))).squeeze(-1)
    torch.testing.assert_close(net(codes, numbers), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_depth_counts_hidden_layers(depth: int) -> None:
    net = TabularMLP(CARDINALITIES, 4, hidden=8, depth=depth)
    assert sum(isinstance(m, nn.ReLU) for m in net.modules()) == depth
    assert sum(isinstance(m, nn.Linear) for m in net.rest) == depth
    assert net(*inputs()).shape == (40,)


def test_dropout_acts_in_training_alone() -> None:
    net, (codes, numbers) = TabularMLP(CARDINALITIES, 4, hidden=32, dropout=0.5), inputs()
    assert not torch.equal(net.train()(codes, numbers), net(codes, numbers))
    assert torch.equal(net.eval()(codes, numbers), net(codes, numbers))
    net = TabularMLP(CARDINALITIES, 4, hidden=32)
    assert torch.equal(net.train()(codes, numbers), net.eval()(codes, numbers))


@pytest.mark.filterwarnings("ignore:Initializing zero-element tensors")
def test_only_numbers_or_only_codes_will_do() -> None:
    codes, numbers = inputs()
    assert TabularMLP((), 4, hidden=8)(codes[:, :0], numbers).shape == (40,)
    assert TabularMLP(CARDINALITIES, 0, hidden=8)(codes, numbers[:, :0]).shape == (40,)


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("cardinalities", [CARDINALITIES, ()])
def test_the_net_as_one_operation_is_its_layers_one_after_another(depth: int, cardinalities: tuple[int, ...]) -> None:
    """Logits and the gradient of every parameter; without codes the embeddings get none."""
    torch.manual_seed(0)
    net = TabularMLP(cardinalities, 4, hidden=8, depth=depth).double()
    codes, numbers = inputs()
    held, weight = (codes[:, : len(cardinalities)], numbers.double()), torch.randn(len(codes)).double()
    parameters = [p for name, p in net.named_parameters() if cardinalities or name != "codes.weight"]
    whole, layered = net(*held), net.after(net.first(*held))
    torch.testing.assert_close(whole, layered, rtol=0, atol=1e-12)
    found, expected = (torch.autograd.grad((out.tanh() * weight).sum(), parameters) for out in (whole, layered))
    for own, other in zip(found, expected, strict=True):
        torch.testing.assert_close(own, other, rtol=0, atol=1e-12)
        assert other.any()
