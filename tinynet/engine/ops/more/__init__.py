"""The rest of the table: what a network of layers does without."""
