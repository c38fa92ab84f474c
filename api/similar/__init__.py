"""Similar."""
