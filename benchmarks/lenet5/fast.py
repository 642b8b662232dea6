"""LeNet-5 on one core, several times faster than torch's convolutions: ``kernels/conv_pool.cpp`` under autograd.

The network stays an ordinary torch module; only the training epochs and their validation go through here. Without a C++
compiler everything runs through torch (``available`` says which, and so do the result files).
"""

import ctypes
import functools
import hashlib
import os
import subprocess
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .data import Images
from .networks import LeNet5

LANES = 16
SOURCE = Path(__file__).with_name("kernels") / "conv_pool.cpp"
BUILT = Path(__file__).resolve().parents[2] / "out" / "lenet5"


@functools.cache
def library() -> ctypes.CDLL | None:
    """The compiled kernels, built once per source text; None where no compiler is found."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:12]
    path = BUILT / f"conv_pool-{digest}.so"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        flags = ["-O3", "-march=native", "-std=c++17", "-shared", "-fPIC", "-fno-math-errno", "-fno-trapping-math"]
        try:
            subprocess.run([os.environ.get("CXX", "g++"), *flags, str(SOURCE), "-o", str(partial)], check=True)
        except (OSError, subprocess.CalledProcessError):
            return None
        os.replace(partial, path)
    return ctypes.CDLL(str(path))


def available(network: nn.Module) -> bool:
    return type(network) is LeNet5 and library() is not None


def pointer(tensor: Tensor | None) -> ctypes.c_void_p:
    return ctypes.c_void_p(None if tensor is None else tensor.data_ptr())


def aligned(*shape: int, zeros: bool = False) -> Tensor:
    """float32 whose storage starts at a multiple of 64 bytes, as torch's allocator gives it."""
    made = torch.zeros(shape) if zeros else torch.empty(shape)
    assert made.data_ptr() % 64 == 0
    return made


def crops(images: Images, rows: Tensor, down: Tensor, right: Tensor) -> Tensor:
    """The shifted images in blocks of 16: float32, shape (n / 16, 1, 28, 28, 16)."""
    made = aligned(len(rows) // LANES, 1, 28, 28, LANES)
    built = library()
    assert built is not None
    assert len(rows) % LANES == 0
    built.crop(pointer(images.pixels), pointer(rows), pointer(down), pointer(right), len(rows), pointer(made))
    return made


class ConvPool(torch.autograd.Function):
    """ReLU(max-pool(convolution)) on blocks: (g, channels, side, side, 16) to (g, filters, pooled, pooled, 16)."""

    @staticmethod
    def forward(ctx: Any, blocks: Tensor, weight: Tensor, bias: Tensor, nonzeros_only: bool) -> Tensor:
        built = library()
        assert built is not None
        weight = weight.contiguous()
        groups, channels, side = blocks.shape[:3]
        filters, pooled = weight.shape[0], (side - 4) // 2
        values = aligned(groups, filters, pooled, pooled, LANES)
        choices = torch.empty(values.shape, dtype=torch.int8)
        built.forward(
            pointer(blocks), pointer(weight), pointer(bias), groups, channels, side, filters,
            pointer(values), pointer(choices),
        )  # fmt: skip
        ctx.save_for_backward(blocks, weight, choices)
        ctx.nonzeros_only = nonzeros_only
        return values

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor, Tensor, None]:  # type: ignore[override]
        built = library()
        assert built is not None
        blocks, weight, choices = ctx.saved_tensors
        gradient = gradients[0].contiguous()
        if gradient.data_ptr() % 64:
            gradient = gradient.clone()
        weight_slopes, bias_slopes = torch.zeros(weight.shape), torch.zeros(len(weight))
        slopes = aligned(*blocks.shape, zeros=True) if ctx.needs_input_grad[0] else None
        groups, channels, side = blocks.shape[:3]
        built.backward(
            pointer(blocks), pointer(weight), pointer(gradient), pointer(choices), groups, channels, side, len(weight),
            int(ctx.nonzeros_only), pointer(weight_slopes), pointer(bias_slopes), pointer(slopes),
        )  # fmt: skip
        return slopes, weight_slopes, bias_slopes, None


def hidden(network: LeNet5, blocks: Tensor, nonzeros_only: bool = False) -> Tensor:
    """What enters the last layer: float32, shape (n, units). ``blocks`` as from ``crops``."""
    x = ConvPool.apply(blocks, network.conv1.weight, network.conv1.bias, nonzeros_only)
    x = ConvPool.apply(x, network.conv2.weight, network.conv2.bias, nonzeros_only)
    flat = x.permute(0, 4, 1, 2, 3).reshape(len(x) * LANES, -1)
    return F.relu(network.fc1(flat))


def logits(network: LeNet5, blocks: Tensor, nonzeros_only: bool = False) -> Tensor:
    """What ``network(images)`` gives, float32, shape (n, 10)."""
    answers: Tensor = network.fc2(hidden(network, blocks, nonzeros_only))
    return answers
