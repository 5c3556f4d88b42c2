"""The doctor: what is wrong with this model, these data, this run? Each finding with its evidence.

Before training `diagnose` looks at the data (about_data.py), at model and loss (about_model.py) and
at the layers (about_layers.py). During training a `Doctor` takes looks at copies of the model with
the instruments (looks.py), and judges the run when it is over (about_run.py). A rule is one small
function in one of these lists.
"""

from .doctor import RULES, Doctor, diagnose
from .findings import Diagnosis, Finding, Rule
from .looks import Layer, Look

__all__ = ["RULES", "Diagnosis", "Doctor", "Finding", "Layer", "Look", "Rule", "diagnose"]
