"""Notes and reviews."""
