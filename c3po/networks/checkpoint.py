"""A trained network on disk, before packing: architecture by name, weights, and what a packed file will carry."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from c3po.errors import ManifestError
from c3po.networks.multiview import MultiViewNet

ARCHITECTURES: dict[str, type[nn.Module]] = {"multiview": MultiViewNet}


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """A network with its architecture's name and arguments and the metadata to pack (labels, thresholds ...)."""

    network: nn.Module
    architecture: str
    arguments: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)


def write_checkpoint(checkpoint: Checkpoint, path: Path) -> None:
    """Write the checkpoint; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    content = {
        "architecture": checkpoint.architecture,
        "arguments": checkpoint.arguments,
        "metadata": checkpoint.metadata,
        "weights": {name: tensor.cpu() for name, tensor in checkpoint.network.state_dict().items()},
    }
    torch.save(content, partial)
    os.replace(partial, path)


def read_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file, network in evaluation mode on the CPU.

    Raises
    ------
    ManifestError
        The file is missing or is not a checkpoint of a known architecture.
    """
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        network = ARCHITECTURES[content["architecture"]](**content["arguments"])
        network.load_state_dict(content["weights"])
    except FileNotFoundError:
        raise ManifestError(f"{path}: expected a checkpoint, found no file; run c3po train first") from None
    except Exception as problem:
        reason = str(problem).splitlines()[0][:80] if str(problem) else type(problem).__name__
        raise ManifestError(f"{path}: expected a checkpoint of c3po train, got {reason}; train it again") from None
    return Checkpoint(network.eval(), content["architecture"], content["arguments"], content["metadata"])
