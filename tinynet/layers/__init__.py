"""Layers: functions that own the parameters they use.

What a Module is stands in base.py; the other files are its kinds, and each layer is a few lines
around a function of `tinynet.functional`.
"""

from .activations import (
    ACTIVATIONS,
    ELU,
    GELU,
    RECTIFIERS,
    LeakyReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from .base import Module, dtype_of, modules, tensors, walk
from .containers import MLP, Function, Residual, Sequential
from .dropout import Dropout
from .embedding import Embedding
from .linear import Flatten, Linear, linear_layers
from .normalization import BatchNorm1d, LayerNorm

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "MLP",
    "RECTIFIERS",
    "BatchNorm1d",
    "Dropout",
    "Embedding",
    "Flatten",
    "Function",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "Module",
    "ReLU",
    "Residual",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "dtype_of",
    "linear_layers",
    "modules",
    "tensors",
    "walk",
]
