"""From thickness to what a network is fed. Flat parts seen from the side are a few hundredths thick; the square root
lifts them into the range that eight bits and a first layer can tell apart."""

import numpy as np
from numpy.typing import NDArray


def toned(views: NDArray[np.float32]) -> NDArray[np.float32]:
    """Square root of thickness images, float32 in [0, 1], same shape. Packed networks ask for it by ``tone: sqrt``."""
    return np.sqrt(views)
