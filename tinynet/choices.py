"""What a person chooses by name, at the command line and in the playground."""

from __future__ import annotations

from . import layers, optimizers

ACTIVATIONS = {
    "relu": layers.ReLU,
    "leaky_relu": layers.LeakyReLU,
    "tanh": layers.Tanh,
    "sigmoid": layers.Sigmoid,
}
OPTIMIZERS = {
    "sgd": optimizers.SGD,
    "adagrad": optimizers.Adagrad,
    "rmsprop": optimizers.RMSprop,
    "adam": optimizers.Adam,
    "adamw": optimizers.AdamW,
}
