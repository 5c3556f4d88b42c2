"""The graph behind a Tensor, as something to look at and to walk through step by step.

Start at graph.py, the graph as an object; then formulas.py, what a rule says; then steps.py, the
forward and the backward pass as a stream of events; drawing.py places boxes for a picture.
"""

from .drawing import Box, layout
from .graph import Graph
from .node import GraphNode
from .steps import Backward, Forward, Update

__all__ = ["Graph", "GraphNode", "Forward", "Backward", "Update", "Box", "layout"]
