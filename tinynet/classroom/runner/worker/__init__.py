"""What runs beside a submission: needs NumPy and the standard library, nothing of tinynet."""
