"""Maxout layers of thinc's models, as plain products of matrices."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_EPSILON = np.float32(1e-8)


class Maxout(NamedTuple):
    """A layer whose outputs are the greatest of their pieces, normalised to mean nought and variance one.

    Tokens are columns: so each step goes through memory from end to end, which halves what is not the product itself.
    """

    weights: Floats
    """Outputs by inputs; the pieces stand one below the other."""
    bias: Floats
    scale: Floats
    shift: Floats
    """These three are columns."""

    def __call__(self, inputs: Floats) -> Floats:
        """One column out for each column in."""
        width = len(self.scale)
        pieces = self.weights @ inputs
        pieces += self.bias
        best = pieces[:width]
        for first in range(width, len(pieces), width):
            np.maximum(best, pieces[first : first + width], out=best)
        mean = np.full(width, 1 / width, np.float32)
        best -= mean @ best
        spread = mean @ np.square(best, out=pieces[width : 2 * width])
        spread += _EPSILON
        best /= np.sqrt(spread, out=spread)
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
