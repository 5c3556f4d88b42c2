"""The engine: how a derivative is found. Start at tensor.py; then ops/, the table of rules."""
