"""Diagnostics: is it right? Derivatives, a run, a loss of your own, the choice of a loss."""
