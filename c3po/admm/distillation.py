"""Distillation: the small network also learns the dense one's soft answers (Hinton et al. 2015)."""

import torch
import torch.nn.functional as F
from torch import Tensor


def distillation_loss(
    logits: Tensor, labels: Tensor, teacher_logits: Tensor, share: float = 0.9, temperature: float = 4.0
) -> Tensor:
    """(1 - share) cross entropy + share T^2 KL(teacher || network), both softened by T; mean over the batch.

    logits, teacher_logits : float32, shape (n, classes);  labels : int64, shape (n,);  share : in [0, 1]
    """
    hard = F.cross_entropy(logits, labels)
    targets = torch.softmax(teacher_logits / temperature, dim=1)
    soft = F.kl_div(torch.log_softmax(logits / temperature, dim=1), targets, reduction="batchmean")
    return (1.0 - share) * hard + share * temperature**2 * soft
