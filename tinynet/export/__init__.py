"""The way out: a trained model as PyTorch, as ONNX, or as NumPy written out by hand.

`torch` writes source and numbers, `onnx` one file that many programs run, `numpy` a lesson: a
program without tinynet that computes and checks every derivative. `load_torch` is the way back.
"""

from .from_torch import load_torch
from .to_numpy import numpy
from .to_onnx import onnx
from .to_torch import torch

__all__ = ["load_torch", "numpy", "onnx", "torch"]
