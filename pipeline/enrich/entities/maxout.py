"""Maxout layers of thinc's models, as plain products of matrices."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_EPSILON = np.float32(1e-8)


class Maxout(NamedTuple):
    """A layer whose outputs are the greatest of their pieces, normalised to mean nought and variance one."""

    weights: Floats
    """Inputs by outputs; the pieces stand one behind the other."""
    bias: Floats
    scale: Floats
    shift: Floats

    def __call__(self, inputs: Floats) -> Floats:
        """One row out for each row in."""
        width = self.scale.size
        pieces = inputs @ self.weights
        pieces += self.bias
        best = greatest(pieces, width)
        best -= (best @ np.full(width, 1 / width, np.float32))[:, None]
        variance = np.einsum("ij,ij->i", best, best) / np.float32(width) + _EPSILON
        best *= (1 / np.sqrt(variance))[:, None]
        best *= self.scale
        best += self.shift
        return best


def greatest(pieces: Floats, width: int) -> Floats:
    """The greatest of the pieces, ``width`` numbers each, that stand one behind the other in each row."""
    best = np.maximum(pieces[:, :width], pieces[:, width : 2 * width])
    for first in range(2 * width, pieces.shape[1], width):
        np.maximum(best, pieces[:, first : first + width], out=best)
    return best


def apart(weights: Floats) -> Floats:
    """A layer's weights ``(outputs, pieces, inputs)`` as ``(inputs, pieces * outputs)``."""
    outputs, pieces, inputs = weights.shape
    return np.ascontiguousarray(weights.transpose(2, 1, 0).reshape(inputs, pieces * outputs))
