"""Data: what a network learns from, and how a file becomes it.

The one idea: what is learned from data (the mean, the scale, the categories) is learned once, is
kept, and is applied to whatever comes later. Read in this order: dataset.py, standardizer.py;
then, for files and dataframes, csv_file.py, frames.py, numbers.py, dates.py, columns.py, choice.py,
preparation.py, remarks.py, reading.py.
"""

from .dataset import TASKS, Dataset
from .preparation import Preparation
from .reading import MISSING, from_frame, read_csv
from .standardizer import Standardizer, mean_and_deviation

__all__ = [
    "MISSING",
    "TASKS",
    "Dataset",
    "Preparation",
    "Standardizer",
    "from_frame",
    "mean_and_deviation",
    "read_csv",
]
