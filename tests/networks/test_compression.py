import numpy as np
import pytest
import torch

from c3po.errors import ManifestError
from c3po.networks.checkpoint import Checkpoint, write_checkpoint
from c3po.networks.compression import compress_screen
from c3po.networks.multiview import MultiViewNet
from c3po.runtime import Network

PLAN = """
stages:
  - name: blocks
    constraints:
      "blocks.*": {blocks: [300, 4, 1]}
      meet: {filters: 8}
    epochs: 1
    retrain_epochs: 1
    shrink: true
  - name: quantise
    constraints: {"*": {codebook: 16}}
    keep_support: true
    epochs: 1
    retrain_epochs: 1
"""


@pytest.fixture
def run(tmp_path, rng):
    torch.manual_seed(0)
    arguments = {"n_views": 3, "n_labels": 4, "channels": (8, 12, 16), "hidden": 16}
    checkpoint = Checkpoint(
        MultiViewNet(**arguments), "multiview", arguments, {"name": "screen", "labels": list("abcd")}
    )
    write_checkpoint(checkpoint, tmp_path / "screen.pt")
    (tmp_path / "train").mkdir()
    views = rng.integers(0, 256, size=(48, 3, 32, 32), dtype=np.uint8)
    np.savez(tmp_path / "train" / "0000.npz", views=views, labels=rng.integers(0, 4, size=48))
    (tmp_path / "plan.yaml").write_text(PLAN)
    return tmp_path


def test_the_screening_network_is_compressed_and_packed_with_its_metadata(run):
    packed = compress_screen(run / "screen.pt", run / "plan.yaml", run / "train", run / "out.c3po", batch_size=16)
    assert packed.n_bytes == (run / "out.c3po").stat().st_size == sum(packed.parts.values())
    assert packed.ratio is not None
    assert packed.ratio > 8
    network = Network.open(run / "out.c3po")
    assert network.labels == ("a", "b", "c", "d")
    scores = network(np.random.default_rng(0).random((2, 3, 32, 32), dtype=np.float32))
    assert scores.shape == (2, 4)
    assert np.allclose(scores.sum(axis=1), 1.0, atol=1e-5)


def test_a_folder_without_samples_is_a_clear_error(run):
    (run / "empty").mkdir()
    with pytest.raises(ManifestError) as problem:
        compress_screen(run / "screen.pt", run / "plan.yaml", run / "empty", run / "out.c3po")
    assert str(problem.value) == f"{run / 'empty'}: expected samples (*.npz), found none; run c3po train first"
    assert not (run / "out.c3po").exists()
