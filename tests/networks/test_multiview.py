"""The screening network's own parts."""

from pathlib import Path

import numpy as np
import torch

from c3po.admm import pack
from c3po.networks.multiview import MultiViewNet
from c3po.runtime import Network


def two_thicknesses() -> tuple[torch.Tensor, torch.Tensor]:
    """Views of one part, and of the same part at a third of the thickness; uint8 steps, in [0, 1]."""
    rng = np.random.default_rng(0)
    thick = rng.integers(60, 250, (2, 3, 64, 64)) * (rng.random((2, 3, 64, 64)) < 0.4)
    return tuple(torch.from_numpy(views).float() / 255.0 for views in (thick, thick // 3))  # type: ignore[return-value]


def test_a_network_of_outlines_does_not_see_how_thick_a_part_is() -> None:
    torch.manual_seed(0)
    thick, thin = two_thicknesses()
    blind, seeing = (MultiViewNet(3, channels=(8, 16), outlines=outlines).eval() for outlines in (True, False))
    with torch.no_grad():
        torch.testing.assert_close(blind(thick), blind(thin))
        assert not torch.allclose(seeing(thick), seeing(thin), atol=1e-3)


def test_a_network_of_outlines_is_packed_like_any_other(tmp_path: Path) -> None:
    torch.manual_seed(0)
    thick, _ = two_thicknesses()
    network = MultiViewNet(3, channels=(8, 16), outlines=True).eval()
    pack(network, tmp_path / "outlines.c3po", thick[:1], bias_bits=None)
    with torch.no_grad():
        expected = network(thick).numpy()
    np.testing.assert_allclose(Network.open(tmp_path / "outlines.c3po")(thick.numpy()), expected, atol=1e-4)


def test_training_leaves_the_outline_as_it_is() -> None:
    torch.manual_seed(0)
    thick, _ = two_thicknesses()
    network = MultiViewNet(3, channels=(8, 16), outlines=True)
    before = network.look(thick[:, :1])
    optimiser = torch.optim.AdamW([p for p in network.parameters() if p.requires_grad], lr=0.1)
    network(thick).sum().backward()
    optimiser.step()
    torch.testing.assert_close(network.look(thick[:, :1]), before)
