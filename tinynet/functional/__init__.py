"""What NumPy lacks: activations, softmax and related functions, and the arithmetic of layers.

Most are primitives (engine/tensor.py): the forward stands directly above its derivative; the others
are written in terms of these.
"""

from .activations import elu, gelu, leaky_relu, relu, sigmoid, silu, softplus, tanh
from .maps import dropout, embedding, linear
from .normalization import batch_norm, layer_norm, standardize
from .probabilities import clip_probabilities, log_softmax, logsumexp, softmax

__all__ = [
    "relu",
    "leaky_relu",
    "elu",
    "gelu",
    "silu",
    "sigmoid",
    "tanh",
    "softplus",
    "softmax",
    "log_softmax",
    "logsumexp",
    "linear",
    "standardize",
    "layer_norm",
    "batch_norm",
    "embedding",
    "dropout",
    "clip_probabilities",
]
