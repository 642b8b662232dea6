import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from c3po.admm import CodebookSet, SparsitySet, pack
from c3po.errors import PackedFileError
from c3po.runtime import Network


@pytest.fixture
def network():
    torch.manual_seed(0)
    small = nn.Sequential(nn.Conv2d(1, 6, 3), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.Linear(54, 4))
    with torch.no_grad():
        for p in small.parameters():
            if p.dim() >= 2:
                p.copy_(SparsitySet(30).project(p))
                p[p != 0] = CodebookSet(4).project(p[p != 0])
    return small.eval()


def test_the_parts_add_up_and_the_ratio_counts_everything(network, tmp_path):
    dense = nn.Linear(1000, 10)
    packed = pack(network, tmp_path / "net.c3po", torch.zeros(1, 1, 8, 8), dense=dense)
    assert sum(packed.parts.values()) == packed.n_bytes == (tmp_path / "net.c3po").stat().st_size
    assert packed.ratio == pytest.approx(4 * 10010 / packed.n_bytes)
    assert str(packed).startswith(f"net.c3po: {packed.n_bytes} bytes (header ")


def test_another_process_without_torch_decodes_the_same_answers(network, tmp_path):
    images = torch.rand(5, 1, 8, 8, generator=torch.Generator().manual_seed(1))
    pack(network, tmp_path / "net.c3po", images, bias_bits=None, book_mantissa_bits=None)
    np.save(tmp_path / "images.npy", images.numpy())
    program = (
        "import sys, numpy as np; from c3po.runtime import Network; "
        "np.save('scores.npy', Network.open('net.c3po')(np.load('images.npy'))); assert 'torch' not in sys.modules"
    )
    environment = {"PYTHONPATH": ":".join(p for p in [*sys.path, "."] if p), "PATH": ""}
    subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=True, env=environment)
    with torch.no_grad():
        expected = network(images).numpy()
    assert np.abs(np.load(tmp_path / "scores.npy") - expected).max() <= 1e-5 * np.abs(expected).max()


def test_short_mantissas_and_few_bias_bits_make_the_file_smaller(network, tmp_path):
    example = torch.zeros(1, 1, 8, 8)
    exact = pack(network, tmp_path / "exact.c3po", example, bias_bits=None, book_mantissa_bits=None)
    short = pack(network, tmp_path / "short.c3po", example, bias_bits=4, book_mantissa_bits=4)
    assert short.n_bytes < exact.n_bytes


def test_a_truncated_file_is_refused_by_name(network, tmp_path):
    path = tmp_path / "net.c3po"
    pack(network, path, torch.zeros(1, 1, 8, 8))
    path.write_bytes(path.read_bytes()[:-7])
    with pytest.raises(PackedFileError) as problem:
        Network.open(path)
    assert str(problem.value).startswith(f"{path}: ")
