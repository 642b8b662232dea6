"""Recurrent layers traced from torch give torch's outputs, whichever way their last state is asked for."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from c3po.admm.export import graph_from_torch
from c3po.errors import PlanError
from c3po.runtime import Network, pack_bytes


class Sequence(nn.Module):
    def __init__(self, kind: type[nn.RNNBase], last: str, layers: int = 1) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = kind(6, 10, num_layers=layers, batch_first=True)
        self.head = nn.Linear(50 if last == "all" else 10, 3)
        self.last = last

    def forward(self, x: Tensor) -> Tensor:
        sequence, states = self.layer(x.squeeze(1))
        if self.last == "all":
            return self.head(sequence.flatten(1))
        if self.last == "state":
            return self.head((states[0] if isinstance(self.layer, nn.LSTM) else states)[-1])
        return self.head(sequence[:, -1])


@pytest.mark.parametrize("last", ["item", "state", "all"])
@pytest.mark.parametrize(("kind", "layers"), [(nn.GRU, 1), (nn.GRU, 2), (nn.LSTM, 1), (nn.LSTM, 2)])
def test_a_recurrent_network_gives_torch_outputs(
    kind: type[nn.RNNBase], layers: int, last: str, rng: np.random.Generator
) -> None:
    module = Sequence(kind, last, layers).eval()
    rows = rng.normal(size=(4, 1, 5, 6)).astype(np.float32)
    network = Network(pack_bytes(graph_from_torch(module, torch.zeros(1, 1, 5, 6)))[0])
    with torch.no_grad():
        expected = module.double()(torch.from_numpy(rows).double()).numpy()
    np.testing.assert_allclose(network(rows), expected, atol=1e-6 * np.abs(expected).max())


def test_what_the_engine_does_not_run_is_named() -> None:
    both_ways = nn.Sequential(nn.GRU(6, 10, batch_first=True, bidirectional=True))
    with pytest.raises(PlanError, match="got GRU other than a GRU or LSTM, batch_first, one direction"):
        graph_from_torch(both_ways, torch.zeros(1, 5, 6))
