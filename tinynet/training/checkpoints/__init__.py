"""Checkpoints: models and runs in files; saving.py is the face, contents.py what stands in them."""

from .checkpoint import Checkpoint
from .saved import SavedModel
from .saving import load, load_history, load_model, save

__all__ = ["Checkpoint", "SavedModel", "load", "load_history", "load_model", "save"]
